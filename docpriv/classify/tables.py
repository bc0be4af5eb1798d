"""Makes the feature tables from training documents; needs scikit-learn.

A word enters only if it was seen written in small letters in PLAIN_DOCUMENTS documents, which keeps out names that the
detectors missed, and any n-gram only if `least` documents hold it, which keeps out what tells one document from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from docpriv.classify.features import Floats, Prepared, weighed
from docpriv.classify.model import LAYOUT_FEATURES, MOST_DIMENSIONS, FeatureSchema
from docpriv.classify.text import counts
from docpriv.errors import EngineError, UsageError

PLAIN_DOCUMENTS: Final = 2
COMPONENTS: Final = 112  # with the layout features 128: half the traffic of 256 on the encrypted path
MOST_NGRAMS: Final = 24_000  # of 112 bytes each: 2.7 MB
MOST_TABLE_BYTES: Final = 8_000_000
_SEED: Final = 20_480


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """`least`: documents that hold an n-gram before it counts; `components`: of the text; `layout_weight`: beside 1."""

    least: int = 4
    components: int = COMPONENTS
    layout_weight: float = 0.3

    def __post_init__(self) -> None:
        if not 1 <= self.components <= MOST_DIMENSIONS - LAYOUT_FEATURES or self.least < 2 or not 0 <= self.layout_weight <= 10:
            raise UsageError("options of the feature tables are out of range")


def fit_tables(documents: Sequence[Prepared], options: TableOptions | None = None) -> FeatureSchema:
    """Tables from the documents alone, without their labels; the same documents in the same order give the same tables.

    EngineError without scikit-learn; UsageError where the documents share too little text to make tables of.
    """
    learn = scikit_learn()
    chosen = options or TableOptions()
    words = admitted(documents)
    found = [counts(document.rows, words) for document in documents]
    holding = Counter(h for one in found for h in one)
    kept = sorted((h for h, n in holding.items() if n >= chosen.least), key=lambda h: (-holding[h], h))[:MOST_NGRAMS]
    if len(kept) < 2 or len(documents) < 3:
        raise UsageError(
            "these documents share too little text to make feature tables of",
            remedy="Give more documents, or use the tables that ship with --tables shipped.",
        )
    hashes = np.array(sorted(kept), dtype=np.uint32)
    idf = np.log((1 + len(documents)) / (1 + np.array([holding[int(h)] for h in hashes]))) + 1
    matrix = _matrix(found, hashes, idf.astype(np.float32))
    width = min(chosen.components, len(hashes) - 1, len(documents) - 1)
    reduced = learn.decomposition.TruncatedSVD(n_components=width, random_state=_SEED, n_iter=7).fit(matrix)
    components, steps = _small(np.asarray(reduced.components_, dtype=np.float64).T)
    shapes = np.array([document.shape for document in documents])
    return FeatureSchema(
        hashes=hashes,
        idf=idf.astype(np.float32),
        components=components,
        steps=steps,
        middle=shapes.mean(axis=0).astype(np.float32),
        spread=np.maximum(shapes.std(axis=0), 1e-3).astype(np.float32),
        layout_weight=chosen.layout_weight,
    )


def admitted(documents: Sequence[Prepared]) -> Collection[str]:
    """Words that PLAIN_DOCUMENTS of the documents hold in small letters: names are capitalised wherever they stand."""
    plain = Counter(
        word for document in documents for word in {token.text for row in document.rows for token in row if token.plain}
    )
    return frozenset(word for word, number in plain.items() if number >= PLAIN_DOCUMENTS)


def scikit_learn() -> Any:
    """The library that trains; EngineError where it is not installed."""
    try:
        import sklearn
        import sklearn.decomposition
        import sklearn.linear_model
    except ImportError:
        raise EngineError("training needs scikit-learn", remedy="pip install 'docpriv[classify]'") from None
    return sklearn


def _matrix(found: Sequence[Counter[int]], hashes: npt.NDArray[np.uint32], idf: npt.NDArray[np.float32]) -> Any:
    """Sparse float64 (documents, n-grams), each row of norm 1."""
    from scipy.sparse import csr_matrix

    place = {int(h): at for at, h in enumerate(hashes)}
    values: list[Floats] = []
    columns: list[int] = []
    ends = [0]
    for one in found:
        at = sorted(place[h] for h in one if h in place)
        times = np.array([one[int(hashes[k])] for k in at], dtype=np.float64)
        values.append(weighed(times, idf[at]))
        columns += at
        ends.append(len(columns))
    return csr_matrix(
        (np.concatenate(values), np.array(columns, dtype=np.int64), np.array(ends)), shape=(len(found), len(hashes))
    )


def _small(components: Floats) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """int8 (k, t) and float32 (t,) whose product is float64 (k, t) to within half a step; signs made one way."""
    largest = np.argmax(np.abs(components), axis=0)
    components = components * np.where(components[largest, np.arange(components.shape[1])] < 0, -1.0, 1.0)
    steps = np.maximum(np.abs(components).max(axis=0) / 127, 1e-12).astype(np.float32)
    return np.clip(np.rint(components / steps), -127, 127).astype(np.int8), steps
