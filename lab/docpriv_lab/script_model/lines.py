"""Draws one line with its wear and its surroundings, and cuts it as detection does."""

from __future__ import annotations

import random
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv.visual.line_script import LATIN, MIRRORED, UPSIDE_DOWN
from docpriv_lab.pages import fonts, handwriting, script_lines
from docpriv_lab.script_model import texts

Use = Literal["train", "test"]

HELD_LATIN: Final = ("sans-d", "sans-d-bold", "serif-c", "mono-c", "mono-c-bold", "hand-g", "slab-a")
"""Fonts of Latin that are drawn for tests only."""
_TRAINED_LATIN: Final = tuple(name for name in fonts.FACES if name not in HELD_LATIN)
_HANDWRITTEN: Final = 0.08  # of the Latin lines
_ACCENTED: Final = 0.25
_TURNED: Final = 0.12
"""Of the lines of other scripts: a page of them is easily read the wrong way up, and stays of that script."""


def line(name: str, rng: random.Random, use: Use = "train") -> tuple[Pixels, Quad]:
    """A worn picture, grey (H, W), and the quad of its one line of class `name`."""
    size = rng.choice((rng.uniform(9, 14), rng.uniform(12, 20), rng.uniform(16, 30), rng.uniform(24, 52)))
    ink = _line_ink(name, rng, use, size)
    ink = _reshaped(rng, ink)
    if name == MIRRORED:
        ink = np.ascontiguousarray(ink[:, ::-1])
    elif name == UPSIDE_DOWN or (name != LATIN and rng.random() < _TURNED):
        ink = np.ascontiguousarray(ink[::-1, ::-1])
    return placed(rng, ink, letters=True)


def placed(rng: random.Random, ink: Pixels, *, letters: bool) -> tuple[Pixels, Quad]:
    """Ink (255 on 0, cut to its outline) on paper among its neighbours, worn, and a quad around it as detection gives."""
    h, w = ink.shape
    room = max(6, round(h * 0.8))
    page = np.zeros((h + 2 * room, w + 2 * room), np.uint8)
    page[room : room + h, room : room + w] = ink
    if letters and rng.random() < 0.25:
        _underline(rng, page, room, h)
    if rng.random() < 0.3:  # ink of the lines above and below
        for top in (room - h - rng.randint(0, max(1, h // 3)), room + h + rng.randint(0, max(1, h // 3))):
            if rng.random() < 0.7:
                _paste(page, np.roll(ink, rng.randrange(w), axis=1), top, room)
    angle = rng.gauss(0, 0.9) if rng.random() < 0.6 else 0.0
    angle = max(-3.0, min(3.0, angle)) * min(1.0, 8 * h / max(w, 1) + 0.3)
    if angle:
        turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), angle, 1.0)
        page = np.asarray(cv2.warpAffine(page, turn, page.shape[::-1], flags=cv2.INTER_LINEAR), np.uint8)
    quad = _outline(rng, room, h, w, page.shape, angle if rng.random() < 0.6 else 0.0)
    return worn(rng, page), quad


def worn(rng: random.Random, page: Pixels) -> Pixels:
    """Ink to grey levels with the wear of copying: thin or fat strokes, blur, grain, threshold, JPEG, light on dark."""
    noise = np.random.default_rng(rng.getrandbits(32))
    ink = page.astype(np.float32) / 255
    if rng.random() < 0.25:
        kernel = np.ones((2, 2) if rng.random() < 0.7 else (1, 2), np.uint8)
        ink = np.asarray(
            cv2.dilate(ink, kernel) if rng.random() < 0.6 or page.shape[0] < 45 else cv2.erode(ink, kernel), np.float32
        )
    if rng.random() < 0.6:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.3, 1.0) * min(1.3, page.shape[0] / 50)), np.float32)
    if rng.random() < 0.12:  # worn type: ink lost in patches
        patches = cv2.resize(noise.random((max(2, page.shape[0] // 6), max(2, page.shape[1] // 6)), np.float32), page.shape[::-1])
        ink = ink * np.clip(0.3 + 2.2 * patches, 0, 1)
    if rng.random() < 0.2:
        ink = np.maximum(ink, (noise.random(page.shape, np.float32) < rng.uniform(0.001, 0.02)).astype(np.float32))
    paper = rng.uniform(190, 255) if rng.random() < 0.85 else rng.uniform(110, 200)
    dark = rng.uniform(0, min(150.0, paper - 60))
    if rng.random() < 0.12:
        paper, dark = dark, paper
    grey = paper + (dark - paper) * ink
    if rng.random() < 0.2:
        grey = grey + rng.uniform(-25, 25) * np.linspace(-1, 1, page.shape[1], dtype=np.float32)
    grey = grey + noise.normal(0, rng.choice((0, 2, 5, 12)), page.shape)
    out = np.clip(grey, 0, 255).astype(np.uint8)
    draw = rng.random()
    if draw < 0.15:  # a fax
        out = np.where(out > (paper + dark) / 2 + rng.uniform(-20, 30), 255, 0).astype(np.uint8)
    elif draw < 0.55:
        _, coded = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 90)])
        out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return out


def _line_ink(name: str, rng: random.Random, use: Use, size: float) -> Pixels:
    if name not in (LATIN, MIRRORED, UPSIDE_DOWN):
        text = script_lines.sentence(name, rng, rng.choice((1, 1, 2, 3, 4)))
        return cut(255 - script_lines.draw_line(name, text, file=rng.choice(script_lines.fonts_of(name, use)), pixels=size))
    if name == LATIN and rng.random() < _HANDWRITTEN:
        return _penned(rng, texts.latin(rng) if rng.random() < 0.4 else texts.name(rng), size)
    if rng.random() < (_ACCENTED if name == LATIN else 0.1):
        file = rng.choice(script_lines.fonts_of(LATIN, use))
        return cut(255 - script_lines.draw_line(LATIN, texts.accented(rng), file=file, pixels=size))
    # Figures and very short words look alike turned and mirrored: those classes are learnt from words.
    text = texts.latin(rng) if name == LATIN else texts.prose(rng, rng.choice((2, 3, 4, 5)))
    face = rng.choice(_TRAINED_LATIN if use == "train" else HELD_LATIN)
    text = fonts.drawable(face, text)
    font = fonts.load(face, size)
    left, top, right, low = font.getbbox(text)
    mask = font.getmask(text, mode="L")
    ink = np.asarray(mask, np.uint8).reshape(mask.size[::-1])
    if not ink.any() or right - left < 4 or low - top < 1:
        return _line_ink(name, rng, use, size)
    return cut(_spaced(rng, ink))


def cut(ink: Pixels) -> Pixels:
    """The ink without the empty rows and columns around it."""
    rows, columns = np.flatnonzero(ink.max(axis=1) > 60), np.flatnonzero(ink.max(axis=0) > 60)
    if not len(rows):
        return ink
    return np.ascontiguousarray(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _penned(rng: random.Random, text: str, size: float) -> Pixels:
    strokes, _ = handwriting.strokes_of(rng, text, handwriting.draw_hand(rng))
    image, _, _ = handwriting.ink(rng, strokes, handwriting.draw_pen(rng), size / 16, 8.0)  # small letters are size / 2 high
    return cut(np.asarray(image, np.uint8))


def _spaced(rng: random.Random, ink: Pixels) -> Pixels:
    if rng.random() > 0.06:
        return ink
    # Letters apart: empty columns between them are widened.
    gaps = np.flatnonzero(ink.max(axis=0) < 40)
    return np.insert(ink, gaps, 0, axis=1)


def _reshaped(rng: random.Random, ink: Pixels) -> Pixels:
    """Narrower, wider or slanted: more styles than there are fonts."""
    h, w = ink.shape
    if rng.random() < 0.35:
        ink = np.asarray(
            cv2.resize(ink, (max(4, round(w * rng.uniform(0.75, 1.3))), h), interpolation=cv2.INTER_LINEAR), np.uint8
        )
    if rng.random() < 0.2:
        slant = rng.uniform(-0.05, 0.28)
        move = np.array([[1, slant, -min(0.0, slant) * h], [0, 1, 0]], np.float32)
        flipped = np.ascontiguousarray(ink[::-1])
        flipped = np.asarray(cv2.warpAffine(flipped, move, (ink.shape[1] + round(abs(slant) * h) + 1, h)), np.uint8)
        ink = np.ascontiguousarray(flipped[::-1])
    return ink


def _underline(rng: random.Random, page: Pixels, room: int, h: int) -> None:
    thick = max(1, round(h * rng.uniform(0.03, 0.09)))
    y = room + h + rng.randint(-max(1, h // 8), max(2, h // 3))
    page[max(0, y) : y + thick, rng.choice((0, room)) :] = 255
    if rng.random() < 0.2:  # a box around
        page[max(0, room - h // 3) : max(0, room - h // 3) + thick] = 255
        page[:, : max(1, thick)] = 255


def _paste(page: Pixels, ink: Pixels, top: int, left: int) -> None:
    h, w = ink.shape
    first, last = max(0, top), min(page.shape[0], top + h)
    if last > first:
        part = page[first:last, left : left + w]
        np.maximum(part, ink[first - top : last - top], out=part)


def _outline(rng: random.Random, room: int, h: int, w: int, shape: tuple[int, ...], angle: float) -> Quad:
    above, below = rng.uniform(-0.06, 0.22) * h, rng.uniform(-0.06, 0.22) * h
    side = rng.uniform(-0.05, 0.3) * h
    box = np.array(
        [
            [room - side, room - above],
            [room + w + side, room - above],
            [room + w + side, room + h + below],
            [room - side, room + h + below],
        ]
    )
    if angle:
        centre = np.array([shape[1] / 2, shape[0] / 2])
        a = np.deg2rad(-angle)
        turn: npt.NDArray[np.float64] = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
        box = (box - centre) @ turn.T + centre
    return Quad.of(box)
