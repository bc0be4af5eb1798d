"""Guesses a name by the width of the box that covers it, given a list of names; it looks at no pixel inside the box.

The attacker knows font, size and resolution, and how far box and scan may be off. What the width tells is its mutual
information with the name, in bits; of how many names it leaves one among, and how often the best guess is right, follow.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docpriv_lab.attacks.painting import Painter, Picture, Rect
from docpriv_lab.pages import fonts
from docpriv_lab.synthesis.stock import HELD_OUT

SUPER = 8
DRAWS = 200
"""Scans of each name from which the chances of each width are taken."""
LIKELY = 0.9
"""A name is told when, given the width, it is at least this likely."""
SUSPECTS = 20
"""Names of a short list: the colleagues of an office."""
SHORT_LISTS = 60
STARTS = (0.0, 1.4, 2.7)
"""Text heights by which the start of the name is moved: a style that widens to a lattice gives other widths then. The
attacker knows the start; figures are means over all."""
GROUND = 200
"""Level of the paper on which boxes are measured: every painted colour differs from it."""

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter:
    """How far a measured width may be off: share of the width (scale of the scan), and pixels at each end of the box."""

    scale: float = 0.0
    edge: float = 0.0


EXACT = Jitter()
SCANNED = Jitter(scale=0.003, edge=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A font of `points` at `dpi`, and how exactly widths are known."""

    font: str = "sans-a"
    points: float = 11.0
    dpi: int = 200
    jitter: Jitter = EXACT

    @property
    def pixels(self) -> float:
        """Pixels per em."""
        return self.points * self.dpi / 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a width tells of one of `names` names: bits, tries until the name is found, the share of right first guesses,
    and the share of names that it tells for almost certain."""

    names: int
    bits: float
    rank: float
    first: float
    certain: float

    def as_dict(self) -> dict[str, float]:
        """Plain JSON values."""
        return {
            "names": self.names,
            "bits": self.bits,
            "expected_rank": self.rank,
            "first_guess": self.first,
            "certain": self.certain,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WidthResult:
    """One style in one setting. `all`: of the whole list; `short`: mean over short lists of `SUSPECTS` drawn from it.

    `extra`: mean width that is covered beyond the name, in text heights.
    """

    style: str
    promise: str
    setting: Setting
    widths: int
    extra: float
    all: Told
    short: Told

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "style": self.style,
            "promise": self.promise,
            "font": self.setting.font,
            "points": self.setting.points,
            "dpi": self.setting.dpi,
            "scale_jitter": self.setting.jitter.scale,
            "edge_jitter": self.setting.jitter.edge,
            "different_widths": self.widths,
            "extra_text_heights": self.extra,
            "all": self.all.as_dict(),
            "short_list": self.short.as_dict(),
        }


def stock_names(locales: Sequence[str] = ("US", "UK")) -> tuple[str, ...]:
    """Given and family names of the project's own stock, all pairs of a locale, in a fixed order."""
    pairs = (
        f"{given} {family}"
        for locale in locales
        for half in HELD_OUT.given[locale]
        for given in half
        for family in HELD_OUT.family[locale]
    )
    return tuple(dict.fromkeys(pairs))


def sampled(names: Sequence[str], count: int, seed: int) -> tuple[str, ...]:
    """At most `count` of the names, drawn without replacement, in the order of the list."""
    if len(names) <= count:
        return tuple(names)
    chosen = random.Random(f"names {seed}").sample(range(len(names)), count)
    return tuple(names[i] for i in sorted(chosen))


def attack_widths(painter: Painter, names: Sequence[str], setting: Setting, *, seed: int = 0) -> WidthResult:
    """What the width of the painter's boxes tells of the names in that setting. Raises ValueError for fewer than two."""
    if len(names) < 2:
        raise ValueError("a list of names has at least two")
    ink, height = _measured(names, setting)
    boxes = _scanned(ink, setting, np.random.default_rng((seed, 3)))
    lists = [
        np.array(random.Random(f"suspects {seed} {i}").sample(range(len(names)), min(SUSPECTS, len(names))))
        for i in range(SHORT_LISTS)
    ]
    whole, short, extra, widths = [], [], 0.0, 0
    for start in STARTS:
        seen = _as_painted(painter, boxes, height, round(start * height))
        values, columns = np.unique(seen, return_inverse=True)
        chances = np.zeros((len(names), len(values)))
        np.add.at(chances, (np.repeat(np.arange(len(names)), boxes.shape[1]), columns.reshape(-1)), 1 / boxes.shape[1])
        whole.append(told(chances))
        short += [told(chances[chosen]) for chosen in lists]
        extra += float((seen - boxes).mean()) / height / len(STARTS)
        widths = max(widths, len(values))
    return WidthResult(
        style=painter.name,
        promise=painter.promise,
        setting=setting,
        widths=widths,
        extra=extra,
        all=_mean(whole),
        short=_mean(short),
    )


def told(chances: Floats) -> Told:
    """What an observation tells: `chances` (names, observations) gives P(observation | name); all names alike likely."""
    count = len(chances)
    joint = chances / count
    seen = joint.sum(axis=0)
    chances, joint, seen = (part[..., seen > 0] for part in (chances, joint, seen))
    after = joint / seen  # P(name | observation)
    bits = float((joint * np.log2(np.where(joint > 0, after * count, 1.0))).sum())
    # names alike likely are tried in any order, so each takes the middle place of its like
    order = np.sort(after, axis=0)
    before = count - np.stack([np.searchsorted(order[:, o], after[:, o], side="right") for o in range(len(seen))], axis=1)
    like = np.stack(
        [
            np.searchsorted(order[:, o], after[:, o], side="right") - np.searchsorted(order[:, o], after[:, o], side="left")
            for o in range(len(seen))
        ],
        axis=1,
    )
    rank = float((joint * (before + (like + 1) / 2)).sum())
    return Told(
        names=count, bits=bits, rank=rank, first=float(joint.max(axis=0).sum()), certain=float(joint[after >= LIKELY].sum())
    )


def _measured(names: Sequence[str], setting: Setting) -> tuple[Floats, int]:
    """Width of each name's ink in pixels, and the height of a box in the same."""
    face = fonts.load(setting.font, setting.pixels * SUPER)
    boxes = [face.getbbox(fonts.drawable(setting.font, name), anchor="ls") for name in names]
    rise, fall = face.getmetrics()
    return np.array([(b[2] - b[0]) / SUPER for b in boxes]), round((rise + fall) / SUPER)


def _scanned(ink: Floats, setting: Setting, noise: np.random.Generator) -> Counts:
    """Widths of boxes (names, DRAWS), rounded outward at both ends as the product rounds."""
    start = (np.arange(DRAWS) + 0.5) / DRAWS
    scale = 1 + setting.jitter.scale * noise.standard_normal(DRAWS)
    left, right = setting.jitter.edge * noise.standard_normal((2, DRAWS))
    ends = start + ink[:, None] * scale + right
    widths: Counts = np.maximum(1, np.ceil(ends) - np.floor(start + left)).astype(np.intp)
    return widths


def _as_painted(painter: Painter, boxes: Counts, height: int, start: int) -> Counts:
    """Width of what the painter changes on a page for a box of each width."""
    widths = np.unique(boxes)
    left = 14 * height + start
    page: Picture = np.full((height * 2, int(widths[-1]) + 30 * height, 3), GROUND, np.uint8)
    painted = []
    for width in widths.tolist():
        area: Rect = (left, height // 2, left + width, height // 2 + height)
        columns = np.flatnonzero((painter.paint(page, area, "Name")[:, :, 1] != GROUND).any(axis=0))
        painted.append(int(columns[-1] - columns[0] + 1) if columns.size else 0)
    return np.array(painted, np.intp)[np.searchsorted(widths, boxes)]


def _mean(told_each: Sequence[Told]) -> Told:
    bits, rank, first, certain = np.mean([(t.bits, t.rank, t.first, t.certain) for t in told_each], axis=0).tolist()
    return Told(names=told_each[0].names, bits=max(0.0, bits), rank=rank, first=first, certain=certain)
