"""A Pillow image of any mode as u8 RGB as displayed; modes whose values mean nothing fixed are an error.

Colour profiles are ignored on purpose: they change tints, never what can be read, and the colour engine would be one more parser
of hostile data."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from docpriv.errors import UnsupportedInput
from docpriv.model import Colour, Pixels

Dpi = tuple[float, float]

_WHITE = (255, 255, 255)
_PLAUSIBLE_DPI = (10.0, 10_000.0)


def reduce_depth(values: npt.NDArray[Any], maximum: int) -> Pixels:
    """u8 of unsigned integers 0..maximum (at most 65535), scaled and rounded to nearest (v / 257 for 16 bits)."""
    wide = values.astype(np.uint32)
    wide *= 255
    wide += maximum // 2
    wide //= maximum
    return np.minimum(wide, 255).astype(np.uint8)


def to_rgb(image: Image.Image, bits: int = 8, inverted: bool = False) -> tuple[Pixels, Colour, tuple[str, ...]]:
    """Pixels u8 (H, W, 3), what colour they are, and notes; the image is loaded where it was not.

    `bits`: bits a channel in the file (1 makes a page of pure black and white bilevel; 12 and 16 are scaled). `inverted`: 16-bit
    values count from white, which Pillow does not undo. Transparency is laid on white. Raises UnsupportedInput for floating
    point, 32-bit integer and LAB pixels."""
    image.load()
    mode, notes = image.mode, []
    if mode.startswith("I;16"):
        deep = np.asarray(image)
        grey = reduce_depth(deep, 4095 if bits == 12 else 65535)
        grey = 255 - grey if inverted else grey
        key = image.info.get("transparency")
        if isinstance(key, int):
            grey = np.where(deep == key, np.uint8(255), grey)
        return spread(grey), "grey", ("reduced-16-bit",)
    if bits == 16:
        notes.append("reduced-16-bit")  # Pillow keeps the high byte of each channel
    if mode in ("1", "L"):
        grey, key = np.asarray(image.convert("L")), image.info.get("transparency")
        if isinstance(key, int):
            level = key if mode == "1" or bits >= 8 else key * 255 // (2**bits - 1)
            grey = np.where(grey == level, np.uint8(255), grey)
            notes.append("alpha-flattened")
        bilevel = bits == 1 and bool(((grey == 0) | (grey == 255)).all())
        return spread(grey), "bilevel" if bilevel else "grey", tuple(notes)
    if mode in ("F", "I", "LAB", "HSV"):
        raise UnsupportedInput(f"pixels of kind {mode} (floating point, 32-bit or LAB) are not read")
    if _has_alpha(image):
        image, transparent = _on_white(image)
        if transparent:
            notes.append("alpha-flattened")
        if mode in ("LA", "La"):
            grey = np.asarray(image.convert("L"))
            return spread(grey), "grey", tuple(notes)
    if mode == "P" and bits == 1:
        rgb = np.array(image.convert("RGB"))
        colour: Colour = "bilevel" if _black_or_white(rgb) else "rgb"
        return rgb, colour, tuple(notes)
    if mode == "P" and _grey_palette(image):
        return np.array(image.convert("RGB")), "grey", tuple(notes)
    return np.array(image if image.mode == "RGB" else image.convert("RGB")), "rgb", tuple(notes)


def _black_or_white(rgb: Pixels) -> bool:
    """Whether a page of few colours holds pure black and white only."""
    first = rgb[..., 0]
    return bool(((first == 0) | (first == 255)).all() and (rgb == first[..., None]).all())


def spread(grey: Pixels) -> Pixels:
    """u8 (H, W, 3) of three equal channels from u8 (H, W)."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_GRAY2RGB))


def _has_alpha(image: Image.Image) -> bool:
    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA"):
        return True
    key = image.info.get("transparency")
    return (image.mode == "P" and key is not None) or (image.mode == "RGB" and isinstance(key, tuple))


def _grey_palette(image: Image.Image) -> bool:
    palette = np.frombuffer(bytes(image.getpalette("RGB") or b""), dtype=np.uint8).reshape(-1, 3)
    used = image.histogram()[: len(palette)]
    shown = palette[[i for i, count in enumerate(used) if count]]
    return bool(len(shown)) and bool((shown == shown[:, :1]).all())


def _on_white(image: Image.Image) -> tuple[Image.Image, bool]:
    """The image laid on white, and whether any pixel let the white through."""
    layered = image.convert("RGBA")
    alpha = layered.getchannel("A")
    page = Image.new("RGB", layered.size, _WHITE)
    page.paste(layered, mask=alpha)
    return page, alpha.getextrema()[0] != 255


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Apply an EXIF or TIFF orientation 1..8 to (H, W, 3); contiguous; other values count as 1."""
    flipped = pixels.transpose(1, 0, 2) if orientation in (5, 6, 7, 8) else pixels
    match orientation:
        case 2 | 6:
            flipped = flipped[:, ::-1]
        case 3 | 7:
            flipped = flipped[::-1, ::-1]
        case 4 | 8:
            flipped = flipped[::-1]
    return np.ascontiguousarray(flipped)


def plausible_dpi(value: object, swapped: bool = False) -> Dpi | None:
    """Horizontal and vertical dpi as floats, swapped for a page turned by a quarter; None where they are nonsense."""
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    try:
        x, y = float(value[0]), float(value[1])
    except (TypeError, ValueError, ArithmeticError):
        return None
    low, high = _PLAUSIBLE_DPI
    if not (low <= x <= high and low <= y <= high):
        return None
    return (y, x) if swapped else (x, y)


def stored_bits(bits: int) -> int:
    """Depth as a page format states it: 1, 8 or 16 (2 and 4 bits are written as 8, 12 as 16)."""
    return 1 if bits <= 1 else 8 if bits <= 8 else 16


def freeze(pixels: Pixels) -> Pixels:
    """The same pixels, contiguous and read-only."""
    result = np.ascontiguousarray(pixels)
    result.setflags(write=False)
    return result
