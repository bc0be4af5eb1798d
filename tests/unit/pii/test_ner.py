"""The named-entity model at run time: what it finds, where exactly, and which model files it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import docpriv.pii.ner
from docpriv.errors import ModelError
from docpriv.model_card import CARD_FILE
from docpriv.pii.ner.decoding import best_path, decode
from docpriv.pii.ner.encoding import Encoder, WordShape, bio_tags, word_shape
from docpriv.pii.ner.model import MODEL_FILE, TOKENIZER_FILE, NerModel, NerSpan, windows

MODEL_DIR = Path(docpriv.pii.ner.__file__).parents[1] / "models" / "names-en"
LABELS = bio_tags(("PERSON", "ADDRESS"))


@pytest.fixture(scope="module")
def model() -> NerModel:
    return NerModel(MODEL_DIR)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.from_file(MODEL_DIR / TOKENIZER_FILE)


def found(model: NerModel, text: str, label: str) -> list[str]:
    return [text[span.start : span.end] for span in model.find(text) if span.label == label]


def covered(model: NerModel, text: str, part: str) -> bool:
    """Whether every letter and digit of `part` is in some span."""
    start = text.index(part)
    inside = {at for span in model.find(text) for at in range(span.start, span.end)}
    return all(at in inside for at in range(start, start + len(part)) if text[at].isalnum())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please call (John Smith) before noon.", "John Smith"),
        ('Signed "Mary Jane Watson", witness', "Mary Jane Watson"),
        ("Attn:Robert Miller;Accounts payable", "Robert Miller"),
        ("cc: Susan Clark/Finance", "Susan Clark"),
        ("Patient: GARCIA, MARIA L.   MRN 00482213", "GARCIA, MARIA L"),
        ("Dear Mr. Okonkwo-Harris,", "Okonkwo-Harris"),
    ],
)
def test_names_beside_punctuation_are_found_without_it(model: NerModel, text: str, name: str) -> None:
    assert name in [part.rstrip(".") for part in found(model, text, "PERSON")]


@pytest.mark.parametrize("name", ["ROBERT JOHNSON", "LINDA M. WILLIAMS", "JAMES O'BRIEN"])
def test_names_in_capitals_are_found(model: NerModel, name: str) -> None:
    assert covered(model, f"EMPLOYEE NAME: {name}\nDATE OF HIRE: 04/12/2001\n", name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The report was written by Michael\nThompson in the spring.", "Michael\nThompson"),
        ("Name of applicant: Jennifer A.\nRodriguez\nDate: 4 May 1999", "Jennifer A.\nRodriguez"),
        ("First Name   Last Name\nDaniel   Hernandez\n", "Daniel   Hernandez"),
    ],
)
def test_names_split_over_lines_and_cells_are_covered(model: NerModel, text: str, name: str) -> None:
    assert covered(model, text, name)


def test_an_address_over_three_lines_is_covered_to_its_end(model: NerModel) -> None:
    address = "1420 K Street, N.W.\nSuite 800\nWashington, D.C. 20005"
    text = f"Remit to:\nPatricia Lewis\n{address}\nPhone: (202) 555-0134"
    assert covered(model, text, address)
    assert "ADDRESS" in {span.label for span in model.find(text)}
    assert not covered(model, text, "555-0134")


@pytest.mark.parametrize(
    "text",
    [
        "Statement of Registrant pursuant to Section 2 of the Act, as amended",
        "Please print clearly in block letters. Attach additional sheets if necessary.",
        "Quantity   Description   Unit Price   Amount\n2   Printer Cartridge   14.00   28.00",
        "I certify that the information above is true and correct to the best of my knowledge.",
        "Total amount due within 30 days of invoice date",
    ],
)
def test_official_language_names_nobody(model: NerModel, text: str) -> None:
    assert [span for span in model.find(text) if span.label in ("PERSON", "ADDRESS")] == []


def test_offsets_are_code_points_of_the_text_as_given(model: NerModel) -> None:
    text = "\U0001f4c4\U0001f4c4 \u5f20 Jose\u0301 Nun\u0303ez\r\nwrote to Karen White."
    names = found(model, text, "PERSON")
    assert "Karen White" in names
    assert any(name.endswith("Nun\u0303ez") for name in names)


def test_a_final_accent_belongs_to_the_name(encoder: Encoder) -> None:
    text = "Rene\u0301 left"
    encoded = encoder.encode(text)
    assert text[encoded.word_starts[0] : encoded.word_ends[0]] == "Rene\u0301"


def test_long_texts_are_read_to_the_end_and_alike(model: NerModel) -> None:
    line = "The letter of Elizabeth Parker was received and filed.\n"
    text = line * 120
    expected = [line.index("Elizabeth") + number * len(line) for number in range(120)]
    assert [span.start for span in model.find(text) if span.label == "PERSON"] == expected


def test_texts_do_not_influence_each_other(model: NerModel) -> None:
    texts = ["Signed by Laura King", "", "x" * 3000, "Total due 4.00", "Attn: George Baker\nOak Street 4"]
    alone = [NerModel(MODEL_DIR).find(text) for text in texts]
    assert [model.find(text) for text in texts] == alone
    assert [model.find(text) for text in reversed(texts)] == alone[::-1]
    assert model.find("") == ()


def test_more_bias_finds_no_less() -> None:
    text = "Reps: Dunn   Okafor\nlot 4 returned by Pham / reviewed Ekström, cases 12"
    plain = NerModel(MODEL_DIR, o_bias=0.0).find(text)
    keen = NerModel(MODEL_DIR, o_bias=6.0).find(text)
    assert sum(span.end - span.start for span in keen) > sum(span.end - span.start for span in plain)
    assert all(0.0 <= span.score <= 1.0 for span in (*plain, *keen))


def test_spans_hold_no_text() -> None:
    assert repr(NerSpan(start=0, end=4, label="PERSON", score=0.5)) == ("NerSpan(start=0, end=4, label='PERSON', score=0.5)")


def test_line_breaks_tabs_and_gaps_are_tokens(encoder: Encoder) -> None:
    encoded = encoder.encode("First\tLast\nAnn  Lee")
    tokens = [encoder.tokenizer.id_to_token(int(number)) for number in encoded.ids]
    assert tokens == ["first", "\t", "last", "\n", "ann", "  ", "lee"]
    assert encoded.shapes.tolist() == [WordShape.TITLE, 0, WordShape.TITLE, 0, WordShape.TITLE, 0, WordShape.TITLE]
    assert len(encoded.first_pieces) == 4


def test_a_page_cannot_insert_the_models_own_tokens(encoder: Encoder) -> None:
    ids = encoder.encode("before [SEP] after [CLS] and [PAD]").ids
    assert not {encoder.begin_id, encoder.end_id, encoder.pad_id} & set(ids.tolist())


@pytest.mark.parametrize(
    ("word", "shape"),
    [
        ("smith", WordShape.LOWER),
        ("Smith", WordShape.TITLE),
        ("SMITH", WordShape.UPPER),
        ("J", WordShape.INITIAL),
        ("McDonald", WordShape.MIXED),
        ("1999", WordShape.NUMBER),
        ("123456", WordShape.LONG_NUMBER),
        ("B12", WordShape.WITH_DIGITS),
        (",", WordShape.PUNCTUATION),
    ],
)
def test_shapes(word: str, shape: WordShape) -> None:
    assert word_shape(word) is shape


@pytest.mark.parametrize("every", [3, 17, 90, 1000])
@pytest.mark.parametrize("count", [1, 160, 161, 999])
def test_windows_cover_everything_once(count: int, every: int) -> None:
    ids = np.ones(count, dtype=np.int64)
    ids[every - 1 :: every] = 7
    cut = windows(ids, 7, 160)
    assert [window.keep_start for window in cut] == [0, *(window.keep_end for window in cut[:-1])]
    assert cut[-1].keep_end == count
    assert all(window.end - window.start <= 160 for window in cut)
    assert all(window.start <= window.keep_start < window.keep_end <= window.end for window in cut)
    # What is kept has context on both sides, but at the ends of the text.
    assert all(after.keep_start - after.start >= 8 for after in cut[1:])
    assert all(before.end - before.keep_end >= 8 for before in cut[:-1])


def test_no_path_enters_an_entity_in_its_middle() -> None:
    scores = np.full((3, len(LABELS)), -9.0, dtype=np.float32)
    scores[0, 0] = -0.1
    scores[1, LABELS.index("I-PERSON")] = -0.1
    scores[1, LABELS.index("B-PERSON")] = -3.0
    scores[2, LABELS.index("I-ADDRESS")] = -0.1
    scores[2, 0] = -4.0
    path = [LABELS[tag] for tag in best_path(scores, LABELS)]
    assert path[0] == "O"
    for before, after in zip(["O", *path], path, strict=False):
        assert not after.startswith("I-") or before[2:] == after[2:]


def test_the_bias_turns_a_doubtful_word(encoder: Encoder) -> None:
    encoded = encoder.encode("call Bo")
    scores = np.full((2, len(LABELS)), -12.0, dtype=np.float32)
    scores[0, 0] = np.log(0.999)
    scores[1, 0], scores[1, LABELS.index("B-PERSON")] = np.log(0.6), np.log(0.4)
    assert decode(encoded, scores, 0.0, LABELS) == []
    [(start, end, label, certainty)] = decode(encoded, scores, 1.5, LABELS)
    assert (start, end, label) == (5, 7, "PERSON")
    assert certainty == pytest.approx(0.4, abs=1e-5)


def test_the_card_tells_what_the_files_are(model: NerModel) -> None:
    card = json.loads((MODEL_DIR / CARD_FILE).read_text(encoding="utf-8"))
    name, version, digest = model.identity()
    assert (name, version) == (card["name"], card["version"])
    assert digest == hashlib.sha256((MODEL_DIR / MODEL_FILE).read_bytes()).hexdigest()
    for file, stated in card["files"].items():
        assert (MODEL_DIR / file).stat().st_size == stated["bytes"]
    assert set(card["figures"]) == set(card["measured_on"])
    assert all(work["licence"] for work in card["trained_on"])


def copied(target: Path, **changes: object) -> Path:
    """A copy of the model in which entries of the card are changed; the big file is linked."""
    target.mkdir()
    (target / MODEL_FILE).symlink_to(MODEL_DIR / MODEL_FILE)
    shutil.copy(MODEL_DIR / TOKENIZER_FILE, target)
    card = json.loads((MODEL_DIR / CARD_FILE).read_text(encoding="utf-8"))
    (target / CARD_FILE).write_text(json.dumps({**card, **changes}), encoding="utf-8")
    return target


def test_an_unchanged_copy_loads(tmp_path: Path) -> None:
    assert NerModel(copied(tmp_path / "model")).find("Signed: Nancy Turner")


@pytest.mark.parametrize("file", [MODEL_FILE, TOKENIZER_FILE, CARD_FILE])
def test_a_missing_file_is_refused(tmp_path: Path, file: str) -> None:
    folder = copied(tmp_path / "model")
    (folder / file).unlink()
    with pytest.raises(ModelError, match=file):
        NerModel(folder)


def test_a_changed_tokenizer_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path / "model")
    with (folder / TOKENIZER_FILE).open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(ModelError, match="SHA-256"):
        NerModel(folder)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    card = json.loads((MODEL_DIR / CARD_FILE).read_text(encoding="utf-8"))
    content = b"no model"
    files = {**card["files"], MODEL_FILE: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}}
    folder = copied(tmp_path / "model", files=files)
    (folder / MODEL_FILE).unlink()
    (folder / MODEL_FILE).write_bytes(content)
    with pytest.raises(ModelError, match="cannot be loaded"):
        NerModel(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"encoding": "plain"},
        {"labels": ["O"]},
        {"labels": ["O", "B-PERSON"]},
        {"languages": []},
        {"encoding": "layout-shape-2"},
        {"files": {}},
        {"window": "many"},
        {"version": ""},
    ],
)
def test_a_card_that_does_not_fit_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        NerModel(copied(tmp_path / "model", **changes))


def test_a_card_that_is_no_json_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path / "model")
    (folder / CARD_FILE).write_text("[", encoding="utf-8")
    with pytest.raises(ModelError, match=CARD_FILE):
        NerModel(folder)


@pytest.mark.parametrize("options", [{"threads": 0}, {"o_bias": -1.0}, {"o_bias": float("nan")}])
def test_senseless_options_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least"):
        NerModel(MODEL_DIR, **options)  # type: ignore[arg-type]
