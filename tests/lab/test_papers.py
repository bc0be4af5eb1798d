"""Papers to measure languages and origins on: every kind in every language, right labels, names and wording that nothing
learns from, the same bytes again."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from docpriv.errors import UsageError
from docpriv.evaluation.truth import MAYBE, PII_LABELS, read_label_file, read_manifest
from docpriv_lab.names_model.pools import is_held_out
from docpriv_lab.names_model.tongues import codes, wording_of
from docpriv_lab.pages.benchmark import make_languages, make_origins
from docpriv_lab.pages.papers import KINDS, ORIGIN_KINDS, Paper, language_papers, origin_papers
from docpriv_lab.pages.papers.content import Content
from docpriv_lab.pages.papers.names import region_names, tongue_names
from docpriv_lab.synthesis.people import iban_ok
from docpriv_lab.synthesis.regions import regions


@pytest.mark.parametrize("language", codes())
def test_the_papers_of_a_language_hold_every_class_and_ordinary_words(language: str) -> None:
    for number, kind in enumerate(KINDS, 1):
        words = Paper(number=number, kind=kind, level="easy", seed=1, language=language).sheet(dpi=50).canvas.words
        labels = {word.label for word in words}
        assert labels <= {*PII_LABELS, MAYBE, None}
        assert {"PERSON", None} <= labels, f"{kind} names nobody, or holds nothing else"
        assert not any("{" in word.text for word in words)


def test_names_are_those_that_nothing_learns_from() -> None:
    for language in codes():
        names = tongue_names(language)
        for one in (*names.home, *names.abroad):
            assert one.first_names
            assert one.surnames
            assert all(map(is_held_out, (*one.first_names, *one.surnames)))
    for key in regions():
        names = region_names(key)
        assert min(len(names.first_names), len(names.surnames)) >= 15, f"too few names of {key}"


def test_regions_hold_each_name_once_and_in_plain_letters() -> None:
    assert len(regions()) > 20
    for region in regions().values():
        for names in (region.given, region.family):
            assert len(set(names)) == len(names)
            assert all(name.isascii() and name[0].isupper() for name in names)


@pytest.mark.parametrize("language", codes())
def test_wording_is_that_of_the_test_half(language: str) -> None:
    content = Content.of_language(language, random.Random(1))
    learnt, kept = wording_of(language, held_out=False), wording_of(language, held_out=True)
    assert content.wording.passages == kept.passages
    if len(learnt.passages) > 50:  # a file that is written out
        assert not set(learnt.passages) & set(content.wording.passages)


def test_a_word_carries_the_label_of_what_fills_its_slot() -> None:
    content = Content.of_region("korean", random.Random(3))
    line = dict(content.line("Dear {first}, on {date:-} call {phone} of {company}, {street}"))
    names = region_names("korean").first_names
    assert next(text for text, label in line.items() if label == "PERSON").rstrip(",") in names
    assert {"PHONE", "ADDRESS", MAYBE} <= set(line.values())
    assert line["Dear"] is None
    assert line["call"] is None


def test_initials_and_marks_within_names_count_neither_way() -> None:
    content = Content.of_region("greek", random.Random(3))
    for _ in range(40):
        for text, label in content.line("{initialed}"):
            assert label == (MAYBE if len(text) == 1 or text.endswith(".") else "PERSON"), text


def test_papers_take_turns_and_a_longer_set_begins_with_a_shorter_one() -> None:
    plan = list(language_papers(codes()[:1], 48, seed=2))
    assert {(page.kind, page.level) for page in plan[:24]} == {
        (kind, level) for kind in KINDS for level in ("easy", "medium", "hard")
    }
    assert plan[:7] == list(language_papers(codes()[:1], 7, seed=2))
    people = list(origin_papers(len(regions()) * len(ORIGIN_KINDS), seed=2))
    assert len({(page.kind, page.origin) for page in people}) == len(people)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UsageError, match="xx"):
        list(language_papers(["de", "xx"], 3, 1))
    with pytest.raises(UsageError):
        list(origin_papers(0, 1))


def test_a_set_says_of_each_page_its_language_and_its_origin(tmp_path: Path) -> None:
    make_languages(tmp_path / "a", languages=["de"], pages=1)
    make_languages(tmp_path / "b", languages=["de"], pages=1)
    make_origins(tmp_path / "o", pages=1)
    page = next((tmp_path / "a/pages").iterdir())
    assert page.read_bytes() == (tmp_path / "b/pages" / page.name).read_bytes()
    assert next(iter(read_manifest(tmp_path / "a/manifest.json").values()))["language"] == "de"
    groups = next(iter(read_manifest(tmp_path / "o/manifest.json").values()))
    assert groups["language"] == "en"
    assert groups["origin"] in regions()
    assert json.loads((tmp_path / "o/manifest.json").read_bytes())["names_of"].startswith("faker ")
    labelled = read_label_file(next((tmp_path / "o/labels").iterdir()))
    assert any(word.label == "PERSON" for word in labelled.words)


def test_account_numbers_bear_their_check_digits() -> None:
    content = Content.of_language("de", random.Random(5))
    lines = (" ".join(text for text, _ in content.line("{id}")) for _ in range(200))
    accounts = [line for line in lines if re.fullmatch(r"[A-Z]{2}\d\d[\d ]{12,40}", line)]
    assert accounts
    assert all(iban_ok(one) for one in accounts)
