"""Draws what stands on paper and is neither text nor writing: stamps, emblems, pictures, prints, stains; none is copied.

Each function returns coverage (mode L, 255 is full ink) or a picture (RGB) of a given size in pixels.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from docpriv_lab.pages import fonts

Grey = NDArray[np.float32]

SUPER = 2
"""Shapes are drawn this much larger and reduced."""


# ---- stamps


def round_stamp(rng: random.Random, side: int, ring: str, middle: list[str]) -> Image.Image:
    """A seal: one or two rings, text along the rim, lines or a star in the middle."""
    s = side * SUPER
    mask = Image.new("L", (s, s))
    pen = ImageDraw.Draw(mask)
    outer, thick = s * 0.48, max(2, round(s * rng.uniform(0.014, 0.026)))
    c = s / 2
    pen.ellipse((c - outer, c - outer, c + outer, c + outer), outline=255, width=thick)
    inner = outer * rng.uniform(0.62, 0.7)
    pen.ellipse((c - inner, c - inner, c + inner, c + inner), outline=255, width=max(1, thick // 2))
    if rng.random() < 0.4:
        pen.ellipse(
            (c - outer * 0.94, c - outer * 0.94, c + outer * 0.94, c + outer * 0.94), outline=255, width=max(1, thick // 3)
        )
    face = rng.choice(("sans-a-bold", "serif-a-bold", "sans-c-bold", "slab-a"))
    band = outer * 0.94 - inner
    _along_ring(mask, ring, fonts.load(face, band * 0.62), (outer * 0.94 + inner) / 2, rng.uniform(250, 330))
    pen = ImageDraw.Draw(mask)
    if middle:
        size = min(inner * 0.42, inner * 2.6 / max(len(t) for t in middle))
        font = fonts.load(face, size)
        for i, text in enumerate(middle):
            pen.text((c, c + (i - (len(middle) - 1) / 2) * size * 1.25), text, fill=255, font=font, anchor="mm")
    else:
        _star(pen, c, c, inner * 0.55, 255)
    return mask.reduce(SUPER)


def _along_ring(mask: Image.Image, text: str, font: ImageFont.FreeTypeFont, radius: float, arc: float) -> None:
    lengths = [font.getlength(letter) for letter in text]
    step = math.degrees(1 / radius)
    total = sum(lengths) * step
    stretch = min(1.6, arc / total)
    angle = -90 - total * stretch / 2
    for letter, length in zip(text, lengths, strict=True):
        middle = angle + length * step * stretch / 2
        tile = Image.new("L", (round(font.size * 2), round(font.size * 2)))
        ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, fill=255, font=font, anchor="mm")
        tile = tile.rotate(-middle - 90, Image.Resampling.BICUBIC)
        a = math.radians(middle)
        x = mask.width / 2 + radius * math.cos(a) - tile.width / 2
        y = mask.height / 2 + radius * math.sin(a) - tile.height / 2
        box = (round(x), round(y), round(x) + tile.width, round(y) + tile.height)
        mask.paste(ImageChops.lighter(mask.crop(box), tile), box)
        angle += length * step * stretch


def box_stamp(rng: random.Random, width: int, lines: list[str]) -> Image.Image:
    """A rectangular stamp, framed once, twice or not at all."""
    w = width * SUPER
    face = rng.choice(("sans-a-bold", "mono-a-bold", "slab-a", "sans-c-bold"))
    longest = max(fonts.load(face, 100).getlength(t) for t in lines)
    size = 100 * w * 0.86 / longest
    size = min(size, w * 0.3)
    h = round(size * 1.3 * len(lines) + size * 0.6)
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    thick = max(2, round(w * rng.uniform(0.008, 0.018)))
    framed = rng.randrange(5)
    if framed:
        pen.rounded_rectangle((1, 1, w - 2, h - 2), radius=rng.choice((0, 0, size * 0.4)), outline=255, width=thick)
    if framed == 1:
        pen.rectangle((3 * thick, 3 * thick, w - 3 * thick, h - 3 * thick), outline=255, width=max(1, thick // 2))
    font = fonts.load(face, size)
    for i, text in enumerate(lines):
        pen.text((w / 2, size * 0.95 + i * size * 1.3), text, fill=255, font=font, anchor="mm")
    return mask.reduce(SUPER)


def inked(rng: random.Random, mask: Image.Image, strength: float) -> Image.Image:
    """The mask as rubber prints it: blotched, worn at one side, its edges soft."""
    w, h = mask.size
    noise = np.random.default_rng(rng.getrandbits(32))
    coarse, fine = _clouds(noise, w, h, 5), _clouds(noise, w, h, max(4, max(w, h) // 3))
    lean = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.6, 1), w, dtype=np.float32)[None, :]
    cover = np.clip(lean * (0.55 + 0.6 * coarse) * (0.65 + 0.6 * fine), 0, 1) * strength
    soft = mask.filter(ImageFilter.GaussianBlur(0.6))
    return Image.fromarray(np.clip(np.asarray(soft, np.float32) * (0.35 * strength + 0.65 * cover), 0, 255).astype(np.uint8))


def _clouds(noise: np.random.Generator, width: int, height: int, cells: int) -> Grey:
    small = Image.fromarray(noise.integers(0, 256, (cells, cells), dtype=np.uint8))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32) / np.float32(255)


def _star(pen: ImageDraw.ImageDraw, x: float, y: float, r: float, fill: int, points: int = 5) -> None:
    knots = [
        (
            x + r * (1 if i % 2 == 0 else 0.42) * math.sin(math.pi * i / points),
            y - r * (1 if i % 2 == 0 else 0.42) * math.cos(math.pi * i / points),
        )
        for i in range(2 * points)
    ]
    pen.polygon(knots, fill=fill)


# ---- emblems and wordmarks


def emblem(rng: random.Random, side: int) -> Image.Image:
    """A firm's sign of plain shapes."""
    s = side * SUPER
    mask = Image.new("L", (s, s))
    pen = ImageDraw.Draw(mask)
    choice = rng.randrange(7)
    if choice == 0:
        for i in range(rng.randint(3, 5)):
            pen.arc(
                (s * 0.1 * i, s * 0.1 * i, s - s * 0.1 * i, s - s * 0.1 * i), 200 - 15 * i, 520 - 60 * i, fill=255, width=s // 22
            )
    elif choice == 1:
        pen.polygon(
            [(s * 0.08, s * 0.06), (s * 0.92, s * 0.06), (s * 0.88, s * 0.62), (s * 0.5, s * 0.97), (s * 0.12, s * 0.62)],
            fill=255,
        )
        _star(pen, s / 2, s * 0.42, s * 0.28, 0)
    elif choice == 2:
        points = rng.randint(7, 14)
        _star(pen, s / 2, s / 2, s * 0.49, 255, points)
        pen.ellipse((s * 0.32, s * 0.32, s * 0.68, s * 0.68), fill=0)
    elif choice == 3:
        for i in range(4):
            pen.polygon(
                [
                    (s * (0.02 + 0.25 * i), s * 0.95),
                    (s * (0.16 + 0.25 * i), s * 0.05),
                    (s * (0.24 + 0.25 * i), s * 0.05),
                    (s * (0.1 + 0.25 * i), s * 0.95),
                ],
                fill=255,
            )
    elif choice == 4:
        knots = [
            (s * (0.5 + (0.34 + 0.12 * math.cos(5 * a)) * math.cos(a)), s * (0.5 + (0.34 + 0.12 * math.cos(5 * a)) * math.sin(a)))
            for a in np.linspace(0, 2 * math.pi, 120).tolist()
        ]
        pen.polygon(knots, fill=255)
        pen.ellipse((s * 0.4, s * 0.4, s * 0.6, s * 0.6), fill=0)
    elif choice == 5:
        waves = [(x, s * (0.3 + 0.2 * j + 0.07 * math.sin(x / s * 9 + j))) for j in range(3) for x in range(0, s, 6)]
        for j in range(3):
            third = len(waves) // 3
            pen.line(waves[j * third : (j + 1) * third], fill=255, width=s // 12)
    else:
        pen.ellipse((2, 2, s - 2, s - 2), fill=255)
        font = fonts.load(rng.choice(("serif-a-bold", "sans-a-bold", "hand-c")), s * 0.62)
        pen.text((s / 2, s / 2), rng.choice("ABCDEGHKMNRSTW"), fill=0, font=font, anchor="mm")
    return mask.reduce(SUPER)


def wordmark(rng: random.Random, height: int, name: str) -> Image.Image:
    """A firm's name as its sign: heavy, in a script face, reversed out of a bar, or struck through by a swoosh."""
    face = rng.choice(("sans-a-bold", "slab-a", "hand-c", "hand-d", "serif-b-bold", "sans-d-bold"))
    h = height * SUPER
    font = fonts.load(face, h * 0.72)
    w = round(font.getlength(name) + h * 0.5)
    mask = Image.new("L", (w, h))
    pen = ImageDraw.Draw(mask)
    reverse = rng.random() < 0.25
    if reverse:
        pen.rectangle((0, 0, w, h), fill=255)
    pen.text((w / 2, h * 0.5), name, fill=0 if reverse else 255, font=font, anchor="mm")
    if not reverse and rng.random() < 0.4:
        pen.arc((-w * 0.1, h * 0.8, w * 1.1, h * 1.5), 185, 350, fill=255, width=max(2, h // 16))
    if rng.random() < 0.3:
        mask = mask.transform(mask.size, Image.Transform.AFFINE, (1, 0.18, -0.09 * h, 0, 1, 0), Image.Resampling.BICUBIC)
    return mask.reduce(SUPER)


# ---- pictures


def photograph(rng: random.Random, width: int, height: int) -> Image.Image:
    """A picture of nothing in particular: hills, houses or fruit under a light, with grain; halftoned at times."""
    noise = np.random.default_rng(rng.getrandbits(32))
    w, h = max(8, width), max(8, height)
    top, low = _colour(rng), _colour(rng)
    ramp = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    sky: Grey = np.broadcast_to((1 - ramp) * np.array(top, np.float32) + ramp * np.array(low, np.float32), (h, w, 3)).copy()
    image = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    _SCENES[rng.randrange(len(_SCENES))](rng, pen, w, h)
    image = image.filter(ImageFilter.GaussianBlur(max(w, h) / 220))
    light = 0.75 + 0.5 * _clouds(noise, w, h, 4)
    texture = (_clouds(noise, w, h, max(6, w // 6)) - 0.5) * 36 + noise.standard_normal((h, w)).astype(np.float32) * 7
    lit = np.asarray(image, np.float32) * light[..., None] + texture[..., None]
    image = Image.fromarray(np.clip(lit, 4, 250).astype(np.uint8))
    if rng.random() < 0.45:
        image = image.convert("L").convert("RGB")
    if rng.random() < 0.35:
        image = _halftone(image, rng.uniform(3.2, 5.5), rng.uniform(20, 70))
    if rng.random() < 0.4:
        ImageDraw.Draw(image).rectangle((0, 0, w - 1, h - 1), outline=(30, 30, 30))
    return image


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(40, 235), rng.randint(50, 235), rng.randint(60, 240)


def _hills(rng: random.Random, pen: ImageDraw.ImageDraw, w: int, h: int) -> None:
    for i in range(4):
        base, phase, shade = h * (0.45 + 0.14 * i), rng.uniform(0, 6), rng.uniform(0.4, 1)
        edge = [(x, base + h * 0.09 * math.sin(x / w * rng.uniform(5.8, 6) + phase)) for x in range(0, w + 8, 8)]
        pen.polygon([*edge, (w, h), (0, h)], fill=(round(70 * shade), round((130 - 20 * i) * shade), round(60 * shade)))
    for _ in range(rng.randint(3, 9)):
        x, y, r = rng.uniform(0, w), rng.uniform(h * 0.5, h * 0.9), rng.uniform(0.03, 0.08) * w
        pen.rectangle((x - r * 0.12, y, x + r * 0.12, y + r * 1.4), fill=(70, 50, 34))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(30, rng.randint(60, 120), 36))


def _houses(rng: random.Random, pen: ImageDraw.ImageDraw, w: int, h: int) -> None:
    x = 0.0
    while x < w:
        wide, top, wall = rng.uniform(0.14, 0.3) * w, rng.uniform(0.15, 0.55) * h, _colour(rng)
        pen.rectangle((x, top, x + wide, h), fill=wall)
        for row in range(6):
            for column in range(3):
                left, up = x + wide * (0.12 + 0.29 * column), top + h * (0.05 + 0.12 * row)
                pen.rectangle(
                    (left, up, left + wide * 0.17, up + h * 0.07), fill=rng.choice(((40, 46, 60), (220, 210, 150), (70, 80, 96)))
                )
        x += wide
    pen.rectangle((0, h * 0.9, w, h), fill=(90, 90, 92))


def _fruit(rng: random.Random, pen: ImageDraw.ImageDraw, w: int, h: int) -> None:
    pen.rectangle((0, h * 0.6, w, h), fill=(120, 84, 56))
    for _ in range(rng.randint(4, 9)):
        x, y, r, shade = rng.uniform(0.1, 0.9) * w, rng.uniform(0.4, 0.8) * h, rng.uniform(0.08, 0.17) * min(w, h), _colour(rng)
        for step in range(12):
            k = 1 - step / 12
            tone = tuple(min(255, round(v * (0.45 + 0.65 * (1 - k)))) for v in shade)
            pen.ellipse((x - r * k - step * r * 0.02, y - r * k - step * r * 0.03, x + r * k, y + r * k), fill=tone)


_SCENES: tuple[Callable[[random.Random, ImageDraw.ImageDraw, int, int], None], ...] = (_hills, _houses, _fruit)


def _halftone(image: Image.Image, pitch: float, angle: float) -> Image.Image:
    """Black dots of a press, larger where the picture is darker."""
    grey = np.asarray(image.convert("L"), np.float32) / 255
    ys, xs = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]].astype(np.float32)
    a = math.radians(angle)
    u, v = xs * math.cos(a) + ys * math.sin(a), ys * math.cos(a) - xs * math.sin(a)
    screen = 0.5 + 0.25 * (np.cos(2 * math.pi * u / pitch) + np.cos(2 * math.pi * v / pitch))
    dots = np.clip((grey - screen) * 3 + 0.5, 0, 1) * 225 + 24
    return Image.fromarray(dots.astype(np.uint8)).convert("RGB")


def fingerprint(rng: random.Random, width: int, height: int) -> Image.Image:
    """Ridges about a core, pressed unevenly, in an oval."""
    noise = np.random.default_rng(rng.getrandbits(32))
    w, h = width * SUPER, height * SUPER
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    u, v = (xs - w * 0.5) / w, (ys - h * rng.uniform(0.42, 0.55)) / h
    bend = 0.07 * (_clouds(noise, w, h, 5) - 0.5) * 2
    r = np.sqrt((u * 1.35 + bend) ** 2 + (v * (1.0 + 0.4 * (v > 0))) ** 2) + 0.18 * np.abs(u) * (v > 0) * rng.uniform(0.2, 1.2)
    ridges = 0.5 + 0.5 * np.sin(2 * math.pi * (r * rng.uniform(19, 25) + bend * 4))
    pressed = np.clip(1.5 - 3.1 * np.sqrt((u * 1.25) ** 2 + v**2) + 0.8 * (_clouds(noise, w, h, 7) - 0.5), 0, 1)
    edge = ((u / 0.46) ** 2 + (v / 0.52) ** 2 < 1 + 0.25 * (_clouds(noise, w, h, 6) - 0.5)).astype(np.float32)
    cover = np.clip((ridges - 0.75 + 0.55 * pressed) * 4, 0, 1) * edge
    return Image.fromarray((cover * 255).astype(np.uint8)).reduce(SUPER)


def code_lookalike(rng: random.Random, side: int) -> tuple[Image.Image, str]:
    """What looks like a code and is none: a chessboard, a mesh of squares, bars of one width, a crossword. Holds no data."""
    choice = rng.randrange(4)
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    if choice == 0:
        cells = rng.randint(6, 12)
        step = side / cells
        for i in range(cells):
            for j in range(cells):
                if (i + j) % 2:
                    pen.rectangle(
                        (round(i * step), round(j * step), round((i + 1) * step) - 1, round((j + 1) * step) - 1), fill=255
                    )
        return mask, "chessboard"
    if choice == 1:
        step = max(3, round(side / rng.randint(18, 26)))
        for i in range(0, side - step, step):
            for j in range(0, side - step, step):
                if rng.random() < 0.5:
                    pen.rectangle((i, j, i + step - 1, j + step - 1), fill=255)
        return mask, "mesh"
    if choice == 2:
        mask = Image.new("L", (side * 2, side // 2))
        pen = ImageDraw.Draw(mask)
        step = max(2, side // 36)
        for x in range(0, mask.width, 2 * step):
            pen.rectangle((x, 0, x + step - 1, mask.height), fill=255)
        return mask, "bars"
    cells = rng.randint(7, 11)
    step = side / cells
    for i in range(cells):
        for j in range(cells):
            box = (round(i * step), round(j * step), round((i + 1) * step), round((j + 1) * step))
            pen.rectangle(box, outline=255, fill=255 if rng.random() < 0.22 else 0)
    return mask, "crossword"


# ---- dirt and patterns


def ring_stain(rng: random.Random, side: int) -> Image.Image:
    """What a cup leaves: a broken ring, darker at its edge."""
    noise = np.random.default_rng(rng.getrandbits(32))
    ys, xs = np.mgrid[0:side, 0:side].astype(np.float32)
    r = np.hypot(xs - side / 2, ys - side / 2) / (side / 2) + 0.03 * (_clouds(noise, side, side, 6) - 0.5)
    ring = np.exp(-(((r - 0.86) / 0.025) ** 2)) * 0.6 + np.exp(-(((r - 0.8) / 0.06) ** 2)) * 0.35 + 0.07 * (r < 0.86)
    broken = np.clip(1.7 * _clouds(noise, side, side, 4) - 0.25, 0, 1)
    return Image.fromarray(np.clip(ring * broken * 170, 0, 255).astype(np.uint8))


def smudge(rng: random.Random, width: int, height: int) -> Image.Image:
    """A soft dirty patch, as of a thumb or of toner."""
    noise = np.random.default_rng(rng.getrandbits(32))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    oval = np.clip(1 - np.hypot((xs - width / 2) / (width / 2), (ys - height / 2) / (height / 2)), 0, 1)
    grain = np.clip(1.6 * _clouds(noise, width, height, max(4, width // 9)) - 0.3, 0, 1)
    return Image.fromarray(np.clip(oval * grain * rng.uniform(90, 190), 0, 255).astype(np.uint8))


def hatching(rng: random.Random, width: int, height: int) -> Image.Image:
    """Slanting lines that void or shade a box, crossed at times."""
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    step, crossed = max(4, round(min(width, height) * rng.uniform(0.06, 0.16))), rng.random() < 0.3
    thick = max(1, round(step * 0.13))
    for x in range(-height, width + height, step):
        pen.line((x, height, x + height, 0), fill=255, width=thick)
        if crossed:
            pen.line((x, 0, x + height, height), fill=255, width=thick)
    return mask


def warped(rng: random.Random, mask: Image.Image, amount: float) -> Image.Image:
    """The mask bent smoothly by up to `amount` pixels, as paper and rubber bend."""
    noise = np.random.default_rng(rng.getrandbits(32))
    w, h = mask.size
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    dx, dy = ((_clouds(noise, w, h, 4) - 0.5) * 2 * amount for _ in range(2))
    return Image.fromarray(cv2.remap(np.asarray(mask), xs + dx, ys + dy, cv2.INTER_LINEAR))
