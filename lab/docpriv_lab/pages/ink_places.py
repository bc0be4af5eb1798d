"""Finds where on a drawn sheet a thing may be put: blank paper, or a printed word; it draws nothing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from docpriv_lab.pages.ink_canvas import InkCanvas
from docpriv_lab.pages.kinds.scene import Scene


def canvas_of(scene: Scene) -> InkCanvas:
    """The scene's sheet, which must keep account of its ink. Raises TypeError otherwise."""
    if not isinstance(scene.canvas, InkCanvas):
        raise TypeError("this sheet keeps no account of its ink")
    return scene.canvas


def room(scene: Scene, width: float, height: float, *, lower: bool = False) -> tuple[float, float] | None:
    """A blank place of `width` x `height` points, its corner; None where the sheet has none."""
    canvas, step = scene.canvas, 4.0
    small = canvas.image.convert("L").resize((round(canvas.width / step), round(canvas.height / step)), Image.Resampling.BOX)
    used = (np.asarray(small) < 250).astype(np.int32)
    total = np.pad(used.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    w, h = round(width / step) + 2, round(height / step) + 2
    if h >= used.shape[0] - 12 or w >= used.shape[1] - 8:
        return None
    sums = total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
    top = round(used.shape[0] * 0.45) if lower else 6
    ys, xs = np.nonzero(sums[top:-6, 4:-4] == 0)
    if not len(xs):
        return None
    i = scene.rng.randrange(len(xs))
    return (int(xs[i]) + 5) * step, (int(ys[i]) + top + 1) * step


def on_print(scene: Scene) -> tuple[float, float] | None:
    """The left end and the baseline, in points, of a printed word that stands in a line of others."""
    words = [w for w in scene.canvas.words if len(w.text) > 3]
    if not words:
        return None
    hull = scene.rng.choice(words).hull / scene.canvas.scale
    return float(hull[:, 0].min()), float(hull[:, 1].max())
