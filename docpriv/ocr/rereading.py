"""Reads doubtful lines again, with more room above and below them, beside the first reading.

Neither reading is the better one: on scanned forms and letters what the second gains in words it loses in others. They
err in different places, though, so what is found in either is found in both together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docpriv.model import Char, PageText, Pixels, TextLine
from docpriv.ocr.trimming import cut, taken_off
from docpriv.protocols import OcrEngine

ROOM = 0.12  # share of the line's height added above and below; of ten ways to prepare a line the best measured
WORSE = 0.12  # a reading whose score is lower by more than this is no second opinion
LEAST = 3  # letters and digits: what reads badly and is shorter is mostly specks, and no name or number to find


def doubtful_lines(text: PageText, below: float) -> tuple[int, ...]:
    """Indices of the lines whose score is below that, 0..1, and that hold enough to be a word."""
    return tuple(i for i, line in enumerate(text.lines) if line.score < below and len(_letters(line.chars)) >= LEAST)


def read_doubtful(pixels: Pixels, text: PageText, engine: OcrEngine, below: float) -> PageText | None:
    """The page with its doubtful lines as they read the second time; None where nothing reads differently.

    `pixels`: the u8 (H, W, 3) page that `text` was read from. Lines keep their places, so that labels stand beside them.
    """
    asked = doubtful_lines(text, below)
    if not asked:
        return None
    quads = [text.lines[i].facing.pad(0.0, ROOM * text.lines[i].quad.height) for i in asked]
    lines = list(text.lines)
    for index, again in zip(asked, engine.read_lines(pixels, quads), strict=True):
        first = lines[index]
        again = again.flipped() if first.mirrored else again
        if again.score >= first.score - WORSE and _letters(again.chars) and _letters(again.chars) != _letters(first.chars):
            lines[index] = _in_place(again, first)
    if all(a is b for a, b in zip(lines, text.lines, strict=True)):
        return None
    return replace(text, lines=tuple(lines))


def _letters(chars: Sequence[Char]) -> str:
    """What a difference counts in: letters and digits. Spaces and points alone change no finding that matters."""
    return "".join(c.text for c in chars if c.text.isalnum())


def _in_place(again: TextLine, first: TextLine) -> TextLine:
    """A line as read again in the place of the first: characters that were given the room on top are without it."""
    room = ROOM * first.quad.height
    tall = first.quad.height + 2 * room - 0.5  # half a pixel for rounding
    chars = tuple(replace(c, quad=c.quad.pad(0.0, -room)) if c.quad.height >= tall else c for c in again.chars)
    top, bottom = taken_off(first)
    if top or bottom:  # the neighbours of the line are where they were
        chars = tuple(replace(c, quad=cut(c.quad, top, bottom)) for c in chars)
    return replace(again, chars=chars, quad=first.quad, detection_score=first.detection_score)
