"""Everything on a page that is seen rather than read, in one look; refuses to let one detector's find hide another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2

from docpriv.errors import EngineError
from docpriv.geometry import Box
from docpriv.model import Mark, PageImage, TextLine
from docpriv.options import Seeing
from docpriv.protocols import Scene, VisualDetector
from docpriv.visual.pictures import find_pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What was seen on a page: marks in the order of the detectors, and the areas of photographs and halftones."""

    marks: tuple[Mark, ...] = ()
    pictures: tuple[Box, ...] = ()


def open_detectors(form: Seeing, *, threads: int = 1) -> tuple[VisualDetector, ...]:
    """The detectors that a recipe asks for, their models loaded; ModelError where one is not what its card says.

    Their order is that of use: ink is judged last, since faces, codes and plates explain some of it.
    """
    eyes: list[VisualDetector] = []
    if form.faces:
        from docpriv.visual.faces import FaceDetector

        eyes.append(FaceDetector(threads=threads))
    if form.codes:
        from docpriv.visual.codes import CodeDetector

        eyes.append(CodeDetector())
    if form.plates:
        from docpriv.visual.plates import PlateDetector

        eyes.append(PlateDetector())
    if form.writing:
        from docpriv.visual.writing import WritingDetector

        eyes.append(WritingDetector())
    return tuple(eyes)


def look(
    page: PageImage,
    lines: Sequence[TextLine],
    eyes: Sequence[VisualDetector],
    *,
    changed: Sequence[Box] | None = None,
    earlier: Sequence[Mark] = (),
) -> Sight:
    """All that the detectors see on a page; `lines` are those of every reading of it.

    `changed`, `earlier`: of a second look, where pixels differ from those of the first, and its marks; see `Scene`.
    """
    if not eyes:
        return Sight()
    scene = Scene(
        page=page,
        lines=tuple(lines),
        pictures=find_pictures(page.pixels, lines),
        changed=None if changed is None else tuple(changed),
        earlier=tuple(earlier),
    )
    for eye in eyes:
        try:
            scene = replace(scene, marks=scene.marks + eye.see(scene))
        except cv2.error:
            raise EngineError(f"the detector {eye.detector} failed on a page") from None
    return Sight(marks=scene.marks, pictures=scene.pictures)
