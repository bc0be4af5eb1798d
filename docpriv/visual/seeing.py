"""Runs the detectors that a recipe asks for on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2

from docpriv.errors import EngineError, RecipeError
from docpriv.geometry import Box
from docpriv.model import Mark, PageImage, TextLine
from docpriv.options import Seeing
from docpriv.protocols import Scene, VisualDetector
from docpriv.visual.detectors import DETECTORS
from docpriv.visual.pictures import find_pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """What was seen on a page: marks in the order of the detectors, and the areas of photographs and halftones."""

    marks: tuple[Mark, ...] = ()
    pictures: tuple[Box, ...] = ()


def open_detectors(form: Seeing, *, threads: int = 1) -> tuple[VisualDetector, ...]:
    """The detectors that a recipe asks for, in the order of their use.

    RecipeError: it names one that is not registered. ModelError: a model is not what its card says.
    """
    if set(form.others) - set(DETECTORS):
        raise RecipeError(
            "the recipe names a detector among seeing.others that is not here",
            remedy=f"Leave it out, or install what registers it. Here are: {', '.join(DETECTORS)}.",
        )
    return tuple(one.load(threads) for name, one in DETECTORS.items() if one.wanted(name, form))


def look(
    page: PageImage,
    lines: Sequence[TextLine],
    detectors: Sequence[VisualDetector],
    *,
    changed: Sequence[Box] | None = None,
    earlier: Sequence[Mark] = (),
) -> PageMarks:
    """All that the detectors see on a page; `lines` are those of every reading of it.

    `changed`, `earlier`: of a second look, where pixels differ from those of the first, and its marks; see `Scene`.
    """
    if not detectors:
        return PageMarks()
    scene = Scene(
        page=page,
        lines=tuple(lines),
        pictures=find_pictures(page.pixels, lines),
        changed=None if changed is None else tuple(changed),
        earlier=tuple(earlier),
    )
    for one in detectors:
        try:
            scene = replace(scene, marks=scene.marks + one.see(scene))
        except cv2.error:
            raise EngineError(f"the detector {one.detector} failed on a page") from None
    return PageMarks(marks=scene.marks, pictures=scene.pictures)
