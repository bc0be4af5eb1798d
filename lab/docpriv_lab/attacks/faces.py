"""Recognises covered faces in a gallery whose pictures the attacker covers in the same way; it names nobody.

The worst case is a gallery that holds the very picture that was covered; the other case is another picture of the
person. The attacker sees what lies within the covered area, put on a sheet of its own, so that a recognised background
does not pass for a recognised face, and takes whichever matcher serves him best.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np

from docpriv_lab.attacks.chance import Rate
from docpriv_lab.attacks.matching import Likeness, likenesses
from docpriv_lab.attacks.painting import Finder, Paint, Painter, Picture, Rect
from docpriv_lab.pages.heads import HEIGHT, WIDTH, draw_head, picture_of

ROOM = 48
"""Pixels of paper around a portrait."""
PAPER = 236
LOOKED_AT = 10
"""Pictures that the detector looks at, before and after."""
PROBES = 60
"""At most so many pictures are tried: one person's second picture after the other's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Portraits of one size by person; who they are is not kept. `drawn`: nobody's faces. `detected`: persons (by index)
    whose first picture shows a face to a detector."""

    pictures: tuple[tuple[Picture, ...], ...] = field(repr=False)
    drawn: bool
    detected: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceResult:
    """How one style stood. `same`, `other`: first places in the gallery, for the covered picture itself and for another of
    the person (None where there is none), by the best matcher. `found`: faces that a detector found before, and of these
    still finds; None where it found none."""

    style: str
    promise: str
    refused: bool
    same: Rate
    same_by: str
    other: Rate | None
    other_by: str
    found: Rate | None
    pictures: int

    @property
    def holds(self) -> bool:
        """Nobody was recognised more often than by guessing."""
        return not self.same.above_chance and (self.other is None or not self.other.above_chance)

    @property
    def p_value(self) -> float:
        """How often guessing recognises as many, of the two cases the rarer."""
        return min(rate.p_value for rate in (self.same, self.other) if rate is not None)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "style": self.style,
            "promise": self.promise,
            "refused": self.refused,
            "same_picture": self.same.as_dict() | {"matcher": self.same_by},
            "other_picture": None if self.other is None else self.other.as_dict() | {"matcher": self.other_by},
            "still_detected": None if self.found is None else {"hits": self.found.hits, "count": self.found.count},
            "different_pictures": self.pictures,
            "holds": self.holds,
        }


def drawn_people(count: int = 40, *, seed: int = 0) -> People:
    """Two pictures of each of `count` invented persons."""
    people = []
    for number in range(count):
        rng = random.Random(f"head {seed} {number}")
        head = draw_head(rng)
        people.append((picture_of(head, rng), picture_of(head, rng)))
    return People(pictures=tuple(people), drawn=True)


def attack_faces(painter: Painter, people: People, *, seed: int = 0, finder: Finder | None = None) -> FaceResult:
    """Cover faces and recognise them. Raises ValueError for fewer than two persons."""
    if len(people.pictures) < 2:
        raise ValueError("a gallery has at least two persons")
    gallery = [own[0] for own in people.pictures]
    covered = [_covered(painter.paint, picture)[0] for picture in gallery]
    known = covered if painter.expected is None else [_covered(painter.expected, picture)[0] for picture in gallery]
    same, same_by = _recognised(covered[:PROBES], range(len(gallery))[:PROBES], known, seed)
    second = [
        (owner, own[turn])
        for turn in range(1, max(map(len, people.pictures)))
        for owner, own in enumerate(people.pictures)
        if turn < len(own)
    ][:PROBES]
    other, other_by = None, ""
    if second:
        other, other_by = _recognised([_covered(painter.paint, p)[0] for _, p in second], [o for o, _ in second], known, seed)
    return FaceResult(
        style=painter.name,
        promise=painter.promise,
        refused=painter.refused,
        same=same,
        same_by=same_by,
        other=other,
        other_by=other_by,
        found=_detected(painter.paint, people, finder),
        pictures=len({picture.tobytes() for picture in covered}),
    )


def on_paper(picture: Picture) -> tuple[Picture, Rect]:
    """A page with nothing but the portrait on it, and where that is."""
    height, width = picture.shape[:2]
    page = np.full((height + 2 * ROOM, width + 2 * ROOM, 3), PAPER, np.uint8)
    area = (ROOM, ROOM, ROOM + width, ROOM + height)
    page[ROOM : ROOM + height, ROOM : ROOM + width] = picture
    return page, area


def portrait(picture: Picture, area: Rect) -> Picture:
    """What lies in the area, at the size of a portrait on a card."""
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(0, area[0]), max(0, area[1]), min(width, area[2]), min(height, area[3])
    part = picture[y0:y1, x0:x1]
    way = cv2.INTER_AREA if part.shape[1] > WIDTH else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=way), np.uint8)


def _covered(paint: Paint, picture: Picture) -> tuple[Picture, Picture]:
    """What is seen of the covered portrait, and the whole page."""
    page, (x0, y0, x1, y1) = on_paper(picture)
    done = paint(page, (x0, y0, x1, y1), "")
    return np.ascontiguousarray(done[y0:y1, x0:x1]), done


def _recognised(probes: Sequence[Picture], owners: Sequence[int], gallery: Sequence[Picture], seed: int) -> tuple[Rate, str]:
    """The best matcher's first places, and its name; the rate remembers that it is the best of several."""
    hits = {name: _first_places(likeness, owners, seed) for name, likeness in likenesses(probes, gallery).items()}
    best = max(hits, key=lambda name: hits[name])
    return Rate(hits=hits[best], count=len(probes), chance=1 / len(gallery), tries=len(hits)), best


def _first_places(likeness: Likeness, owners: Sequence[int], seed: int) -> int:
    """Probes whose owner comes first; among equals the lot decides."""
    lots = np.random.default_rng((seed, 4)).random(likeness.shape)
    top = likeness >= likeness.max(axis=1, keepdims=True) - 1e-9
    return int((np.where(top, lots, -1.0).argmax(axis=1) == np.asarray(owners)).sum())


def _detected(paint: Paint, people: People, finder: Finder | None) -> Rate | None:
    if finder is None or not people.detected:
        return None
    found = [people.pictures[owner][0] for owner in people.detected]
    still = sum(sees(finder, _covered(paint, picture)[1], on_paper(picture)[1]) for picture in found)
    return Rate(hits=still, count=len(found), chance=0.0)


def looked_at(people: People, finder: Finder) -> People:
    """The same people, with those noted whom the detector sees before they are covered."""
    seen = tuple(owner for owner, own in enumerate(people.pictures[:LOOKED_AT]) if sees(finder, *on_paper(own[0])))
    return replace(people, detected=seen)


def sees(finder: Finder, page: Picture, area: Rect) -> bool:
    """Whether a face is found whose middle lies in the area."""
    return any(area[0] <= (x0 + x1) / 2 < area[2] and area[1] <= (y0 + y1) / 2 < area[3] for x0, y0, x1, y1 in finder(page))
