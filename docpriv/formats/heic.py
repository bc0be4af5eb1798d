"""HEIC (ISO/IEC 14496-12 and 23008-12), read with the extra `heic` and never written: its primary picture is the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.formats.boundary import budget, check_size, memory_cap, translated
from docpriv.formats.extra import Extra, gathered
from docpriv.formats.form import FORMATS, Decoded, Format, Reader
from docpriv.formats.held import Held, holds_more
from docpriv.formats.image import read_opened
from docpriv.formats.sniffing import brands
from docpriv.formats.source import Source
from docpriv.model import MediaType
from docpriv.options import Limits

_STILL = {b"heic", b"heix", b"heim", b"heis"}
_MOST_BOXES = 100_000
_MOST_META = 16 * 2**20
_FILMS = {b"moov", b"moof", b"mpvd"}
_CODED = {b"hvc1", b"hev1", b"lhv1", b"av01", b"avc1", b"jpeg", b"j2k1", b"unci", b"grid", b"iovl", b"iden", b"tmap"}


class Heic(Format):
    name = "HEIC"
    media_type = "image/heic"
    suffixes = (".heic", ".heif")
    optional = True

    @property
    def written_as(self) -> MediaType:
        return "image/jpeg"

    def missing(self) -> str | None:
        try:
            _library()
        except UnsupportedInput as exc:
            return exc.advice
        return None

    def sniff(self, head: bytes) -> bool:
        return bool(brands(head) & _STILL)

    def whole(self, held: Held) -> bool:
        """Boxes up to the end, and pictures among them."""
        return {b"meta", b"mdat"} <= {kind for kind, _, _ in _boxes(held.at, 0, held.size)}

    def open(self, source: Source, limits: Limits, render_dpi: int, password: str | None) -> Reader:
        return _HeicReader(source, limits)


def _library() -> Any:
    """What reads HEIC. UnsupportedInput where it is not installed."""
    try:
        import pillow_heif
    except ImportError:
        raise UnsupportedInput(
            "HEIC files are not read by this installation",
            remedy="Run: pip install 'docpriv[heic]'. Or convert the file to JPEG.",
        ) from None
    pillow_heif.options.DECODE_THREADS = 1  # a stack for each would count against the memory of the page
    return pillow_heif


class _HeicReader(Reader):
    """The picture that viewers show, as one page."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Reads headers only. Raises UnsupportedInput (also without the extra), CorruptInput or LimitExceeded."""
        super().__init__()
        self._library = _library()
        self._source, self._limits = source, limits
        with translated("reading the header of the HEIC image"):
            self.notes += gathered(_extra(source))
            with memory_cap(budget(0) + 2 * source.size):
                width, height = self._primary().size
                check_size(width, height, limits)

    def _primary(self) -> Any:
        """Its size is that after its own turns and crops, which the library applies."""
        opened = self._library.open_heif(self._source.stream(), convert_hdr_to_8bit=True)
        if not len(opened):
            raise CorruptInput("the HEIC file holds no picture")
        return opened[opened.primary_index]

    def decode(self, index: int) -> Decoded:
        """The file's own turn (ISO/IEC 23008-12, 6.5.10) is all that counts: its EXIF repeats it for other programs."""
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


def _boxes(at: Callable[[int, int], bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Boxes one after the other: kind, where the content begins, where it ends. ValueError where the rest is no whole box."""
    for _ in range(_MOST_BOXES):
        if start >= end:
            return
        head = at(start, 16)
        if len(head) < 8:
            raise ValueError
        size, kind, inner = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, inner = int.from_bytes(head[8:16], "big"), start + 16
        if size == 0:
            size = end - start
        if start + size > end or start + size < inner:
            raise ValueError
        yield kind, inner, start + size
        start += size
    raise ValueError


def _extra(held: Held) -> Iterator[str]:
    """Codes of what the file holds besides its picture, from its boxes alone."""
    seen: set[bytes] = set()
    try:
        for kind, start, end in _boxes(held.at, 0, held.size):
            if kind == b"meta" and kind not in seen:
                if end - start > _MOST_META:
                    yield Extra.UNREAD
                    return
                yield from gathered(_in_meta(held.at(start, end - start)))
            elif kind in _FILMS:
                yield Extra.PICTURES
            elif kind in (b"free", b"skip"):
                if holds_more(held, start, end):
                    yield Extra.ORPHANED
            elif kind not in (b"ftyp", b"mdat"):
                yield Extra.METADATA if kind == b"uuid" else Extra.ORPHANED
            seen.add(kind)
    except ValueError:
        if b"meta" in seen:
            yield Extra.TRAILING  # makers of phones hang their own data behind the last box
            return
    if b"meta" not in seen:
        yield Extra.UNREAD


def _in_meta(body: bytes) -> Iterator[str]:
    def at(offset: int, count: int) -> bytes:
        return body[offset : offset + count]

    def number(offset: int, size: int) -> int:
        return int.from_bytes(at(offset, size), "big")

    kinds: dict[int, bytes] = {}
    parts: dict[int, list[int]] = {}
    thumbnails: set[int] = set()
    primary = 0
    for kind, start, end in _boxes(at, 4, len(body)):
        version, inner = body[start], start + 4
        if kind == b"pitm":
            primary = number(inner, 4 if version else 2)
        elif kind == b"iinf":
            for _, item, _ in _boxes(at, inner + (4 if version else 2), end):
                size = 4 if body[item] == 3 else 2
                kinds[number(item + 4, size)] = at(item + 6 + size, 4)
        elif kind == b"iref":
            size = 4 if version else 2
            for reference, item, stop in _boxes(at, inner, end):
                source = number(item, size)
                if reference == b"dimg":
                    parts.setdefault(source, []).extend(number(place, size) for place in range(item + size + 2, stop, size))
                elif reference == b"thmb":
                    thumbnails.add(source)
    shown, waiting = set[int](), [primary]
    while waiting:
        one = waiting.pop()
        if one not in shown:
            shown.add(one)
            waiting += parts.get(one, [])
    of_thumbnails = {part for one in thumbnails for part in parts.get(one, [])}
    for one, kind in kinds.items():
        if kind not in _CODED:
            yield Extra.METADATA
        elif one in thumbnails:
            yield Extra.THUMBNAIL
        elif one not in shown | of_thumbnails:
            yield Extra.PICTURES


FORMATS.register("heic", Heic(), order=6)
