"""Makes pages on which every pixel of ink has an owner: signatures, stamps, handwriting, and what may be taken for them.

The ground is one of the project's own kinds of document, or a contract or a report; nothing on it is anybody's. The
truth is a map of the worn page: which thing each pixel shows, only where the wear left it visible.
"""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docpriv.evaluation.truth import InkWord, PageDict, page_dict
from docpriv_lab.pages import ink_grounds
from docpriv_lab.pages.degrade import Matrix, Pixels, degrade, draw_wear, map_points
from docpriv_lab.pages.handwriting import draw_hand
from docpriv_lab.pages.ink_canvas import PAPER, InkCanvas, InkItem, Owner
from docpriv_lab.pages.ink_others import plant_other
from docpriv_lab.pages.ink_things import PERSONAL, plant_personal
from docpriv_lab.pages.kinds import KINDS
from docpriv_lab.pages.kinds.scene import Scene, office_marks
from docpriv_lab.pages.people import People
from docpriv_lab.pages.style import choose

CLASSES = (
    "paper",
    "text",
    "rule",
    "signature",
    "stamp",
    "handwriting",
    "logo",
    "photograph",
    "fingerprint",
    "code",
    "dirt",
    "hatching",
    "pattern",
)
"""What ink is, in the order of the numbers of `InkPage.labels`."""

GROUNDS = (
    "form",
    "letter",
    "invoice",
    "medical",
    "statement",
    "receipt",
    "registration",
    "memo",
    "tax",
    "roster",
    "contract",
    "contract",
    "article",
    "article",
)
_RESOLUTIONS = (150, 150, 150, 150, 150, 200, 200, 200, 200, 200, 120, 120, 300)
VISIBLE = 16
"""Levels by which a pixel has to stand out from the worn paper about it to count as visible ink."""
LEGIBLE = 0.25
"""Share of a thing's pixels that has to be visible still; of what has less, nothing counts."""
SOLID = frozenset({"photograph", "hatching", "pattern", "code", "logo", "dirt", "rule"})
"""What counts as it was drawn: it is no stroke, so what stands out from its surroundings is not the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InkPage:
    """A scan that never was paper. `pixels` uint8[H, W, 3]; `owner` int32[H, W]: index in `items` of what a pixel shows,
    0 paper, 1 words of print, 2 other print. `truth` is the label file's content; `clean` pages hold nothing personal
    that is written, stamped or signed; `ground` is the kind of document."""

    pixels: Pixels = field(repr=False)
    owner: Owner = field(repr=False)
    items: tuple[InkItem, ...] = field(repr=False)
    truth: PageDict = field(repr=False)
    ground: str
    clean: bool
    dpi: int
    mode: str

    @property
    def labels(self) -> NDArray[np.uint8]:
        """uint8[H, W]: index in `CLASSES` of what each pixel shows."""
        return np.array([CLASSES.index(item.what) for item in self.items], np.uint8)[self.owner]


def ink_page(
    seed: int, *, clean: bool | None = None, ground: str | None = None, dpi: int | None = None, mode: str | None = None
) -> InkPage:
    """The page of this seed, the same every time; what is None is drawn from the seed (a quarter of the pages are clean).

    Raises ValueError for a ground that does not exist.
    """
    if ground is not None and ground not in GROUNDS:
        raise ValueError("unknown ground")
    pick = _stream(seed, "page")
    plain = pick.random() < 0.27 if clean is None else clean
    kind = ground or pick.choice(GROUNDS)
    scene, canvas = _sheet(seed, kind, plain, dpi or pick.choice(_RESOLUTIONS))
    _draw(scene, kind)
    if not plain:
        plant_personal(scene)
    plant_other(scene, busy=0.6 if plain else 0.35)
    return _worn(seed, scene, canvas, kind, plain, mode)


def _sheet(seed: int, kind: str, plain: bool, dpi: int) -> tuple[Scene, InkCanvas]:
    rng = _stream(seed, "sheet")
    size = KINDS[kind].size if kind in KINDS else ink_grounds.SIZE
    canvas = InkCanvas(width=size[0], height=size[1], dpi=dpi, rng=_stream(seed, "hand"))
    known = KINDS[kind].locales if kind in KINDS else ("US", "UK")
    locale = rng.choice([one for one in known if one in ("US", "UK")])
    difficulty = rng.choice(("easy", "easy", "medium", "medium", "hard"))
    typed = plain or (kind in KINDS and KINDS[kind].typed)
    if plain:
        canvas.refused = PERSONAL
    if rng.random() < 0.65:
        canvas.hand = draw_hand(rng)
    canvas.style, canvas.place = ("strokes" if canvas.hand else "font"), "ground"
    style = choose(rng, difficulty, typed=typed)
    return Scene(canvas=canvas, people=People(rng, locale), style=style, rng=rng, difficulty=difficulty), canvas


def _draw(scene: Scene, kind: str) -> None:
    if kind == "contract":
        ink_grounds.contract(scene)
    elif kind == "article":
        ink_grounds.article(scene)
    else:
        KINDS[kind].draw(scene)
    office_marks(scene)


def _worn(seed: int, scene: Scene, canvas: InkCanvas, kind: str, plain: bool, mode: str | None) -> InkPage:
    wear = draw_wear(_stream(seed, "wear"), scene.difficulty, dpi=canvas.dpi, mode=mode)
    pixels, matrix = degrade(canvas.image, wear, zlib.crc32(f"ink/{seed}/noise".encode()))
    owner = _moved(canvas.finished(), matrix)
    owner = _still_visible(owner, canvas.items, pixels, bilevel=wear.mode == "bilevel")
    height, width = pixels.shape[:2]
    words = [InkWord(text=w.text, label=w.label, hull=map_points(matrix, w.hull)) for w in canvas.words]
    return InkPage(
        pixels=pixels,
        owner=owner,
        items=tuple(canvas.items),
        truth=page_dict(words, width, height),
        ground=kind,
        clean=plain,
        dpi=canvas.dpi,
        mode=wear.mode,
    )


def _moved(owner: Owner, matrix: Matrix) -> Owner:
    """The map as the worn page shows it: the same warp as the page's, without mixing neighbours."""
    back = np.linalg.inv(matrix)
    coefficients = tuple(round(float(v), 12) for v in (back / back[2, 2]).reshape(-1)[:8])
    moved = Image.fromarray(owner).transform(
        (owner.shape[1], owner.shape[0]), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.NEAREST, fillcolor=0
    )
    return np.array(moved, np.int32)


def _still_visible(owner: Owner, items: list[InkItem], pixels: Pixels, *, bilevel: bool) -> Owner:
    """Without the pixels of strokes that the wear took away: faded pencil, ink lost to a threshold."""
    if bilevel:
        seen = pixels[..., 0] < 128
    else:
        softened = cv2.GaussianBlur(pixels, (3, 3), 0)
        paper = cv2.medianBlur(cv2.resize(softened, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 21)
        paper = cv2.resize(paper, (owner.shape[1], owner.shape[0]), interpolation=cv2.INTER_LINEAR)
        seen = np.abs(paper.astype(np.int16) - softened.astype(np.int16)).max(axis=2) >= VISIBLE
    solid = np.array([item.what in SOLID for item in items])
    drawn = np.bincount(owner.ravel(), minlength=len(items))
    left = np.bincount(owner[seen], minlength=len(items))
    # of faint pencil under a hard threshold a few dots remain, from which nobody could tell what stood there
    known = solid | (left >= LEGIBLE * drawn)
    return np.where((seen | solid[owner]) & known[owner], owner, PAPER).astype(np.int32)


def _stream(seed: int, purpose: str) -> random.Random:
    return random.Random(f"ink/{seed}/{purpose}")
