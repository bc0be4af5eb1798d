"""Draws what is no text: signatures, stamps, logos, portraits; every stroke is invented, none traced."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw

from docpriv.evaluation.truth import MAYBE, Span
from docpriv_lab.pages.canvas import WHITE, Canvas, Colour, Type, hull_of

SUPER = 3
"""Marks are drawn this much larger and reduced, which smooths their edges."""

PEN_COLOURS: tuple[Colour, ...] = ((22, 24, 30), (28, 44, 120), (20, 32, 92), (40, 40, 44))
STAMP_COLOURS: tuple[Colour, ...] = ((150, 28, 40), (34, 52, 140), (90, 24, 110), (40, 40, 44))


def signature(canvas: Canvas, x: float, y: float, width: float, height: float, colour: Colour) -> None:
    """A signature about `width` x `height` points whose line of writing is y; recorded as SIGNATURE."""
    rng, s = canvas.rng, canvas.scale * SUPER
    path = _signature_path(rng)
    pad = 0.25
    image = Image.new("L", (round(width * (1 + 2 * pad) * s), round(height * (1 + 2 * pad) * s)))
    pen = ImageDraw.Draw(image)
    base = rng.uniform(0.75, 1.1) * s
    phase = rng.uniform(0, 6.28)
    last: tuple[float, float] | None = None
    for i, (u, v) in enumerate(path):
        here = ((pad + u) * width * s, (pad + v) * height * s)
        thick = base * (0.75 + 0.45 * math.sin(i * 0.11 + phase))
        if last is not None:
            pen.line((*last, *here), fill=255, width=max(1, round(thick)))
        pen.ellipse((here[0] - thick / 2, here[1] - thick / 2, here[0] + thick / 2, here[1] + thick / 2), fill=255)
        last = here
    with canvas.drawing("signature"):
        hull = canvas.shape(image.reduce(SUPER), x - pad * width, y - (0.75 + pad) * height, colour)
        canvas.record("[SIGNATURE]", "SIGNATURE", hull)


def _signature_path(rng: random.Random) -> list[tuple[float, float]]:
    """Points of one continuous stroke in a unit box: a tall first loop, a run of shrinking loops, a
    flourish."""
    knots: list[tuple[float, float]] = [(rng.uniform(0.0, 0.06), rng.uniform(0.55, 0.8))]
    knots += [(0.10, 0.05), (rng.uniform(0.14, 0.2), 0.1), (0.08, 0.85), (0.17, rng.uniform(0.5, 0.7))]
    x, count = 0.22, rng.randint(5, 10)
    for i in range(count):
        tall = rng.random() < 0.28
        top = rng.uniform(0.05, 0.25) if tall else rng.uniform(0.38, 0.55)
        low = rng.uniform(0.9, 1.0) if rng.random() < 0.18 else rng.uniform(0.66, 0.8)
        step = (0.78 - 0.22) / count * rng.uniform(0.7, 1.3)
        knots += [
            (x + step * 0.45, top),
            (x + step * 0.25, (top + low) / 2),
            (x + step * 0.8, low - 0.05 * i / count),
        ]
        x += step
    knots += [(x + 0.05, rng.uniform(0.5, 0.65)), (1.0, rng.uniform(0.4, 0.7))]
    if rng.random() < 0.5:
        knots += [(rng.uniform(0.6, 0.8), 0.98), (rng.uniform(0.1, 0.35), rng.uniform(0.9, 1.0))]
    return _smooth(knots)


def _smooth(knots: list[tuple[float, float]], steps: int = 14) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through the knots."""
    padded = [knots[0], *knots, knots[-1]]
    points: list[tuple[float, float]] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for i in range(steps):
            t = i / steps
            points.append(
                tuple(  # type: ignore[arg-type]
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    return [*points, knots[-1]]


def stamp(canvas: Canvas, x: float, y: float, lines: list[list[Span]], kind: Type, *, angle: float) -> None:
    """A rubber stamp: a frame about lines of text, turned by `angle` degrees, its frame's corner at (x,
    y)."""
    widths = [canvas.measure(" ".join(t for t, _ in line), kind) for line in lines]
    step = kind.size * 1.35
    w, h = max(widths) + kind.size * 1.4, step * len(lines) + kind.size * 0.7
    s = canvas.scale
    frame = Image.new("L", (round((w + 4) * s), round((h + 4) * s)))
    pen = ImageDraw.Draw(frame)
    thick = max(1, round(1.2 * s))
    pen.rounded_rectangle((2 * s, 2 * s, (w + 2) * s, (h + 2) * s), radius=3 * s, outline=255, width=thick)
    turn = math.radians(angle)

    def placed(u: float, v: float) -> tuple[float, float]:
        return x + u * math.cos(turn) + v * math.sin(turn), y - u * math.sin(turn) + v * math.cos(turn)

    middle = placed(w / 2, h / 2)
    turned = frame.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    with canvas.drawing("stamp"):
        canvas.shape(turned, middle[0] - turned.width / 2 / s, middle[1] - turned.height / 2 / s, kind.colour)
        for i, (line, width) in enumerate(zip(lines, widths, strict=True)):
            px, py = placed((w - width) / 2, kind.size * 0.25 + step * (i + 0.8))
            canvas.spans(px, py, line, kind, angle=angle)


def received(canvas: Canvas, x: float, y: float, day: str, *, angle: float | None = None) -> None:
    """The stamp of an incoming post desk; `day` is counted neither way."""
    rng = canvas.rng
    kind = Type(
        font=rng.choice(("sans-a-bold", "mono-a-bold", "slab-a")),
        size=rng.uniform(9, 12),
        colour=rng.choice(STAMP_COLOURS),
    )
    word = rng.choice(("RECEIVED", "FILED", "ENTERED", "PAID", "COPY"))
    turn = rng.uniform(-9, 9) if angle is None else angle
    stamp(canvas, x, y, [[(word, None)], [(day, MAYBE)]], kind, angle=turn)


def logo(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """An emblem of plain shapes in a square of `size` points; it holds no text and is not recorded."""
    rng = canvas.rng
    side = round(size * canvas.scale * SUPER)
    image = Image.new("L", (side, side))
    pen = ImageDraw.Draw(image)
    choice = rng.randrange(4)
    if choice == 0:
        pen.ellipse((0, 0, side, side), fill=255)
        pen.ellipse((side * 0.25, side * 0.1, side * 1.05, side * 0.9), fill=0)
        pen.ellipse((side * 0.45, side * 0.3, side * 0.85, side * 0.7), fill=255)
    elif choice == 1:
        for i in range(3):
            pen.rectangle((side * (0.05 + 0.33 * i), side * (0.6 - 0.25 * i), side * (0.3 + 0.33 * i), side), fill=255)
    elif choice == 2:
        pen.polygon([(side / 2, 0), (side, side), (side * 0.5, side * 0.72), (0, side)], fill=255)
    else:
        corners = [
            (side * (0.5 + 0.48 * math.cos(math.pi / 3 * i)), side * (0.5 + 0.48 * math.sin(math.pi / 3 * i))) for i in range(6)
        ]
        pen.polygon(corners, fill=255)
        pen.polygon([(a * 0.55 + side * 0.225, b * 0.55 + side * 0.225) for a, b in corners], fill=0)
    with canvas.drawing("logo"):
        canvas.shape(image.reduce(SUPER), x, y, colour)


def portrait(canvas: Canvas, x: float, y: float, width: float, height: float, *, grey: bool = False) -> None:
    """A drawn head and shoulders on a photograph's ground, `width` x `height` points; the head is
    recorded as FACE."""
    rng = canvas.rng
    w, h = round(width * canvas.scale * SUPER), round(height * canvas.scale * SUPER)
    skin = rng.choice(((233, 194, 166), (203, 153, 118), (150, 104, 74), (104, 70, 50), (245, 214, 190)))
    hair = rng.choice(((40, 30, 26), (88, 58, 36), (150, 120, 70), (120, 120, 122), (30, 28, 34)))
    coat = rng.choice(((46, 60, 96), (70, 72, 76), (110, 40, 48), (44, 84, 70)))
    image = Image.new("RGB", (w, h), rng.choice(((206, 220, 232), (222, 222, 218), (196, 208, 214))))
    pen = ImageDraw.Draw(image)

    def oval(cx: float, cy: float, rx: float, ry: float, colour: Colour) -> None:
        pen.ellipse(((cx - rx) * w, (cy - ry) * h, (cx + rx) * w, (cy + ry) * h), fill=colour)

    def shade(colour: Colour, by: float) -> Colour:
        return round(colour[0] * by), round(colour[1] * by), round(colour[2] * by)

    long_hair = rng.random() < 0.5
    if long_hair:
        oval(0.5, 0.50, 0.30, 0.33, hair)
    pen.rounded_rectangle((0.06 * w, 0.78 * h, 0.94 * w, 1.3 * h), radius=0.22 * w, fill=coat)
    pen.polygon([(0.36 * w, 0.77 * h), (0.64 * w, 0.77 * h), (0.5 * w, 0.98 * h)], fill=(240, 240, 238))
    pen.rectangle((0.41 * w, 0.62 * h, 0.59 * w, 0.80 * h), fill=shade(skin, 0.86))
    oval(0.5, 0.81, 0.09, 0.05, shade(skin, 0.86))
    oval(0.5, 0.42, 0.245, 0.27, hair)
    oval(0.5, 0.47, 0.205, 0.255, skin)
    pen.chord((0.28 * w, 0.16 * h, 0.72 * w, 0.5 * h), 188, 352, fill=hair)
    for side in (-1, 1):
        oval(0.5 + side * 0.205, 0.48, 0.028, 0.05, shade(skin, 0.92))
        oval(0.5 + side * 0.085, 0.455, 0.042, 0.019, (250, 250, 248))
        oval(0.5 + side * 0.085, 0.456, 0.018, 0.017, (52, 40, 34))
        pen.arc(
            ((0.5 + side * 0.085 - 0.06) * w, 0.405 * h, (0.5 + side * 0.085 + 0.06) * w, 0.45 * h),
            200,
            340,
            fill=shade(hair, 0.9),
            width=max(1, round(0.018 * h)),
        )
    pen.polygon([(0.5 * w, 0.46 * h), (0.535 * w, 0.56 * h), (0.468 * w, 0.56 * h)], fill=shade(skin, 0.9))
    pen.chord((0.43 * w, 0.585 * h, 0.57 * w, 0.645 * h), 10, 170, fill=shade(skin, 0.68))
    photo = image.reduce(SUPER)
    if grey:
        photo = photo.convert("L").convert("RGB")
    left, top = round(x * canvas.scale), round(y * canvas.scale)
    with canvas.drawing("photograph"):
        canvas.image.paste(photo, (left, top))
    head = Image.new("L", photo.size)
    ImageDraw.Draw(head).ellipse((0.25 * photo.width, 0.15 * photo.height, 0.75 * photo.width, 0.73 * photo.height), fill=255)
    canvas.record("[FACE]", "FACE", hull_of(head, left, top))


def guilloche(canvas: Canvas, x: float, y: float, width: float, height: float, colour: Colour) -> None:
    """Fine wavy security lines in a box, pale enough to read over."""
    rng, s = canvas.rng, canvas.scale
    w, h = round(width * s), round(height * s)
    layer = Image.new("L", (w, h))
    pen = ImageDraw.Draw(layer)
    wave, lift = rng.uniform(0.02, 0.04), rng.uniform(4, 9) * s
    for row in range(-4, round(height / 5) + 4):
        points = [(i, row * 5 * s + lift * math.sin(i / s * wave * 6.28 / 2 + row * 0.35)) for i in range(0, w + 6, 6)]
        pen.line(points, fill=110, width=max(1, round(0.4 * s)))
    window = Image.new("L", (w, h), 255)
    with canvas.drawing("pattern"):
        canvas.image.paste(colour, (round(x * s), round(y * s)), ImageChops.multiply(layer, window))


def punch_holes(canvas: Canvas) -> None:
    """Two filing holes at the left edge, dark as a scanner's lid shows them; draw before the text."""
    s = canvas.scale
    pen = ImageDraw.Draw(canvas.image)
    with canvas.drawing("dirt"):
        for share in (0.36, 0.64):
            cx, cy, r = 20 * s, canvas.height * share * s, 8 * s
            pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(58, 56, 54))
            pen.arc((cx - r, cy - r, cx + r, cy + r), 30, 210, fill=WHITE, width=max(1, round(0.6 * s)))
