"""Ways in which CKKS answers wrongly without a word: each is shown to be one, and shown not to be one here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from docpriv.encrypted.model_file import UNDECIDED, card_from, export_head, model_from
from docpriv.encrypted.packing import document_slots, embedding, scores, weight_slots
from docpriv.encrypted.profile import LIN_1, Shape
from docpriv.encrypted.seal import make_context, sealapi
from docpriv.encrypted.station import Station
from docpriv.errors import FrameError, FrameRefused, ModelError, UsageError
from tests.unit.encrypted.made import SCHEMA, Pair, head, make_pair, names, signed, unit_rows
from tests.unit.encrypted.reference import by_tensor, by_vector, documented_context, lazy_context

pytestmark = pytest.mark.usefixtures("he")


def raw_product(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Scores of a head as it is given, without the division by tau."""
    context, api = make_context(LIN_1), sealapi()
    key = api.KeyGenerator(context.seal).secret_key()
    shape = Shape(layout="rcp", documents=len(rows), dimension=rows.shape[1], classes=len(weights), group=1)
    x, w, out, plain = api.Plaintext(), api.Plaintext(), api.Ciphertext(), api.Plaintext()
    replies = []
    for index in range(shape.request_ciphertexts):
        context.encoder.encode(document_slots(shape, rows, index).tolist(), LIN_1.feature_scale, x)
        fresh = api.Ciphertext()
        api.Encryptor(context.seal, key).encrypt_symmetric(x, fresh)
        for part in range(shape.class_groups):
            context.encoder.encode(weight_slots(shape, weights, part).tolist(), LIN_1.weight_scale, w)
            api.Evaluator(context.seal).multiply_plain(fresh, w, out)
            api.Decryptor(context.seal, key).decrypt(out, plain)
            replies.append(np.array(context.encoder.decode_complex(plain)))
    return scores(shape, replies)


def test_wrap_is_silent_without_tau_and_cannot_happen_with_it(tmp_path: Path) -> None:
    weights, _ = head(24, 5)
    weights *= 3
    rows = unit_rows(40, 24)
    wrong = raw_product(weights, rows.astype(np.float64))  # nothing is raised
    assert np.abs(wrong - rows @ weights.T).max() > 1.0
    pair = make_pair(tmp_path, weights, np.zeros(5))
    with pair.server:
        assert [a.label for a in pair.answers(rows)] == pair.labels(rows)
    scaled = pair.model.scaled_weights()
    assert np.linalg.norm(scaled, axis=1).max() + np.abs(pair.model.bias).max() <= 1 + 1e-5


def test_features_that_could_wrap_are_not_encrypted(pair: Pair) -> None:
    good = unit_rows(3, 24)
    for bad in (good * 1.01, np.vstack([good, np.full(24, np.nan)]), np.full((1, 24), np.inf), good * np.float32(1e30)):
        with pytest.raises(UsageError, match="norm"):
            pair.station.encrypt(bad)
    for bad in (good[:, :23], good[0], good[:0]):
        with pytest.raises(UsageError):
            pair.station.encrypt(bad)
    assert list((pair.place / "station" / "outstanding").iterdir()) == []


def test_a_head_that_could_wrap_is_not_loaded(pair: Pair) -> None:
    facts = json.loads(pair.model.packed())
    assert model_from(pair.model.packed()).card == pair.model.card
    for name, value in (
        ("weights", [[w * 2 for w in row] for row in facts["weights"]]),
        ("bias", [9.0] * 5),
        ("labels", [*names(4), "other"]),
        ("tau", 1.0),
        ("dimension", 23),
        ("weights", facts["weights"][:4]),
        ("bias", [float("nan")] * 5),
        ("weights", "x"),
        ("profile", "lin-1 "),
    ):
        with pytest.raises((ModelError, UsageError)):
            model_from(json.dumps(facts | {name: value}).encode())
    for data in (b"", b"[]", b"{" * 5000, b"x" * (5 << 20), pair.model.card.packed()):
        with pytest.raises(ModelError):
            model_from(data)
    with pytest.raises(ModelError):
        card_from(pair.model.packed())


def test_even_a_head_with_the_right_digest_is_refused_where_it_could_wrap(pair: Pair) -> None:
    facts = json.loads(pair.model.packed())
    facts["weights"] = [[w * 2 for w in row] for row in facts["weights"]]
    named = {name: value for name, value in facts.items() if name not in ("format", "model")}
    digest = hashlib.sha256(json.dumps(named, sort_keys=True, separators=(",", ":")).encode()).digest()
    with pytest.raises(ModelError):
        model_from(json.dumps(facts | {"model": digest.hex()}).encode())


@pytest.mark.parametrize("layout", ["rcp", "rfm"])
def test_zero_weights_and_classes_without_weights_are_computed(layout: str, tmp_path: Path) -> None:
    """SEAL refuses a product with zero; a class of nothing but zeros has its bias for a score."""
    weights, bias = head(24, 5)
    weights[:, 3] = 0
    weights[1, :20] = 0
    weights[2] = 0
    weights[4] = 1e-12
    bias[2] = np.abs(bias).max() + 1
    pair = make_pair(tmp_path, weights, bias)
    assert [int(np.abs(row).sum()) for row in pair.model.weights[[2, 4]]] == [1, 1]
    rows = unit_rows(200, 24)
    with pair.server:
        answers = pair.answers(rows, layout)
    assert 0.05 < np.mean([label == "kind 2" for label in pair.labels(rows)]) < 0.95
    assert [a.label for a in answers] == pair.labels(rows)


def test_heads_that_say_nothing_are_refused() -> None:
    weights, bias = head(8, 3)
    good = {"weights": weights, "bias": bias, "labels": names(3), "schema": SCHEMA}
    for bad in (
        {"weights": weights * 0, "bias": bias * 0},
        {"weights": weights * np.nan},
        {"bias": bias[:2]},
        {"labels": ("a", "a", "b")},
        {"labels": ("a", UNDECIDED, "b")},
        {"weights": np.full_like(weights, np.inf)},
        {"weights": weights[:1], "bias": bias[:1], "labels": ("a",)},
        {"weights": np.ones((3, 257))},
    ):
        with np.errstate(all="ignore"), pytest.raises(UsageError):
            export_head(**(good | bad))


def test_another_key_is_told_by_its_id_and_not_by_garbage(pair: Pair) -> None:
    """SEAL decrypts what another key encrypted, to huge numbers and without a word."""
    from docpriv.encrypted.secret_keys import Cipher, make_key

    garbage = Cipher(make_key()).decrypted(
        pair.server._evaluator.evaluate(
            Shape(layout="rcp", documents=1, dimension=24, classes=5, group=5),
            [pair.station._cipher.encrypted(np.full(1024, 0.01 + 0j))],
        )[0]
    )
    assert np.abs(garbage).max() > 10
    (frame,) = pair.station.encrypt(unit_rows(1, 24))
    reply = pair.server.evaluate(frame)
    forged = signed(reply[:24] + b"another key's id" + reply[40:], pair.mac_key)
    with pytest.raises(FrameRefused, match="another key"):
        pair.station.decrypt(forged)
    pair.folder.rotate()
    later = Station(pair.folder, pair.model.card)
    with pytest.raises(FrameRefused):
        later.decrypt(reply)


def test_another_schema_or_head_is_refused_on_both_sides(pair: Pair, tmp_path: Path) -> None:
    from docpriv.encrypted.server import Server

    rows = unit_rows(1, 24)
    other_schema = export_head(weights=pair.weights, bias=pair.bias, labels=names(5), schema=b"\1" * 32)
    other_head = export_head(weights=pair.weights * 1.01 + 0.1, bias=pair.bias, labels=names(5), schema=SCHEMA)
    for other, word in ((other_schema, "schema"), (other_head, "head")):
        (frame,) = pair.station.encrypt(rows)
        with Server(other, pair.book) as server, pytest.raises(FrameRefused, match=word):
            server.evaluate(frame)
        reply = pair.server.evaluate(frame)
        with pytest.raises(FrameRefused, match="head"):
            Station(pair.folder, other.card).decrypt(reply)
        assert pair.station.decrypt(reply).answers[0].label == pair.labels(rows)[0]


def test_tenseals_own_ways_agree_where_they_are_right(tmp_path: Path) -> None:
    weights, bias = head(24, 5)
    rows = unit_rows(6, 24).astype(np.float64)
    truth = rows @ weights.T + bias
    galois = documented_context(rotations=True)
    assert np.abs(by_vector(galois, rows[0], weights, bias) - truth[0]).max() < 0.05
    assert np.abs(by_tensor(galois, rows, weights, bias) - truth).max() < 0.05
    assert np.abs(by_tensor(lazy_context(), rows, weights, bias) - truth).max() < 0.05
    pair = make_pair(tmp_path, weights, bias)
    with pair.server:
        assert [a.label for a in pair.answers(rows)] == [f"kind {at}" for at in truth.argmax(axis=1)]


def test_a_bias_added_between_two_products_is_lost_by_tenseal_and_not_here(tmp_path: Path) -> None:
    """`mm(W1) + b1`, squared, `mm(W2)`: the second product reads slots in which the bias is missing. Here a bias stands beside
    every document that shares a ciphertext."""
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[45, 33, 33, 33, 45], n_threads=1)
    context.global_scale = 2.0**33
    context.generate_galois_keys()
    draw = np.random.default_rng(5)
    x, w1, b1, w2 = draw.normal(size=6), draw.normal(size=(6, 4)), draw.normal(size=4), draw.normal(size=(4, 3))
    hidden = ts.ckks_vector(context, x.tolist()).mm(w1.tolist()) + b1.tolist()
    hidden.square_()
    found = np.array(hidden.mm(w2.tolist()).decrypt())
    assert np.abs(found - (x @ w1 + b1) ** 2 @ w2).max() > 0.1
    weights, bias = head(24, 5)
    pair = make_pair(tmp_path, weights, bias * 20)
    rows = unit_rows(200, 24)
    with pair.server:
        for layout in ("rcp", "rfm"):
            assert [a.label for a in pair.answers(rows, layout)] == pair.labels(rows)


def test_seal_itself_notices_no_change_of_a_ciphertext(pair: Pair) -> None:
    """Why every frame has a MAC: somebody on the way could change documents into others without any key."""
    api, context = sealapi(), pair.station._cipher.context
    from docpriv.encrypted.seal import load_ciphertext, to_bytes

    slots = embedding(LIN_1.degree).slots(np.eye(1, LIN_1.degree)[0] * 0.25)
    loaded = load_ciphertext(context, pair.station._cipher.encrypted(slots), LIN_1.feature_scale)
    shift = api.Plaintext()
    context.encoder.encode((slots * 2).tolist(), LIN_1.feature_scale, shift)
    api.Evaluator(context.seal).add_plain_inplace(loaded, shift)
    plain = api.Plaintext()
    pair.station._cipher._decryptor.decrypt(load_ciphertext(context, to_bytes(loaded), LIN_1.feature_scale), plain)
    assert np.array(context.encoder.decode_complex(plain)) == pytest.approx(slots * 3, abs=1e-5)
    (frame,) = pair.station.encrypt(unit_rows(1, 24))
    changed = bytearray(frame)
    changed[5_000] ^= 1
    with pytest.raises(FrameError, match="authenticate"):
        pair.server.evaluate(bytes(changed))
