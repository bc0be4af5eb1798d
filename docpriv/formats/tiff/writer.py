"""A TIFF of coded pages, written as it goes."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import BinaryIO

from docpriv.errors import LimitExceeded
from docpriv.formats.form import CodedPage, DocumentWriter, PlacedWord

_MOST = 2**32 - 1


class TiffWriter(DocumentWriter):
    """Classic little-endian TIFF: stream, directory, stream, directory. Each directory's link to the next is filled in when that
    one is written, so only one offset is kept."""

    def __init__(self, stream: BinaryIO, pages: int) -> None:
        super().__init__(stream, "image/tiff", pages)
        self._link = 4  # where the offset of the next directory belongs
        self._at = 8
        stream.write(struct.pack("<2sHI", b"II", 42, 0))

    def _add(self, page: CodedPage, text: Sequence[PlacedWord]) -> None:
        data_at, padding = self._at, len(page.data) % 2
        directory_at = data_at + len(page.data) + padding
        if directory_at > _MOST - 4096:
            raise LimitExceeded(
                "a TIFF file cannot pass 4 GB", remedy="Split it, or write a PDF instead: --set writing.format=pdf."
            )
        directory = _directory(page, data_at, directory_at)
        self._out.write(page.data)
        self._out.write(b"\0" * padding + directory)
        self._out.seek(self._link)
        self._out.write(struct.pack("<I", directory_at))
        self._at = directory_at + len(directory)
        self._out.seek(self._at)
        self._link = directory_at + 2 + 12 * struct.unpack_from("<H", directory)[0]


def one_page(page: CodedPage) -> bytes:
    """A file of one page, to read its stream back with libtiff."""
    held = io.BytesIO()
    writer = TiffWriter(held, 1)
    writer.add(page)
    writer.finish()
    return held.getvalue()


def _directory(page: CodedPage, data_at: int, directory_at: int) -> bytes:
    """One image file directory with its values behind it; the last four bytes of the entries, the offset of the next directory,
    are zero. Tags of TIFF 6.0 baseline, plus Predictor. Little-endian."""
    short, long, rational = 3, 4, 5
    samples, g4 = (3 if page.colour == "rgb" else 1), page.codec == "g4"
    entries: list[tuple[int, int, int, bytes]] = [
        (256, long, 1, struct.pack("<I", page.width)),
        (257, long, 1, struct.pack("<I", page.height)),
        (258, short, samples, struct.pack(f"<{samples}H", *[1 if page.colour == "bilevel" else 8] * samples)),
        (259, short, 1, struct.pack("<H", 4 if g4 else 8)),
        (262, short, 1, struct.pack("<H", {"bilevel": 0, "grey": 1, "rgb": 2}[page.colour])),
        (273, long, 1, struct.pack("<I", data_at)),
        (277, short, 1, struct.pack("<H", samples)),
        (278, long, 1, struct.pack("<I", page.height)),
        (279, long, 1, struct.pack("<I", len(page.data))),
    ]
    if page.dpi is not None:
        entries += [(tag, rational, 1, _rational(value)) for tag, value in zip((282, 283), page.dpi, strict=True)]
        entries.append((296, short, 1, struct.pack("<H", 2)))
    if not g4:
        entries.append((317, short, 1, struct.pack("<H", 2)))
    tail_at = directory_at + 2 + 12 * len(entries) + 4
    head, tail = struct.pack("<H", len(entries)), b""
    for tag, kind, count, value in entries:
        if len(value) > 4:
            value, tail = struct.pack("<I", tail_at + len(tail)), tail + value + b"\0" * (len(value) % 2)
        head += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return head + struct.pack("<I", 0) + tail


def _rational(value: float) -> bytes:
    ratio = Fraction(value).limit_denominator(10_000)
    return struct.pack("<II", min(max(1, ratio.numerator), 2**32 - 1), ratio.denominator)
