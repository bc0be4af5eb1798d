"""A date of birth is one in whatever form it stands elsewhere; other dates are not."""

from __future__ import annotations

import pytest

from docpriv.model import Kind


@pytest.mark.parametrize("again", ["120461", "12041961", "19611204", "12 04 61", "12-4-61", "4 DEC 61", "04DEC61", "1961-12-04"])
def test_a_date_of_birth_is_found_in_another_form(found, again):
    assert again in found(["Date of birth: 12/04/1961", "", "", again], Kind.DATE_OF_BIRTH)


@pytest.mark.parametrize("other", ["120561", "12 05 61", "12/04/1871", "4 NOV 61", "1204610", "$1204.61"])
def test_another_date_or_number_stays(found, other):
    letter = "Please bring this letter and the enclosed papers with you when you come to our office."
    assert found([letter, "", "Date of birth: 12/04/1961", "", "", other], Kind.DATE_OF_BIRTH) == ["12/04/1961"]
