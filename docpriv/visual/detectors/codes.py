"""Barcodes and 2D codes, decoded or not, covered whole with the number printed at their bars.

What zxing-cpp decodes is a code of a known kind, and its content goes to the finder. What only looks like one (a better
reader may read it) is covered as "code:undecoded".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import cv2
import numpy as np
import zxingcpp

from docpriv.errors import EngineError
from docpriv.geometry import Quad, cover
from docpriv.model import EngineId, Kind, Mark, TextLine
from docpriv.protocols import Scene
from docpriv.raster import Plane as Grey
from docpriv.raster import darkest, grey_of
from docpriv.visual.code_areas import CodeArea, find_code_areas, holds
from docpriv.visual.code_shapes import whole_bars, whole_stack
from docpriv.visual.detectors import DETECTORS, Registration
from docpriv.visual.dot_codes import find_dot_codes

DETECTOR = "codes"
UNDECODED = "code:undecoded"
SMALL = 1500  # pixels: pages with a shorter longer side are read at twice their size as well
HUGE = 3600  # pixels: pages with a longer one are read smaller
CROP = 900  # pixels: areas up to this size are read again at twice their size
FINE = 240  # pixels: smaller doubtful areas are looked at larger
QUIET, QUIET_SHARE = 12, 0.12  # pixels around an area that are read with it, and the share of its longer side besides
LEAST_STACK = 40  # pixels: narrower frames of stacked bars are not believed
MOST_PAYLOAD = 8192  # characters: the largest QR code holds 4296
KEPT = "\n\r\t\x1d\x1e"  # signs that part the fields of a content, group and record separator among them
LINEAR = re.compile(r"(?:codabar|code-|ean-|itf|upc|pzn|isbn|telepen|data-bar|dx-)")

_WAYS: tuple[tuple[float, dict[str, Any]], ...] = (  # how an area is read until it is read
    (2.0, {}),
    (1.0, {}),
    (2.0, {"binarizer": zxingcpp.Binarizer.GlobalHistogram}),
    (3.0, {}),
)
_NAME_BREAK = re.compile(r"(?<=Code)(?=\d)|(?<=EAN)(?=\d)|(?<=ITF)(?=\d)|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    name: str
    quad: Quad
    payload: str
    linear: bool
    broken: bool = False  # its frame was found, its content is damaged


class CodeDetector:
    """zxing-cpp over the page and over what looks like a code on it; keeps nothing between pages."""

    detector = DETECTOR

    def identity(self) -> EngineId:
        """The version of zxing-cpp: the search for undecoded codes is part of this package."""
        return EngineId(name="zxing-cpp", version=metadata.version("zxing-cpp"))

    def see(self, scene: Scene) -> tuple[Mark, ...]:
        """Codes of a page, top to bottom; EngineError, without content, where the decoder fails."""
        grey = grey_of(scene.page.pixels)
        areas = (*find_code_areas(grey, scene.lines), *find_dot_codes(darkest(scene.page.pixels), scene.lines))
        try:
            found = _decoded(grey, areas)
        except Exception as failure:
            raise EngineError(f"the code reader failed ({type(failure).__name__})") from None
        page = scene.page.ref.index
        reads, broken = [r for r in found if not r.broken], [r for r in found if r.broken]
        marks = [_mark(page, f"code:{r.name}", _whole(grey, r, areas), scene.lines, r) for r in reads]
        for area in _undecoded(grey, areas, broken):
            if not any(holds(mark.quad, area.quad) for mark in marks) and not _holds_little_else(area.quad, marks):
                marks.append(_mark(page, UNDECODED, area.quad, scene.lines, None, bars=area.form == "bars"))
        return tuple(sorted(marks, key=lambda m: (m.quad.centre[1], m.quad.centre[0], m.rule)))


def _decoded(grey: Grey, areas: Sequence[CodeArea]) -> list[_Read]:
    """Everything that zxing-cpp reads, and frames of codes whose content is damaged: on the page, on a smaller or larger
    one, and on each area that was not read."""
    longest = max(grey.shape)
    found: list[_Read] = []
    for scale in (1.0, 2.0) if longest <= SMALL else (1.0,) if longest <= HUGE else (HUGE / 2 / longest,):
        _add(found, _reads(_scaled(grey, scale), scale))
    for area in areas:
        if any(holds(read.quad, area.quad, 0.3) or holds(area.quad, read.quad) for read in found if not read.broken):
            continue
        x0, y0, x1, y1 = area.quad.bounds()
        place = cover(area.quad, grey.shape[1], grey.shape[0], pad=QUIET + QUIET_SHARE * max(x1 - x0, y1 - y0))
        crop = grey[place.slices]
        for scale, how in _WAYS if area.sure else _WAYS[:1] if max(crop.shape) <= FINE else _WAYS[1:2]:
            if max(crop.shape) * scale > 3 * CROP:
                continue
            reads = _reads(_scaled(crop, scale), scale, (place.x0, place.y0), **how)
            _add(found, reads)
            if any(not read.broken for read in reads):
                break
    return found


def _undecoded(grey: Grey, areas: Sequence[CodeArea], broken: Sequence[_Read]) -> list[CodeArea]:
    """Areas that are codes for sure, those in which a broken frame was found, and stacks of bars by their frame alone."""
    kept = [a for a in areas if a.sure]
    kept += [a for a in areas if not a.sure and any(_alike(a.quad, r.quad) for r in broken)]
    for read in broken:
        if read.name == "pdf417" and read.quad.width >= LEAST_STACK and read.quad.height >= 8:
            quad = whole_stack(grey, read.quad)
            same = [a for a in kept if holds(quad, a.quad, 0.5) or holds(a.quad, quad, 0.5)]
            whole = CodeArea(quad=_joined([quad, *(a.quad for a in same)]), form="modules")
            kept = [whole, *(a for a in kept if a not in same)]
    return [a for i, a in enumerate(kept) if not any(holds(b.quad, a.quad) for b in kept[:i])]


def _scaled(grey: Grey, scale: float) -> Grey:
    if scale == 1:
        return np.ascontiguousarray(grey)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled: Grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    return scaled


def _reads(grey: Grey, scale: float, offset: tuple[int, int] = (0, 0), **how: Any) -> list[_Read]:
    # Plain: the form for people writes the separators of licences and labels as words, so that nothing parts their fields.
    codes = zxingcpp.read_barcodes(grey, return_errors=True, text_mode=zxingcpp.TextMode.Plain, **how)
    parted: dict[bytes, str] = {}
    if any(code.content_type == zxingcpp.ContentType.GS1 for code in codes):  # here that form alone parts them
        parted = {
            bytes(code.bytes): str(code.text)
            for code in zxingcpp.read_barcodes(grey, **how)
            if code.content_type == zxingcpp.ContentType.GS1
        }
    reads = []
    for code in codes:
        p, name = code.position, format_name(code.format)
        corners = ((c.x, c.y) for c in (p.top_left, p.top_right, p.bottom_right, p.bottom_left))
        quad = Quad(*((x / scale + offset[0], y / scale + offset[1]) for x, y in corners))
        linear = LINEAR.match(name) is not None
        broken = code.error is not None
        if broken and (linear or not cv2.isContourConvex(quad.array().astype(np.float32)) or min(quad.width, quad.height) < 8):
            continue
        content = "" if broken else parted.get(bytes(code.bytes), "")[:MOST_PAYLOAD] or _payload(code)
        reads.append(_Read(name=name, quad=quad, payload=content, linear=linear, broken=broken))
    return reads


def format_name(code_format: Any) -> str:
    """A format of zxing-cpp in kebab-case: code-128, qr-code, pdf417."""
    parted = _NAME_BREAK.sub("-", code_format.name)
    return re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-")


def _payload(code: Any) -> str:
    """The content as text, its fields parted: bytes that are none become Latin-1, so that names and numbers can be found."""
    try:
        text = str(code.text)
    except (UnicodeDecodeError, ValueError):
        text = ""
    if not text or "\ufffd" in text:
        text = bytes(code.bytes).decode("latin-1")
    return "".join(c if c.isprintable() or c in KEPT else " " for c in text)[:MOST_PAYLOAD]


def _add(found: list[_Read], more: Sequence[_Read]) -> None:
    """Reads that were not there: the same content at the same place is the same code."""
    for read in more:
        if not any(
            holds(old.quad, read.quad, 0.3) or holds(read.quad, old.quad, 0.3) for old in found if old.broken == read.broken
        ):
            found.append(read)


def _whole(grey: Grey, read: _Read, areas: Sequence[CodeArea]) -> Quad:
    """All of a code that was read: bars to their ends, and the area in which it was seen.

    The grid of a square code is known to its corners once it is read. Bars are read along level lines, however they lean:
    an area that is as wide knows their ends better.
    """
    if not read.linear and read.name != "pdf417":
        return read.quad
    quad = whole_bars(grey, read.quad) if read.linear else whole_stack(grey, read.quad)
    same = [a.quad for a in areas if a.sure and (holds(a.quad, quad, 0.5) or holds(quad, a.quad, 0.5))]
    for area in same:
        if holds(area, read.quad, 0.6) and area.width >= 0.97 * read.quad.width:
            return area
    return _joined([quad, *same])


def _holds_little_else(quad: Quad, marks: Sequence[Mark]) -> bool:
    """Whether an area is little more than codes that were read."""
    inside = [m for m in marks if m.rule != UNDECODED and holds(quad, m.quad, 0.8)]
    return sum(m.quad.width * m.quad.height for m in inside) > 0.6 * quad.width * quad.height


def _alike(one: Quad, two: Quad) -> bool:
    return holds(one, two, 0.7) and holds(two, one, 0.6)


def _mark(page: int, rule: str, quad: Quad, lines: Sequence[TextLine], read: _Read | None, bars: bool = False) -> Mark:
    margin = max(2.0, 0.015 * max(quad.width, quad.height))
    whole = quad.pad(margin, margin)
    if bars or (read is not None and read.linear):
        whole = _joined([whole, *_printed_digits(quad, lines)])
    return Mark(
        page=page,
        kind=Kind.CODE,
        quad=whole,
        score=0.99 if read is not None else 0.7,
        detector=DETECTOR,
        rule=rule,
        payload=read.payload if read is not None else None,
    )


def _printed_digits(quad: Quad, lines: Sequence[TextLine]) -> list[Quad]:
    """Lines that stand directly at the bars and spell a number: the same as the bars do."""
    right = np.asarray(quad.b, np.float64) - quad.a
    down = np.asarray(quad.d, np.float64) - quad.a
    wide, high = float(np.hypot(*right)), float(np.hypot(*down))
    if wide < 1 or high < 1:
        return []
    above: list[Quad] = []
    below: list[Quad] = []
    for line in lines:
        signs = [c for c in line.text if not c.isspace()]
        if len(signs) < 3 or sum(c.isdigit() or c.isupper() or c in "*-()<>" for c in signs) < 0.8 * len(signs):
            continue
        if not any(c.isdigit() for c in signs):
            continue
        at = line.quad.array() - quad.a
        x, y = at @ right / wide, at @ down / high
        inside = min(float(x.max()), wide) - max(float(x.min()), 0.0)
        gap = max(float(y.min()) - high, -float(y.max()))
        if inside >= 0.6 * (float(x.max()) - float(x.min())) and gap <= 0.9 * line.quad.height and line.quad.height <= 0.8 * high:
            beside = above if float(y.mean()) < high / 2 else below
            beside.append(line.quad.pad(0.2 * line.quad.height, 0.1 * line.quad.height))
    return below or above  # a number is printed once; what else stands there is no part of the code


def _joined(quads: Sequence[Quad]) -> Quad:
    """The smallest quad along the first one that holds all."""
    first = quads[0]
    if len(quads) == 1:
        return first
    angle = math.radians(first.angle)
    turn = np.asarray([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]], np.float64)
    at = np.concatenate([q.array() for q in quads]) @ turn.T
    (x0, y0), (x1, y1) = at.min(axis=0), at.max(axis=0)
    return Quad.of(np.asarray([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64) @ turn)


DETECTORS.register(DETECTOR, Registration(kinds=frozenset({Kind.CODE}), load=lambda _: CodeDetector(), switch="codes"), order=20)
