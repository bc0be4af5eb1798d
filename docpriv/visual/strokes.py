"""Strokes of ink on a page, free of drawn lines, at a size at which they are cheap to follow; refuses to say whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.model import Pixels

Plane = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]

WORK_SIDE = 1800  # pixels: strokes are sought at this size or smaller
PAPER = (31, 91)  # pixels, least and most: strokes are narrower than this, flat dark areas wider; between them
PAPER_HEIGHTS = 2.4  # so many text heights
FLOOR = 26  # levels of 0..255 by which the faintest pencil is darker than its paper
FAINT = 12  # the same where a stroke goes on, beyond the grain
GRAIN = 3.0  # ink stands out this many times from the grain or pattern of its paper,
SPARE = 10  # and by so many levels more
RULE_LENGTH = (24, 60)  # pixels, least and most: straight for longer than a stroke of a pen is; between them
RULE_HEIGHTS = 1.8  # so many text heights,
RULE_THICK, RULE_SHARE = 6, 0.25  # and no thicker than this in pixels, or in text heights;
BAR_HEIGHTS, BAR_SHARE = 10.0, 0.5  # one that is so long may be so thick


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Ink of a page at working size: `mask` all of it, `strokes` without drawn lines (u8, 1 where ink), `rules` those lines.

    `faint`: `mask` and all that may be ink, if it continues a stroke. `chroma`: distance of each pixel's colour from its
    paper's, in LAB units of 8 bits, 0 where there is no ink. `scale`: working pixels a page pixel.
    """

    mask: Plane
    faint: Plane
    strokes: Plane
    rules: Plane
    chroma: Plane
    scale: float
    width: int
    height: int

    def outline(self, quads: Iterable[Quad]) -> Plane:
        """1 inside any of the quads of the page frame."""
        plane = np.zeros(self.mask.shape, np.uint8)
        for quad in quads:
            cv2.fillConvexPoly(plane, np.round(quad.array() * self.scale).astype(np.int32), 1)
        return plane

    def page_box(self, x0: int, y0: int, x1: int, y1: int, grow: int = 0) -> Box:
        """A box of working pixels as a box of the page that holds it."""
        s = self.scale
        return Box(int(x0 / s) - grow, int(y0 / s) - grow, int(-(-x1 // s)) + grow, int(-(-y1 // s)) + grow).clip(
            self.width, self.height
        )


def find_ink(pixels: Pixels, text_height: float) -> Ink:
    """Everything drawn, printed or written on a u8 (H, W, 3) RGB page that is darker than the paper around it.

    `text_height`: of the page's print, in page pixels.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, WORK_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    # The darkest channel: light blue and red pens are far lighter in grey than in the channel that they absorb.
    tone: Plane = np.asarray(cv2.min(cv2.min(small[..., 0], small[..., 1]), small[..., 2]), dtype=np.uint8)
    contrast: Plane = np.asarray(cv2.subtract(_paper(tone, text_height * scale), tone), dtype=np.uint8)
    grain = cv2.resize(cv2.medianBlur(np.ascontiguousarray(contrast[::4, ::4]), 31), size, interpolation=cv2.INTER_LINEAR)
    level = cv2.max(cv2.convertScaleAbs(grain, alpha=GRAIN, beta=SPARE), np.full_like(grain, FLOOR))
    mask: Plane = (contrast > level).astype(np.uint8)
    faint: Plane = (contrast > cv2.max(cv2.convertScaleAbs(grain, beta=FAINT), np.full_like(grain, FAINT))).astype(np.uint8)
    unit = text_height * scale
    thick = max(RULE_THICK, round(RULE_SHARE * unit))
    rules = _rules(mask, round(min(RULE_LENGTH[1], max(RULE_LENGTH[0], RULE_HEIGHTS * unit))), thick, unit)
    return Ink(
        mask=mask,
        faint=faint,
        strokes=_without(mask, rules, thick + 3),
        rules=rules,
        chroma=_chroma(small, mask),
        scale=scale,
        width=width,
        height=height,
    )


def _paper(tone: Plane, text_height: float) -> Plane:
    """Tone of the paper under every pixel: the lightest around it, found on a small copy."""
    light = cv2.dilate(tone, np.ones((4, 4), np.uint8))[::4, ::4]
    size = round(min(PAPER[1], max(PAPER[0], PAPER_HEIGHTS * text_height))) // 4 + 1
    closed = cv2.erode(cv2.dilate(light, np.ones((size, size), np.uint8)), np.ones((size + 1, size + 1), np.uint8))
    return np.asarray(cv2.resize(cv2.blur(closed, (5, 5)), tone.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _chroma(small: Pixels, mask: Plane) -> Plane:
    if np.array_equal(small[::7, ::7, 0], small[::7, ::7, 2]):
        return np.zeros_like(mask)  # a grey page
    inked = mask > 0  # few pixels are: what is no ink has no colour to tell
    if not inked.any():
        return np.zeros_like(mask)
    ink = cv2.cvtColor(small[inked][:, None], cv2.COLOR_RGB2LAB)[:, 0]
    coarse = cv2.cvtColor(np.ascontiguousarray(small[::8, ::8]), cv2.COLOR_RGB2LAB)
    away = np.zeros(len(ink), np.float32)
    for channel in (1, 2):
        ground = np.ascontiguousarray(coarse[..., channel])
        own = np.median(ground)
        paper = cv2.resize(cv2.medianBlur(ground, 9), mask.shape[::-1])[inked].astype(np.float32)
        # On a coloured ground the ground's own colour is not the ink's.
        shift = np.where(np.abs(paper - own) < 6, own, paper)
        away += (ink[:, channel].astype(np.float32) - shift) ** 2
    out = np.zeros_like(mask)
    out[inked] = np.minimum(255, np.sqrt(away)).astype(np.uint8)
    return out


def _rules(mask: Plane, length: int, thickest: int, unit: float) -> Plane:
    """Long thin level and upright lines; 1 where they are."""
    out = np.zeros_like(mask)
    bar_thick = max(thickest, round(BAR_SHARE * unit))
    for kernel, flat in ((np.ones((1, length), np.uint8), True), (np.ones((length, 1), np.uint8), False)):
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
        # Writing that runs along a rule is thicker than the rule.
        deep = np.ones((bar_thick + 1, 1) if flat else (1, bar_thick + 1), np.uint8)
        opened = opened & (1 - cv2.morphologyEx(opened, cv2.MORPH_OPEN, deep))
        joined = cv2.dilate(opened, np.ones((3, 3), np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        long = stats[:, cv2.CC_STAT_WIDTH if flat else cv2.CC_STAT_HEIGHT]
        across = stats[:, cv2.CC_STAT_HEIGHT if flat else cv2.CC_STAT_WIDTH]
        thick = stats[:, cv2.CC_STAT_AREA] / np.maximum(long, 1) - 2
        bar = (long > BAR_HEIGHTS * unit) & (thick <= bar_thick)
        good = (long > length) & ((thick <= thickest) | bar) & (across <= 3 * RULE_THICK + 0.03 * long)
        good[0] = False
        out |= good[labels].astype(np.uint8) & opened
    return out


def _without(mask: Plane, rules: Plane, reach: int) -> Plane:
    """The ink less the rules, but with the places where a stroke runs across a rule."""
    edge = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    rest = mask & (1 - edge)
    crossing = np.zeros_like(mask)
    for kernel, first, second in (((1, reach), (-1, 0), (-1, reach - 1)), ((reach, 1), (0, -1), (reach - 1, -1))):
        shape = np.ones(kernel[::-1], np.uint8)
        crossing |= cv2.dilate(rest, shape, anchor=first) & cv2.dilate(rest, shape, anchor=second)
    return np.asarray(rest | (crossing & mask & edge), dtype=np.uint8)


def grown_within(seed: Plane, allowed: Plane, steps: int) -> Plane:
    """Follow the ink of `allowed` from `seed` for so many pixels."""
    kernel = np.ones((3, 3), np.uint8)
    out = seed
    for _ in range(max(0, steps)):
        more = cv2.dilate(out, kernel) & allowed | seed
        if int(more.sum()) == int(out.sum()):
            break
        out = more
    return np.asarray(out, dtype=np.uint8)


def tiles(cover: Plane, x: int, y: int, step: int) -> list[tuple[int, int, int, int]]:
    """Boxes (x0, y0, x1, y1) of whole `step` cells that hold the set pixels, joined along rows and then down.

    `x`, `y`: where the plane's corner lies.
    """
    height, width = cover.shape
    rows, cols = -(-height // step), -(-width // step)
    padded = np.zeros((rows * step, cols * step), np.uint8)
    padded[:height, :width] = cover
    cells = padded.reshape(rows, step, cols, step).max(axis=(1, 3))
    done: list[tuple[int, int, int, int]] = []
    running: dict[tuple[int, int], int] = {}
    for row in range(rows + 1):
        line = cells[row] if row < rows else np.zeros(cols, np.uint8)
        change = np.flatnonzero(np.diff(np.concatenate([[0], line, [0]])))
        runs = set(zip(change[0::2].tolist(), change[1::2].tolist(), strict=True))
        for run, top in list(running.items()):
            if run not in runs:
                done.append((x + run[0] * step, y + top * step, x + run[1] * step, y + row * step))
                del running[run]
        for run in runs:
            running.setdefault(run, row)
    return sorted(done, key=lambda b: (b[1], b[0]))


def typical(values: Sequence[float], weights: Sequence[float], otherwise: float) -> float:
    """The weighted median; `otherwise` where there are none."""
    if not values:
        return otherwise
    order = np.argsort(np.asarray(values))
    heap = np.cumsum(np.asarray(weights, dtype=np.float64)[order])
    return float(values[int(order[int(np.searchsorted(heap, heap[-1] / 2))])])
