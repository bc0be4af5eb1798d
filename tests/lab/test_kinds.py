"""What is drawn and what is labelled agree: no value of an invented person stands on a page without its label."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from docpriv_lab.pages import generator
from docpriv_lab.pages.degrade import Wear
from docpriv_lab.pages.generator import generate
from docpriv_lab.pages.kinds import KINDS
from docpriv_lab.pages.people import Address, People, Person

SEEDS = (11, 12, 13)
PAGES = [(kind, locale, seed) for kind in sorted(KINDS) for locale in ("US", "UK") for seed in SEEDS]


class Watched(People):
    """Keeps what it invents."""

    made: ClassVar[list[Any]] = []

    def person(self) -> Person:
        self.made.append(super().person())
        return self.made[-1]

    def address(self, *, firm: bool = False) -> Address:
        self.made.append(super().address(firm=firm))
        return self.made[-1]

    def phone(self) -> str:
        self.made.append(super().phone())
        return self.made[-1]


def _plain(text: str) -> str:
    return text.strip(".,;:()").removesuffix("'s").casefold()


def _places(words: list[str], sought: str) -> list[range]:
    """Where the words of `sought` stand one after the other."""
    parts = [_plain(part) for part in sought.split()]
    return [range(i, i + len(parts)) for i in range(len(words) - len(parts) + 1) if words[i : i + len(parts)] == parts]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(Watched, "made", [])
    monkeypatch.setattr(generator, "People", Watched)
    return Watched.made


@pytest.mark.parametrize(("kind", "locale", "seed"), PAGES)
def test_every_word_of_a_persons_data_carries_its_label(kind: str, locale: str, seed: int, watched: list[Any]) -> None:
    page = generate(kind, seed, "medium", dpi=48, locale=locale, wear=Wear())
    made = list(Watched.made)
    drawn = page.truth["words"]
    texts = [_plain(word["text"]) for word in drawn]
    checked = 0
    for thing in made:
        if isinstance(thing, Person):
            name_like = {_plain(thing.family), _plain(thing.given)}
            for word, text in zip(drawn, texts, strict=True):
                if text in name_like and word["text"][0].isupper():
                    assert word["label"] is not None, "a name without a label"
                    checked += 1
            fields = {thing.email: {"EMAIL"}, thing.national: {"ID"}, thing.name: {"PERSON"}, thing.formal: {"PERSON"}}
        elif isinstance(thing, Address):
            # a line with a number: a town alone is a bare place, which the labels count neither way
            fields = {line: {"ADDRESS"} for line in thing.lines if any(c.isdigit() for c in line)}
        else:
            fields = {thing: {"PHONE"}}
        for value, labels in fields.items():
            for place in _places(texts, value):
                assert {drawn[i]["label"] for i in place} == labels
                checked += 1
    assert checked >= 4


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_box_holds_ink(kind: str) -> None:
    for seed in SEEDS:
        page = generate(kind, seed, "easy", dpi=100, locale="US", wear=Wear())
        grey = page.pixels.astype(int).mean(axis=2)
        # one pixel of paper about the box: a comma may be one pixel of ink
        boxes = [word["box"] for word in page.truth["words"]]
        spans = [np.ptp(grey[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]) for x0, y0, x1, y1 in boxes]
        assert min(spans) > 40
        assert len(spans) > 20


def test_kinds_look_different_from_seed_to_seed() -> None:
    for kind in sorted(KINDS):
        counts: set[int] = set()
        for seed in range(20, 28):
            counts.add(len(generate(kind, seed, "easy", dpi=36, locale="US", wear=Wear()).truth["words"]))
            if len(counts) > 2:
                break
        assert len(counts) > 2
