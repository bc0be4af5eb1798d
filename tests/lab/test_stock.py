"""Stocks of names: what pages for measuring are drawn with is never what a model learns from."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from docpriv_lab.names_model import pools
from docpriv_lab.pages.people import LOCALES
from docpriv_lab.pages.people import People as PagePeople
from docpriv_lab.synthesis.people import People
from docpriv_lab.synthesis.stock import FIRM_STEMS, HELD_OUT, Stock, held_out_names

TINY = Stock(
    given=dict.fromkeys(LOCALES, (("Quillon",), ("Zarabeth",))),
    family=dict.fromkeys(LOCALES, ("Vexleyton",)),
    streets=dict.fromkeys(LOCALES, ("Umberwick",)),
    towns=dict.fromkeys(LOCALES, ("Brixmere",)),
    stems=("Kestrelon",),
)


def family_names() -> list[str]:
    return [name for names in HELD_OUT.family.values() for name in names]


def given_names() -> list[str]:
    return [name for halves in HELD_OUT.given.values() for half in halves for name in half]


@pytest.mark.parametrize("locale", LOCALES)
def test_whoever_is_drawn_on_a_page_has_held_out_names(locale: str) -> None:
    people = PagePeople(random.Random(7), locale)
    for _ in range(80):
        person = people.person()
        assert {person.given.lower(), person.middle.lower()} <= held_out_names()
        assert person.family.lower() in held_out_names() or set(person.family.lower().split("-")) <= held_out_names()
        assert people.firm().name.startswith(tuple(FIRM_STEMS))


@pytest.mark.parametrize("locale", LOCALES)
def test_people_of_another_stock_bear_its_names_alone(locale: str) -> None:
    people = People(random.Random(7), locale, TINY)
    for _ in range(40):
        person = people.person()
        assert person.given in {"Quillon", "Zarabeth"}
        assert set(person.family.split("-")) == {"Vexleyton"}
        assert people.firm().name.startswith("Kestrelon ")
        assert not any(name in " ".join(person.address.lines) for name in HELD_OUT.towns[locale])


def test_the_parts_of_double_names_are_held_out_too() -> None:
    assert {"karl-heinz", "karl", "heinz", "harlan", "sterling"} <= held_out_names()
    assert "of" not in held_out_names()


@pytest.mark.parametrize("text", ["Whitaker", "WHITAKER", "Whitaker & Sons", "12 Whitaker Rd", "o'donnell", "j.Whitaker"])
def test_a_held_out_name_is_seen_wherever_it_stands(text: str) -> None:
    assert pools.names_held_out(text)


@pytest.mark.parametrize("text", ["Whitakers", "Vexleyton & Sons", "12 Umberwick Rd", ""])
def test_other_names_are_free(text: str) -> None:
    assert not pools.names_held_out(text)


class Fake:
    """Gives the held-out names and others in turn, as name lists of the world do."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = iter(values * 2000)

    def __getattr__(self, method: str) -> Any:
        return lambda: next(self._values)


@pytest.fixture(name="halves")
def halves_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[pools.Pools, pools.Pools]]:
    """Pools made of lists that hold every held-out name."""
    free = [f"Freename{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    given, family = given_names() + free, family_names() + free
    texts = [f"12 {name} Road, Brixmere" for name in given + family] + [f"{name} Ltd" for name in free]
    monkeypatch.setattr(pools, "_fakers", lambda: {"en_US": Fake(texts), "en_GB": Fake(given + family)})
    monkeypatch.setattr(pools, "_census_names", lambda: (list(given), list(family)))
    monkeypatch.setattr(pools, "_popular_names", lambda root: (list(given), list(family)))
    monkeypatch.setattr(pools, "_cities", lambda: (("Brixmere",), (1.0,)))
    monkeypatch.setattr(pools, "read_companies", lambda root: [f"{name} & Sons" for name in family + given])
    monkeypatch.setattr(pools, "read_addresses", lambda root, held_out: list(texts))
    pools.load_pools.cache_clear()
    yield pools.load_pools(Path("nowhere"), held_out=False), pools.load_pools(Path("nowhere"), held_out=True)
    pools.load_pools.cache_clear()


def test_training_pools_hold_no_name_of_the_pages(halves: tuple[pools.Pools, pools.Pools]) -> None:
    training, test = halves
    assert training.first_names
    assert training.companies
    assert not {name.lower() for name in training.first_names + training.surnames} & held_out_names()
    for values in (training.companies, training.streets, training.us_addresses, training.emails, training.fancy_words):
        assert not any(pools.names_held_out(value) for value in values)
    assert {name.lower() for name in test.surnames} & held_out_names()  # the lists did hold them


def test_training_and_test_pools_share_no_name(halves: tuple[pools.Pools, pools.Pools]) -> None:
    training, test = halves
    assert not {name.lower() for name in training.first_names} & {name.lower() for name in test.first_names}
    assert not {name.lower() for name in training.surnames} & {name.lower() for name in test.surnames}


def test_people_of_the_training_stock_bear_no_name_of_the_pages(halves: tuple[pools.Pools, pools.Pools]) -> None:
    training, _ = halves
    for locale in LOCALES:
        people = People(random.Random(3), locale, training.stock())
        for _ in range(30):
            person = people.person()
            assert not pools.names_held_out(f"{person.given} {person.middle} {person.family}")
