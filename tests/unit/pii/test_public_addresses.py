"""The seat of a public body above a form is nobody's address; a street, a person and another town are."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.options import Policy


@pytest.mark.parametrize(
    "lines",
    [
        ["U.S. Department of Justice", "Washington, DC 20530"],
        ["UNITED STATES DEPARTMENT' OF JUSTICE", "WASHINGTON, D.C. 20530"],
        ["Write to the Internal Revenue Service, Ogden, UT 84201, before you file."],
        ["Office of Management and Budget, Washington, DC 20503"],
    ],
)
def test_the_seat_of_a_public_body_is_reported_and_left(lines, found):
    assert found(lines, Kind.ADDRESS) == []
    assert any("Washington" in one or "WASHINGTON" in one or "Ogden" in one for one in found(lines, Kind.PUBLIC_ADDRESS))
    assert Kind.PUBLIC_ADDRESS not in Policy().cover


@pytest.mark.parametrize(
    "lines",
    [
        ["Quillfeather Shipping Ltd", "Washington, DC 20530"],
        ["U.S. Department of Justice", "", "", "", "", "Name: Jane Roe", "12 Oak Street", "Springfield, IL 62704"],
        ["Department of Motor Vehicles", "12 Oak Street", "Springfield, IL 62704"],
        ["Attn: Department of Records", "Springfield, IL 62704"],
    ],
)
def test_addresses_of_others_stay_addresses(lines, found):
    assert found(lines, Kind.ADDRESS)
    assert found(lines, Kind.PUBLIC_ADDRESS) == []
