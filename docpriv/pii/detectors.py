"""Detectors of text: each is a function that its module registers, and the finder runs what is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from docpriv.locales import spoken
from docpriv.model import Kind
from docpriv.pii.textspan import Hit
from docpriv.registry import Registry


class Texts(Enum):
    """Which texts of a page a detector is given."""

    EVERY = "as it was read, with words taken apart or joined, and over the ends of lines"
    COLUMNS = "every one in which the lines of a column follow each other"
    AS_READ = "as it was read, in columns and in rows"


@dataclass(frozen=True, slots=True)
class RecognizerInfo:
    """A recognizer: the rule of a finding is its name or goes on from it; `most` is with context words where it has any.

    `source`: built-in shape, telephone numbers, telephone print, address of a mailbox, word before or behind, Presidio,
    name model, name print, spaCy model, field label, address, date, machine-readable line, search for found values, deny list, or
    custom.
    """

    name: str
    kind: Kind
    detector: str
    least: float
    most: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDetector:
    """What finds hits in a text; `languages`: only in text that is known to be in these, none: in any. `rules`: what its hits
    name as their reason."""

    find: Callable[[str], list[Hit]]
    texts: Texts
    languages: tuple[str, ...] = ()
    rules: tuple[RecognizerInfo, ...] = ()


DETECTORS: Registry[TextDetector] = Registry("docpriv.pii")

_Find = TypeVar("_Find", bound=Callable[[str], list[Hit]])
Rule = tuple[str, Kind, float, float]
"""What a hit names as its reason, its kind, its least and its highest score."""


def text_detector(
    name: str,
    source: str = "",
    *rules: Rule,
    order: int,
    texts: Texts = Texts.AS_READ,
    languages: tuple[str, ...] = (),
    named: str = "",
) -> Callable[[_Find], _Find]:
    """Register a function as the detector `name`.

    `source` as in `RecognizerInfo`; `named`: what its
    hits call it, where that is not `name`. Of findings that are otherwise alike that of the lower `order` stays.
    """

    def register(find: _Find) -> _Find:
        known = tuple(RecognizerInfo(rule, kind, named or name, least, most, source) for rule, kind, least, most in rules)
        DETECTORS.register(name, TextDetector(find=find, texts=texts, languages=languages, rules=known), order=order)
        return find

    return register


def detected(text: str, texts: Texts) -> list[Hit]:
    """What the registered detectors of such texts find, but those for other languages than the text's."""
    told = set(spoken())
    return [
        hit
        for detector in DETECTORS.values()
        if detector.texts is texts and (not detector.languages or (told and told.issubset(detector.languages)))
        for hit in detector.find(text)
    ]
