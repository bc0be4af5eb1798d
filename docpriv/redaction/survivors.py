"""What is still readable after covering: text with the covered characters masked, and redacted values that survive.

Refuses to keep a redacted value longer than the document: values live in memory alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docpriv.geometry import Box, Point, Quad
from docpriv.model import Char, CharId, Finding, Kind, PageText, Reason, Region, TextLine
from docpriv.redaction.apply import CoverMap
from docpriv.redaction.plan import strips
from docpriv.tape import MASK

COVERED = 0.5  # share of a character's area from which it counts as covered
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
# Characters that recognizers confuse, brought to one form.
_ALIKE = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "i": "l",
        "|": "l",
        "!": "l",
        "5": "s",
        "$": "s",
        "8": "b",
        "2": "z",
        "6": "g",
        "9": "g",
        "q": "g",
        "’": "'",
        "‘": "'",
    }
)
# Kinds whose value identifies wherever it stands; ages and plates of three letters would hit ordinary words.
_SOUGHT = frozenset(
    {
        Kind.PERSON,
        Kind.ADDRESS,
        Kind.PHONE,
        Kind.EMAIL,
        Kind.NATIONAL_ID,
        Kind.TAX_ID,
        Kind.PASSPORT,
        Kind.DRIVER_LICENCE,
        Kind.ACCOUNT_NUMBER,
        Kind.IBAN,
        Kind.CARD_NUMBER,
        Kind.CRYPTO,
        Kind.MEDICAL_RECORD_NUMBER,
        Kind.MEMBER_ID,
        Kind.PERSONAL_ID,
        Kind.VEHICLE_ID,
        Kind.USERNAME,
        Kind.DATE_OF_BIRTH,
        Kind.MRZ,
        Kind.CUSTOM,
    }
)
_CHARS_OF = {Kind.PERSON: 5}
_LEAST = 6  # letters and digits that a value needs to be sought


@dataclass(frozen=True, slots=True)
class Value:
    """A redacted value as normalised words; never shown."""

    kind: Kind
    words: tuple[str, ...] = field(repr=False)


def normalise(word: str) -> str:
    """One form for all that recognizers confuse; letters and digits only."""
    folded = word.casefold().translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return "".join(c for c in folded if c.isalnum())


def values_of(text: PageText, findings: Iterable[Finding]) -> set[Value]:
    """The values of findings that must not stand anywhere else; of a block over several lines, each line that tells."""
    values: set[Value] = set()
    for finding in findings:
        if finding.kind not in _SOUGHT or not finding.chars:
            continue
        least = _CHARS_OF.get(finding.kind, _LEAST)
        by_line: dict[int, list[CharId]] = {}
        for char in finding.chars:
            by_line.setdefault(char.line, []).append(char)
        for part in by_line.values():
            raw = _raw(text, part)
            words = tuple(w for w in (normalise(m) for m in _WORD.findall(raw)) if w)
            telling = len(by_line) == 1 or (len(words) > 1 and any(c.isdigit() for c in raw))
            if sum(map(len, words)) >= least and telling and not (finding.kind is Kind.PERSON and raw.islower()):
                values.add(Value(finding.kind, words))
    return values


def _raw(text: PageText, chars: Sequence[CharId]) -> str:
    out: list[str] = []
    last: CharId | None = None
    for char in chars:
        if last is not None and (char.line != last.line or char.char > last.char + 1):
            out.append(" ")
        out.append(text.lines[char.line].chars[char.char].text)
        last = char
    return "".join(out)


def masked(text: PageText, covered: CoverMap, reread: dict[int, TextLine]) -> PageText:
    """The page's text as a reader of the final page has it: covered characters are blocks, touched lines as read again."""
    lines = []
    for index, line in enumerate(text.lines):
        if index not in reread and not covered.touches(line.quad, 0.3 * line.quad.height):
            lines.append(line)
            continue
        hidden = [covered.share(c.quad) >= COVERED for c in line.chars]
        if index not in reread and not any(hidden):
            lines.append(line)
            continue
        blocks = [Char(text=MASK, quad=c.quad, score=c.score) if h else c for c, h in zip(line.chars, hidden, strict=True)]
        if index in reread:
            again = [c for c in reread[index].chars if covered.share(c.quad) < COVERED]
            first = sum(not h and c.text.isalnum() for c, h in zip(line.chars, hidden, strict=True))
            if 2 * sum(c.text.isalnum() for c in again) >= first:
                # A reading that lost half of what was there before is the worse witness.
                blocks = [c for c, h in zip(blocks, hidden, strict=True) if h] + again
                blocks.sort(key=lambda c: along(line.quad, c.quad.centre))
        lines.append(TextLine(chars=tuple(blocks), quad=line.quad, score=line.score, detection_score=line.detection_score))
    return PageText(ref=text.ref, width=text.width, height=text.height, lines=tuple(lines), turn=text.turn)


def along(line: Quad, point: Point) -> float:
    """How far a point lies along a line's top edge from its start, in pixels."""
    angle = math.radians(line.angle)
    return (point[0] - line.a[0]) * math.cos(angle) + (point[1] - line.a[1]) * math.sin(angle)


def visible(text: PageText, finding: Finding, covered: CoverMap) -> tuple[CharId, ...]:
    """The characters of a finding that are readable still; none where no letter or digit is."""
    out = []
    for char in finding.chars:
        item = text.lines[char.line].chars[char.char]
        if item.text != MASK and item.text.strip() and covered.share(item.quad) < COVERED:
            out.append(char)
    return tuple(out) if any(text.lines[c.line].chars[c.char].text.isalnum() for c in out) else ()


class ValueSearch:
    """Finds redacted values in surviving text, exactly or within what recognizers confuse."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._by_first: dict[str, list[Value]] = {}
        for value in sorted(values, key=lambda v: (v.kind, v.words)):
            self._by_first.setdefault(value.words[0], []).append(value)

    def find(self, text: PageText, allowed: frozenset[str]) -> list[tuple[Kind, tuple[CharId, ...]]]:
        """Each place where a value stands: its kind and its characters. `allowed`: normalised terms left alone."""
        hits: list[tuple[Kind, tuple[CharId, ...]]] = []
        for index, line in enumerate(text.lines):
            words = [(normalise(m.group()), m.start(), m.end(), m.group()) for m in _WORD.finditer(line.text)]
            spans = _char_starts(line)
            for at, (first, _, _, shown) in enumerate(words):
                for value in self._by_first.get(first, ()):
                    found = words[at : at + len(value.words)]
                    if tuple(w[0] for w in found) != value.words:
                        continue
                    if value.kind is Kind.PERSON and len(found) == 1 and not shown[:1].isupper():
                        continue
                    if "".join(w[0] for w in found) in allowed:
                        continue
                    chars = tuple(CharId(index, spans[i]) for i in range(found[0][1], found[-1][2]))
                    hits.append((value.kind, tuple(dict.fromkeys(chars))))
        return hits


def _char_starts(line: TextLine) -> list[int]:
    """For each code point of the line's text, the index of its character."""
    return [i for i, char in enumerate(line.chars) for _ in char.text]


def region_over(text: PageText, chars: Sequence[CharId], kind: Kind, detector: str, reason: str, pad: float) -> Region:
    """A region over these characters, grown by `pad` of the text height."""
    by_line: dict[int, list[int]] = {}
    for char in chars:
        by_line.setdefault(char.line, []).append(char.char)
    boxes: list[Box] = []
    for line, indices in sorted(by_line.items()):
        first, last = text.lines[line].chars[min(indices)].quad, text.lines[line].chars[max(indices)].quad
        quad = Quad(first.a, last.b, last.c, first.d)
        boxes.extend(strips(quad.pad(pad * quad.height, pad * quad.height)))
    return Region(boxes=tuple(boxes), reasons=(Reason(kind=kind, score=1.0, detector=detector, reason=reason),))
