"""Pseudonyms of persons, word by word, so that one person has one in every way of writing.

`John Smith`, `SMITH, John`, `Mr. J. Smith` and `Smith` share their words, and the words of the pseudonym with them. Kept
are titles, suffixes, order, letter case and punctuation, and whether a given name is a man's or a woman's: pronouns on the
page say so too. Particles (`de la`) are left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import count, pairwise

from docpriv.pseudonyms.forms import CONSONANTS, VOWELS, WORD, WORDS, cased, name_form, substituted
from docpriv.pseudonyms.keyed import Ring, Stream
from docpriv.pseudonyms.pools import Pools

_TITLES, _SUFFIXES, _PARTICLES, _BETWEEN = (
    frozenset(WORDS[name]) for name in ("titles", "suffixes", "particles", "between_names")
)
_APART = re.compile(r"[&/;+|]")
_LETTERS = "ABCDEGHJKLMNPRST"


class Role(Enum):
    """What a word is in a name. A word that stands alone is LONE until the document says whether it is a surname."""

    KEPT = 0
    PARTICLE = 1
    SURNAME = 2
    GIVEN = 3
    LONE = 4
    GIVEN_INITIAL = 5
    SURNAME_INITIAL = 6


@dataclass(slots=True, kw_only=True)
class _Part:
    """A word of a name: where it stands and what it is; `surname` and `given` are of its person, in one form."""

    start: int
    text: str = field(repr=False)
    unit: int = 0  # words joined by a hyphen are one unit
    role: Role = Role.GIVEN
    surname: str = field(default="", repr=False)
    given: str = field(default="", repr=False)


class Names:
    """Pseudonyms of persons by one key. What `learn` is told of a document decides what lone words and initials are."""

    def __init__(self, key: bytes, pools: Pools) -> None:
        self._key = key
        self._men, self._women = frozenset(map(name_form, pools.men)), frozenset(map(name_form, pools.women))
        self._listed = self._men | self._women | frozenset(map(name_form, pools.either))
        self._family = frozenset(map(name_form, pools.surnames))
        everybody = (*pools.men, *pools.women, *pools.either)
        self._rings = {
            label: Ring(key, label, names, name_form)
            for label, names in (("surname", pools.surnames), ("man", pools.men), ("woman", pools.women), ("given", everybody))
        }
        self._surnames: Counter[str] = Counter()
        self._givens: Counter[str] = Counter()
        self._wholes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # (surname, initial): given names
        self._families: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # (given name, initial): surnames
        self._taken: set[str] = set()

    # --- what the document says ---------------------------------------------------------------------------------

    def learn(self, text: str) -> None:
        """Take note of a person's name as it stands in the document."""
        for part in _parts(text):
            form = name_form(part.text)
            if part.role in (Role.KEPT, Role.PARTICLE) or part.text.isdigit():
                continue
            if len(form) > 1:
                self._taken.add(form)
            if part.role is Role.SURNAME:
                self._surnames[form] += 1
                if len(part.given) > 1:
                    self._families[part.given, form[:1]].add(form)
            elif part.role is Role.GIVEN:
                self._givens[form] += 1
                self._wholes[part.surname, form[:1]].add(form)

    def take(self, text: str) -> None:
        """No pseudonym may be one of these words."""
        self._taken.update(form for match in WORD.finditer(text) if len(form := name_form(match[0])) > 1)

    def knows(self, word: str) -> bool:
        """Whether a word is part of a person's name in the document."""
        form = name_form(word)
        return form in self._surnames or form in self._givens

    # --- pseudonyms ---------------------------------------------------------------------------------------------

    def rewrite(self, text: str) -> str:
        """The name with every word that is a person's replaced; blanks and line breaks stay where they are."""
        parts = {part.start: part for part in _parts(text)}

        def of(match: re.Match[str]) -> str | None:
            part = parts[match.start()]
            if part.role is Role.PARTICLE:
                return None
            return match[0] if part.role is Role.KEPT else self._word(part)

        return substituted(text, of)

    def word(self, word: str) -> str:
        """The pseudonym of a lone word of a name."""
        return self._word(_Part(start=0, text=word, role=Role.LONE))

    def surname(self, form: str, label: str = "surname") -> str:
        """The surname that stands for a word in `name_form`; `label` makes others of them, for streets."""
        ring = self._rings["surname"]
        return ring.name(
            form if label == "surname" else f"{label}\0{form}", lambda name: self.refused(name, form)
        ) or self._coined(label, form)

    def given(self, form: str) -> str:
        """The given name that stands for one in `name_form`: a man's for a man's, a woman's for a woman's."""
        label = "man" if form in self._men else "woman" if form in self._women else "given"
        return self._rings[label].name(form, lambda name: self.refused(name, form)) or self._coined("given", form)

    def refused(self, name: str, form: str = "") -> bool:
        """Whether a name is, in one form, a word of the document's own names or the one that it would stand for."""
        mine = name_form(name)
        return mine in self._taken or mine == form

    def _word(self, part: _Part) -> str:
        if part.text.isdigit():
            return _digits(self._key, part.text)
        form = name_form(part.text)
        role = self._lone(form) if part.role is Role.LONE else part.role
        if role in (Role.GIVEN_INITIAL, Role.SURNAME_INITIAL):
            return cased(self._initial(part, form, role), part.text)
        return cased(self.surname(form) if role is Role.SURNAME else self.given(form), part.text)

    def _lone(self, form: str) -> Role:
        """A surname, unless the document or the lists know it as a given name alone."""
        votes = self._surnames[form] - self._givens[form]
        if votes:
            return Role.SURNAME if votes > 0 else Role.GIVEN
        return Role.GIVEN if form in self._listed and form not in self._family else Role.SURNAME

    def _initial(self, part: _Part, form: str, role: Role) -> str:
        """The first letter of the one name that the document has for an initial, else a letter of its own."""
        if role is Role.GIVEN_INITIAL:
            known = self._wholes.get((part.surname, form), set())
            names = {self.given(one)[0] for one in known}
        else:
            names = {self.surname(one)[0] for one in self._families.get((part.given, form), set())}
        if len(names) == 1:
            return names.pop()
        stream = Stream(self._key, "initial", role.name, part.surname, part.given, form)
        letters = [c for c in _LETTERS if c.lower() != form]
        return stream.pick(letters)

    def _coined(self, label: str, form: str) -> str:
        """A name of syllables, where the document holds nearly all that the lists have."""
        for attempt in count():
            stream = Stream(self._key, "coined", label, form, str(attempt))
            name = "".join(stream.pick(CONSONANTS) + stream.pick(VOWELS) for _ in range(3)) + stream.pick(CONSONANTS)
            if not self.refused(name, form):
                return name.capitalize()
        raise AssertionError


def _digits(key: bytes, text: str) -> str:
    return Stream(key, "digits", text).digits(len(text))


# --- reading a name -----------------------------------------------------------------------------------------------


def _parts(text: str) -> list[_Part]:
    return [part for start, end in _persons(text) for part in _person(text, start, end)]


def _persons(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of one person each. A name may go on in the next line; two whole names parted by a comma or line are two."""
    cuts = {m.start() for m in _APART.finditer(text)}
    cuts |= {m.start() for m in WORD.finditer(text) if m[0].lower() in _BETWEEN and m[0] != "Y"}
    joints = [m.start() for m in re.finditer("[\n,]", text)]
    for at, joint in enumerate(joints):
        before = text[joints[at - 1] if at else 0 : joint]
        after = text[joint : joints[at + 1] if at + 1 < len(joints) else len(text)]
        if all(
            sum(len(w[0]) > 1 and w[0].lower() not in _PARTICLES | _TITLES | _SUFFIXES for w in WORD.finditer(side)) > 1
            for side in (before, after)
        ):
            cuts.add(joint)
    edges = [0, *sorted(cuts), len(text)]
    yield from ((a, b) for a, b in pairwise(edges) if b > a)


def _person(text: str, start: int, end: int) -> list[_Part]:
    parts = [_Part(start=m.start(), text=m[0]) for m in WORD.finditer(text, start, end)]
    for i, part in enumerate(parts):
        joined = i > 0 and text[parts[i - 1].start + len(parts[i - 1].text) : part.start] in ("-", "‐", "–")
        part.unit = parts[i - 1].unit + (0 if joined else 1) if i else 0
    titled = _keep(parts, more=start > 0 or end < len(text))
    named = [p for p in parts if p.role is not Role.KEPT]
    _leave_particles(named)
    named = [p for p in named if p.role is not Role.PARTICLE]
    words = [p for p in named if not _is_initial(p)]
    if not words:
        for p in named:
            p.role = Role.GIVEN_INITIAL
        return parts
    comma = text.find(",", words[0].start, end)
    last = [p for p in words if comma >= 0 and p.start < comma] if any(comma < p.start for p in named) and comma >= 0 else []
    if not last:
        last = [p for p in words if p.unit == words[-1].unit]
        comma = -1
    initials = [p for p in named if _is_initial(p)]
    alone = len({p.unit for p in words}) == 1
    for p in words:
        p.role = Role.SURNAME if p in last else Role.GIVEN
        if alone and comma < 0 and not titled and not initials:
            p.role = Role.LONE
    after = alone and comma < 0 and all(p.start > words[-1].start for p in initials)
    surname = name_form(last[-1].text)
    given = next((name_form(p.text) for p in words if p.role is Role.GIVEN), "")
    for p in initials:
        p.role = Role.GIVEN_INITIAL
    if initials and after and not titled and len(initials) == 1 and words[0].text.istitle():
        words[0].role, initials[0].role = Role.GIVEN, Role.SURNAME_INITIAL  # `Anna K.`
        given, surname = name_form(words[0].text), ""
    for p in parts:
        p.surname, p.given = surname, given
    return parts


def _keep(parts: list[_Part], *, more: bool) -> bool:
    """Mark titles, suffixes and words between persons; whether there is a title. `more`: other persons stand beside."""
    titled = False
    for i, part in enumerate(parts):
        word = part.text.lower()
        if (word in _TITLES and (more or i + 1 < len(parts))) or word in _BETWEEN:
            part.role = Role.KEPT
            titled = titled or word in _TITLES
        elif not _SUFFIXES.isdisjoint((word, part.text)) and any(p.role is not Role.KEPT and len(p.text) > 1 for p in parts[:i]):
            part.role = Role.KEPT
    return titled


def _leave_particles(named: list[_Part]) -> None:
    """`de la` before a name is left out; `Van` that begins one is a name."""
    for i, part in enumerate(named[:-1]):
        first = i == 0 and part.text.istitle()
        if part.text.lower() in _PARTICLES and not first and not (len(part.text) == 1 and part.text.isupper()):
            part.role = Role.PARTICLE
    if all(p.role is Role.PARTICLE or _is_initial(p) for p in named):
        for p in named:
            p.role = Role.GIVEN


def _is_initial(part: _Part) -> bool:
    return len(part.text) == 1 or (len(part.text) == 2 and part.text.isupper() and not any(c in "AEIOUY" for c in part.text))
