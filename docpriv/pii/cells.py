"""The segments of a page with their texts, labels and neighbours; refuses to say what a value is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from docpriv.geometry import Quad
from docpriv.locales import speaking
from docpriv.model import CharId, Finding, Pair, Segment
from docpriv.pii.labels import Label, lexicon
from docpriv.protocols import ReadPage, Spoken
from docpriv.tape import MASK, TextTape, tape_of
from docpriv.text.fold import fold
from docpriv.text.words import tokens_of

Key = tuple[int, int, int]
_UNREADABLE = 0.80  # a value read with a lower score may be any, whatever its letters say
_OWN_LINE = frozenset({"phone", "email", "id", "number", "date"})  # `PHONE NO. 555-0100` under an address is no part of it


class Cells:
    """What the field rules ask about a page."""

    def __init__(self, page: ReadPage, spoken: Spoken) -> None:
        self._page = page
        self.text = page.text
        self._segments = page.layout.segments
        self.vocabulary = lexicon().vocabulary
        memories: dict[tuple[str, ...], dict[str, str]] = {}
        self.tapes = {key(s): tape_of(page.text, [s]) for s in self._segments}
        self.labels: dict[Key, list[Label]] = {}
        for codes, segments in groupby(self._segments, lambda s: spoken.lines[s.line] if spoken.lines else spoken.page):
            with speaking(codes):
                words, memory = lexicon(), memories.setdefault(codes, {})
                without = words.everyday(codes[0] if len(codes) == 1 else None)
                self.labels |= {key(s): words.labels(self.tapes[key(s)].text, memory, without) for s in segments}
        self.pairs: dict[tuple[Key, str], Pair] = {(key(p.label), p.where): p for p in page.layout.pairs if p.where != "same"}
        self.above = {key(p.values[0]): p.label for p in page.layout.pairs if p.where == "below" and p.values}

    def label_chars(self) -> frozenset[CharId]:
        """Characters of the page's labels. A lone word that may be a name too is none."""
        found: set[CharId] = set()
        for segment in self._segments:
            tape = self.tapes[key(segment)]
            for label in self.labels[key(segment)]:
                alone = label.first and label.value >= len(tape.text)
                if label.marked or (alone and label.sure):
                    found.update(tape.chars(label.start, label.end))
        return frozenset(found)

    def is_label(self, segment: Segment) -> bool:
        text = self.tapes[key(segment)].text
        labels = self.labels[key(segment)]
        if not text.strip():
            return False
        return text.rstrip().endswith(":") or any(
            label.first
            and label.sure
            and (label.marked or label.value >= len(text) or (label.field is not None and label.field.form in _OWN_LINE))
            for label in labels
        )

    def officialese(self, row: Sequence[Segment]) -> bool:
        """A line of a label that runs on: mostly words of labels, in small letters."""
        text = " ".join(self.tapes[key(s)].text for s in row)
        words = tokens_of(text)
        known = sum(fold(w[0].strip(".")) in self.vocabulary for w in words)
        small = sum(w[0][0].islower() for w in words)
        return len(words) >= 2 and (
            known >= 0.8 * len(words)
            or (small >= 0.6 * len(words) and known >= 0.4 * len(words))
            or (text.startswith("(") and small >= 0.4 * len(words))
        )

    def until_label(self, segments: Iterable[Segment]) -> list[Segment]:
        return list(takewhile(lambda segment: not self.is_label(segment), segments))

    def onward(self, segment: Segment) -> list[Segment]:
        """What follows in its row, up to a label."""
        for row in self._page.layout.rows:
            keys = [key(s) for s in row]
            if key(segment) in keys:
                return self.until_label(row[keys.index(key(segment)) + 1 :])
        return []

    def rows(self, segments: Sequence[Segment]) -> list[list[Segment]]:
        rows: list[list[Segment]] = []
        for segment in segments:
            if rows and _beside_each_other(rows[-1][-1].quad, segment.quad):
                rows[-1].append(segment)
            else:
                rows.append([segment])
        return rows

    def column(self, first: Segment) -> list[Segment]:
        for block in self._page.layout.blocks:
            keys = [key(s) for s in block]
            if key(first) in keys:
                return list(block[keys.index(key(first)) :])
        return [first]

    def written(self, segment: Segment) -> bool:
        return any(c.isalnum() for c in self.tapes[key(segment)].text)

    def masked(self, segment: Segment) -> bool:
        return MASK in self.tapes[key(segment)].text

    def unreadable(self, tape: TextTape, start: int, end: int) -> bool:
        chars = tape.chars(start, end)
        if not chars:
            return False
        return sum(self.text.lines[c.line].chars[c.char].score for c in chars) / len(chars) < _UNREADABLE


def key(segment: Segment) -> Key:
    return segment.line, segment.start, segment.end


def without_labels(findings: Iterable[Finding], labels: frozenset[CharId]) -> list[Finding]:
    """Findings less the characters of labels: label text is never covered."""
    kept = []
    for f in findings:
        if labels.isdisjoint(f.chars):
            kept.append(f)
            continue
        chars = tuple(c for c in f.chars if c not in labels)
        if chars or f.quads:
            kept.append(replace(f, chars=chars))
    return kept


def _beside_each_other(a: Quad, b: Quad) -> bool:
    ca, cb = a.centre, b.centre
    along = (a.b[0] - a.a[0], a.b[1] - a.a[1])
    length = max(1e-6, (along[0] ** 2 + along[1] ** 2) ** 0.5)
    across = abs(-(along[1] / length) * (cb[0] - ca[0]) + along[0] / length * (cb[1] - ca[1]))
    return bool(across < 0.5 * min(a.height, b.height))
