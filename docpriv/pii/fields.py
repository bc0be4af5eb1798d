"""Gives the text or ink beside a label to the label's kind; never covers labels, empty places or running text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docpriv.geometry import Quad
from docpriv.model import CharId, Finding, Kind, Pair, Segment
from docpriv.pii.labels import Field, Label, Lexicon, lexicon
from docpriv.pii.readings import text_of
from docpriv.pii.values import FORMS, address_line, address_value, is_prose, name_value, names_value, organisation_like
from docpriv.pii.words import fold, tokens_of
from docpriv.protocols import ReadPage
from docpriv.tape import TextTape, tape_of

DETECTOR = "fields"
_UNREADABLE = 0.65  # a line read with a lower score may hold any value, whatever its letters say
_UNREAD_SCORE = 0.5
_UNREAD_LONGEST = 45  # characters
_ADDRESS_LINES = 4
_LIST_LINES = 12
_Key = tuple[int, int, int]


class FieldReader:
    """The fields of one page."""

    def __init__(self, page: ReadPage, words: Lexicon | None = None) -> None:
        self._page = page
        self._text = page.text
        self._lexicon = words or lexicon()
        self._memory: dict[str, str] = {}
        self._segments = page.layout.segments
        self._tapes = {_key(s): text_of(page.text, s) for s in self._segments}
        self._labels = {k: self._lexicon.labels(t.text, self._memory) for k, t in self._tapes.items()}
        self._pairs: dict[tuple[_Key, str], Pair] = {}
        for pair in page.layout.pairs:
            if pair.where != "same":
                self._pairs[_key(pair.label), pair.where] = pair
        self._out: list[Finding] = []

    def find(self) -> list[Finding]:
        """Every field value of the page."""
        for segment in self._segments:
            tape, labels = self._tapes[_key(segment)], self._labels[_key(segment)]
            for i, label in enumerate(labels):
                if label.field is None:
                    continue
                end = labels[i + 1].start if i + 1 < len(labels) else len(tape.text)
                rest = tape.text[label.value : end]
                if any(c.isalnum() for c in rest):
                    if not self._same(tape, label, label.field, label.value, end) and i + 1 == len(labels):
                        self._continued(segment, label, label.field, rest)
                elif i + 1 == len(labels) and label.first:
                    self._beside(segment, label.field)
                elif i + 1 == len(labels):
                    self._beside(segment, label.field, only="right")
        return self._out

    # -- the value stands in the label's own segment -------------------------------------------------------------

    def _same(self, tape: TextTape, label: Label, field: Field, start: int, end: int) -> bool:
        text = tape.text[start:end]
        spans = self._fits(field, text)
        if not label.marked and field.form in {"name", "names", "address", "name_address"} and (
                is_prose(text) or not self._clean(field, text, spans)):
            return False
        if not spans and label.marked and self._unreadable(tape, start, end):
            spans = [(0, len(text.rstrip()))]
        for a, b, kind in _kinds(field, spans, text):
            self._add(tape, start + a, start + b, kind, field, "same")
        return bool(spans)

    @staticmethod
    def _clean(field: Field, text: str, spans: Sequence[tuple[int, int]]) -> bool:
        """Without a colon the value must be all that follows: `Name John Smith`, not `Name Brand Products Sold`."""
        if field.form in {"address", "name_address"}:
            return any(c.isdigit() for c in text)
        return bool(spans) and spans[-1][1] >= len(text.rstrip(" .,;:_-|")) and len(tokens_of(text)) >= 2

    def _continued(self, segment: Segment, label: Label, field: Field, rest: str) -> None:
        """A label that runs on: `Date of birth of child`, `Name (as shown on card)`: the value stands elsewhere."""
        words = tokens_of(rest)
        known = sum(fold(w[0].strip(".")) in self._lexicon.vocabulary for w in words)
        if label.first and words and known >= 0.6 * len(words) and len(words) <= 12 and not any(c.isdigit() for c in rest):
            self._beside(segment, field)

    # -- the value stands beside it ------------------------------------------------------------------------------

    def _beside(self, segment: Segment, field: Field, only: str | None = None) -> None:
        for where in ("right", "below"):
            if where not in field.where or (only and where != only):
                continue
            pair = self._pairs.get((_key(segment), where))
            if pair is None:
                continue
            taken = self._right(field, pair) if where == "right" else self._below(field, pair)
            if taken:
                return
        for where in ("right", "below"):
            pair = self._pairs.get((_key(segment), where))
            if pair is not None and self._unread_ink(field, pair, where):
                return

    def _right(self, field: Field, pair: Pair) -> bool:
        values = self._until_label(pair.values)
        if not values:
            return False
        if field.form in {"names", "name_address", "address"}:
            column = self._column(values[0])
            if self._lines(field, [[s] for s in column], "right"):
                return True
        first = self._joined_digits(values)
        if self._take(field, first, "right"):
            if field.form == "name" and len(first) == 1 and len(tokens_of(self._tapes[_key(first[0])].text)) == 1:
                for other in values[1:3]:
                    if not self._take(field, [other], "right") or len(tokens_of(self._tapes[_key(other)].text)) > 2:
                        break
            return True
        return self._take_unreadable(field, values[0], "right")

    def _below(self, field: Field, pair: Pair) -> bool:
        lines = self._rows(pair.values)
        while lines and self._officialese(lines[0]):
            lines = lines[1:]
        if not lines:
            return False
        if field.form in {"names", "name_address", "address"}:
            return self._lines(field, lines, "below")
        values = self._until_label(lines[0])
        if not values:
            return False
        if self._take(field, self._joined_digits(values), "below"):
            return True
        return self._take_unreadable(field, values[0], "below")

    def _lines(self, field: Field, lines: Sequence[Sequence[Segment]], where: str) -> bool:
        """Values of several lines: addresses, names with addresses, lists of people."""
        taken = False
        limit = _LIST_LINES if field.form == "names" else _ADDRESS_LINES + (field.form == "name_address")
        for number, row in enumerate(lines[:limit]):
            values = self._until_label(row)
            if not values or (len(values) < len(row) and not taken and number):
                break
            tape = tape_of(self._text, _with_blanks(values[:1] if field.form != "address" else values[:2]))
            if is_prose(tape.text):
                break
            if field.form == "names":
                spans = names_value(tape.text)
                if not spans:
                    break
                for a, b in spans:
                    self._add(tape, a, b, Kind.PERSON, field, where)
            elif field.form == "name_address" and number <= 1 and not any(c.isdigit() for c in tape.text):
                span = None if organisation_like(tape.text) else name_value(tape.text)
                if span and number == 0:
                    self._add(tape, *span, Kind.PERSON, field, where)
                elif address_value(tape.text):
                    self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, where)
                else:
                    continue
            else:
                fits = address_value(tape.text) is not None
                if not fits and not (taken and number and address_line(tape.text)):
                    if not taken and field.form == "name_address" and number <= 2:
                        continue
                    break
                if not fits and not any(c.isdigit() for c in tape.text):
                    break
                self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, where)
            taken = True
        return taken

    def _take(self, field: Field, segments: Sequence[Segment], where: str) -> bool:
        tape = tape_of(self._text, _with_blanks(segments))
        if field.form == "name" and is_prose(tape.text):
            return False
        spans = self._fits(field, tape.text)
        for a, b, kind in _kinds(field, spans, tape.text):
            self._add(tape, a, b, kind, field, where)
        return bool(spans)

    def _take_unreadable(self, field: Field, segment: Segment, where: str) -> bool:
        tape = self._tapes[_key(segment)]
        if segment.end == segment.start:
            self._ink([segment.quad], field, where)
            return True
        if self._unreadable(tape, 0, len(tape.text)) and len(tape.text) <= _UNREAD_LONGEST:
            self._add(tape, 0, len(tape.text), field.kind, field, where, _UNREAD_SCORE)
            return True
        return False

    def _unread_ink(self, field: Field, pair: Pair, where: str) -> bool:
        """Ink that someone saw where the value should be, and that no text explains."""
        if pair.area is None:
            return False
        quads = []
        for mark in self._page.marks:
            x, y = mark.quad.centre
            if mark.kind in {Kind.UNREAD_INK, Kind.SIGNATURE} and pair.area.x0 <= x < pair.area.x1 and pair.area.y0 <= y < pair.area.y1:
                quads.append(mark.quad)
        if quads:
            self._ink(quads, field, where)
        return bool(quads)

    # -- what is what --------------------------------------------------------------------------------------------

    def _fits(self, field: Field, text: str) -> list[tuple[int, int]]:
        if field.form == "names":
            return names_value(text)
        if field.form == "name_address":
            span = address_value(text) or (None if organisation_like(text) else name_value(text))
            return [span] if span else []
        span = FORMS[field.form](text)
        return [span] if span else []

    def _is_label(self, segment: Segment) -> bool:
        text = self._tapes[_key(segment)].text
        labels = self._labels[_key(segment)]
        if not text.strip():
            return False
        return text.rstrip().endswith(":") or any(label.first and (label.marked or label.value >= len(text)) for label in labels)

    def _officialese(self, row: Sequence[Segment]) -> bool:
        """A line of a label that runs on: mostly words of labels, in small letters."""
        text = " ".join(self._tapes[_key(s)].text for s in row)
        words = tokens_of(text)
        known = sum(fold(w[0].strip(".")) in self._lexicon.vocabulary for w in words)
        small = sum(w[0][0].islower() for w in words)
        return len(words) >= 2 and (known >= 0.8 * len(words) or (small >= 0.6 * len(words) and known >= 0.4 * len(words))
                                    or (text.startswith("(") and small >= 0.4 * len(words)))

    def _until_label(self, segments: Iterable[Segment]) -> list[Segment]:
        values = []
        for segment in segments:
            if self._is_label(segment):
                break
            values.append(segment)
        return values

    def _joined_digits(self, values: Sequence[Segment]) -> list[Segment]:
        """The first value with the boxes that go on with it: `03 | 23 | 1988`."""
        joined = [values[0]]
        for value in values[1:]:
            last, text = self._tapes[_key(joined[-1])].text, self._tapes[_key(value)].text
            if not (last.isdigit() and text.isdigit() and len(last) <= 4 and len(text) <= 4):
                break
            joined.append(value)
        return joined

    def _rows(self, segments: Sequence[Segment]) -> list[list[Segment]]:
        rows: list[list[Segment]] = []
        for segment in segments:
            if rows and _beside_each_other(rows[-1][-1].quad, segment.quad):
                rows[-1].append(segment)
            else:
                rows.append([segment])
        return rows

    def _column(self, first: Segment) -> list[Segment]:
        for block in self._page.layout.blocks:
            keys = [_key(s) for s in block]
            if _key(first) in keys:
                return list(block[keys.index(_key(first)) :])
        return [first]

    def _unreadable(self, tape: TextTape, start: int, end: int) -> bool:
        chars = tape.chars(start, end)
        if not chars:
            return False
        return sum(self._text.lines[c.line].chars[c.char].score for c in chars) / len(chars) < _UNREADABLE

    # -- results -------------------------------------------------------------------------------------------------

    def _add(self, tape: TextTape, start: int, end: int, kind: Kind, field: Field, where: str, score: float | None = None) -> None:
        chars = tuple(c for c in tape.chars(start, end) if not self._text.lines[c.line].chars[c.char].text.isspace()
                      or start < tape.owners.index(c) < end - 1)
        chars = _trimmed(tape, start, end, chars)
        if chars:
            self._out.append(Finding(page=self._text.ref.index, kind=kind, score=field.score if score is None else score,
                                     detector=DETECTOR, reason=f"{field.name}-{where}", chars=chars))

    def _ink(self, quads: Sequence[Quad], field: Field, where: str) -> None:
        self._out.append(Finding(page=self._text.ref.index, kind=field.kind, score=_UNREAD_SCORE, detector=DETECTOR,
                                 reason=f"{field.name}-{where}-unread", quads=tuple(quads)))


def find_fields(page: ReadPage) -> list[Finding]:
    """Every field value of one page, with characters or, where nothing was read, with the quads of the ink."""
    return FieldReader(page).find()


def _key(segment: Segment) -> _Key:
    return segment.line, segment.start, segment.end


def _with_blanks(segments: Sequence[Segment]) -> list[Segment | str]:
    pieces: list[Segment | str] = []
    for segment in segments:
        if pieces:
            pieces.append(" ")
        pieces.append(segment)
    return pieces


def _kinds(field: Field, spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int, Kind]]:
    if field.form != "name_address":
        return [(a, b, field.kind) for a, b in spans]
    return [(a, b, Kind.ADDRESS if any(c.isdigit() for c in text[a:b]) or "," in text[a:b] else Kind.PERSON) for a, b in spans]


def _trimmed(tape: TextTape, start: int, end: int, chars: tuple[CharId, ...]) -> tuple[CharId, ...]:
    while start < end and tape.text[start] in " \t:.,;|_":
        start += 1
    while end > start and tape.text[end - 1] in " \t:,;|_":
        end -= 1
    inside = set(tape.chars(start, end))
    return tuple(c for c in chars if c in inside)


def _beside_each_other(a: Quad, b: Quad) -> bool:
    ca, cb = a.centre, b.centre
    along = (a.b[0] - a.a[0], a.b[1] - a.a[1])
    length = max(1e-6, (along[0] ** 2 + along[1] ** 2) ** 0.5)
    across = abs(-(along[1] / length) * (cb[0] - ca[0]) + along[0] / length * (cb[1] - ca[1]))
    return across < 0.5 * min(a.height, b.height)
