"""Signs as people do, in several styles, each an invented run of strokes; it places nothing on a page."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from docpriv_lab.pages.handwriting import Hand, Pen, Stroke, draw_hand, strokes_of

STYLES = ("looped", "angular", "name", "initials", "scrawl", "monogram")
"""How a signature looks: a run of loops, of points, a written name, two letters, a hasty line, letters over each other."""


def signature_strokes(rng: random.Random, style: str, name: str, pen: Pen) -> tuple[list[Stroke], float, float]:
    """Strokes of a signature of `name` in units of a small letter (y up, the line of writing at 0), with its width and
    the height of its tall letters in those units.

    Raises KeyError for a style that is not one of `STYLES`.
    """
    strokes = _DRAWN[style](rng, name, pen)
    if rng.random() < 0.45:
        strokes.append(_flourish(rng, strokes))
    turned = _risen(strokes, rng.uniform(-0.02, 0.14))
    xs = [k[0] for s in turned for k in s]
    ys = [k[1] for s in turned for k in s]
    return [[(u - min(xs), v) for u, v in s] for s in turned], max(xs) - min(xs), max(ys)


def _looped(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    tall = rng.uniform(2.2, 3.4)
    knots: Stroke = [(0.0, 0.4), (0.5, tall), (0.9, tall * 0.93), (0.4, -0.5), (0.9, 0.5)]
    x = 1.1
    count = rng.randint(5, 11)
    for i in range(count):
        shrink = 1 - 0.5 * i / count
        top = rng.uniform(1.6, tall) if rng.random() < 0.25 else rng.uniform(0.7, 1.2) * shrink
        low = rng.uniform(-1.6, -0.8) if rng.random() < 0.2 else rng.uniform(-0.15, 0.1)
        wide = rng.uniform(0.4, 1.0)
        knots += [
            (x + wide * 0.6, 0.35 * top),
            (x + wide * 0.8, 0.85 * top),
            (x + wide * 0.5, top),
            (x + wide * 0.3, 0.4 * top),
            (x + wide * 0.55, low),
            (x + wide, 0.2 * shrink),
        ]
        x += wide
    knots.append((x + rng.uniform(0.4, 2.5), rng.uniform(-0.1, 0.8)))
    return [knots]


def _angular(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    knots: Stroke = [(0.0, rng.uniform(-0.3, 0.3))]
    x = 0.0
    for i in range(rng.randint(6, 13)):
        tall = rng.random() < 0.3 or i == 0
        x += rng.uniform(0.15, 0.5)
        knots += [(x, rng.uniform(1.7, 3.0) if tall else rng.uniform(0.6, 1.2))]
        x += rng.uniform(0.1, 0.45)
        knots += [(x, rng.uniform(-1.4, -0.6) if rng.random() < 0.15 else rng.uniform(-0.15, 0.15))]
    knots.append((x + rng.uniform(0.8, 2.4), rng.uniform(0.1, 0.9)))
    # doubled knots make the curve turn sharply
    return [[k for knot in knots for k in (knot, (knot[0] + 0.01, knot[1]))]]


def _name(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    hand = replace(
        draw_hand(rng, pen=pen),
        joined=True,
        slant=rng.uniform(0.15, 0.6),
        haste=rng.uniform(0.0, 0.7),
        capitals=False,
        unrest=rng.uniform(0.6, 1.3),
    )
    words = name.split()
    if len(words) > 1 and rng.random() < 0.4:
        words = [words[0][0] + ".", words[-1]]
    out: list[Stroke] = []
    x = 0.0
    for word in words:
        strokes, width = _with_great_capital(rng, word, hand)
        out += [[(u + x, v) for u, v in s] for s in strokes]
        x += width + rng.uniform(0.1, 0.5)
    return out


def _with_great_capital(rng: random.Random, word: str, hand: Hand) -> tuple[list[Stroke], float]:
    first, wide = strokes_of(rng, word[:1], hand)
    grow = rng.uniform(1.1, 1.7)
    out = [[(u * grow, v * grow - 0.2) for u, v in s] for s in first]
    rest, more = strokes_of(rng, word[1:], hand)
    at = wide * grow * 0.85
    return out + [[(u + at, v) for u, v in s] for s in rest], at + more


def _initials(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    hand = replace(draw_hand(rng, pen=pen), joined=False, haste=0.0, unrest=1.2, gap=rng.uniform(-0.35, 0.1))
    letters = "".join(w[0] for w in name.split())[:3].upper()
    return strokes_of(rng, letters, hand)[0]


def _monogram(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    hand = replace(draw_hand(rng, pen=pen), joined=False, haste=0.0, unrest=1.5)
    out: list[Stroke] = []
    for i, word in enumerate(name.split()[:2]):
        grow = rng.uniform(1.0, 1.8)
        out += [
            [(u * grow + i * rng.uniform(0.2, 0.5), v * grow) for u, v in s] for s in strokes_of(rng, word[:1].upper(), hand)[0]
        ]
    ring: Stroke = [(-0.8, 0.9), (1.2, 2.9), (3.0, 1.2), (1.4, -0.6), (-0.2, 0.6), (2.4, 1.6), (5.5, 0.4)]
    out.append([(u * rng.uniform(0.8, 1.3), v + rng.uniform(-0.5, 0.5)) for u, v in ring[: rng.randint(5, 7)]])
    return out


def _scrawl(rng: random.Random, name: str, pen: Pen) -> list[Stroke]:
    start, width = strokes_of(rng, name[:1], replace(draw_hand(rng, pen=pen), haste=0.2, unrest=1.3))
    out = [[(u * 1.4, v * 1.4) for u, v in s] for s in start]
    x, length = width * 1.3, rng.uniform(4, 9)
    waves = rng.randint(3, 9)
    knots: Stroke = [(x, 0.3)]
    for i in range(waves * 2):
        fade = 1 - i / (waves * 2)
        knots.append(
            (
                x + length * (i + rng.uniform(0.3, 1.6)) / (waves * 2),
                (rng.uniform(0.4, 0.9) if i % 2 == 0 else rng.uniform(-0.15, 0.1)) * fade,
            )
        )
    knots.append((x + length + rng.uniform(0.5, 3.0), rng.uniform(-0.4, 0.5)))
    return [*out, knots]


def _flourish(rng: random.Random, strokes: list[Stroke]) -> Stroke:
    """A line under or through the signature, often with a loop or a turn back."""
    x0, x1 = min(k[0] for s in strokes for k in s), max(k[0] for s in strokes for k in s)
    wide = x1 - x0
    y = rng.uniform(-1.6, 0.3)
    out: Stroke = [(x1 - wide * rng.uniform(0.0, 0.2), rng.uniform(-0.2, 0.8)), (x1 + wide * 0.08, y + 0.5)]
    out += [(x0 + wide * rng.uniform(0.2, 0.5), y), (x0 - wide * rng.uniform(0.0, 0.15), y - 0.2)]
    if rng.random() < 0.6:
        out += [(x0 + wide * 0.3, y - rng.uniform(0.3, 0.9)), (x1 + wide * rng.uniform(0.0, 0.25), y + rng.uniform(-0.4, 0.6))]
    return out


def _risen(strokes: list[Stroke], turn: float) -> list[Stroke]:
    c, s = math.cos(turn), math.sin(turn)
    return [[(u * c - v * s, u * s + v * c) for u, v in stroke] for stroke in strokes]


_DRAWN = {"looped": _looped, "angular": _angular, "name": _name, "initials": _initials, "scrawl": _scrawl, "monogram": _monogram}
