"""People in lists and columns whose neighbours are people: all of each name, and neither heads nor what is no name."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.labels import lexicon
from docpriv.pii.name_lists import in_company
from docpriv.pii.names import DETECTOR, completed, of_syllables
from docpriv.pii.textspan import Hit
from docpriv.pii.values import names_value


def found(text: str, *known: str) -> set[str]:
    """What is found beside the persons that a model knows already."""
    hits = [Hit(*m.span(), Kind.PERSON, 0.9, DETECTOR, "model") for name in known for m in re.finditer(re.escape(name), text)]
    return {text[h.start : h.end] for h in in_company(text, hits)[len(hits) :]}


def test_an_item_among_persons_is_a_person_and_wholly() -> None:
    assert found("Cc: Ann Roe; Law Kam-wing; Jo An; Kim Poe", "Ann Roe", "Kim Poe", "Jo") == {"Law Kam-wing", "Jo An"}


def test_a_cell_in_a_column_of_persons_is_one_but_its_head_is_not() -> None:
    rows = ["Guest\tSum", "Roe\t12.00", "Law\t3.10", "Poe\t7.00", "Doe\t9.99"]
    assert found("\n".join(rows), "Roe", "Poe", "Doe") == {"Law"}
    again = [*rows, "Guest\tSum", "An\t1.00", "Coe\t2.00", "Foe\t3.00"]
    assert found("\n".join(again), "Roe", "Poe", "Doe", "Coe", "Foe") == {"Law", "An"}


def test_what_is_no_name_stays() -> None:
    rows = ["Guest\tSum", "Roe\t12.00", "not known\t3.10", "Poe\t7.00", "Doe\t9.99", "Roe & Co 1\t2"]
    assert found("\n".join(rows), "Roe", "Poe", "Doe") == set()
    assert found("Blue; Green; Ann Roe; Red", "Ann Roe") == set()
    assert found("Sum\tDue\nMay\tJune\nMay\tJuly", "June") == set()


def named(text: str) -> list[str]:
    return [text[a:b] for a, b in names_value(text)]


def test_a_list_parted_by_semicolons_has_names_that_are_words() -> None:
    assert named("S. J. Fung; Or Pui-shan B; Jianping S. Min") == ["S. J. Fung", "Or Pui-shan B", "Jianping S. Min"]
    assert named("Ann Roe; Accounts Department; call 5 people") == ["Ann Roe"]
    assert named("Terms; Due; Paid") == []


def test_a_semicolon_behind_an_item_makes_no_label_of_it() -> None:
    text = "To: Meifang Mi; Ann Roe; Bob No; Jo Poe"
    assert [text[label.start : label.end] for label in lexicon().labels(text) if label.marked] == ["To"]
    assert lexicon().labels("Name; Ann Roe")[0].marked  # a colon that was read as a semicolon


def test_given_names_of_syllables_are_found_with_their_surnames() -> None:
    def people(text: str) -> list[str]:
        return [text[h.start : h.end] for h in of_syllables(text)]

    assert people("Seen: Ka-kit Sum, LIM Soo-in, Law, Yee-man and Do-Young T. Jung.") == [
        "Ka-kit Sum",
        "LIM Soo-in",
        "Law, Yee-man",
        "Do-Young T. Jung",
    ]
    assert people("Dear Seo-yeon, the Co-op and the Sub-total of the Tie-in; a By-law, Wi-fi, Long-run, up-to-date") == [
        "Seo-yeon"
    ]


def test_a_courtesy_title_makes_a_name_of_a_word() -> None:
    def people(text: str) -> list[str]:
        return [text[h.start : h.end] for h in of_syllables(text)]

    assert people("You told Miss An, Mrs. Or and Mr No that it was late.") == ["An", "Or", "No"]
    assert people("Miss No Name, Dr. No.5, Or else, An answer") == []


def test_a_name_takes_the_syllable_beside_it() -> None:
    def whole(text: str, part: str) -> str:
        start = text.index(part)
        (hit,) = completed(text, [Hit(start, start + len(part), Kind.PERSON, 0.9, DETECTOR, "model")])
        return text[hit.start : hit.end]

    assert whole("by An Tran, Singapore", "Tran") == "An Tran"
    assert whole("Tong, An", "Tong") == "Tong, An"
    assert whole("An Whitaker estate", "Whitaker") == "Whitaker"
