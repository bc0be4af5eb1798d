"""Letters inside numbers are read as the digits they were, and nowhere else."""

from __future__ import annotations

import pytest

from docpriv.pii.digits import digits_guessed, digits_restored


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Marion, MA o2115", "Marion, MA 02115"),
        ("919.555.o132", "919.555.0132"),
        ("SSN 9O7-36-78l4", "SSN 907-36-7814"),
        ("1I2 Main", "112 Main"),
        ("o8/12/1990", "08/12/1990"),
        ("(8O4) 555-O1OO", "(804) 555-0100"),
        ("(8O4) 555-2OOO", "(804) 555-2000"),
    ],
)
def test_numbers(read, meant):
    assert digits_restored(read) == meant


@pytest.mark.parametrize("text", ["Illinois", "to look", "lOOO", "S700-7259", "1l of milk", "Ol", "Otto 5", "B12", ""])
def test_words_and_ids_stay(text):
    assert digits_restored(text) == text


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("123-4S-67B9", "123-45-6789"),
        ("S412 7512 3412 3456", "5412 7512 3412 3456"),
        ("41ll l1ll 1111 1lll", "4111 1111 1111 1111"),
        ("AB 12 34 S6 C", "AB 12 34 56 C"),
        ("O21OOOO21", "021000021"),
    ],
)
def test_more_letters_are_guessed_where_a_check_follows(read, meant):
    assert digits_guessed(read) == meant


@pytest.mark.parametrize("text", ["Is 12345678", "BOSS BIZ", "S B 12", "Big 5 Oil", "sold 12 lbs", ""])
def test_words_are_never_guessed(text):
    assert digits_guessed(text) == text
