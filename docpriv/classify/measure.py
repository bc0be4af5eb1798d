"""How well documents were told apart, in numbers that hold no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from docpriv.classify.model import Logits
from docpriv.errors import ModelError

Counts = npt.NDArray[np.int64]
Places = npt.NDArray[np.int64]

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Of documents that took no part in training: `confusion` int64 (C, C), a row the true label, a column the one given.

    `decided`: documents whose probability reached the threshold, and `decided_right` of them right.
    `calibration_error`: mean gap between probability and share right, weighted over ten bins (expected calibration error).
    """

    labels: tuple[str, ...]
    confusion: Counts
    decided: int
    decided_right: int
    calibration_error: float
    log_loss: float

    @property
    def documents(self) -> int:
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Share of documents that were given their label; 0 where there are none."""
        return float(np.trace(self.confusion)) / max(self.documents, 1)

    @property
    def balanced(self) -> float:
        """Mean over the labels that occur of the share of their documents that were given it."""
        totals = self.confusion.sum(axis=1)
        there = totals > 0
        return float(np.mean(np.diag(self.confusion)[there] / totals[there])) if there.any() else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % of the accuracy, by Wilson."""
        return wilson(int(np.trace(self.confusion)), self.documents)

    def facts(self) -> dict[str, Any]:
        """As JSON holds it."""
        low, high = self.interval
        return {
            "documents": self.documents,
            "accuracy": round(self.accuracy, 4),
            "balanced_accuracy": round(self.balanced, 4),
            "interval_95": [round(low, 4), round(high, 4)],
            "decided": self.decided,
            "decided_right": self.decided_right,
            "calibration_error": round(self.calibration_error, 4),
            "log_loss": round(self.log_loss, 4),
            "labels": list(self.labels),
            "confusion": self.confusion.tolist(),
        }


def scores(labels: Sequence[str], truth: Places, probabilities: Logits, threshold: float) -> Scores:
    """Scores of float64 (n, C) `probabilities` of documents whose labels are `truth`, int64 (n,) places in `labels`."""
    given = np.argmax(probabilities, axis=1)
    surest = probabilities.max(axis=1)
    confusion = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(confusion, (truth, given), 1)
    decided = surest >= threshold
    return Scores(
        labels=tuple(labels),
        confusion=confusion,
        decided=int(decided.sum()),
        decided_right=int(np.sum(decided & (given == truth))),
        calibration_error=calibration_error(surest, given == truth),
        log_loss=log_loss(probabilities, truth),
    )


def scores_from(facts: Any) -> Scores:
    """Scores of `Scores.facts`; ModelError where a model file says nothing that could be such."""
    try:
        confusion = np.array(facts["confusion"], dtype=np.int64)
        made = Scores(
            labels=tuple(map(str, facts["labels"])),
            confusion=confusion,
            decided=int(facts["decided"]),
            decided_right=int(facts["decided_right"]),
            calibration_error=float(facts["calibration_error"]),
            log_loss=float(facts["log_loss"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        made = None
    if made is None or not made.labels or made.confusion.shape != (len(made.labels),) * 2 or (made.confusion < 0).any():
        raise ModelError(
            "the model file does not say what its training held out", remedy="Give --on FOLDER to judge documents now."
        )
    return made


def calibration_error(surest: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width; 0 without documents."""
    bins = np.minimum((surest * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, surest) - np.bincount(bins, right)  # of sums: a bin's mean gap, times its documents
    return float(np.abs(gaps).sum()) / max(len(surest), 1)


def log_loss(probabilities: Logits, truth: Places) -> float:
    """Mean of -log of the probability that the true label was given; 0 without documents."""
    if not len(truth):
        return 0.0
    return float(-np.mean(np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12))))


def wilson(right: int, of: int) -> tuple[float, float]:
    """95 % interval of a share, after E. B. Wilson (1927)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    return max(middle - half, 0.0), min(middle + half, 1.0)
