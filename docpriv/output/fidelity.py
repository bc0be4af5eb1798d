"""Compare the final pixels of a page with its source, inside and outside the fills; refuses to judge by eye.

Lossless pages must be identical outside and exactly the fill colour inside. JPEG pages are held to
`JpegLimits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box
from docpriv.model import Check, Pixels

_BAND = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegLimits:
    """What a re-encoded JPEG page may differ, in levels of 0..255, over all samples of all channels.

    `mean`, `p999`: mean and 99.9th percentile of the absolute difference outside. `fill_mean`: how far the
    mean of a filled box may be from the colour, `fill_max`: any of its pixels, `fill_std`: standard deviation
    of each channel in it. The rim of one pixel is left out: decoders interpolate chroma across the border of
    a block, once.
    """

    mean: float = 0.5
    p999: int = 12
    fill_mean: float = 12.0
    fill_max: int = 24
    fill_std: float = 2.0


JPEG_LIMITS = JpegLimits()


def compare_outside(source: Pixels, final: Pixels, filled: Sequence[Box], *, colour: tuple[int, int, int],
                    lossless: bool, limits: JpegLimits = JPEG_LIMITS) -> tuple[Check, ...]:
    """Checks "same-size", "inside-filled" and "outside-kept" of one page.

    `source`: u8 (H, W, 3) RGB as decoded from the input; `final`: the same of the bytes that are written;
    `filled`: the boxes that were filled, for JPEG snapped to the grid of `grid_of`; `colour`: R, G, B as
    painted (on bilevel and grey pages the tone, not the colour that was asked for). Memory: a band of rows
    beside the arguments.
    """
    if source.shape != final.shape:
        return (Check(name="same-size", ok=False, detail="the written page has another size"),)
    height, width = source.shape[:2]
    boxes = [box for box in (b.clip(width, height) for b in filled) if not box.empty]
    inside = _inside(final, boxes, colour, None if lossless else limits)
    if lossless:
        changed = sum(int(cv2.countNonZero(diff.reshape(diff.shape[0], -1)))
                      for diff, _ in _bands(source, final, boxes))
        outside = Check(name="outside-kept", ok=changed == 0, detail=f"{changed} samples differ")
    else:
        mean, far = difference_outside(source, final, boxes, limits.p999)
        outside = Check(name="outside-kept", ok=mean <= limits.mean and far <= 0.001,
                        detail=f"mean {mean:.3f}, {100 * far:.3f} % above {limits.p999}")
    return Check(name="same-size", ok=True, detail=f"{width} x {height}"), inside, outside


def difference_outside(source: Pixels, final: Pixels, boxes: Sequence[Box],
                       above: int) -> tuple[float, float]:
    """Mean absolute difference of all samples outside the boxes, and the share of them that differ by more
    than `above`: the 99.9th percentile is at most `above` where that share is at most 0.001. 0, 0 where
    nothing is outside.
    """
    total, difference, far = 0, 0.0, 0
    for diff, covered in _bands(source, final, boxes):
        flat = diff.reshape(diff.shape[0], -1)
        total += flat.size - covered * diff.shape[2]
        difference += cv2.sumElems(flat)[0]
        far += int(cv2.countNonZero(cv2.compare(flat, above, cv2.CMP_GT)))
    return (difference / total, far / total) if total else (0.0, 0.0)


def _bands(source: Pixels, final: Pixels, boxes: Sequence[Box]) -> Iterator[tuple[Pixels, int]]:
    """Absolute difference of bands of rows, zero inside the boxes, and how many pixels the boxes cover there.
    """
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


def _inside(final: Pixels, boxes: Sequence[Box], colour: tuple[int, int, int],
            limits: JpegLimits | None) -> Check:
    wanted = np.asarray(colour, np.int16)
    if limits is None:
        wrong = sum(int((final[box.slices] != wanted).any(axis=2).sum()) for box in boxes)
        return Check(name="inside-filled", ok=wrong == 0, detail=f"{len(boxes)} boxes, {wrong} pixels differ")
    worst, furthest, spread = _spread(final, boxes, [wanted] * len(boxes))
    return Check(name="inside-filled",
                 ok=worst <= limits.fill_max and furthest <= limits.fill_mean and spread <= limits.fill_std,
                 detail=f"{len(boxes)} boxes, mean {furthest:.2f}, worst {worst}, deviation {spread:.2f}")


def fill_kept(painted: Pixels, decoded: Pixels, boxes: Sequence[Box],
              limits: JpegLimits = JPEG_LIMITS) -> bool:
    """Whether boxes painted in one colour each come out of a JPEG within the limits; boxes inside the page.
    """
    worst, furthest, spread = _spread(decoded, boxes, [painted[b.y0, b.x0].astype(np.int16) for b in boxes])
    return worst <= limits.fill_max and furthest <= limits.fill_mean and spread <= limits.fill_std


def _spread(final: Pixels, boxes: Sequence[Box],
            wanted: Sequence[npt.NDArray[np.int16]]) -> tuple[int, float, float]:
    """Over all boxes without rims: the largest distance of a sample, of a box's mean, and the largest
    deviation.
    """
    height, width = final.shape[:2]
    worst, furthest, spread = 0, 0.0, 0.0
    for box, colour in zip(boxes, wanted, strict=True):
        part = final[_core(box, width, height).slices].astype(np.int16) - colour
        worst = max(worst, int(np.abs(part).max()))
        furthest = max(furthest, float(np.abs(part.mean(axis=(0, 1))).max()))
        spread = max(spread, float(part.std(axis=(0, 1)).max()))
    return worst, furthest, spread


def _core(box: Box, width: int, height: int) -> Box:
    """Without the rim of one pixel, except along the border of the page, where nothing stands beyond; the box
    itself where nothing would be left of it.
    """
    core = Box(box.x0 + (box.x0 > 0), box.y0 + (box.y0 > 0),
               box.x1 - (box.x1 < width), box.y1 - (box.y1 < height))
    return box if core.empty else core
