"""Finds in a text that has no page: one that was typed to try a recipe, or what a code on a page holds.

Lines of the text become lines of a page in a fixed pitch, so that labels, columns and address blocks work as they do there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from docpriv.decide import decide, is_believed
from docpriv.errors import UsageError
from docpriv.geometry import Box
from docpriv.layout import analyse
from docpriv.model import Char, Finding, Kind, Mark, PageRef, PageText, TextLine
from docpriv.options import Recipe
from docpriv.pii import open_finder
from docpriv.pii.payloads import spelled_out
from docpriv.pipeline.explain import why_covered
from docpriv.protocols import PiiDetector, ReadPage, Spoken
from docpriv.text.values import Value, values_of

MOST_CHARACTERS, MOST_LINES = 50_000, 1_000
"""A dozen dense pages."""

_PITCH, _HEIGHT, _LEADING, _MARGIN = 10, 20, 26, 50  # pixels
LONGEST = 8192  # characters: content of a code of this length was cut where it was read
_TAB = 4  # pitches of a tab: what stands beyond it is another cell


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFinding:
    """Something found in a text: code points [start, end) in each of `spans`, and whether the policy covers it, and why."""

    spans: tuple[tuple[int, int], ...]
    line: int
    kind: Kind
    score: float
    detector: str
    rule: str
    covered: bool
    why: str
    text: str = field(repr=False)


def try_text(text: str, recipe: Recipe, finder: PiiDetector | None = None) -> tuple[TrialFinding, ...]:
    """What the detectors of a recipe find in a text, by offset. UsageError for one over MOST_CHARACTERS or MOST_LINES."""
    if len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES:
        raise UsageError(
            f"the text has more than {MOST_CHARACTERS} characters or {MOST_LINES} lines", remedy="Give the lines that matter."
        )
    page, offsets = page_of(text)
    if not page.lines:
        return ()
    found = (finder or open_finder(recipe.finding)).find([ReadPage(text=page, layout=analyse(page))])
    out = (_trial(text, offsets, finding, recipe) for finding in found if finding.chars)
    return tuple(sorted(out, key=lambda one: (one.spans, one.kind)))


def find_in(text: str, finder: PiiDetector, spoken: Spoken | None = None) -> tuple[PageText, tuple[Finding, ...]]:
    """The lines of a text as a page, and what is found there. `spoken`: languages of the page that it belongs to."""
    page, _ = page_of(text)
    return page, finder.find([ReadPage(text=page, layout=analyse(page), spoken=spoken)]) if page.lines else ()


def covered_values(text: PageText, findings: Iterable[Finding], recipe: Recipe) -> set[Value]:
    """The values of those of the findings that the recipe covers."""
    return values_of(text, (f for f in findings if decide(f, recipe.policy, recipe.finding.min_score).covered))


def page_of(text: str) -> tuple[PageText, tuple[tuple[int, int], ...]]:
    """A page with the lines of a text that are not blank; number (from 1) and offset of each."""
    lines: list[TextLine] = []
    places: list[tuple[int, int]] = []
    offset = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        y, x = _MARGIN + _LEADING * number, _MARGIN
        chars = []
        for c in raw:
            width = _PITCH * (_TAB if c == "\t" else 1)
            chars.append(Char(text=c if c.isprintable() else " ", score=1.0, quad=Box(x, y, x + width, y + _HEIGHT).quad()))
            x += width
        if raw.strip():
            lines.append(TextLine(chars=tuple(chars), score=1.0, quad=Box(_MARGIN, y, x, y + _HEIGHT).quad()))
            places.append((number, offset))
        offset += len(raw) + 1
    width = int(max((line.quad.bounds()[2] for line in lines), default=0)) + _MARGIN
    height = int(max((line.quad.bounds()[3] for line in lines), default=0)) + _MARGIN
    return PageText(ref=PageRef(document="text", index=0), width=width, height=height, lines=tuple(lines)), tuple(places)


def _trial(text: str, places: tuple[tuple[int, int], ...], finding: Finding, recipe: Recipe) -> TrialFinding:
    spans: list[tuple[int, int]] = []
    for at in sorted(places[c.line][1] + c.char for c in finding.chars):
        if spans and not text[spans[-1][1] : at].strip(" ") and "\n" not in text[spans[-1][1] : at]:
            spans[-1] = spans[-1][0], at + 1
        else:
            spans.append((at, at + 1))
    covered, why = why_covered(finding, recipe)
    return TrialFinding(
        spans=tuple(spans),
        line=places[min(c.line for c in finding.chars)][0],
        kind=finding.kind,
        score=finding.score,
        detector=finding.detector,
        rule=finding.reason,
        covered=covered,
        why=why,
        text=" / ".join(text[start:end] for start, end in spans),
    )


def open_payloads(
    marks: Sequence[Mark], finder: PiiDetector, recipe: Recipe, spoken: Spoken | None = None
) -> tuple[tuple[Mark, ...], frozenset[Value]]:
    """Let the detectors of text search what codes hold: marks without payloads, the kinds found in them instead, and the values
    of covered kinds, for the document's life. A code that holds more than they take is named by nothing."""
    out: list[Mark] = []
    values: set[Value] = set()
    for mark in marks:
        if mark.payload is None:
            out.append(mark)
            continue
        text = spelled_out(mark.payload)
        kinds: tuple[Kind, ...] = ()
        if text.strip() and len(text) <= MOST_CHARACTERS and text.count("\n") <= MOST_LINES:
            page, found = find_in(text, finder, spoken)
            kinds = tuple(sorted({f.kind for f in found if is_believed(f, recipe.finding.min_score)}))
            values |= covered_values(page, found, recipe)
        if len(text) >= LONGEST or text.count("\n") > MOST_LINES:
            kinds = (*kinds, Kind.PERSONAL_ID)  # not all of it was searched, so it may hold anything
        out.append(replace(mark, payload=None, inside=kinds))
    return tuple(out), frozenset(values)
