"""Which lines of a page are in another script, mirrored or upside down, by their pictures; believes a doubtful reading less.

The recognizer spells other scripts in Latin look-alikes, mostly with middling scores, and the picture of a short or worn line is
no sure witness either. So a line that was read well needs a sure picture, one that was read with doubt a likely one, and one
beside lines of another script a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docpriv.geometry import Quad
from docpriv.model import NotUnderstood, Pixels, TextLine
from docpriv.visual.line_script import LineScript, LineScripts

SURELY, SHORT_SURELY = 0.9, 0.95  # of a line that was read well, and of a short one
SHORT = 8.0  # line heights
LIKELY, SHORT_LIKELY, DOUBT = 0.5, 0.7, 0.8  # the same of lines that were read with a lower score than the last
LONG = 4.0  # line heights of a line whose neighbours need less
HINT, PART_HINT = 0.25, 0.5  # of a line, and of a part of it, among lines of another script
NEAR = 1.8  # line heights between two lines of one paragraph
READ_WELL = 0.9  # score of a line that is not mirrored or upside down, unless others are
READ = 0.93  # score of a line that is not in another script, if it has as many signs as print has
SPARSE = 0.5  # signs a line height: print has more, so that what was read as fewer may be anything
LEAST, NARROW = 3, 2.5  # letters and digits, and line heights, of a line whose picture tells a script


def strange_lines(
    pixels: Pixels, lines: Sequence[TextLine], scores: Sequence[float], scripts: LineScripts, *, turned: bool
) -> tuple[dict[int, NotUnderstood], dict[int, LineScript]]:
    """The lines that are no upright Latin, with the reason; and what each line's picture shows.

    `scores`: of the best reading of each line, 0..1. `turned`: the page was read another way up than it lies. Then it may be a
    page of a script that reads no worse upside down, so that each line is asked both ways.
    """
    seen = dict(enumerate(scripts.classify(pixels, [line.facing for line in lines])))
    if turned:
        over = scripts.classify(pixels, [_over(line.facing) for line in lines])
        seen = {i: max(seen[i], one, key=lambda s: s.other) for i, one in enumerate(over)}
    found = {i: reason for i, one in seen.items() if (reason := _reason(one, lines[i], scores[i])) is not None}
    # What the recognizer reads without doubt, letter by letter, is in its own script, whatever its picture looks like.
    read = {i for i, line in enumerate(lines) if scores[i] >= READ and not is_sparse(line)}
    found = {i: r for i, r in found.items() if r is not NotUnderstood.SCRIPT or i not in read}
    proved = [i for i, r in found.items() if r is NotUnderstood.SCRIPT and lines[i].quad.width >= LONG * lines[i].quad.height]
    bare = {i for i, line in enumerate(lines) if i not in found and _has_few_letters(line)}
    # Figures beside: what they are, their label says, which is in that script too.
    found |= {i: NotUnderstood.SCRIPT for i in bare if any(_near(lines[i].quad, lines[j].quad) for j in proved)}
    open_lines = {i for i in seen if i not in found and i not in read and _tells(lines[i]) and _has_hint(seen[i])}
    fresh = proved
    while fresh:
        fresh = [i for i in open_lines if any(_near(lines[i].quad, lines[j].quad) for j in fresh)]
        open_lines.difference_update(fresh)
        found |= dict.fromkeys(fresh, NotUnderstood.SCRIPT)
    return found, seen


def strangeness(one: LineScript) -> Mapping[NotUnderstood, float]:
    """How much of a picture is in another script, mirrored, upside down, each 0..1."""
    return {NotUnderstood.SCRIPT: one.other, NotUnderstood.MIRRORED: one.mirrored, NotUnderstood.TURNED: one.upside_down}


def _reason(one: LineScript, line: TextLine, score: float) -> NotUnderstood | None:
    if not _tells(line):
        return None
    short = line.quad.width < SHORT * line.quad.height
    need = (SHORT_SURELY if short else SURELY) if score >= DOUBT else SHORT_LIKELY if short else LIKELY
    shares = strangeness(one)
    return max(shares, key=lambda r: shares[r]) if one.strange >= need else None


def _tells(line: TextLine) -> bool:
    """Whether a line is long enough for its picture to tell its script; one that reads as nothing may hold anything."""
    long = line.quad.width >= NARROW * line.quad.height
    return long and (sum(c.text.isalpha() for c in line.chars) >= LEAST or is_sparse(line))


def is_sparse(line: TextLine) -> bool:
    """Whether fewer signs were read than so long a line of print has."""
    return sum(c.text.isalnum() for c in line.chars) < SPARSE * line.quad.width / max(line.quad.height, 1e-6)


def _has_few_letters(line: TextLine) -> bool:
    return sum(c.text.isalpha() for c in line.chars) < LEAST


def _has_hint(one: LineScript) -> bool:
    return one.other >= HINT or one.foreign >= PART_HINT


def _near(one: Quad, other: Quad) -> bool:
    (a, b, c, d), (x, y, w, h) = one.bounds(), other.bounds()
    size = min(d - b, h - y)
    return min(c, w) > max(a, x) and max(b, y) - min(d, h) <= NEAR * size


def _over(quad: Quad) -> Quad:
    return Quad(quad.c, quad.d, quad.a, quad.b)
