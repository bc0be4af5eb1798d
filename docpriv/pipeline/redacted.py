"""A redacted page as the check before a release has one: covers are paper, and covered text is masked.

Read with its black bars, a page shows signatures, codes and values that are none: a bar's edges, and the next words below a
label whose value is covered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from docpriv.geometry import Box, Quad, hull
from docpriv.model import Char, EngineId, Mark, PageImage, PageRef, PageText, Pixels, TextLine
from docpriv.pipeline.engines import Engines
from docpriv.protocols import OcrEngine, Scene, VisualDetector
from docpriv.redaction.found_covers import filled_with_paper, find_covers
from docpriv.tape import MASK
from docpriv.visual.detectors.codes import DETECTOR as CODES
from docpriv.visual.detectors.codes import UNDECODED

LEAST_LINE, MOST_LINES = 0.6, 6.0  # text heights of a cover that may hide lines of text
TEXT_HEIGHT = 24.0  # pixels: where nothing was read


def without_covers(page: PageImage, engines: Engines) -> tuple[PageImage, Engines]:
    """The page with paper for its covers, and engines that read masked characters there."""
    covers = find_covers(page.pixels)
    if not covers:
        return page, engines
    again = tuple(_Decoded(one, page) for one in engines.detectors if one.detector == CODES)
    clean = replace(page, pixels=filled_with_paper(page.pixels, covers))
    return clean, replace(engines, ocr=_Masking(engines.ocr, covers), detectors=(*engines.detectors, *again))


class _Masking:
    """Reads a page whose covers were painted over, with a line of masked characters for each."""

    def __init__(self, inner: OcrEngine, covers: tuple[Box, ...]) -> None:
        self._inner, self._covers = inner, covers
        self.recycle_after = inner.recycle_after

    def identity(self) -> EngineId:
        return self._inner.identity()

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        text = self._inner.read(pixels, ref)
        return replace(text, lines=(*text.lines, *_masks(self._covers, text.lines)))

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return self._inner.read_lines(pixels, quads)


class _Decoded:
    """Codes that can be decoded on the page as it is: a black square of one may have been taken for a cover."""

    def __init__(self, detector: VisualDetector, page: PageImage) -> None:
        self._detector, self._page = detector, page
        self.detector = detector.detector

    def identity(self) -> EngineId:
        return self._detector.identity()

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        known = [hull([m.quad]) for m in scene.marks if m.detector == self.detector]
        seen = self._detector.see(replace(scene, page=self._page))
        return tuple(m for m in seen if m.rule != UNDECODED and not any(hull([m.quad]).overlaps(k) for k in known))


def _masks(covers: Sequence[Box], lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines of masked characters, as high as the page's, in covers that are no taller than a few lines."""
    heights = [line.quad.height for line in lines if len(line.text.strip()) > 2]
    height = float(np.median(heights)) if heights else TEXT_HEIGHT
    out = []
    for cover in covers:
        if not LEAST_LINE * height <= cover.height <= MOST_LINES * height or cover.width < LEAST_LINE * height:
            continue
        rows = max(1, round(cover.height / (1.6 * height)))
        count = max(1, round(cover.width / (0.5 * height)))
        for row in range(rows):
            middle = cover.y0 + cover.height * (row + 0.5) / rows
            top, bottom = middle - height / 2, middle + height / 2
            quad = Quad((cover.x0, top), (cover.x1, top), (cover.x1, bottom), (cover.x0, bottom))
            chars = tuple(Char(text=MASK, quad=quad.part(i / count, (i + 1) / count), score=1.0) for i in range(count))
            out.append(TextLine(chars=chars, quad=quad, score=1.0))
    return out
