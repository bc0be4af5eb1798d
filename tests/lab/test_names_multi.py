"""The European model's training code without torch: corpora of many languages, untold words, packed weights, families."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

import numpy as np
import pytest

import docpriv.pii.ner
from docpriv.pii.ner.encoding import Encoder
from docpriv_lab.names_model import multilingual
from docpriv_lab.names_model.attribution_eu import attributed
from docpriv_lab.names_model.corpora_multi import SOURCES, read_set, read_training, without_numbers
from docpriv_lab.names_model.families import EUROPEAN
from docpriv_lab.names_model.noise import misread
from docpriv_lab.names_model.packing import IGNORED, tags_of
from docpriv_lab.names_model.samples import ADDRESS, LOCATION, PERSON, PHONE, UNTOLD, Annotation, Draft, Sample
from docpriv_lab.names_model.scoring import score

TOKENIZER = Path(docpriv.pii.ner.__file__).parents[1] / "models" / "names-eu" / "tokenizer.json"


def written(folder: Path, name: str, *records: tuple[str, list[tuple[str, str]]]) -> None:
    """A set whose spans are given by their words."""
    lines = []
    for text, spans in records:
        places = [[text.index(words), text.index(words) + len(words), label] for words, label in spans]
        lines.append(json.dumps({"text": text, "spans": places, "lang": "xx"}))
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def parts(sample: Sample) -> list[tuple[str, str]]:
    return [(sample.text[item.start : item.end], item.label) for item in sample.annotations]


def test_words_with_digits_are_untold_unless_labelled(tmp_path: Path) -> None:
    written(
        tmp_path,
        "europeana_de",
        ("Am 12.3. wohnt Jo Öz in 1010 Wien, Tel. 0664/12345.", [("Jo Öz", "PERSON"), ("1010 Wien", "ADDRESS")]),
    )
    [sample] = read_set(tmp_path, "europeana_de")
    assert parts(sample) == [("12.3.", UNTOLD), ("Jo Öz", PERSON), ("1010 Wien", ADDRESS), ("0664/12345.", UNTOLD)]


def test_people_without_a_name_are_no_persons_where_a_set_counts_them(tmp_path: Path) -> None:
    written(tmp_path, "ronec_v1", ("Un șef și Ana Pop", [("șef", "PERSON"), ("Ana Pop", "PERSON")]))
    [sample] = read_set(tmp_path, "ronec_v1")
    assert parts(sample) == [("Ana Pop", PERSON)]


def test_postcodes_that_a_set_counts_as_places_are_addresses(tmp_path: Path) -> None:
    written(tmp_path, "meddocan_dev", ("CP: 28029 Madrid", [("28029", "LOCATION"), ("Madrid", "LOCATION")]))
    [sample] = read_set(tmp_path, "meddocan_dev")
    assert parts(sample) == [("28029", ADDRESS), ("Madrid", LOCATION)]


def test_no_more_of_a_set_is_read_than_its_words(tmp_path: Path) -> None:
    for source in SOURCES:
        for name in source.train:
            written(tmp_path, name, ("eins zwei drei " * 100 + "vier", []))
    with (tmp_path / "europeana_de.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"text": "wort " * 120_000, "spans": [], "lang": "de"}) + "\n")
    training = read_training(tmp_path)
    assert [len(sample.text.split()) for sample in training["de"]] == [301]
    assert set(training) == {source.language for source in SOURCES if source.train}


def test_what_is_trained_on_is_attributed_and_never_measured_on() -> None:
    trained = {name for source in SOURCES for name in source.train}
    measured = {name for source in SOURCES for name in source.test}
    assert all(map(attributed, trained))
    assert not trained & measured
    assert not any(name.startswith(("uner", "wikiann", "turku", "nerkor", "ler_", "germeval", "kpwr")) for name in trained)


def test_untold_words_are_neither_learnt_nor_counted() -> None:
    encoder = Encoder.from_file(TOKENIZER)
    sample = without_numbers(
        Sample(text="Frau Öz 0664 12345 kommt", annotations=(Annotation(start=5, end=7, label=PERSON),), source="t")
    )
    encoded = encoder.encode(sample.text)
    tags = tags_of(encoded.piece_starts, encoded.piece_ends, sample, EUROPEAN.labels)
    by_text = {
        sample.text[start:end]: tag for start, end, tag in zip(encoded.piece_starts, encoded.piece_ends, tags, strict=True)
    }
    assert by_text["0"] == IGNORED if "0" in by_text else IGNORED in tags
    assert tags[0] == tags[-1] == 0
    figures = score([sample], [[*sample.annotations[:1], Annotation(start=8, end=18, label=PHONE)]]).figures()
    assert figures["any_word_precision"] == figures["any_word_recall"] == 100.0


def test_kinds_that_a_model_does_not_have_are_nothing_to_it() -> None:
    encoder = Encoder.from_file(TOKENIZER)
    sample = Sample(text="Tel 0664", annotations=(Annotation(start=4, end=8, label=PHONE),), source="t")
    encoded = encoder.encode(sample.text)
    assert set(tags_of(encoded.piece_starts, encoded.piece_ends, sample, ("O", "B-PERSON", "I-PERSON"))) == {0}


def test_untold_words_stay_untold_in_noise() -> None:
    sample = without_numbers(Sample(text="Rechnung 4711 vom 3.4.2020", annotations=(), source="t"))
    noisy = misread(Draft(sample.text, sample.annotations), 0.2, random.Random(4))
    assert [item.label for item in noisy.annotations] == [UNTOLD, UNTOLD]


def test_packed_weights_are_read() -> None:
    names = {"emb.pos": (4, 32), "l0.q.b": (32,)}
    head = struct.pack("<7i", 32, 1, 4, 64, 2, 4, 2) + struct.pack("<fi", 1e-12, 0) + struct.pack("<i", 1) + bytes(16)
    words = struct.pack("<Q", 3) + bytes((2 + 1) * 4) + b"abc"
    full = np.arange(32, dtype="<f4").tobytes()
    blocks = b"".join(np.float16(0.5).tobytes() + bytes([0x80 | value] * 16) for value in range(4))
    length = 8 + len(head) + len(words) + 8 + 4 + sum(2 + len(name) + 5 + 16 for name in names)
    table = struct.pack("<i", len(names))
    for name, offset, size in (("emb.pos", length, len(blocks)), ("l0.q.b", length + len(blocks), len(full))):
        table += struct.pack("<H", len(name)) + name.encode() + bytes(5) + struct.pack("<QQ", offset, size)
    weights, sizes = multilingual.unpacked(bytes(8) + head + words + struct.pack("<iI", 0, 0) + table + blocks + full)
    assert sizes["hidden"] == 32
    assert np.array_equal(weights["l0.q.b"], np.arange(32))
    assert np.array_equal(weights["emb.pos"][3], [-2.5] * 16 + [0.0] * 16)


def test_the_vocabulary_keeps_every_letter_and_number() -> None:
    pytest.importorskip("semantra_multilingual")
    encoder = multilingual.cut_vocabulary(["straße rue ulica", "straße"]).encoder
    assert encoder.name == "layout-shape-2"
    for sign in "äöüßéèêçñõåæøœłąęśżźćńčřšžěůőűğışțșăâîαω0123456789€§•":
        assert encoder.unk_id not in encoder.encode(sign).ids
    assert encoder.unk_id in encoder.encode("ж").ids
