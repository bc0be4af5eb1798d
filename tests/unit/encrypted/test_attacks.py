"""What the documentation claims that each side can learn, tried: with what a server has, with both frames, with own questions."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import docpriv.encrypted
from docpriv.encrypted.frames import HEADER, Direction, open_frame
from docpriv.encrypted.packing import document_slots, embedding, scores
from docpriv.encrypted.profile import LIN_1, Shape
from docpriv.encrypted.seal import load_ciphertext, make_context, sealapi
from docpriv.encrypted.secret_keys import Cipher, make_key
from docpriv.encrypted.station import Answer, Answers, Station
from tests.unit.encrypted.made import Pair, make_pair, unit_rows

PLACE = Path(docpriv.encrypted.__file__).parent
KEY_TYPES = {
    "SecretKey",
    "Decryptor",
    "Encryptor",
    "KeyGenerator",
    "PublicKey",
    "RelinKeys",
    "GaloisKeys",
    "decrypt",
    "context_from",
    "StationKey",
    "Cipher",
}
KEY_MODULES = {"secret_keys", "station", "station_folder"}
SERVER_SIDE = (
    "server",
    "worker",
    "limited",
    "evaluation",
    "mac_keys",
    "model_file",
    "frames",
    "packing",
    "seal",
    "profile",
    *(f"service.{path.stem}" for path in sorted((PLACE / "service").glob("*.py")) if path.stem != "__init__"),
)


# -- the server cannot decrypt ---------------------------------------------------------------------------------


def source(module: str) -> Path:
    path = PLACE.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imported(module: str) -> set[str]:
    """Modules of the package that a module imports, inside functions too."""
    tree, named = ast.parse(source(module).read_text(encoding="utf-8")), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports are not followed here"
            named |= {node.module or "", *(f"{node.module}.{a.name}" for a in node.names)}
        elif isinstance(node, ast.Import):
            named |= {a.name for a in node.names}
    inside = {name.removeprefix("docpriv.encrypted.") for name in named if name.startswith("docpriv.encrypted.")}
    return {name for name in inside if source(name).is_file()}


def reached(module: str) -> set[str]:
    seen: set[str] = set()
    todo = {module}
    while todo:
        one = todo.pop()
        seen.add(one)
        todo |= imported(one) - seen
    return seen


def key_names(text: str) -> set[str]:
    tree = ast.parse(text)
    return (
        {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & KEY_TYPES
        | ({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & KEY_TYPES)
        | ({node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)} & KEY_TYPES)
    )


@pytest.mark.parametrize("module", SERVER_SIDE)
def test_nothing_that_the_server_imports_can_name_a_secret_key(module: str) -> None:
    assert not reached(module) & KEY_MODULES
    for one in reached(module):
        assert key_names(source(one).read_text(encoding="utf-8")) == set(), one


def test_the_check_sees_a_secret_key() -> None:
    assert reached("station") >= {"secret_keys", "frames"}
    assert key_names("import x\ndef f(): return x.SecretKey()") == {"SecretKey"}
    assert key_names("getattr(x, 'Decryptor')") == {"Decryptor"}
    assert "SecretKey" in key_names((PLACE / "secret_keys.py").read_text(encoding="utf-8"))


def test_a_server_that_runs_has_loaded_no_module_with_keys() -> None:
    code = (
        "import sys, docpriv.encrypted.server, docpriv.encrypted.worker, docpriv.encrypted.evaluation\n"
        "print(sorted(m for m in sys.modules if m.startswith('docpriv.encrypted.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "docpriv.encrypted.server" in done.stdout
    assert not [name for name in KEY_MODULES if f"'docpriv.encrypted.{name}'" in done.stdout]


def test_importing_the_package_loads_neither_tenseal_nor_numpy() -> None:
    code = "import sys, docpriv.encrypted; print([m for m in ('tenseal', 'numpy', 'pyrage') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


# -- what a request tells --------------------------------------------------------------------------------------


def test_a_request_holds_no_feature_and_no_two_of_one_document_are_alike(pair: Pair) -> None:
    rows = unit_rows(1, 24)
    first, second = (next(pair.station.encrypt(rows)) for _ in range(2))
    assert rows.tobytes() not in first
    assert rows.astype(np.float64).tobytes() not in first
    same = np.frombuffer(first[HEADER.size + 64 : 15_000], np.uint8) == np.frombuffer(second[HEADER.size + 64 : 15_000], np.uint8)
    assert same.mean() < 0.02  # 1 / 256 by chance


def test_requests_of_different_documents_differ_in_nothing_that_can_be_read(pair: Pair) -> None:
    """The head is a function of how many documents there are; lengths vary by chance, not by document."""
    zero, one = np.zeros((1, 24), np.float32), np.zeros((1, 24), np.float32)
    one[0, 5] = 1
    frames = {name: [next(pair.station.encrypt(row)) for _ in range(60)] for name, row in (("zero", zero), ("one", one))}
    heads = {frame[: HEADER.size].replace(frame[104:120], b"nonce") for some in frames.values() for frame in some}
    assert len(heads) == 1
    lengths = {name: [len(frame) for frame in some] for name, some in frames.items()}
    spread = np.std(lengths["zero"] + lengths["one"])
    assert abs(np.mean(lengths["zero"]) - np.mean(lengths["one"])) < 5 * spread / np.sqrt(30)
    batch = HEADER.unpack_from(next(pair.station.encrypt(np.zeros((7, 24), np.float32))))
    assert batch[-2] == 7  # this the server learns


def test_without_the_stations_key_a_request_and_a_reply_decrypt_to_noise(pair: Pair) -> None:
    """Also with another key of the same profile, which is all that a server could make for itself."""
    rows = unit_rows(1, 24)
    request = next(pair.station.encrypt(rows))
    reply = pair.server.evaluate(request)
    frame = open_frame(reply, Direction.REPLY, lambda _: pair.mac_key)
    own = scores(frame.shape, [pair.station._cipher.decrypted(c) for c in frame.ciphertexts])
    guesses = []
    for _ in range(5):
        other = Cipher(make_key())
        found = scores(frame.shape, [other.decrypted(c) for c in frame.ciphertexts])
        guesses.append(np.abs(found).max())
        sent = (
            other._decryptor,
            load_ciphertext(
                other.context, open_frame(request, Direction.REQUEST, lambda _: pair.mac_key).ciphertexts[0], LIN_1.feature_scale
            ),
        )
        plain = sealapi().Plaintext()
        sent[0].decrypt(sent[1], plain)
        guesses.append(np.abs(embedding(LIN_1.degree).coefficients(np.array(other.context.encoder.decode_complex(plain)))).max())
    assert np.abs(own - pair.plain(rows) / pair.model.card.tau).max() < LIN_1.error
    assert min(guesses) > 0.1


# -- what protects the head: nothing ---------------------------------------------------------------------------


def prime() -> int:
    (found,) = [m.value() for m in make_context(LIN_1).seal.first_context_data().parms().coeff_modulus()]
    return int(found)


def polynomials(data: memoryview, scale: float) -> tuple[list[int], list[int]]:
    """Both polynomials of a ciphertext, by their values at the roots, as SEAL keeps them."""
    loaded = load_ciphertext(make_context(LIN_1), data, scale)
    values = [loaded[at] for at in range(2 * LIN_1.degree)]
    return values[: LIN_1.degree], values[LIN_1.degree :]


def inverse_transform(values: list[int], places: range) -> list[int]:
    """Coefficients of a polynomial from its values at psi^(2 bitreverse(i) + 1), centred; psi is SEAL's, the least root."""
    q, n = prime(), LIN_1.degree
    root = next(r for r in (pow(g, (q - 1) // (2 * n), q) for g in range(2, 100)) if pow(r, n, q) == q - 1)
    psi = min(pow(root, k, q) for k in range(1, 2 * n, 2))
    bits = n.bit_length() - 1
    exponents = [2 * int(f"{i:0{bits}b}"[::-1], 2) + 1 for i in range(n)]
    powers = [pow(psi, e, q) for e in range(2 * n)]
    out = []
    for k in places:
        total = sum(v * powers[-e * k % (2 * n)] for v, e in zip(values, exponents, strict=True)) % q
        value = total * pow(n, -1, q) % q
        out.append(value - q if value > q // 2 else value)
    return out


def test_whoever_sees_request_and_reply_has_the_head_without_any_key(pair: Pair) -> None:
    """Coefficients packed: the second polynomials' quotient is the weights."""
    request = next(pair.station.encrypt(unit_rows(1, 24)))
    reply = pair.server.evaluate(request)
    asked = open_frame(request, Direction.REQUEST, lambda _: pair.mac_key)
    given = open_frame(reply, Direction.REPLY, lambda _: pair.mac_key)
    assert asked.shape.group == 5
    _, before = polynomials(asked.ciphertexts[0], LIN_1.feature_scale)
    _, after = polynomials(given.ciphertexts[0], LIN_1.product_scale)
    q = prime()
    found = inverse_transform([b * pow(a, -1, q) % q for a, b in zip(before, after, strict=True)], range(5 * 24))
    stolen = np.array(found).reshape(5, 24)[:, ::-1]
    assert (stolen == pair.model.weights).all()


def test_so_it_is_feature_by_feature(tmp_path: Path) -> None:
    """As many equations as slots for d unknown weights, exact in the integers modulo q."""
    pair = make_pair(tmp_path, dimension=3, classes=2)
    with pair.server:
        request = next(pair.station.encrypt(unit_rows(5, 3), layout="rfm"))
        reply = pair.server.evaluate(request)
    columns = [
        polynomials(c, LIN_1.feature_scale)[1] for c in open_frame(request, Direction.REQUEST, lambda _: pair.mac_key).ciphertexts
    ]
    q = prime()
    for at, data in enumerate(open_frame(reply, Direction.REPLY, lambda _: pair.mac_key).ciphertexts):
        total = polynomials(data, LIN_1.product_scale)[1]
        rows = [[columns[j][i] for j in range(3)] + [total[i]] for i in range(3)]
        for j in range(3):  # Gauss and Jordan
            factor = pow(rows[j][j], -1, q)
            rows[j] = [v * factor % q for v in rows[j]]
            for other in range(3):
                if other != j:
                    rows[other] = [(a - rows[other][j] * b) % q for a, b in zip(rows[other], rows[j], strict=True)]
        found = [row[3] - q if row[3] > q // 2 else row[3] for row in rows]
        assert found == pair.model.weights[at].tolist()


def test_a_station_has_the_head_after_d_plus_1_questions(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dishonest station decrypts what it likes: zeros show the bias, each unit vector a column of weights."""
    from docpriv.encrypted import station as module

    seen: list[np.ndarray] = []
    real = module.scores
    monkeypatch.setattr(module, "scores", lambda shape, slots: seen.append(real(shape, slots)) or seen[-1])
    questions = np.vstack([np.zeros((1, 24)), np.eye(24)]).astype(np.float32)
    pair.answers(questions)
    found = np.concatenate(seen) * pair.model.card.tau
    assert len(found) == 25
    assert found[0] == pytest.approx(pair.bias, abs=1e-4)
    assert pytest.approx(pair.weights, abs=1e-4) == (found[1:] - found[0]).T


# -- what is never returned ------------------------------------------------------------------------------------


def test_a_decrypted_value_beside_its_ciphertext_shows_the_key(pair: Pair) -> None:
    """IND-CPA-D: from c0 + c1 s = m, all of it exact, the secret s is one division."""
    cipher = pair.station._cipher
    shape = Shape(layout="rcp", documents=1, dimension=24, classes=5, group=5)
    data = cipher.encrypted(document_slots(shape, unit_rows(1, 24).astype(np.float64), 0))
    plain = sealapi().Plaintext()
    cipher._decryptor.decrypt(load_ciphertext(cipher.context, data, LIN_1.feature_scale), plain)
    first, second = polynomials(memoryview(data), LIN_1.feature_scale)
    q = prime()
    secret = inverse_transform(
        [(plain[i] - a) * pow(b, -1, q) % q for i, (a, b) in enumerate(zip(first, second, strict=True))], range(64)
    )
    assert set(secret) == {-1, 0, 1}


def test_a_station_gives_labels_and_two_decimals_and_nothing_else(pair: Pair) -> None:
    assert set(Answer.__slots__) == {"label", "decided", "score"}
    assert set(Answers.__slots__) == {"first", "answers"}
    public = {name for name, _ in inspect.getmembers(Station, inspect.isfunction) if not name.startswith("_")}
    assert public == {"encrypt", "decrypt"}
    answers = pair.answers(unit_rows(50, 24), scores=True)
    assert all(one.score == round(one.score, 2) for one in answers)
    assert len({one.score for one in answers}) > 5
    assert all(one.score is None for one in pair.answers(unit_rows(2, 24)))


def test_a_replayed_request_gives_the_same_bytes(pair: Pair) -> None:
    for layout in ("rcp", "rfm"):
        request = next(pair.station.encrypt(unit_rows(9, 24), layout=layout))
        assert pair.server.evaluate(request) == pair.server.evaluate(request)
