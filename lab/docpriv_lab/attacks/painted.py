"""Covers one known area of a page as a run would, for `docpriv evaluate attack`: in every style, to show why some are refused.

Text goes through the plan as it does in a run: a line of one finding, covered by the policy. What the policy refuses is drawn
by the style itself, as it would be if nothing refused it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from docpriv.geometry import Box
from docpriv.model import (
    Char,
    CharId,
    Finding,
    Kind,
    Mark,
    PageFormat,
    PageImage,
    PagePlan,
    PageRef,
    PageText,
    Pixels,
    Reason,
    Region,
    TextLine,
)
from docpriv.options import Policy
from docpriv.pipeline.pseudonyms import RegionPseudonyms
from docpriv.protocols import Scene, VisualDetector
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.plan import Reading, plan_page
from docpriv.styles import Style
from docpriv.visual.detectors.faces import FaceDetector
from docpriv.visual.face_network import FaceNetwork
from docpriv.visual.face_search import PICTURE_SCORE

_REF = PageRef(document="painted", index=0)
_WHERE = "painted"  # detector and rule of what is covered here

FindFaces = Callable[[Pixels], list[Box]]


def cover_line(
    page: Pixels, area: Box, value: str, kind: Kind, policy: Policy, pseudonyms: RegionPseudonyms | None = None
) -> Pixels:
    """The page with a line of text covered that fills `area` and says `value`, nothing else being on the page."""
    height, width = page.shape[:2]
    quad, count = area.quad(), len(value)
    chars = tuple(Char(text=sign, quad=quad.part(i / count, (i + 1) / count), score=1.0) for i, sign in enumerate(value))
    text = PageText(ref=_REF, width=width, height=height, lines=(TextLine(chars=chars, quad=quad, score=1.0),))
    found = Finding(page=0, kind=kind, score=1.0, detector=_WHERE, reason=_WHERE, chars=tuple(CharId(0, i) for i in range(count)))
    if pseudonyms is not None:
        pseudonyms.new_page()
    return apply_plan(
        page,
        plan_page(
            page=0,
            width=width,
            height=height,
            colour="rgb",
            marks=(),
            policy=policy,
            readings=[Reading(text=text, findings=(found,))],
            min_score=0.0,
            pseudonym_of=pseudonyms,
        ),
    )


def cover_picture(page: Pixels, area: Box, kind: Kind, policy: Policy) -> Pixels:
    """The page with a picture covered that fills `area`, by the policy."""
    height, width = page.shape[:2]
    mark = Mark(page=0, kind=kind, quad=area.quad(), score=1.0, detector=_WHERE)
    return apply_plan(
        page,
        plan_page(
            page=0,
            width=width,
            height=height,
            colour="rgb",
            readings=(),
            marks=(mark,),
            policy=policy,
            min_score=0.0,
        ),
    )


def cover_with(page: Pixels, area: Box, style: Style, settings: Mapping[str, float]) -> Pixels:
    """The page with a style drawn in `area` past every policy, with the numbers that it draws with."""
    height, width = page.shape[:2]
    reason = Reason(kind=Kind.FACE, score=1.0, detector=_WHERE, reason=_WHERE)
    region = Region(boxes=(area,), reasons=(reason,), style=style.name, settings=tuple(settings.items()))
    return apply_plan(page, PagePlan(page=0, width=width, height=height, regions=(region,)))


def find_heads(detector: VisualDetector | None = None) -> FindFaces:
    """The detector of faces (default: docpriv's own) as a function: whole heads, the surest first.

    The page is taken for one photograph. Raises ModelError where the model is not what its card says.
    """
    faces = detector or FaceDetector()

    def find(page: Pixels) -> list[Box]:
        height, width = page.shape[:2]
        scene = Scene(
            page=PageImage(ref=_REF, pixels=page, format=PageFormat(colour="rgb")), lines=(), pictures=(Box(0, 0, width, height),)
        )
        marks = sorted((m for m in faces.see(scene) if m.kind is Kind.FACE), key=lambda m: -m.score)
        return [_rounded(*m.quad.bounds()) for m in marks]

    return find


def find_upright_faces() -> FindFaces:
    """The detector's network alone, at a page's own size and half of it, as sure as in a photograph: quick, for portraits."""
    network = FaceNetwork()

    def find(page: Pixels) -> list[Box]:
        found = []
        for size in (1.0, 0.5):
            seen = (
                page
                if size == 1.0
                else np.asarray(cv2.resize(page, None, fx=size, fy=size, interpolation=cv2.INTER_AREA), np.uint8)
            )
            found += [
                (face.score, _rounded(*(v / size for v in face.quad.bounds()))) for face in network.find(seen, PICTURE_SCORE)
            ]
        return [box for _, box in sorted(found, reverse=True)]

    return find


def _rounded(x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(round(x0), round(y0), round(x1), round(y1))
