"""Finds what people wrote, signed or stamped on a page; what was well read as print is none of it.

Writing by hand that was read with doubt counts as not read. Ink that no line of print explains is followed by its strokes,
also where it runs through print, and gathered into writings. A writing where people sign, or one drawn like a signature, is
a signature; one in coloured ink or in a frame of its own may be a stamp; the rest is handwriting or ink that nobody could
read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from docpriv.geometry import Box, Quad
from docpriv.model import EngineId, Kind, Mark, TextLine
from docpriv.protocols import Scene
from docpriv.raster import Plane, grey_of, ones, tiles
from docpriv.visual.detectors import DETECTORS, Registration
from docpriv.visual.gathering import (
    LARGE_PRINT,
    Writing,
    coloured_over_print,
    free_strokes,
    is_emblem,
    is_hatching,
    words_in_print,
    writings,
)
from docpriv.visual.hand_lines import RULE as HAND_LINE
from docpriv.visual.hand_lines import HandLine, find_hand_lines, is_figure
from docpriv.visual.print_lines import printed_stretches, text_height
from docpriv.visual.signature_labels import SigningPlace, signing_places
from docpriv.visual.signatures import (
    AT_LABEL,
    BY_FORM,
    Verdict,
    judged,
    whole_signature,
    with_neighbours,
)
from docpriv.visual.stamps import Stamp, find_stamps
from docpriv.visual.strokes import Ink, find_ink

DETECTOR = "writing"
VERSION = "1"

LINE_MARGIN = 0.12  # text heights around a printed line that are still its own
STAMP_MARGIN = 5  # working pixels around a turned frame: its sides' own width
MIDDLE, UNDER = (0.2, 0.8), 0.7  # shares of a signature's ink by height; of a printed line's length that lies under it
HAND_INK, HAND_SIGNED = 0.3, 0.6  # share of strokes in lines by hand from which they are of them; of a signature
DOUBTFUL = 0.8  # score of a line that explains nothing where people sign


class WritingDetector:
    """Signatures, stamps, handwriting and other ink that no printed line explains."""

    detector = DETECTOR

    def identity(self) -> EngineId:
        return EngineId(name=DETECTOR, version=VERSION)

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Marks in reading order, signatures first; the page's own size decides what is large."""
        pixels = scene.page.pixels
        height = text_height(scene.lines)
        grey = grey_of(pixels)
        places = signing_places(scene.lines, height)
        hand = find_hand_lines(scene.lines, grey, height)
        quads = {line.quad for line in hand}
        printed = printed_stretches(
            [line for line in scene.lines if line.quad not in quads and not _doubtful_signature(line, places)], grey, height
        )
        ink = find_ink(pixels, height)
        unit = max(4.0, height * ink.scale)
        hidden = ink.outline(mark.quad for mark in scene.marks)
        padded = [q.pad(LINE_MARGIN * q.height, LINE_MARGIN * q.height) for q in printed]
        by_hand = ink.outline(line.quad for line in hand)
        print_area = ink.outline(padded) & (1 - by_hand)
        large = ink.outline(q for q in padded if q.height > LARGE_PRINT * height) & (1 - by_hand)
        strokes = ink.strokes & (1 - hidden)
        free = free_strokes(strokes, print_area, large, coloured_over_print(strokes, ink, padded), unit)
        words = words_in_print(ink.strokes & print_area & (1 - free), unit)
        page = scene.page.ref.index
        stamps = [s for s in find_stamps(ink, scene.lines, unit) if float(hidden[s.box.slices].mean()) <= 0.5]
        marks = [_stamp_mark(stamp, ink, page) for stamp in stamps]
        marks += [_hand_mark(line, page) for line in hand]
        judgements = [
            j
            for writing in writings(free, ink, unit)
            if not is_hatching(writing)
            for j in judged(writing, places, ink, unit)
            if j[1] == AT_LABEL or not is_emblem(j[0])
        ]
        figures = [line.quad for line in scene.lines if is_figure(line)]
        legible = ink.outline(line.quad for line in hand if line.score >= DOUBTFUL)  # a signature reads worse
        judgements = [(w, _of_a_hand_line(w, _of_a_figure(w, v, figures, ink), by_hand, legible)) for w, v in judgements]
        for writing, verdict in with_neighbours(judgements, unit):
            # A stamp may have been signed: what is written in its frame is marked like any other writing.
            if verdict.kind == Kind.SIGNATURE:
                under = _under(writing, padded, ink)
                whole = whole_signature(writing, free | ink.strokes & under, ink, print_area & (1 - under), unit)
                marks.append(_mark(whole, verdict, ink, words & (1 - under), unit, page))
            else:
                marks.append(_mark(writing, verdict, ink, words, unit, page))
        return tuple(sorted(marks, key=lambda m: (_ORDER.index(m.kind), m.quad.a[1], m.quad.a[0])))


OF_HAND_LINE = Verdict(kind=Kind.UNREAD_INK, rule="hand-ink", score=0.5)

_ORDER = (Kind.SIGNATURE, Kind.STAMP, Kind.UNREAD_INK)


def _under(writing: Writing, printed: Sequence[Quad], ink: Ink) -> Plane:
    """Printed lines that lie under the middle of a signature from end to end, a typed name for instance: 1 there.

    What of their ink is the signature's cannot be told, so they go with it.
    """
    box = writing.box
    rows = np.cumsum(writing.mask.sum(axis=1))
    top, bottom = (box.y0 + int(np.searchsorted(rows, share * rows[-1])) for share in MIDDLE)
    found = []
    for quad in printed:
        a, _, c, _ = (v * ink.scale for v in quad.bounds())
        inside = min(c, box.x1) - max(a, box.x0)
        if top <= quad.centre[1] * ink.scale <= bottom and inside >= UNDER * (c - a):
            found.append(quad)
    return ink.outline(found)


def _doubtful_signature(line: TextLine, places: Sequence[SigningPlace]) -> bool:
    """Whether a line that was read with doubt stands where people sign, and is not the label itself."""
    if line.score >= DOUBTFUL or is_figure(line):
        return False
    x, y = line.quad.centre
    return any(z.x0 <= x < z.x1 and z.y0 <= y < z.y1 for p in places if not p.large for z in p.zones) and not any(
        p.label.x0 - 1 <= x <= p.label.x1 + 1 and p.label.y0 <= y <= p.label.y1 for p in places
    )


def _stamp_mark(stamp: Stamp, ink: Ink, page: int) -> Mark:
    quad = ink.page_box(stamp.box, grow=2).quad()
    if stamp.corners is not None:
        quad = Quad.of(stamp.corners / ink.scale).pad(STAMP_MARGIN / ink.scale, STAMP_MARGIN / ink.scale)
    return Mark(page=page, kind=Kind.STAMP, quad=quad, score=0.7, detector=DETECTOR, rule=stamp.rule)


def _of_a_figure(writing: Writing, verdict: Verdict, figures: Sequence[Quad], ink: Ink) -> Verdict:
    """What strokes are that only look like a signature: over a figure that was read they cross it out or ring it."""
    x0, y0, x1, y1 = (v / ink.scale for v in (writing.box.x0, writing.box.y0, writing.box.x1, writing.box.y1))
    u, v = MIDDLE[0] * (x1 - x0), MIDDLE[0] * (y1 - y0)
    over = verdict == BY_FORM and any(x0 + u <= q.centre[0] <= x1 - u and y0 + v <= q.centre[1] <= y1 - v for q in figures)
    return Verdict(kind=Kind.UNREAD_INK, rule="handwriting", score=0.5) if over else verdict


def _of_a_hand_line(writing: Writing, verdict: Verdict, by_hand: Plane, legible: Plane) -> Verdict:
    """What strokes are that run through lines of writing by hand: of those lines, unless they were signed.

    `legible`: those lines that were read too well for a signature that no label announces.
    """
    lines, least = (legible, HAND_SIGNED) if verdict == BY_FORM else (by_hand, HAND_INK)
    own = writing.ink_in(lines) >= least * max(1, writing.ink)
    return OF_HAND_LINE if own and verdict != AT_LABEL else verdict


def _hand_mark(line: HandLine, page: int) -> Mark:
    """A line as it stands; the strokes that leave it are writings of their own."""
    score = 1 / (1 + float(np.exp(-line.votes)))
    return Mark(
        page=page, kind=Kind.UNREAD_INK, quad=line.quad, score=round(max(0.5, score), 3), detector=DETECTOR, rule=HAND_LINE
    )


def _mark(writing: Writing, verdict: Verdict, ink: Ink, words: Plane, unit: float, page: int) -> Mark:
    """The mark of a writing: one box, or boxes along its strokes where print stands between them."""
    margin = max(2, round(0.12 * unit))
    x, y, w, h = cv2.boundingRect(writing.mask)
    own = Box(x, y, x + w, y + h).shift(writing.box.x0, writing.box.y0)
    box = ink.clip(own.grow(margin))
    blocked = words[box.slices]
    parts: tuple[Box, ...] = ()
    if blocked.any():
        mask = replace(writing, box=own, mask=writing.mask[y : y + h, x : x + w]).laid(box)
        size = 2 * round(0.8 * unit) + 1
        around = cv2.morphologyEx(np.pad(mask, size), cv2.MORPH_CLOSE, ones(size, size))[size:-size, size:-size]
        cover = cv2.dilate(mask, ones(5, 5)) | (around & (1 - blocked))
        parts = tuple(ink.page_box(t, grow=1) for t in tiles(cover, box.x0, box.y0, max(2, round(0.1 * unit))))
    return Mark(
        page=page,
        kind=verdict.kind,
        quad=ink.page_box(box).quad(),
        score=verdict.score,
        detector=DETECTOR,
        rule=verdict.rule,
        parts=parts,
    )


DETECTORS.register(
    DETECTOR,
    Registration(
        kinds=frozenset({Kind.SIGNATURE, Kind.STAMP, Kind.UNREAD_INK}), load=lambda _: WritingDetector(), switch="writing"
    ),
    order=40,
)
