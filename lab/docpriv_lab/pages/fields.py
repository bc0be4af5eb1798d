"""Sets form fields, combs, tick boxes and tables on a canvas; what stands in them comes from the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docpriv.evaluation.truth import Label, Span
from docpriv_lab.pages.canvas import BLACK, Canvas, Colour, Type

Cell = Sequence[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its heading, width in points, and whether its cells end at the right."""

    title: str
    width: float
    right: bool = False


def boxed(canvas: Canvas, x: float, y: float, w: float, h: float, caption: str, value: Cell, small: Type, fill: Type) -> None:
    """A box with its caption small in the upper left corner and the value below it."""
    canvas.frame(x, y, w, h)
    canvas.text(x + 3, y + small.size + 1.5, caption, small)
    canvas.spans(x + 7, y + h - 4.5, value, fitted(canvas, value, fill, w - 10))


def ruled(canvas: Canvas, x: float, y: float, w: float, caption: str, value: Cell, label: Type, fill: Type) -> None:
    """A caption and, to its right, the value on a line that ends at x + w."""
    end = canvas.text(x, y, caption, label) + 4
    canvas.line(end, y + 2.2, x + w, y + 2.2, 0.5)
    canvas.spans(end + 4, y - 0.8, value, fitted(canvas, value, fill, x + w - end - 5))


def under(canvas: Canvas, x: float, y: float, w: float, caption: str, value: Cell, small: Type, fill: Type) -> None:
    """The value on a line and its caption small below the line, as on signature blocks."""
    canvas.line(x, y + 2.2, x + w, y + 2.2, 0.5)
    canvas.spans(x + 4, y - 0.8, value, fitted(canvas, value, fill, w - 6))
    canvas.text(x, y + 4 + small.size, caption, small)


def comb(canvas: Canvas, x: float, y: float, text: str, fill: Type, label: Label, *, cell: float = 14.5) -> float:
    """One box a character, bottom edge at y; a blank is a gap, other marks stand between boxes. Returns
    the right end."""
    for letter in text:
        if letter == " ":
            x += cell * 0.35
        elif letter.isalnum():
            canvas.frame(x, y - cell * 1.15, cell, cell * 1.15, 0.5)
            canvas.centre(x + cell / 2, y - cell * 0.3, [(letter, label)], fill)
            x += cell
        else:
            canvas.centre(x + cell * 0.25, y - cell * 0.35, [(letter, None)], fill)
            x += cell * 0.5
    return x


def tick(canvas: Canvas, x: float, y: float, caption: str, chosen: bool, kind: Type, pen: Type) -> float:
    """A tick box on the baseline y with its caption; the right end of the caption."""
    side = kind.size * 0.85
    canvas.frame(x, y - side, side, side, 0.6)
    if chosen:
        # a cross that leaves its box, as people draw it
        a, b = side * 0.2, side * 1.15
        canvas.line(x - a, y - b, x + b, y + a, 0.9, pen.colour)
        canvas.line(x - a, y + a, x + b, y - b, 0.9, pen.colour)
    return canvas.text(x + side + 4, y, caption, kind)


def table(
    canvas: Canvas,
    x: float,
    y: float,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    head: Type,
    body: Type,
    *,
    row: float = 16.0,
    rules: str = "grid",
    band: Colour | None = None,
) -> float:
    """A table from its top edge y on; the y of its lower edge.

    `rules` is "grid", "rows" or "none"; `band` fills the heading row.
    """
    width = sum(c.width for c in columns)
    if band is not None:
        canvas.fill(x, y, width, row, band)
    _row(canvas, x, y, columns, [[(c.title, None)] for c in columns], head, row)
    bottom = y + row * (len(rows) + 1)
    for i, cells in enumerate(rows):
        _row(canvas, x, y + row * (i + 1), columns, cells, body, row)
    if rules == "grid":
        for i in range(len(rows) + 2):
            canvas.line(x, y + row * i, x + width, y + row * i, 0.5)
        left = x
        for width_of in [0.0, *(c.width for c in columns)]:
            left += width_of
            canvas.line(left, y, left, bottom, 0.5)
    elif rules == "rows":
        canvas.line(x, y + row, x + width, y + row, 0.9)
        for i in range(1, len(rows) + 1):
            canvas.line(x, y + row * (i + 1), x + width, y + row * (i + 1), 0.35, (120, 120, 120))
    return bottom


def _row(
    canvas: Canvas,
    x: float,
    y: float,
    columns: Sequence[Column],
    cells: Sequence[Cell],
    kind: Type,
    row: float,
) -> None:
    base = y + row * 0.5 + kind.size * 0.36
    for column, cell in zip(columns, cells, strict=True):
        fit = fitted(canvas, cell, kind, column.width - 7)
        if column.right:
            canvas.right(x + column.width - 4, base, cell, fit)
        else:
            canvas.spans(x + 4, base, cell, fit)
        x += column.width


def fitted(canvas: Canvas, value: Cell, kind: Type, width: float) -> Type:
    """`kind`, smaller where the value would not fit into `width` points (people write smaller, too)."""
    # a hand runs wider than its type: letters wander
    needed = canvas.measure(" ".join(text for text, _ in value), kind) * (1 + 0.05 * kind.wobble)
    return kind if needed <= width else kind.at(max(kind.size * width / needed, 5.0))


def section(canvas: Canvas, x: float, y: float, w: float, title: str, kind: Type, *, dark: bool) -> float:
    """A section heading over `w` points, white on dark or bold over a rule; the y below it."""
    height = kind.size * 1.5
    if dark:
        canvas.fill(x, y, w, height, (40, 42, 48))
        canvas.text(x + 4, y + height * 0.72, title, kind.tinted((252, 252, 252)))
    else:
        canvas.text(x, y + height * 0.72, title, kind.tinted(BLACK))
        canvas.line(x, y + height, x + w, y + height, 1.0)
    return y + height
