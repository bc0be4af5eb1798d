"""The pages of a TIFF file, each decoded on its own: none is dropped, only thumbnails are left out, and noted."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO, cast

from PIL import Image, TiffImagePlugin

from docpriv.errors import CorruptInput, LimitExceeded, UnsupportedInput
from docpriv.formats.boundary import budget, check_size, memory_cap, translated
from docpriv.formats.extra import Extra, gathered
from docpriv.formats.form import Decoded, Reader
from docpriv.formats.held import HeldStream
from docpriv.formats.pixels import plausible_dpi, stored_bits, to_rgb
from docpriv.formats.source import Source
from docpriv.formats.tiff.directory import STRIP_BYTES, STRIPS, TILE_BYTES, TILES, Directory, walk
from docpriv.formats.tiff.extra import extra_data
from docpriv.model import PageFormat
from docpriv.options import Limits

_SUBFILE, _OLD_SUBFILE, _WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _FORMAT = 254, 255, 256, 257, 258, 262, 274, 339
_WHITE_IS_ZERO = 0
_TURNED = (5, 6, 7, 8)
_SHAPE = 0.05  # by which the shape of a thumbnail may differ from its page's


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What one directory declares. `reduced`: it says that it is a thumbnail of another page."""

    offset: int
    width: int
    height: int
    bits: int
    photometric: int
    orientation: int
    reduced: bool


class TiffReader(Reader):
    """No state passes from one page to the next."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Reads directories only. Raises CorruptInput, LimitExceeded or UnsupportedInput."""
        super().__init__()
        self._source = source
        with translated("reading the directories of the TIFF file"):
            directories: list[Directory] = []
            found: list[_Page] = []
            for directory in walk(source):
                if len(found) >= limits.pages:
                    raise LimitExceeded.over("pages", f"more than {limits.pages} pages")
                directories.append(directory)
                found.append(_declared(source, directory))
            self.notes += gathered(extra_data(source, directories))
        self._pages = [page for page in found if not _is_thumbnail(page, found)]
        if len(self._pages) < len(found):
            self.notes += ["skipped-thumbnail-pages", Extra.THUMBNAIL]
        for number, page in enumerate(self._pages, 1):
            check_size(page.width, page.height, limits, number)
        self.pages = len(self._pages)

    def decode(self, index: int) -> Decoded:
        page, number = self._pages[index], index + 1
        with translated("decoding the TIFF image", number), memory_cap(budget(page.width * page.height)):
            try:
                with _opened(_page_stream(self._source, page.offset)) as image:
                    return _decode(image, page, number)
            except (SyntaxError, KeyError):
                # The directory itself was sound, so this is a combination of tags that Pillow has no decoder for.
                unknown = UnsupportedInput(f"page {number}: this kind of TIFF image is not read")
            raise unknown


def _opened(stream: BinaryIO) -> Image.Image:
    try:
        return TiffImagePlugin.TiffImageFile(stream)
    except (IndexError, TypeError, struct.error):
        raise SyntaxError from None


def _declared(source: Source, directory: Directory) -> _Page:
    """Raises UnsupportedInput (floating point or signed), CorruptInput (no size, data beyond the end of the file)."""
    page = directory.page

    def first(tag: int, default: int) -> int:
        values = directory.values(source, tag)
        return int(values[0]) if len(values) else default

    formats = set(directory.values(source, _FORMAT).tolist())
    if 3 in formats:
        raise UnsupportedInput(f"page {page}: floating-point pixels are not read")
    if not formats <= {1, 4}:
        raise UnsupportedInput(f"page {page}: signed or complex pixels are not read")
    width, height = first(_WIDTH, 0), first(_HEIGHT, 0)
    if width < 1 or height < 1:
        raise CorruptInput(f"page {page}: the declared size is not a size")
    _check_data(source, directory)
    return _Page(
        offset=directory.start,
        width=width,
        height=height,
        bits=max(directory.values(source, _BITS).tolist(), default=1),
        photometric=first(_PHOTOMETRIC, 0),
        orientation=first(_ORIENTATION, 1),
        reduced=bool(first(_SUBFILE, 0) & 1) or first(_OLD_SUBFILE, 1) == 2,
    )


def _check_data(source: Source, directory: Directory) -> None:
    """Every strip or tile has to lie inside the file: libtiff fills what is missing without a word."""
    starts = directory.values(source, STRIPS, TILES).tolist()
    lengths = directory.values(source, STRIP_BYTES, TILE_BYTES).tolist()
    if not starts:
        raise CorruptInput(f"page {directory.page}: the TIFF page has no image data")
    if any(not 0 <= start < source.size for start in starts) or any(
        length < 0 or start + length > source.size for start, length in zip(starts, lengths, strict=False)
    ):
        raise CorruptInput(f"page {directory.page}: the TIFF file is cut off: image data lies beyond its end")


def _is_thumbnail(one: _Page, pages: list[_Page]) -> bool:
    """Whether a directory that says so is a reduced version of another page: of the same shape, and half as wide at most.

    Some scanners mark whole pages so, which nobody may lose."""
    return one.reduced and any(
        not page.reduced
        and 2 * one.width <= page.width + 1
        and abs(one.width * page.height - one.height * page.width)
        <= _SHAPE * one.width * page.height + 2 * max(page.width, page.height)
        for page in pages
    )


def _decode(image: Image.Image, page: _Page, number: int) -> Decoded:
    turned = page.orientation in _TURNED
    width, height = (page.height, page.width) if turned else (page.width, page.height)
    if image.size != (width, height):
        raise CorruptInput(f"page {number}: two readings of the TIFF directory disagree on the size")
    dpi = plausible_dpi(image.info.get("dpi"), swapped=turned)
    icc = bool(image.info.get("icc_profile"))
    # Pillow applies the orientation tag of a TIFF page itself while it loads, and does not undo white-is-zero in 16 bits.
    inverted = page.photometric == _WHITE_IS_ZERO and page.bits == 16
    pixels, colour, notes = to_rgb(image, page.bits, inverted)
    if pixels.shape[:2] != (height, width):
        raise CorruptInput(f"page {number}: the decoded size is not the declared one")
    if icc:
        notes = (*notes, "icc-ignored")
    return pixels, PageFormat(colour=colour, bits=stored_bits(page.bits), dpi=dpi), notes


def _page_stream(source: Source, offset: int) -> BinaryIO:
    """The file as it would be if its chain of directories began at one page: Pillow then opens that page directly."""
    head = source.at(0, 16)
    at, size = (8, 8) if head[2:4] in (b"+\x00", b"\x00+") else (4, 4)
    head = head[:at] + offset.to_bytes(size, "little" if head[:2] == b"II" else "big") + head[at + size :]
    if source.data is not None:
        return io.BytesIO(head + source.data[len(head) :])
    return cast(BinaryIO, _FileStream(source, head))


class _FileStream(HeldStream):
    """A file with another beginning. libtiff reads by descriptor, and takes the directory's offset from Pillow."""

    def __init__(self, source: Source, head: bytes) -> None:
        self._source, self._head = source, head
        super().__init__(self._patched, source.size)

    def _patched(self, offset: int, count: int) -> bytes:
        block = self._source.at(offset, count)
        head = self._head[offset : offset + len(block)]
        return head + block[len(head) :]

    def fileno(self) -> int:
        return self._source.fileno()
