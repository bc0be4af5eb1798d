"""Finds print that hardly stands out from its ground, and shows it as black on white.

The page is looked at on a small copy. On paper the levels within a few pixels differ by its grain, around strong ink by
that and by what JPEG spreads there; strokes make them differ by more, in at least one colour. Where much of a small block
does so, the strokes are cut out on either side of the local ground, and kept where they stand in rows as letters do, with
quiet ground above and below. A page on which nothing is faint costs some ten milliseconds a megapixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, cover, united
from docpriv.model import Pixels, TextLine
from docpriv.raster import SQUARE, Flags, Plane, Stats, bands_of, bounds_of, fill, ones, pieces_of, row_beside, words_of

EDGE = 3.0  # levels from one pixel to the next but one: the edge of a box, where it is as straight as that and
RUN = 32  # so long, in pixels of the copy: no letter has such a stroke
AWAY, SHARP = 4, 3  # so many pixels beside it the levels change by a third of that, or less
SIDE = 12  # pixels of the copy: the sides of a box between such edges

Levels = npt.NDArray[np.uint16]


def box_edges(levels: Levels) -> Plane:
    """u8 (h, w): 1 at rules and at the edges of boxes of three levels and more, of u16 (h, w, 3) that holds levels times 64.

    Along them the levels rise, or fall, without a break; along a row of letters they do so letter by letter.
    """
    flat, upright = np.zeros(levels.shape[:2], np.uint8), np.zeros(levels.shape[:2], np.uint8)
    for one, other in ((levels[2:], levels[:-2]), (levels[:-2], levels[2:])):
        flat[1:-1] |= cv2.morphologyEx(_steps(one, other, (0, AWAY)), cv2.MORPH_OPEN, ones(RUN, 1))
    if not flat.any():
        return flat
    for one, other in ((levels[:, 2:], levels[:, :-2]), (levels[:, :-2], levels[:, 2:])):
        upright[:, 1:-1] |= cv2.morphologyEx(_steps(one, other, (AWAY, 0)), cv2.MORPH_OPEN, ones(1, SIDE))
    flat = np.asarray(cv2.dilate(flat, SQUARE), np.uint8)
    # Stems of letters are as upright as the sides of a box, but end before its edges.
    sides = pieces_of(cv2.dilate(upright, SQUARE))
    return flat | sides.chosen(sides.held(flat) > 0)


def _steps(one: Levels, other: Levels, away: tuple[int, int]) -> Plane:
    """1 where one has more than the other by an edge, in any channel, and by much more than on either side: folds are softer."""
    more = cv2.subtract(one, other)
    more = cv2.max(cv2.max(more[..., 0], more[..., 1]), more[..., 2])
    x, y = away
    height, width = more.shape
    padded = cv2.copyMakeBorder(more, y, y, x, x, cv2.BORDER_CONSTANT, value=0)
    beside = cv2.max(padded[:height, :width], padded[2 * y :, 2 * x :])
    steps: Plane = ((more > 64 * EDGE) & (more > SHARP * beside)).astype(np.uint8)
    return steps


SMALL_SIDE, LARGE_SIDE = 1500, 3600  # pixels: longer pages are looked at at half their size, and at a quarter
STRONG = 40.0  # levels within three pixels: ink that the first reading sees, and that JPEG surrounds with ripples
CORE = 2  # pixels of the copy about strong ink that are its own edge
RIPPLE = 8  # pixels of the page: the block over which JPEG spreads an edge
BLOCK = 8  # pixels of the copy
TILE = 16  # blocks: the paper's grain is measured over so much of the page
FEW = 40  # blocks of a tile: with fewer it has the grain of the page
GRAIN_PART = 25  # percentile of the blocks' mean differences that is taken for paper
STANDS_OUT = 1.9  # times the grain by which a difference is a stroke's
RIPPLE_PART, RIPPLE_TIMES = 0.85, 1.5  # the same among the ripples: share of the differences below it, and times that
PAPER = 24  # levels about the most common one
LEAST = 0.4  # levels: what a thin stroke of one level is on flat paper, smoothed
STRUCTURED = 0.12  # of a block's pixels
GROUND = 31  # pixels of the copy: the window of the local ground
LEAST_SHARE = 0.02  # of the window that is paper
LEAST_GROUND = 150  # pixels of the copy: smaller pieces between edges hold no word
INK_PART = 0.6  # of the least difference: by so much a stroke differs from the ground, and
LEAST_INK = 0.25  # by so many levels
OF_SPREAD = 0.8  # of the root mean square about it
READ = 0.6  # score from which a line explains what stands at its place
CLEAR, CLEAR_SHARE = 20.0, 0.02  # levels of ink that the engine reads whole; share of a line's pixels that differ so
AROUND = 0.25  # of a line's height about its words that they explain
GAP = 2.0  # of a line's height: a wider gap between two characters is not explained by them
LEAST_HEIGHT, MOST_HEIGHT = 4, 70  # pixels of the copy: letters
LEAST_AREA = 6  # pixels of the copy
WIDEST = 14.0  # heights: words whose letters run together; longer ones are rules
LEAST_FILL, MOST_FILL = 0.1, 0.85  # of its box that a letter fills, unless it is a stem
NEAR = 0.8  # heights on either side of a letter in which the next one stands
LEAST_LETTERS, LEAST_LENGTH = 3, 3.0  # letters of a row; or, where they run together, its length in heights
GRAINY, MORE_LETTERS, MORE_LENGTH = 1.0, 5, 4.5  # least difference on paper whose grains look like letters; the same there
ENOUGH_FOR_SLOPE, STEEPEST = 6, 0.1  # letters; of a row's direction
OFF_ROW = 0.8  # letters' heights from the row's middle to a letter's
TALLEST = 2.2  # letters' heights of a row
ROOM = 1.0  # letters' heights about a row that are shown with it
SURELY = 2.5  # least differences, of all channels together, above which a row's contrast is no ripple of JPEG
BRINK, BESIDE = 7, 0.5  # pixels of the copy about a box's edge; of a piece's pixels there, which make it a part of the edge
EDGED = 0.8  # of a row's length along which the edges of its box run
PALEST, BLACK = 0.25, 0.9  # of a row's contrast: what is shown as white, and as black
BLURS = ((2.0, 1.2), (4.0, 0.7))  # contrast in least differences below which strokes are blurred, by so many pixels
EDGES, SOFT = 92, 0.85  # percentile of a row's differences that is its edges; of its contrast: sharp strokes have 0.9 and more
GREY = 0.5  # of the greatest channel's contrast, in the least channel
QUIET, STRIP = 0.4, 0.35  # of the row's density of ink that the strips beside it may have; their height in letters' heights

Tones = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """The small copy of a page: smoothed levels float32 (h, w, 3), copy pixels being `step` pixels of the page wide.

    `differences`: greatest within three pixels, of any channel; `least`: the least that is a stroke's; `free`: 1 where the
    ground is neither known nor an edge; `known`: 1 at what is explained; `edges`: 1 at the edges of boxes; `ripples`: about them.
    """

    levels: Tones
    step: int
    differences: Tones
    least: Tones
    free: Plane
    known: Plane
    edges: Plane
    ripples: Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class _Area:
    """Planes of an area of the copy, 1 where: ink of either polarity, ground that is free, and so far from edges that JPEG
    spreads nothing there, the edge of what is known, what lies beside a box's edge, paper with
    grain."""

    ink: Plane
    free: Plane
    still: Plane
    cut: Plane
    brink: Plane
    grainy: Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of strokes on the copy: its letters, its box with room about them, whether they stand between the edges of a box,
    how many levels its strokes differ from the ground in each channel, and that ground, float32 (h, w, 3)."""

    letters: Box
    box: Box
    boxed: bool
    contrast: tuple[float, float, float]
    ground: Tones


@dataclass(frozen=True, slots=True, kw_only=True)
class FaintLook:
    """Rows of faint strokes: their `areas` on the page, and the page with nothing but them, black on white, where any are.

    `boxed`: rows that stand between the edges of a box, as values do and no texture of paper does; their letters alone.
    """

    areas: tuple[Box, ...] = ()
    boxed: tuple[Box, ...] = ()
    stretched: Pixels | None = None


def look_for_faint(pixels: Pixels, lines: Sequence[TextLine]) -> FaintLook:
    """Look for rows of faint strokes on a u8 (H, W, 3) page; areas in page pixels, from top to bottom.

    `lines`: what was read explains the strokes at its place.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < 4 * BLOCK:
        return FaintLook()
    copy = _copy(pixels, lines)
    rows = [row for area in _structured(copy) for row in _rows(copy, area)]
    boxes = (_on_page(b, copy.step, width, height) for b in united([row.box for row in rows]))
    areas = tuple(sorted(boxes, key=lambda b: (b.y0, b.x0)))
    boxed = tuple(_on_page(b, copy.step, width, height) for b in united([row.letters for row in rows if row.boxed]))
    return FaintLook(areas=areas, boxed=boxed, stretched=_stretched(pixels, copy, rows) if rows else None)


def _on_page(box: Box, step: int, width: int, height: int) -> Box:
    return Box(box.x0 * step, box.y0 * step, box.x1 * step, box.y1 * step).clip(width, height)


def _stretched(pixels: Pixels, copy: _Copy, rows: Sequence[_Row]) -> Pixels:
    """A white page with the strokes of the rows, black where they are as far from their ground as the row's are."""
    height, width = pixels.shape[:2]
    out = np.full((height, width), 255, np.uint8)
    for row in rows:
        box = row.box
        place = _on_page(box, copy.step, width, height)
        levels = pixels[place.slices].astype(np.float32)
        clear = float(np.linalg.norm(row.contrast)) / float(np.median(copy.least[box.slices]))
        blur = next((b for least, b in BLURS if clear < least), 0.0)
        if blur:
            levels = cv2.GaussianBlur(levels, (0, 0), blur * copy.step)
        size = (box.width * copy.step, box.height * copy.step)
        ground = cv2.resize(row.ground, size, interpolation=cv2.INTER_LINEAR)[: place.height, : place.width]
        free = cv2.resize(copy.free[box.slices], size, interpolation=cv2.INTER_NEAREST)[: place.height, : place.width]
        apart = (levels - ground) @ np.array(row.contrast, np.float32) * free / float(np.square(row.contrast).sum())
        drawn = 255 - np.clip((apart - PALEST) / (BLACK - PALEST), 0, 1) * 255
        out[place.slices] = np.minimum(out[place.slices], drawn.astype(np.uint8))
    return np.repeat(out[..., None], 3, axis=2)


def _copy(pixels: Pixels, lines: Sequence[TextLine]) -> _Copy:
    height, width = pixels.shape[:2]
    longest = max(height, width)
    step = 1 if longest <= SMALL_SIDE else 2 if longest <= LARGE_SIDE else 4
    side = step * BLOCK  # whole blocks
    fine = cv2.copyMakeBorder(pixels, 0, -height % side, 0, -width % side, cv2.BORDER_REFLECT_101).astype(np.uint16) << 6
    if step > 1:
        fine = cv2.resize(fine, (fine.shape[1] // step, fine.shape[0] // step), interpolation=cv2.INTER_AREA)
    fine = cv2.GaussianBlur(fine, (3, 3), 0)
    spread = cv2.subtract(cv2.dilate(fine, SQUARE), cv2.erode(fine, SQUARE))
    spread = cv2.max(cv2.max(spread[..., 0], spread[..., 1]), spread[..., 2])
    differences: Tones = spread.astype(np.float32) / 64
    strong = (differences > STRONG).astype(np.uint8)
    core = cv2.dilate(strong, ones(2 * CORE + 1, 2 * CORE + 1))
    reach = 2 * (RIPPLE // step + 1) + 1
    near = cv2.dilate(strong, ones(reach, reach))
    edges = box_edges(fine)
    known = _known(lines, differences, edges, step)
    least = np.maximum(STANDS_OUT * _grain(differences, near), LEAST)
    ripples = differences[(near > core) & _paper(fine)]
    if ripples.size:
        counts = np.bincount((4 * ripples).astype(np.int32))
        level = float(np.searchsorted(np.cumsum(counts), RIPPLE_PART * ripples.size)) / 4
        least = np.where(near > 0, np.maximum(least, RIPPLE_TIMES * level), least)
    return _Copy(
        levels=fine.astype(np.float32) / 64,
        step=step,
        differences=differences,
        least=least,
        free=(1 - core) & (1 - known) & (1 - edges),
        known=known,
        edges=edges,
        ripples=cv2.dilate(edges, ones(reach, reach)),
    )


def _paper(levels: npt.NDArray[np.uint16]) -> Flags:
    """Where the copy (levels times 64) has the page's most common level, more or less."""
    green = (levels[..., 1] >> 6).astype(np.uint8)
    counts = np.convolve(np.bincount(green.ravel(), minlength=256), np.ones(9), mode="same")
    return np.asarray(cv2.absdiff(green, np.full_like(green, int(np.argmax(counts)))) < PAPER)


def _known(lines: Sequence[TextLine], differences: Tones, edges: Plane, step: int) -> Plane:
    """1 where words were read that are not faint themselves, of which the engine reads pieces.

    Words explain what stands about them as far as the next edge. Where their quads reach beyond it, into a box that holds
    nothing that the engine can have read, they explain nothing.
    """
    height, width = differences.shape
    plane: Plane = np.zeros((height, width), np.uint8)
    ink = (differences > CLEAR).astype(np.uint8)
    clear = cv2.integral(ink)
    for line in lines:
        box = cover(line.quad.scale(1 / step, 1 / step), width, height)
        inked = int(clear[box.y1, box.x1] - clear[box.y0, box.x1] - clear[box.y1, box.x0] + clear[box.y0, box.x0])
        if line.score >= READ and inked > CLEAR_SHARE * box.area:
            for quad in words_of(line, GAP):
                fill(plane, quad.pad(AROUND * line.quad.height, AROUND * line.quad.height), 1 / step)
    parts = pieces_of(plane & (1 - edges), 4)
    return parts.chosen(parts.held(ink) > 0)


def _by_block(plane: Tones) -> Tones:
    """Means of blocks."""
    return np.asarray(cv2.resize(plane, (plane.shape[1] // BLOCK, plane.shape[0] // BLOCK), interpolation=cv2.INTER_AREA))


def _grain(differences: Tones, near: Plane) -> Tones:
    """What the paper's own levels differ by, measured tile by tile on the blocks without strong ink."""
    share = _by_block((near == 0).astype(np.float32))
    means = _by_block(differences * (near == 0)) / np.maximum(share, 1e-6)
    paper = share > 0.5
    rows, columns = (-(-n // TILE) for n in paper.shape)
    whole = float(np.percentile(means[paper], GRAIN_PART)) if paper.any() else 0.0
    tiles = np.full((rows, columns), whole, np.float32)
    for i in range(rows):
        for j in range(columns):
            centre = Box(j * TILE, i * TILE, (j + 1) * TILE, (i + 1) * TILE).grow(TILE // 2).clip(*paper.shape[::-1]).slices
            own = means[centre][paper[centre]]
            if own.size >= FEW:
                tiles[i, j] = np.percentile(own, GRAIN_PART)
    return np.asarray(cv2.resize(tiles, differences.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _structured(copy: _Copy) -> list[Box]:
    """Areas of the copy in which many pixels of the blocks differ as strokes do."""
    strokes = ((copy.differences > copy.least) & (copy.free > 0)).astype(np.float32)
    share = _by_block(copy.free.astype(np.float32))
    blocks = ((_by_block(strokes) > STRUCTURED * share) & (share > 0.1)).astype(np.uint8)
    if not blocks.any():
        return []
    areas = pieces_of(cv2.dilate(blocks, ones(7, 5)), 4)
    held = areas.held(blocks)
    height, width = copy.free.shape
    boxes = [areas.box(n) for n in range(1, len(areas)) if held[n] >= LEAST_LETTERS]
    return [_on_page(b, BLOCK, width, height).grow(GROUND // 2).clip(width, height) for b in boxes]


def _rows(copy: _Copy, area: Box) -> list[_Row]:
    """Rows of strokes in an area of the copy, darker than the ground or lighter."""
    levels, free = copy.levels[area.slices], copy.free[area.slices]
    floor = np.maximum(INK_PART * copy.least[area.slices], LEAST_INK)
    flat = (copy.differences <= copy.least)[area.slices].astype(np.uint8)
    ground = _ground(levels, free, free & flat)
    for last in (False, True):
        apart = (levels - ground) * free[..., None]
        dark, light = -apart.min(axis=2), apart.max(axis=2)
        largest = np.maximum(dark, light)
        # Beside strokes the mean is no longer the ground: it leans towards them by a part of their contrast.
        share = np.maximum(cv2.blur(free.astype(np.float32), (GROUND, GROUND)), 1e-3)
        least = np.maximum(floor, OF_SPREAD * cv2.sqrt(cv2.blur(largest * largest, (GROUND, GROUND)) / share))
        either = (largest > least).astype(np.uint8)
        if not last:
            ground = _ground(levels, free, free & (1 - either))
    planes = _Area(
        ink=either,
        free=free,
        still=free & (1 - copy.ripples[area.slices]),
        cut=cv2.dilate(copy.known[area.slices], SQUARE),
        brink=cv2.dilate(copy.edges[area.slices], ones(BRINK, BRINK)),
        grainy=(copy.least[area.slices] > GRAINY).astype(np.uint8),
    )
    rows: list[_Row] = []
    for ink in (dark > least, light > least):
        for box, tall in _letter_rows(ink.astype(np.uint8), planes):
            r, g, b = apart[box.slices][ink[box.slices]].mean(axis=0).tolist()
            at = box.shift(area.x0, area.y0)
            if _shines_through(copy, at, (r, g, b)):
                continue
            room = box.grow(round(ROOM * tall)).clip(area.width, area.height)
            surely = math.hypot(r, g, b) > SURELY * float(np.median(copy.least[at.slices]))
            boxed = surely and _boxed(copy.edges, at, round(ROOM * tall))
            rows.append(
                _Row(letters=at, box=room.shift(area.x0, area.y0), boxed=boxed, contrast=(r, g, b), ground=ground[room.slices])
            )
    return rows


def _boxed(edges: Plane, row: Box, room: int) -> bool:
    """Whether edges run above the row and below it."""
    above, below = edges[max(0, row.y0 - room) : row.y0, row.x0 : row.x1], edges[row.y1 : row.y1 + room, row.x0 : row.x1]
    return all(part.size > 0 and float(part.max(axis=0).mean()) > EDGED for part in (above, below))


def _shines_through(copy: _Copy, box: Box, contrast: tuple[float, float, float]) -> bool:
    """Whether strokes are soft, darker than their ground and grey: print of the other side, which the sheet has blurred."""
    if max(contrast) > -GREY * max(-c for c in contrast):
        return False
    own = copy.differences[box.slices][copy.free[box.slices] > 0]
    return float(np.percentile(own, EDGES)) < SOFT * max(-c for c in contrast)


def _ground(levels: Tones, free: Plane, paper: Plane) -> Tones:
    """The local ground, channel by channel: the mean of the `paper` about, as far as no edge parts it from there.

    What a strong edge surrounds, a bar or a marked word, has a ground of its own.
    """
    ground = levels.copy()
    grounds = pieces_of(free, 4)
    for n in range(1, len(grounds)):
        if grounds.stats[n, 4] < LEAST_GROUND:
            continue
        own = grounds.box(n).slices
        inside = grounds.own(n) > 0
        weights = (inside & (paper[own] > 0)).astype(np.float32)
        share = cv2.blur(weights, (GROUND, GROUND), borderType=cv2.BORDER_CONSTANT)[..., None]
        sums = cv2.blur(levels[own] * weights[..., None], (GROUND, GROUND), borderType=cv2.BORDER_CONSTANT)
        known = inside & (share[..., 0] > LEAST_SHARE)
        ground[own][known] = (sums / np.maximum(share, LEAST_SHARE))[known]
    return ground


def _letter_rows(ink: Plane, area: _Area) -> list[tuple[Box, float]]:
    pieces = pieces_of(ink)
    kept = _like_letters(pieces.stats) & (pieces.held(area.cut) == 0)  # what runs into a known place is a part of what is there
    kept &= pieces.held(area.brink) <= BESIDE * pieces.stats[:, 4]  # a box's edge goes on there
    letters = pieces.stats[1:][kept[1:]]
    if not len(letters):
        return []
    of = bands_of(letters, ink.shape, 0, NEAR, 5)
    return [row for n in sorted(set(of.tolist()) - {0}) if (row := _row(letters[of == n], area)) is not None]


def _like_letters(stats: Stats) -> Flags:
    _, _, w, h, area = stats.T
    share = area / np.maximum(w * h, 1)
    stem = np.minimum(w, h) <= 4
    like: Flags = (
        (h >= LEAST_HEIGHT)
        & (h <= MOST_HEIGHT)
        & (w <= WIDEST * h)
        & (area >= LEAST_AREA)
        & (share > LEAST_FILL)
        & ((share < MOST_FILL) | stem)
    )
    return like


def _row(letters: Stats, area: _Area) -> tuple[Box, float] | None:
    """The row's box in the plane and the height of its letters; None where it is no row of letters."""
    letters, slope = _level(letters)
    if not len(letters):
        return None
    box, h = bounds_of(letters), letters[:, 3]
    tall = float(np.median(h))
    grainy = 2 * int(area.grainy[box.slices].sum()) > box.area
    count, length = (MORE_LETTERS, MORE_LENGTH) if grainy else (LEAST_LETTERS, LEAST_LENGTH)
    if not (len(letters) >= count or box.width >= length * tall) or box.height > TALLEST * tall + slope * box.width:
        return None
    strip = max(2, round(STRIP * tall))
    beside = row_beside(box, strip, area.free, 1)
    inside = area.ink[box.slices].sum() / max(1, area.free[box.slices].sum())
    noise = sum((area.ink[b.slices] & area.still[b.slices]).sum() for b in beside)
    outside = noise / max(1, sum(area.still[b.slices].sum() for b in beside))
    return (box, tall) if outside <= QUIET * inside else None


def _level(letters: Stats) -> tuple[Stats, float]:
    """Those of the letters that stand on the row, ripples and specks left out, and how many pixels a pixel it rises or falls."""
    x, y, w, h, _ = letters.T
    tall = np.median(h)
    across, down = x + w / 2, y + h / 2
    slope = 0.0
    if len(letters) >= ENOUGH_FOR_SLOPE:
        order = np.argsort(across, kind="stable")
        ends = len(letters) // 3
        left, right = order[:ends], order[-ends:]
        slope = float(
            (np.median(down[right]) - np.median(down[left])) / max(1.0, np.median(across[right]) - np.median(across[left]))
        )
        slope = slope if abs(slope) <= STEEPEST else 0.0
    off = down - slope * across
    kept = letters[np.abs(off - np.median(off)) <= OFF_ROW * tall]
    return kept, abs(slope)
