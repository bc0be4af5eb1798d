"""What a PDF carries besides its pages, and what its images claim to be.

PDFium draws pages but does not say whether an image has a soft mask or a decode array, and it decompresses a content stream
whole. Both are looked up here first, with a second, independent parser."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from docpriv.errors import LimitExceeded
from docpriv.formats.extra import Extra, gathered
from docpriv.formats.pdf.extra import Drawings, ObjectId, byte_extra, is_linearized, object_extra
from docpriv.formats.source import Source

CONTENT_LIMIT = 128 * 2**20
"""Bytes that the drawing instructions of one stream may have when decompressed."""

_DEFLATE_RATIO = 1032
"""Best ratio that Deflate can reach (https://zlib.net/zlib_tech.html)."""

_EXPANDING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})
_CHANNELS = {"/DeviceGray": 1, "/G": 1, "/CalGray": 1, "/DeviceRGB": 3, "/RGB": 3, "/CalRGB": 3, "/DeviceCMYK": 4, "/CMYK": 4}
_MOST_STREAMS = 20_000
_PADDING = 64
_LARGEST_CHECKED = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """What an image dictionary says. `plain`: no mask, soft mask, matte or optional content, and not a stencil.

    `channels`: 1, 3 or 4 for grey, RGB and CMYK however calibrated; 0 for anything else (palette, separation, ...).
    `decoded_as_is`: no decode array that changes values. `whole`: no sign that data is missing."""

    width: int
    height: int
    bits: int
    channels: int
    plain: bool
    decoded_as_is: bool
    whole: bool


class Structure:
    """A PDF's objects. Every method is about bytes that may be hostile; callers wrap it in `translated`."""

    def __init__(self, source: Source, password: str | None) -> None:
        """Raises pikepdf.PdfError (damaged) or pikepdf.PasswordError."""
        self._pdf = pikepdf.open(source.stream(), password=password or "")
        self._source = source
        self._drawings = Drawings(self._pdf)
        self._checked: set[tuple[int, int]] = set()

    @property
    def pages(self) -> int:
        return len(self._pdf.pages)

    def notes(self) -> list[str]:
        """Codes of what the document carries besides its pages."""
        used: set[ObjectId] = set()
        notes = gathered(object_extra(self._pdf, self._source, used))
        known = None if Extra.UNREAD in notes else used
        return [*notes, *gathered(byte_extra(self._source, is_linearized(self._pdf), known))]

    def page_notes(self, index: int) -> list[str]:
        """Codes of what page `index` carries; what no page draws is said with the last page asked for."""
        return self._drawings.page_notes(index)

    def user_unit(self, index: int) -> float:
        """Points (1/72 inch) per unit of the page's coordinates; 1 where absent or absurd."""
        unit = float(self._pdf.pages[index].obj.get("/UserUnit", 1))
        return unit if 0.01 <= unit <= 1000 else 1.0

    def image(self, index: int, size: tuple[int, int], raw: bytes) -> ImageFacts | None:
        """Facts about the image of page `index` that has that width and height and whose still encoded data is `raw`; None where
        there is none, or where several differ."""
        found = set()
        for obj in _items(self._pdf.pages[index].resources, "/XObject"):
            # Sizes first: files that list the images of all pages on each would be read once a page otherwise. Encryption pads
            # data, so lengths are compared loosely.
            if (
                obj.get("/Subtype") == "/Image"
                and (obj.get("/Width"), obj.get("/Height")) == size
                and abs(int(obj.get("/Length", 0)) - len(raw)) <= _PADDING
                and bytes(obj.read_raw_bytes()) == raw
            ):
                found.add(_facts(obj, raw))
        return found.pop() if len(found) == 1 else None

    def check_streams(self, index: int) -> None:
        """Measure the drawing instructions of a page and of the forms it uses, without keeping them.

        Raises LimitExceeded where one would decompress to more than CONTENT_LIMIT bytes."""
        whole = self._pdf.pages[index]
        page = whole.obj
        contents = page.get("/Contents")
        for part in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(part, pikepdf.Stream):
                self._check(part, index + 1)
        waiting: list[Any] = [whole.resources]
        for note in page.get("/Annots", []):
            waiting += _appearances(note)
        while waiting:
            owner = waiting.pop()
            if isinstance(owner, pikepdf.Stream):
                if not self._check(owner, index + 1):
                    continue
                owner = owner.get("/Resources", {})
            for kind in ("/XObject", "/Pattern"):
                waiting += [obj for obj in _items(owner, kind) if obj.get("/Subtype") != "/Image"]

    def _check(self, stream: Any, page: int) -> bool:
        """Whether the stream is new; raises where it is too large."""
        if stream.objgen in self._checked:
            return False
        self._checked.add(stream.objgen)
        filters = stream.get("/Filter", [])
        names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
        expanding = [n for n in names if n in _EXPANDING]
        raw = bytes(stream.read_raw_bytes())
        if len(raw) * _DEFLATE_RATIO ** len(expanding) <= CONTENT_LIMIT:
            return True
        deflated = names[0] in ("/FlateDecode", "/Fl")
        if len(expanding) > 1 or (deflated and _inflated(raw, CONTENT_LIMIT) > CONTENT_LIMIT):
            raise LimitExceeded(
                f"page {page}: drawing instructions decompress to more than {CONTENT_LIMIT // 2**20} MB",
                remedy="Print the page to an image and redact that.",
            )
        return True

    def close(self) -> None:
        self._pdf.close()


def _inflated(raw: bytes, most: int) -> int:
    """Decompressed length, counted up to a little over `most`, in pieces of 1 MB."""
    engine, total, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and total <= most and not engine.eof:
            total += len(engine.decompress(rest, 2**20))
            rest = engine.unconsumed_tail
    except zlib.error:
        pass  # damaged from here on: what came before is what counts
    return total


def _items(owner: Any, kind: str) -> Iterator[Any]:
    """The streams of one resource category, none where the dictionary is not one."""
    table = owner.get(kind) if isinstance(owner, pikepdf.Dictionary) else None
    if isinstance(table, pikepdf.Dictionary):
        for number, obj in enumerate(table.values()):
            if number >= _MOST_STREAMS:
                raise LimitExceeded(f"more than {_MOST_STREAMS} drawings in one page")
            if isinstance(obj, pikepdf.Stream):
                yield obj


def _appearances(note: Any) -> list[Any]:
    """Streams that draw an annotation in any of its states."""
    table = note.get("/AP") if isinstance(note, pikepdf.Dictionary) else None
    found: list[Any] = []
    for state in table.values() if isinstance(table, pikepdf.Dictionary) else ():
        if isinstance(state, pikepdf.Stream):
            found.append(state)
        elif isinstance(state, pikepdf.Dictionary):
            found += [s for s in state.values() if isinstance(s, pikepdf.Stream)]
    return found


def _facts(image: Any, raw: bytes) -> ImageFacts:
    stencil = bool(image.get("/ImageMask", False))
    plain = not stencil and not any(k in image for k in ("/SMask", "/Mask", "/OC")) and not int(image.get("/SMaskInData", 0))
    decode = [float(v) for v in image.get("/Decode", [])]
    same = decode == [0.0, 1.0] * (len(decode) // 2)
    width, height = int(image.get("/Width", 0)), int(image.get("/Height", 0))
    channels = _channels(image.get("/ColorSpace"))
    bits = 1 if stencil else int(image.get("/BitsPerComponent", 8))
    needed = height * ((width * bits * (1 if stencil else channels) + 7) // 8)
    short = (
        str(image.get("/Filter")) == "/FlateDecode"
        and 0 < needed <= _LARGEST_CHECKED
        and "/DecodeParms" not in image
        and _inflated(raw, needed) < needed
    )
    return ImageFacts(width=width, height=height, bits=bits, channels=channels, plain=plain, decoded_as_is=same, whole=not short)


def _channels(space: Any) -> int:
    if isinstance(space, pikepdf.Array) and len(space):
        family = str(space[0])
        if family == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
            count = int(space[1].get("/N", 0))
            return count if count in (1, 3, 4) else 0
        return _CHANNELS.get(family, 0)
    return _CHANNELS.get(str(space), 0)
