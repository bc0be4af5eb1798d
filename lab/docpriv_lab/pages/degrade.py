"""Wears a clean page as copying and scanning do and says where each point went; it knows nothing of words.

Pillow and numpy do the work, in integers or in order, so that a seed gives the same pixels on every machine.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from docpriv.evaluation.truth import Points

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]

MODES = ("colour", "grey", "bilevel")
DIFFICULTIES = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wear:
    """What happens to a page. Every default means: nothing.

    `rotation` degrees anticlockwise; `lean` perspective, the shift of one corner as a share of the
    width; `shift` (x, y) pixels; `blur` radius in pixels; `grain` standard deviation in grey levels;
    `shade` share of light lost at the dark edge; `fade` 0..1 of toner lost in patches; `paper` colour of
    the sheet; `specks` and `streaks` are counts; `border` is the width in pixels of a dark edge; `jpeg`
    quality 1..95 or None; `clip` lets the scanner make near-white white;
    `mode` one of `MODES`; `threshold` grey level of a bilevel scan.
    """

    rotation: float = 0.0
    lean: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    blur: float = 0.0
    grain: float = 0.0
    shade: float = 0.0
    fade: float = 0.0
    paper: tuple[int, int, int] = (255, 255, 255)
    specks: int = 0
    streaks: int = 0
    border: int = 0
    jpeg: int | None = None
    clip: bool = False
    mode: str = "colour"
    threshold: int = 140


def draw_wear(rng: random.Random, difficulty: str, *, dpi: int, mode: str | None = None) -> Wear:
    """A wear typical of that difficulty at that resolution; `mode` None draws one, too. Raises
    ValueError for others."""
    if difficulty not in DIFFICULTIES or (mode is not None and mode not in MODES):
        raise ValueError("difficulty is one of easy, medium, hard; mode one of colour, grey, bilevel")
    chosen = mode or rng.choice(("colour", "grey", "grey", "bilevel"))
    unit = dpi / 150
    white = rng.randint(243, 255)
    tint = (white, white - rng.randint(0, 4), white - rng.randint(0, 12))
    if difficulty == "easy":
        return Wear(
            rotation=rng.uniform(-0.35, 0.35),
            shift=(rng.uniform(-2, 2), rng.uniform(-2, 2)),
            blur=0.3 * unit,
            grain=2.0,
            paper=tint,
            specks=rng.randint(0, 12),
            jpeg=None if chosen == "bilevel" else rng.randint(82, 92),
            clip=rng.random() < 0.6,
            mode=chosen,
            threshold=150,
        )
    if difficulty == "medium":
        return Wear(
            rotation=rng.uniform(-1.2, 1.2),
            shift=(rng.uniform(-4, 4), rng.uniform(-4, 4)),
            blur=rng.uniform(0.35, 0.7) * unit,
            grain=rng.uniform(3, 7),
            shade=rng.uniform(0.0, 0.08),
            fade=rng.uniform(0.0, 0.12),
            paper=tint,
            specks=rng.randint(10, 70),
            streaks=rng.randint(0, 1),
            border=rng.choice((0, 0, 6)),
            jpeg=None if chosen == "bilevel" else rng.randint(60, 80),
            clip=rng.random() < 0.5,
            mode=chosen,
            threshold=rng.randint(130, 165),
        )
    dull = rng.randint(205, 246)
    return Wear(
        rotation=rng.uniform(-3.0, 3.0),
        lean=rng.uniform(-0.012, 0.012),
        shift=(rng.uniform(-6, 6), rng.uniform(-6, 6)),
        blur=rng.uniform(0.5, 1.0) * unit,
        grain=rng.uniform(6, 13),
        shade=rng.uniform(0.05, 0.25),
        fade=rng.uniform(0.1, 0.35),
        paper=(dull, dull - rng.randint(0, 8), dull - rng.randint(0, 22)),
        specks=rng.randint(60, 320),
        streaks=rng.randint(0, 3),
        border=rng.choice((0, 8, 18)),
        jpeg=None if chosen == "bilevel" else rng.randint(32, 60),
        mode=chosen,
        threshold=rng.randint(112, 140),
    )


def matrix_of(wear: Wear, width: int, height: int) -> Matrix:
    """float64[3, 3]: where a point of the clean page (homogeneous, pixels) stands on the worn one."""
    a = math.radians(wear.rotation)
    c, s = math.cos(a), math.sin(a)
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]], np.float64)
    turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]], np.float64)
    lean = np.array([[1, 0, 0], [0, 1, 0], [2 * wear.lean / width, wear.lean / height, 1]], np.float64)
    back = np.array([[1, 0, width / 2 + wear.shift[0]], [0, 1, height / 2 + wear.shift[1]], [0, 0, 1]], np.float64)
    return back @ lean @ turn @ to_middle


def map_points(matrix: Matrix, points: Points) -> Points:
    """Points float64[N, 2] of the clean page on the worn one."""
    flat = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
    mapped: Points = flat[:, :2] / flat[:, 2:]
    return mapped


def degrade(page: Image.Image, wear: Wear, seed: int) -> tuple[Pixels, Matrix]:
    """The worn page as uint8[H, W, 3] of the same size, and the matrix of `matrix_of`; the same for the
    same seed."""
    noise = np.random.default_rng(seed)
    matrix = matrix_of(wear, page.width, page.height)
    moved = _move(page, matrix)
    light = _light(wear, moved.width, moved.height, noise)
    worn: NDArray[np.float32] = np.asarray(moved, np.float32)
    if wear.fade:
        # toner that did not take: the ink, not the paper, grows lighter
        patches = _clouds(noise, moved.width, moved.height, 24)[..., None] * wear.fade
        worn = (worn + (255 - worn) * patches).astype(np.float32)
    worn = (worn * (np.array(wear.paper, np.float32) / 255) * light[..., None]).astype(np.float32)
    sheet = Image.fromarray(np.clip(worn, 0, 255).astype(np.uint8))
    _dirt(sheet, wear, noise)
    if wear.blur:
        sheet = sheet.filter(ImageFilter.GaussianBlur(wear.blur))
    return _digitise(sheet, wear, noise), matrix


def _move(page: Image.Image, matrix: Matrix) -> Image.Image:
    if np.allclose(matrix, np.eye(3)):
        return page.copy()
    back = np.linalg.inv(matrix)
    coefficients = tuple(round(float(v), 12) for v in (back / back[2, 2]).reshape(-1)[:8])
    return page.transform(
        page.size,
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
        fillcolor=(255, 255, 255),
    )


def _light(wear: Wear, width: int, height: int, noise: np.random.Generator) -> NDArray[np.float32]:
    if not wear.shade:
        return np.ones((height, width), np.float32)
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    if noise.random() < 0.5:
        across = 1 - across
    return (1 - wear.shade * (0.7 * across * across + 0.3 * down)).astype(np.float32)


def _clouds(noise: np.random.Generator, width: int, height: int, cells: int) -> NDArray[np.float32]:
    """Smooth patches in 0..1."""
    small = Image.fromarray(noise.integers(0, 256, (cells, cells), dtype=np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32) / np.float32(255)


def _dirt(sheet: Image.Image, wear: Wear, noise: np.random.Generator) -> None:
    pen = ImageDraw.Draw(sheet)
    for _ in range(wear.specks):
        x, y = int(noise.integers(sheet.width)), int(noise.integers(sheet.height))
        size, level = int(noise.integers(0, 2 + sheet.width // 900)), int(noise.integers(20, 130))
        pen.ellipse((x, y, x + size, y + size), fill=(level, level, level))
    for _ in range(wear.streaks):
        x, level = int(noise.integers(sheet.width)), int(noise.integers(150, 215))
        pen.line((x, 0, x + int(noise.integers(-3, 4)), sheet.height), fill=(level, level, level), width=1)
    if wear.border:
        edge = wear.border
        pen.rectangle((0, 0, edge, sheet.height), fill=(34, 33, 32))
        pen.rectangle((0, sheet.height - edge // 2, sheet.width, sheet.height), fill=(52, 50, 50))


def _digitise(sheet: Image.Image, wear: Wear, noise: np.random.Generator) -> Pixels:
    if wear.mode != "colour":
        sheet = sheet.convert("L")
    shape = (sheet.height, sheet.width) if wear.mode != "colour" else (sheet.height, sheet.width, 1)
    levels = np.asarray(sheet, np.float32)
    if wear.grain:
        levels = levels + noise.standard_normal(shape, dtype=np.float32) * wear.grain
    if wear.mode == "bilevel":
        bits = np.where(levels > wear.threshold, 255, 0).astype(np.uint8)
        return np.repeat(bits[..., None], 3, axis=2)
    if wear.clip:
        # the scanner's own levels: paper becomes white, deep ink black
        top = max(min(wear.paper) * (1 - wear.shade) - 14, 120.0)
        levels = (levels - 12) * (255 / (top - 12))
    scan = Image.fromarray(np.clip(np.rint(levels), 0, 255).astype(np.uint8))
    if wear.jpeg is not None:
        store = io.BytesIO()
        scan.save(store, "JPEG", quality=wear.jpeg, subsampling=2 if wear.mode == "colour" else 0)
        scan = Image.open(store)
    return np.array(scan.convert("RGB"), np.uint8)
