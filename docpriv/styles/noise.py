"""Noise: differentially private pixelation (Fan 2018), with numbers from the system and exact noise.

Every cell shows its mean with Laplace noise for the budget epsilon: pictures that differ in at most `pixels` pixels give the
same output with probabilities that differ by a factor of exp(epsilon) at most. A face is many such neighbourhoods: the
guarantee for a whole face, as against another one, is weak (epsilon times its pixels over `pixels`).

The noise is discrete and exact (Canonne, Kamath, Steinke 2020, algorithm 2), drawn from the system's randomness: that of
floating-point numbers leaks through its low bits (Mironov 2012).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from docpriv.geometry import Box
from docpriv.model import Pixels
from docpriv.styles import SHADED, Area, Patch, Settings, Style, Tried, register, shorter_side

LEAST_CELL = 16  # pixels
_NEIGHBOURS = 16  # of a cell's pixels two pictures may differ in one of so many: 16 in a cell of 16 x 16, as in Fan 2018
_ACROSS = 8  # cells along the shorter side: a face is seen to be one, and hardly more


def _settings(boxes: Sequence[Box], given: Settings, epsilon: float) -> Settings:
    """A budget that a plan has already, and that is smaller than the policy's, stays."""
    cell, own = max(LEAST_CELL, -(-shorter_side(boxes) // _ACROSS)), dict(given).get("epsilon", 0.0)
    budget = min(epsilon, own) if own > 0 else epsilon
    return ("cell", float(cell)), ("epsilon", budget), ("pixels", float(cell * cell // _NEIGHBOURS))


def _draw(area: Area) -> Sequence[Patch]:
    out = np.full((area.frame.height, area.frame.width, 3), area.colour, np.uint8)
    coloured = area.tones == "rgb"
    rate = Fraction(str(area.setting("epsilon"))) / (255 * int(area.setting("pixels")) * (3 if coloured else 1))
    for part, shown in area.cells(int(area.setting("cell"))):
        out[part] = _noisy_mean(shown, rate, coloured=coloured)
    return [(area.frame, out)]


def _noisy_mean(shown: Pixels, rate: Fraction, *, coloured: bool) -> list[int]:
    """The mean of u8 (N, 3), noise of that rate on the sum of each channel (of one, where all are alike)."""
    sums = [int(v) for v in shown.sum(axis=0, dtype=np.int64)]
    if not coloured:
        sums = sums[1:2]
    noisy = [min(255, max(0, round(Fraction(total + discrete_laplace(rate), len(shown))))) for total in sums]
    return noisy if coloured else noisy * 3


def discrete_laplace(rate: Fraction) -> int:
    """An integer k with probability in proportion to exp(-rate * abs(k)), exact; rate above 0."""
    s, t = rate.numerator, rate.denominator
    while True:
        first = secrets.randbelow(t)
        if not _with_exp(first, t):
            continue
        whole = 0
        while _with_exp(1, 1):
            whole += 1
        size = (first + t * whole) // s
        negative = bool(secrets.randbelow(2))
        if negative and size == 0:
            continue
        return -size if negative else size


def _with_exp(numerator: int, denominator: int) -> bool:
    """True with probability exp(-numerator / denominator), for a share of 0..1."""
    k = 1
    while secrets.randbelow(denominator * k) < numerator:
        k += 1
    return k % 2 == 1


NOISE = register(
    Style(
        name="noise",
        guarantee="Cells of noisy means: two pictures that differ in as many pixels as a sixteenth of a cell give any output "
        "with odds that differ by a factor of exp(epsilon) at most; two faces differ in far more.",
        promise="private",
        kinds=SHADED,
        sees="inside",
        draw=_draw,
        settings=_settings,
        tried=Tried(setting="epsilon", pictures=(0.1, 1.0, 10.0)),
    ),
    order=70,
)
