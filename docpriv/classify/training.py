"""Trains a linear head, cross-validated and calibrated on what it did not see; needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from docpriv.classify.features import Prepared, layout_vector, matrix
from docpriv.classify.measure import Places, Scores, log_loss, scores
from docpriv.classify.model import MOST_LABELS, Classifier, FeatureSchema, LinearHead, Logits, is_label, softmax
from docpriv.classify.tables import TableOptions, fit_tables, scikit_learn
from docpriv.errors import UsageError

STRENGTHS: Final = (1.0, 4.0, 16.0, 64.0, 256.0)
"""Inverse strengths of regularisation that are compared."""

LEAST_A_CLASS: Final = 5
FOLDS: Final = 5
OWN_TABLES_FROM: Final = 200
"""Documents from which tables of their own are made unless asked otherwise; fewer share too little text."""

MOST_WRONG: Final = 0.01
"""Share of the documents that are decided which may be wrong: the threshold is put where the held-out ones were better."""

_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD = 0.5, 0.9
_SEED: Final = 11

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """A classifier and what it did on documents that its tables and its head had not seen, fold by fold."""

    classifier: Classifier
    held_out: Scores
    layout_only: Scores


def train(
    documents: Sequence[Prepared],
    labels: Sequence[str],
    *,
    tables: FeatureSchema | None = None,
    options: TableOptions | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train on documents and their labels, in an order that does not matter.

    `tables`: None makes them of the documents, in each fold of those that are not held out; others are used as they are.
    UsageError for fewer than two labels, a label with fewer than LEAST_A_CLASS documents, or one that is no plain name.
    """
    names = _labels(labels)
    order = sorted(range(len(documents)), key=lambda k: (labels[k], documents[k].shape.tobytes()))
    documents, truth = [documents[k] for k in order], np.array([names.index(labels[k]) for k in order], dtype=np.int64)
    told = progress or (lambda stage, done, of: None)
    folds = _folds(truth)
    out = {strength: np.zeros((len(truth), len(names))) for strength in STRENGTHS}
    bare = np.zeros((len(truth), len(names)))
    for number, held in enumerate(folds):
        told("fold", number, len(folds))
        rest = np.setdiff1d(np.arange(len(truth)), held)
        schema = tables or fit_tables([documents[k] for k in rest], options)
        vectors = matrix(documents, schema)
        for strength, logits in out.items():
            logits[held] = fit_head(vectors[rest], truth[rest], names, strength).logits(vectors[held])
        shapes = np.array([layout_vector(d.shape, schema) for d in documents])  # the baseline that sees no word
        bare[held] = fit_head(shapes[rest], truth[rest], names, STRENGTHS[2]).logits(shapes[held])
    told("head", len(folds), len(folds))
    temperatures = {strength: temperature_of(logits, truth) for strength, logits in out.items()}
    best = min(STRENGTHS, key=lambda s: (round(log_loss(softmax(out[s] / temperatures[s]), truth), 6), s))
    schema = tables or fit_tables(documents, options)
    head = fit_head(matrix(documents, schema), truth, names, best)
    head = LinearHead(weights=head.weights, bias=head.bias, labels=head.labels, temperature=temperatures[best])
    shares = softmax(out[best] / temperatures[best])
    threshold = threshold_of(shares, truth)
    held_out = scores(names, truth, shares, threshold)
    plain = scores(names, truth, softmax(bare / temperature_of(bare, truth)), threshold)
    card = {
        "held_out": held_out.facts(),
        "layout_only": {"accuracy": round(plain.accuracy, 4)},
        "folds": len(folds),
        "strength": best,
        "documents": dict(sorted(Counter(labels).items())),
    }
    return Trained(
        classifier=Classifier(schema=schema, head=head, threshold=threshold, card=card),
        held_out=held_out,
        layout_only=plain,
    )


def fit_head(vectors: Any, truth: Places, labels: Sequence[str], strength: float) -> LinearHead:
    """Multinomial logistic regression; classes weigh alike however many documents they have. Deterministic."""
    learn = scikit_learn()
    fitted = learn.linear_model.LogisticRegression(C=strength, class_weight="balanced", max_iter=3000, tol=1e-6)
    fitted.fit(np.asarray(vectors, dtype=np.float64), truth)
    weights, bias = fitted.coef_, fitted.intercept_
    if len(labels) == 2:  # one row for two classes: the other is its opposite
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return LinearHead(weights=weights, bias=bias, labels=tuple(labels))


def temperature_of(logits: Logits, truth: Places) -> float:
    """The temperature, 0.05 to 20, at which held-out logits have the least log loss (golden section on its logarithm)."""
    low, high = np.log(0.05), np.log(20.0)
    ratio = (np.sqrt(5) - 1) / 2

    def loss(at: float) -> float:
        return log_loss(softmax(logits / np.exp(at)), truth)

    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) <= loss(right) else (left, high)
    return float(np.exp((low + high) / 2))


def threshold_of(shares: Logits, truth: Places) -> float:
    """The least probability, 0.50 to 0.90 by hundredths, from which at most MOST_WRONG of the decided were wrong."""
    surest, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    for at in np.arange(_LOWEST_THRESHOLD, _HIGHEST_THRESHOLD, 0.01):
        decided = surest >= at
        if not decided.any() or np.mean(~right[decided]) <= MOST_WRONG:
            return round(float(at), 2)
    return _HIGHEST_THRESHOLD


def _labels(labels: Sequence[str]) -> tuple[str, ...]:
    numbers = Counter(labels)
    if not 2 <= len(numbers) <= MOST_LABELS or not all(is_label(label) for label in numbers):
        raise UsageError(
            f"a classifier needs 2 to {MOST_LABELS} classes with plain names",
            remedy="Give a folder with one folder of documents a class; its name is the label.",
        )
    check_sizes(numbers)
    return tuple(sorted(numbers))


def check_sizes(numbers: Mapping[str, int]) -> None:
    """UsageError that names the classes with fewer than LEAST_A_CLASS documents, by their number of documents."""
    if few := {label: number for label, number in sorted(numbers.items()) if number < LEAST_A_CLASS}:
        raise UsageError(
            f"a class needs {LEAST_A_CLASS} documents: {', '.join(f'{label} has {number}' for label, number in few.items())}",
            remedy="Add documents to the class, or leave its folder out.",
        )


def _folds(truth: Places) -> list[Places]:
    """Documents held out together: each class is spread over all folds, the same way every time."""
    count = min(FOLDS, int(np.bincount(truth).min()))
    rng = np.random.default_rng(_SEED)
    fold = np.zeros(len(truth), dtype=np.int64)
    for label in np.unique(truth):
        members = rng.permutation(np.flatnonzero(truth == label))
        fold[members] = (np.arange(len(members)) + label) % count
    return [np.flatnonzero(fold == number) for number in range(count)]
