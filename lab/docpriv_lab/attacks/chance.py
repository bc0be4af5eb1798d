"""Tells a hit rate from guessing: exact binomial intervals and tails; it knows nothing of pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LEVEL = 0.95
"""Confidence of the intervals."""
ALPHA = 1e-4
"""A rate that guessing reaches less often than this is above chance. A run asks some ten times, so about one run in a
thousand would accuse a style wrongly; the same seed asks the same question again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Hits of `count` tries where a guess hits with probability `chance`; `tries` attacks of which this is the best."""

    hits: int
    count: int
    chance: float
    tries: int = 1

    @property
    def share(self) -> float:
        """Hits / count, 0 where nothing was tried."""
        return self.hits / max(self.count, 1)

    @property
    def interval(self) -> tuple[float, float]:
        """The Clopper-Pearson interval of the share at `LEVEL`."""
        return exact_interval(self.hits, self.count)

    @property
    def p_value(self) -> float:
        """How often guessing hits at least as often (Bonferroni over the attacks tried), 0..1."""
        return min(1.0, self.tries * upper_tail(self.hits, self.count, self.chance))

    @property
    def above_chance(self) -> bool:
        """Whether guessing does not explain it."""
        return self.p_value < ALPHA

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        low, high = self.interval
        return {
            "hits": self.hits,
            "count": self.count,
            "share": self.share,
            "interval": [low, high],
            "chance": self.chance,
            "p_value": self.p_value,
            "above_chance": self.above_chance,
        }


def upper_tail(hits: int, count: int, chance: float) -> float:
    """P(X >= hits) of X ~ Binomial(count, chance), summed exactly in logarithms."""
    if hits <= 0:
        return 1.0
    if hits > count or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    terms = (
        math.lgamma(count + 1)
        - math.lgamma(k + 1)
        - math.lgamma(count - k + 1)
        + k * math.log(chance)
        + (count - k) * math.log1p(-chance)
        for k in range(hits, count + 1)
    )
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def exact_interval(hits: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """Clopper-Pearson (1934): the shares that an exact test at that level does not rule out; 0..1 for no tries."""
    if count <= 0:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _root(lambda p: upper_tail(hits, count, p) - tail)
    high = 1.0 if hits == count else _root(lambda p: upper_tail(hits + 1, count, p) - (1 - tail))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
