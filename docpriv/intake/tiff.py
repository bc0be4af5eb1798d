"""Decode the pages of a TIFF file; refuses to drop one: only thumbnails are left out, and noted."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, cast

from PIL import Image, UnidentifiedImageError

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.intake.boundary import budget, check_size, memory_cap, translated
from docpriv.intake.images import opened
from docpriv.intake.notes import THUMBNAIL
from docpriv.intake.pixels import plausible_dpi, stored_bits, to_rgb
from docpriv.intake.remains_tiff import tiff_notes
from docpriv.intake.source import Source
from docpriv.intake.tiff_directory import Directory, directories
from docpriv.model import PageFormat, Pixels
from docpriv.options import Limits

_WHITE_IS_ZERO = 0
_TURNED = (5, 6, 7, 8)
_SHAPE = 0.05  # by which the shape of a thumbnail may differ from its page's


class TiffReader:
    """The pages of a TIFF file, each decoded on its own: no state passes from one page to the next."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Reads directories only. Raises CorruptInput, LimitExceeded or UnsupportedInput."""
        self._source = source
        self.notes: list[str] = []
        with translated("reading the directories of the TIFF file"):
            found = directories(source, limits)
            self.notes += tiff_notes(source, [directory.offset for directory in found])
        kept = tuple(d for d in found if not _is_thumbnail(d, found))
        if len(kept) < len(found):
            self.notes += ["skipped-thumbnail-pages", THUMBNAIL]
        self._directories: tuple[Directory, ...] = kept
        for number, directory in enumerate(self._directories, 1):
            check_size(directory.width, directory.height, limits, number)
        self.pages = len(self._directories)

    def decode(self, index: int) -> tuple[Pixels, PageFormat, tuple[str, ...]]:
        """Pixels u8 (H, W, 3) upright, how they were stored, notes, of page `index` from 0."""
        page, number = self._directories[index], index + 1
        with translated("decoding the TIFF image", number), memory_cap(budget(page.width * page.height)):
            try:
                with opened(_page_stream(self._source, page.offset), "image/tiff") as image:
                    return _decode(image, page, number)
            except (UnidentifiedImageError, SyntaxError, KeyError):
                # The directory itself was sound, so this is a combination of tags that Pillow has no decoder
                # for.
                unknown = UnsupportedInput(f"page {number}: this kind of TIFF image is not read")
            raise unknown

    def close(self) -> None:
        """Nothing is held open between pages."""


def _is_thumbnail(one: Directory, pages: tuple[Directory, ...]) -> bool:
    """Whether a directory that says so is a reduced version of another page: of the same shape, and half as wide at most.

    Some scanners mark whole pages so, which nobody may lose.
    """
    return one.reduced and any(
        not page.reduced
        and 2 * one.width <= page.width + 1
        and abs(one.width * page.height - one.height * page.width)
        <= _SHAPE * one.width * page.height + 2 * max(page.width, page.height)
        for page in pages
    )


def _decode(image: Image.Image, page: Directory, number: int) -> tuple[Pixels, PageFormat, tuple[str, ...]]:
    turned = page.orientation in _TURNED
    width, height = (page.height, page.width) if turned else (page.width, page.height)
    if image.size != (width, height):
        raise CorruptInput(f"page {number}: two readings of the TIFF directory disagree on the size")
    dpi = plausible_dpi(image.info.get("dpi"), swapped=turned)
    icc = bool(image.info.get("icc_profile"))
    # Pillow applies the orientation tag of a TIFF page itself while it loads, and does not undo white-is-zero
    # in 16 bits.
    inverted = page.photometric == _WHITE_IS_ZERO and page.bits == 16
    pixels, colour, notes = to_rgb(image, page.bits, inverted)
    if pixels.shape[:2] != (height, width):
        raise CorruptInput(f"page {number}: the decoded size is not the declared one")
    if icc:
        notes = (*notes, "icc-ignored")
    return pixels, PageFormat(colour=colour, bits=stored_bits(page.bits), dpi=dpi), notes


class _PageStream(io.RawIOBase):
    """The file as it would be if its chain of directories began at one page: Pillow then opens that page
    directly."""

    def __init__(self, source: Source, offset: int) -> None:
        super().__init__()
        head = source.at(0, 16)
        big = head[2:4] in (b"+\x00", b"\x00+")
        order = "little" if head[:2] == b"II" else "big"
        at, size = (8, 8) if big else (4, 4)
        self._head = head[:at] + offset.to_bytes(size, order) + head[at + size :]  # type: ignore[arg-type]
        self._source, self._position = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0) -> int:
        position = {0: 0, 1: self._position, 2: self._source.size}[whence] + offset
        if position < 0:
            raise ValueError("negative seek position")
        self._position = position
        return position

    def readinto(self, buffer: Any) -> int:
        block = self._source.at(self._position, len(buffer))
        if self._position < len(self._head):
            head = self._head[self._position : self._position + len(block)]
            block = head + block[len(head) :]
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)


class _MemoryPageStream(_PageStream):
    """For libtiff, which takes the directory's offset from Pillow and the rest from the unchanged bytes."""

    def getvalue(self) -> bytes:
        return self._source.data or b""


class _FilePageStream(_PageStream):
    """The same for a file that is not held in memory."""

    def fileno(self) -> int:
        return self._source.fileno()


def _page_stream(source: Source, offset: int) -> BinaryIO:
    kind = _FilePageStream if source.data is None else _MemoryPageStream
    return cast(BinaryIO, kind(source, offset))
