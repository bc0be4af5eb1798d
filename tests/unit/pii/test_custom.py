"""A user's own recognizers on texts and pages: what Presidio's format promises, and expressions that never end."""

from __future__ import annotations

import time

import pytest

from docpriv import options
from docpriv.errors import ExitCode, RecipeError
from docpriv.model import Kind
from docpriv.pii import open_finder
from docpriv.pii.catalogue import catalogue
from docpriv.pii.custom import CustomAnalyzer
from docpriv.pii.textspan import unite
from docpriv.protocols import PiiDetector
from docpriv.recognizers import CustomRecognizer
from tests.unit.pii.conftest import page_of, texts

BADGE = {
    "name": "badge",
    "supported_entity": "BADGE",
    "context": ["badge"],
    "patterns": [{"name": "long form", "regex": r"\bB-\d{4,8}\b", "score": 0.3}],
}


def own(**keys: object) -> CustomRecognizer:
    return CustomRecognizer.model_validate({**BADGE, **keys})


def found(text: str, *forms: CustomRecognizer) -> list[tuple[str, Kind, float, str]]:
    return [(text[h.start : h.end], h.kind, round(h.score, 2), h.reason) for h in CustomAnalyzer(forms).find(text)]


def test_a_pattern_has_its_score_and_context_lifts_it() -> None:
    far = " paper green river stone wheel garden window "
    assert sorted(found(f"badge B-1234{far}B-5678", own())) == [
        ("B-1234", Kind.CUSTOM, 0.65, "badge/long form"),
        ("B-5678", Kind.CUSTOM, 0.3, "badge/long form"),
    ]
    assert found("badge B-1234", own(patterns=[{"name": "p", "regex": r"B-\d+", "score": 0.01}]))[0][2] == 0.4


def test_flags_are_presidios_and_can_be_turned_off() -> None:
    assert [f[0] for f in found("b-1234", own())] == ["b-1234"]
    assert found("b-1234", own(global_regex_flags=0)) == []


def test_terms_of_a_deny_list_are_whole_wrap_and_have_their_score() -> None:
    form = own(patterns=[], context=[], deny_list=["Blue Heron", "Blue Heron Project", "C++"], deny_list_score=0.7)
    hits = found("Blue\nheron, Blue Heron Project; C++ and BlueHeron Blue Heronry", form)
    assert sorted(h[0] for h in hits) == ["Blue\nheron", "Blue Heron Project", "C++"]
    assert {h[1:] for h in hits} == {(Kind.CUSTOM, 0.7, "badge/deny list")}


def test_two_recognizers_that_find_the_same_both_say_so() -> None:
    second = own(name="other", supported_entity="PHONE_NUMBER", patterns=[{"name": "p", "regex": r"B-\d+", "score": 0.9}])
    assert {(f[1], f[3]) for f in found("B-1234", own(), second)} == {(Kind.CUSTOM, "badge/long form"), (Kind.PHONE, "other/p")}


def test_a_pattern_with_the_score_0_is_off_as_in_presidio() -> None:
    assert found("badge B-1234", own(patterns=[{"name": "p", "regex": r"B-\d+", "score": 0}])) == []


def test_empty_matches_are_no_findings() -> None:
    assert found("a B-1 b", own(patterns=[{"name": "p", "regex": r"\d*", "score": 0.9}])) == [("1", Kind.CUSTOM, 0.9, "badge/p")]


def test_an_expression_that_never_ends_is_an_error_that_names_it_and_no_text() -> None:
    slow = own(name="slow one", patterns=[{"name": "p", "regex": r"(\w+\s?)+$", "score": 0.5}])
    began = time.process_time()
    with pytest.raises(RecipeError) as caught:
        found("canary " * 3000 + "!", own(), slow)
    assert time.process_time() - began < 20
    assert caught.value.exit_code is ExitCode.USAGE
    assert "slow one/p" in str(caught.value)
    assert "canary" not in str(caught.value) + caught.value.advice


@pytest.fixture(scope="module")
def finder() -> PiiDetector:
    return open_finder(
        options.Finding(
            allow=("B-9999",),
            recognizers=(
                own(),
                own(
                    name="dates",
                    supported_entity="RUN_DATE",
                    context=[],
                    patterns=[{"name": "p", "regex": r"Invoice date:? ?\d\d/\d\d/\d{4}", "score": 0.8}],
                ),
            ),
        )
    )


def test_on_a_page_they_find_labels_too_and_every_column(finder: PiiDetector) -> None:
    page = page_of(["Invoice date: 03/04/2021", "Badge: B-1234567", "Later B-1234567 was seen, B-9999 was not."])
    all_found = finder.find([page])
    custom = [f for f in all_found if f.kind is Kind.CUSTOM]
    assert set(texts([page], custom)) == {"Invoice date: 03/04/2021", "B-1234567"}
    assert {f.reason for f in custom if f.score > 0.6} >= {"badge/long form", "dates/p"}
    assert {f.detector for f in custom} <= {"custom", "propagation"}
    assert texts([page], all_found, Kind.DATE) == ["03/04/2021"], "another kind inside it is still counted"


def test_a_custom_finding_never_gives_way_to_another_kind_of_the_same_characters(finder: PiiDetector) -> None:
    """A policy may cover the one and not the other."""
    both = [f for f in finder.find([page_of(["Badge: B-1234567"])]) if f.chars]
    twin = both[0].__class__(
        page=0,
        kind=Kind.DOCUMENT_NUMBER if both[0].kind is Kind.CUSTOM else Kind.CUSTOM,
        score=0.99,
        detector="x",
        reason="y",
        chars=both[0].chars,
    )
    assert Kind.CUSTOM in {f.kind for f in unite([*both, twin])}
    assert Kind.CUSTOM in {
        f.kind
        for f in unite(
            [
                twin,
                *(f for f in both if f.kind is Kind.CUSTOM),
                twin.__class__(page=0, kind=Kind.PHONE, score=1.0, detector="x", reason="y", chars=both[0].chars),
            ]
        )
    }


def test_the_catalogue_names_every_rule_that_finds(finder: PiiDetector) -> None:
    """What `docpriv recognizers list` shows is what findings name, with scores inside what it says."""
    form = options.Finding(recognizers=(own(),), deny=("Blue Heron",))
    page = page_of(
        [
            "Name: Maria Lopez",
            "SSN: 457-55-5462",
            "Date of birth: 03/04/1961",
            "Account no. 4471 2200 9",
            "",
            "Mr. John Smith, born 1/2/1980, aged 41, met Acme Corporation on 3 May 2021 in Boston.",
            "12 Oak Street",
            "Springfield, IL 62704",
            "",
            "Write to jane.doe@example.com or (217) 555-0134 or +44 20 7946 0958.",
            "IBAN DE89 3704 0044 0532 0130 00, card 4111 1111 1111 1111, server 192.168.0.1",
            "Badge: B-1234567",
            "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
            "The Blue Heron plan. Signed: Lopez",
        ]
    )
    listed = catalogue(form)
    seen = open_finder(form).find([page])
    assert len({(f.detector, f.reason) for f in seen}) >= 12
    for f in seen:
        rows = [
            r
            for r in listed
            if r.detector == f.detector
            and r.kind is f.kind
            and (f.reason.startswith(r.name) or r.source in ("address", "search for found values"))
        ]
        if f.detector == "propagation":
            rows = [r for r in listed if r.detector == f.detector]
        assert rows, f"{f.detector} {f.kind} {f.reason} is not listed"
        assert any(r.least - 1e-6 <= f.score <= r.most + 1e-6 for r in rows), f"{f.detector} {f.reason} {f.score}"
    assert "Heron" not in repr(listed)
    assert len({(r.name, r.kind, r.detector, r.source) for r in listed}) == len(listed)


def test_the_catalogue_follows_the_recipe() -> None:
    names = {r.source for r in catalogue(options.Finding(phone_regions=(), propagate=False))}
    assert not {"telephone numbers", "search for found values", "custom", "deny list", "spaCy model"} & names
    assert {"built-in shape", "Presidio", "name model", "field label", "address", "date"} <= names
