"""Text of a page with the character that owns each code point; refuses any text whose code points it cannot trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from docpriv.model import CharId, PageText, Segment

MASK = "\u2588"
"""Full block: stands for a character that is covered. A field whose value is masked has its value."""


# Signs that readers give for plain ones, one for one, so that a rule need not know them: full-width forms, dots and
# hyphens of other kinds, blanks of other widths.
_PLAIN = (
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | dict.fromkeys(map(ord, "·∙⋅․"), ".")
    | dict.fromkeys(map(ord, "‐‑‒−﹣"), "-")
    | dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " ")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTape:
    """A text made for a detector and, for each code point, its character (None for joints such as newlines).

    `owners` has one entry a code point of `text`; offsets are code points, half open.
    """

    text: str = field(repr=False)
    owners: tuple[CharId | None, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) != len(self.owners):
            raise ValueError("a tape needs one owner for each code point")

    def chars(self, start: int, end: int) -> tuple[CharId, ...]:
        """The characters that own text[start:end], in text order, each once."""
        seen: dict[CharId, None] = {}
        for owner in self.owners[max(0, start) : max(0, end)]:
            if owner is not None:
                seen.setdefault(owner)
        return tuple(seen)


def tape_of(page: PageText, pieces: Sequence[Segment | str]) -> TextTape:
    """Join segments of a page with literal joints (newline, tab, spaces) into one tape."""
    text: list[str] = []
    owners: list[CharId | None] = []
    for piece in pieces:
        if isinstance(piece, str):
            text.append(piece)
            owners.extend([None] * len(piece))
            continue
        for index in range(piece.start, piece.end):
            char = page.lines[piece.line].chars[index]
            text.append(char.text.translate(_PLAIN))
            owners.extend([CharId(piece.line, index)] * len(char.text))
    return TextTape(text="".join(text), owners=tuple(owners))


def line_segment(page: PageText, line: int) -> Segment:
    """A whole line as a segment."""
    return Segment(line=line, start=0, end=len(page.lines[line].chars), quad=page.lines[line].quad)


def joined(page: PageText, segments: Iterable[Segment], joint: str = "\n") -> TextTape:
    """Segments in the given order with the same joint between neighbours."""
    pieces: list[Segment | str] = []
    for segment in segments:
        if pieces:
            pieces.append(joint)
        pieces.append(segment)
    return tape_of(page, pieces)
