"""Read words that are printed with wide equal gaps between their letters as one word each: `W H I T F I E L D`.

They are sought in what was read: lines of single letters, or many short pieces in a row. Whether they are a word the gaps between
their letters say, which are wide and of one size; letters of a table, of a list or of a calendar stand further apart.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from docpriv.geometry import Quad
from docpriv.model import PageText, Pixels, TextLine
from docpriv.ocr.combs.cells import Cell
from docpriv.raster import darkest, pieces_of

LEAST_LETTERS = 4
LEAST_GAP, MOST_GAP = 0.25, 2.8  # heights of a letter: white between two letters that are spaced, and of one word
EVEN = 0.3  # of the letters' height: how far gaps may differ from the usual one
WORD = 1.7  # usual gaps: a wider one parts two words
SHORT = 2  # letters: a piece of a spaced word as it was read
LEVEL = 0.35  # of the height: how far two pieces of one line stand apart


def spaced_words(pixels: Pixels, text: PageText) -> list[tuple[Cell, ...]]:
    """Letters of each spaced row, as cells in the page's frame. `pixels`: the u8 (H, W, 3) page that `text` was read from."""
    if text.turn:
        return []
    return [cells for quad in _rows(text.lines) if (cells := _cells(pixels, quad)) is not None]


def _rows(lines: Sequence[TextLine]) -> list[Quad]:
    """Where the pieces of a row are so short that it may be spaced."""
    short = [line for line in lines if line.chars and abs(line.quad.angle) < 4 and _pieces(line)]
    rows: list[list[TextLine]] = []
    for line in sorted(short, key=lambda line: line.quad.a[0]):
        for row in rows:
            last = row[-1].quad
            height = max(last.height, line.quad.height)
            gap = line.quad.a[0] - last.b[0]
            if abs(line.quad.centre[1] - last.centre[1]) < LEVEL * height and -0.5 * height < gap < MOST_GAP * height:
                row.append(line)
                break
        else:
            rows.append([line])
    out = []
    for row in rows:
        letters = sum(c.text.isalnum() for line in row for c in line.chars)
        pieces = sum(_pieces(line) for line in row)
        if (
            letters >= LEAST_LETTERS
            and pieces >= LEAST_LETTERS / SHORT
            and 2 * pieces >= letters - 2
            and any(c.text.isalpha() for line in row for c in line.chars)
        ):
            out.append(row[0].quad.to(row[-1].quad))
    return out


def _pieces(line: TextLine) -> int:
    """Pieces between blanks of a line whose pieces are short in the middle of them; 0 where they are not, or words."""
    sizes = sorted(len(piece) for piece in line.text.split())
    return len(sizes) if sizes and sizes[len(sizes) // 2] <= SHORT else 0


def _cells(pixels: Pixels, quad: Quad) -> tuple[Cell, ...] | None:
    """The letters of a row by the white between them; None where the gaps are not wide and of one size."""
    x0, y0, x1, y1 = quad.bounds()
    left, top = max(0, int(x0) - 2), max(0, int(y0) - 2)
    part = pixels[top : int(y1) + 3, left : int(x1) + 3]
    if part.shape[0] < 8 or part.shape[1] < 8:
        return None
    grey = darkest(part)
    paper, ink = float(np.median(grey)), float(np.percentile(grey, 1))
    if paper - ink < 40:
        return None
    stats = pieces_of((grey < paper - 0.4 * (paper - ink)).astype(np.uint8)).stats
    parts = sorted((x, y, x + w, y + h) for x, y, w, h, a in stats[1:].tolist() if a >= 6)
    letters: list[list[int]] = []
    for a, b, c, d in parts:
        if letters and a < letters[-1][2]:  # the point of an i, an accent
            last = letters[-1]
            letters[-1] = [last[0], min(b, last[1]), max(c, last[2]), max(d, last[3])]
        else:
            letters.append([a, b, c, d])
    if len(letters) < LEAST_LETTERS:
        return None
    height = float(np.percentile([d - b for _, b, _, d in letters], 75))
    gaps = np.array([n[0] - p[2] for p, n in itertools.pairwise(letters)], dtype=np.float64)
    usual = float(np.median(gaps))
    inner = gaps[gaps < WORD * usual]
    if not LEAST_GAP * height <= usual <= MOST_GAP * height or float(np.abs(inner - usual).max()) > EVEN * max(height, usual):
        return None
    if len(inner) < 0.6 * len(gaps) or max(c - a for a, _, c, _ in letters) > 1.6 * height:
        return None
    tip, foot = min(v[1] for v in letters) - 2, max(v[3] for v in letters) + 2
    cells = []
    for n, (a, _, c, _) in enumerate(letters):
        before = gaps[n - 1] if n else 0.0
        after = gaps[n] if n < len(gaps) else 0.0
        x_from = a - (before / 2 if before < WORD * usual else 2) - (0 if n else 2)
        x_to = c + (after / 2 if after < WORD * usual else 2) + (0 if n < len(gaps) else 2)
        area = Quad((left + x_from, top + tip), (left + x_to, top + tip), (left + x_to, top + foot), (left + x_from, top + foot))
        picture = grey[max(0, tip) : foot, max(0, a - 2) : c + 2]
        cells.append(Cell(area=area, letter=np.asarray(np.clip(picture * (255.0 / max(paper, 1.0)), 0, 255), dtype=np.uint8)))
    return tuple(cells)
