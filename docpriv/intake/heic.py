"""Decode the primary picture of a HEIC file to one page, with the extra `heic`; refuses what is moving, and other pictures."""

from __future__ import annotations

from typing import Any

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.intake.boundary import budget, check_size, memory_cap, translated
from docpriv.intake.images import read_opened
from docpriv.intake.remains_heic import heic_notes
from docpriv.intake.source import Source
from docpriv.model import PageFormat, Pixels
from docpriv.options import Limits


def heic_reader() -> Any:
    """The library that reads HEIC. UnsupportedInput where it is not installed."""
    try:
        import pillow_heif
    except ImportError:
        raise UnsupportedInput(
            "HEIC files are not read by this installation",
            remedy="Run: pip install 'docpriv[heic]'. Or convert the file to JPEG.",
        ) from None
    pillow_heif.options.DECODE_THREADS = 1  # a stack for each would count against the memory of the page
    return pillow_heif


class HeicReader:
    """One page out of a HEIC file. Decodes nothing until `decode`; keeps no pixels."""

    pages = 1

    def __init__(self, source: Source, limits: Limits) -> None:
        """Reads headers only. Raises UnsupportedInput (also without the extra), CorruptInput or LimitExceeded."""
        self._library = heic_reader()
        self._source, self._limits = source, limits
        with translated("reading the header of the HEIC image"):
            self.notes = heic_notes(source)
            with memory_cap(budget(0) + 2 * source.size):
                width, height = self._primary().size
                check_size(width, height, limits)

    def _primary(self) -> Any:
        """The picture that viewers show; its size is that after its own turns and crops, which the library applies."""
        opened = self._library.open_heif(self._source.stream(), convert_hdr_to_8bit=True)
        if not len(opened):
            raise CorruptInput("the HEIC file holds no picture")
        return opened[opened.primary_index]

    def decode(self, index: int) -> tuple[Pixels, PageFormat, tuple[str, ...]]:
        """Pixels u8 (H, W, 3) upright, how they were stored, notes. `index` is 0.

        The file's own turn (ISO/IEC 23008-12, 6.5.10) is all that counts: its EXIF repeats it for other programs.
        """
        with translated("decoding the HEIC image", index + 1):
            with memory_cap(budget(0) + 2 * self._source.size):
                picture = self._primary()
            width, height = picture.size
            check_size(width, height, self._limits, index + 1)
            with memory_cap(budget(width * height) + 2 * self._source.size):
                deep = int(picture.info.get("bit_depth", 8)) > 8
                image = picture.to_pillow()
                if image.size != (width, height):
                    raise CorruptInput("the decoded size is not the declared one")
                pixels, form, notes = read_opened(image, 8, apply_orientation=False)
        return pixels, form, (*notes, *(["reduced-16-bit"] if deep else []))

    def close(self) -> None:
        """Nothing is held open between pages."""
