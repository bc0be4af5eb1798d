"""All text detectors together, on whole pages: what a user of the default recipe gets."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace

import pytest

from docpriv import options
from docpriv.errors import ModelError
from docpriv.geometry import Quad
from docpriv.model import CharId, Finding, Kind
from docpriv.pii import open_finder
from docpriv.pii.textspan import unite
from docpriv.protocols import PiiDetector
from tests.unit.pii.conftest import line, page_of, texts

LETTER = [
    "Dear Mr. Okonkwo,",
    "",
    "(John Smith) called us on (217) 555-0134.",
    "Name:Maria Lopez",
    "SSN: 457-55-5462",
    "",
    "Please write to 12 Oak Street",
    "Springfield, IL 62704 or to jane.doe@example.com.",
]


def owned(page, findings, kind):
    return " | ".join(texts([page], findings, kind))


def test_punctuation_and_glued_labels_hide_nothing(found):
    people = found(LETTER, Kind.PERSON)
    assert "John Smith" in people
    assert "Maria Lopez" in people
    assert not any("Name" in p or "(" in p for p in people)


def test_the_letter_gives_its_other_values(found):
    assert found(LETTER, Kind.PHONE) == ["(217) 555-0134"]
    assert found(LETTER, Kind.NATIONAL_ID) == ["457-55-5462"]
    assert found(LETTER, Kind.EMAIL) == ["jane.doe@example.com"]
    assert any("12 Oak Street" in a and "62704" in a for a in found(LETTER, Kind.ADDRESS)) or {
        "12 Oak Street",
        "Springfield, IL 62704",
    } <= set(found(LETTER, Kind.ADDRESS))


def test_a_name_that_wraps_is_found_whole(found):
    people = " ".join(found(["The contract was signed by Mr. Christopher", "Montgomery on behalf of his client."], Kind.PERSON))
    assert "Christopher" in people
    assert "Montgomery" in people


COLUMNS = [
    line("Bill to", 50, 60),
    line("Ship to", 900, 60),
    line("Angela Brown", 50, 86),
    line("Peter Novak", 900, 86),
    line("4567 Main Street", 50, 112),
    line("12 Oak Avenue", 900, 112),
    line("Buffalo, NY 14201", 50, 138),
    line("Dayton, OH 45402", 900, 138),
]


def test_two_columns_do_not_mix(found):
    assert set(found(COLUMNS, Kind.PERSON)) == {"Angela Brown", "Peter Novak"}
    addresses = found(COLUMNS, Kind.ADDRESS)
    assert not any("Main" in a and "Oak" in a for a in addresses)
    assert all(part in " ".join(addresses) for part in ("4567 Main Street", "14201", "12 Oak Avenue", "45402"))


def test_the_order_in_which_lines_were_detected_decides_nothing(finder):
    def result(order):
        page = page_of([COLUMNS[i] for i in order])
        return sorted(texts([page], [f for f in finder.find([page]) if f.kind in {Kind.PERSON, Kind.ADDRESS}]))

    assert [sorted(t.split("/")) for t in result(range(8))]
    assert {p for t in result(range(8)) for p in t.split("/")} == {
        p for t in result([7, 2, 5, 0, 3, 6, 1, 4]) for p in t.split("/")
    }


def test_a_value_found_on_one_page_is_found_on_the_others(finder):
    pages = [page_of(["Patient Name: Zbigniew Tremaskew"], 0), page_of(["lab sheet", "TREMA5KEW Z."], 1)]
    found = finder.find(pages)
    assert any("TREMA5KEW" in t for t in texts(pages, [f for f in found if f.page == 1], Kind.PERSON))
    english = open_finder(options.Finding(languages=("en",))).find(pages)
    assert {f.reason for f in english if f.page == 1 and f.kind is Kind.PERSON} <= {"seen-elsewhere", "name-model"}
    assert any("TREMA5KEW" in t for t in texts(pages, [f for f in english if f.page == 1], Kind.PERSON))


def test_propagation_can_be_switched_off():
    off = open_finder(options.Finding(propagate=False))
    pages = [page_of(["Member ID: XZ 3305812794"], 0), page_of(["3305812794 XZ3305812794"], 1)]
    assert not [f for f in off.find(pages) if f.page == 1 and f.kind is Kind.MEMBER_ID]


def test_a_page_number_is_the_one_of_its_ref(finder):
    assert {f.page for f in finder.find([page_of(LETTER, 7)])} == {7}


def test_business_words_give_no_person(found):
    page = [
        "INVOICE",
        "Invoice No: 1001",
        "Due Date: 1/2/2020",
        "Description  Quantity  Unit Price",
        "Blue paper 3 12.50",
        "Subtotal 37.50",
        "Thank you for your business",
    ]
    assert found(page, Kind.PERSON) == []
    assert found(page, Kind.ADDRESS) == []
    assert found(page, Kind.PHONE) == []


def test_deny_and_allow_lists():
    finder = open_finder(options.Finding(deny=("blue heron",), allow=("John Smith",)))
    page = page_of(["Project Blue", "Heron was led by John Smith and Maria Lopez."])
    found = finder.find([page])
    assert texts([page], found, Kind.DENIED_TERM) == ["Blue/Heron"]
    assert "John Smith" not in texts([page], found, Kind.PERSON)
    assert "Maria Lopez" in texts([page], found, Kind.PERSON)


def test_denied_beats_allowed():
    finder = open_finder(options.Finding(deny=("John Smith",), allow=("John Smith",)))
    page = page_of(["John Smith"])
    assert [f.kind for f in finder.find([page]) if f.score == 1.0 and f.kind is Kind.DENIED_TERM] == [Kind.DENIED_TERM]


def test_it_is_a_detector_and_says_what_it_is(finder):
    assert isinstance(finder, PiiDetector)
    names = {i.name for i in finder.identity()}
    assert "presidio-analyzer" in names
    assert any(i.models and len(i.models[0][1]) == 64 for i in finder.identity())


def test_no_pages_and_empty_pages(finder):
    assert finder.find([]) == ()
    assert finder.find([page_of([])]) == ()


def test_the_same_pages_give_the_same_findings(finder):
    assert finder.find([page_of(LETTER)]) == finder.find([page_of(LETTER)])


def test_nothing_reaches_a_log_or_a_stream(finder, caplog, capfd):
    root = logging.getLogger()
    with caplog.at_level(logging.DEBUG):
        for name in ("presidio-analyzer", "decision_process", "tldextract", "spacy"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        finder.find([page_of(LETTER)])
    assert root.level is not None
    written = caplog.text + "".join(capfd.readouterr())
    for canary in ("Smith", "Lopez", "457-55", "Oak", "jane", "ssn", "called"):
        assert canary not in written


def test_nothing_touches_the_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    finder = open_finder(options.Finding())
    assert finder.find([page_of(LETTER)])


def test_a_repr_shows_no_text(finder):
    shown = repr(finder.find([page_of(LETTER)])) + repr(finder)
    for canary in ("Smith", "Lopez", "457-55", "Oak", "jane", "555-0134"):
        assert canary not in shown


def test_a_spacy_model_that_is_not_installed_is_a_clear_error():
    with pytest.raises(ModelError, match="spaCy model"):
        open_finder(options.Finding(spacy_model="no_such_model_here"))


def finding(kind, chars, score=0.8, detector="d"):
    return Finding(
        page=0,
        kind=kind,
        score=score,
        detector=detector,
        reason="r",
        chars=tuple(CharId(0, c) for c in chars),
    )


def test_overlapping_findings_of_a_kind_become_one():
    (one,) = unite(
        [
            finding(Kind.PERSON, [0, 1, 2], 0.5),
            finding(Kind.PERSON, [2, 3], 0.9),
            finding(Kind.PERSON, [3, 4]),
        ]
    )
    assert [c.char for c in one.chars] == [0, 1, 2, 3, 4]
    assert one.score == 0.9


@pytest.mark.parametrize(("kind", "chars"), [(Kind.DATE_OF_BIRTH, [2, 3]), (Kind.NATIONAL_ID, [1, 2])])
@pytest.mark.parametrize("own", [Kind.DATE_OF_BIRTH, Kind.DATE])
def test_unread_ink_of_a_finding_outlives_a_surer_one_without(own, kind, chars):
    ink = Quad.of([(0, 0), (9, 0), (9, 4), (0, 4)])
    kept = unite([replace(finding(own, [1, 2], 0.6), quads=(ink,)), finding(kind, chars, 0.9)])
    assert [q for f in kept for q in f.quads] == [ink]


def test_a_place_that_is_part_of_an_address_is_no_finding_of_its_own():
    kept = unite([finding(Kind.ADDRESS, range(10)), finding(Kind.LOCATION, [4, 5]), finding(Kind.LOCATION, [9, 10])])
    assert [(f.kind, len(f.chars)) for f in kept] == [(Kind.ADDRESS, 10), (Kind.LOCATION, 2)]


def test_a_person_inside_an_organisation_stays():
    kinds = {f.kind for f in unite([finding(Kind.ORGANIZATION, range(10), 0.9), finding(Kind.PERSON, [4, 5], 0.5)])}
    assert kinds == {Kind.ORGANIZATION, Kind.PERSON}


def test_of_two_kinds_for_the_same_characters_the_surer_stays():
    (one,) = unite([finding(Kind.TAX_ID, [1, 2], 0.6), finding(Kind.NATIONAL_ID, [1, 2], 0.9)])
    assert one.kind is Kind.NATIONAL_ID


@pytest.mark.parametrize("run", ["1", "a.", ", A", "<", "1 ", "A-", "é@", "12/", "\u202e(", "Name: ", "x" * 50 + " 5 "])
def test_odd_text_costs_no_more_than_plain_text(finder, run):
    page = page_of([(run * 2000)[:1500], (run * 2000)[:1500]])
    start = time.process_time()
    finder.find([page])
    assert time.process_time() - start < 6


def test_a_dutch_name_after_its_particles_is_a_name_in_english_text(found):
    text = [
        "The porter of the house, who had the key, opened the gate for van der Westhuizen at noon.",
        "They had been there before.",
    ]
    assert any("van der Westhuizen" in t for t in found(text, Kind.PERSON))
