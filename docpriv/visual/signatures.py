"""Judges which writings are signatures, by where they stand or how they are drawn, and makes them whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import Kind
from docpriv.raster import SQUARE, Plane, pieces_of
from docpriv.visual.gathering import FLOWING, JOINED, LETTERS, Writing, part_within, zone_in
from docpriv.visual.signature_labels import SigningPlace
from docpriv.visual.strokes import Ink, grown_within

PEN = 0.18  # of its height: the width of a stroke in a writing by hand
IN_PLACE = 0.4  # share of a writing's ink that stands where people sign
SIGNED_LARGE = 1.5  # text heights both ways, where other writing stands too
SIGNED_HEIGHT = 1.2  # text heights of the tallest of a few strokes that belong to a signature
SIGNED_WIDEST, SIGNED_TALLEST = 32.0, 12.0  # text heights: no signature is larger
FORM_HEIGHT = 1.8  # text heights of a signature that no label announces,
FORM_LINES = 1.8  # of its tallest stroke: it is one line of writing,
FORM_STROKES = 16  # of few strokes,
FORM_FLOW = 0.3  # much of whose ink lies in long or tall ones; and it is
FORM_ASPECT = 1.5  # times wider than tall;
FEW_ASPECT, FEW_LARGE = 1.2, 4.0  # the same of very few joined strokes, and their text heights both ways
FORM_PEN, FORM_FILL = 0.10, 0.35  # width of its strokes for its height, and how much of its box they fill
FORM_THICK = 0.3  # text heights: no pen with which people sign is as thick
RIM, HOLLOW = 0.15, 0.12  # share of a box's side, and of the ink that is not along the sides of a frame
FORM_COLOURED = 0.75  # of these sizes is enough in coloured ink on a page printed in black
LONG, LONG_STROKES, FORM_PEN_LONG = 4.0, 6, 0.13  # or lower, but of very few and very long strokes
INITIALS, INITIALS_STROKES, LOW = 2.4, 4, 0.45  # or as tall as wide, large, of few strokes, and low on the page
BESIDE = 1.5  # text heights between a signature and writing that belongs to it
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
    size_limit = writing.box.width <= SIGNED_WIDEST * unit and writing.box.height <= SIGNED_TALLEST * unit
    for place in places:
        for zone in place.zones:
            inside = int(writing.mask[zone_in(writing, zone, ink.scale).slices].sum())
            if inside >= IN_PLACE * writing.ink and size_limit and _signed(writing, place):
                return [(writing, AT_LABEL)]
    if not size_limit:
        parts = {
            part.box: part
            for place in places
            for zone in place.zones
            if (part := part_within(writing, zone, ink, unit)) is not None
            and _signed(part, place)
            and _drawn_like_a_signature(part, unit, low=False)
            and part.box.width <= SIGNED_WIDEST * unit
        }
        return [(part, AT_LABEL) for part in parts.values()] + [(writing, _rest(writing))]
    by_form = _drawn_like_a_signature(writing, unit, low=writing.box.y0 > LOW * ink.mask.shape[0])
    return [(writing, BY_FORM if by_form else _rest(writing))]


def _signed(writing: Writing, place: SigningPlace) -> bool:
    return not place.large or min(writing.longest, writing.tallest) >= SIGNED_LARGE


def _drawn_like_a_signature(writing: Writing, unit: float, *, low: bool) -> bool:
    """Few joined strokes, larger than the print, thin for their height, in one line that is wider than tall.

    `low`: on the lower half of the page, where people sign with a monogram or initials too.
    """
    wide, tall = writing.box.width / unit, writing.box.height / unit
    least = FORM_COLOURED if writing.coloured > 0.5 else 1.0
    few = writing.strokes <= LONG_STROKES and min(writing.longest, writing.tallest) >= FEW_LARGE
    one_line = tall <= FORM_LINES * writing.tallest and wide >= (FEW_ASPECT if few else FORM_ASPECT) * tall
    if writing.pen > FORM_THICK or _is_frame(writing):
        return False
    if writing.fill > FORM_FILL or writing.pen > FORM_PEN_LONG * writing.tallest or writing.flowing < FORM_FLOW:
        return False
    if one_line and writing.strokes <= LONG_STROKES and writing.longest >= LONG:
        return True
    if writing.pen > FORM_PEN * writing.tallest:
        return False
    if low and writing.strokes <= INITIALS_STROKES and min(writing.longest, writing.tallest) >= INITIALS and wide >= 0.5 * tall:
        return True
    return (
        one_line
        and writing.tallest >= least * FORM_HEIGHT
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
    apart = piece.box.intersect(other.box)
    return apart.x1 - apart.x0 >= 0.6 * piece.box.width and apart.y0 - apart.y1 <= STACKED * unit


def _in_line(one: Writing, other: Writing, unit: float) -> bool:
    common, both = one.box.intersect(other.box), one.box.union(other.box)
    level = common.y1 - common.y0 >= 0.4 * min(one.box.height, other.box.height)
    return level and common.x0 - common.x1 <= BESIDE * unit and both.width <= SIGNED_WIDEST * unit


def whole_signature(writing: Writing, free: Plane, ink: Ink, print_area: Plane, unit: float) -> Writing:
    """The signature with the dots and short strokes around it, and with its strokes where they are faint."""
    reach, along = round(NEAR * unit), round(NEAR_LONGEST * unit)
    own = writing.box
    box = ink.clip(own.grow(along, reach))
    at = box.slices
    mask = writing.laid(box)
    # Blots and blurred strokes are too full to be writing by themselves; beside a signature they are its own.
    paper = 1 - print_area[at]
    strokes = pieces_of((free[at] | ink.strokes[at] & paper).astype(np.uint8))
    x, y, w, h, _ = strokes.columns
    apart = np.maximum(x + box.x0 - own.x1, own.x0 - (x + box.x0 + w))
    whole = (x > 0) & (y > 0) & (x + w < box.width) & (y + h < box.height)
    mask |= strokes.chosen(whole & (apart <= reach) & (w < along) & (h <= max(own.height, 2 * reach)))
    rules = cv2.dilate(ink.rules[at], SQUARE)
    followed = grown_within(mask, ink.faint[at] & paper & (1 - rules) | mask, reach)
    if int(followed.sum()) <= MOST_FAINT * int(mask.sum()):
        mask = followed
    # The line on which people sign is drawn through their strokes: it goes where they run.
    left, top, wide, tall = cv2.boundingRect(mask)
    span = Box(left, max(0, top - 2), left + wide, top + tall + 3).slices
    mask[span] |= ink.rules[at][span]
    # A flat flourish looks like a drawn line, but ends where the signature ends.
    lines = pieces_of(rules)
    x, y, w, h, _ = lines.columns
    flourish = (x > 0) & (x + w < box.width) & (y >= top - reach) & (y + h <= top + tall + reach) & (w > h)
    flourish &= (x < left + wide + 2) & (x + w > left - 2)
    mask |= lines.chosen(flourish) & ink.rules[at]
    return replace(writing, box=box, mask=mask)
