"""BMP, with the headers that Windows and OS/2 gave it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from PIL import BmpImagePlugin

from docpriv.errors import LimitExceeded
from docpriv.formats.extra import Extra
from docpriv.formats.form import FORMATS, PageSpec, Problem
from docpriv.formats.held import Held, holds_more
from docpriv.formats.image import ImageFormat, is_near
from docpriv.formats.source import Source
from docpriv.formats.streams import per_metre
from docpriv.model import Colour, Pixels

_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)


class Bmp(ImageFormat):
    name = "BMP"
    media_type = "image/bmp"
    suffixes = (".bmp",)
    magic = b"BM"
    plugin = BmpImagePlugin.BmpImageFile

    def sniff(self, head: bytes) -> bool:
        return super().sniff(head) and int.from_bytes(head[14:18], "little") in _HEADERS

    def whole(self, held: Held) -> bool:
        return held.size >= int.from_bytes(held.at(2, 4), "little")

    def bits(self, source: Source) -> int:
        return 1 if source.at(28, 2) == b"\x01\x00" and source.at(14, 1) != b"\x0c" else 8

    def extra_data(self, held: Held) -> Iterator[str]:
        start, header = struct.unpack("<II", held.at(10, 8))
        if header == 12:
            width, height, _, bits = struct.unpack("<HHHH", held.at(18, 8))
            coding, stated, colours, table = 0, 0, 1 << bits if bits <= 8 else 0, 3
        else:
            width, height, _, bits, coding, stated, _, _, colours = struct.unpack("<iiHHIIiiI", held.at(18, 32))
            colours, table = colours or (1 << bits if bits <= 8 else 0), 4
        # The size field of the file is not asked: it can be made to cover anything.
        size = stated if coding in (1, 2, 4, 5) else (abs(width) * bits + 31) // 32 * 4 * abs(height)
        end = start + size if size else int.from_bytes(held.at(2, 4), "little")
        if header >= 124 and held.at(14 + 56, 4) in (b"DEBM", b"KNIL"):  # a profile, held or named, behind the pixels
            at, length = struct.unpack("<II", held.at(14 + 112, 8))
            if held.at(14 + 56, 4) == b"KNIL":
                yield Extra.METADATA
            if 14 + at <= end + 4:
                end = max(end, 14 + at + length)
        masks = 16 if coding in (3, 6) and header == 40 else 0
        if holds_more(held, 14 + header + masks + table * min(colours, 256), start):
            yield Extra.ORPHANED
        if holds_more(held, end):
            yield Extra.TRAILING

    def file(self, samples: Pixels, colour: Colour, dpi: tuple[float, float] | None) -> bytes:
        """With the 40-byte header: 1 bit with two colours, 8 bits with 256 greys, or 24 bits; bottom row first."""
        height, width = samples.shape[:2]
        if colour == "bilevel":
            rows, depth, palette = np.packbits(samples >= 128, axis=1), 1, np.array([0, 255], np.uint8)
        elif colour == "grey":
            rows, depth, palette = samples, 8, np.arange(256, dtype=np.uint8)
        else:
            rows, depth, palette = samples[:, :, ::-1].reshape(height, -1), 24, np.zeros(0, np.uint8)
        stride = -(-rows.shape[1] // 4) * 4
        body = np.zeros((height, stride), np.uint8)
        body[:, : rows.shape[1]] = rows[::-1]
        table = b"".join(bytes((v, v, v, 0)) for v in palette.tolist())
        start = 54 + len(table)
        if start + body.size >= 1 << 32:
            raise LimitExceeded("a BMP file cannot hold more than 4 GB", remedy="Write a PDF instead: --set writing.format=pdf.")
        across, down = per_metre(dpi) if dpi is not None else (0, 0)
        head = struct.pack("<2sIHHI", b"BM", start + body.size, 0, 0, start)
        head += struct.pack("<IiiHHIIiiII", 40, width, height, 1, depth, 0, body.size, across, down, len(palette), 0)
        return head + table + body.tobytes()

    def check_parts(self, view: memoryview, spec: PageSpec) -> Iterator[Problem]:
        """The 40-byte header, palette of greys, rows, and not a byte more."""
        depth = {"bilevel": 1, "grey": 8, "rgb": 24}[spec.colour]
        colours = 0 if depth == 24 else 1 << depth
        start, stride = 54 + 4 * colours, (spec.width * depth + 31) // 32 * 4
        size = start + stride * spec.height
        if len(view) < 54 or len(view) != size:
            yield Problem("contents" if len(view) > size else "structure", "another length than the pixels need")
        if struct.unpack_from("<2sIHHI", view) != (b"BM", size, 0, 0, start):
            yield Problem("structure", "another file header")
        header = struct.unpack_from("<IiiHHIIiiII", view, 14)
        if header[1:3] != (spec.width, spec.height) or header[4] != depth:
            yield Problem("pages", "another size or colour")
        if (header[0], header[3], *header[5:7], *header[9:]) != (40, 1, 0, stride * spec.height, colours, 0):
            yield Problem("structure", "another image header")
        wanted = spec.dpi or (0.0, 0.0)
        if not all(is_near(found * 0.0254, value) for found, value in zip(header[7:9], wanted, strict=True)):
            yield Problem("pages", "another resolution")
        step = 255 // max(1, colours - 1)
        if bytes(view[54:start]) != b"".join(bytes((i * step, i * step, i * step, 0)) for i in range(colours)):
            yield Problem("contents", "another palette")
        used = (spec.width * depth + 7) // 8
        if used < stride and any(any(view[at + used : at + stride]) for at in range(start, len(view), stride)):
            yield Problem("contents", "bytes hidden in the padding of rows")


FORMATS.register("bmp", Bmp(), order=4)
