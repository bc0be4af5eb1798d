"""Compares small pictures by classical means: pixels, colours, texture, principal components; it trains no network.

A recognition network would do better where anything of a face is left. What these find is a lower bound; where they are
at chance on pixels that do not depend on the face, no other attacker can do better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from docpriv_lab.attacks.painting import Picture

Floats = NDArray[np.float64]
Likeness = NDArray[np.float64]
"""Probes by gallery pictures, larger is more alike."""

SMALL = (24, 30)
"""Width and height at which pixels are compared."""
SHIFTS = tuple((x, y) for x in (-2, -1, 0, 1, 2) for y in (-2, -1, 0, 1, 2))
"""How far two small pictures are moved against each other, in pixels of `SMALL`."""
CELLS = (5, 6)


def by_pixels(probes: Sequence[Picture], gallery: Sequence[Picture]) -> Likeness:
    """Normalised correlation of grey values, the best over small shifts."""
    edge = max(abs(v) for shift in SHIFTS for v in shift)
    ones = [_small(p)[edge:-edge, edge:-edge] for p in probes]
    wide, high = ones[0].shape[1], ones[0].shape[0]
    left = _unit(np.stack([one.reshape(-1) for one in ones]))
    best = np.full((len(probes), len(gallery)), -np.inf)
    others = [_small(g) for g in gallery]
    for x, y in SHIFTS:
        moved = np.stack([g[edge + y : edge + y + high, edge + x : edge + x + wide].reshape(-1) for g in others])
        best = np.maximum(best, left @ _unit(moved).T)
    return best


def by_colours(probes: Sequence[Picture], gallery: Sequence[Picture]) -> Likeness:
    """Distance of colours as they are, brightness included."""
    one, other = (
        np.stack([cv2.resize(p, (12, 15), interpolation=cv2.INTER_AREA).astype(np.float64).reshape(-1) for p in pictures])
        for pictures in (probes, gallery)
    )
    return -_distances(one, other)


def by_hues(probes: Sequence[Picture], gallery: Sequence[Picture]) -> Likeness:
    """Correlation of the middle of the pictures with each colour's own light evened out, over small shifts and sizes."""
    edge, wide, high = 5, SMALL[0] - 10, SMALL[1] - 10
    left = _unit(np.stack([_even(_coloured(p, SMALL)[edge:-edge, edge:-edge]) for p in probes]))
    best = np.full((len(probes), len(gallery)), -np.inf)
    for size in (0.92, 1.0, 1.09):
        full = (round(SMALL[0] * size), round(SMALL[1] * size))
        others = [_coloured(g, full) for g in gallery]
        across, down = (full[0] - wide) // 2, (full[1] - high) // 2
        for x in range(max(-3, -across), min(3, across) + 1):
            for y in range(max(-3, -down), min(3, down) + 1):
                moved = np.stack([_even(g[down + y : down + y + high, across + x : across + x + wide]) for g in others])
                best = np.maximum(best, left @ _unit(moved).T)
    return best


def by_texture(probes: Sequence[Picture], gallery: Sequence[Picture]) -> Likeness:
    """Local binary patterns in a grid of cells, compared by chi square (Ahonen et al. 2006)."""
    one, other = (np.stack([_patterns(p) for p in pictures]) for pictures in (probes, gallery))
    out = np.empty((len(one), len(other)))
    for row, histogram in enumerate(one):
        out[row] = -((histogram - other) ** 2 / (histogram + other + 1e-9)).sum(axis=1)
    return out


def by_components(probes: Sequence[Picture], gallery: Sequence[Picture]) -> Likeness:
    """Cosine in the whitened principal components of the gallery (eigenfaces, Turk and Pentland 1991)."""
    one, other = (np.stack([_small(p).reshape(-1) for p in pictures]) for pictures in (probes, gallery))
    mean = other.mean(axis=0)
    _, sizes, axes = np.linalg.svd(other - mean, full_matrices=False)
    kept = max(1, int((sizes > 0.02 * max(float(sizes[0]), 1e-9)).sum()))
    kept = min(kept, 40)
    scale = np.where(sizes[:kept] > 1e-6, 1 / np.maximum(sizes[:kept], 1e-6) ** 0.5, 0.0)
    left, right = (((side - mean) @ axes[:kept].T) * scale for side in (one, other))
    return _unit(left, centre=False) @ _unit(right, centre=False).T


Matcher = Callable[[Sequence[Picture], Sequence[Picture]], Likeness]

_ALONE: dict[str, Matcher] = {
    "pixels": by_pixels,
    "colours": by_colours,
    "hues": by_hues,
    "texture": by_texture,
    "components": by_components,
}


def likenesses(probes: Sequence[Picture], gallery: Sequence[Picture]) -> dict[str, Likeness]:
    """What each matcher makes of it, and all of them together (each by its own spread)."""
    alone = {name: match(probes, gallery) for name, match in _ALONE.items()}
    return alone | {"together": np.sum([_standard(one) for one in alone.values()], axis=0)}


def _standard(likeness: Likeness) -> Likeness:
    """Every probe's likenesses about 0; without spread, nothing."""
    apart = likeness - likeness.mean(axis=1, keepdims=True)
    spread = apart.std(axis=1, keepdims=True)
    out: Likeness = np.zeros_like(apart)
    np.divide(apart, spread, out=out, where=spread > 1e-9)
    return out


def _small(picture: Picture) -> Floats:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, SMALL, interpolation=cv2.INTER_AREA), np.float64)


def _coloured(picture: Picture, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float64)


def _even(part: Floats) -> Floats:
    """Each colour about its own mean, one row."""
    row: Floats = (part - part.mean(axis=(0, 1))).reshape(-1)
    return row


def _patterns(picture: Picture) -> Floats:
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (80, 100), interpolation=cv2.INTER_AREA).astype(np.int16)
    middle = grey[1:-1, 1:-1]
    codes = np.zeros(middle.shape, np.int64)
    for bit, (dy, dx) in enumerate(((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))):
        codes |= (grey[dy : dy + middle.shape[0], dx : dx + middle.shape[1]] >= middle).astype(np.int64) << bit
    parts = [
        np.bincount(_FOLDED[part].reshape(-1), minlength=_KINDS) / part.size
        for rows in np.array_split(codes, CELLS[1])
        for part in np.array_split(rows, CELLS[0], axis=1)
    ]
    return np.concatenate(parts)


def _folded() -> tuple[NDArray[np.int64], int]:
    """Uniform patterns (at most two changes around the circle) each by themselves, all others together."""
    table, kinds = np.zeros(256, np.int64), 1
    for code in range(256):
        turned = (code >> 1) | ((code & 1) << 7)
        if bin(code ^ turned).count("1") <= 2:
            table[code], kinds = kinds, kinds + 1
    return table, kinds


_FOLDED, _KINDS = _folded()


def _unit(rows: Floats, *, centre: bool = True) -> Floats:
    about = rows - rows.mean(axis=1, keepdims=True) if centre else rows
    length = np.linalg.norm(about, axis=1, keepdims=True)
    out: Floats = np.zeros_like(about)
    np.divide(about, length, out=out, where=length > 1e-9)
    return out


def _distances(one: Floats, other: Floats) -> Floats:
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    distances: Floats = np.sqrt(np.maximum(squares, 0))
    return distances
