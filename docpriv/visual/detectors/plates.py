"""Licence plates and container numbers in photographs: text of such a form in a scene; refuses photographed documents.

A photograph of a car park holds little text, one of a receipt or a product much: only in the first is a line with the form
of a plate one. Letters and digits that readers confuse count as either.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from importlib import metadata

from docpriv import locales
from docpriv.geometry import Box, Quad, hull
from docpriv.model import EngineId, Kind, Mark, TextLine
from docpriv.protocols import Scene
from docpriv.text.alike import IN_CAPITALS
from docpriv.visual.detectors import DETECTORS, Registration

DETECTOR = "plates"
LEAST_SCORE = 0.5  # of a line: worse ones have any form
SHORTEST, LONGEST = 5, 10  # letters and digits of a plate
ASPECT = (1.6, 9.0)  # width to height of a plate's text on one line
MOST_LINES = 14  # lines of a photograph: more are a document
MOST_TEXT = 0.2  # share of a photograph under text
INSIDE = 0.8  # share of a line that lies in the photograph
_AS_LETTER, _AS_DIGIT = "A-Z0158", rf"\d{IN_CAPITALS}"  # what a letter, and what a digit, may be read as
_GROUP = re.compile(r"([LD])(\d)(?:-(\d))?")
_CONTAINER = re.compile(r"([A-Z]{3}[UJZ])(\d{6})(\d)")


class PlateDetector:
    """Lines of photographs with the form of a plate; keeps nothing between pages."""

    detector = DETECTOR

    def __init__(self) -> None:
        self._forms, self._others = _forms()

    def identity(self) -> EngineId:
        """The package's own rules."""
        return EngineId(name="plates", version=metadata.version("docpriv"))

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Marks of kind LICENCE_PLATE and, for container numbers, VEHICLE_ID, top to bottom."""
        marks: list[Mark] = []
        for picture in scene.pictures:
            lines = [line for line in scene.lines if _share_in(line.quad, picture) >= INSIDE and len(line.text.strip()) > 1]
            if not lines or len(_apart(lines)) > MOST_LINES or _text_share(lines, picture) > MOST_TEXT:
                continue
            for text, score, quad in [*_singles(lines), *_stacked(lines)]:
                kind, rule = self._kind(text)
                if kind is None or any(m.kind is kind and _share_in(quad, hull([m.quad])) > 0.6 for m in marks):
                    continue
                marks.append(
                    Mark(
                        page=scene.page.ref.index,
                        kind=kind,
                        score=min(0.9, score),
                        detector=DETECTOR,
                        rule=rule,
                        quad=quad.pad(0.2 * quad.height, 0.15 * quad.height),
                    )
                )
        return tuple(sorted(marks, key=lambda m: (m.quad.centre[1], m.quad.centre[0])))

    def _kind(self, text: str) -> tuple[Kind | None, str]:
        plain = re.sub(r"[\s\-.·•:*_|/]", "", text.upper())
        container = _CONTAINER.fullmatch(plain)
        if container is not None and container_digit(container[1] + container[2]) == int(container[3]):
            return Kind.VEHICLE_ID, "container-number"
        if not SHORTEST <= len(plain) <= LONGEST or not plain.isascii():
            return None, ""
        digits = sum(c.isdigit() for c in plain)
        if digits < 2 or digits == len(plain) or any(plain.startswith(o) for o in self._others):
            return None, ""
        if any(form.fullmatch(plain) for form in self._forms):
            return Kind.LICENCE_PLATE, "plate-form"
        return None, ""


def container_digit(text: str) -> int:
    """Check digit of a freight container's four letters and six digits, ISO 6346: letters count from 10, multiples of 11 left
    out, places weigh powers of two."""
    values = {chr(65 + i): v for i, v in enumerate([n for n in range(10, 39) if n % 11][:26])}
    total: int = sum((int(c) if c.isdigit() else values[c]) << i for i, c in enumerate(text))
    return total % 11 % 10


@functools.cache
def _forms() -> tuple[tuple[re.Pattern[str], ...], tuple[str, ...]]:
    """The forms of all countries, and beginnings of what only looks like one."""
    made = {_regex(groups) for country in locales.countries().values() for groups in country.plate_groups}
    return tuple(re.compile(m) for m in sorted(made)), locales.common().no_plates


def _regex(form: str) -> str:
    parts = []
    for kind, least, most in _GROUP.findall(form):
        parts.append(f"[{_AS_LETTER if kind == 'L' else _AS_DIGIT}]{{{least},{most or least}}}")
    return "".join(parts)


def _singles(lines: Sequence[TextLine]) -> list[tuple[str, float, Quad]]:
    return [
        (line.text, line.score, line.quad)
        for line in lines
        if line.score >= LEAST_SCORE and ASPECT[0] <= line.quad.width / max(1.0, line.quad.height) <= ASPECT[1]
    ]


def _stacked(lines: Sequence[TextLine]) -> list[tuple[str, float, Quad]]:
    """Two lines close below each other and as wide: plates of motorcycles and square ones."""
    found = []
    good = [line for line in lines if line.score >= LEAST_SCORE and len(line.text.strip()) <= 5]
    for top in good:
        for low in good:
            gap = low.quad.centre[1] - top.quad.centre[1]
            tall = min(top.quad.height, low.quad.height)
            ax0, _, ax1, _ = top.quad.bounds()
            bx0, _, bx1, _ = low.quad.bounds()
            beside = min(ax1, bx1) - max(ax0, bx0) > 0.6 * min(ax1 - ax0, bx1 - bx0)
            if 0.8 * tall < gap < 1.8 * tall and beside and max(top.quad.height, low.quad.height) < 1.5 * tall:
                found.append((top.text + low.text, min(top.score, low.score), hull([top.quad, low.quad]).quad()))
    return found


def _apart(lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines of several readings once."""
    kept: list[TextLine] = []
    boxes: list[Box] = []
    for line in lines:
        own = hull([line.quad])
        if not any(_share_of(own, box) > 0.6 for box in boxes):
            kept.append(line)
            boxes.append(own)
    return kept


def _text_share(lines: Sequence[TextLine], picture: Box) -> float:
    area = sum(hull([line.quad]).intersect(picture).area for line in _apart(lines))
    return area / max(1, picture.area)


def _share_in(quad: Quad, box: Box) -> float:
    return _share_of(hull([quad]), box)


def _share_of(own: Box, box: Box) -> float:
    both = own.intersect(box)
    return both.area / max(1, own.area) if not both.empty else 0.0


DETECTORS.register(
    DETECTOR,
    Registration(kinds=frozenset({Kind.LICENCE_PLATE, Kind.VEHICLE_ID}), load=lambda _: PlateDetector(), switch="plates"),
    order=30,
)
