"""Finds faces, portraits and fingerprints and marks all of each.

On an identity document, told by its text, whatever has the form of its photograph is marked too, face found or not. Where
no such area can be seen either (the back of a card), nothing is marked: there is nothing to cover.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from docpriv.geometry import Box, Quad, hull
from docpriv.model import EngineId, Kind, Mark, Pixels, TextLine
from docpriv.protocols import Scene
from docpriv.visual.detectors import DETECTORS, Registration
from docpriv.visual.face_network import Face, FaceNetwork
from docpriv.visual.face_search import direction_of, distinct, place_of, search
from docpriv.visual.fingerprints import find_fingerprints
from docpriv.visual.identity import identity_document
from docpriv.visual.pictures import find_pictures
from docpriv.visual.portraits import ghosts_of, head_of, photo_areas, portrait_of, words_height

DETECTOR = "faces"
SMALLER = 0.7  # of the largest face's height: a second face on an identity document this small is its pale copy
SURE = 0.6  # a face in what looks like a fingerprint has to be this clear
SOFT = 0.16  # of the text height: standard deviation of the blur that makes dots of a copy tone
BY_FORM = 0.5  # score of an area that only its form gave away


class FaceDetector:
    """Faces by a network, portraits by their frames; raises ModelError where the network's file is not its card's."""

    detector = DETECTOR

    def __init__(self, *, threads: int = 1) -> None:
        self._network = FaceNetwork(threads=threads)

    def identity(self) -> EngineId:
        return self._network.identity()

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Marks of kind FACE (rules face, portrait, ghost, photo-area) and FINGERPRINT, in that order."""
        pixels, page = scene.page.pixels, scene.page.ref.index
        identity = identity_document(scene.lines) is not None
        prints = find_fingerprints(pixels, scene.pictures)
        # The page as a whole is looked over again; a picture of which nothing has changed would give what it gave.
        fresh = [
            p for p in scene.pictures if scene.changed is None or any(place_of(p, pixels).overlaps(c) for c in scene.changed)
        ]
        seen = search(self._network, pixels, scene.lines, fresh, thorough=identity)
        found = [f for f in seen if f.score >= SURE or not any(_inside(f.quad, p) for p in prints)]
        faint = [f for f in seen if f.score < SURE and any(_inside(f.quad, p) for p in prints)]
        pictures = scene.pictures
        known = any(m.detector == DETECTOR and m.score >= SURE for m in scene.earlier)  # the portrait, covered since
        if identity and not known and not any(f.score >= SURE for f in found):
            # Large dots of a copy are no tone yet where pictures are sought: seek them again where the dots have run together.
            soft = softened(pixels, scene.lines)
            pictures = distinct_boxes([*pictures, *find_pictures(soft, scene.lines)])
            found = distinct([*found, *search(self._network, soft, scene.lines, pictures, thorough=True)])
        level = direction_of(scene.lines)
        marks: list[Mark] = []

        def add(quad: Quad, score: float, rule: str, kind: Kind = Kind.FACE, inside: tuple[Kind, ...] = ()) -> None:
            marks.append(
                Mark(page=page, kind=kind, quad=quad, score=min(1.0, score), detector=DETECTOR, rule=rule, inside=inside)
            )

        largest = max((f.quad.height for f in found), default=0.0)
        for face in found:
            quad, rule = portrait_of(pixels, face, pictures, level)
            add(quad, face.score, "ghost" if identity and face.quad.height < SMALLER * largest else rule)
        if identity:
            for copy in _copies(scene, found, marks):
                add(head_of(copy.quad), copy.score, "ghost")
            for area in photo_areas(pixels, scene.lines, pictures, level):
                if not any(hull([m.quad]).contains(area) for m in marks) and area not in prints:
                    add(area.quad(), BY_FORM, "photo-area")
        for area in prints:
            # What may be a face in it is covered as one, also by a recipe that leaves fingerprints.
            within = [f.quad for f in faint if _inside(f.quad, area)]
            add(hull([area.quad(), *within]).quad(), BY_FORM, "fingerprint", Kind.FINGERPRINT, (Kind.FACE,) if within else ())
        return tuple(marks)


def softened(pixels: Pixels, lines: Sequence[TextLine]) -> Pixels:
    """The page with dots up to a third of its text's height run together into tone."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(1.5, SOFT * words_height(lines, otherwise=12.5))), np.uint8)


def distinct_boxes(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Boxes without those that nearly are an earlier one."""
    kept: list[Box] = []
    for box in boxes:
        if not any(box.intersect(k).area > 0.7 * max(box.area, k.area) for k in kept if box.overlaps(k)):
            kept.append(box)
    return tuple(kept)


def _inside(quad: Quad, box: Box) -> bool:
    x, y = quad.centre
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1


def _copies(scene: Scene, found: list[Face], marks: list[Mark]) -> list[Face]:
    """Pale copies of the clearest portrait that the network did not see itself."""
    if not found:
        return []
    covered = [hull([m.quad]) for m in marks]
    copies = ghosts_of(scene.page.pixels, scene.lines, found[0])
    return [c for c in distinct(copies) if not any(b.contains(hull([head_of(c.quad)])) for b in covered)]


DETECTORS.register(
    DETECTOR,
    Registration(
        kinds=frozenset({Kind.FACE, Kind.FINGERPRINT}), load=lambda threads: FaceDetector(threads=threads), switch="faces"
    ),
    order=10,
)
