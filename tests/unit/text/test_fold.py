"""One form for words that are the same: which are, which are not, and that places hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpriv.text.fold import edit_distance, fold, joined, joined_pairs, number_signs, packed, signs

SAME = [
    ("García", "Garcia"),
    ("Núñez", "NUNEZ"),
    ("Müller", "Mueller"),
    ("Müller", "Muller"),
    ("Mueller", "Muller"),
    ("Weiß", "Weiss"),
    ("Groß", "GROSS"),
    ("Åse", "Aase"),
    ("Håkon", "Haakon"),
    ("Sørensen", "Soerensen"),
    ("Sørensen", "Sorensen"),
    ("Kjær", "Kjaer"),
    ("Łukasz", "Lukasz"),
    ("Đorđe", "Dorde"),
    ("Þór", "Thor"),
    ("Cœur", "Coeur"),
    ("I\u0307stanbul", "istanbul"),
    ("Gu\u0308nther", "Günther"),  # an accent that stands for itself
    ("O’Brien", "O'Brien"),
    ("Wi11iam", "William"),
    ("5mith", "Smith"),
    ("Warner", "Wamer"),
    ("Clark", "Dark"),
    ("Ｍａｒｉａ", "Maria"),
]
OTHERS = [
    ("Haas", "has"),
    ("Joel", "Jol"),
    ("Sue", "Su"),
    ("Bauer", "Baur"),
    ("Monroe", "Monro"),
    ("Mason", "Masson"),
    ("Miller", "Muller"),
    ("が", "か"),  # marks of other scripts are letters
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_word(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_numbers_that_differ_in_a_digit_stay_apart() -> None:
    assert len({number_signs(d) for d in "0123456789"}) == 10
    assert number_signs("C1-O5") == number_signs("cl-05") != number_signs("d-05")


NAMES = st.text(alphabet="abcdeilmnoqrsuvw0159ÄÖÜäöüßåøæœłéñçİıI'’ -\n\u0308rnclaeoeueaa")


@given(st.one_of(st.text(), NAMES))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert packed(fold(text)) == packed(text)


@given(st.one_of(st.text(), NAMES))
def test_places_in_folded_text_are_places_in_the_text(text: str) -> None:
    made = joined([(sign, at, at + 1) for at, c in enumerate(text) for sign in signs(c)])
    assert "".join(sign for sign, _, _ in made) == joined_pairs(signs(text)) == fold(text)
    assert all(0 <= a < b <= len(text) for _, a, b in made)
    assert [a for _, a, _ in made] == sorted(a for _, a, _ in made)
    for sign, a, b in made:
        assert sign in signs(text[a:b]) or sign in joined_pairs(signs(text[a:b]))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 3))
def test_edit_distance_is_exact_up_to_its_bound(a: str, b: str, most: int) -> None:
    rows = [[max(i, j) if 0 in {i, j} else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (x != y))
    exact = rows[-1][-1]
    assert edit_distance(a, b, most) == exact if exact <= most else edit_distance(a, b, most) > most
