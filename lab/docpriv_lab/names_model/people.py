"""Writes names of people in the forms that documents use; each result is a name and nothing else."""

from __future__ import annotations

import random
from typing import Final

from docpriv_lab.names_model.pools import Pools

_INITIALS: Final = "ABCDEFGHJKLMNPRSTW"
_PARTICLES: Final = ("O'", "Mc", "De ", "Van ", "Di ", "von ", "Al ", "St. ", "de la ", "Mac")
_GENERATIONS: Final = ("Jr.", "Sr.", "III", "II", "Jr", "IV")
TITLES: Final = ("Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Ms", "Prof.", "Miss", "Dr", "Hon.", "Sir", "Mrs", "Rev.", "Capt.")


class People:
    """Names of people, drawn from one half of the pools with one random generator."""

    def __init__(self, pools: Pools, rng: random.Random) -> None:
        self._pools = pools
        self._rng = rng

    def first(self) -> str:
        """A first name."""
        return self._rng.choice(self._pools.first_names)

    def surname(self) -> str:
        """A surname, now and then a double one or one with a particle."""
        name = self._rng.choice(self._pools.surnames)
        kind = self._rng.random()
        if kind < 0.05:
            return name + self._rng.choice("- ") + self._rng.choice(self._pools.surnames)
        return self._rng.choice(_PARTICLES) + name if kind < 0.08 else name

    def initial(self) -> str:
        """One capital letter."""
        return self._rng.choice(_INITIALS)

    def title(self) -> str:
        """A form of address; not part of a name."""
        return self._rng.choice(TITLES)

    def person(self) -> str:
        """A full name in any order and form."""
        kind = self._rng.random()
        if kind < 0.42:
            return f"{self.first()} {self.surname()}"
        if kind < 0.57:
            return f"{self.first()} {self.initial()}. {self.surname()}"
        if kind < 0.65:
            return f"{self.initial()}. {self.initial()}. {self.surname()}"
        if kind < 0.70:
            return f"{self.initial()}.{self.initial()}. {self.surname()}"
        if kind < 0.76:
            return f"{self.initial()}. {self.surname()}"
        if kind < 0.83:
            return f"{self.first()} {self.first()} {self.surname()}"
        if kind < 0.88:
            return f"{self.first()} {self.initial()} {self.surname()}"
        if kind < 0.90:
            return f"{self.initial()}. {self.first()} {self.surname()}"
        if kind < 0.93:
            return f"{self.first()} {self.surname()}{self._rng.choice((' ', ', '))}{self._rng.choice(_GENERATIONS)}"
        if kind < 0.95:
            return f"{self.first()} {self._quoted(self.first())} {self.surname()}"
        return f"{self.surname()}, {self.first()}"

    def sorted_person(self) -> str:
        """A full name with the surname first, as lists and forms want it."""
        first, last = self.first(), self.surname()
        kind = self._rng.random()
        if kind < 0.36:
            return f"{last}, {first}"
        if kind < 0.58:
            return f"{last}, {first} {self.initial()}{self._rng.choice(('.', ''))}"
        if kind < 0.66:
            return f"{last.upper()}, {first}"
        if kind < 0.76:
            return f"{last.upper()} {first}"
        if kind < 0.84:
            return f"{last}, {self.initial()}. {self.initial()}."
        if kind < 0.89:
            return f"{last} {first} {self.initial()}"
        if kind < 0.93:
            return f"{last}, {first} {self.first()}"
        return f"{last},{first}"

    def initials_surname(self) -> str:
        """One or two initials and a surname."""
        dot = self._rng.choice((".", ".", ".", ""))
        second = self._rng.choice((f"{self._rng.choice(('', ' '))}{self.initial()}{dot}", "", ""))
        return f"{self.initial()}{dot}{second} {self.surname()}"

    def wrapped(self) -> str:
        """A full name broken over two lines."""
        kind = self._rng.random()
        if kind < 0.35:
            return f"{self.first()}\n{self.surname()}"
        if kind < 0.55:
            return f"{self.initial()}. {self.initial()}.\n{self.surname()}"
        if kind < 0.75:
            return f"{self.first()} {self.initial()}.\n{self.surname()}"
        return f"{self.surname()},\n{self.first()}" if kind < 0.9 else f"{self.surname()}\n{self.first()} {self.first()}"

    def _quoted(self, nickname: str) -> str:
        left, right = self._rng.choice((('"', '"'), ("(", ")"), ("'", "'")))
        return f"{left}{nickname}{right}"
