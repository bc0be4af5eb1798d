"""What stamps and the feet of letters hold: the numbers of notaries, typists, telephones behind names."""

from __future__ import annotations

import pytest

from docpriv.model import Kind

NUMBERS = [
    (["Notary Public, State of New York", "No. 01HA4872291", "Qualified in Kings County"], "01HA4872291"),
    (["Notary Public, State of New York", "No. 41-4623318"], "41-4623318"),
    (["NOTARY PUBLIC STATE OF FLORIDA", "COMMISSION NO. CC 418832"], "CC 418832"),
    (["Commission # 2213340"], "2213340"),
]


@pytest.mark.parametrize(("lines", "number"), NUMBERS)
def test_the_number_of_a_notary_is_found(found, lines, number):
    assert number in found(lines, Kind.PERSONAL_ID)


@pytest.mark.parametrize("lines", [["Notary fee $10.00", "No. of pages 12"], ["Commission No. of units 1250"]])
def test_other_numbers_beside_a_notary_stay(found, lines):
    assert found(lines, Kind.PERSONAL_ID) == []


def test_typists_are_found_alone_in_their_line(found):
    assert found(["Yours truly", "", "JRM/lw"], Kind.PERSON) == ["JRM/lw"]
    assert found(["The motor has 12 KW/hr of power"], Kind.PERSON) == []


def test_a_local_number_behind_a_name_is_a_telephone(found):
    assert found(["Contact: Ruth Abernathy, 555-0182"], Kind.PHONE) == ["555-0182"]
    assert found(["Part 555-0182, twelve pieces"], Kind.PHONE) == []
