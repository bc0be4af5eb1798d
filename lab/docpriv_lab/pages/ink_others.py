"""Puts on a drawn sheet what is ink and nobody's: logos, pictures, patterns that look like codes, hatching, dirt."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image

from docpriv_lab.pages import drawings, marks
from docpriv_lab.pages.ink_places import canvas_of, room
from docpriv_lab.pages.kinds.scene import Scene


def plant_other(scene: Scene, *, busy: float) -> None:
    """What is ink and nobody's: each of them with the probability `busy`, halved for the rarer ones."""
    for plant, share in ((_logo, 0.8), (_photo, 0.6), (_lookalike, 0.35), (_void, 0.35), (_stain, 0.35), (_smudged, 0.5)):
        if scene.sure(busy * share):
            plant(scene)
    if scene.sure(0.1 * busy):
        marks.punch_holes(scene.canvas)


def _logo(scene: Scene) -> None:
    size = scene.rng.uniform(30, 62)
    name = scene.people.firm().name.split()[0]
    at = room(scene, size * 1.1 + 130, size)
    if at is None:
        return
    canvas, rng = canvas_of(scene), scene.rng
    canvas.style, canvas.place = "logo", "free"
    with canvas.drawing("logo"):
        choice = rng.randrange(3)
        if choice != 1:
            canvas.blot(
                drawings.emblem(rng, round(size * canvas.scale)), at[0] * canvas.scale, at[1] * canvas.scale, scene.style.accent
            )
        if choice != 0:
            mask = drawings.wordmark(rng, round(size * 0.55 * canvas.scale), name)
            if mask.width > 128 * canvas.scale:
                mask = mask.resize((round(128 * canvas.scale), round(mask.height * 128 * canvas.scale / mask.width)))
            canvas.blot(mask, (at[0] + size * 1.08) * canvas.scale, (at[1] + size * 0.2) * canvas.scale, scene.style.accent)


def _photo(scene: Scene) -> None:
    w, h = scene.rng.uniform(70, 190), scene.rng.uniform(60, 130)
    _placed(scene, "photograph", w, h, lambda rng, pw, ph: drawings.photograph(rng, pw, ph))


def _placed(scene: Scene, what: str, w: float, h: float, make: Callable[[random.Random, int, int], Image.Image]) -> None:
    at = room(scene, w, h)
    if at is None:
        return
    canvas = canvas_of(scene)
    canvas.style, canvas.place = what, "free"
    picture = make(scene.rng, round(w * canvas.scale), round(h * canvas.scale))
    with canvas.drawing(what):
        if picture.mode == "RGB":
            canvas.image.paste(picture, (round(at[0] * canvas.scale), round(at[1] * canvas.scale)))
        else:
            canvas.blot(picture, at[0] * canvas.scale, at[1] * canvas.scale, (40, 40, 44))


def _lookalike(scene: Scene) -> None:
    at = room(scene, 150, 80)
    if at is None:
        return
    canvas = canvas_of(scene)
    mask, canvas.style = drawings.code_lookalike(scene.rng, round(scene.rng.uniform(48, 72) * canvas.scale))
    canvas.place = "free"
    with canvas.drawing("code"):
        canvas.blot(mask, at[0] * canvas.scale, at[1] * canvas.scale, (18, 18, 20))


def _void(scene: Scene) -> None:
    _placed(scene, "hatching", scene.rng.uniform(60, 160), scene.rng.uniform(20, 70), drawings.hatching)


def _stain(scene: Scene) -> None:
    canvas, rng = canvas_of(scene), scene.rng
    mask = drawings.ring_stain(rng, round(rng.uniform(150, 220) * canvas.scale))
    canvas.style, canvas.place = "ring", "over"
    with canvas.drawing("dirt"):
        canvas.blot(
            mask, rng.uniform(-0.05, 0.7) * canvas.image.width, rng.uniform(-0.05, 0.8) * canvas.image.height, (120, 80, 40)
        )


def _smudged(scene: Scene) -> None:
    canvas, rng = canvas_of(scene), scene.rng
    mask = drawings.smudge(rng, round(rng.uniform(30, 90) * canvas.scale), round(rng.uniform(24, 60) * canvas.scale))
    canvas.style, canvas.place = "smudge", "over"
    with canvas.drawing("dirt"):
        canvas.blot(mask, rng.uniform(0, 0.9) * canvas.image.width, rng.uniform(0, 0.9) * canvas.image.height, (70, 66, 60))
