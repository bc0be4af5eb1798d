"""What a PDF holds besides its pages: revisions, stray bytes, unused objects, actions.

The objects are walked from the trailer, so that what no reader shows is seen as well; the bytes are searched for objects that the
cross-reference table no longer names. Every search is bounded; one that cannot be finished ends in "structure-unread"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from docpriv.formats.extra import Extra, gathered
from docpriv.formats.held import Held, Part, holds_more, places
from docpriv.formats.jpeg import stream_extra

ObjectId = tuple[int, int]

_BLANK = b"\0\t\n\f\r "
_MARKS = (b"%%EOF", b"startxref", b"endstream", b"obj")
_NUMBERED = re.compile(rb"(?:^|[^0-9])(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+$")
_AFTER_OBJECT = re.compile(rb"(?:\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj|xref|trailer|startxref)")
_AFTER_STREAM = re.compile(rb"endobj")
_HEADER = re.compile(rb"%PDF-\d\.\d[\t ]*(?:\r\n|\r|\n)(?:%[^\r\n\t ]{0,12}[\t ]*(?:\r\n|\r|\n))?")
_CONTAINER = re.compile(rb"/(?:ObjStm|XRef|Linearized)(?![A-Za-z])")
_HINTS = re.compile(rb"/H[\0\t\n\f\r ]*\[([\0\t\n\f\r 0-9]{1,99})\]")
_OBJECT = re.compile(rb"[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+obj")
_OFFSET = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,12})")
_EMPTY_TABLE = re.compile(rb"xref[\0\t\n\f\r ]+0[\t ]+0[\0\t\n\f\r ]+trailer")
_TELLING = re.compile(rb"[(]|(?<!<)<(?!<)|stream")
_DRAWN = re.compile(rb"(/[^\0\t\n\f\r /<>\[\](){}%]+)[\0\t\n\f\r ]+Do(?![A-Za-z0-9])")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")

_MOST_MARKS = 1_000_000
_MOST_NODES, _NODES_A_PAGE = 200_000, 2_000
_LARGEST_CONTENT = 4 * 2**20
_LARGEST_JPEG = 64 * 2**20
_MOST_FORMS = 2_000
_TRIFLE = 100
_MOST_NAMES = 20_000

_SILENT_ROOT_KEYS = frozenset(
    {
        *("/Type", "/Version", "/Extensions", "/Pages", "/PageLayout", "/PageMode", "/ViewerPreferences", "/Lang", "/MarkInfo"),
        *("/OutputIntents", "/Requirements", "/NeedsRendering", "/Names", "/Outlines", "/OpenAction", "/AcroForm"),
    }
)
_ROOT_KEYS = {
    "/AA": Extra.JAVASCRIPT,
    "/AF": Extra.ATTACHMENTS,
    "/Collection": Extra.ATTACHMENTS,
    "/OCProperties": Extra.OPTIONAL,
}
_NAME_KEYS = {"/JavaScript": Extra.JAVASCRIPT, "/EmbeddedFiles": Extra.ATTACHMENTS}
_SILENT_PAGE_KEYS = frozenset(
    {
        *("/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents", "/Rotate"),
        *("/Group", "/Tabs", "/UserUnit", "/StructParents", "/Annots", "/Thumb", "/AA", "/Dur", "/Trans", "/BoxColorInfo"),
    }
)
_PAGE_KEYS = {"/AF": Extra.ATTACHMENTS}
"""What entries of the catalog, of its names and of a page tell; the silent ones nothing, or what `_KEYS` says. All others are
had-metadata."""

_KEYS = {
    "/JS": Extra.JAVASCRIPT,
    "/AA": Extra.JAVASCRIPT,
    "/EF": Extra.ATTACHMENTS,
    "/Metadata": Extra.METADATA,
    "/PieceInfo": Extra.METADATA,
    "/Thumb": Extra.THUMBNAIL,
    "/Alternates": Extra.ORPHANED,  # other versions of an image
}
"""What entries tell wherever they stand."""

_ACTIONS = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/ResetForm"})


def is_linearized(pdf: pikepdf.Pdf) -> bool:
    """Whether the file is laid out for reading from a network, which takes two cross-reference tables and two ends."""
    try:
        return bool(pdf.is_linearized)
    except Exception:  # of a damaged parameter dictionary
        return False


def _hints(held: Held) -> set[ObjectId]:
    """The streams of a linearized file that tell readers where its pages are: reached by offset, not by reference."""
    found: set[ObjectId] = set()
    table = _HINTS.search(held.at(0, 2048))
    for offset in table[1].split()[:4:2] if table else ():
        head = _OBJECT.match(held.at(int(offset), 64))
        if head:
            found.add((int(head[1]), int(head[2])))
    return found


def byte_extra(held: Held, linearized: bool, used: set[ObjectId] | None) -> Iterator[str]:
    """Codes of what the bytes tell. `used`: the objects that the pages lead to, None where that is not known."""
    ends = starts = empty = 0
    last = -1
    first: int | None = None
    defined: set[ObjectId] = set()
    for count, (at, word) in enumerate(places(held, *_MARKS)):
        if count > _MOST_MARKS:
            yield Extra.UNREAD
            return
        if word == b"%%EOF":
            ends, last = ends + 1, max(last, at)
        elif word == b"startxref":
            starts += 1
            empty += _is_empty_section(held, at)
        elif word == b"endstream":
            if not _followed(held, at + 9, _AFTER_STREAM):
                yield Extra.ORPHANED
        elif held.at(at - 3, 3) == b"end":
            if not _followed(held, at + 3, _AFTER_OBJECT):
                yield Extra.ORPHANED
        else:
            begin = max(0, at - 24)
            head = _NUMBERED.search(held.at(begin, at - begin))
            if head is None:
                continue
            first = min(begin + head.start(1), held.size if first is None else first)
            name = int(head[1]), int(head[2])
            if name in defined:
                yield Extra.REVISIONS
            defined.add(name)
            if used is not None and name not in used and _holds_content(held.at(at + 3, 512)):
                yield Extra.ORPHANED
    allowed = (2 if linearized else 1) + empty
    if ends > allowed or starts > allowed:
        yield Extra.REVISIONS
    if last < 0:
        yield Extra.UNREAD
    elif holds_more(held, last + 5, blank=_BLANK):
        yield Extra.TRAILING
    if first is not None:
        start = held.at(0, 1024).find(b"%PDF-")
        header = _HEADER.match(held.at(start, 64)) if start >= 0 else None
        if start > 0 and holds_more(held, 0, start, _BLANK):
            yield Extra.ORPHANED
        if header is not None and start + header.end() < first and holds_more(held, start + header.end(), first, _BLANK):
            yield Extra.ORPHANED


def _is_empty_section(held: Held, at: int) -> bool:
    """Whether the mark at `at` points to a table that names no object: some word processors end their files with one."""
    offset = _OFFSET.match(held.at(at, 48))
    return offset is not None and bool(_EMPTY_TABLE.match(held.at(int(offset[1]), 48)))


def _ends_empty(held: Held) -> bool:
    begin = max(0, held.size - 2048)
    at = held.at(begin, 2048).rfind(b"startxref")
    return at >= 0 and _is_empty_section(held, begin + at)


def _followed(held: Held, at: int, pattern: re.Pattern[bytes]) -> bool:
    """Whether the next thing that is no white space matches, or nothing follows."""
    step = 64
    while block := held.at(at, step):
        rest = block.lstrip(_BLANK)
        if rest:
            return bool(pattern.match(held.at(at + len(block) - len(rest), 64)))
        at, step = at + len(block), min(8 * step, 2**16)
    return True


def _holds_content(body: bytes) -> bool:
    """Whether an object of that beginning can hold anything, and is not the file's own bookkeeping."""
    body = body.lstrip(_BLANK)
    if body[:1] not in (b"<", b"[", b"(") or _CONTAINER.search(body.partition(b"stream")[0]):
        return False
    return not _trifling(body.partition(b"endobj")[0])


def _trifling(body: bytes) -> bool:
    """Whether an object is so small and bare (a box of numbers, an empty dictionary) that it tells nothing."""
    return len(body) <= _TRIFLE and not _TELLING.search(body)


def object_extra(pdf: pikepdf.Pdf, held: Held, used: set[ObjectId]) -> Iterator[str]:
    """Codes of what the objects tell; `used` gets those that the trailer leads to."""
    used |= _hints(held) if is_linearized(pdf) else set()
    root, trailer = pdf.Root, pdf.trailer
    names = root.get("/Names", {})
    yield from _told(root, _ROOT_KEYS, _SILENT_ROOT_KEYS)
    yield from _told(names, _NAME_KEYS, frozenset())
    if "/First" in _keys(root.get("/Outlines")):
        yield Extra.OUTLINE
    if len(trailer.get("/Info", {})):
        yield Extra.METADATA
    if "/Prev" in trailer and not is_linearized(pdf) and not _ends_empty(held):
        yield Extra.REVISIONS
    yield from _walk(pdf, used)
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Object) and obj.objgen not in used and _is_content(obj):
            yield Extra.ORPHANED
            return


def _walk(pdf: pikepdf.Pdf, used: set[ObjectId]) -> Iterator[str]:
    """Follow every reference from the trailer; codes for telling entries wherever they stand."""
    left = _MOST_NODES + _NODES_A_PAGE * len(pdf.pages)
    waiting: list[Any] = [pdf.trailer]
    while waiting:
        node = waiting.pop()
        left -= 1
        if left < 0:
            yield Extra.UNREAD
            return
        name = node.objgen
        if name != (0, 0):
            if name in used:
                continue
            used.add(name)
        if isinstance(node, pikepdf.Array):
            waiting += [value for value in node.as_list() if isinstance(value, pikepdf.Object)]
        elif isinstance(node, (pikepdf.Dictionary, pikepdf.Stream)):
            if not _is_bookkeeping(node):
                yield from _entries(node)
            waiting += [value for _, value in node.items() if isinstance(value, pikepdf.Object)]


def _is_bookkeeping(node: Any) -> bool:
    """Whether a stream is the file's own."""
    return isinstance(node, pikepdf.Stream) and str(node.get("/Type", "")) in ("/XRef", "/ObjStm")


def _entries(node: Any) -> Iterator[str]:
    yield from _told(node, _KEYS)
    if str(node.get("/S", "")) in _ACTIONS:
        yield Extra.JAVASCRIPT
    if str(node.get("/Type", "")) == "/EmbeddedFile":
        yield Extra.ATTACHMENTS


def _told(owner: Any, telling: dict[str, Extra], silent: frozenset[str] | None = None) -> Iterator[str]:
    """Codes for the entries of a dictionary. `silent`: those that tell nothing, where all others tell something."""
    keys = _keys(owner)
    yield from (code for key, code in telling.items() if key in keys)
    if silent is not None and keys - telling.keys() - silent:
        yield Extra.METADATA


def _is_content(obj: Any) -> bool:
    return not _is_bookkeeping(obj) if isinstance(obj, pikepdf.Stream) else _holds_content(obj.unparse(resolved=True))


def _keys(owner: Any) -> set[str]:
    return set(owner.keys()) if isinstance(owner, (pikepdf.Dictionary, pikepdf.Stream)) else set()


class Drawings:
    """What pages offer to draw against what they draw, page by page: an image in the resources that no page shows is a remainder.
    Also looks into JPEG streams. Never raises for what is in the file."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._left = set(range(len(pdf.pages)))
        self._offered: set[ObjectId] = set()
        self._drawn: set[ObjectId] = set()
        self._tables: set[ObjectId] = set()

    def page_notes(self, index: int) -> list[str]:
        """Codes of page `index`; with the last page to be asked for, also that of what none of them draws."""
        return gathered(self._page(index)) if index in self._left else []

    def _page(self, index: int) -> Iterator[str]:
        self._left.discard(index)
        page = self._pdf.pages[index]
        yield from _told(page.obj, _PAGE_KEYS, _SILENT_PAGE_KEYS)
        table = page.resources.get("/XObject")
        if isinstance(table, pikepdf.Dictionary):
            yield from self._offer(table)
            self._use(page.obj, table)
        if not self._left and self._offered - self._drawn:
            yield Extra.ORPHANED

    def _offer(self, table: Any) -> Iterator[str]:
        if table.objgen != (0, 0):
            if table.objgen in self._tables:
                return
            self._tables.add(table.objgen)
        for obj in _streams(table):
            if obj.objgen not in self._offered and str(obj.get("/Subtype", "")) in ("/Image", "/Form"):
                self._offered.add(obj.objgen)
                yield from self._jpeg(obj)

    def _jpeg(self, obj: Any) -> Iterator[str]:
        filters = obj.get("/Filter", None)
        if isinstance(filters, pikepdf.Array):
            filters = filters[0] if len(filters) == 1 else None
        if str(filters) in ("/DCTDecode", "/DCT") and int(obj.get("/Length", 0)) <= _LARGEST_JPEG:
            raw = bytes(obj.read_raw_bytes())
            # Encryption and careless writers put a line end or padding behind the stream: that tells nothing.
            yield from (code for code in gathered(stream_extra(Part(raw.rstrip(b"\r\n\0")))) if code != Extra.UNREAD)

    def _use(self, page: Any, table: Any) -> None:
        """Mark what the page draws, and all that the forms it draws refer to."""
        names = _drawn_names(page.get("/Contents"))
        drawn = _streams(table) if names is None else [obj for obj in map(table.get, names) if isinstance(obj, pikepdf.Stream)]
        while drawn and len(self._drawn) < _MOST_FORMS * (1 + len(self._pdf.pages)):
            obj = drawn.pop()
            if obj.objgen in self._drawn:
                continue
            self._drawn.add(obj.objgen)
            if str(obj.get("/Subtype", "")) == "/Form":
                inner = obj.get("/Resources")  # without any it draws from its page's
                things = inner.get("/XObject") if isinstance(inner, pikepdf.Dictionary) else table
                drawn += _streams(things) if isinstance(things, pikepdf.Dictionary) else []


def _streams(table: Any) -> list[Any]:
    return [obj for obj in table.as_dict().values() if isinstance(obj, pikepdf.Stream)]


def _drawn_names(contents: Any) -> set[str] | None:
    """Names that drawing instructions call, None where they cannot be read at little cost: all count as called."""
    found = contents.as_list() if isinstance(contents, pikepdf.Array) else [contents]
    parts = [part for part in found if isinstance(part, pikepdf.Stream)]
    if sum(int(part.get("/Length", 0)) for part in parts) > _LARGEST_CONTENT:
        return None
    try:
        text = b"\n".join(bytes(part.read_bytes()) for part in parts)
    except (pikepdf.PdfError, MemoryError):
        return None
    names: set[str] = set()
    for match in _DRAWN.finditer(text):
        names.add(_ESCAPE.sub(lambda m: bytes([int(m[1], 16)]), match[1]).decode("utf-8", "replace"))
        if len(names) > _MOST_NAMES:
            return None
    return names
