"""One paper in the making: its canvas, its types and what it says, and blocks that several kinds share."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docpriv.evaluation.truth import MAYBE
from docpriv_lab.pages import fields, fonts, marks
from docpriv_lab.pages.canvas import Canvas, Type
from docpriv_lab.pages.papers.content import Content, Line
from docpriv_lab.pages.style import Typefaces

LEFT = 60.0
LEADING = 1.32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A blank sheet and what is drawn on it; `bilingual` papers have captions in two languages."""

    canvas: Canvas
    style: Typefaces
    text: Content
    rng: random.Random
    difficulty: str
    bilingual: bool

    @property
    def width(self) -> float:
        """Points between the margins."""
        return self.canvas.width - 2 * LEFT

    @property
    def bottom(self) -> float:
        """The last baseline of running matter."""
        return self.canvas.height - 70

    def sure(self, share: float) -> bool:
        """True with that probability."""
        return self.rng.random() < share

    def caption(self, label: str, slot: str) -> str:
        """A label, on bilingual papers with one of another language."""
        other = self.text.other_label(slot) if self.bilingual else ""
        return f"{label} / {other}" if other else label

    def row(self, x: float, y: float, line: Line, kind: Type, width: float | None = None) -> None:
        """A line of spans, in columns where it has wide gaps, smaller where it would be too wide."""
        pieces = _pieces(line)
        room = (width or self.width) / len(pieces)
        for place, piece in enumerate(pieces):
            self.canvas.spans(x + place * room, y, piece, fields.fitted(self.canvas, piece, kind, room - 4))

    def paragraph(self, y: float, lines: Sequence[Line], kind: Type, *, x: float = LEFT, width: float | None = None) -> float:
        """Lines one below the other, each set anew where it is too long; the baseline after them."""
        width = width or self.width
        for line in lines:
            pieces = _pieces(line)
            if len(pieces) > 1 and all(self._measure(piece, kind) < width / len(pieces) for piece in pieces):
                self.row(x, y, line, kind, width)
                y += kind.size * LEADING
            else:
                words = [span for span in line if span[0]]
                y = self.canvas.paragraph(x, y, width, words, kind, leading=LEADING) if words else y + kind.size * LEADING
        return y

    def _measure(self, line: Line, kind: Type) -> float:
        return self.canvas.measure(" ".join(text for text, _ in line), kind)

    def signed(self, x: float, y: float, width: float = 150.0) -> None:
        """A signature whose line of writing is y."""
        size = min(width * 0.75, 135.0)
        high = size * self.rng.uniform(0.22, 0.32)
        marks.signature(self.canvas, x + 8, y, size, high, self.rng.choice(marks.PEN_COLOURS))

    def head(self, organisation: Line, y: float = 40.0) -> float:
        """The head of an organisation's paper: name, address, telephone, e-mail; the baseline below it."""
        canvas, style, text = self.canvas, self.style, self.text
        name = style.head.at(min(style.head.size, 15)).tinted(style.accent)
        word, phone = text.named("phone", text.wording.fields)
        address = text.line("{street}, {cityzip}")
        reach: Line = [(word, None), *phone, *text.line("{email}")]
        kind = fields.fitted(canvas, organisation, name, self.width - 50)
        place = self.rng.randrange(3)
        if place == 0:
            marks.logo(canvas, LEFT, y - 14, 30, style.accent)
            for step, (line, font) in enumerate(((organisation, kind), (address, style.small), (reach, style.small))):
                canvas.spans(LEFT + 40, y + step * 12, line, font)
        elif place == 1:
            for step, (line, font) in enumerate(((organisation, kind), (address, style.small), (reach, style.small))):
                canvas.centre(canvas.width / 2, y + step * 12, line, font)
        else:
            canvas.spans(LEFT, y, organisation, kind)
            canvas.right(canvas.width - LEFT, y + 14, address, style.small)
            canvas.right(canvas.width - LEFT, y + 25, reach, style.small)
        if self.sure(0.6):
            canvas.line(LEFT, y + 32, canvas.width - LEFT, y + 32, 1.0, style.accent)
        return y + 50

    def title(self, y: float, size: float = 15.0) -> float:
        """A heading of the kind that papers bear; the baseline below it."""
        line: Line = [(self.rng.choice(self.text.wording.headings), None)]
        kind = fields.fitted(self.canvas, line, self.style.bold.at(size), self.width)
        if self.sure(0.3):
            self.canvas.centre(self.canvas.width / 2, y, line, kind)
        else:
            self.canvas.spans(LEFT, y, line, kind)
        return y + size * 1.5

    def foot(self, line: Line) -> None:
        """Small print at the foot."""
        small = self.style.small
        self.canvas.spans(LEFT, self.canvas.height - 34, line, fields.fitted(self.canvas, line, small, self.width))

    def recipient(self, x: float, y: float, kind: Type) -> float:
        """Form of address, name and address one below the other; the baseline after them."""
        template = "{ms}\n{person}\n{address}" if "ms" in self.text.slot_names and self.sure(0.4) else "{person}\n{address}"
        return self.paragraph(y, self.text.lines(template), kind, x=x, width=240)

    def maybe(self, line: Line) -> Line:
        """The same words, counted neither way where they are ordinary."""
        return [(text, MAYBE if label is None else label) for text, label in line]


def _pieces(line: Line) -> list[Line]:
    """The parts of a line between its wide gaps."""
    pieces: list[Line] = [[]]
    for span in line:
        if span[0]:
            pieces[-1].append(span)
        elif pieces[-1]:
            pieces.append([])
    return pieces


def typefaces(style: Typefaces, rng: random.Random, *, extended: bool) -> Typefaces:
    """The same types in a font that has the letters of every language that is written in Latin ones, where it must."""
    if not extended:
        return style
    font = rng.choice(fonts.LATIN)

    def of(kind: Type) -> Type:
        return replace(kind, font=font)

    fill = replace(style.fill, font=font, wobble=0.0)
    return replace(
        style, body=of(style.body), bold=of(style.bold), small=of(style.small), head=of(style.head), fill=fill, by_hand=False
    )
