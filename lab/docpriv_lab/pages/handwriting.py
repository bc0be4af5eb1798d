"""Writes words as a pen does, from an alphabet of strokes of its own; it knows no font and copies no hand.

A letter is one or more strokes of knots in hundredths of the height of a small letter (x right, y up, 0 the line of
writing). A hand slants, stretches and unsettles them, joins letters or lifts the pen between them, and inks the
curve through the knots with the width and the grain of its pen.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Stroke = list[tuple[float, float]]
Colour = tuple[int, int, int]

SUPER = 3
"""Strokes are drawn this much larger and reduced."""

_SMALL = {
    "a": "75,85 40,100 5,50 35,0 70,40 78,95 75,30 90,2 110,25",
    "b": "0,20 35,130 30,190 12,170 12,20 35,0 60,40 50,85 95,75",
    "c": "0,20 45,95 70,85 40,100 5,50 35,0 85,25",
    "d": "70,85 40,100 5,50 35,0 70,50 80,190 76,40 90,2 110,25",
    "e": "0,25 50,60 45,98 10,75 15,15 45,0 85,30",
    "f": "0,20 40,130 45,190 25,170 20,0 15,-80 35,-70 30,0 65,30",
    "g": "75,85 40,100 5,50 35,0 70,40 78,90 70,-60 40,-95 25,-60 95,25",
    "h": "0,20 35,140 30,190 12,160 10,0 20,60 50,100 65,70 65,15 80,0 100,25",
    "i": "0,30 20,95 20,20 35,0 55,25/24,135 27,138",
    "j": "0,30 25,95 20,-60 -5,-95 -15,-60 50,20/28,135 31,138",
    "k": "0,20 35,140 30,190 12,160 10,0 20,60 50,95 50,60 20,50 60,0 90,25",
    "l": "0,20 35,140 28,190 10,150 15,20 35,0 60,25",
    "m": "0,50 15,95 15,0 20,60 45,100 50,60 50,0 55,60 80,100 88,60 90,10 105,0 125,25",
    "n": "0,50 15,95 15,0 20,60 50,100 62,60 62,10 78,0 98,25",
    "o": "50,95 10,70 15,10 50,5 75,50 50,95 60,80 95,80",
    "p": "0,30 20,95 15,-90 20,40 50,100 75,55 50,2 25,10 90,20",
    "q": "75,85 40,100 5,50 35,0 70,40 78,90 72,-90 85,-70 80,0 105,30",
    "r": "0,20 20,100 30,90 55,85 50,30 60,0 80,25",
    "s": "0,20 35,100 50,50 40,2 10,10 75,25",
    "t": "0,25 30,150 25,30 40,0 65,25/2,105 55,110",
    "u": "0,30 15,95 15,20 40,0 65,50 70,95 70,20 85,0 105,25",
    "v": "0,40 15,95 30,10 45,10 65,95 60,80 95,80",
    "w": "0,40 15,95 25,5 40,5 55,80 65,5 80,5 100,95 95,80 125,80",
    "x": "0,30 20,95 45,40 65,0 90,25/70,95 15,0",
    "y": "0,30 15,95 15,30 40,5 65,50 70,95 60,-60 30,-95 15,-60 90,25",
    "z": "0,60 20,95 60,90 10,10 45,10 45,-60 20,-90 10,-60 80,20",
}
_LARGE = {
    "A": "0,0 25,90 50,185 70,90 95,0/18,70 85,75",
    "B": "12,0 15,185/0,175 60,185 75,145 20,100/20,100 90,85 85,15 5,0",
    "C": "95,160 55,190 10,120 15,30 60,0 100,30",
    "D": "15,0 18,185/0,178 70,175 105,100 75,10 5,0",
    "E": "80,180 25,180 15,100 60,98 15,95 10,10 85,5",
    "F": "85,182 10,178/30,180 22,0/20,95 70,98",
    "G": "95,160 55,190 10,110 25,10 80,10 90,80 55,78/90,80 88,-10",
    "H": "15,185 10,0/85,187 82,0/12,95 86,98",
    "I": "10,182 60,184/35,183 32,0/5,0 60,2",
    "J": "20,180 85,184/60,182 55,20 25,-5 5,25",
    "K": "15,185 10,0/85,185 15,85 90,0",
    "L": "15,185 10,60 12,5 80,3",
    "M": "5,0 18,185 55,60 92,185 105,0",
    "N": "5,0 12,185 80,5 88,187",
    "O": "55,188 8,100 50,0 102,90 60,188 40,178",
    "P": "15,0 18,185/0,175 75,180 80,100 20,88",
    "Q": "55,188 8,100 50,0 102,90 60,188/65,35 105,-15",
    "R": "15,0 18,185/0,175 75,180 75,105 22,92/35,92 95,0",
    "S": "85,165 45,190 15,140 75,70 50,0 5,25",
    "T": "0,180 95,185/48,182 42,0",
    "U": "10,185 12,40 50,0 85,45 88,185/88,100 95,2",
    "V": "5,185 45,0 90,187",
    "W": "5,185 30,0 58,130 85,0 115,187",
    "X": "8,185 88,0/90,185 5,0",
    "Y": "5,185 45,95/92,187 35,0",
    "Z": "8,180 90,182 5,3 95,5/25,95 70,98",
}
_SIGNS = {
    "0": "45,150 8,90 35,0 75,70 48,150 35,142",
    "1": "15,115 45,150 42,0",
    "2": "8,115 45,150 70,105 5,3 80,3",
    "3": "10,135 60,145 30,82 72,45 40,0 5,20",
    "4": "50,150 5,50 80,55/62,95 58,-5",
    "5": "72,150 22,148 18,85 70,65 50,0 5,15",
    "6": "65,148 15,70 30,0 70,35 45,75 15,40",
    "7": "5,146 75,150 30,0/20,75 65,80",
    "8": "65,130 35,150 15,115 65,50 40,0 10,40 65,110 62,135",
    "9": "68,120 35,150 12,105 50,80 70,125 60,0",
    ".": "15,0 18,4",
    ",": "18,5 8,-25",
    "-": "10,55 55,58",
    "/": "0,-20 65,165",
    ":": "15,10 18,14/17,70 20,74",
    "'": "20,185 15,150",
    "(": "40,175 8,80 40,-20",
    ")": "10,175 42,80 8,-20",
    "&": "85,0 25,120 45,150 60,120 5,35 40,0 85,60",
    "#": "20,0 35,150/55,0 70,150/5,100 85,103/2,50 80,53",
    "+": "40,20 40,100/5,60 78,60",
    "$": "70,125 20,130 55,75 60,20 5,20/40,165 38,-15",
    "@": "70,60 40,80 35,30 65,35 75,80 95,40 90,110 30,125 5,50 40,-15 90,0",
    "%": "10,120 25,150 30,115 12,118/85,150 10,0/65,30 80,40 75,2 62,20",
    "!": "20,150 18,45/17,2 19,6",
    "?": "5,125 40,150 55,105 28,70 28,40/28,2 30,6",
    "é": "",
}


def _parsed(text: str) -> list[Stroke]:
    return [
        [(float(a) / 100, float(b) / 100) for a, b in (knot.split(",") for knot in stroke.split())] for stroke in text.split("/")
    ]


ALPHABET: dict[str, list[Stroke]] = {letter: _parsed(text) for letter, text in {**_SMALL, **_LARGE, **_SIGNS}.items() if text}
"""Strokes of every letter, digit and sign that a hand can write, in heights of a small letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """What a stroke looks like: its `width` in points, how much the width swells (0..1), how much of the ink skips
    (0..1, pencil and a tired ball pen), how soft its edge is (pixels at three times the page), its colour."""

    colour: Colour
    width: float
    swell: float = 0.2
    skip: float = 0.0
    soft: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How one person writes: slant (x per y), whether letters are joined, width and gap of letters, restlessness, and
    haste (0..1: turns are left out and the ends of words run flat)."""

    pen: Pen
    slant: float
    joined: bool
    stretch: float
    gap: float
    unrest: float
    capitals: bool = False
    haste: float = 0.0


def draw_pen(rng: random.Random) -> Pen:
    """A ball pen, a fountain or felt pen, or a pencil."""
    blue: Colour = rng.choice(((28, 44, 130), (24, 36, 105), (40, 60, 150), (30, 52, 118)))
    black: Colour = rng.choice(((22, 24, 30), (38, 38, 44), (52, 50, 54)))
    sort = rng.choice(("ball", "ball", "ball", "felt", "fountain", "pencil"))
    if sort == "pencil":
        level = rng.randint(84, 128)
        return Pen(
            colour=(level, level, level + 3), width=rng.uniform(0.7, 1.1), swell=0.25, skip=rng.uniform(0.2, 0.4), soft=1.0
        )
    if sort == "felt":
        return Pen(colour=rng.choice((black, (20, 20, 24))), width=rng.uniform(1.5, 2.3), swell=0.12, soft=0.6)
    if sort == "fountain":
        return Pen(colour=rng.choice((blue, black)), width=rng.uniform(1.0, 1.6), swell=0.55)
    return Pen(colour=rng.choice((blue, blue, black)), width=rng.uniform(0.75, 1.15), swell=0.2, skip=rng.uniform(0.0, 0.08))


def draw_hand(rng: random.Random, *, pen: Pen | None = None) -> Hand:
    """Somebody's hand: joined or not, upright or slanted, neat or restless; four in ten are hard to read."""
    hurried = rng.random() < 0.4
    return Hand(
        pen=pen or draw_pen(rng),
        slant=rng.uniform(-0.08, 0.45),
        joined=rng.random() < (0.85 if hurried else 0.5),
        stretch=rng.uniform(0.75, 1.15),
        gap=rng.uniform(0.1, 0.3),
        unrest=rng.uniform(1.2, 2.1) if hurried else rng.uniform(0.35, 1.0),
        capitals=not hurried and rng.random() < 0.15,
        haste=rng.uniform(0.6, 1.3) if hurried else rng.choice((0.0, 0.0, rng.uniform(0.1, 0.5))),
    )


def strokes_of(rng: random.Random, text: str, hand: Hand) -> tuple[list[Stroke], float]:
    """The strokes of `text` in heights of a small letter, its line of writing at y = 0 (y up), and its width.

    A letter that the alphabet lacks is written as the nearest thing to it, a wave.
    """
    out: list[Stroke] = []
    run: Stroke = []
    x, drift = 0.0, 0.0
    since = 0
    for letter in text.upper() if hand.capitals else text:
        since += 1
        if letter == " ":
            out, run = _ended(out, run)
            since = 0
            x += 0.75 * hand.stretch + rng.uniform(0, 0.3)
            continue
        glyph = ALPHABET.get(letter) or ALPHABET["v"]
        size = 1 + rng.uniform(-0.12, 0.12) * hand.unrest
        if letter.islower():
            size *= max(0.35, 1 - hand.haste * 0.16 * max(since - 2, 0))
        wide = hand.stretch * (1 + rng.uniform(-0.15, 0.15) * hand.unrest)
        drift = 0.8 * drift + rng.uniform(-0.06, 0.06) * hand.unrest

        def put(
            knot: tuple[float, float], size: float = size, wide: float = wide, at: float = x, lift: float = drift
        ) -> tuple[float, float]:
            u = knot[0] * wide + rng.uniform(-0.045, 0.045) * hand.unrest
            v = knot[1] * size + lift + rng.uniform(-0.045, 0.045) * hand.unrest
            return at + u + hand.slant * v, v

        haste = hand.haste if letter.islower() else 0.25 * hand.haste  # capitals and figures are written with more care
        first, *rest = [[put(knot) for knot in _hurried(rng, stroke, haste)] for stroke in glyph]
        joins = hand.joined and letter.islower() and rng.random() > 0.07
        if joins:
            run = run + first
        else:
            out, run = _ended(out, run)
            run = first
            if not (hand.joined and letter.islower()):
                out, run = _ended(out, run)
        out += rest
        x += max(k[0] for s in glyph for k in s) * wide
        x += rng.uniform(-0.05, 0.02) if joins else hand.gap * rng.uniform(0.6, 1.3)
    out, _ = _ended(out, run)
    return out, x


def _hurried(rng: random.Random, stroke: Stroke, haste: float) -> Stroke:
    """The stroke without some of its inner turns."""
    if not haste or len(stroke) < 4:
        return stroke
    return [stroke[0], *(k for k in stroke[1:-1] if rng.random() > 0.35 * haste), stroke[-1]]


def _ended(out: list[Stroke], run: Stroke) -> tuple[list[Stroke], Stroke]:
    return ([*out, run] if run else out), []


def smooth(knots: Stroke, steps: int = 8) -> NDArray[np.float64]:
    """float64[N, 2]: a Catmull-Rom curve through the knots."""
    points = np.asarray([knots[0], *knots, knots[-1]], np.float64)
    a, b, c, d = (points[i : len(points) - 3 + i, None, :] for i in range(4))
    t = (np.arange(steps) / steps)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([curve.reshape(-1, 2), points[-2:-1]])


def ink(rng: random.Random, strokes: list[Stroke], pen: Pen, scale: float, unit: float) -> tuple[Image.Image, float, float]:
    """Coverage (mode L) of strokes in units of `unit` points (y up) at `scale` pixels a point.

    Returns it with the offset of its corner from the origin of the strokes, in pixels.
    """
    curves = [smooth(s) * np.array([unit * scale, -unit * scale]) for s in strokes if s]
    if not curves:
        return Image.new("L", (1, 1)), 0.0, 0.0
    every = np.concatenate(curves)
    pad = 2 + pen.width * scale * 2
    left, top = np.floor(every.min(axis=0) - pad)
    right, bottom = np.ceil(every.max(axis=0) + pad)
    page = Image.new("L", (int(right - left) * SUPER, int(bottom - top) * SUPER))
    draw = ImageDraw.Draw(page)
    phase, rate = rng.uniform(0, 6.28), rng.uniform(0.05, 0.14)
    for curve in curves:
        at = (curve - (left, top)) * SUPER
        last = None
        for i, (px, py) in enumerate(at.tolist()):
            turn = math.atan2(py - last[1], px - last[0]) if last else 0.6
            # a nib is widest across its edge, and every hand presses unevenly
            shape = 0.5 * abs(math.sin(turn - 0.7)) + 0.5 * (0.5 + 0.5 * math.sin(i * rate + phase))
            # strokes start and end thinner
            end = min(1.0, 0.6 + 0.15 * min(i, len(at) - 1 - i))
            half = max(0.5, pen.width * scale * SUPER * end * (1 + pen.swell * (shape - 0.5) * 2) / 2)
            if last is not None:
                draw.line((*last, px, py), fill=255, width=max(1, round(2 * half)))
            draw.ellipse((px - half, py - half, px + half, py + half), fill=255)
            last = (px, py)
        phase += 1.3
    if pen.soft:
        page = page.filter(ImageFilter.GaussianBlur(pen.soft))
    small = page.reduce(SUPER)
    if pen.skip:
        small = _skipping(rng, small, pen.skip)
    return small, float(left), float(top)


def _skipping(rng: random.Random, mask: Image.Image, share: float) -> Image.Image:
    """Paper is rough: graphite and ball-pen ink leave out its valleys."""
    noise = np.random.default_rng(rng.getrandbits(32))
    grain = Image.fromarray(noise.integers(0, 256, (mask.height, mask.width), dtype=np.uint8)).filter(
        ImageFilter.GaussianBlur(0.7)
    )
    rough = np.asarray(grain, np.float32)
    rough = np.clip((rough - rough.mean()) / (rough.std() + 1e-6), -2, 2)
    left = np.clip(1 - share * (0.9 + 0.7 * rough), 0.05, 1)
    return Image.fromarray(np.clip(np.asarray(mask, np.float32) * left, 0, 255).astype(np.uint8))
