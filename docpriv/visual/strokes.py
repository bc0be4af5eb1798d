"""Strokes of ink on a page, free of drawn lines, at a size at which they are cheap to follow; whose they are is not asked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import Pixels
from docpriv.raster import SQUARE, Plane, darkest, filled, ones, pieces_of, shrunk

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
        return filled(self.mask.shape, quads, self.scale)

    def clip(self, box: Box) -> Box:
        """The part of a box of working pixels that lies on the page."""
        return box.clip(self.mask.shape[1], self.mask.shape[0])

    def page_box(self, box: Box, grow: int = 0) -> Box:
        """A box of working pixels as a box of the page that holds it."""
        s = self.scale
        whole = Box(int(box.x0 / s), int(box.y0 / s), math.ceil(box.x1 / s), math.ceil(box.y1 / s))
        return whole.grow(grow).clip(self.width, self.height)


def find_ink(pixels: Pixels, text_height: float) -> Ink:
    """Everything drawn, printed or written on a u8 (H, W, 3) RGB page that is darker than the paper around it.

    `text_height`: of the page's print, in page pixels.
    """
    height, width = pixels.shape[:2]
    small, scale = shrunk(pixels, WORK_SIDE)
    tone = darkest(small)
    contrast: Plane = np.asarray(cv2.subtract(_paper(tone, text_height * scale), tone), dtype=np.uint8)
    coarse = cv2.medianBlur(np.ascontiguousarray(contrast[::4, ::4]), 31)
    grain = cv2.resize(coarse, tone.shape[::-1], interpolation=cv2.INTER_LINEAR)
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
    light = cv2.dilate(tone, ones(4, 4))[::4, ::4]
    size = round(min(PAPER[1], max(PAPER[0], PAPER_HEIGHTS * text_height))) // 4 + 1
    closed = cv2.erode(cv2.dilate(light, ones(size, size)), ones(size + 1, size + 1))
    return np.asarray(cv2.resize(cv2.blur(closed, (5, 5)), tone.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _chroma(small: Pixels, mask: Plane) -> Plane:
    inked = mask > 0  # few pixels are: what is no ink has no colour to tell
    if np.array_equal(small[::7, ::7, 0], small[::7, ::7, 2]) or not inked.any():  # a grey page
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
    for flat in (True, False):
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, ones(length, 1) if flat else ones(1, length))
        # Writing that runs along a rule is thicker than the rule.
        deep = ones(1, bar_thick + 1) if flat else ones(bar_thick + 1, 1)
        opened = opened & (1 - cv2.morphologyEx(opened, cv2.MORPH_OPEN, deep))
        lines = pieces_of(cv2.dilate(opened, SQUARE))
        _, _, w, h, area = lines.columns
        long, across = (w, h) if flat else (h, w)
        thick = area / np.maximum(long, 1) - 2
        bar = (long > BAR_HEIGHTS * unit) & (thick <= bar_thick)
        good = (long > length) & ((thick <= thickest) | bar) & (across <= 3 * RULE_THICK + 0.03 * long)
        out |= lines.chosen(good) & opened
    return out


def _without(mask: Plane, rules: Plane, reach: int) -> Plane:
    """The ink less the rules, but with the places where a stroke runs across a rule."""
    edge = cv2.dilate(rules, SQUARE)
    rest = mask & (1 - edge)
    crossing = np.zeros_like(mask)
    for shape, first, second in ((ones(1, reach), (-1, 0), (-1, reach - 1)), (ones(reach, 1), (0, -1), (reach - 1, -1))):
        crossing |= cv2.dilate(rest, shape, anchor=first) & cv2.dilate(rest, shape, anchor=second)
    return np.asarray(rest | (crossing & mask & edge), dtype=np.uint8)


def grown_within(seed: Plane, allowed: Plane, steps: int) -> Plane:
    """Follow the ink of `allowed` from `seed` for so many pixels."""
    out = seed
    for _ in range(max(0, steps)):
        more = cv2.dilate(out, SQUARE) & allowed | seed
        if int(more.sum()) == int(out.sum()):
            break
        out = more
    return np.asarray(out, dtype=np.uint8)
