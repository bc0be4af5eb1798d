"""A document that was read becomes one vector; deterministic, in numpy alone, and it refuses to be longer than 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from docpriv.classify.model import Features, FeatureSchema
from docpriv.classify.shape import shape_of
from docpriv.classify.text import Document, Token, counts, token_rows

_BELOW_ONE: Final = 1 - 1e-6  # rounding to float32 must not carry a vector beyond length 1
_FARTHEST: Final = 3.0  # spreads: one odd page must not outweigh its text

Floats = npt.NDArray[np.float64]


def features(document: Document, schema: FeatureSchema) -> Features:
    """float32 (dimension,), read-only, of norm at most 1; the text's part alone is zero where no n-gram is known."""
    return joined(text_vector(token_rows(document), schema), layout_vector(shape_of(document), schema), schema.layout_weight)


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


def joined(text: Floats, layout: Floats, layout_weight: float) -> Features:
    """Both parts as one vector; zeros where there is neither."""
    whole = unit(np.concatenate([text, layout_weight * layout]))
    out: Features = (whole * _BELOW_ONE).astype(np.float32)
    out.flags.writeable = False
    return out
