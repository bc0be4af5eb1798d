"""PNG (ISO/IEC 15948, and its third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from PIL import PngImagePlugin

from docpriv.errors import UnsupportedInput
from docpriv.formats.extra import Extra
from docpriv.formats.form import FORMATS, PageSpec, Problem
from docpriv.formats.held import Held, holds_more
from docpriv.formats.image import ImageFormat, exif_has_thumbnail, is_near
from docpriv.formats.source import Source
from docpriv.formats.streams import deflate_rows, per_metre
from docpriv.model import Colour, Pixels

_MAGIC = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 1_000_000
_TAIL = 1 << 16
_TELLING = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
# Lengths that the chunks may have which only describe pixels. A profile is noted where the page is decoded.
_LENGTHS = {b"IHDR": 13, b"PLTE": 768, b"IDAT": 2**31, b"IEND": 0, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1}
_LENGTHS |= {b"iCCP": 2**31, b"sBIT": 4, b"bKGD": 6, b"pHYs": 9, b"hIST": 512, b"cICP": 4, b"mDCV": 24, b"cLLI": 8}


class Png(ImageFormat):
    name = "PNG"
    media_type = "image/png"
    suffixes = (".png",)
    magic = _MAGIC
    plugin = PngImagePlugin.PngImageFile

    def whole(self, held: Held) -> bool:
        return b"\0\0\0\0IEND\xaeB`\x82" in held.at(max(0, held.size - _TAIL), _TAIL)

    def bits(self, source: Source) -> int:
        """From IHDR. Walks the chunks, because an animation shows only there; one that is cut off is said by decoding."""
        if any(kind == b"acTL" for kind, _, _ in _chunks(source)):
            raise UnsupportedInput("animated or multi-frame image")
        bits = source.at(24, 1)
        return bits[0] if bits and bits[0] in (1, 2, 4, 8, 16) else 8

    def extra_data(self, held: Held) -> Iterator[str]:
        kind, seen = b"", set[bytes]()
        for kind, at, length in _chunks(held):
            if kind in _TELLING:
                yield Extra.METADATA
                if kind == b"eXIf" and exif_has_thumbnail(held.at(at, length)):
                    yield Extra.THUMBNAIL
            elif length > _LENGTHS.get(kind, -1) or (kind in seen and kind != b"IDAT"):
                yield Extra.ORPHANED
            if kind == b"IEND" and holds_more(held, at + length + 4):
                yield Extra.TRAILING
            seen.add(kind)
        if kind != b"IEND":
            yield Extra.UNREAD

    def file(self, samples: Pixels, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
        idat = deflate_rows(samples, "bits" if colour == "bilevel" else "png")
        return png_file(idat, samples.shape[1], samples.shape[0], colour, dpi)

    def check_parts(self, view: memoryview, spec: PageSpec) -> Iterator[Problem]:
        """IHDR, pHYs where the resolution is known, IDAT, IEND, and nothing else."""
        if bytes(view[:8]) != b"\x89PNG\r\n\x1a\n":
            yield Problem("structure", "not a PNG")
            return
        at, order, rows = 8, list[bytes](), 0
        unpacker = zlib.decompressobj()
        while at < len(view):
            length, kind = struct.unpack_from(">I4s", view, at)
            body = view[at + 8 : at + 8 + length]
            if len(view) < at + 12 + length:
                yield Problem("structure", "a chunk is cut")
                return
            if zlib.crc32(view[at + 4 : at + 8 + length]) != struct.unpack_from(">I", view, at + 8 + length)[0]:
                yield Problem("structure", "a chunk's checksum is wrong")
            if not order or order[-1] != kind:
                order.append(kind)
            if kind == b"IHDR":
                depth, colour = {"bilevel": (1, 0), "grey": (8, 0), "rgb": (8, 2)}[spec.colour]
                if struct.unpack(">IIBBBBB", body) != (spec.width, spec.height, depth, colour, 0, 0, 0):
                    yield Problem("pages", "another size or colour")
            elif kind == b"pHYs":
                across, down, unit = struct.unpack(">IIB", body)
                if spec.dpi is None or unit != 1 or not all(map(is_near, (across * 0.0254, down * 0.0254), spec.dpi)):
                    yield Problem("pages", "another resolution")
            elif kind == b"IDAT":
                for start in range(0, length, 1 << 16):
                    data = bytes(body[start : start + (1 << 16)])
                    while data:
                        rows += len(unpacker.decompress(data, 1 << 22))
                        data = unpacker.unconsumed_tail
            at += 12 + length
            if kind == b"IEND":
                if length:
                    yield Problem("contents", "bytes in the end chunk")
                break
        rows += len(unpacker.flush())
        if at != len(view):
            yield Problem("contents", "bytes after the image")
        if order != [b"IHDR", *([b"pHYs"] if spec.dpi else []), b"IDAT", b"IEND"]:
            yield Problem("contents", "a chunk that is not pixels or resolution")
        row = (spec.width * {"bilevel": 1, "grey": 8, "rgb": 24}[spec.colour] + 7) // 8 + 1
        if rows != row * spec.height or not unpacker.eof or unpacker.unused_data:
            yield Problem("structure", "the pixel stream has another length")


def _chunks(held: Held) -> Iterator[tuple[bytes, int, int]]:
    """Kind of each chunk up to the end or as far as they go, where its body begins, and its length."""
    at = len(_MAGIC)
    for _ in range(_MOST_CHUNKS):
        head = held.at(at, 8)
        if len(head) < 8:
            return
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        yield kind, at + 8, length
        at += 12 + length
        if kind == b"IEND":
            return


def png_file(idat: bytes, width: int, height: int, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
    """A PNG of IHDR, pHYs where the resolution is known, one IDAT, IEND."""
    depth, kind = {"bilevel": (1, 0), "grey": (8, 0), "rgb": (8, 2)}[colour]
    parts = [_MAGIC, _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))]
    if dpi is not None:
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", *per_metre(dpi), 1)))
    return b"".join([*parts, _chunk(b"IDAT", idat), _chunk(b"IEND", b"")])


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


FORMATS.register("png", Png(), order=1)
