"""Makes one synthetic scan with its truth from a kind, a seed and a difficulty; it writes no files."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, field

from docpriv.evaluation.truth import InkWord, PageDict, page_dict
from docpriv_lab.pages.canvas import Canvas
from docpriv_lab.pages.degrade import DIFFICULTIES, MODES, Pixels, Wear, degrade, draw_wear, map_points
from docpriv_lab.pages.kinds import KINDS
from docpriv_lab.pages.kinds.scene import Scene, office_marks
from docpriv_lab.pages.people import People
from docpriv_lab.pages.style import choose


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPage:
    """A scan that never was paper.

    `pixels` uint8[H, W, 3] RGB; `truth` the label file's content, boxes in those pixels; `dpi` 36..600;
    `mode` "colour", "grey" or "bilevel" (grey pages have equal channels, bilevel ones only 0 and 255).
    """

    pixels: Pixels = field(repr=False)
    truth: PageDict = field(repr=False)
    dpi: int
    mode: str


def generate(
    kind: str,
    seed: int,
    difficulty: str,
    *,
    dpi: int | None = None,
    mode: str | None = None,
    locale: str | None = None,
    wear: Wear | None = None,
) -> SyntheticPage:
    """The page of this kind and seed; the same pixels and truth every time.

    `kind` is a key of `kinds.KINDS`, `difficulty` one of `degrade.DIFFICULTIES`. `dpi`, `mode`, `locale`
    and `wear` are drawn from the seed where they are None; `wear` replaces the wear that the difficulty
    would give.
    Raises ValueError for a kind, difficulty, mode or locale that does not exist.
    """
    if kind not in KINDS or difficulty not in DIFFICULTIES or (mode is not None and mode not in MODES):
        raise ValueError("unknown kind, difficulty or mode")
    # one stream a purpose: a longer letter must not change the noise upon it
    rng = _stream(kind, seed, "content")
    entry = KINDS[kind]
    drawn_locale = rng.choice(entry.locales)
    if locale is not None and locale not in entry.locales:
        raise ValueError("this kind does not know that country's paper")
    resolution = {"easy": (200, 200, 150), "medium": (200, 150, 150), "hard": (150, 120, 200)}[difficulty]
    chosen_dpi = dpi or _stream(kind, seed, "resolution").choice(resolution)
    canvas = Canvas(width=entry.size[0], height=entry.size[1], dpi=chosen_dpi, rng=_stream(kind, seed, "hand"))
    scene = Scene(
        canvas=canvas,
        people=People(rng, locale or drawn_locale),
        style=choose(rng, difficulty, typed=entry.typed),
        rng=rng,
        difficulty=difficulty,
    )
    entry.draw(scene)
    office_marks(scene)
    worn = wear or draw_wear(_stream(kind, seed, "wear"), difficulty, dpi=chosen_dpi, mode=mode)
    pixels, matrix = degrade(canvas.image, worn, zlib.crc32(f"{kind}/{seed}/noise".encode()))
    height, width = pixels.shape[:2]
    words = [InkWord(text=w.text, label=w.label, hull=map_points(matrix, w.hull)) for w in canvas.words]
    return SyntheticPage(pixels=pixels, truth=page_dict(words, width, height), dpi=chosen_dpi, mode=worn.mode)


def _stream(kind: str, seed: int, purpose: str) -> random.Random:
    return random.Random(f"{kind}/{seed}/{purpose}")
