"""Renders pages of plain lines on which the ink of every glyph is known; it draws no forms and no person.

Glyphs are turned one by one, so each one's ink in the final frame is exact; blur, noise and JPEG come on
top and move nothing.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from docpriv.evaluation.truth import Points, outer_box
from docpriv_lab.pages import fonts
from docpriv_lab.pages.canvas import hull_of
from docpriv_lab.pages.degrade import Pixels

COVERED = 128
"""Coverage (0..255) from which a pixel is a glyph's ink in `GeometryPage.owner`."""

_WORDS = [
    "account",
    "adjusted",
    "annual",
    "appointment",
    "balance",
    "benefit",
    "branch",
    "carefully",
    "certificate",
    "claim",
    "clerk",
    "committee",
    "confirm",
    "copy",
    "county",
    "daily",
    "deposit",
    "director",
    "due",
    "enclosed",
    "entry",
    "estate",
    "evening",
    "family",
    "figure",
    "filed",
    "final",
    "first",
    "form",
    "garden",
    "granted",
    "harbour",
    "hereby",
    "income",
    "inspection",
    "insured",
    "interest",
    "invoice",
    "judge",
    "kept",
    "ledger",
    "letter",
    "likely",
    "market",
    "matter",
    "member",
    "minimum",
    "monthly",
    "notary",
    "notice",
    "office",
    "ordinary",
    "original",
    "paid",
    "partner",
    "payment",
    "pending",
    "policy",
    "premium",
    "quarter",
    "query",
    "receipt",
    "record",
    "refund",
    "register",
    "renewal",
    "request",
    "review",
    "river",
    "schedule",
    "settled",
    "signed",
    "station",
    "statement",
    "street",
    "summary",
    "supply",
    "surplus",
    "table",
    "transfer",
    "trust",
    "until",
    "valid",
    "village",
    "warrant",
    "weekly",
    "witness",
    "written",
    "yearly",
    "zone",
]
_NAMES = [
    "Whitaker",
    "Delgado",
    "Thornberry",
    "Nakamura",
    "Okafor",
    "Kowalski",
    "McAllister",
    "Lindqvist",
    "Jennifer",
    "Robert",
    "Fiona",
    "Walter",
    "William",
    "Lilly",
    "Mill",
    "Hill",
    "Ellis",
    "Wm.",
    "J.",
    "O'Donnell",
    "Van-Meer",
    "AVERY",
    "TILLMAN",
    "Müller",
    "Lefèvre",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One inked glyph: its character, `index` in the line's text, its outline `hull` (float64[N, 2]) and
    integer `box` (half open) in the page's pixels, and the number by which `GeometryPage.owner` marks
    its ink.
    """

    text: str
    index: int
    hull: Points = field(repr=False)
    box: tuple[int, int, int, int]
    owner: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryLine:
    """One line: its text with single spaces, and its glyphs in order (blanks have none)."""

    text: str
    glyphs: tuple[Glyph, ...]

    def words(self) -> tuple[tuple[int, int], ...]:
        """(start, end) in `text` of every word."""
        spans, at = [], 0
        for word in self.text.split(" "):
            spans.append((at, at + len(word)))
            at += len(word) + 1
        return tuple(spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryPage:
    """A page and the place of every glyph on it.

    `pixels` uint8[H, W, 3] RGB; `owner` int32[H, W]: 0 for paper, else the `Glyph.owner` whose ink
    covers the pixel most;
    `dpi` 100..300, `rotation` 0..3 degrees anticlockwise, `font` a name of `fonts.GEOMETRY`, `points` 8..16.
    """

    pixels: Pixels = field(repr=False)
    owner: NDArray[np.int32] = field(repr=False)
    lines: tuple[GeometryLine, ...] = field(repr=False)
    dpi: int
    rotation: float
    font: str
    points: float


def geometry_page(
    seed: int,
    *,
    lines: int = 12,
    font: str | None = None,
    points: float | None = None,
    dpi: int | None = None,
    rotation: float | None = None,
    clean: bool = False,
) -> GeometryPage:
    """A page of `lines` lines (1..60); what is None is drawn from the seed. `clean` leaves out blur,
    noise and JPEG.

    Raises KeyError for an unknown font, ValueError for a number of lines out of range.
    """
    if not 1 <= lines <= 60:
        raise ValueError("1 to 60 lines")
    rng = random.Random(f"geometry/{seed}")
    name = font or rng.choice(fonts.GEOMETRY)
    size = points or rng.choice((8, 9, 10, 11, 12, 14, 16))
    resolution = dpi or rng.choice((100, 120, 150, 200, 240, 300))
    angle = rng.choice((0.0, rng.uniform(0, 1), rng.uniform(0, 3))) if rotation is None else rotation
    em = size * resolution / 72
    texts = [_text(rng, 44 if name.startswith("mono") else 52) for _ in range(lines)]
    face = fonts.load(name, em)
    margin = round(2.5 * em)
    width = math.ceil(max(face.getlength(t) for t in texts)) + 2 * margin
    height = math.ceil(lines * em * 1.7) + 2 * margin
    ink = np.zeros((height, width), np.uint8)
    owner = np.zeros((height, width), np.int32)
    made = []
    count = 0
    for row, text in enumerate(texts):
        glyphs = []
        x, y = float(margin), margin + em * (1 + 1.7 * row)
        for index, letter in enumerate(text):
            if letter != " ":
                count += 1
                hull = _place(ink, owner, count, face, letter, (x, y), angle)
                if hull is not None:
                    box = outer_box(hull, width, height)
                    glyphs.append(Glyph(text=letter, index=index, hull=hull, box=box, owner=count))
            if index + 1 < len(text):
                x += face.getlength(text[index : index + 2]) - face.getlength(text[index + 1])
        made.append(GeometryLine(text=text, glyphs=tuple(glyphs)))
    paper, black = rng.randint(238, 255), rng.randint(0, 50)
    grey = paper - (paper - black) * (ink.astype(np.float32) / np.float32(255))
    page = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    pixels = _scan(page, rng, seed, resolution) if not clean else page
    return GeometryPage(
        pixels=np.repeat(pixels[..., None], 3, axis=2),
        owner=owner,
        lines=tuple(made),
        dpi=resolution,
        rotation=angle,
        font=name,
        points=float(size),
    )


def _text(rng: random.Random, length: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < length:
        draw = rng.random()
        if draw < 0.22:
            words.append(rng.choice(_NAMES) + rng.choice(("", "", ",", ".")))
        elif draw < 0.36:
            words.append(rng.choice(("{}-{}", "{}/{}", "({}) {}", "{}.{}")).format(rng.randint(10, 999), rng.randint(11, 9999)))
        else:
            words.append(rng.choice(_WORDS) + rng.choice(("", "", "", "", ",", ".")))
    return " ".join(words)


def _place(
    ink: Pixels,
    owner: NDArray[np.int32],
    number: int,
    face: ImageFont.FreeTypeFont,
    letter: str,
    pen: tuple[float, float],
    angle: float,
) -> Points | None:
    """Draw one glyph turned about the page's middle into `ink` and `owner`; its hull there."""
    height, width = ink.shape
    x0, y0, x1, y1 = face.getbbox(letter, anchor="ls")
    left, top = math.floor(pen[0] + x0) - 3, math.floor(pen[1] + y0) - 3
    flat = Image.new("L", (math.ceil(pen[0] + x1) - left + 4, math.ceil(pen[1] + y1) - top + 4))
    ImageDraw.Draw(flat).text((pen[0] - left, pen[1] - top), letter, fill=255, font=face, anchor="ls")
    if angle:
        a = math.radians(angle)
        c, s = math.cos(a), math.sin(a)
        middle = (width / 2, height / 2)

        def turned(u: float, v: float) -> tuple[float, float]:
            u, v = u - middle[0], v - middle[1]
            return middle[0] + c * u + s * v, middle[1] - s * u + c * v

        corners = [turned(left + i * flat.width, top + j * flat.height) for i in (0, 1) for j in (0, 1)]
        to_left = math.floor(min(p[0] for p in corners))
        to_top = math.floor(min(p[1] for p in corners))
        size = (
            math.ceil(max(p[0] for p in corners)) - to_left,
            math.ceil(max(p[1] for p in corners)) - to_top,
        )
        # Pillow asks where an output pixel comes from: the turn, backwards
        du, dv = to_left - middle[0], to_top - middle[1]
        back = (c, -s, middle[0] + c * du - s * dv - left, s, c, middle[1] + s * du + c * dv - top)
        flat = flat.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BICUBIC)
        left, top = to_left, to_top
    x_from, y_from = max(left, 0), max(top, 0)
    x_to, y_to = min(left + flat.width, width), min(top + flat.height, height)
    patch = np.asarray(flat)[y_from - top : y_to - top, x_from - left : x_to - left]
    window = ink[y_from:y_to, x_from:x_to]
    mine = (patch >= COVERED) & (patch > window)
    owner[y_from:y_to, x_from:x_to][mine] = number
    np.maximum(window, patch, out=window)
    return hull_of(flat, left, top)


def _scan(page: Pixels, rng: random.Random, seed: int, dpi: int) -> Pixels:
    image = Image.fromarray(page).filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.6) * dpi / 150))
    noise = np.random.default_rng(seed).standard_normal(page.shape, dtype=np.float32) * np.float32(rng.uniform(0, 6))
    rough = Image.fromarray(np.clip(np.rint(np.asarray(image, np.float32) + noise), 0, 255).astype(np.uint8))
    store = io.BytesIO()
    rough.save(store, "JPEG", quality=rng.randint(60, 92))
    return np.array(Image.open(store).convert("L"), np.uint8)
