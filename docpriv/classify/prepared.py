"""What is left of a document for training and judging: tokens without values, and layout; refuses to keep pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from docpriv.classify.features import Floats, joined, layout_vector, text_vector
from docpriv.classify.model import LAYOUT_FEATURES, Features, FeatureSchema
from docpriv.classify.shape import shape_of
from docpriv.classify.text import Document, Token, token_rows
from docpriv.errors import EngineError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """Rows of tokens, one a cell of a line, and float64 (16,) of layout."""

    rows: tuple[tuple[Token, ...], ...] = field(repr=False)
    shape: Floats

    def features(self, schema: FeatureSchema) -> Features:
        """float32 (dimension,), of norm at most 1: the same as of the document itself."""
        return joined(text_vector(self.rows, schema), layout_vector(self.shape, schema), schema.layout_weight)

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
