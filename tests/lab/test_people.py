"""Invented persons: their numbers pass the checks that detectors make and cannot belong to anybody."""

from __future__ import annotations

import random
import re

import pytest

from docpriv_lab.pages.people import LOCALES, TEST_CARDS, People, iban_ok, luhn_ok

FICTION = {
    "US": r"555\D?01\d\d$",
    "UK": r"(20 7946 0|1[16][13] 496 0)\d{3}$",
    "DE": r"(30 23125|69 90009|40 66969|221 4710) \d{3}$",
    "FR": r"(1 99 00|2 61 91|3 53 01|4 65 71) \d\d \d\d$",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_numbers_are_checked_but_nobodys(locale: str) -> None:
    people = People(random.Random(4), locale)
    for _ in range(60):
        person = people.person()
        assert iban_ok(person.iban)
        bank = person.iban.replace(" ", "")[4:9]
        assert bank.startswith({"DE": "9", "FR": "99999"}.get(locale, "ZZZZ"))
        assert luhn_ok(person.card)
        assert person.card in TEST_CARDS
        assert re.search(FICTION[locale], person.phone), person.phone
        assert re.search(r"@(mail\.)?example\.(com|org|net)$", person.email)
        assert person.email.isascii()
        assert re.search(r"\.example\.(com|org|net)$", people.firm().email)


def test_national_numbers_are_of_ranges_that_are_never_issued() -> None:
    for seed in range(60):
        us = People(random.Random(seed), "US").national()
        area, group, serial = us.split("-")
        assert 900 <= int(area) <= 999
        assert int(group) < 50
        assert int(serial) > 0
        assert People(random.Random(seed), "UK").national().startswith("QQ ")
        german = People(random.Random(seed), "DE").national().replace(" ", "")
        assert len(german) == 11
        assert german[0] == "0"
        assert sorted(german[:10].count(d) for d in set(german[:10])) == [1] * 8 + [2]
        assert _mod_11_10(german)
        french = People(random.Random(seed), "FR").national().replace(" ", "")
        assert len(french) == 15
        assert french[3:5] == "99"
        assert (97 - int(french[:13]) % 97) == int(french[13:])


def _mod_11_10(number: str) -> bool:
    """ISO/IEC 7064 MOD 11,10, the other way round than the generator's."""
    remainder = 10
    for digit in number[:-1]:
        remainder = ((remainder + int(digit)) % 10 or 10) * 2 % 11
    return (remainder + int(number[-1])) % 10 == 1


def test_the_checks_themselves_refuse_a_changed_digit() -> None:
    assert luhn_ok("4111111111111111")
    assert not luhn_ok("4111111111111112")
    assert iban_ok("GB82 WEST 1234 5698 7654 32")  # the specimen of the IBAN registry
    assert not iban_ok("GB82 WEST 1234 5698 7654 33")


def test_a_person_shows_nothing_in_its_repr() -> None:
    person = People(random.Random(1), "US").person()
    assert person.family not in repr(person)
