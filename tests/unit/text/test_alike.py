"""One table of signs that look alike: its views agree with it."""

from __future__ import annotations

from docpriv.text.alike import IN_CAPITALS, IN_NUMBERS, IN_RUNNING_TEXT, LOOK_ALIKE, WHERE_CHECKED, as_digits, in_captions


def test_signs_are_the_digits_of_the_table() -> None:
    for signs_ in (IN_RUNNING_TEXT, IN_CAPITALS, WHERE_CHECKED):
        table = as_digits(signs_)
        assert set(table) == set(map(ord, signs_))
        assert all(chr(sign) in LOOK_ALIKE[digit] for sign, digit in table.items())
    captions = in_captions()
    assert all(sign in group and captions[other] == group for sign, group in captions.items() for other in group)


def test_no_two_digits_of_a_number_are_one() -> None:
    assert len({IN_NUMBERS.get(d, d) for d in "0123456789"}) == 10
