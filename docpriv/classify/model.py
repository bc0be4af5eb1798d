"""A document classifier: public tables that make features, and a linear head that judges them.

The two parts come apart: a station that may not hold the head has the schema alone and makes features with it, and whoever
holds the head needs no more of the schema than its digest. `features` are float32 (dimension,), of norm at most 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from docpriv.classify import container
from docpriv.classify.container import AnyArray, broken
from docpriv.errors import UsageError
from docpriv.files import PUBLIC, write_named
from docpriv.model_card import checked_bytes, read_card

FEATURE_CODE: Final = 1
"""Version of the code that makes features: one more whenever the same document gives another vector."""

MOST_DIMENSIONS: Final = 256
MOST_LABELS: Final = 64
LAYOUT_FEATURES: Final = 16
SHIPPED: Final = Path(__file__).parent / "models" / "paper-en"
_FILE, _SHIPPED = "model.npz", "the classifier that ships"

Features = npt.NDArray[np.float32]
Logits = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class FeatureSchema:
    """What makes a vector of a document, the same for everybody: no head, no label.

    `hashes`: uint32 (k,), ascending: the n-grams that count, by their CRC-32. `idf`: float32 (k,). `components`: int8 (k, t),
    and `steps`: float32 (t,), one a column: the right singular vectors of the training texts are their product.
    `middle`, `spread`: float32 (16,), by which layout features are standardised. `layout_weight`: norm of the layout part
    beside a text part of norm 1. `version`: of the code that made the tables.
    """

    hashes: npt.NDArray[np.uint32]
    idf: npt.NDArray[np.float32]
    components: npt.NDArray[np.int8]
    steps: npt.NDArray[np.float32]
    middle: npt.NDArray[np.float32]
    spread: npt.NDArray[np.float32]
    layout_weight: float
    version: int = FEATURE_CODE

    def __post_init__(self) -> None:
        for name, kind in _TABLES.items():
            object.__setattr__(self, name, _kept(getattr(self, name), kind))
        rows, columns = self.components.shape if self.components.ndim == 2 else (-1, -1)
        fits = (
            rows == len(self.hashes) == len(self.idf)
            and columns == len(self.steps)
            and all(a.ndim == 1 for a in (self.hashes, self.idf, self.steps, self.middle, self.spread))
            and len(self.middle) == len(self.spread) == LAYOUT_FEATURES
            and columns >= 1
            and self.dimension <= MOST_DIMENSIONS
        )
        if not fits:
            raise broken("the feature tables do not fit each other")
        if self.version != FEATURE_CODE:
            raise broken("its features are made by another version of docpriv")
        if not (
            np.all(self.hashes[1:] > self.hashes[:-1])
            and _finite(self.idf, self.steps, self.middle, self.spread)
            and np.all(self.spread > 0)
            and np.all(self.idf >= 0)
            and 0 <= self.layout_weight <= 10
        ):
            raise broken("a feature table holds what it cannot")

    @property
    def dimension(self) -> int:
        """Length of a vector: text components, then layout features."""
        return int(self.components.shape[1]) + LAYOUT_FEATURES

    @cached_property
    def digest(self) -> bytes:
        """32 bytes: SHA-256 over the tables and the version of the feature code."""
        tables = {name: container.array_sha256(getattr(self, name)) for name in _TABLES}
        return hashlib.sha256(container.canonical({"schema": tables, **self._facts()})).digest()

    @property
    def size_bytes(self) -> int:
        """Of the tables in memory and, nearly, in the file."""
        return sum(int(getattr(self, name).nbytes) for name in _TABLES)

    def _facts(self) -> dict[str, Any]:
        return {"version": self.version, "layout_weight": float(self.layout_weight)}

    def __repr__(self) -> str:
        return f"FeatureSchema({len(self.hashes)} n-grams, dimension={self.dimension})"


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearHead:
    """One linear layer. `weights`: float64 (C, d); `bias`: float64 (C,); `labels`: C distinct names; `temperature` > 0.

    logits = weights @ features + bias; probabilities = softmax(logits / temperature).
    """

    weights: npt.NDArray[np.float64]
    bias: npt.NDArray[np.float64]
    labels: tuple[str, ...]
    temperature: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", _kept(self.weights, "<f8"))
        object.__setattr__(self, "bias", _kept(self.bias, "<f8"))
        object.__setattr__(self, "labels", tuple(self.labels))
        count = len(self.labels)
        if (
            self.weights.ndim != 2
            or self.weights.shape[0] != count
            or self.bias.shape != (count,)
            or not 2 <= count <= MOST_LABELS
            or not 1 <= self.weights.shape[1] <= MOST_DIMENSIONS
        ):
            raise broken("weights, bias and labels do not fit each other")
        if not (_finite(self.weights, self.bias) and np.isfinite(self.temperature) and self.temperature > 0):
            raise broken("the head holds what is no number")
        if len(set(self.labels)) != count or not all(is_label(label) for label in self.labels):
            raise broken("its labels are not distinct plain names")

    @property
    def dimension(self) -> int:
        return int(self.weights.shape[1])

    @cached_property
    def digest(self) -> bytes:
        """32 bytes: SHA-256 over weights, bias, labels and temperature."""
        return hashlib.sha256(
            container.canonical(
                {
                    "weights": container.array_sha256(self.weights),
                    "bias": container.array_sha256(self.bias),
                    "labels": list(self.labels),
                    "temperature": float(self.temperature),
                }
            )
        ).digest()

    def logits(self, features: npt.NDArray[np.floating[Any]]) -> Logits:
        """float64 (n, C) of features (n, d)."""
        if features.ndim != 2 or features.shape[1] != self.dimension:
            raise UsageError(
                f"the features are not vectors of {self.dimension} numbers",
                remedy="Make them with `docpriv classify features` and the same model.",
            )
        out: Logits = features.astype(np.float64) @ self.weights.T + self.bias
        return out

    def probabilities(self, logits: Logits) -> Logits:
        """Calibrated, float64 (n, C), of logits (n, C); each row adds up to 1."""
        return softmax(logits / self.temperature)

    def __repr__(self) -> str:
        return f"LinearHead({len(self.labels)} labels, dimension={self.dimension})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a classifier says of one document.

    `label`: the likeliest; `probability`: its calibrated one, 0..1; `margin`: by which its logit exceeds the second;
    `decided`: the probability reaches the model's threshold.
    """

    label: str
    probability: float
    margin: float
    decided: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Classifier:
    """A schema, and a head where this is the place to have one. `card`: facts for people, which take no part in `model_id`.

    `threshold`: calibrated probability under which a document is left undecided.
    """

    schema: FeatureSchema
    head: LinearHead | None = None
    threshold: float = 0.5
    card: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.head is not None and self.head.dimension != self.schema.dimension:
            raise broken("the head is for features of another length")
        if not 0 <= self.threshold <= 1:
            raise broken("its threshold is no probability")

    @cached_property
    def model_id(self) -> bytes:
        """32 bytes: SHA-256 over schema, head and threshold; of a schema alone, another one."""
        head = "" if self.head is None else self.head.digest.hex()
        return hashlib.sha256(
            container.canonical({"schema": self.schema.digest.hex(), "head": head, "threshold": float(self.threshold)})
        ).digest()

    def without_head(self) -> Classifier:
        """The public part alone: it makes the same features and judges nothing."""
        return Classifier(schema=self.schema, threshold=self.threshold)

    def judge(self, features: npt.NDArray[np.floating[Any]]) -> tuple[Judgement, ...]:
        """A judgement for each row of features (n, d); UsageError where the model has no head."""
        head = self.head
        if head is None:
            raise UsageError(
                "this model file makes features and has no head to judge them with",
                remedy="Give the whole model with --model, or send encrypted features to who holds the head.",
            )
        logits = head.logits(features)
        shares = head.probabilities(logits)
        best = np.argmax(logits, axis=1)
        top = np.sort(logits, axis=1)
        return tuple(
            Judgement(
                label=head.labels[at],
                probability=float(row[at]),
                margin=float(t[-1] - t[-2]),
                decided=bool(row[at] >= self.threshold),
            )
            for at, row, t in zip(best, shares, top, strict=True)
        )

    def facts(self) -> dict[str, Any]:
        """What it is, as JSON holds it: digests, labels, sizes, and the card."""
        head = self.head
        return {
            "model_id": self.model_id.hex(),
            "schema_digest": self.schema.digest.hex(),
            "dimension": self.schema.dimension,
            "ngrams": len(self.schema.hashes),
            "table_bytes": self.schema.size_bytes,
            "labels": [] if head is None else list(head.labels),
            "threshold": self.threshold,
            "card": dict(self.card),
        }

    def save(self, path: Path, *, replace: bool = False) -> None:
        """Write one npz file; OutputExists where one stands there already and `replace` is not asked for."""
        write_named(path, self.packed(), "the model", replace=replace, mode=PUBLIC)

    def packed(self) -> bytes:
        """The file's bytes; the same model gives the same bytes."""
        arrays: dict[str, AnyArray] = {name: getattr(self.schema, name) for name in _TABLES}
        facts: dict[str, Any] = {
            "schema": self.schema._facts(),
            "schema_digest": self.schema.digest.hex(),
            "model_id": self.model_id.hex(),
            "threshold": float(self.threshold),
            "card": dict(self.card),
        }
        if self.head is not None:
            arrays |= {"weights": self.head.weights, "bias": self.head.bias}
            facts["head"] = {"labels": list(self.head.labels), "temperature": float(self.head.temperature)}
        return container.packed(facts, arrays)

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read what `save` wrote; ModelError for a file that is anything else or was changed."""
        return cls.of(container.read(path))

    @classmethod
    def of(cls, contents: tuple[dict[str, Any], dict[str, AnyArray]]) -> Classifier:
        """From facts and arrays, as a file holds them; ModelError where they do not fit."""
        facts, arrays = contents
        head_facts = facts.get("head")
        wanted = {**_TABLES, **({} if head_facts is None else _HEAD)}
        if {name: a.dtype.str for name, a in arrays.items()} != wanted:
            raise broken("its arrays are not those of a classifier")
        try:
            schema = FeatureSchema(
                **{name: arrays[name] for name in _TABLES},
                version=int(facts["schema"]["version"]),
                layout_weight=float(facts["schema"]["layout_weight"]),
            )
            head = (
                None
                if head_facts is None
                else LinearHead(
                    weights=arrays["weights"],
                    bias=arrays["bias"],
                    temperature=float(head_facts["temperature"]),
                    labels=tuple(head_facts["labels"]),
                )
            )
            made = cls(schema=schema, head=head, threshold=float(facts["threshold"]), card=dict(facts["card"]))
            told = str(facts["schema_digest"]), str(facts["model_id"])
        except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
            raise broken("its facts are not those of a classifier") from None
        if told != (schema.digest.hex(), made.model_id.hex()):
            raise broken("its digests are not those of its contents")
        return made


def open_classifier(path: Path | None = None) -> Classifier:
    """The classifier in a file, or the one that ships; ModelError where it is missing or not what it says."""
    if path is not None:
        return Classifier.load(path)
    card = read_card(SHIPPED, _SHIPPED, lambda card: bool(card["files"][_FILE]["sha256"]))
    return Classifier.of(container.unpacked(checked_bytes(SHIPPED, _FILE, card, _SHIPPED)))


def softmax(logits: Logits) -> Logits:
    """Of each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    out: Logits = raised / raised.sum(axis=1, keepdims=True)
    return out


def is_label(label: object) -> bool:
    """A name that may be shown anywhere: 1 to 64 printable characters without a line break."""
    return isinstance(label, str) and 1 <= len(label) <= 64 and label.isprintable() and label == label.strip()


_TABLES: dict[str, str] = {"hashes": "<u4", "idf": "<f4", "components": "|i1", "steps": "<f4", "middle": "<f4", "spread": "<f4"}
_HEAD: dict[str, str] = {"weights": "<f8", "bias": "<f8"}


def _finite(*arrays: AnyArray) -> bool:
    return all(bool(np.isfinite(a).all()) for a in arrays)


def _kept(array: AnyArray, kind: str) -> AnyArray:
    """An array of one type in C order that nobody writes to."""
    out = np.array(array, dtype=kind, order="C")
    out.flags.writeable = False
    return out
