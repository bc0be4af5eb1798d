"""Judges a dense area, turned upright: bars, modules or neither."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad
from docpriv.raster import Plane as Grey
from docpriv.raster import fill, runs
from docpriv.visual.code_forms import Features, Form, classify

Line = npt.NDArray[np.float32]

MARGIN = 12  # pixels around the area that are looked at with it,
AROUND = 0.4  # or this share of its shorter side
TORN = 0.5  # of an area's side: how far the rest of it may stand off
MOST = 640  # pixels of the longer side of a patch
BARS = 400  # the same of bars, when their ends are sought
ALIKE = 0.55  # correlation of a row with the bars from which it belongs to them,
ALIKE_THIRD = 0.75  # and that of a third of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Upright:
    """A part of a page turned upright: `dark` float32 0..1, `box` in it, `back` (2, 3) leads to the page."""

    patch: Grey
    dark: Line
    box: Box
    back: npt.NDArray[np.float64]

    def quad(self) -> Quad:
        """The box and a pixel around it, in the page's frame."""
        return Quad.of(self.box.grow(1).quad().array() @ self.back[:, :2].T + self.back[:, 2])


def upright(grey: Grey, outline: Line, angle: float) -> Upright | None:
    """Turn the area of a u8 page that `outline` (N, 2) holds by `angle` degrees, and by a little more where its edges then
    stand better in rows and columns; None where it is too small."""
    patch, to_patch, box = _turn(grey, outline, angle + _better(grey, outline, angle), MOST, None)
    dark = _dark(patch, patch[box.slices])
    box = _settled(dark, box)
    if min(box.width, box.height) < 8:
        return None
    return Upright(patch=patch, dark=dark, box=box, back=cv2.invertAffineTransform(to_patch))


def _turn(grey: Grey, outline: Line, angle: float, most: int, room: int | None) -> tuple[Grey, npt.NDArray[np.float64], Box]:
    """The patch with `room` pixels around (None: as much as is looked at), the map to it, and the outline's box in it."""
    turn = cv2.getRotationMatrix2D((0.0, 0.0), angle, 1.0)
    turned = outline @ turn[:, :2].T
    (left, top), (right, low) = turned.min(axis=0), turned.max(axis=0)
    scale = min(1.0, most / max(right - left, low - top, 1))
    margin = max(MARGIN, round(AROUND * scale * min(right - left, low - top))) if room is None else room
    turn[:, :2] *= scale
    turn[:, 2] = (margin - left * scale, margin - top * scale)
    w, h = math.ceil((right - left) * scale), math.ceil((low - top) * scale)
    source = grey
    if scale < 0.6:  # sampling so coarsely would skip pixels
        (x0, y0), (x1, y1) = outline.min(axis=0) - margin / scale, outline.max(axis=0) + margin / scale
        box = Box(int(x0), int(y0), math.ceil(x1) + 1, math.ceil(y1) + 1).clip(grey.shape[1], grey.shape[0])
        size = (max(1, round(box.width * scale)), max(1, round(box.height * scale)))
        source = cv2.resize(grey[box.slices], size, interpolation=cv2.INTER_AREA)
        small = np.asarray([[box.width / size[0], 0, box.x0], [0, box.height / size[1], box.y0], [0, 0, 1]], np.float64)
        matrix = (np.vstack([turn, [0, 0, 1]]) @ small)[:2]
    else:
        matrix = turn
    patch = cv2.warpAffine(
        source, matrix, (w + 2 * margin, h + 2 * margin), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return patch, turn, Box(margin, margin, margin + w, margin + h)


def _better(grey: Grey, outline: Line, angle: float) -> float:
    """Degrees by which the area must be turned further for its edges to fall together in rows and columns."""
    patch, _, box = _turn(grey, outline, angle, 160, 6)
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    size = (patch.shape[1], patch.shape[0])

    def sharp(turn: float) -> float:
        turned = cv2.warpAffine(patch, cv2.getRotationMatrix2D(middle, turn, 1.0), size, borderMode=cv2.BORDER_REPLICATE)
        inner = turned[box.slices].astype(np.float32)
        down, across = np.diff(inner.mean(axis=1)), np.diff(inner.mean(axis=0))
        return float((down * down).sum() + (across * across).sum())

    best = max((-6.0, -4.5, -3.0, -1.5, 0.0, 1.5, 3.0, 4.5, 6.0), key=sharp)
    return max((best - 0.8, best - 0.4, best, best + 0.4, best + 0.8), key=sharp)


def judge(grey: Grey, outline: Line, angle: float) -> tuple[Form | None, Quad, Features] | None:
    """What an area of a u8 page is (None: neither bars nor modules), the quad of its ink in the page's frame, a to b across the
    bars, and its measures; `outline` (N, 2) holds it, `angle` degrees turn its edges level. None where it is too small."""
    area = upright(grey, outline, angle)
    if area is None:
        return None
    features = measure(area)
    form = classify(features)
    if form is None:
        for part in _parts(area):
            seen = measure(part)
            if classify(seen) is not None:
                area, features, form = part, seen, classify(seen)
                break
    quad = (_with_torn(area) if form == "modules" else area).quad()
    if form == "bars":
        if _plain_coherence(grey, quad) < (0.55 if features.lying else 0.4):  # lines of text are bars when they are small
            return None, quad, features
        if features.lying:
            quad = Quad(quad.b, quad.c, quad.d, quad.a)
        quad = whole_bars(grey, quad)
    elif form == "modules" and features.fenced and features.coherence >= 0.33 and not features.lying:
        quad = whole_stack(grey, quad)
    return form, quad, features


def _dark(patch: Grey, sample: Grey | None = None) -> Line:
    """How dark each pixel is between the patch's own paper and ink (those of `sample`), float32 0..1; a stroke across a
    pale code is not its ink."""
    sample = patch if sample is None else sample
    level, _ = cv2.threshold(np.ascontiguousarray(sample), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    deep, light = sample[sample <= level], sample[sample > level]
    ink = float(np.percentile(deep, 30)) if deep.size else 0.0
    paper = float(np.percentile(light, 70)) if light.size else 255.0
    dark: Line = np.clip((paper - patch.astype(np.float32)) / max(20.0, paper - ink), 0, 1).astype(np.float32)
    return dark


def _settled(dark: Line, box: Box) -> Box:
    """The box without white rows and columns at its ends, and with those beside it that hold ink."""
    height, width = dark.shape
    for _ in range(2):
        columns, rows = dark[box.y0 : box.y1].mean(axis=0), dark[:, box.x0 : box.x1].mean(axis=1)
        (x0, x1), (y0, y1) = _ends(columns, box.x0, box.x1, width), _ends(rows, box.y0, box.y1, height)
        box = Box(x0, y0, x1, y1)
        if min(x1 - x0, y1 - y0) < 8:
            break
    return box


def _ends(profile: Line, first: int, end: int, limit: int) -> tuple[int, int]:
    while first < end and profile[first] < 0.12:
        first += 1
    while end > first and profile[end - 1] < 0.12:
        end -= 1
    least, most = max(0, first - MARGIN), min(limit, end + MARGIN)
    while first > least and profile[first - 1] > 0.2:
        first -= 1
    while end < most and profile[end] > 0.2:
        end += 1
    return first, end


def measure(area: Upright) -> Features:
    """Measures of an upright area; bars may stand or lie."""
    box = area.box
    patch, dark = area.patch[box.slices], area.dark[box.slices]
    gx, gy = (cv2.Sobel(patch, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    standing, lying = float((gx * gx).mean()), float((gy * gy).mean())
    coherence = (standing - lying) / (standing + lying + 1e-6)
    bars = dark if coherence >= 0 else dark.T
    bands = _bands(bars)
    middle = np.median(bands, axis=0).astype(np.float32)
    edges, spread = _runs(middle)
    span = float(np.subtract(*np.percentile(patch, (97, 3))))
    pitch_x, comb_x = _comb(np.abs(gx).mean(axis=0))
    pitch_y, comb_y = _comb(np.abs(gy).mean(axis=1))
    ring = area.dark.copy()
    ring[box.grow(1).clip(*ring.shape[::-1]).slices] = np.nan
    around = ring[box.grow(5).clip(*ring.shape[::-1]).slices]
    return Features(
        coherence=abs(coherence),
        lying=coherence < 0,
        rows=_least(dark.mean(axis=1), dark.shape[0] / dark.shape[1]),
        columns=_least(dark.mean(axis=0), dark.shape[1] / dark.shape[0]),
        level=float(np.median(_likeness(bands, middle))),
        edges=edges,
        spread=spread,
        dark=float(dark.mean()),
        steps=float((np.abs(gx) + np.abs(gy)).mean()) / 8 / max(20.0, span),
        across=_changes(dark),
        down=_changes(dark.T),
        comb_x=comb_x,
        comb_y=comb_y,
        pitch_x=pitch_x,
        pitch_y=pitch_y,
        quiet=float(np.nanmean(around)) if np.isfinite(around).any() else 0.0,
        fenced=_fenced(bands),
        width=dark.shape[1],
        height=dark.shape[0],
    )


def _bands(bars: Line) -> Line:
    """Mean of each of up to eight bands across the bars."""
    return np.stack([b.mean(axis=0) for b in np.array_split(bars, max(2, min(8, bars.shape[0] // 3)))])


def _least(profile: Line, aspect: float) -> float:
    """A low value away from the ends (where PDF417 has white columns): one scratch is no white row, a gap of text is."""
    off = len(profile) // (5 if aspect > 1.7 else 12)
    return float(np.percentile(profile[off : len(profile) - off], 8))


def _fenced(bands: Line) -> bool:
    """Whether bars stand at both ends, over the whole height at one: PDF417; `bands` (N, W) of dark."""
    full = (bands > 0.5).mean(axis=0)
    end = max(6, bands.shape[1] // 6)
    first, last = np.sort(full[:end])[-2], np.sort(full[-end:])[-2]
    return bool(max(first, last) > 0.85 and min(first, last) >= 0.5)


def _changes(dark: Line) -> float:
    """Changes between dark and light a row."""
    fine = cv2.GaussianBlur(dark, (3, 3), 0) > 0.5
    return float((fine[:, 1:] != fine[:, :-1]).sum(axis=1).mean())


def _comb(profile: Line) -> tuple[float, float]:
    """Period in pixels of the raster in which edges stand, and how much of their variation it explains."""
    if len(profile) < 16:
        return 0.0, 0.0
    flat = profile - cv2.blur(profile[None].astype(np.float32), (15, 1))[0]
    power = np.abs(np.fft.rfft(flat * np.hanning(len(flat)), 4 * len(flat))) ** 2
    period = 4 * len(flat) / np.maximum(1, np.arange(len(power)))
    usable = (period >= 1.9) & (period <= len(flat) / 7)
    if not usable.any() or power.sum() <= 0:
        return 0.0, 0.0
    at = int(np.argmax(np.where(usable, power, 0)))
    near = slice(max(0, at - 8), at + 9)
    return float(period[at]), float(power[near].sum() / power[period < 30].sum())


def _runs(profile: Line) -> tuple[int, float]:
    """Changes between dark and light along a line, and how much the widths of runs vary."""
    row = profile[None]
    kernel = np.ones((1, max(15, len(profile) // 12)), np.uint8)
    high, low = cv2.dilate(row, kernel)[0], cv2.erode(row, kernel)[0]
    fine = (profile > (high + low) / 2) & (high - low > 0.15)
    at = np.flatnonzero(np.diff(fine.astype(np.int8)))
    if len(at) < 4:
        return len(at), 0.0
    widths = np.diff(at).astype(np.float32)
    return len(at), min(float(w.std() / w.mean()) for w in (widths[0::2], widths[1::2]))


def _plain_coherence(grey: Grey, quad: Quad) -> float:
    """How far the edges in the middle of an area run one way on the page as it is, 0..1."""
    x0, y0, x1, y1 = (round(v) for v in quad.bounds())
    x, y = (x0 + x1) // 2, (y0 + y1) // 2
    half_x, half_y = min(MOST, x1 - x0) // 2, min(MOST, y1 - y0) // 2
    part = grey[max(0, y - half_y) : y + half_y, max(0, x - half_x) : x + half_x]
    if min(part.shape) < 6:
        return 0.0
    part = cv2.GaussianBlur(part, (3, 3), 0)
    gx, gy = (cv2.Sobel(part, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    mask = np.zeros(part.shape, np.uint8)
    fill(mask, quad.shift(-max(0, x - half_x), -max(0, y - half_y)))
    xx, yy, xy = (float((p * mask).sum()) for p in (gx * gx, gy * gy, gx * gy))
    return math.hypot(xx - yy, 2 * xy) / (xx + yy + 1e-6)


def _with_torn(area: Upright) -> Upright:
    """The area and what stands beyond a white stripe with the very same ends, as the rest of a scratched code does."""
    dark, box = area.dark, area.box
    for _ in range(4):
        dark, box = dark.T[::-1], Box(box.y0, dark.shape[1] - box.x1, box.y1, dark.shape[1] - box.x0)
        box = Box(box.x0, box.y0, box.x1, _torn_end(dark, box))
    return replace(area, box=box)


def _torn_end(dark: Line, box: Box) -> int:
    """Where the area ends below when a piece beyond a stripe belongs to it."""
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    rows = dark[y1:, x0:x1].mean(axis=1)
    reach = round(TORN * (y1 - y0)) + 6
    inked = np.flatnonzero(rows[:reach] > 0.22)
    if not len(inked) or inked[0] < 1:
        return y1
    first = last = int(inked[0])
    while last + 1 < len(rows) and rows[last + 1] > 0.12:
        last += 1
    piece = dark[y1 + first : y1 + last + 1]
    rough = max(3, round(0.1 * (x1 - x0)))
    columns = piece.mean(axis=0) > 0.15
    inside = np.flatnonzero(columns[max(0, x0 - 2) : x1 + 2])
    outside = np.concatenate([columns[max(0, x0 - 2 * rough) : max(0, x0 - 2)], columns[x1 + 2 : x1 + 2 * rough]])
    whole = len(inside) > 0 and inside[0] <= rough and inside[-1] >= x1 - x0 - rough
    return y1 + last + 1 if whole and not outside.any() and last - first >= 2 else y1


def _parts(area: Upright) -> list[Upright]:
    """What white rows or columns part from the rest: text may stand close to a code."""
    box = area.box
    inner = area.dark[box.slices]
    parts = [Box(box.x0, box.y0 + a, box.x1, box.y0 + b) for a, b in _blocks(inner.mean(axis=1))]
    parts += [Box(box.x0 + a, box.y0, box.x0 + b, box.y1) for a, b in _blocks(inner.mean(axis=0))]
    parts = sorted((p for p in parts if min(p.width, p.height) >= 16), key=lambda p: -p.area)
    settled = [_settled(area.dark, part) for part in parts[:2]]
    return [replace(area, box=p) for p in settled if min(p.width, p.height) >= 16]


def _blocks(profile: Line) -> list[tuple[int, int]]:
    """Stretches between white gaps; none where there is no gap."""
    blocks = runs(profile >= 0.05)
    return blocks if len(blocks) > 1 else []


def whole_bars(grey: Grey, quad: Quad) -> Quad:
    """Bars to their ends and to the last one; `quad` holds some of their height, its sides a-b and d-c run across them."""
    wide = max(quad.width, 8.0)
    outline = quad.array().astype(np.float32)
    scale = min(1.0, BARS / wide)
    room = math.ceil(0.8 * wide * scale)
    patch, to_patch, box = _turn(grey, outline, quad.angle, round(wide * scale), room)
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    y0, y1 = (y0, y1) if y1 - y0 >= 3 else (max(0, y0 - 1), y1 + 2)
    seen = patch[y0:y1, x0:x1]
    if seen.size == 0:
        return quad
    dark = _dark(patch, seen)
    for _ in range(2):
        profile = dark[y0:y1, x0:x1].mean(axis=0)
        rows = cv2.blur(dark[:, x0:x1], (1, 3))
        alike = _as_these(rows, profile)
        inside = np.flatnonzero(alike[y0:y1])
        if len(inside) >= 3:  # lines of text were taken for their ends
            y0, y1 = y0 + int(inside[0]), y0 + int(inside[-1]) + 1
        y0, y1 = _reach(alike.tolist(), y0, y1, max(5, round(0.06 * wide * scale)))
        full = (np.partition(_bands(dark[y0:y1]), 1, axis=0)[1] > 0.45).tolist()
        x0, x1 = _reach(full, x0, x1, max(8, round(0.12 * wide * scale)))
    return Upright(patch=patch, dark=dark, box=Box(x0, y0, x1, y1), back=cv2.invertAffineTransform(to_patch)).quad()


def whole_stack(grey: Grey, quad: Quad) -> Quad:
    """Rows of bars between bars (PDF417) up to the last that stands at those of either end, over a stripe that is gone."""
    scale = min(1.0, MOST / max(quad.width, 8.0))
    room = math.ceil(0.6 * quad.height * scale) + 4
    patch, to_patch, box = _turn(grey, quad.array().astype(np.float32), quad.angle, MOST, room)
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    if min(box.width, box.height) < 8:
        return quad
    dark = _dark(patch, patch[box.slices])
    rows, wide = cv2.blur(dark, (1, 3)), max(6, (x1 - x0) // 12)
    alike = np.zeros(len(rows), np.bool_)
    for end in (slice(max(0, x0 - 3), x0 + wide), slice(x1 - wide, x1 + 3)):
        profile = dark[y0:y1, end].mean(axis=0)
        if profile.std() >= 0.15:
            alike |= _likeness(rows[:, end], profile) >= ALIKE_THIRD
    y0, y1 = _reach(alike.tolist(), y0, y1, max(5, round(0.35 * (y1 - y0))))
    return Upright(patch=patch, dark=dark, box=Box(x0, y0, x1, y1), back=cv2.invertAffineTransform(to_patch)).quad()


def _as_these(rows: Line, profile: Line) -> npt.NDArray[np.bool_]:
    """Which rows run over the same bars, over all of them or, where a corner is gone, over a third."""
    good: npt.NDArray[np.bool_] = _likeness(rows, profile) >= ALIKE
    if len(profile) >= 60:
        for part in np.array_split(np.arange(len(profile)), 3):
            good |= _likeness(rows[:, part[0] : part[-1] + 1], profile[part]) >= ALIKE_THIRD
    return good


def _likeness(rows: Line, profile: Line) -> Line:
    """Correlation of each row (N, W) with a profile (W,)."""
    a, b = rows - rows.mean(axis=1, keepdims=True), profile - profile.mean()
    size = np.sqrt((a * a).sum(axis=1) * (b * b).sum())
    return np.where(size > 1e-3, (a @ b) / np.maximum(size, 1e-3), 0).astype(np.float32)


def _reach(good: list[bool], first: int, end: int, gap: int) -> tuple[int, int]:
    """The range and what is good beside it, over gaps of at most `gap`."""
    at = first
    while at > 0 and first - at < gap:
        at -= 1
        if good[at]:
            first = at
    at = end - 1
    while at < len(good) - 1 and at - end < gap:
        at += 1
        if good[at]:
            end = at + 1
    return first, end
