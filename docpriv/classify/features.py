"""What is left of a document for training and judging, tokens without values and layout, and the one vector that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from docpriv.classify.model import LAYOUT_FEATURES, Features, FeatureSchema
from docpriv.classify.shape import shape_of
from docpriv.classify.text import Document, Token, counts, token_rows
from docpriv.errors import EngineError

_BELOW_ONE: Final = 1 - 1e-6  # rounding to float32 must not carry a vector beyond length 1
_FARTHEST: Final = 3.0  # spreads: one odd page must not outweigh its text

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Rows of tokens, one a cell of a line, and float64 (16,) of layout."""

    rows: tuple[tuple[Token, ...], ...] = field(repr=False)
    shape: Floats

    def features(self, schema: FeatureSchema) -> Features:
        """float32 (dimension,), read-only, of norm at most 1; zeros where there is neither text nor layout."""
        parts = [text_vector(self.rows, schema), schema.layout_weight * layout_vector(self.shape, schema)]
        out: Features = (unit(np.concatenate(parts)) * _BELOW_ONE).astype(np.float32)
        out.flags.writeable = False
        return out

    def message(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"rows": [[[t.text, t.word, t.plain] for t in row] for row in self.rows], "shape": self.shape.tolist()}

    @staticmethod
    def of(message: Mapping[str, Any]) -> Prepared:
        """From `message`; EngineError for one that no honest process would send."""
        try:
            rows = tuple(
                tuple(Token(str(text), word=bool(word), plain=bool(plain)) for text, word, plain in row)
                for row in message["rows"]
            )
            shape = np.array(message["shape"], dtype=np.float64)
        except (KeyError, TypeError, ValueError, OverflowError):
            shape, rows = np.zeros(0), ()
        if shape.shape != (LAYOUT_FEATURES,) or not np.isfinite(shape).all():
            raise EngineError("the process that read the document answered with something else")
        return Prepared(rows=rows, shape=shape)


def prepared(document: Document) -> Prepared:
    """What training and judging keep of a document."""
    return Prepared(rows=tuple(tuple(row) for row in token_rows(document)), shape=shape_of(document))


def matrix(documents: Sequence[Prepared], schema: FeatureSchema) -> Features:
    """float32 (n, d): the features of documents."""
    return np.array([one.features(schema) for one in documents], dtype=np.float32).reshape(-1, schema.dimension)


def text_vector(rows: Iterable[Sequence[Token]], schema: FeatureSchema) -> Floats:
    """float64 (t,) of norm 1, or zeros: TF x IDF of the known n-grams of rows of tokens, projected."""
    found = counts(rows)
    if not found or not len(schema.hashes):
        return np.zeros(schema.components.shape[1])
    hashes = np.array(sorted(found), dtype=np.uint32)
    at = np.minimum(np.searchsorted(schema.hashes, hashes), len(schema.hashes) - 1)
    known = schema.hashes[at] == hashes
    at = at[known]
    weights = weighed(np.array([found[int(h)] for h in hashes[known]], dtype=np.float64), schema.idf[at])
    projected: Floats = (weights @ schema.components[at].astype(np.float64)) * schema.steps
    return unit(projected)


def layout_vector(shape: Floats, schema: FeatureSchema) -> Floats:
    """float64 (16,) of `shape_of` a document: standardised, cut at 3 spreads, of norm about 1."""
    standard = (shape - schema.middle) / schema.spread
    out: Floats = np.clip(standard, -_FARTHEST, _FARTHEST) / np.sqrt(len(standard))
    return out


def weighed(times: Floats, idf: npt.NDArray[np.float32]) -> Floats:
    """Sublinear TF x IDF of norm 1, or zeros: float64 (n,) of counts (n,)."""
    return unit((1 + np.log(times)) * idf)


def unit(vector: Floats) -> Floats:
    """The vector at length 1; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector
