"""Draws what detection takes for a line and is no writing: rules, boxes, screens, hatching, bars, shapes, photographs."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from PIL import Image

from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv_lab.pages import drawings
from docpriv_lab.script_model.lines import placed, worn

_SIDE: Final = 220


def not_line(rng: random.Random) -> tuple[Pixels, Quad]:
    """A worn picture, grey (H, W), and the quad that a detector might give for it."""
    h = rng.choice((rng.randint(10, 24), rng.randint(20, 60)))
    w = round(h * rng.choice((rng.uniform(1, 4), rng.uniform(2, 10), rng.uniform(6, 16))))
    make = rng.choice(_KINDS)
    ink = make(rng, h, w)
    if rng.random() < 0.4:
        return placed(rng, ink, letters=False)
    pad = max(3, h // 3)
    page = np.zeros((h + 2 * pad, w + 2 * pad), np.uint8)
    page[pad : pad + h, pad : pad + w] = ink
    return worn(rng, page), Quad.of(np.array([[pad, pad], [pad + w, pad], [pad + w, pad + h], [pad, pad + h]], np.float64))


def _rules(rng: random.Random, h: int, w: int) -> Pixels:
    ink = np.zeros((h, w), np.uint8)
    for _ in range(rng.choice((1, 1, 2, 3))):
        y, thick = rng.randrange(h), rng.randint(1, max(1, h // 6))
        ink[y : y + thick, rng.choice((0, rng.randrange(w))) :] = 255
    if rng.random() < 0.4:
        pitch, share = rng.randint(3, 14), rng.uniform(0.3, 0.7)
        ink[:, (np.arange(w) % pitch) > pitch * share] = 0
    return ink


def _table(rng: random.Random, h: int, w: int) -> Pixels:
    ink = np.zeros((h, w), np.uint8)
    thick = rng.randint(1, max(1, h // 10))
    x = 0
    pitch = rng.choice((0, rng.uniform(0.5, 1.4) * h))
    while x < w:
        ink[:, x : x + thick] = 255
        x += round(pitch) if pitch else rng.randint(max(3, h // 2), max(6, 4 * h))
    for y in {rng.choice((0, rng.randrange(h))), rng.choice((h - thick, rng.randrange(h)))}:
        ink[y : y + thick] = 255
    return ink


def _tick_boxes(rng: random.Random, h: int, w: int) -> Pixels:
    ink = np.zeros((h, w), np.uint8)
    side, x = round(h * rng.uniform(0.5, 0.95)), rng.randint(0, h)
    thick = max(1, h // 14)
    while x + side < w:
        top = (h - side) // 2
        if rng.random() < 0.3:
            cv2.circle(ink, (x + side // 2, h // 2), side // 2, 255, thick)
        else:
            cv2.rectangle(ink, (x, top), (x + side, top + side), 255, thick)
        if rng.random() < 0.35:
            cv2.line(ink, (x, top), (x + side, top + side), 255, thick + 1)
            cv2.line(ink, (x + side, top), (x, top + side), 255, thick + 1)
        x += side + rng.randint(2, 3 * h)
        if rng.random() < 0.3:
            break
    return ink


def _screen(rng: random.Random, h: int, w: int) -> Pixels:
    pitch, angle = rng.uniform(2.5, 9), rng.uniform(0, math.pi)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    wave = np.cos(2 * math.pi * u / pitch) + (np.cos(2 * math.pi * v / pitch) if rng.random() < 0.6 else 0)
    level = rng.uniform(-1, 1.2) + rng.uniform(-0.5, 0.5) * np.sin(x / rng.uniform(8, 60))
    return np.where(wave > level, 255, 0).astype(np.uint8)


def _specks(rng: random.Random, h: int, w: int) -> Pixels:
    noise = np.random.default_rng(rng.getrandbits(32))
    ink = (noise.random((h, w)) < rng.uniform(0.002, 0.08)).astype(np.uint8) * 255
    return np.asarray(cv2.dilate(ink, np.ones((rng.randint(1, 3), rng.randint(1, 3)), np.uint8)), np.uint8)


def _bars(rng: random.Random, h: int, w: int) -> Pixels:
    unit, x = rng.choice((1, 1, 2, 3, max(2, h // 5))), 0
    ink = np.zeros((h, w), np.uint8)
    while x < w:
        bar = unit * rng.randint(1, 4)
        top = 0 if rng.random() < 0.8 else rng.randrange(h)
        ink[top:, x : x + bar] = 255
        x += bar + unit * rng.randint(1, 4)
    return ink


def _modules(rng: random.Random, h: int, w: int) -> Pixels:
    side = rng.randint(2, max(2, h // 5))
    noise = np.random.default_rng(rng.getrandbits(32))
    cells = (noise.random((h // side + 1, w // side + 1)) < 0.5).astype(np.uint8) * 255
    return np.asarray(np.kron(cells, np.ones((side, side), np.uint8))[:h, :w], np.uint8)


def _shapes(rng: random.Random, h: int, w: int) -> Pixels:
    ink = np.zeros((h, w), np.uint8)
    for _ in range(rng.randint(1, 3)):
        c = (rng.randrange(w), rng.randrange(h))
        r = rng.randint(max(2, h // 4), max(4, round(h * 1.4)))
        thick = rng.choice((-1, max(1, h // 12), max(1, h // 6)))
        if rng.random() < 0.4:
            cv2.ellipse(ink, c, (r, max(2, round(r * rng.uniform(0.3, 1)))), rng.uniform(0, 180), 0, 360, 255, thick)
        else:
            count, turn = rng.choice((3, 4, 5, 6, 10)), rng.uniform(0, 6.28)
            points = [
                (
                    c[0] + r * (0.5 if count == 10 and i % 2 else 1) * math.cos(turn + 6.2832 * i / count),
                    c[1] + r * (0.5 if count == 10 and i % 2 else 1) * math.sin(turn + 6.2832 * i / count),
                )
                for i in range(count)
            ]
            shape = np.array(points, np.int32)
            if thick < 0:
                cv2.fillPoly(ink, [shape], 255)
            else:
                cv2.polylines(ink, [shape], True, 255, thick)
    return ink


def _scribble(rng: random.Random, h: int, w: int) -> Pixels:
    ink = np.zeros((h, w), np.uint8)
    for _ in range(rng.randint(1, 3)):
        x, y, angle = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0, 6.28)
        points = []
        for _ in range(rng.randint(12, 60)):
            angle += rng.gauss(0, 0.35)
            x, y = x + 0.15 * h * math.cos(angle), y + 0.15 * h * math.sin(angle)
            points.append((x, y))
        cv2.polylines(ink, [np.array(points, np.int32)], False, 255, max(1, h // rng.randint(8, 24)), cv2.LINE_AA)
    return ink


def _solid(rng: random.Random, h: int, w: int) -> Pixels:
    """The edge of a filled area, or a shade from one level to another."""
    if rng.random() < 0.5:
        ink = np.zeros((h, w), np.uint8)
        cv2.fillPoly(ink, [np.array([[rng.randrange(w), -1], [w, -1], [w, h], [rng.randrange(w), h]], np.int32)], 255)
        return ink
    ramp = np.linspace(0, 255, w, dtype=np.float32) if rng.random() < 0.5 else np.linspace(0, 255, h, dtype=np.float32)[:, None]
    return np.broadcast_to(ramp, (h, w)).astype(np.uint8)


def _picture(rng: random.Random, h: int, w: int) -> Pixels:
    source = rng.choice(_pictures())
    side = min(source.shape[0], round(h * rng.uniform(1, 3)))
    wide = min(source.shape[1], max(8, round(side * w / h)))
    y, x = rng.randrange(source.shape[0] - side + 1), rng.randrange(source.shape[1] - wide + 1)
    return 255 - np.asarray(cv2.resize(source[y : y + side, x : x + wide], (w, h), interpolation=cv2.INTER_AREA), np.uint8)


@functools.cache
def _pictures() -> tuple[Pixels, ...]:
    rng = random.Random(5)
    makers: tuple[Callable[[], Image.Image], ...] = (
        lambda: drawings.photograph(rng, _SIDE * 2, _SIDE),
        lambda: drawings.emblem(rng, _SIDE),
        lambda: drawings.fingerprint(rng, _SIDE, _SIDE),
        lambda: drawings.ring_stain(rng, _SIDE),
        lambda: drawings.smudge(rng, _SIDE, _SIDE // 2),
        lambda: drawings.hatching(rng, _SIDE, _SIDE // 2),
        lambda: drawings.code_lookalike(rng, _SIDE)[0],
    )
    found = []
    for make in makers:
        for _ in range(6):
            image = make()
            if image.mode in ("RGBA", "LA"):
                ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
                image = Image.alpha_composite(ground, image.convert("RGBA"))
                found.append(np.asarray(image.convert("L"), np.uint8))
            else:
                grey = np.asarray(image.convert("L"), np.uint8)
                found.append(grey if grey.mean() > 127 else 255 - grey)
    return tuple(found)


_KINDS: Final = (
    _rules,
    _table,
    _table,
    _tick_boxes,
    _screen,
    _specks,
    _bars,
    _modules,
    _shapes,
    _shapes,
    _scribble,
    _solid,
    _picture,
    _picture,
)
