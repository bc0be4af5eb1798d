"""Numbers that a word right before or behind announces, each with what makes it one."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.announced import RULES, find_announced

FOUND = [
    # one misread digit breaks a check digit; the word says what it is all the same
    ("PESEL 44051401358", "44051401358", Kind.NATIONAL_ID),
    ("BSN: 123456789", "123456789", Kind.NATIONAL_ID),
    ("CPF 111.444.777-36", "111.444.777-36", Kind.TAX_ID),
    ("SIN 481 454 212", "481 454 212", Kind.NATIONAL_ID),
    ("VIN 1M8GDM9AXKP042789", "1M8GDM9AXKP042789", Kind.VEHICLE_ID),
    ("NRIC S1234567E", "S1234567E", Kind.NATIONAL_ID),
    ("SS# 123 45 6789", "123 45 6789", Kind.NATIONAL_ID),
    ("123.45.6789 SSN", "123.45.6789", Kind.NATIONAL_ID),
    ("SSN: 12B-45-67B9", "12B-45-67B9", Kind.NATIONAL_ID),  # B for 8
    ("SSN ending 1234", "1234", Kind.NATIONAL_ID),
    ("last four of SSN: 1234", "1234", Kind.NATIONAL_ID),
    ("Acct. ending in 1234", "1234", Kind.ACCOUNT_NUMBER),
    ("Visa ending in 4242", "4242", Kind.CARD_NUMBER),
    ("x1234 MASTERCARD", "x1234", Kind.CARD_NUMBER),
    ("Visa ****4242", "4242", Kind.CARD_NUMBER),
    ("Routing 021000021 Account 123456789", "021000021", Kind.ACCOUNT_NUMBER),  # ABA's own example
    ("Routing 021000021 Account 123456789", "123456789", Kind.ACCOUNT_NUMBER),
    ("Sort Code: 12-34-56  Acc No: 12345678", "12-34-56", Kind.ACCOUNT_NUMBER),
    ("Sort Code: 12-34-56  Acc No: 12345678", "12345678", Kind.ACCOUNT_NUMBER),
    ("Member 123456789", "123456789", Kind.MEMBER_ID),
    ("Medicare No. 123-45-6789-A", "123-45-6789-A", Kind.MEMBER_ID),
    ("Medicare 1EG4-TE5-MK72", "1EG4-TE5-MK72", Kind.MEMBER_ID),  # CMS's example of a card
    ("USCIS # 123-456-789", "123-456-789", Kind.PERSONAL_ID),
    ("A123456789 alien", "A123456789", Kind.PERSONAL_ID),
    ("Inmate # 12345-678", "12345-678", Kind.PERSONAL_ID),
    ("State Bar #123456", "123456", Kind.PERSONAL_ID),
    ("Badge #5512", "5512", Kind.PERSONAL_ID),
    ("1234567893 NPI", "1234567893", Kind.PERSONAL_ID),
    ("OLN D1234567", "D1234567", Kind.DRIVER_LICENCE),
    ("Passport C01234567", "C01234567", Kind.PASSPORT),
    ("NI No AB 12 34 56", "AB 12 34 56", Kind.NATIONAL_ID),
    ("943-476-5919 NHS number", "943-476-5919", Kind.MEDICAL_RECORD_NUMBER),
    ("S.I.N. 046 454 286", "046 454 286", Kind.NATIONAL_ID),  # Service Canada's example, Luhn
    ("TFN 123 456 782", "123 456 782", Kind.TAX_ID),
    ("PAN ABCPE1234F", "ABCPE1234F", Kind.TAX_ID),
    ("1234567FA PPSN", "1234567FA", Kind.NATIONAL_ID),
    ("86095742719 IdNr.", "86095742719", Kind.TAX_ID),
    ("Personalausweis-Nr. L01X00T471", "L01X00T471", Kind.NATIONAL_ID),
    ("HKID A123456(3)", "A123456(3)", Kind.NATIONAL_ID),
    ("Tag # ABC 1234", "ABC 1234", Kind.LICENCE_PLATE),
    ("AB12 CDE vehicle", "AB12 CDE", Kind.LICENCE_PLATE),
    ("IMBGDM9AXKP042788 VIN", "IMBGDM9AXKP042788", Kind.VEHICLE_ID),
    ("IP 192. 0. 2. 55", "192. 0. 2. 55", Kind.IP_ADDRESS),
    ("Your PIN is 4821", "4821", Kind.PASSWORD),
    ("user: jsmith / pw: hunter2", "hunter2", Kind.PASSWORD),
    ("user: jsmith / pw: hunter2", "jsmith", Kind.USERNAME),
    ("Instagram janedoe99", "janedoe99", Kind.USERNAME),
    ("Dear Cap:\n\nThank you for coming.", "Cap", Kind.PERSON),  # words that a name model leaves
    ("Dear Dot,", "Dot", Kind.PERSON),
    ("Dear Mr. Hope:", "Hope", Kind.PERSON),
    ("Dear Bill;\tMay 4", "Bill", Kind.PERSON),
    ("My dear Add :", "Add", Kind.PERSON),
    ("DEAR RED WINTERS:", "RED WINTERS", Kind.PERSON),
]


@pytest.mark.parametrize(("text", "value", "kind"), FOUND)
def test_is_found(text, value, kind):
    assert value in {text[h.start : h.end] for h in find_announced(text) if h.kind is kind}


@pytest.mark.parametrize(
    "text",
    [
        "Account balance 1,234.00",
        "Total account 12345 units sold",
        "account for 1234 units",
        "Policy 2019 review",
        "Membership 2019",
        "Medicare wages and tips 12345.67",
        "Medicare tax withheld 1234.56",
        "SIN tax 2019",
        "sin 45 = 0.707",
        "pan size 1234",
        "Bar 123456",
        "DEA agents 12",
        "NPI growth 2019",
        "PIN required",
        "pin 5 of connector",
        "the PIN code is required",
        "password required",
        "Password must be changed",
        "user manual 2019",
        "User: see below",
        "Visa 2019",
        "ended 1999",
        "card for 2500 people",
        "Plate 5 shows",
        "plate thickness 12 mm",
        "registration 1998",
        "Social security wages 48500.00",
        "Case 12345678",
        "part 12345-678 rev",
        "License to 12345 users",
        "A 4.5 inch",
        "last 4 quarters 2019",
        "Member states 1990",
        "passport photos 2000",
        "Reg. S-K 1998",
        "Dear Sir:",
        "Dear Sirs:",
        "Dear Madam,",
        "Dear Valued Customer,",
        "Dear Shareholder:",
        "Dear Hiring Manager:",
        "Dear Fellow Members,",
        "Dear Partners:",
        "Dear Doctor:",
        "Dear all,",
        "Dear Applicant,",
        "Dear Quillfeather Insurance Company:",
        "Dear Friends and Neighbors,",
        "My dear Hope, once lost, is found again",
        "oh dear: the price",
    ],
)
def test_is_not_believed(text):
    assert not find_announced(text)


def test_every_rule_covers_one_group():

    assert {r.ahead.now().groups for r in RULES} == {1}


def test_a_number_under_which_something_of_a_person_is_kept_is_theirs(found):
    assert "392514646" in found(["The file is kept under the number 392514646, and the papers are enclosed."], Kind.PERSONAL_ID)
    assert found(["All children under 12 pay nothing; under no. 4 you find more."], Kind.PERSONAL_ID) == []


def test_whom_a_letter_addresses_is_a_person_though_the_name_is_an_ordinary_word(found):
    letter = ["Dear Add:", "Once more we are inviting friends and those concerned with our community."]
    assert found(letter, Kind.PERSON) == ["Add"]
    assert found(["Dear Shareholder:", "We add two members to the board."], Kind.PERSON) == []
