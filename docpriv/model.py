"""The domain as frozen records: pages, text, layout, findings, plans, verdicts. No repr shows text of a document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt

from docpriv.geometry import Box, Quad

Pixels = npt.NDArray[np.uint8]
Colour = Literal["bilevel", "grey", "rgb"]
MediaType = str
"""Of a format that is registered in `docpriv.formats`."""


class Kind(StrEnum):
    """What a finding is. The policy of a recipe says which kinds are covered."""

    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    AGE = "AGE"
    NATIONAL_ID = "NATIONAL_ID"
    TAX_ID = "TAX_ID"
    PASSPORT = "PASSPORT"
    DRIVER_LICENCE = "DRIVER_LICENCE"
    ACCOUNT_NUMBER = "ACCOUNT_NUMBER"
    IBAN = "IBAN"
    CARD_NUMBER = "CARD_NUMBER"
    CRYPTO = "CRYPTO"
    MEDICAL_RECORD_NUMBER = "MEDICAL_RECORD_NUMBER"
    MEMBER_ID = "MEMBER_ID"
    PERSONAL_ID = "PERSONAL_ID"
    LICENCE_PLATE = "LICENCE_PLATE"
    VEHICLE_ID = "VEHICLE_ID"
    USERNAME = "USERNAME"
    PASSWORD = "PASSWORD"
    IP_ADDRESS = "IP_ADDRESS"
    URL = "URL"
    MRZ = "MRZ"
    SIGNATURE = "SIGNATURE"
    FACE = "FACE"
    FINGERPRINT = "FINGERPRINT"
    CODE = "CODE"
    STAMP = "STAMP"
    UNREAD_INK = "UNREAD_INK"
    DENIED_TERM = "DENIED_TERM"
    CUSTOM = "CUSTOM"
    MANUAL = "MANUAL"
    ORGANIZATION = "ORGANIZATION"
    LOCATION = "LOCATION"
    PUBLIC_ADDRESS = "PUBLIC_ADDRESS"
    DATE = "DATE"
    AMOUNT = "AMOUNT"
    DOCUMENT_NUMBER = "DOCUMENT_NUMBER"


BY_HAND = frozenset({"hand-line", "hand-ink"})
"""Rules of marks of UNREAD_INK that are lines of writing by hand which were read with doubt, and the strokes that leave them."""


class NotUnderstood(StrEnum):
    """Why ink that looks like writing was not understood; the `rule` of its mark of UNREAD_INK."""

    SCRIPT = "script"  # in a script that no detector covers
    LANGUAGE = "language"  # in a language that no detector covers
    FAINT = "faint"  # hardly darker or lighter than its ground
    TURNED = "turned"  # another way up than was read
    MIRRORED = "mirrored"
    COMB = "comb"  # one letter a box, and not read as one value
    UNREAD = "unread"  # none of these


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineId:
    """Which engine said so: name, version, and the SHA-256 of its model files by file name."""

    name: str
    version: str
    models: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """A page: the document's id (a keyed digest, never a path) and the page's index from 0."""

    document: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegTraits:
    """How a JPEG source was coded, so that the output is coded alike.

    `tables`: quantisation tables as Pillow gives and takes them, 64 numbers each, by table id.
    `sampling`: Pillow's subsampling number (0 = 4:4:4, 1 = 4:2:2, 2 = 4:2:0), -1 where grey or unknown.
    `turned`: an orientation tag was applied, so pixel rows are no longer the file's rows.
    """

    tables: tuple[tuple[int, ...], ...]
    sampling: int
    progressive: bool = False
    turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFormat:
    """What the page was as stored, so that the output is the same kind of thing.

    `colour`: bilevel, grey or rgb, of the pixels as decoded. `bits`: 1, 8 or 16 a channel in the source.
    `dpi`: horizontal and vertical, None where the file does not say. `size_pt`: width and height of a PDF page in
    points (1/72 inch) as displayed; None for images. `rendered`: the page was drawn by a renderer, not extracted.
    """

    colour: Colour
    bits: int = 8
    dpi: tuple[float, float] | None = None
    size_pt: tuple[float, float] | None = None
    jpeg: JpegTraits | None = None
    rendered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """One decoded page: u8 (H, W, 3) RGB, read-only, orientation tag already applied. `layer`: where it was asked for."""

    ref: PageRef
    pixels: Pixels = field(repr=False)
    format: PageFormat
    layer: TextLayer | None = field(default=None, repr=False)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What intake learnt of a file before decoding pages. `notes`: codes such as "had-javascript", "reduced-16-bit"."""

    media_type: MediaType
    pages: int
    sha256: str
    size_bytes: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Char:
    """One recognized code point and the area whose covering destroys its ink; score 0..1."""

    text: str = field(repr=False)
    quad: Quad
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One detected line, as read: every line is kept whatever its score. `quad` holds all its ink.

    `mirrored`: it reads in a mirror; its characters follow each other from a to b, their feet at the top of the quad.
    """

    chars: tuple[Char, ...] = field(repr=False)
    quad: Quad
    score: float
    detection_score: float = 1.0
    mirrored: bool = False

    @property
    def facing(self) -> Quad:
        """The quad from which the line is cut so that it reads."""
        return self.quad.flipped() if self.mirrored else self.quad

    def flipped(self) -> TextLine:
        """What was read from a flipped quad as a mirrored line whose quads run clockwise."""
        chars = tuple(Char(text=c.text, quad=c.quad.flipped(), score=c.score) for c in self.chars)
        return replace(self, chars=chars, quad=self.quad.flipped(), mirrored=not self.mirrored)

    @property
    def text(self) -> str:
        return "".join(c.text for c in self.chars)

    def __repr__(self) -> str:
        return f"TextLine({len(self.chars)} chars, score={self.score:.2f})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLayer:
    """What a file itself says stands on a page, in the page frame; nothing of it need be true, or be on the page at all.

    `lines`: words, line by line in the order of the file. `dropped`: a code for why there are none.
    """

    lines: tuple[tuple[TextLine, ...], ...] = field(default=(), repr=False)
    dropped: str = ""

    def __repr__(self) -> str:
        return f"TextLayer({sum(map(len, self.lines))} words)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """All lines of a page in the page frame; `turn` is the quarter turns (counter-clockwise) that made it upright.

    `mirrored`: these are lines that read in a mirror, and are laid out as they stand in it.
    """

    ref: PageRef
    width: int
    height: int
    lines: tuple[TextLine, ...] = field(repr=False)
    turn: int = 0
    mirrored: bool = False

    def __repr__(self) -> str:
        return f"PageText(page {self.ref.index}, {len(self.lines)} lines)"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """A page's text after a closer look, and marks of what that found and could not read."""

    text: PageText
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class CharId:
    """A character of a PageText: index of its line and index in the line."""

    line: int
    char: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Characters start..end-1 of one line: a cell's content on one line."""

    line: int
    start: int
    end: int
    quad: Quad


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A label and where its value stands: characters of `values`, or bare area `area` where nothing was read."""

    label: Segment
    values: tuple[Segment, ...]
    where: Literal["same", "right", "below"]
    area: Box | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Structure of one page by geometry. `blocks`: columns of segments top to bottom; `rows`: segments left to right."""

    segments: tuple[Segment, ...] = ()
    blocks: tuple[tuple[Segment, ...], ...] = ()
    rows: tuple[tuple[Segment, ...], ...] = ()
    pairs: tuple[Pair, ...] = ()
    rules: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Personal data on one page: the characters it owns, wherever they stand, or quads of ink that was never read.

    `by_surname`: a person's name that may be sought elsewhere by its surname alone.
    """

    page: int
    kind: Kind
    score: float
    detector: str
    reason: str
    chars: tuple[CharId, ...] = ()
    quads: tuple[Quad, ...] = ()
    by_surname: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something seen rather than read: a face, a code, a signature, unread ink. The payload never shows.

    `quad` holds all of it. `parts`: the boxes that destroy it, where they are less than the quad (the strokes of a
    signature that runs through printed text). `rule`: a code for what gave it away. `inside`: kinds found in the payload.
    """

    page: int
    kind: Kind
    quad: Quad
    score: float
    detector: str
    rule: str = "seen"
    parts: tuple[Box, ...] = ()
    inside: tuple[Kind, ...] = ()
    payload: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a region is covered: kind, score 0..1, detector, and the rule or label class that decided."""

    kind: Kind
    score: float
    detector: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """An area to destroy: `boxes` are the pixels that are covered.

    `style`: empty until the policy has decided; it is drawn as a fill then. `caption`: what a style that writes puts there.
    `settings`: the numbers that a style draws with, such as a privacy budget, by name.
    """

    boxes: tuple[Box, ...]
    reasons: tuple[Reason, ...]
    style: str = ""
    caption: str = field(default="", repr=False)
    settings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """All regions of one page, the fill colour (R, G, B), and the tones that the page has."""

    page: int
    width: int
    height: int
    regions: tuple[Region, ...]
    colour: tuple[int, int, int] = (0, 0, 0)
    tones: Colour = "rgb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One finding, or one area without a finding: where, what, who says so, whether it is covered, and why.

    `page` is an index from 0; `boxes` has one box a line. `text` is None unless it was asked for.
    """

    page: int
    boxes: tuple[Box, ...]
    kind: Kind
    score: float
    detector: str
    rule: str
    covered: bool
    why: str
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of verification: a code such as "inside-filled", whether it holds, and numbers (never text)."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All checks of one page; an empty verdict has not passed."""

    page: int
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(c.ok for c in self.checks)
