"""The head as the server holds it and its card for the stations, in JSON.

Weights are written as the integers that they become under encryption (profile's weight scale), so the file says exactly what
is computed. The card is the file without weights and bias: what a station needs to name the answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic.dataclasses import dataclass

from docpriv.encrypted.packing import Reals
from docpriv.encrypted.profile import LIN_1, check_head_size
from docpriv.encrypted.records import FORM, Digest, F, facts_of, packed, parsed
from docpriv.errors import ModelError, UsageError
from docpriv.files import open_regular

if TYPE_CHECKING:
    from docpriv.classify.model import Classifier

UNDECIDED: Final = "undecided"
"""What a station prints where the two best scores are too close; no class may be called so."""

_MOST_BYTES: Final = 4 << 20
_REMEDY: Final = "Write it again with `docpriv encrypted export-model`."


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    if UNDECIDED in labels or len(set(labels)) != len(labels) or not all(label.isprintable() for label in labels):
        raise ValueError("not distinct plain names")
    return labels


def _integers(rows: Any) -> npt.NDArray[np.int64]:
    found = np.asarray(rows)
    if found.dtype.kind != "i":
        raise ValueError("not whole numbers")
    return found.astype(np.int64)


def _reals(numbers: Any) -> Reals:
    return np.asarray(numbers, np.float64)


def _listed(array: npt.NDArray[Any]) -> list[Any]:
    out: list[Any] = array.tolist()
    return out


_Labels = Annotated[
    tuple[Annotated[str, Field(max_length=64)], ...],
    Field(min_length=2, max_length=LIN_1.most_classes),
    AfterValidator(_distinct),
]
_Weights = Annotated[np.ndarray, BeforeValidator(_integers), PlainSerializer(_listed)]
_Bias = Annotated[np.ndarray, BeforeValidator(_reals), PlainSerializer(_listed)]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class _Head:
    """What a station knows of the server's head.

    `model`, `schema`: 32 bytes each. Logits are `tau` times the scores; `threshold`: probability (softmax of the logits)
    under which the classifier leaves a document undecided.
    """

    profile: Literal["lin-1"]
    model: Digest
    schema: Digest
    dimension: Annotated[int, Field(strict=True, ge=1, le=LIN_1.most_dimensions)]
    labels: _Labels
    tau: Annotated[float, Field(gt=1e-9, lt=1e9)]
    threshold: Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORM)
class HeadCard(_Head):
    """What a station knows of the server's head."""

    format: Literal["docpriv/encrypted-head-card/1"]

    def packed(self) -> bytes:
        """The card's bytes, as a service hands them to stations."""
        return packed(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, config=FORM)
class ServerModel(_Head):
    """A head divided by tau. `weights`: int64 (C, d), times the profile's weight scale; `bias`: float64 (C,), size at most 1."""

    format: Literal["docpriv/encrypted-head/1"]
    weights: _Weights = field(repr=False)
    bias: _Bias = field(repr=False)

    @property
    def card(self) -> HeadCard:
        return HeadCard(format="docpriv/encrypted-head-card/1", **{f.name: getattr(self, f.name) for f in fields(_Head)})

    def scaled_weights(self) -> Reals:
        """float64 (C, d): exactly what is encoded."""
        out: Reals = self.weights / LIN_1.weight_scale
        return out

    def packed(self) -> bytes:
        """The file's bytes; the same head gives the same bytes."""
        return packed(self, indent=None)

    def digest(self) -> bytes:
        """SHA-256 over all that makes an answer."""
        facts = {name: value for name, value in facts_of(self).items() if name not in ("format", "model")}
        return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).digest()


def export_model(classifier: Classifier) -> ServerModel:
    """The head of a classifier; UsageError where it has none or the profile cannot hold it."""
    if classifier.head is None:
        raise UsageError("this classifier has no head to export")
    head = classifier.head
    return export_head(
        weights=head.weights / head.temperature,
        bias=head.bias / head.temperature,
        labels=head.labels,
        schema=classifier.schema.digest,
        threshold=classifier.threshold,
    )


def export_head(*, weights: Reals, bias: Reals, labels: tuple[str, ...], schema: bytes, threshold: float = 0.0) -> ServerModel:
    """The same of arrays: logits = weights (C, d) @ features + bias (C,), already divided by their temperature.

    A class whose weights all round to zero gets one weight of the smallest step: without any, its scores would be a
    ciphertext that shows its plaintext, which SEAL refuses to make. The step is under the error that is allowed for anyway.
    """
    classes, dimension = weights.shape
    check_head_size(dimension, classes)
    if bias.shape != (classes,) or len(labels) != classes or not np.isfinite(weights).all() or not np.isfinite(bias).all():
        raise UsageError("weights, bias and labels do not fit each other, or hold what is no number")
    if UNDECIDED in labels or len(set(labels)) != classes:
        raise UsageError(f"labels have to differ, and none may be called {UNDECIDED}")
    tau = float(np.linalg.norm(weights, axis=1).max() + np.abs(bias).max())
    if not 1e-9 < tau < 1e9:
        raise UsageError("the head is all zeros, or its weights are out of all proportion")
    rounded = np.rint(weights / tau * LIN_1.weight_scale).astype(np.int64)
    rounded[~rounded.any(axis=1), 0] = 1
    draft = ServerModel(
        format="docpriv/encrypted-head/1",
        profile="lin-1",
        model=bytes(32),
        schema=schema,
        dimension=dimension,
        labels=tuple(labels),
        tau=tau,
        threshold=float(threshold),
        weights=rounded,
        bias=bias / tau,
    )
    return replace(draft, model=draft.digest())


def load_model(path: Path) -> ServerModel:
    """Read what `export-model` wrote; ModelError for anything else, or a file that was changed."""
    return model_from(_read(path))


def model_from(data: bytes) -> ServerModel:
    """The same from the file's bytes."""
    model = _parsed(ServerModel, data)
    size = len(model.labels), model.dimension
    if (
        (model.weights.shape, model.bias.shape) != (size, size[:1])
        or not np.isfinite(model.bias).all()
        or not model.weights.any(axis=1).all()
        or model.digest() != model.model
        # a wrap would not raise anything
        or np.linalg.norm(model.scaled_weights(), axis=1).max() + np.abs(model.bias).max() > 1.001
    ):
        raise _broken()
    return model


def load_card(path: Path) -> HeadCard:
    """Read a card; ModelError for anything else."""
    return card_from(_read(path))


def card_from(data: bytes) -> HeadCard:
    """The same from its bytes, as a service sends them."""
    return _parsed(HeadCard, data)


def _parsed(form: type[F], data: bytes) -> F:
    if len(data) > _MOST_BYTES:
        raise _broken()
    try:
        return parsed(form, data)
    except (ValueError, OverflowError):
        raise _broken() from None


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as exc:
        raise ModelError(f"the file of the head cannot be read ({exc.strerror})", remedy=_REMEDY) from None


def _broken() -> ModelError:
    return ModelError("the file is no head or card for encrypted classification, or was changed", remedy=_REMEDY)
