"""Place the characters of words of which an engine gives only a box; refuses to guess where in its word a letter stands.

Every character of a word owns the whole word, from the white before it to the white behind it: covering any part of
a word covers all of it. Where words do not follow each other from left to right, every character owns the whole line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Char, TextLine
from docpriv.ocr.charplace import LINE_END, ink_columns, widest_white

REACH = 0.5  # h: how far into the words on both sides the white between them is looked for
EDGE_PAD = 0.25  # h: beyond an engine's box where no white was found
WORD_PAD = 0.10  # h: into the white, where there is as much
TALL = 0.10  # share of the height added above and below


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word that was read: left and right edge of its box, in columns of the line image, and its score 0..1."""

    text: str
    left: float
    right: float
    score: float


def line_of_words(words: Sequence[Word], quad: Quad, grey: npt.NDArray[np.uint8], detection_score: float) -> TextLine:
    """The line that these words make. `grey`: u8 (h, w), the line upright, as wide and high as its quad."""
    words = [word for word in words if word.text]
    width = grey.shape[1]
    tall = quad.pad(0.0, TALL * quad.height)
    areas = _areas(words, grey)
    chars: list[Char] = []
    for i, (word, (left, right)) in enumerate(zip(words, areas, strict=True)):
        if i:
            chars.append(Char(text=" ", score=1.0, quad=_gap(tall, areas[i - 1], (left, right), width)))
        place = tall.part(left / width, right / width)
        chars.extend(Char(text=c, score=word.score, quad=place) for c in word.text)
    inked = [c.score for c in chars if c.text != " "]
    return TextLine(
        chars=tuple(chars), quad=quad, score=sum(inked) / len(inked) if inked else 0.0, detection_score=detection_score
    )


def _areas(words: Sequence[Word], grey: npt.NDArray[np.uint8]) -> list[tuple[float, float]]:
    """Left and right edge of each word's area; those of neighbours may overlap."""
    height, width = grey.shape
    first, last = -LINE_END * height, width + LINE_END * height
    centres = [(word.left + word.right) / 2 for word in words]
    if any(a >= b for a, b in pairwise(centres)):
        return [(first, last)] * len(words)
    inked = ink_columns(grey)
    lefts, rights = [first] * len(words), [last] * len(words)
    for i in range(len(words) - 1):
        a, b = words[i].right, words[i + 1].left
        lo, hi = max(centres[i], min(a, b) - REACH * height), min(centres[i + 1], max(a, b) + REACH * height)
        white = widest_white(inked, lo, hi, height)
        if white is None:
            rights[i], lefts[i + 1] = max(a, b) + EDGE_PAD * height, min(a, b) - EDGE_PAD * height
        else:
            middle = sum(white) / 2
            rights[i] = max(middle, a, min(a + WORD_PAD * height, white[1]))
            lefts[i + 1] = min(middle, b, max(b - WORD_PAD * height, white[0]))
    return list(zip(lefts, rights, strict=True))


def _gap(line: Quad, before: tuple[float, float], after: tuple[float, float], width: int) -> Quad:
    """The area of the space between two words: the white between them, or all that they share."""
    a, b = sorted((before[1], after[0]))
    return line.part(a / width, max(b, a + 1) / width)
