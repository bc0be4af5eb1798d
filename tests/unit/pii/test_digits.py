"""Letters inside numbers are read as the digits they were, and nowhere else."""

from __future__ import annotations

import pytest

from docpriv.pii.digits import digits_restored


@pytest.mark.parametrize(("read", "meant"), [
    ("Marion, MA o2115", "Marion, MA 02115"), ("919.555.o132", "919.555.0132"), ("SSN 9O7-36-78l4", "SSN 907-36-7814"),
    ("1I2 Main", "112 Main"), ("o8/12/1990", "08/12/1990")])
def test_numbers(read, meant):
    assert digits_restored(read) == meant


@pytest.mark.parametrize("text", ["Illinois", "to look", "lOOO", "S700-7259", "1l of milk", "Ol", "Otto 5", "B12", ""])
def test_words_and_ids_stay(text):
    assert digits_restored(text) == text
