"""Draws portraits of people who do not exist, each as often as wanted in other light; no face is anybody's.

A person is a set of proportions and colours; a picture of it has its own light, place, size, turn, mouth and grain.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from docpriv_lab.pages.degrade import Pixels

WIDTH, HEIGHT = 160, 200
"""Pixels of a portrait: 20 x 25 mm at 200 dpi."""
SUPER = 3
_X, _Y = 0.5, 0.56  # middle of the face

Colour = tuple[int, int, int]

SKINS: tuple[Colour, ...] = ((236, 200, 174), (222, 178, 146), (198, 148, 112), (162, 112, 80), (122, 82, 58), (246, 218, 198))
HAIRS: tuple[Colour, ...] = ((34, 28, 26), (72, 48, 32), (112, 78, 46), (170, 136, 84), (128, 126, 124), (196, 192, 186))
EYES: tuple[Colour, ...] = ((62, 44, 32), (84, 104, 120), (88, 96, 62), (40, 34, 32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One invented person; lengths are shares of the portrait's width."""

    skin: Colour
    hair: Colour
    eye: Colour
    face_width: float
    face_height: float
    jaw: float
    eye_gap: float
    eye_size: float
    eye_level: float
    brow: float
    brow_tilt: float
    nose_length: float
    nose_width: float
    mouth_width: float
    mouth_level: float
    lips: float
    fringe: float
    long_hair: bool
    beard: float
    glasses: bool


def draw_head(rng: random.Random) -> Head:
    """A person drawn at random."""
    spread = rng.uniform
    return Head(
        skin=rng.choice(SKINS),
        hair=rng.choice(HAIRS),
        eye=rng.choice(EYES),
        face_width=spread(0.205, 0.265),
        face_height=spread(0.29, 0.355),
        jaw=spread(0.55, 0.9),
        eye_gap=spread(0.088, 0.122),
        eye_size=spread(0.030, 0.044),
        eye_level=spread(-0.05, 0.0),
        brow=spread(0.012, 0.028),
        brow_tilt=spread(-0.02, 0.02),
        nose_length=spread(0.10, 0.15),
        nose_width=spread(0.036, 0.062),
        mouth_width=spread(0.065, 0.105),
        mouth_level=spread(0.165, 0.205),
        lips=spread(0.014, 0.03),
        fringe=spread(0.25, 0.6),
        long_hair=rng.random() < 0.45,
        beard=spread(0.25, 0.6) if rng.random() < 0.25 else 0.0,
        glasses=rng.random() < 0.25,
    )


def plain_picture_of(head: Head, rng: random.Random) -> Pixels:
    """A person in even light, upright and in the middle: u8 (HEIGHT * SUPER, WIDTH * SUPER, 3)."""
    image = _drawn(
        head,
        smile=rng.uniform(-0.4, 1.0),
        coat=(rng.randint(30, 120), rng.randint(30, 120), rng.randint(40, 140)),
        ground=(rng.randint(185, 225), rng.randint(195, 230), rng.randint(200, 235)),
    )
    return np.asarray(image, np.uint8)


def outline_of(head: Head) -> tuple[float, float, float, float]:
    """The head in `plain_picture_of`, hair to chin and ear to ear: x0, y0, x1, y1 as shares of the portrait's width."""
    return (
        _X - head.face_width * 1.16,
        _Y - 0.05 - head.face_height * 1.08,
        _X + head.face_width * 1.16,
        _Y + head.face_height,
    )


def picture_of(head: Head, rng: random.Random) -> Pixels:
    """One picture of a person, u8 (HEIGHT, WIDTH, 3)."""
    flat = np.asarray(Image.fromarray(plain_picture_of(head, rng)).reduce(SUPER), np.uint8)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), rng.uniform(-3, 3), rng.uniform(0.96, 1.05))
    turn[:, 2] += (rng.uniform(-4, 4), rng.uniform(-4, 4))
    moved = cv2.warpAffine(flat, turn, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(rng.getrandbits(32))
    across, down = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    light = 1 + rng.uniform(-0.16, 0.16) * across + rng.uniform(-0.10, 0.10) * down
    lit = ((moved.astype(np.float64) - 128) * rng.uniform(0.9, 1.1) + 128 + rng.uniform(-10, 10)) * light[..., None]
    lit = lit * (1 + np.array([rng.uniform(-0.02, 0.02) for _ in range(3)])) + noise.normal(0, 3.0, lit.shape)
    picture: Pixels = np.clip(np.rint(lit), 0, 255).astype(np.uint8)
    return picture


def _shade(colour: Colour, by: float) -> Colour:
    r, g, b = (min(255, round(c * by)) for c in colour)
    return r, g, b


def _relief(head: Head, x: float, y: float) -> NDArray[np.float64]:
    """Light on a round head, about 1: rims, eye sockets, the sides of the nose and what lies under it darker."""
    across, down = np.meshgrid(
        (np.arange(WIDTH * SUPER) + 0.5) / (WIDTH * SUPER), (np.arange(HEIGHT * SUPER) + 0.5) / (WIDTH * SUPER)
    )

    def bump(cx: float, cy: float, rx: float, ry: float) -> NDArray[np.float64]:
        out: NDArray[np.float64] = np.exp(-(((across - cx) / rx) ** 2) - ((down - cy) / ry) ** 2)
        return out

    out = np.sqrt(np.clip(1 - ((across - x) / head.face_width / 1.25) ** 2 - ((down - y) / head.face_height / 1.35) ** 2, 0, 1))
    light = 0.64 + 0.44 * out
    level, tip = y + head.eye_level, y + head.eye_level + head.nose_length
    for side in (-1, 1):
        light = light - 0.24 * bump(x + side * head.eye_gap, level - 0.01, 0.06, 0.04)
        flank = x + side * (head.nose_width + 0.012)
        light = light - 0.13 * bump(flank, (level + tip) / 2 + 0.03, 0.016, head.nose_length * 0.55)
        light = light + 0.08 * bump(x + side * head.eye_gap * 1.15, tip - 0.005, 0.05, 0.04)
        light = light - 0.10 * bump(x + side * (head.nose_width + 0.03), tip + 0.035, 0.014, 0.04)
    light = light + 0.12 * bump(x, tip - 0.03, 0.018, head.nose_length * 0.5) - 0.2 * bump(x, tip + 0.022, 0.045, 0.014)
    light = light - 0.16 * bump(x, y + head.mouth_level + head.lips + 0.025, 0.06, 0.018)
    chin = y + head.face_height
    light = light + 0.06 * bump(x, chin - 0.05, 0.05, 0.03) - 0.25 * bump(x, chin + 0.04, 0.13, 0.05)
    shaded: NDArray[np.float64] = light
    return shaded


def _drawn(head: Head, *, smile: float, coat: Colour, ground: Colour) -> Image.Image:
    unit = WIDTH * SUPER
    image = Image.new("RGB", (unit, HEIGHT * SUPER), ground)
    pen = ImageDraw.Draw(image)
    x, y = _X, _Y

    def oval(cx: float, cy: float, rx: float, ry: float, colour: Colour) -> None:
        pen.ellipse([v * unit for v in (cx - rx, cy - ry, cx + rx, cy + ry)], fill=colour)

    def polygon(points: list[tuple[float, float]], colour: Colour) -> None:
        pen.polygon([(u * unit, v * unit) for u, v in points], fill=colour)

    wide, high = head.face_width, head.face_height
    if head.long_hair:
        oval(x, y + 0.06, wide * 1.42, high * 1.25, _shade(head.hair, 0.9))
    pen.rounded_rectangle([v * unit for v in (0.08, 1.02, 0.92, 1.6)], radius=0.2 * unit, fill=coat)
    pen.rectangle([v * unit for v in (x - 0.1, y + 0.2, x + 0.1, 1.08)], fill=_shade(head.skin, 0.78))
    oval(x, 1.07, 0.13, 0.06, _shade(head.skin, 0.82))
    oval(x, y - 0.05, wide * 1.16, high * 1.08, head.hair)
    for side in (-1, 1):
        oval(x + side * wide * 0.98, y + 0.01, 0.03, 0.06, _shade(head.skin, 0.86))
    jaw = wide * head.jaw
    oval(x, y - 0.02, wide, high * 0.92, head.skin)
    polygon(
        [
            (x - wide * 0.98, y),
            (x + wide * 0.98, y),
            (x + jaw, y + high * 0.72),
            (x + jaw * 0.45, y + high),
            (x - jaw * 0.45, y + high),
            (x - jaw, y + high * 0.72),
        ],
        head.skin,
    )
    if head.beard:
        polygon(
            [
                (x - wide * 0.97, y + high * (1 - head.beard)),
                (x + wide * 0.97, y + high * (1 - head.beard)),
                (x + jaw, y + high * 0.75),
                (x + jaw * 0.45, y + high),
                (x - jaw * 0.45, y + high),
                (x - jaw, y + high * 0.75),
            ],
            _shade(head.hair, 1.15),
        )
    pen.chord(
        [v * unit for v in (x - wide * 1.08, y - high * 1.1, x + wide * 1.08, y + high * (head.fringe - 0.55))],
        185,
        355,
        fill=head.hair,
    )
    # the large forms soft and round, the features crisp
    own = (np.asarray(image) != np.array(ground)).any(axis=2)
    image = image.filter(ImageFilter.GaussianBlur(unit * 0.009))
    light = np.where(own, _relief(head, x, y), 1.0)
    soft = np.asarray(image, np.float64) * cv2.GaussianBlur(light, (0, 0), unit * 0.006)[..., None]
    image = Image.fromarray(np.clip(np.rint(soft), 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    level = y + head.eye_level
    for side in (-1, 1):
        centre = x + side * head.eye_gap
        oval(centre, level, head.eye_size * 1.5, head.eye_size * 1.05, _shade(head.skin, 0.8))
        oval(centre, level, head.eye_size * 1.15, head.eye_size * 0.6, (228, 224, 218))
        oval(centre, level, head.eye_size * 0.52, head.eye_size * 0.58, head.eye)
        oval(centre, level, head.eye_size * 0.25, head.eye_size * 0.28, (16, 14, 14))
        inner, outer = x + side * (head.eye_gap - 0.042), x + side * (head.eye_gap + 0.056)
        top = level - head.eye_size * 1.6
        polygon(
            [
                (inner, top + head.brow_tilt),
                (outer, top - head.brow_tilt),
                (outer, top - head.brow_tilt + head.brow * 0.5),
                (inner, top + head.brow_tilt + head.brow),
            ],
            _shade(head.hair, 0.8),
        )
        if head.glasses:
            pen.ellipse(
                [v * unit for v in (centre - 0.075, level - 0.06, centre + 0.075, level + 0.06)],
                outline=(40, 36, 36),
                width=round(0.009 * unit),
            )
    if head.glasses:
        pen.line([v * unit for v in (x - 0.025, level, x + 0.025, level)], fill=(40, 36, 36), width=round(0.009 * unit))
    tip = level + head.nose_length
    for side in (-1, 1):
        oval(x + side * head.nose_width * 0.55, tip + 0.012, 0.011, 0.007, _shade(head.skin, 0.5))
    mouth = y + head.mouth_level
    lips = (round(head.skin[0] * 0.78), round(head.skin[1] * 0.55), round(head.skin[2] * 0.55))
    oval(x, mouth, head.mouth_width, head.lips, lips)
    bend = 0.02 * smile
    pen.line(
        [
            (u * unit, v * unit)
            for u, v in ((x - head.mouth_width, mouth - bend), (x, mouth + bend / 2), (x + head.mouth_width, mouth - bend))
        ],
        fill=_shade(lips, 0.5),
        width=round(0.009 * unit),
        joint="curve",
    )
    return image.filter(ImageFilter.GaussianBlur(SUPER * 0.7))
