"""Places portraits on letters and identity cards as copying does and says where each head is; it ships no photograph.

Portraits are given by the caller or drawn here: shaded heads of nobody.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docpriv.evaluation.truth import Points
from docpriv_lab.pages import heads
from docpriv_lab.pages.degrade import Pixels, Wear
from docpriv_lab.pages.generator import generate

MEDIA = ("colour", "grey", "jpeg", "photocopy", "bilevel", "dither", "halftone")
"""How the page was copied: `photocopy` is grey, hard and grainy, `dither` and `halftone` turn photographs into dots."""

TEXT_KINDS = ("letter", "memo", "form", "medical", "registration", "statement")
_CLEAN = Wear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """One person's photograph: u8 (H, W, 3) RGB; `head` hair to chin and ear to ear, x0, y0, x1, y1 in its pixels;
    `face` the height brow to chin in pixels."""

    pixels: Pixels = field(repr=False)
    head: tuple[float, float, float, float]
    face: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A head on the page: `head` float64[4, 2] in page pixels, `face` height in pixels, `ghost` for the pale copy."""

    head: Points
    face: float
    ghost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePage:
    """`pixels` u8 (H, W, 3); `words` with their corners float64[4, 2]; what it is: base, medium, degrees of its turn."""

    pixels: Pixels = field(repr=False)
    words: tuple[tuple[str, Points], ...] = field(repr=False)
    placements: tuple[Placement, ...]
    base: str
    medium: str
    turn: float


def drawn_portrait(rng: random.Random, height: int = 320) -> Portrait:
    """A drawn head and shoulders, 4 : 5; nobody's face."""
    head = heads.draw_head(rng)
    width = round(height * heads.WIDTH / heads.HEIGHT)
    flat = cv2.resize(heads.plain_picture_of(head, rng), (width, height), interpolation=cv2.INTER_AREA)
    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, 3, flat.shape)
    x0, top, x1, chin = (width * share for share in heads.outline_of(head))
    # The network's box begins at the hairline.
    face = chin - top - 0.2 * head.face_height * width
    return Portrait(pixels=np.clip(flat + noise, 0, 255).astype(np.uint8), head=(x0, top, x1, chin), face=face)


def face_page(
    seed: int,
    portraits: Sequence[Portrait],
    *,
    base: str | None = None,
    medium: str | None = None,
    face: float | None = None,
    turn: float | None = None,
) -> FacePage:
    """One page with one person's portrait, and on half of the identity cards a pale second copy of it.

    `base` "letter" or "id"; `medium` of `MEDIA`; `face` height brow to chin in pixels; `turn` in degrees anticlockwise.
    What is None is drawn from the seed. Raises ValueError without portraits or for an unknown base or medium.
    """
    rng = random.Random(f"face-page/{seed}")
    drawn = rng.choice(("letter", "id")), rng.choice(MEDIA), _height(rng), _turn(rng)
    base, medium = base or drawn[0], medium or drawn[1]
    face, turn = face or drawn[2], drawn[3] if turn is None else turn
    if not portraits or base not in ("letter", "id") or medium not in MEDIA:
        raise ValueError("a page of faces needs a portrait, and a base and a medium that exist")
    portrait = portraits[rng.randrange(len(portraits))]
    draw = _on_card if base == "id" else _on_letter
    pixels, words, placements, photos = draw(rng, seed, portrait, face)
    pixels = _copied(rng, pixels, medium, photos)
    pixels, move = _turned(pixels, turn)
    if medium == "bilevel":
        pixels = np.where(pixels > 127, 255, 0).astype(np.uint8)
    return FacePage(
        pixels=pixels,
        words=tuple((w, _moved(p, move)) for w, p in words),
        base=base,
        medium=medium,
        turn=turn,
        placements=tuple(Placement(head=_moved(p.head, move), face=p.face, ghost=p.ghost) for p in placements),
    )


def text_page(seed: int) -> tuple[Pixels, tuple[tuple[str, Points], ...]]:
    """A page without any face: one of the generator's kinds, worn as that difficulty wears it, and its words."""
    rng = random.Random(f"text-page/{seed}")
    kind, difficulty = rng.choice((*TEXT_KINDS, "invoice", "receipt", "roster", "tax")), rng.choice(("easy", "medium", "hard"))
    page = generate(kind, seed, difficulty)
    return page.pixels, tuple((w["text"], _corners(w["box"])) for w in page.truth["words"] if not w["text"].startswith("["))


_Drawn = tuple[Pixels, list[tuple[str, Points]], list[Placement], list[tuple[int, int, int, int]]]


def _height(rng: random.Random) -> float:
    return rng.uniform(40, 60) if rng.random() < 1 / 3 else rng.uniform(62, 180)


def _turn(rng: random.Random) -> float:
    """Mostly straight; else a quarter or half turn, laid askew, or thrown on the glass at any angle."""
    choice = rng.random()
    if choice < 0.4:
        return rng.uniform(-0.8, 0.8)
    if choice < 0.65:
        return rng.choice((90.0, 180.0, 270.0))
    return rng.uniform(-15, 15) if choice < 0.9 else rng.uniform(-180, 180)


def _on_letter(rng: random.Random, seed: int, portrait: Portrait, face: float) -> _Drawn:
    page = generate(rng.choice(TEXT_KINDS), seed, "easy", dpi=rng.choice((150, 200)), mode="colour", wear=_CLEAN)
    pixels = page.pixels.copy()
    photo, head = _scaled(_cropped(rng, portrait), face)
    boxes = [(w["text"], w["box"]) for w in page.truth["words"] if not w["text"].startswith("[")]
    height, width = pixels.shape[:2]
    taken = np.zeros((height, width), np.uint8)
    for _, (x0, y0, x1, y1) in boxes:
        taken[round(y0) : round(y1), round(x0) : round(x1)] = 1
    ink = cv2.integral(taken)
    h, w = photo.shape[:2]
    if h >= height - 20 or w >= width - 20:
        raise ValueError("the portrait is larger than the page")
    tries = [(rng.randrange(5, width - w - 5), rng.randrange(5, height - h - 5)) for _ in range(80)]

    def hidden(place: tuple[int, int]) -> int:
        x, y = place
        return int(ink[y + h, x + w] - ink[y, x + w] - ink[y + h, x] + ink[y, x])

    left, top = min(tries, key=hidden)
    pixels[top : top + h, left : left + w] = photo
    if rng.random() < 0.3:
        cv2.rectangle(pixels, (left - 2, top - 2), (left + w + 1, top + h + 1), (40, 40, 40), 2)
    words = [(t, _corners(b)) for t, b in boxes if b[2] < left or b[0] > left + w or b[3] < top or b[1] > top + h]
    place = Placement(head=_corners([head[0] + left, head[1] + top, head[2] + left, head[3] + top]), face=face, ghost=False)
    return pixels, words, [place], [(left, top, left + w, top + h)]


def _on_card(rng: random.Random, seed: int, portrait: Portrait, face: float) -> _Drawn:
    """The drawn card's portraits are exchanged: the first is the person's, the second its pale copy."""
    passport = _cropped(rng, portrait, tall=1.17)
    share = passport.face / passport.pixels.shape[0]
    page = generate("id_card", seed, "easy", dpi=200, mode="colour", wear=_CLEAN)
    panels = [_panel(w["box"]) for w in page.truth["words"] if w["text"] == "[FACE]"]
    scale = face / (share * (panels[0][3] - panels[0][1]))
    dpi = max(40, min(300, round(200 * scale)))
    page = generate("id_card", seed, "easy", dpi=dpi, mode="colour", wear=_CLEAN)
    panels = [_panel(w["box"]) for w in page.truth["words"] if w["text"] == "[FACE]"]
    pixels, placements = page.pixels.copy(), []
    boxes = [(w["text"], w["box"]) for w in page.truth["words"] if not w["text"].startswith("[")]
    for number, (x0, y0, x1, y1) in enumerate(panels[:2]):
        w, h = x1 - x0, y1 - y0
        photo = cv2.resize(passport.pixels, (w, h), interpolation=cv2.INTER_AREA)
        if number:
            # Printed over the card's ground, grey and pale: what a ghost portrait is.
            tone = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
            paper = np.array(pixels[max(0, y0 - 6) : max(1, y0 - 2), x0:x1].reshape(-1, 3).mean(axis=0), np.float32)
            photo = np.clip(paper * (1 - rng.uniform(0.35, 0.6) * (1 - tone / 255)), 0, 255).astype(np.uint8)
        pixels[y0:y1, x0:x1] = photo
        sx, sy = w / passport.pixels.shape[1], h / passport.pixels.shape[0]
        a, b, c, d = passport.head
        placements.append(
            Placement(
                head=_corners([x0 + a * sx, y0 + b * sy, x0 + c * sx, y0 + d * sy]), face=passport.face * sy, ghost=number > 0
            )
        )
    words = [(t, _corners(b)) for t, b in boxes]
    return pixels, words, placements, panels[:2]


def _panel(head: Sequence[float]) -> tuple[int, int, int, int]:
    """The photograph about a drawn card's head, by the proportions of `marks.portrait`."""
    w, h = (head[2] - head[0]) / 0.5, (head[3] - head[1]) / 0.58
    x0, y0 = head[0] - 0.25 * w, head[1] - 0.15 * h
    return round(x0), round(y0), round(x0 + w), round(y0 + h)


def _cropped(rng: random.Random, portrait: Portrait, tall: float | None = None) -> Portrait:
    """Head and shoulders as on a passport, or with more about them; `tall` is height over width."""
    height, width = portrait.pixels.shape[:2]
    x0, y0, x1, y1 = portrait.head
    tall = tall or rng.uniform(1.0, 1.35)
    w = min((x1 - x0) * rng.uniform(1.35, 1.9), width, height / tall)
    h = w * tall
    left = min(max(0.0, (x0 + x1) / 2 - w / 2), width - w)
    top = min(max(0.0, y0 - rng.uniform(0.05, 0.3) * (h - (y1 - y0))), height - h)
    a, b, c, d = round(left), round(top), round(left + w), round(top + h)
    head = (max(x0, a) - a, max(y0, b) - b, min(x1, c) - a, min(y1, d) - b)
    return Portrait(pixels=np.ascontiguousarray(portrait.pixels[b:d, a:c]), head=head, face=portrait.face)


def _scaled(portrait: Portrait, face: float) -> tuple[Pixels, tuple[float, float, float, float]]:
    scale = face / portrait.face
    size = (max(8, round(portrait.pixels.shape[1] * scale)), max(8, round(portrait.pixels.shape[0] * scale)))
    photo = cv2.resize(portrait.pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    a, b, c, d = portrait.head
    return np.asarray(photo, np.uint8), (a * scale, b * scale, c * scale, d * scale)


def _copied(rng: random.Random, pixels: Pixels, medium: str, photos: list[tuple[int, int, int, int]]) -> Pixels:
    noise = np.random.default_rng(rng.randrange(2**32))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    if medium == "colour":
        return np.clip(pixels + noise.normal(0, 3, pixels.shape), 0, 255).astype(np.uint8)
    if medium == "jpeg":
        store = io.BytesIO()
        Image.fromarray(pixels).save(store, "JPEG", quality=rng.randint(18, 45))
        return np.array(Image.open(store).convert("RGB"), np.uint8)
    if medium == "grey":
        grey = grey + noise.normal(0, 3, grey.shape)
    elif medium == "photocopy":
        grey = cv2.GaussianBlur((grey - 128) * rng.uniform(1.3, 2.2) + rng.uniform(118, 150), (0, 0), 0.7)
        grey = grey + noise.normal(0, 9, grey.shape)
    elif medium == "bilevel":
        level, _ = cv2.threshold(np.clip(grey, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
        if rng.random() < 0.5:
            # A scanner that judges each neighbourhood by itself
            level = cv2.GaussianBlur(grey, (0, 0), rng.uniform(12, 25)) - rng.uniform(4, 12)
        grey = np.where(grey > level, 255, 0)
    else:
        whole = np.where(grey > 150, 255, 0).astype(np.float32)
        for x0, y0, x1, y1 in photos:
            tone = grey[y0:y1, x0:x1]
            whole[y0:y1, x0:x1] = _dithered(tone) if medium == "dither" else _screened(tone, rng)
        grey = whole
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def _dithered(tone: NDArray[np.float32]) -> NDArray[np.float32]:
    """Floyd and Steinberg's error diffusion, as Pillow does it."""
    return np.asarray(Image.fromarray(np.clip(tone, 0, 255).astype(np.uint8)).convert("1"), np.float32) * 255


def _screened(tone: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """A round-dot screen at 45 degrees, three to five pixels a dot."""
    pitch = rng.uniform(3.0, 4.6)
    y, x = np.mgrid[0 : tone.shape[0], 0 : tone.shape[1]]
    u, v = (x + y) * math.pi / pitch / math.sqrt(2) * 1.0, (x - y) * math.pi / pitch / math.sqrt(2) * 1.0
    screen = 127.5 + 63 * (np.cos(2 * u) + np.cos(2 * v))
    return np.where(tone > screen, 255, 0).astype(np.float32)


def _turned(pixels: Pixels, degrees: float) -> tuple[Pixels, NDArray[np.float64]]:
    """The page turned anticlockwise about its middle on a sheet that holds all of it, and the 2 x 3 matrix of its points."""
    height, width = pixels.shape[:2]
    a = math.radians(degrees)
    w = round(abs(width * math.cos(a)) + abs(height * math.sin(a)))
    h = round(abs(width * math.sin(a)) + abs(height * math.cos(a)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix += np.array([[0, 0, (w - width) / 2], [0, 0, (h - height) / 2]])
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90))), matrix
    turned = cv2.warpAffine(pixels, matrix, (w, h), flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return np.asarray(turned, np.uint8), matrix


def _moved(points: Points, matrix: NDArray[np.float64]) -> Points:
    out: Points = points @ matrix[:, :2].T + matrix[:, 2]
    return out


def _corners(box: Sequence[float]) -> Points:
    x0, y0, x1, y1 = (float(v) for v in box)
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64)
