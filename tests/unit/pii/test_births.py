"""Dates of birth and ages in every form that they are split into; other dates and numbers stay what they are."""

from __future__ import annotations

import re
import time

import pytest

from docpriv.model import Kind
from docpriv.pii.announced import find_announced
from docpriv.pii.dates import BIRTH_VALUE, born_behind_names, find_dates, whole_births
from docpriv.pii.digits import digits_guessed, digits_restored
from docpriv.pii.emails import find_emails
from docpriv.pii.machine_lines import find_machine_lines
from docpriv.pii.phones import find_phones
from docpriv.pii.textspan import Hit


def covered(text, kind):
    return {i for h in find_dates(text) if h.kind is kind for i in range(h.start, h.end)}


BIRTHS = [
    ("DATE OF BIRTH\nMONTH\tDAY\tYEAR\nDEC\t04\t61", "DEC\t04\t61"),
    ("12\t04\t61\nMonth\tDay\tYear\nDate of birth", "12\t04\t61"),
    ("Mo.\tDay\tYr.\n12\t04\t61\nBirthdate", "12\t04\t61"),
    ("year of birth: 61", "61"),
    ("born in '61", "'61"),
    ("Year of Birth 1986", "1986"),
    ("born in March 1954", "March 1954"),
    ("She was born in 1954 in Ohio", "1954"),
    ("b. 1954", "1954"),
    ("1. ROE\n3. 07.07.1962 SORIA\n4a. 02.05.2019", "07.07.1962"),
    ("né le 1er mars 1954 à Lyon", "1er mars 1954"),
    ("Născut(ă) la data de 03.04.1954", "03.04.1954"),
    ("John Doe (b. 3/4/54)", "3/4/54"),
    ("DOB 03041954", "03041954"),
    ("D.O.B. 03 04 1954", "03 04 1954"),
    ("DOB:19900102", "19900102"),
    ("birthday is March 4", "March 4"),
    ("birthday: 4th of March", "4th of March"),
    ("Date of birth 4th day of March 1954", "4th day of March 1954"),
    ("Birth year: 1954", "1954"),
    ("BD: 3/4/54", "3/4/54"),
    ("Date of Birth (MM/DD/YYYY)\t03\t04\t1954", "03\t04\t1954"),
    ("DOB 03 | 04 | 1954", "03 | 04 | 1954"),
    ("DOB: Month 03 Day 04 Year 1954", "Month 03 Day 04 Year 1954"),
    ("Date of birth/Date de naissance\n04 MAR /MARS\t54", "04 MAR /MARS\t54"),
    ("Birthdate 1954-03-04", "1954-03-04"),
    ("Born: Mar. 1954", "Mar. 1954"),
    ("geb. am 4.3.1954", "4.3.1954"),
]


@pytest.mark.parametrize(("text", "date"), BIRTHS)
def test_a_birth_is_found_whole(text, date):
    at = text.rindex(date)
    found = covered(text, Kind.DATE_OF_BIRTH)
    assert not [text[i] for i in range(at, at + len(date)) if text[i].isdigit() and i not in found]


@pytest.mark.parametrize(
    "text",
    [
        "born in Chicago 12",
        "Reborn 1998",
        "a. 1953 b. 1954",
        "born free 12",
        "stillborn 2000 units",
        "Invoice date 3/4/54",
        "birth rate 1954.5",
        "Birth weight 3200",
        "airborne 1998",
        "Sex\tDate of birth\nF\t3/4/54",
    ],
)
def test_no_birth(text):
    assert not covered(text, Kind.DATE_OF_BIRTH)


AGES = [
    ("43 yo F", "43"),
    ("43yoM", "43"),
    ("43 yrs. old", "43"),
    ("a 43 y old male", "43"),
    ("Age/Sex: 43/F", "43"),
    ("Sex/Age: M/43", "43"),
    ("45M presents with pain", "45"),
    ("45 F c/o chest pain", "45"),
    ("6-month-old", "6"),
    ("3 weeks old", "3"),
    ("in her 43rd year", "43"),
    ("at the age of 43", "43"),
    ("who turned 43", "43"),
    ("forty-three years old", "forty-three"),
    ("aged forty-three", "forty-three"),
    ("43Y/M", "43"),
    ("Age43", "43"),
]


@pytest.mark.parametrize(("text", "age"), AGES)
def test_an_age_is_found(text, age):
    at = text.rindex(age)
    assert set(range(at, at + len(age))) <= covered(text, Kind.AGE)


@pytest.mark.parametrize(
    "text",
    [
        "over age 65",
        "ages 18-24",
        "age 18 to 24",
        "age 18 and over",
        "under the age of eighteen",
        "must be 18 years of age or older",
        "98.6 F",
        "45 F",
        "12 M units",
        "10/F, Tower 2",
        "turned 90 degrees",
        "turn to 43",
        "a 5-year plan",
        "5 yr warranty",
        "Page 43",
        "aged 430 days",
        "43rd Street",
    ],
)
def test_no_age(text):
    assert not covered(text, Kind.AGE)


HOSTILE = [
    "1",
    "a",
    "A",
    " ",
    "\t",
    "\n",
    "-",
    ".",
    "'",
    "@",
    "(",
    "<",
    "K",
    "*",
    "1 ",
    "1-",
    "a.",
    "(1",
    "1|",
    "age ",
    "born ",
    "tel ",
    "account ",
    "ssn ",
    "a@",
    "a.a ",
    "12/",
    "1\t",
    "birth ",
    "user:",
    "B8 ",
    "SENT BY 1234567890 P.1;",
    "dob ",
    "(at) ",
    "card xxxx",
    "May ",
    "555-0100\n",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_text_makes_a_recognizer_slow(unit):
    text = (unit * (20_000 // len(unit) + 1))[:20_000] + "!"
    start = time.process_time()
    for find in (
        find_dates,
        find_phones,
        find_emails,
        find_announced,
        find_machine_lines,
        digits_restored,
        digits_guessed,
        BIRTH_VALUE.search,
    ):
        find(text)
    assert time.process_time() - start < 5  # a quadratic one takes minutes; these take a tenth of a second


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("L'enfant Odette Santos, 14/04/87, sera récupéré à midi", "14/04/87"),
        ("Minorul Paula Ababei, 07/10/2009, va fi luat", "07/10/2009"),
        ("El menor Luis Puskova, 02 de mayo del 1996, será recogido", "02 de mayo del 1996"),
        ("Ann Roe (12.3.1961) kommt um acht Uhr", "12.3.1961"),
    ],
)
def test_a_date_right_behind_a_name_in_a_sentence_is_one_of_birth(text, born):
    name = re.search(r"[A-Z][a-z]+ [A-Z][a-z]+(?=[, (]+\d)", text)
    hits = born_behind_names(text, [Hit(*name.span(), Kind.PERSON, 0.9, "d", "r")])
    assert [text[h.start : h.end] for h in hits] == [born]


def test_a_date_behind_a_name_at_the_end_of_a_line_is_none_of_birth():
    for text in ("Ann Roe, 14/04/2024", "Ann Roe, 14/04/2024,\nDover", "Ann Roe 14/04/2024, paid"):
        assert born_behind_names(text, [Hit(0, 7, Kind.PERSON, 0.9, "d", "r")]) == []


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        ("Született ekkor 1923. október 18-án", "1923. október", "1923. október 18-án"),
        ("urodzony 06.02.1974 r., ma prawo", "06.02.1974", "06.02.1974 r."),
        ("født den 25. mai 1942, og", "25. mai 1942", "den 25. mai 1942"),
        ("born 25 May 1942 and", "25 May 1942", "25 May 1942"),
    ],
)
def test_a_date_of_birth_takes_its_day_and_what_inflects_it(text, part, whole):
    at = text.index(part)
    (hit,) = whole_births(text, [Hit(at, at + len(part), Kind.DATE_OF_BIRTH, 0.8, "d", "r")])
    assert text[hit.start : hit.end] == whole


def test_words_of_birth_may_stand_behind_their_date():
    for text, born in (
        ("26.12.43 doğumlu Menfeat", "26.12.43"),
        ("sz. 1959.08.09", "1959.08.09"),
        ("1961.04.12 született", "1961.04.12"),
    ):
        assert born in {text[h.start : h.end] for h in find_dates(text) if h.kind is Kind.DATE_OF_BIRTH}
