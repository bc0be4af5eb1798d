"""The model file: whole or refused, one digest for one content, and its two parts come apart."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from docpriv.classify import container
from docpriv.classify.model import LAYOUT_FEATURES, Classifier, FeatureSchema, LinearHead, open_classifier
from docpriv.classify.tables import MOST_TABLE_BYTES
from docpriv.errors import DocprivError, ModelError, OutputExists, UsageError

TEXT = 6


def schema(**other: object) -> FeatureSchema:
    rng = np.random.default_rng(1)
    tables: dict[str, object] = {
        "hashes": np.arange(3, 43, 2, dtype=np.uint32),
        "idf": np.linspace(1, 3, 20, dtype=np.float32),
        "components": rng.integers(-127, 127, (20, TEXT)).astype(np.int8),
        "steps": np.full(TEXT, 0.01, np.float32),
        "middle": np.zeros(LAYOUT_FEATURES, np.float32),
        "spread": np.ones(LAYOUT_FEATURES, np.float32),
        "layout_weight": 0.3,
    }
    return FeatureSchema(**{**tables, **other})  # type: ignore[arg-type]


def head(labels: tuple[str, ...] = ("a", "b", "c"), temperature: float = 0.5) -> LinearHead:
    rng = np.random.default_rng(2)
    return LinearHead(
        weights=rng.normal(size=(len(labels), TEXT + LAYOUT_FEATURES)),
        bias=np.zeros(len(labels)),
        labels=labels,
        temperature=temperature,
    )


@pytest.fixture
def model() -> Classifier:
    return Classifier(schema=schema(), head=head(), threshold=0.6, card={"note": "tests"})


def test_a_model_comes_back_as_it_was_written(model: Classifier, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    model.save(path)
    again = Classifier.load(path)
    assert again.model_id == model.model_id
    assert len(model.model_id) == len(model.schema.digest) == 32
    assert again.head is not None
    assert again.head.labels == ("a", "b", "c")
    assert again.card == {"note": "tests"}
    assert again.packed() == path.read_bytes()  # the same model is the same file
    with np.load(path, allow_pickle=False) as plain:
        assert np.array_equal(plain["components"], model.schema.components)
    with pytest.raises(OutputExists):
        model.save(path)
    model.save(path, replace=True)


def test_any_other_table_is_another_schema() -> None:
    first = schema()
    rng = np.random.default_rng(9)
    changed = [
        schema(hashes=first.hashes + 1),
        schema(idf=first.idf * 2),
        schema(steps=first.steps * 2),
        schema(components=rng.integers(-9, 9, (20, TEXT)).astype(np.int8)),
        schema(middle=first.middle + 1),
        schema(spread=first.spread * 2),
        schema(layout_weight=0.31),
    ]
    assert len({one.digest for one in (first, *changed)}) == 8
    assert schema().digest == first.digest


def test_the_version_of_the_feature_code_is_part_of_the_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema().digest
    monkeypatch.setattr("docpriv.classify.model.FEATURE_CODE", 2)
    assert schema(version=2).digest != before
    with pytest.raises(ModelError, match="another version"):
        schema(version=1)


def test_any_other_head_or_threshold_is_another_model(model: Classifier) -> None:
    others = [
        replace(model, head=head(temperature=0.6)),
        replace(model, head=head(labels=("a", "b", "d"))),
        replace(model, threshold=0.7),
        model.without_head(),
        replace(model, schema=schema(layout_weight=0.4)),
    ]
    assert len({one.model_id for one in (model, *others)}) == 6
    assert replace(model, card={}).model_id == model.model_id  # what is written for people changes nothing


def test_the_public_part_makes_features_and_judges_nothing(model: Classifier, tmp_path: Path) -> None:
    public = tmp_path / "schema.npz"
    model.without_head().save(public)
    loaded = Classifier.load(public)
    assert loaded.head is None
    assert loaded.schema.digest == model.schema.digest
    with zipfile.ZipFile(public) as file:
        assert not {"weights.npy", "bias.npy"} & set(file.namelist())
        assert b'"a"' not in file.read("model.json")
    with pytest.raises(UsageError):
        loaded.judge(np.zeros((1, loaded.schema.dimension), np.float32))


def test_a_judgement_is_the_softmax_at_the_temperature(model: Classifier) -> None:
    assert model.head is not None
    vectors = np.random.default_rng(4).normal(size=(5, model.schema.dimension)).astype(np.float32)
    logits = vectors.astype(np.float64) @ model.head.weights.T + model.head.bias
    shares = np.exp(logits / 0.5) / np.exp(logits / 0.5).sum(axis=1, keepdims=True)
    for row, share, judged in zip(logits, shares, model.judge(vectors), strict=True):
        assert judged.label == model.head.labels[int(np.argmax(row))]
        assert judged.probability == pytest.approx(share.max())
        assert judged.margin == pytest.approx(np.sort(row)[-1] - np.sort(row)[-2])
        assert judged.decided == (share.max() >= 0.6)
    with pytest.raises(UsageError):
        model.judge(vectors[:, :-1])


@pytest.mark.parametrize(
    "other",
    [
        {"hashes": np.arange(20, dtype=np.uint32)[::-1].copy()},
        {"hashes": np.arange(19, dtype=np.uint32)},
        {"idf": np.full(20, np.nan, np.float32)},
        {"idf": np.full(20, -1.0, np.float32)},
        {"spread": np.zeros(LAYOUT_FEATURES, np.float32)},
        {"middle": np.zeros(3, np.float32)},
        {"components": np.zeros((20, 250), np.int8), "steps": np.zeros(250, np.float32)},
        {"components": np.zeros((20, 0), np.int8), "steps": np.zeros(0, np.float32)},
        {"layout_weight": float("nan")},
        {"layout_weight": -1.0},
    ],
)
def test_tables_that_do_not_fit_are_refused(other: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        schema(**other)


@pytest.mark.parametrize(
    "other",
    [
        {"labels": ("a", "a", "b")},
        {"labels": ("a", "b")},
        {"labels": ("a", "b", "c\n")},
        {"labels": ("a", "b", "")},
        {"temperature": 0.0},
        {"temperature": float("inf")},
        {"bias": np.zeros(2)},
        {"weights": np.full((3, TEXT + LAYOUT_FEATURES), np.inf)},
        {"weights": np.zeros((3, 300))},
    ],
)
def test_heads_that_do_not_fit_are_refused(other: dict[str, object]) -> None:
    good = {"weights": np.zeros((3, TEXT + LAYOUT_FEATURES)), "bias": np.zeros(3), "labels": ("a", "b", "c"), "temperature": 1.0}
    LinearHead(**good)  # type: ignore[arg-type]
    with pytest.raises(ModelError):
        LinearHead(**{**good, **other})  # type: ignore[arg-type]


class _Trap:
    def __reduce__(self) -> tuple[object, ...]:
        return (open, ("/nonexistent/trap", "w"))


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def _members(model: Classifier) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(model.packed())) as file:
        return {name: file.read(name) for name in file.namelist()}


def _objects() -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([_Trap()], dtype=object), allow_pickle=True)
    return out.getvalue()


def _hostile(model: Classifier) -> dict[str, bytes]:
    """Files that are no model, by what is wrong with them."""
    good = _members(model)
    manifest = json.loads(good["model.json"])

    def changed(name: str, data: bytes) -> bytes:
        return _zip({**good, name: data})

    def told(change: object) -> bytes:
        copy = json.loads(good["model.json"])
        change(copy)  # type: ignore[operator]
        return changed("model.json", json.dumps(copy).encode())

    huge = dict(manifest["arrays"]["weights"], shape=[1 << 40, 1 << 20])
    return {
        "empty": b"",
        "text": b"not a zip",
        "pickle": pickle.dumps({"weights": [1]}),
        "objects": changed("weights.npy", _objects()),
        "no-manifest": _zip({k: v for k, v in good.items() if k != "model.json"}),
        "list": changed("model.json", b"[]"),
        "deep": changed("model.json", b"[" * 100_000),
        "no-array": _zip({k: v for k, v in good.items() if k != "bias.npy"}),
        "more": changed("extra.npy", b"x"),
        "cut-array": changed("weights.npy", good["weights.npy"][:-8]),
        "long-array": changed("weights.npy", good["weights.npy"] + b"12345678"),
        "other-number": changed("bias.npy", good["bias.npy"][:-1] + b"\x01"),
        "huge-shape": told(lambda m: m["arrays"].update(weights=huge)),
        "negative-shape": told(lambda m: m["arrays"]["bias"].update(shape=[-3])),
        "other-type": told(lambda m: m["arrays"]["bias"].update(dtype="|O")),
        "other-threshold": told(lambda m: m["facts"].update(threshold=0.1)),
        "other-labels": told(lambda m: m["facts"]["head"].update(labels=["a", "b", "x"])),
        "labels-no-list": told(lambda m: m["facts"]["head"].update(labels=7)),
        "other-weight": told(lambda m: m["facts"]["schema"].update(layout_weight=0.9)),
        "big-number": told(lambda m: m["facts"]["schema"].update(version=10**400)),
        "weight-no-number": told(lambda m: m["facts"]["schema"].update(layout_weight=None)),
        "other-format": told(lambda m: m.update(format="else")),
        "next-version": told(lambda m: m.update(version=2)),
        "head-without-arrays": told(lambda m: m["facts"].pop("head")),
        "bomb": _zip({**good, "bomb.npy": bytes(40 << 20)}),
        "many": _zip({**good, **{f"{k}.npy": b"" for k in range(50)}}),
    }


def test_whatever_is_not_a_model_is_one_clear_error(model: Classifier, tmp_path: Path) -> None:
    hostile = _hostile(model)
    assert len(hostile) == 26
    for name, data in hostile.items():
        path = tmp_path / "m.npz"
        path.write_bytes(data)
        with pytest.raises(ModelError) as told:
            Classifier.load(path)
        assert told.value.advice, name
        assert "/nonexistent" not in told.value.message
    assert not Path("/nonexistent/trap").exists()


def test_a_file_cut_or_changed_anywhere_is_refused_or_the_same(model: Classifier, tmp_path: Path) -> None:
    data = model.packed()
    rng = np.random.default_rng(5)
    path = tmp_path / "m.npz"
    refused = 0
    for at in rng.integers(0, len(data), 200):
        for spoilt in (data[:at], data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]):
            path.write_bytes(spoilt)
            try:
                assert Classifier.load(path).model_id == model.model_id  # a date of the zip, or a bit that says nothing
            except DocprivError:
                refused += 1
    assert refused > 300


def test_a_missing_file_a_folder_and_a_file_too_large(tmp_path: Path) -> None:
    for path in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(ModelError):
            Classifier.load(path)
    large = tmp_path / "large.npz"
    with large.open("wb") as file:
        file.truncate(container.MOST_BYTES + 1)
    with pytest.raises(ModelError, match="larger"):
        Classifier.load(large)


def test_a_shipped_file_that_its_card_does_not_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: Classifier
) -> None:
    folder = tmp_path
    model.save(folder / "model.npz")
    monkeypatch.setattr("docpriv.classify.model.SHIPPED", folder)
    with pytest.raises(ModelError, match="has no card"):
        open_classifier()
    (folder / "card.json").write_text(json.dumps({"files": {"model.npz": {"sha256": "0" * 64}}}))
    with pytest.raises(ModelError, match="differs from the SHA-256"):
        open_classifier()
    (folder / "card.json").write_text(
        json.dumps({"files": {"model.npz": {"sha256": hashlib.sha256(model.packed()).hexdigest()}}})
    )
    assert open_classifier().model_id == model.model_id


def test_the_model_that_ships_is_whole_small_and_says_what_it_holds() -> None:
    shipped = open_classifier()
    assert shipped.head is not None
    assert shipped.schema.size_bytes < MOST_TABLE_BYTES
    assert shipped.schema.dimension <= 256
    assert len(shipped.head.labels) <= 16
    held_out = shipped.card["held_out"]
    assert tuple(held_out["labels"]) == shipped.head.labels
    assert held_out["accuracy"] == pytest.approx(np.trace(held_out["confusion"]) / held_out["documents"], abs=1e-4)
    assert shipped.card["sources"]
