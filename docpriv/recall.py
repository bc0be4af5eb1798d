"""The dial between leaving something readable and covering too much, as changes to a recipe.

Measured leak and lost rates of each position stand in the manual (explanation/figures.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Recall(StrEnum):
    """How much is believed. `balanced` leaves the recipe as it is."""

    HIGH = "high"
    BALANCED = "balanced"
    PRECISE = "precise"


KEYS: dict[Recall, dict[str, Any]] = {
    Recall.HIGH: {
        "reading.reread_below": 0.97,
        "finding.min_score": 0.2,
        "finding.names_bias": 2.5,
        "policy.low_line_score": 0.8,
    },
    Recall.BALANCED: {},
    Recall.PRECISE: {"finding.min_score": 0.6, "finding.names_bias": 0.5},
}
"""Keys of a recipe that each position changes; `--set` and other options come after them."""
