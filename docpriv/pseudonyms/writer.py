"""Pseudonyms of everything that a document holds, kept apart from its own values; refuses to keep a value unless told to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stdnum import luhn

from docpriv.model import EngineId, Kind
from docpriv.pseudonyms import numbers
from docpriv.pseudonyms.forms import name_form, packed
from docpriv.pseudonyms.keyed import Stream, key_id
from docpriv.pseudonyms.names import Names
from docpriv.pseudonyms.places import Places
from docpriv.pseudonyms.pools import FAKER, pools
from docpriv.text.values import IDENTIFIERS

_IDS = IDENTIFIERS | {Kind.DOCUMENT_NUMBER}
REPLACED = _IDS | {
    Kind.PERSON,
    Kind.ADDRESS,
    Kind.LOCATION,
    Kind.PHONE,
    Kind.EMAIL,
    Kind.DATE_OF_BIRTH,
    Kind.DATE,
    Kind.USERNAME,
    Kind.IP_ADDRESS,
}
"""Kinds that have pseudonyms; the others are labelled."""

_TRIES = 200
_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and what stands for it; never shown."""

    kind: Kind
    value: str = field(repr=False)
    pseudonym: str = field(repr=False)


class Pseudonyms:
    """Pseudonyms of one document. `learn` first of all that was found in it, then `rewrite`.

    `checked`: whether a number has the check digits of a scheme; no pseudonym has. `remember`: keep `entries`
    for an encrypted mapping. RecipeError where Faker is missing.
    """

    def __init__(self, key: bytes, *, checked: Callable[[str], bool] = luhn.is_valid, remember: bool = False) -> None:
        self._key, self._checked, self._remember = key, checked, remember
        self._names = Names(key, pools())
        self._places = Places(key, pools(), self._names)
        self._taken: set[str] = set()
        self._known: dict[tuple[Kind, str], Entry] = {}

    def identity(self) -> EngineId:
        """What made the pseudonyms: the lists' digest, and the key's id, which says nothing of the key."""
        return EngineId(
            name="pseudonyms",
            version=f"{_VERSION}+faker-{FAKER}",
            models=(("key-id", key_id(self._key)), ("names", pools().digest)),
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was replaced so far, each value once in every way it was written; empty unless told to remember."""
        return tuple(self._known[at] for at in sorted(self._known))

    def learn(self, kind: Kind, lines: Sequence[str]) -> None:
        """Take note of a value of the document: no pseudonym will be one, and names say what is a surname."""
        text = "\n".join(lines)
        self._taken.update(form for part in (text, *lines) if (form := packed(part)))
        if kind is Kind.PERSON:
            self._names.learn(text)
        elif kind in (Kind.ADDRESS, Kind.LOCATION, Kind.ORGANIZATION):
            self._names.take(text)

    def rewrite(self, kind: Kind, lines: Sequence[str]) -> tuple[str, ...] | None:
        """What stands for a value, line for line; None for a kind that has no pseudonyms or text with nothing to replace."""
        text = "\n".join(" ".join(unicodedata.normalize("NFKC", line).split("\n")) for line in lines)
        if kind not in REPLACED or not packed(text):
            return None
        fresh = self._fresh(kind, text)
        if fresh is None:
            return None
        if self._remember:
            self._known.setdefault((kind, text), Entry(kind, text, fresh))
        out = tuple(" ".join(line.split()) for line in fresh.split("\n"))
        return out if len(out) == len(lines) else (" ".join(out), *[""] * (len(lines) - 1))

    def _fresh(self, kind: Kind, text: str) -> str | None:
        for attempt in range(_TRIES):
            out = self._once(kind, text, attempt)
            if out is None:
                return None
            form = packed(out)
            mine = packed(text)
            digits = "".join(c for c in form if c.isdigit())
            numeric = kind in _IDS and len(digits) > 5
            if (
                form
                and form != mine
                and form not in self._taken
                and not (numeric and (self._checked(form.upper()) or self._checked(digits)))
            ):
                return out
        return None

    def _once(self, kind: Kind, text: str, attempt: int) -> str | None:
        match kind:
            case Kind.PERSON:
                return self._names.rewrite(text) if attempt == 0 else self._other_person(text, attempt)
            case Kind.ADDRESS | Kind.LOCATION:
                return self._places.rewrite(text, attempt)
            case Kind.PHONE:
                return numbers.telephone(self._key, text, attempt)
            case Kind.EMAIL:
                return numbers.mail(self._key, text, attempt, self._name_of)
            case Kind.DATE_OF_BIRTH | Kind.DATE:
                return numbers.date(self._key, text, attempt)
            case Kind.USERNAME:
                return numbers.user(self._key, text, attempt)
            case Kind.IP_ADDRESS:
                return numbers.internet(self._key, text, attempt)
            case _:
                return numbers.identifier(self._key, text, attempt, card=kind is Kind.CARD_NUMBER, iban=kind is Kind.IBAN)

    def _name_of(self, word: str) -> str | None:
        """The pseudonym of a word of a person's name, of `jsmith` as well where Smith is one."""
        if self._names.knows(word):
            return self._names.word(word)
        if len(word) > 3 and self._names.knows(word[1:]):
            return Stream(self._key, "mail-initial", word).pick("abcdeghjklmnprst") + self._names.word(word[1:])
        return None

    def _other_person(self, text: str, attempt: int) -> str:
        """A name for what has no word that could be replaced, or only initials that came out as they were."""
        return self._names.surname(f"{name_form(text)}\0{attempt}") + "\n" * text.count("\n")
