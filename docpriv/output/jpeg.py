"""Pixels to JPEG as the source was coded, or finer where that is not close; refuses application data."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, JpegImagePlugin

from docpriv.errors import LimitExceeded
from docpriv.model import JpegTraits, Pixels

Tables = tuple[tuple[int, ...], ...]
Accept = Callable[[Pixels], bool]
SIDE = 65_500
_QUALITY = 92  # libjpeg's scale; with 4:4:4 a scanned page keeps a mean difference under 1

# ITU-T T.81, tables K.1 and K.2, in natural order.
_LUMA = (
    16,
    11,
    10,
    16,
    24,
    40,
    51,
    61,
    12,
    12,
    14,
    19,
    26,
    58,
    60,
    55,
    14,
    13,
    16,
    24,
    40,
    57,
    69,
    56,
    14,
    17,
    22,
    29,
    51,
    87,
    80,
    62,
    18,
    22,
    37,
    56,
    68,
    109,
    103,
    77,
    24,
    35,
    55,
    64,
    81,
    104,
    113,
    92,
    49,
    64,
    78,
    87,
    103,
    121,
    120,
    101,
    72,
    92,
    95,
    98,
    112,
    100,
    103,
    99,
)
_CHROMA = (
    17,
    18,
    24,
    47,
    99,
    99,
    99,
    99,
    18,
    21,
    26,
    66,
    99,
    99,
    99,
    99,
    24,
    26,
    56,
    99,
    99,
    99,
    99,
    99,
    47,
    66,
    99,
    99,
    99,
    99,
    99,
    99,
    *[99] * 32,
)


@dataclass(frozen=True, slots=True)
class _Setting:
    tables: Tables
    sampling: int
    progressive: bool


def sampling_of(traits: JpegTraits | None, *, grey: bool) -> int:
    """Pillow's subsampling number that the first attempt uses: the source's, but 4:4:4 where it is unknown or
    where a turned page would need one that Pillow does not write (4:2:2 on its side).
    """
    if grey or traits is None or not usable(traits.tables) or traits.sampling not in (0, 1, 2):
        return 0
    return 0 if traits.turned and traits.sampling == 1 else traits.sampling


def usable(tables: Tables) -> bool:
    """Whether tables of a source can be taken over: one to four of 64 positive numbers."""
    return 1 <= len(tables) <= 4 and all(len(t) == 64 and min(t) >= 1 for t in tables)


def scaled(quality: int) -> Tables:
    """The tables of T.81's annex K at libjpeg's quality 50..100."""
    share = 200 - 2 * quality
    return tuple(tuple(min(255, max(1, (v * share + 50) // 100)) for v in table) for table in (_LUMA, _CHROMA))


def _settings(traits: JpegTraits | None, *, grey: bool) -> Iterator[_Setting]:
    """From the source's own coding to the finest that baseline JPEG has, without repeats."""
    sampling = sampling_of(traits, grey=grey)
    if traits is not None and usable(traits.tables):
        # Values above 255 need 16-bit tables, which baseline readers refuse; a finer step never hurts.
        tables = tuple(tuple(min(255, v) for v in table) for table in traits.tables[: 1 if grey else 3])
        progressive = traits.progressive
        wanted = [(1, sampling), (2, sampling), (2, 0), (4, 0), (255, 0)]
    else:
        tables, progressive = scaled(_QUALITY)[: 1 if grey else 2], False
        wanted = [(1, 0), (2, 0), (4, 0), (255, 0)]
    seen: set[tuple[Tables, int]] = set()
    for divisor, how in wanted:
        finer = tuple(tuple(max(1, v // divisor) for v in table) for table in tables)
        if (finer, how) not in seen:
            seen.add((finer, how))
            yield _Setting(finer, how, progressive)


def encode(
    samples: Pixels,
    traits: JpegTraits | None,
    dpi: tuple[float, float] | None,
    accept: Accept | None,
    spread: Callable[[int], Pixels] | None = None,
) -> tuple[bytes, bool]:
    """JPEG of u8 (H, W) grey or (H, W, 3) RGB, and whether `accept` was content with its decoded pixels.

    Tries the source's tables and sampling, halved tables, 4:4:4, and so on until `accept` returns true;
    without `accept` the first attempt stands. The last attempt comes back in any case: the caller's
    verification decides. `spread`: YCbCr samples for a subsampling, from `chroma.subsampled`, where the
    source is known.
    """
    height, width = samples.shape[:2]
    if max(width, height) > SIDE:
        raise LimitExceeded(
            f"JPEG holds no side above {SIDE} pixels, the page has {width} x {height}",
            remedy="Write a PDF instead: --set writing.format=pdf.",
        )
    image: Image.Image | None = None
    data, before = b"", -1
    for setting in _settings(traits, grey=samples.ndim == 2):
        if image is None or setting.sampling != before:  # one copy of the page at a time
            image, before = None, setting.sampling
            if setting.sampling and spread is not None:
                image = Image.fromarray(spread(setting.sampling), "YCbCr")
            else:
                image = Image.fromarray(samples)
        data = _save(image, setting, dpi)
        if accept is None or accept(decode(data)):
            return data, True
    return data, False


def _save(image: Image.Image, setting: _Setting, dpi: tuple[float, float] | None) -> bytes:
    density = None if dpi is None else tuple(min(65_535, max(1, round(v))) for v in dpi)
    known = {} if density is None else {"dpi": density}
    # Pillow's buffer for optimised and progressive files is two bytes a pixel. Noise in the finest tables
    # needs more, and libjpeg says so on the standard error; plain baseline needs no such buffer.
    for optimize in (True, False) if max(map(max, setting.tables)) > 2 else (False,):
        held = io.BytesIO()
        try:
            image.save(
                held,
                "JPEG",
                qtables=[list(t) for t in setting.tables],
                subsampling=setting.sampling,
                optimize=optimize,
                progressive=setting.progressive and optimize,
                **known,
            )
        except OSError:
            if not optimize:
                raise
            continue
        return held.getvalue()
    raise AssertionError("unreachable")


def decode(data: bytes) -> Pixels:
    """u8 (H, W, 3) RGB of a JPEG file written here."""
    with JpegImagePlugin.JpegImageFile(io.BytesIO(data)) as image:
        return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
