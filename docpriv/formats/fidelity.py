"""Compare the final pixels of a page with its source outside the covered areas, and inside them with what was drawn there.

Lossless pages must be identical outside, and inside exactly the fill colour or what a style drew. JPEG pages are held to
`JpegLimits`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Check, Pixels

_BAND = 256
_BLOCK = 16  # pixels: the largest coding block of a JPEG, of which the smaller ones are parts


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegLimits:
    """What a re-encoded JPEG page may differ, in levels of 0..255, over all samples of all channels.

    `mean`, `p999`: mean and 99.9th percentile of the absolute difference outside. `fill_mean`: how far the mean of a filled box
    may be from the colour, `fill_max`: any of its pixels, `fill_std`: standard deviation of each channel in it. The rim of one
    pixel is left out: decoders interpolate chroma across the border of a block, once. Where a style draws, the difference from
    what it drew is held to the same wherever it drew one colour over a block; elsewhere edges ring, and `drawn_mean` and
    `drawn_p99` are the mean and the 99th percentile of the absolute difference (measured: 5.8 and 55 for captions at quality 20,
    2.0 and 19 at 75)."""

    mean: float = 0.5
    p999: int = 12
    fill_mean: float = 12.0
    fill_max: int = 24
    fill_std: float = 2.0
    drawn_mean: float = 6.0
    drawn_p99: int = 56


JPEG_LIMITS = JpegLimits()


def compare_outside(
    source: Pixels,
    final: Pixels,
    filled: Sequence[Box],
    touched: Sequence[Box],
    *,
    colour: tuple[int, int, int],
    lossless: bool,
    painted: Pixels,
    drawn: Sequence[Box] = (),
) -> tuple[Check, ...]:
    """Checks "same-size", "inside-filled", "outside-kept" and, with `drawn`, "inside-drawn" of one page.

    `source`: u8 (H, W, 3) RGB as decoded from the input; `final`: the same of the bytes that are written; `painted`: the page
    before it was coded; `filled`: every box that was covered; `touched`: what may differ from the source, which holds all of
    `filled`. `colour`: R, G, B as painted (on bilevel and grey pages the tone, not the colour that was asked for). `drawn`: those
    of the boxes in which a style drew; they are compared with `painted`, the others of a lossless page with `colour`. Memory: a
    band of rows beside the arguments."""
    if source.shape != final.shape:
        return (Check(name="same-size", ok=False, detail="the written page has another size"),)
    height, width = source.shape[:2]
    boxes, around = ([box for box in (b.clip(width, height) for b in some) if not box.empty] for some in (filled, touched))
    styled = {b.clip(width, height) for b in drawn}
    plain = _inside(painted if not lossless else final, [b for b in boxes if b not in styled], colour)
    inside = [plain]
    if not lossless:
        coded = as_drawn(final, painted, around, lossless)
        inside = [replace(plain, ok=plain.ok and coded.ok, detail=f"{plain.detail}; {coded.detail}")]
    if drawn:
        inside.append(as_drawn(final, painted, [b for b in boxes if b in styled] if lossless else around, lossless))
    return Check(name="same-size", ok=True, detail=f"{width} x {height}"), *inside, kept_outside(source, final, around, lossless)


def kept_outside(source: Pixels, final: Pixels, boxes: Sequence[Box], lossless: bool) -> Check:
    """Whether a page is that of its source outside the boxes, which lie on it."""
    if lossless:
        changed = sum(int(cv2.countNonZero(diff.reshape(diff.shape[0], -1))) for diff, _ in _bands(source, final, boxes))
        return Check(name="outside-kept", ok=changed == 0, detail=f"{changed} samples differ")
    mean, far = _difference(source, final, boxes, JPEG_LIMITS.p999)
    return Check(
        name="outside-kept",
        ok=mean <= JPEG_LIMITS.mean and far <= 0.001,
        detail=f"mean {mean:.3f}, {100 * far:.3f} % above {JPEG_LIMITS.p999}",
    )


def _difference(source: Pixels, final: Pixels, boxes: Sequence[Box], above: int) -> tuple[float, float]:
    """Mean absolute difference of all samples outside the boxes, and the share of them that differ by more than `above`: the
    99.9th percentile is at most `above` where that share is at most 0.001. 0, 0 where nothing is outside."""
    total, difference, far = 0, 0.0, 0
    for diff, covered in _bands(source, final, boxes):
        flat = diff.reshape(diff.shape[0], -1)
        total += flat.size - covered * diff.shape[2]
        difference += cv2.sumElems(flat)[0]
        far += int(cv2.countNonZero(cv2.compare(flat, above, cv2.CMP_GT)))
    return (difference / total, far / total) if total else (0.0, 0.0)


def _bands(source: Pixels, final: Pixels, boxes: Sequence[Box]) -> Iterator[tuple[Pixels, int]]:
    """Absolute difference of bands of rows, zero inside the boxes, and how many pixels the boxes cover there."""
    height, width = source.shape[:2]
    for y in range(0, height, _BAND):
        stop = min(y + _BAND, height)
        diff = cv2.absdiff(np.ascontiguousarray(source[y:stop]), np.ascontiguousarray(final[y:stop]))
        here = [b for b in boxes if b.y0 < stop and b.y1 > y]
        covered = 0
        if here:
            mask: npt.NDArray[np.uint8] = np.zeros((stop - y, width), np.uint8)
            for box in here:
                part = slice(max(box.y0, y) - y, min(box.y1, stop) - y), slice(box.x0, box.x1)
                mask[part] = 1
                diff[part] = 0
            covered = int(cv2.countNonZero(mask))
        yield diff, covered


def _inside(pixels: Pixels, boxes: Sequence[Box], colour: tuple[int, int, int]) -> Check:
    ok, detail = _identical(pixels, boxes, [np.asarray(colour, np.int16)] * len(boxes))
    return Check(name="inside-filled", ok=ok, detail=detail)


def as_drawn(final: Pixels, painted: Pixels, boxes: Sequence[Box], lossless: bool) -> Check:
    """Whether what stands in the boxes is what was painted there."""
    wanted = [painted[box.slices] for box in boxes]
    if lossless:
        ok, detail = _identical(final, boxes, wanted)
    else:
        ok, detail = _spread(final, boxes, wanted)
        mean, far = _ringing(final, painted, boxes)
        ok = ok and mean <= JPEG_LIMITS.drawn_mean and far <= JPEG_LIMITS.drawn_p99
        detail += f", at edges {mean:.2f} and {far:.0f}"
    return Check(name="inside-drawn", ok=ok, detail=detail)


def _identical(final: Pixels, boxes: Sequence[Box], wanted: Sequence[npt.NDArray[Any]]) -> tuple[bool, str]:
    wrong = sum(int((final[box.slices] != one).any(axis=2).sum()) for box, one in zip(boxes, wanted, strict=True))
    return wrong == 0, f"{len(boxes)} boxes, {wrong} pixels differ"


def _spread(final: Pixels, boxes: Sequence[Box], wanted: Sequence[npt.NDArray[Any]]) -> tuple[bool, str]:
    """Whether blocks of one colour in the boxes without rims are close enough, by the largest distance of a sample, of their
    mean, and the largest deviation; and these."""
    height, width = final.shape[:2]
    worst, furthest, spread = 0, 0.0, 0.0
    for box, colour in zip(boxes, wanted, strict=True):
        core = _core(box, width, height)
        inner = slice(core.y0 - box.y0, core.y1 - box.y0), slice(core.x0 - box.x0, core.x1 - box.x0)
        part = (final[core.slices].astype(np.int16) - colour[inner].astype(np.int16))[_flat(colour, box)[inner]][:, None]
        if not len(part):
            continue
        worst = max(worst, int(np.abs(part).max()))
        furthest = max(furthest, float(np.abs(part.mean(axis=(0, 1))).max()))
        spread = max(spread, float(part.std(axis=(0, 1)).max()))
    ok = worst <= JPEG_LIMITS.fill_max and furthest <= JPEG_LIMITS.fill_mean and spread <= JPEG_LIMITS.fill_std
    return ok, f"{len(boxes)} boxes, mean {furthest:.2f}, worst {worst}, deviation {spread:.2f}"


def _ringing(final: Pixels, painted: Pixels, boxes: Sequence[Box]) -> tuple[float, float]:
    """Mean and 99th percentile of the absolute difference where what was painted is not of one colour; 0, 0 where it is
    everywhere."""
    counts = np.zeros(256, np.int64)
    for box in boxes:
        edges = ~_flat(painted[box.slices], box, shrink=False)
        if edges.any():
            diff = cv2.absdiff(np.ascontiguousarray(final[box.slices]), np.ascontiguousarray(painted[box.slices]))
            counts += np.bincount(diff[edges].reshape(-1), minlength=256)
    total = int(counts.sum())
    if not total:
        return 0.0, 0.0
    return float(counts @ np.arange(256)) / total, float(np.searchsorted(np.cumsum(counts), 0.99 * total))


def _flat(part: Pixels, box: Box, *, shrink: bool = True) -> npt.NDArray[np.bool_]:
    """Bool (H, W) of a box's pixels: true where those of it that share a coding block are of one colour.

    `shrink`: without those beside a block that is not; chroma is interpolated there too."""
    flat = np.ones(part.shape[:2], dtype=np.bool_)
    if (part == part[0, 0]).all():
        return flat
    for y in range(box.y0 // _BLOCK * _BLOCK, box.y1, _BLOCK):
        rows = slice(max(y, box.y0) - box.y0, min(y + _BLOCK, box.y1) - box.y0)
        for x in range(box.x0 // _BLOCK * _BLOCK, box.x1, _BLOCK):
            columns = slice(max(x, box.x0) - box.x0, min(x + _BLOCK, box.x1) - box.x0)
            block = part[rows, columns]
            flat[rows, columns] = bool((block == block[0, 0]).all())
    if shrink:
        flat = cv2.erode(flat.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1).astype(np.bool_)
    return flat


def _core(box: Box, width: int, height: int) -> Box:
    """Without the rim of one pixel, except along the border of the page, where nothing stands beyond; the box itself where
    nothing would be left of it."""
    core = Box(box.x0 + (box.x0 > 0), box.y0 + (box.y0 > 0), box.x1 - (box.x1 < width), box.y1 - (box.y1 < height))
    return box if core.empty else core
