"""The head as the server holds it and its card for the stations, in JSON; refuses heads that a profile cannot compute.

Weights are written as the integers that they become under encryption (profile's weight scale), so the file says exactly what
is computed. The card is the file without weights and bias: what a station needs to name the answer.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from docpriv.encrypted.packing import Reals
from docpriv.encrypted.profile import LIN_1, Profile, profile_by_name
from docpriv.errors import ModelError, UsageError
from docpriv.files import open_regular

if TYPE_CHECKING:
    from docpriv.classify.model import Classifier

MODEL_FORMAT: Final = "docpriv/encrypted-head/1"
CARD_FORMAT: Final = "docpriv/encrypted-head-card/1"
UNDECIDED: Final = "undecided"
"""What a station prints where the two best scores are too close; no class may be called so."""

_MOST_BYTES: Final = 4 << 20
_REMEDY: Final = "Write it again with `docpriv encrypted export-model`."


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCard:
    """What a station knows of the server's head.

    `model`, `schema`: 32 bytes each. Logits are `tau` times the scores; `threshold`: probability (softmax of the logits)
    under which the classifier leaves a document undecided.
    """

    profile: Profile
    model: bytes
    schema: bytes
    dimension: int
    labels: tuple[str, ...]
    tau: float
    threshold: float

    def facts(self) -> dict[str, Any]:
        return {
            "format": CARD_FORMAT,
            "profile": self.profile.name,
            "model": self.model.hex(),
            "schema": self.schema.hex(),
            "dimension": self.dimension,
            "labels": list(self.labels),
            "tau": self.tau,
            "threshold": self.threshold,
        }

    def packed(self) -> bytes:
        """The card's bytes, as a service hands them to stations."""
        return json.dumps(self.facts(), sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerModel:
    """A head divided by tau. `weights`: int64 (C, d), times the profile's weight scale; `bias`: float64 (C,), size at most 1."""

    card: HeadCard
    weights: np.typing.NDArray[np.int64] = field(repr=False)
    bias: Reals = field(repr=False)

    def scaled_weights(self) -> Reals:
        """float64 (C, d): exactly what is encoded."""
        out: Reals = self.weights / self.card.profile.weight_scale
        return out

    def packed(self) -> bytes:
        """The file's bytes; the same head gives the same bytes."""
        return (
            json.dumps(
                self.card.facts() | {"format": MODEL_FORMAT} | _parameters(self.weights, self.bias),
                sort_keys=True,
                allow_nan=False,
            ).encode()
            + b"\n"
        )


def export_model(classifier: Classifier, profile: Profile = LIN_1) -> ServerModel:
    """The head of a classifier for a profile; UsageError where it has none or the profile cannot hold it."""
    if classifier.head is None:
        raise UsageError("this classifier has no head to export")
    head = classifier.head
    return export_head(
        weights=head.weights / head.temperature,
        bias=head.bias / head.temperature,
        labels=head.labels,
        schema=classifier.schema.digest,
        threshold=classifier.threshold,
        profile=profile,
    )


def export_head(
    *, weights: Reals, bias: Reals, labels: tuple[str, ...], schema: bytes, threshold: float = 0.0, profile: Profile = LIN_1
) -> ServerModel:
    """The same of arrays: logits = weights (C, d) @ features + bias (C,), already divided by their temperature.

    A class whose weights all round to zero gets one weight of the smallest step: without any, its scores would be a
    ciphertext that shows its plaintext, which SEAL refuses to make. The step is under the error that is allowed for anyway.
    """
    classes, dimension = weights.shape
    if not 2 <= classes <= profile.most_classes or not 1 <= dimension <= profile.most_dimensions:
        raise UsageError(
            f"profile {profile.name} takes up to {profile.most_dimensions} features and 2 to {profile.most_classes} classes"
        )
    if bias.shape != (classes,) or len(labels) != classes or not np.isfinite(weights).all() or not np.isfinite(bias).all():
        raise UsageError("weights, bias and labels do not fit each other, or hold what is no number")
    if UNDECIDED in labels or len(set(labels)) != classes:
        raise UsageError(f"labels have to differ, and none may be called {UNDECIDED}")
    tau = float(np.linalg.norm(weights, axis=1).max() + np.abs(bias).max())
    if not 1e-9 < tau < 1e9:
        raise UsageError("the head is all zeros, or its weights are out of all proportion")
    rounded = np.rint(weights / tau * profile.weight_scale).astype(np.int64)
    rounded[~rounded.any(axis=1), 0] = 1
    scaled_bias = bias / tau
    facts = {
        "profile": profile.name,
        "schema": schema.hex(),
        "dimension": dimension,
        "labels": list(labels),
        "tau": tau,
        "threshold": float(threshold),
    } | _parameters(rounded, scaled_bias)
    model = _model_id(facts)
    card = HeadCard(
        profile=profile,
        model=model,
        schema=schema,
        dimension=dimension,
        labels=tuple(labels),
        tau=tau,
        threshold=float(threshold),
    )
    return ServerModel(card=card, weights=rounded, bias=scaled_bias)


def load_model(path: Path) -> ServerModel:
    """Read what `export-model` wrote; ModelError for anything else, or a file that was changed."""
    return model_from(_read(path))


def model_from(data: bytes) -> ServerModel:
    """The same from the file's bytes."""
    facts = _facts(data, MODEL_FORMAT)
    try:
        card = _card(facts)
        weights = np.array([[_integer(w) for w in row] for row in facts["weights"]], np.int64)
        bias = np.array([float(b) for b in facts["bias"]], np.float64)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _broken() from None
    named = {name: value for name, value in facts.items() if name not in ("format", "model")}
    if (
        weights.shape != (len(card.labels), card.dimension)
        or bias.shape != (len(card.labels),)
        or not np.isfinite(bias).all()
        or not weights.any(axis=1).all()
        or _model_id(named) != card.model
    ):
        raise _broken()
    norm = np.linalg.norm(weights / card.profile.weight_scale, axis=1).max() + np.abs(bias).max()
    if norm > 1.001:  # a wrap would not raise anything
        raise _broken()
    return ServerModel(card=card, weights=weights, bias=bias)


def load_card(path: Path) -> HeadCard:
    """Read a card; ModelError for anything else."""
    return card_from(_read(path))


def card_from(data: bytes) -> HeadCard:
    """The same from its bytes, as a service sends them."""
    try:
        return _card(_facts(data, CARD_FORMAT))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise _broken() from None


def _card(facts: dict[str, Any]) -> HeadCard:
    card = HeadCard(
        profile=profile_by_name(str(facts["profile"])),
        model=bytes.fromhex(facts["model"]),
        schema=bytes.fromhex(facts["schema"]),
        dimension=_integer(facts["dimension"]),
        labels=tuple(str(label) for label in facts["labels"]),
        tau=float(facts["tau"]),
        threshold=float(facts["threshold"]),
    )
    fits = (
        len(card.model) == len(card.schema) == 32
        and 1 <= card.dimension <= card.profile.most_dimensions
        and 2 <= len(card.labels) <= card.profile.most_classes
        and len(set(card.labels)) == len(card.labels)
        and UNDECIDED not in card.labels
        and all(label.isprintable() and len(label) <= 64 for label in card.labels)
        and 1e-9 < card.tau < 1e9
        and 0 <= card.threshold <= 1
    )
    if not fits:
        raise ValueError
    return card


def _integer(value: Any) -> int:
    if type(value) is not int or abs(value) > 1 << 40:
        raise ValueError
    return value


def _parameters(weights: np.typing.NDArray[np.int64], bias: Reals) -> dict[str, Any]:
    return {"weights": weights.tolist(), "bias": bias.tolist()}


def _model_id(facts: dict[str, Any]) -> bytes:
    """SHA-256 over all that makes an answer."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()).digest()


def _facts(data: bytes, form: str) -> dict[str, Any]:
    try:
        facts = json.loads(data) if len(data) <= _MOST_BYTES else None
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != form:
        raise _broken()
    return facts


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as exc:
        raise ModelError(f"the file of the head cannot be read ({exc.strerror})", remedy=_REMEDY) from None


def _broken() -> ModelError:
    return ModelError("the file is no head or card for encrypted classification, or was changed", remedy=_REMEDY)
