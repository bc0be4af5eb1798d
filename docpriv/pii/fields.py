"""Gives the text or ink beside a label to the label's kind; never covers labels, empty places or running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from docpriv.geometry import Box, Quad
from docpriv.locales.forms import Field
from docpriv.model import CharId, Finding, Kind, Pair, Segment
from docpriv.pii.cells import Cells, key
from docpriv.pii.columns import Columns, aligned
from docpriv.pii.labels import Label
from docpriv.pii.pieces import first_value, lines_under, with_blanks, words_beside
from docpriv.pii.respaced import date_apart, letters_apart, parted
from docpriv.pii.textspan import trimmed
from docpriv.pii.values import (
    OF_THE,
    Span,
    address_line,
    address_value,
    are_initials,
    is_prose,
    name_value,
    names_value,
    number_after_name,
    organisation_like,
    values_in,
)
from docpriv.protocols import ReadPage, Spoken
from docpriv.tape import MASK, TextTape, tape_of
from docpriv.text.fold import fold
from docpriv.text.words import tokens_of

DETECTOR = "fields"
_TICK_BOX = 1.6  # width over height: a tick box or a stray sign, too narrow for a value by hand
_INK_REACH = 18.0  # heights of a label: how far from it its unread value may stand
_UNREAD_SCORE = 0.5
_UNREAD_LONGEST = 45  # characters
_ADDRESS_LINES = 4
_LIST_LINES = 12
_LISTS = frozenset({"names", "name_address", "address"})
_IN_PIECES = frozenset({"phone", "id", "number", "name", "names", "name_address", "address", "email", "date"})
_WORDS_RUN_ON = 6
_BOX_NUMBER = re.compile(r"\W*(?:\d{1,2}|[a-z])[a-z]?\.\W*|\W*", re.I)  # `4b.`, also as `Ab.`


class FieldReader:
    """The fields of one page."""

    def __init__(self, page: ReadPage, spoken: Spoken | None = None) -> None:
        """`spoken`: the languages of the page and of its lines; not known: all, which are those of the text at hand."""
        self._page = page
        self._text = page.text
        self._cells = Cells(page, spoken or Spoken())
        self._columns = Columns(self._cells, page.layout.rows)
        self._official = self._cells.vocabulary
        self._out: list[Finding] = []

    def find(self) -> list[Finding]:
        """Every field value of the page, with characters or, where nothing was read, with the quads of the ink."""
        for segment in self._page.layout.segments:
            tape, labels = self._cells.tapes[key(segment)], self._cells.labels[key(segment)]
            for label, following in zip_longest(labels, labels[1:]):
                if label.field is not None:
                    self._labelled(segment, tape, label, label.field, None if following is None else following.start)
        return self._out

    def _labelled(self, segment: Segment, tape: TextTape, label: Label, field: Field, following: int | None) -> None:
        """The value of one label. `following`: where the next label of the segment begins."""
        last, end = following is None, len(tape.text) if following is None else following
        rest = tape.text[label.value : end]
        if MASK in rest:
            return
        if any(c.isalnum() for c in rest):
            taken = self._same(tape, label, field, label.value, end)
            if last:
                taken = self._goes_on_right(segment, label, field) or taken
                self._hanging(segment, label, field)
            if last and taken and field.form == "line":
                self._beside(segment, field, only="right")
            elif last and not taken:
                self._continued(segment, label, field, rest)
        elif last and label.first:
            self._beside(segment, field)
            self._column(segment, field)
        elif last:
            self._beside(segment, field, only="right")

    def label_chars(self) -> frozenset[CharId]:
        """Characters of the page's labels, which no detector may cover."""
        return self._cells.label_chars()

    def _same(self, tape: TextTape, label: Label, field: Field, start: int, end: int) -> bool:
        text = tape.text[start:end]
        spans = self._fits(field, text)
        if not label.marked and spans and field.form in {"id", "number", "age", "phone"} and _in_a_sentence(text, spans[-1]):
            return False
        if (
            not label.marked
            and field.form in {"name", "names", "address", "name_address"}
            and (is_prose(OF_THE.sub(" ", text)) or not self._clean(field, text, spans))
        ):
            return False
        if not spans and label.marked and self._cells.unreadable(tape, start, end):
            spans = [(0, len(text.rstrip()))]
        self._add_all(tape, field, spans, "same", start)
        return bool(spans)

    @staticmethod
    def _clean(field: Field, text: str, spans: Sequence[Span]) -> bool:
        """Without a colon the value must be all that follows: `Name John Smith`, not `Name Brand Products Sold`."""
        if field.form in {"address", "name_address"}:
            return any(c.isdigit() for c in text)
        whole = bool(spans) and spans[-1][1] >= len(text.rstrip(" .,;:_-|"))
        return whole and (len(tokens_of(text)) >= 2 or are_initials(text))

    def _continued(self, segment: Segment, label: Label, field: Field, rest: str) -> None:
        """A label that runs on: `Date of birth of child`, `Name (as shown on card)`: the value stands elsewhere."""
        words = tokens_of(rest)
        known = sum(fold(w[0].strip(".")) in self._official for w in words)
        if not label.first or not words or any(c.isdigit() for c in rest):
            return
        if known >= 0.6 * len(words) and len(words) <= 12:
            self._beside(segment, field)
        elif field.form == "date" and len(words) <= _WORDS_RUN_ON:  # `Született ekkor`: the form keeps the value honest
            self._beside(segment, field, only="right")

    def _goes_on_right(self, segment: Segment, label: Label, field: Field) -> bool:
        """A value that was read in pieces: the words of one print apart, `PHONE: 01632 | 960552`."""
        beside = words_beside(self._cells, segment) if label.marked and field.form in _IN_PIECES else []
        pieces = [s for s in beside if self._cells.written(s)]
        if not pieces:
            return False
        value = Segment(line=segment.line, start=segment.start + label.value, end=segment.end, quad=segment.quad)
        tape = tape_of(self._text, with_blanks([value, *pieces]))
        spans = self._fits(field, tape.text)
        if field.form == "name_address" and not organisation_like(tape.text):
            spans = [(0, len(tape.text))]
        if not spans or spans[-1][1] <= value.end - value.start:
            return False
        self._add_all(tape, field, spans, "same")
        self._unread(beside[: beside.index(pieces[-1])], field, "same")
        return True

    def _hanging(self, segment: Segment, label: Label, field: Field) -> None:
        """Further lines of a value that stand under its first one, with nothing under the label."""
        if not label.marked or field.form not in {"name_address", "address"}:
            return
        chars = self._text.lines[segment.line].chars[segment.start + label.value : segment.end]
        left = chars[0].quad.bounds()[0] if chars else segment.quad.bounds()[2]
        for values in lines_under(self._cells, self._page.layout.rows, segment, left, _ADDRESS_LINES):
            tape = tape_of(self._text, with_blanks([s for s in values if self._cells.written(s)]))
            if not tape.text or is_prose(tape.text):
                return
            self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, "below")
            self._unread(values, field, "below")

    def _unread(self, segments: Sequence[Segment], field: Field, where: str) -> None:
        """Segments within a value of which nothing was read are its ink."""
        quads = [s.quad for s in segments if s.end == s.start and s.quad.width >= _TICK_BOX * s.quad.height]
        if quads:
            self._ink(quads, field, where)

    def _beside(self, segment: Segment, field: Field, only: str | None = None) -> None:
        for where in ("right", "below"):
            if where not in field.where or (only and where != only):
                continue
            pair = self._cells.pairs.get((key(segment), where))
            if pair is None:
                continue
            taken = self._right(field, pair) if where == "right" else self._below(field, pair)
            if taken:  # between its label and what was read ink may be the value's first line or word
                self._ink_within(self._open_area(field, pair, where), field, where)
                return
        for where in ("right", "below"):
            pair = self._cells.pairs.get((key(segment), where))
            if pair is not None and self._ink_within(pair.area or self._open_area(field, pair, where), field, where):
                return  # someone saw ink where the value should be, and no text explains it
        above = self._cells.above.get(key(segment))
        if (
            only is None
            and above is not None
            and not self._cells.masked(above)
            and not self._cells.is_label(above)
            and field.form not in _LISTS
        ):
            self._take(field, [above], "above")

    def _column(self, header: Segment, field: Field) -> None:
        """Every row of a table, since a label above its columns announces them all."""
        if "below" not in field.where or field.form in {"address", "name_address", "place", "line"} or field.colon:
            return  # too much fits them
        cells = self._columns.under(header)
        if field.form in {"name", "names"}:
            cells = aligned(cells)
        for cell in cells:
            if self._cells.masked(cell) or self._cells.is_label(cell):
                continue
            if not self._take(field, [cell], "column") and field.form in {"name", "names"}:
                break  # words fit a name too easily: what follows is another part of the page

    def _right(self, field: Field, pair: Pair) -> bool:
        values = self._cells.until_label(pair.values)
        if not values:
            return False
        if field.form in _LISTS:
            column = self._cells.column(values[0])
            if self._lines(field, [[s] for s in column], "right"):
                return True
        if self._cells.masked(values[0]):
            return True
        first = values if field.form == "line" else first_value(self._cells, field.form, values)
        if self._take(field, first, "right"):
            if field.form == "name" and len(first) == 1 and len(tokens_of(self._cells.tapes[key(first[0])].text)) == 1:
                for other in values[1:3]:
                    if not self._take(field, [other], "right") or len(tokens_of(self._cells.tapes[key(other)].text)) > 2:
                        break
            return True
        return self._take_unreadable(field, values[0], "right")

    def _below(self, field: Field, pair: Pair) -> bool:
        lines = self._cells.rows(pair.values)
        while lines and (self._cells.officialese(lines[0]) or (len(lines) > 1 and all(self._numbering(s) for s in lines[0]))):
            lines = lines[1:]
        if not lines:
            return False
        if any(self._cells.masked(s) for s in lines[0]):
            return True
        if field.form in _LISTS:
            return self._lines(field, lines, "below") or self._take_unreadable(field, lines[0][0], "below")
        values = [s for s in self._cells.until_label(lines[0]) if not self._numbering(s)]
        if field.form == "place" and len(values) > 1 and self._take(field, values, "below"):
            return True
        for i in range(min(3, len(values))):
            first = first_value(self._cells, field.form, values[i:])
            if self._take(field, first, "below"):
                if len(first) == 1:
                    self._alike(field, first[0], lines[1:])
                return True
        return bool(values) and self._take_unreadable(field, values[0], "below")

    def _numbering(self, segment: Segment) -> bool:
        """The printed number of a box, which stands beside its value."""
        return segment.end > segment.start and _BOX_NUMBER.fullmatch(self._cells.tapes[key(segment)].text) is not None

    def _alike(self, field: Field, value: Segment, lines: Sequence[Sequence[Segment]]) -> None:
        """Further numbers of one box: right below the first, written in the same form."""
        form = _print(self._cells.tapes[key(value)].text)
        for row in lines:
            if len(self._cells.until_label(row)) < len(row):
                break
            for other in row:
                aligned = abs(other.quad.a[0] - value.quad.a[0]) <= value.quad.height
                if aligned and any(c.isdigit() for c in form) and _print(self._cells.tapes[key(other)].text) == form:
                    self._take(field, [other], "below")

    def _lines(self, field: Field, lines: Sequence[Sequence[Segment]], where: str) -> bool:
        """Values of several lines: addresses, names with addresses, lists of people."""
        taken = False
        limit = _LIST_LINES if field.form == "names" else _ADDRESS_LINES + (field.form == "name_address")
        for number, row in enumerate(lines[:limit]):
            values = self._cells.until_label(row)
            if not values or (len(values) < len(row) and not taken and number):
                break
            tape = tape_of(self._text, with_blanks(values[:1] if field.form != "address" else values[:2]))
            if is_prose(OF_THE.sub(" ", tape.text)):
                break
            if field.form == "names":
                spans = names_value(tape.text, self._official)
                if not spans:
                    break
                for a, b in spans:
                    self._add(tape, a, b, Kind.PERSON, field, where)
            elif field.form == "name_address" and number <= 1 and not any(c.isdigit() for c in tape.text):
                span = None if organisation_like(tape.text) else name_value(tape.text, self._official)
                if span and number == 0:
                    self._add(tape, *span, Kind.PERSON, field, where)
                elif address_value(tape.text):
                    self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, where)
                else:
                    continue
            else:
                fits = address_value(tape.text) is not None
                if not fits and not taken and number == 0 and field.form == "address" and self._goes_on(lines[1:2]):
                    self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, where)
                    taken = True
                    continue
                if not fits and not (taken and number and address_line(tape.text)):
                    if not taken and field.form == "name_address" and number <= 2:
                        continue
                    break
                if not fits and not any(c.isdigit() for c in tape.text):
                    break
                self._add(tape, 0, len(tape.text), Kind.ADDRESS, field, where)
            taken = True
        return taken

    def _goes_on(self, following: Sequence[Sequence[Segment]]) -> bool:
        """Whether an address stands on the next line: then the first one, written however it be, begins it."""
        values = self._cells.until_label(following[0]) if following else []
        return bool(values) and address_value(tape_of(self._text, with_blanks(values[:2])).text) is not None

    def _take(self, field: Field, segments: Sequence[Segment], where: str) -> bool:
        tape = tape_of(self._text, with_blanks(segments))
        if field.form == "name" and is_prose(tape.text):
            return False
        spans = self._fits(field, tape.text)
        self._add_all(tape, field, spans, where)
        if spans and field.form in {"name", "names"}:
            number = number_after_name(tape.text, spans[-1][1])
            if number:
                self._add(tape, *number, Kind.PERSONAL_ID, field, where)
        return bool(spans)

    def _take_unreadable(self, field: Field, segment: Segment, where: str) -> bool:
        tape = self._cells.tapes[key(segment)]
        if segment.quad.width < _TICK_BOX * segment.quad.height and segment.end - segment.start <= 1:
            return False
        if segment.end == segment.start:
            self._ink([segment.quad], field, where)
            return True
        if self._cells.unreadable(tape, 0, len(tape.text)) and len(tape.text) <= _UNREAD_LONGEST:
            self._add(tape, 0, len(tape.text), field.kind, field, where, _UNREAD_SCORE)
            return True
        return False

    @staticmethod
    def _open_area(field: Field, pair: Pair, where: str) -> Box | None:
        """The place between a label and what stands next to it; None where there is none, nothing stands there, or the label
        is an everyday word.

        A pair without values and without an area is a label at the edge of its page or cell: the layout found no place.
        """
        if field.colon or not pair.values:
            return None
        x0, y0, x1, y1 = pair.label.quad.bounds()
        height, other = pair.label.quad.height, pair.values[0].quad.bounds()
        if where == "right":
            area = Box(
                round(x1), round(y0 - 0.6 * height), round(min(other[0], x1 + _INK_REACH * height)), round(y1 + 0.5 * height)
            )
        else:
            area = Box(
                round(x0 - height),
                round(y1 - 0.3 * height),
                round(max(x1, x0 + _INK_REACH * height)),
                round(min(other[1] + 0.3 * height, y1 + 3 * height)),
            )
        return None if area.empty else area

    def _ink_within(self, area: Box | None, field: Field, where: str) -> bool:
        if area is None:
            return False
        quads = []
        for mark in self._page.marks:
            x, y = mark.quad.centre
            wide = mark.quad.width >= _TICK_BOX * mark.quad.height
            if mark.kind in {Kind.UNREAD_INK, Kind.SIGNATURE} and wide and area.x0 <= x < area.x1 and area.y0 <= y < area.y1:
                quads.append(mark.quad)
        if quads:
            self._ink(quads, field, where)
        return bool(quads)

    def _fits(self, field: Field, text: str) -> list[Span]:
        """Where values of the field's form stand in the text, as it was read or else with its words taken apart."""
        spans = self._as_read(field, text)
        if spans:
            return spans
        apart, places = parted(text)
        return [(places[a], places[b]) for a, b in self._as_read(field, apart)] if apart != text else []

    def _as_read(self, field: Field, text: str) -> list[Span]:
        if field.form in {"name", "names", "name_address"} and letters_apart(text):
            return [(0, len(text))]
        if field.form == "date" and date_apart(text):
            return [(0, len(text))]
        return values_in(field.form, text, self._official)

    def _add_all(self, tape: TextTape, field: Field, spans: Sequence[Span], where: str, offset: int = 0) -> None:
        """The values at some spans of a text that begins at `offset` of the tape."""
        for start, end in spans:
            value, kind = tape.text[offset + start : offset + end], field.kind
            if field.form == "name_address":
                kind = Kind.ADDRESS if any(c.isdigit() or c == "," for c in value) else Kind.PERSON
            self._add(tape, offset + start, offset + end, kind, field, where)

    def _add(
        self, tape: TextTape, start: int, end: int, kind: Kind, field: Field, where: str, score: float | None = None
    ) -> None:
        chars = tape.chars(*trimmed(tape.text, start, end, " \t:.,;|_", " \t:,;|_"))
        if chars:
            self._put(kind, score or field.score, f"{field.name}-{where}", chars=chars)

    def _ink(self, quads: Sequence[Quad], field: Field, where: str) -> None:
        self._put(field.kind, _UNREAD_SCORE, f"{field.name}-{where}-unread", quads=tuple(quads))

    def _put(self, kind: Kind, score: float, reason: str, chars: tuple[CharId, ...] = (), quads: tuple[Quad, ...] = ()) -> None:
        page = self._text.ref.index
        self._out.append(Finding(page=page, kind=kind, score=score, detector=DETECTOR, reason=reason, chars=chars, quads=quads))


def _in_a_sentence(text: str, span: Span) -> bool:
    """`Policy 2019 review`, `age 18 to 24`: a small number that words follow, after a word that is a label elsewhere."""
    return sum(c.isdigit() for c in text[slice(*span)]) <= 4 and re.match(r"[ ]+[a-z]{2,}", text[span[1] :]) is not None


def _print(text: str) -> str:
    """`AB-1234` and `XY-9876` have one."""
    return "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in text.strip())
