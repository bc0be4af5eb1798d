"""Judges which writings are signatures, by where they stand or how they are drawn, and makes them whole; refuses print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from docpriv.model import Kind
from docpriv.visual.gathering import FLOWING, JOINED, LETTERS, Writing, part_within, together, zone_in
from docpriv.visual.signature_labels import SigningPlace
from docpriv.visual.strokes import Ink, Plane, grown_within

PEN, BLURRED = 0.18, 0.6  # of its height: the width of a stroke in a writing by hand; the same out of focus
IN_PLACE = 0.4  # share of a writing's ink that stands where people sign
SIGNED_LARGE = 1.5  # text heights both ways, where other writing stands too
SIGNED_WIDTH, SIGNED_HEIGHT = 1.0, 1.2  # text heights of the longest stroke of a signature at its label
SIGNED_WIDEST, SIGNED_TALLEST = 32.0, 12.0  # text heights: no signature is larger
FORM_HEIGHT, FORM_WIDTH = 1.8, 2.5  # text heights of a signature that no label announces,
FORM_LINES = 1.8  # of its tallest stroke: it is one line of writing,
FORM_STROKES = 16  # of few strokes,
FORM_FLOW = 0.3  # much of whose ink lies in long or tall ones; and it is
FORM_ASPECT = 1.5  # times wider than tall;
FEW_ASPECT, FEW_LARGE = 1.2, 4.0  # the same of very few joined strokes, and their text heights both ways
FORM_PEN, FORM_FILL = 0.10, 0.25  # width of its strokes for its height, and how much of its box they fill
LEAST_FILL = 0.045  # of its box: lines of a drawing and edges of things fill less
FORM_THICK = 0.3  # text heights: no pen with which people sign is as thick
RIM, HOLLOW = 0.15, 0.12  # share of a box's side, and of the ink that is not along the sides of a frame
FORM_COLOURED = 0.75  # of these sizes is enough in coloured ink on a page printed in black
FLOWING_ALL = 0.8  # of its ink in long or tall strokes: nearly all
LONG, LONG_TALL, LONG_STROKES, FORM_PEN_LONG = 4.0, 1.3, 6, 0.13  # or lower, but of very few and very long strokes
INITIALS, INITIALS_STROKES, LOW = 2.4, 4, 0.45  # or as tall as wide, large, of few strokes, and low on the page
BESIDE, ONE_NAME = 1.5, 4.0  # text heights between a signature and writing that belongs to it; between two parts of it
STACKED = 1.6  # text heights: the line of print between two parts of a signature that crosses it
NEAR = 0.8  # text heights around a signature in which dots and faint ends of strokes are its own
NEAR_LONGEST = 4.0  # and the longest of them
MOST_FAINT = 2.5  # times the signature's ink: more is a ground, no stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    kind: Kind
    rule: str
    score: float


AT_LABEL = Verdict(kind=Kind.SIGNATURE, rule="signature-label", score=0.9)
BY_FORM = Verdict(kind=Kind.SIGNATURE, rule="signature-form", score=0.6)


def judged(writing: Writing, places: Sequence[SigningPlace], ink: Ink, unit: float) -> list[tuple[Writing, Verdict]]:
    """What a writing is; one of which only a part was signed, as two."""
    size_limit = _wide(writing, unit) <= SIGNED_WIDEST and _tall(writing, unit) <= SIGNED_TALLEST
    for place in places:
        for zone in place.zones:
            a, b, c, d = zone_in(writing, zone, ink.scale)
            share = float(writing.mask[b:d, a:c].sum()) / max(1, writing.ink) if a < c and b < d else 0.0
            if share >= IN_PLACE and size_limit and _signed(writing, place):
                return [(writing, AT_LABEL)]
    if not size_limit:
        parts = {
            part.box: part
            for place in places
            for zone in place.zones
            if (part := part_within(writing, zone, ink, unit)) is not None
            and _signed(part, place)
            and _drawn_like_a_signature(part, unit, low=False)
            and _wide(part, unit) <= SIGNED_WIDEST
        }
        return [(part, AT_LABEL) for part in parts.values()] + [(writing, _rest(writing))]
    low = writing.box[1] > LOW * ink.mask.shape[0]
    if _drawn_like_a_signature(writing, unit, low=low):
        return [(writing, BY_FORM)]
    return [(writing, _rest(writing))]


def _signed(writing: Writing, place: SigningPlace) -> bool:
    large = not place.large or min(writing.longest, writing.tallest) >= SIGNED_LARGE
    return (
        large
        and writing.pen <= BLURRED * writing.tallest
        and (writing.longest >= SIGNED_WIDTH or writing.tallest >= SIGNED_HEIGHT)
    )


def _drawn_like_a_signature(writing: Writing, unit: float, *, low: bool) -> bool:
    """Few joined strokes, larger than the print, thin for their height, in one line that is wider than tall.

    `low`: on the lower half of the page, where people sign with a monogram or initials too.
    """
    wide, tall = _wide(writing, unit), _tall(writing, unit)
    least = FORM_COLOURED if writing.coloured > 0.5 else 1.0
    few = writing.strokes <= LONG_STROKES and min(writing.longest, writing.tallest) >= FEW_LARGE
    aspect = FEW_ASPECT if few and writing.flowing >= FLOWING_ALL else FORM_ASPECT
    one_line = tall <= FORM_LINES * writing.tallest and wide >= aspect * tall
    if writing.pen > FORM_THICK or writing.fill < LEAST_FILL or _is_frame(writing):
        return False
    if writing.fill > FORM_FILL + 0.1 or writing.pen > FORM_PEN_LONG * writing.tallest or writing.flowing < FORM_FLOW:
        return False
    if (
        one_line
        and writing.strokes <= LONG_STROKES
        and writing.longest >= LONG
        and writing.tallest >= LONG_TALL
        and writing.flowing >= FLOWING_ALL
    ):
        return True
    if writing.pen > FORM_PEN * writing.tallest:
        return False
    if low and writing.strokes <= INITIALS_STROKES and min(writing.longest, writing.tallest) >= INITIALS and wide >= 0.5 * tall:
        return True
    return (
        one_line
        and writing.fill <= FORM_FILL
        and writing.tallest >= least * FORM_HEIGHT
        and wide >= FORM_WIDTH
        and writing.longest >= least * FLOWING
        and writing.strokes <= FORM_STROKES
    )


def _is_frame(writing: Writing) -> bool:
    """Whether nearly all ink lies along the sides of its box."""
    height, width = writing.mask.shape
    y, x = max(1, round(RIM * height)), max(1, round(RIM * width))
    return float(writing.mask[y : height - y, x : width - x].sum()) < HOLLOW * writing.ink


def _by_pen(writing: Writing) -> bool:
    return writing.pen <= PEN * writing.tallest


def _rest(writing: Writing) -> Verdict:
    return Verdict(kind=Kind.UNREAD_INK, rule="handwriting" if _by_pen(writing) else "ink", score=0.5)


def _wide(writing: Writing, unit: float) -> float:
    return (writing.box[2] - writing.box[0]) / unit


def _tall(writing: Writing, unit: float) -> float:
    return (writing.box[3] - writing.box[1]) / unit


def with_neighbours(judgements: Sequence[tuple[Writing, Verdict]], unit: float) -> list[tuple[Writing, Verdict]]:
    """The same, where writing by pen in one line with a signature is part of it."""
    signed = [w for w, v in judgements if v.kind == Kind.SIGNATURE]
    out = []
    for writing, verdict in judgements:
        if verdict.kind != Kind.SIGNATURE:
            in_line = _by_pen(writing) and writing.longest >= JOINED and any(_in_line(writing, s, unit) for s in signed)
            few = writing.strokes <= LETTERS and writing.tallest >= SIGNED_HEIGHT
            if writing.pen <= FORM_THICK and (in_line or (few and any(_stacked(writing, s, unit) for s in signed))):
                verdict = AT_LABEL
        out.append((writing, verdict))
    return out


def _stacked(piece: Writing, other: Writing, unit: float) -> bool:
    """Whether a few strokes stand above or below a signature, parted from it by a line of print that it crosses."""
    (a, b, c, d), (x, y, w, h) = piece.box, other.box
    return min(c, w) - max(a, x) >= 0.6 * (c - a) and max(b, y) - min(d, h) <= STACKED * unit


def joined_signatures(judgements: Sequence[tuple[Writing, Verdict]], unit: float) -> list[tuple[Writing, Verdict]]:
    """The same, where the parts of one signature are one writing: a line or a flat stroke runs between them."""
    out: list[tuple[Writing, Verdict]] = []
    for writing, verdict in judgements:
        for i, (other, earlier) in enumerate(out):
            if verdict.kind == earlier.kind == Kind.SIGNATURE and _in_line(writing, other, unit, ONE_NAME):
                best = max(verdict, earlier, key=lambda v: v.score)
                out[i] = (together(writing, other), best)
                break
        else:
            out.append((writing, verdict))
    return out


def _in_line(one: Writing, other: Writing, unit: float, gap: float = BESIDE) -> bool:
    (a, b, c, d), (x, y, w, h) = one.box, other.box
    level = min(d, h) - max(b, y) >= 0.4 * min(d - b, h - y)
    return level and max(a, x) - min(c, w) <= gap * unit and max(c, w) - min(a, x) <= SIGNED_WIDEST * unit


def whole_signature(writing: Writing, free: Plane, ink: Ink, print_area: Plane, unit: float) -> Writing:
    """The signature with the dots and short strokes around it, and with its strokes where they are faint."""
    reach, along = round(NEAR * unit), round(NEAR_LONGEST * unit)
    rows, cols = free.shape
    x0, y0, x1, y1 = writing.box
    a, b, c, d = max(0, x0 - along), max(0, y0 - reach), min(cols, x1 + along), min(rows, y1 + reach)
    mask = np.zeros((d - b, c - a), np.uint8)
    mask[y0 - b : y1 - b, x0 - a : x1 - a] = writing.mask
    # Blots and blurred strokes are too full to be writing by themselves; beside a signature they are its own.
    ground = (free[b:d, a:c] | ink.strokes[b:d, a:c] & (1 - print_area[b:d, a:c])).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ground, connectivity=8)
    x, y, w, h = (stats[:, i] for i in range(4))
    apart = np.maximum(x + a - x1, x0 - (x + a + w))
    whole = (x > 0) & (y > 0) & (x + w < c - a) & (y + h < d - b)
    near = whole & (apart <= reach) & (w < along) & (h <= max(y1 - y0, 2 * reach))
    near[0] = False
    mask |= near[labels].astype(np.uint8)
    paper = (1 - print_area[b:d, a:c]) & (1 - cv2.dilate(ink.rules[b:d, a:c], np.ones((3, 3), np.uint8)))
    followed = grown_within(mask, ink.faint[b:d, a:c] & paper | mask, reach)
    if int(followed.sum()) <= MOST_FAINT * int(mask.sum()):
        mask = followed
    # The line on which people sign is drawn through their strokes: it goes where they run.
    span = np.zeros_like(mask)
    left, top, wide, tall = cv2.boundingRect(mask)
    span[max(0, top - 2) : top + tall + 3, left : left + wide] = 1
    mask |= ink.rules[b:d, a:c] & span
    # A flat flourish looks like a drawn line, but ends where the signature ends.
    rules = cv2.dilate(ink.rules[b:d, a:c], np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    x, y, w, h = (stats[:, i] for i in range(4))
    own = (x > 0) & (x + w < c - a) & (y >= top - reach) & (y + h <= top + tall + reach) & (w > h)
    own &= (x < left + wide + 2) & (x + w > left - 2)
    own[0] = False
    mask |= own[labels].astype(np.uint8) & ink.rules[b:d, a:c]
    return replace(writing, box=(a, b, c, d), mask=mask)
