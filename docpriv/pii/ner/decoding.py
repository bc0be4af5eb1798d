"""Turns the model's scores into spans with one score each.

The score of a span is the mean of 1 - P(O) over its words: the model often splits its belief between PERSON and
ORGANIZATION, and a threshold on the winning label alone would then lose names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from docpriv.pii.ner.encoding import Encoded

_FORBIDDEN: Final = -1e4  # a log score that no path through allowed tags can reach
_FIRST_PIECE_SHARE: Final = 0.5  # how a word of several pieces is scored: this much from its first piece, rest mean


@lru_cache(maxsize=8)
def transitions(labels: tuple[str, ...]) -> NDArray[np.float32]:
    """Log scores float32[label, next label] for BIO tags: I-X may only follow B-X or I-X. Before the first word is "O"."""
    return np.array(
        [[_FORBIDDEN if after.startswith("I-") and before[2:] != after[2:] else 0.0 for after in labels] for before in labels],
        dtype=np.float32,
    )


def log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log probabilities over the last axis, same shape."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float32)


def word_scores(encoded: Encoded, piece_scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log probabilities float32[words, labels] from those of the pieces float32[pieces, labels]."""
    if not len(encoded.first_pieces):
        return np.zeros((0, piece_scores.shape[1]), dtype=np.float32)
    first = piece_scores[encoded.first_pieces]
    sums = np.concatenate([np.zeros((1, piece_scores.shape[1])), np.cumsum(piece_scores, axis=0, dtype=np.float64)])
    counts = encoded.piece_counts
    means = (sums[encoded.first_pieces + counts] - sums[encoded.first_pieces]) / counts[:, None]
    return np.asarray(first * _FIRST_PIECE_SHARE + means * (1 - _FIRST_PIECE_SHARE), dtype=np.float32)


def best_path(scores: NDArray[np.float32], labels: tuple[str, ...]) -> list[int]:
    """The likeliest allowed tag sequence (Viterbi) for log scores float32[words, labels]; empty for no words."""
    if not len(scores):
        return []
    allowed = transitions(labels)
    total = scores[0] + allowed[0]
    back = np.zeros((len(scores), len(labels)), dtype=np.int64)
    columns = np.arange(len(labels))
    for step in range(1, len(scores)):
        options = total[:, None] + allowed
        back[step] = options.argmax(axis=0)
        total = options[back[step], columns] + scores[step]
    tag = int(total.argmax())
    path = [tag]
    for step in range(len(scores) - 1, 0, -1):
        tag = int(back[step, tag])
        path.append(tag)
    return path[::-1]


def decode(
    encoded: Encoded, piece_scores: NDArray[np.float32], o_bias: float, labels: tuple[str, ...]
) -> list[tuple[int, int, str, float]]:
    """Spans as (start, end, label, score), in order, not overlapping; score in [0, 1].

    `piece_scores` are log probabilities float32[pieces, labels], `labels` BIO tags with "O"
    first. `o_bias` (natural-log units, at least 0) is taken
    from log P(O) before the search: more recall for less precision.
    """
    scores = word_scores(encoded, piece_scores)
    # A word's row is a mean of log probabilities and no longer sums to 1; the clip keeps the score in its range.
    certainty = 1.0 - np.exp(np.minimum(scores[:, 0], 0.0))
    scores[:, 0] -= o_bias
    spans: list[tuple[int, int, str, list[float]]] = []
    for word, tag in enumerate(best_path(scores, labels)):
        if tag == 0:
            continue
        start, end = int(encoded.word_starts[word]), int(encoded.word_ends[word])
        if labels[tag].startswith("I-"):
            begun, _, label, parts = spans[-1]
            parts.append(float(certainty[word]))
            spans[-1] = (begun, end, label, parts)
        else:
            spans.append((start, end, labels[tag][2:], [float(certainty[word])]))
    return [(start, end, label, sum(parts) / len(parts)) for start, end, label, parts in spans]
