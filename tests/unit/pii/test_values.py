"""Dates, ages and addresses by their written form, and models' hits made believable."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.addresses import find_addresses
from docpriv.pii.dates import find_dates
from docpriv.pii.machine_lines import find_machine_lines
from docpriv.pii.names import believable, completed
from docpriv.pii.textspan import Hit


def spans(hits, text, kind=None):
    return {text[h.start : h.end] for h in hits if kind is None or h.kind is kind}


@pytest.mark.parametrize(
    "written",
    [
        "1/2/1990",
        "01-02-90",
        "1990-02-01",
        "2 Jan 1990",
        "January 11, 1999",
        "2- Dec- 97",
        "12. März 1980",
        "3 de mayo de 1975",
        "12 janvier 1980",
        "MARCH 23,1981",
        "02 NOV 1975",
        "28. Apr. 98",
        "June 1921",
    ],
)
def test_dates_in_all_written_forms(written):
    text = f"paid on {written} in full"
    assert any(written in s or (s in written and len(s) >= len(written) - 1) for s in spans(find_dates(text), text, Kind.DATE))


def test_a_date_after_a_word_of_birth_is_a_date_of_birth():
    text = "She was born on 2 Jan 1990 and hired 3 May 2010."
    assert spans(find_dates(text), text, Kind.DATE_OF_BIRTH) == {"2 Jan 1990"}
    assert spans(find_dates(text), text, Kind.DATE) == {"3 May 2010"}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("a man aged 43 fell", "43"),
        ("Age: 43", "43"),
        ("the 43-year-old driver", "43-year-old"),
        ("43 y/o female", "43 y/o"),
        ("40yo M", "40yo"),
        ("12 years of age", "12 years of age"),
    ],
)
def test_ages(text, age):
    assert age in {s.strip() for s in spans(find_dates(text), text, Kind.AGE)}


@pytest.mark.parametrize(
    "text",
    ["Page 43 of 50", "aged 430 days", "a 30 year mortgage", "aged 12/31/2020", "43 years ago", "mileage 43"],
)
def test_no_ages(text):
    assert not spans(find_dates(text), text, Kind.AGE)


ADDRESSES = [
    "12 Oak Street",
    "123 FREMONT AVE, APT. 55",
    "162 West 54th Street, Apt 9C",
    "1300 Connecticut Ave., NW",
    "P.O. BOX 6543",
    "Post Office Box 3187",
    "One Post Street",
    "1330 Avenue of the Americas",
    "Springfield, IL 62704",
    "Seattle WA 98122-4567",
    "Boston, Massachusetts 02284",
    "London W2 6BD",
    "Toronto ON M5V 2T6",
    "Gartenstraße 12",
    "12 rue des Fleurs",
    "Calle de Atocha 27",
    "Str. Florilor nr. 12",
    "12 place de la Mairie",
    "Chemin des Vignes 7",
    "Avenue Louise 54",
    "Via Garibaldi 26",
    "Lindengracht 123",
    "D-51149 Cologne",
    "CH-2003 Neuchâtel",
    "CENTRAL BOULEVARD",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_address_lines(text):
    covered = set()
    for h in find_addresses(text):
        covered |= set(range(h.start, h.end))
    missing = [c for i, c in enumerate(text) if c.isalnum() and i not in covered]
    assert not missing


NO_ADDRESSES = [
    "12 items in stock",
    "Total 12345",
    "3 Social security wages",
    "30 days net",
    "Room for improvement",
    "page 3 of the way",
    "10 Market discount",
    "4 or more street lamps are out of order",
    "1200 square feet of space",
    "BP 120/80, pulse 72",
    "3 place settings for 12 guests",
    "PO Number 4500",
    "12 cours de danse",
    "casilla 505 del modelo",
]


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_no_address_lines(text):
    assert not find_addresses(text)


def test_a_postcode_line_pulls_in_what_stands_between_it_and_the_street():
    text = "Thank you\n12 Oak Street\nWillow Court\nSpringfield, IL 62704\nUSA\nTotal 5"
    covered = {i for h in find_addresses(text) for i in range(h.start, h.end)}
    assert {text[i] for i in covered if text[i].isalnum()}
    assert covered >= set(range(text.index("12"), text.index("\nTotal"))) - {i for i, c in enumerate(text) if not c.isalnum()}
    assert not covered & set(range(text.index("Thank"), text.index("\n12")))
    assert not covered & set(range(text.index("Total"), len(text)))


def test_official_words_between_street_and_town_are_left():
    text = "12 Oak Street\nCity or town, state or province, country, and ZIP\nSpringfield, IL 62704"
    covered = {i for h in find_addresses(text) for i in range(h.start, h.end)}
    assert not covered & set(range(text.index("City"), text.index("ZIP")))


def test_machine_lines_of_the_standard_example():
    # ICAO Doc 9303 part 4, appendix
    first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    text = f"{first}\n{second}\nTotal < 5 and > 3"
    assert [text[h.start : h.end] for h in find_machine_lines(text)] == text.split("\n")[:2]


def test_a_second_line_without_fillers_is_known_by_its_form():
    text = "R000000009MYS6420913F3107226940518834427<<04"
    assert len(find_machine_lines(text)) == 1
    assert not find_machine_lines("704118203955100000461270000046127")


def person(text, part, kind=Kind.PERSON, score=0.9):
    return Hit(
        start=text.index(part),
        end=text.index(part) + len(part),
        kind=kind,
        score=score,
        detector="d",
        reason="r",
    )


@pytest.mark.parametrize(
    ("text", "hit", "whole"),
    [
        ("JOHN DOE signed", "JOHN", "JOHN DOE"),
        ("P. D. Miller", "Miller", "P. D. Miller"),
        ("Anna Lopez, clerk", "Anna", "Anna Lopez"),
        ("Anna signed", "Anna", "Anna"),
        ("Anna Account", "Anna", "Anna"),
        ("John Bank", "John", "John"),
        ("John\nSmith", "John", "John"),
        ("John SMITH", "John", "John"),
        ("John A. Smith Jr.", "John A. Smith", "John A. Smith Jr"),
    ],
)
def test_a_name_grows_over_initials_and_a_missed_surname_only(text, hit, whole):
    (grown,) = completed(text, [person(text, hit)])
    assert text[grown.start : grown.end].rstrip(".") == whole


def test_a_name_never_grows_into_another_finding():
    text = "Anna Springfield"
    hits = completed(text, [person(text, "Anna"), person(text, "Springfield", Kind.LOCATION)])
    assert spans(hits, text, Kind.PERSON) == {"Anna"}


def test_a_model_hit_across_columns_is_cut_and_each_part_judged():
    text = "12 Oak Street\tNext Reading\nJohn Smith\tTotal Due"
    hits = believable(
        text,
        [person(text, "12 Oak Street\tNext Reading", Kind.ADDRESS), person(text, "John Smith\tTotal Due")],
    )
    assert spans(hits, text, Kind.ADDRESS) == {"12 Oak Street"}
    assert spans(hits, text, Kind.PERSON) == {"John Smith"}


def test_words_that_no_name_is_made_of_are_taken_off():
    text = "Name: John Smith Date"
    assert spans(believable(text, [person(text, "Name: John Smith Date")]), text) == {"John Smith"}
    assert believable("Attorney General", [person("Attorney General", "Attorney General")]) == []
    assert spans(believable("April May", [person("April May", "April May")]), "April May") == {"April May"}


def test_an_address_without_the_look_of_one_stays_a_place():
    text = "64 56 24"
    (hit,) = believable(text, [person(text, text, Kind.ADDRESS)])
    assert hit.kind is Kind.LOCATION
