"""JPEG (ITU-T T.81): pages coded as the source was, or finer where that is not close enough to it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, JpegImagePlugin

from docpriv.errors import LimitExceeded
from docpriv.formats.extra import Extra
from docpriv.formats.fidelity import as_drawn, kept_outside
from docpriv.formats.form import FORMATS, Keep, PageSpec, Problem
from docpriv.formats.held import Held, first_match, holds_more
from docpriv.formats.image import ImageFormat, exif_has_thumbnail
from docpriv.formats.streams import decoded, plane
from docpriv.geometry import Box
from docpriv.model import Colour, JpegTraits, PageFormat, Pixels

Tables = tuple[tuple[int, ...], ...]
_SIDE = 65_500
_QUALITY = 92  # libjpeg's scale; with 4:4:4 a scanned page keeps a mean difference under 1
_BAND = 256
_REACH = 6  # r ** 7 is 4e-6
_INVERSE = np.array([2**0.5 * (8**0.5 - 3) ** abs(n) for n in range(-_REACH, _REACH + 1)], np.float32)
_SAME = np.array([1], np.float32)
# JFIF 1.02: Cb and Cr from R, G, B.
_TO_CHROMA = np.array([[-0.168736, -0.331264, 0.5, 128.0], [0.5, -0.418688, -0.081312, 128.0]], np.float32)

_MOST_SEGMENTS = 1_000_000
_MOST_BEFORE_PIXELS = 2000
_BLOCK = 1 << 16
# A marker in entropy-coded data: not a stuffed byte, not a restart, not a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_STRAY, _END, _SCAN, _COMMENT, _APP0, _APP2, _APP13, _APP14 = -1, 0xD9, 0xDA, 0xFE, 0xE0, 0xE2, 0xED, 0xEE
_CODING = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD} - {0xC8})
_THUMBNAIL_RESOURCES = (b"8BIM\x04\x09", b"8BIM\x04\x0c")


class Jpeg(ImageFormat):
    """Of a file of several pictures (MPO) the first is the page."""

    name = "JPEG"
    media_type = "image/jpeg"
    suffixes = (".jpg", ".jpeg", ".jpe", ".jfif")
    magic = b"\xff\xd8\xff"
    plugin = JpegImagePlugin.JpegImageFile

    def whole(self, held: Held) -> bool:
        """An end marker behind the start of the pixels: a thumbnail before them has one of its own."""
        for marker, start, length in _segments(held, _MOST_BEFORE_PIXELS):
            if marker == _SCAN:
                return b"\xff\xd9" in held.at(max(start + length, held.size - _BLOCK), _BLOCK)
            if marker == _STRAY:
                break
        return False

    def extra_data(self, held: Held) -> Iterator[str]:
        return stream_extra(held)

    def encode(self, pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[str, Colour, bytes]:
        colour, data, _ = encode_jpeg(pixels, page, keep)
        return "jpeg", colour, data

    def check_parts(self, view: memoryview, spec: PageSpec) -> Iterator[Problem]:
        return check_stream(view, spec)


def _segments(held: Held, most: int = _MOST_SEGMENTS) -> Iterator[tuple[int, int, int]]:
    """Marker, where its body begins and how long it is, up to the end marker; _STRAY for bytes between two segments, which
    decoders skip. ValueError where the stream cannot be followed."""
    at = 2
    for _ in range(most):
        head = held.at(at, 4)
        if head[:2] == b"\xff\xff":  # fill bytes
            fill = held.at(at, _BLOCK)
            at += len(fill) - len(fill.lstrip(b"\xff")) - 1
            continue
        if len(head) < 2:
            raise ValueError
        if head[0] != 0xFF:
            yield _STRAY, at, 0
            at = _next_marker(held, at)
            continue
        marker, length = head[1], int.from_bytes(head[2:4], "big") - 2
        if marker == _END:
            yield marker, at + 2, 0
            return
        if length < 0 or len(head) < 4:
            raise ValueError
        yield marker, at + 4, length
        at += 4 + length
        if marker == _SCAN:
            at = _next_marker(held, at)
    raise ValueError


def _next_marker(held: Held, at: int) -> int:
    found = first_match(held, _MARKER, at)
    if found is None:
        raise ValueError
    return found


def stream_extra(held: Held) -> Iterator[str]:
    """Codes for the segments of a stream and for bytes after its end. ValueError where it cannot be followed."""
    for marker, start, length in _segments(held):
        if marker == _STRAY:
            yield Extra.ORPHANED
        elif marker != _END:
            yield from _of_segment(marker, held.at(start, length))
        elif holds_more(held, start):
            yield Extra.TRAILING


def _of_segment(marker: int, body: bytes) -> Iterator[str]:
    if marker in _CODING or marker == _SCAN or (marker == _APP14 and len(body) == 12 and body[:5] == b"Adobe"):
        return
    if marker == _APP0 and body[:5] == b"JFIF\0":
        if len(body) != 14:
            yield Extra.THUMBNAIL if len(body) == 14 + 3 * body[12] * body[13] else Extra.METADATA
    elif marker == _APP0 and body[:5] == b"JFXX\0":
        yield Extra.THUMBNAIL
    elif marker == _APP2 and body[:12] == b"ICC_PROFILE\0":
        return  # noted where the page is decoded
    elif marker == _APP2 and body[:4] == b"MPF\0":  # CIPA DC-007: a list of pictures, of which this is the first
        yield Extra.PICTURES
    elif _APP0 <= marker <= 0xEF or marker == _COMMENT:
        yield Extra.METADATA
        exif = body[:6] == b"Exif\0\0" and exif_has_thumbnail(body[6:])
        if exif or (marker == _APP13 and any(name in body for name in _THUMBNAIL_RESOURCES)):
            yield Extra.THUMBNAIL
    else:
        yield Extra.ORPHANED


def _sampling(traits: JpegTraits | None, *, grey: bool) -> int:
    """Pillow's subsampling number that the first attempt uses: the source's, but 4:4:4 where it is unknown or where a turned page
    would need one that Pillow does not write (4:2:2 on its side)."""
    if grey or traits is None or not _usable(traits.tables) or traits.sampling not in (0, 1, 2):
        return 0
    return 0 if traits.turned and traits.sampling == 1 else traits.sampling


def _usable(tables: Tables) -> bool:
    """Whether tables of a source can be taken over: one to four of 64 positive numbers."""
    return 1 <= len(tables) <= 4 and all(len(t) == 64 and min(t) >= 1 for t in tables)


def _standard_tables() -> Tables:
    """Those of T.81's annex K at `_QUALITY`, as libjpeg scales them."""
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "JPEG", quality=_QUALITY)
    held.seek(0)
    with JpegImagePlugin.JpegImageFile(held) as written:
        tables: dict[int, list[int]] = written.quantization
    return tuple(tuple(tables[number]) for number in sorted(tables))


def _settings(traits: JpegTraits | None, *, grey: bool) -> Iterator[tuple[Tables, int]]:
    """Tables and subsampling from the source's own to the finest that baseline JPEG has, without repeats."""
    if traits is not None and _usable(traits.tables):
        # Values above 255 need 16-bit tables, which baseline readers refuse; a finer step never hurts.
        tables, own = tuple(tuple(min(255, v) for v in table) for table in traits.tables[:3]), _sampling(traits, grey=grey)
        wanted = [(1, own), (2, own), (2, 0), (4, 0), (255, 0)]
    else:
        tables, wanted = _standard_tables(), [(1, 0), (2, 0), (4, 0), (255, 0)]
    finer = ((tuple(tuple(max(1, v // by) for v in table) for table in tables[: 1 if grey else 3]), how) for by, how in wanted)
    yield from dict.fromkeys(finer)


def encode_jpeg(pixels: Pixels, page: PageFormat, keep: Keep | None) -> tuple[Colour, bytes, bool]:
    """Colour and JPEG of a page u8 (H, W, 3), and whether it is close enough to the source in `keep`.

    Tries the source's tables and sampling, halved tables, 4:4:4, and so on; without `keep` the first attempt stands. The last
    attempt comes back in any case: the caller's verification decides."""
    height, width = pixels.shape[:2]
    if max(width, height) > _SIDE:
        raise LimitExceeded(
            f"JPEG holds no side above {_SIDE} pixels, the page has {width} x {height}",
            remedy="Write a PDF instead: --set writing.format=pdf.",
        )
    colour: Colour = "rgb" if page.colour == "rgb" else "grey"
    progressive = page.jpeg is not None and page.jpeg.progressive and _usable(page.jpeg.tables)
    source, covered = keep or (pixels, ())
    boxes = [box for box in (b.clip(width, height) for b in covered) if not box.empty]
    image: Image.Image | None = None
    data, before = b"", -1
    for tables, sampling in _settings(page.jpeg, grey=colour == "grey"):
        if image is None or sampling != before:  # one copy of the page at a time
            image, before = None, sampling
            if sampling and keep is not None:
                image = Image.fromarray(_subsampled(pixels, boxes, sampling), "YCbCr")
            else:
                image = Image.fromarray(plane(pixels, colour))
        data = _save(image, tables, sampling, progressive, page.dpi)
        if keep is None or _is_close(source, decode_jpeg(data), pixels, boxes):
            return colour, data, True
    return colour, data, False


def _subsampled(painted: Pixels, boxes: Sequence[Box], sampling: int) -> Pixels:
    """YCbCr samples, u8 (H, W, 3), that a JPEG encoder with that subsampling (1 = 4:2:2, 2 = 4:2:0) reduces to the chroma samples
    that the page was decoded from; what was painted in the boxes was not decoded from any. All arrays u8 (H, W, 3).

    A decoder interpolates subsampled chroma (libjpeg's "fancy" triangle filter: 3/4 of the nearest sample, 1/4 of the next). An
    encoder averages the pixels again, so each generation blurs: (1 6 1)/8 over a sample and its neighbours, along each
    subsampled axis. The inverse of that filter is 2 ** 0.5 * r ** abs(n) with r = 8 ** 0.5 - 3. With it a re-encoded 4:2:0 page
    with colours differs from its source by a mean of 0.2 to 0.3 instead of 0.5 to 2, at the source's own size."""
    height, width = painted.shape[:2]
    down = 2 if sampling == 2 else 1
    halves = [_reduced(painted[y : y + _BAND], down) for y in range(0, height, _BAND)]
    reduced = np.concatenate(halves)
    del halves
    spread = cv2.sepFilter2D(reduced, cv2.CV_32F, _INVERSE, _INVERSE if down == 2 else _SAME, borderType=cv2.BORDER_REFLECT)
    del reduced
    out = np.empty((height, width, 3), np.uint8)
    for y in range(0, height, _BAND):
        band = out[y : y + _BAND]
        samples = np.clip(np.rint(spread[y // down : (y + _BAND) // down]), 0, 255).astype(np.uint8)
        band[:, :, 0] = cv2.cvtColor(np.ascontiguousarray(painted[y : y + _BAND]), cv2.COLOR_RGB2GRAY)
        band[:, :, 1:] = samples.repeat(down, axis=0)[: len(band)].repeat(2, axis=1)[:, :width]
    for box in boxes:
        part = cv2.cvtColor(np.ascontiguousarray(painted[box.slices]), cv2.COLOR_RGB2YCrCb)
        out[box.slices] = part[:, :, (0, 2, 1)]
    return out


def _reduced(band: Pixels, down: int) -> npt.NDArray[np.float32]:
    """Mean Cb and Cr, float32 (H / down, W / 2, 2), of the pixels that share a sample; the rim repeats at odd sizes."""
    height, width = band.shape[:2]
    even = cv2.copyMakeBorder(np.ascontiguousarray(band), 0, height % down, 0, width % 2, cv2.BORDER_REPLICATE)
    size = (even.shape[1] // 2, even.shape[0] // down)
    mean = cv2.resize(even.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return cast("npt.NDArray[np.float32]", cv2.transform(mean, _TO_CHROMA))


def _is_close(source: Pixels, found: Pixels, painted: Pixels, boxes: Sequence[Box]) -> bool:
    return kept_outside(source, found, boxes, lossless=False).ok and as_drawn(found, painted, boxes, lossless=False).ok


def _save(image: Image.Image, tables: Tables, sampling: int, progressive: bool, dpi: tuple[float, float] | None) -> bytes:
    known: dict[str, Any] = {} if dpi is None else {"dpi": tuple(min(65_535, max(1, round(v))) for v in dpi)}
    known |= {"qtables": [list(table) for table in tables], "subsampling": sampling}
    held = io.BytesIO()
    # Pillow's buffer for optimised and progressive files is two bytes a pixel. Noise in the finest tables needs more, and libjpeg
    # says so on the standard error; plain baseline needs no such buffer.
    if max(map(max, tables)) > 2:
        try:
            image.save(held, "JPEG", optimize=True, progressive=progressive, **known)
            return held.getvalue()
        except OSError:
            held = io.BytesIO()
    image.save(held, "JPEG", **known)
    return held.getvalue()


def decode_jpeg(data: bytes) -> Pixels:
    """u8 (H, W, 3) RGB of a JPEG file written here."""
    return decoded(JpegImagePlugin.JpegImageFile, data)


_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def check_stream(view: memoryview, spec: PageSpec) -> Iterator[Problem]:
    """A JFIF header, one frame; no comment, application data, thumbnail or second image."""
    if bytes(view[:2]) != b"\xff\xd8":
        yield Problem("structure", "not a JPEG")
        return
    at = 2
    seen: list[int] = []
    while True:
        if view[at] != 0xFF:
            yield Problem("structure", "bytes between segments")
            return
        marker, length = view[at + 1], 0
        seen.append(marker)
        if marker == 0xD9:
            at += 2
            break
        length = struct.unpack_from(">H", view, at + 2)[0]
        body = view[at + 4 : at + 2 + length]
        if len(body) != length - 2:
            yield Problem("structure", "a segment is cut")
            return
        yield from _check_segment(marker, body, spec)
        at += 2 + length
        if marker == 0xDA:
            found = _AFTER_SCAN.search(view, at)
            if found is None:
                yield Problem("structure", "no end of image")
                return
            at = found.start()
    if at != len(view):
        yield Problem("contents", "bytes after the image")
    if seen[:1] != [0xE0] or seen.count(0xE0) != 1:
        yield Problem("contents", "not one JFIF header at the start")
    if sum(marker in (0xC0, 0xC1, 0xC2) for marker in seen) != 1 or 0xDA not in seen:
        yield Problem("structure", "not one frame")


def _check_segment(marker: int, body: memoryview, spec: PageSpec) -> Iterator[Problem]:
    match marker:
        case 0xE0:
            if len(body) != 14 or bytes(body[:5]) != b"JFIF\0" or bytes(body[12:14]) != b"\0\0":
                yield Problem("contents", "application data or a thumbnail")
            else:
                unit, across, down = struct.unpack_from(">BHH", body, 7)
                wanted = spec.dpi or (across, down)
                if (spec.dpi and unit != 1) or max(abs(across - wanted[0]), abs(down - wanted[1])) > 1:
                    yield Problem("pages", "another resolution")
        case 0xC0 | 0xC1 | 0xC2:
            parts = 3 if spec.colour == "rgb" else 1
            found = struct.unpack_from(">BHHB", body)
            if found != (8, spec.height, spec.width, parts) or len(body) != 6 + 3 * parts:
                yield Problem("pages", "another size or colour")
        case 0xDB:
            at = 0
            while at < len(body):
                at += 1 + (128 if body[at] >> 4 else 64)
            if at != len(body):
                yield Problem("contents", "bytes behind a quantisation table")
        case 0xC4:
            at = 0
            while at < len(body):
                at += 17 + sum(body[at + 1 : at + 17])
            if at != len(body):
                yield Problem("contents", "bytes behind a Huffman table")
        case 0xDD:
            if len(body) != 2:
                yield Problem("contents", "bytes behind a restart interval")
        case 0xDA:
            if len(body) != 4 + 2 * body[0]:
                yield Problem("contents", "bytes behind a scan header")
        case _:
            yield Problem("contents", "a segment that is not pixels")


FORMATS.register("jpeg", Jpeg(), order=2)
