"""What stands in the codes of a page: its kinds name the region, its values are sought on the pages; refuses to keep its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from docpriv.decide import decide, is_believed
from docpriv.layout import analyse
from docpriv.model import Kind, Mark
from docpriv.options import Recipe
from docpriv.pii.payloads import spelled_out
from docpriv.pipeline.typed_text import MOST_CHARACTERS, MOST_LINES, page_of
from docpriv.protocols import PiiDetector, ReadPage
from docpriv.text.values import Value, values_of

LONGEST = 8192  # characters: content of this length was cut where it was read


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMarks:
    """Marks without payloads, the kinds found in them instead; and the values of covered kinds, for the document's life."""

    marks: tuple[Mark, ...]
    values: frozenset[Value] = frozenset()


def open_payloads(marks: Sequence[Mark], finder: PiiDetector, recipe: Recipe) -> OpenedMarks:
    """Let the detectors of text search what codes hold. A code that holds more than they take is named by nothing."""
    least, out = recipe.finding.min_score, list[Mark]()
    values: set[Value] = set()
    for mark in marks:
        if mark.payload is None:
            out.append(mark)
            continue
        text = spelled_out(mark.payload)
        kinds: tuple[Kind, ...] = ()
        if text.strip() and len(text) <= MOST_CHARACTERS and text.count("\n") <= MOST_LINES:
            page, _ = page_of(text)
            found = finder.find([ReadPage(text=page, layout=analyse(page))])
            kinds = tuple(sorted({f.kind for f in found if is_believed(f, least)}))
            values |= values_of(page, (f for f in found if decide(f, recipe.policy, least).covered))
        if len(text) >= LONGEST or text.count("\n") > MOST_LINES:
            kinds = (*kinds, Kind.PERSONAL_ID)  # not all of it was searched, so it may hold anything
        out.append(replace(mark, payload=None, inside=kinds))
    return OpenedMarks(marks=tuple(out), values=frozenset(values))
