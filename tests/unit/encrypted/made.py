"""Heads, features and enrolled pairs for the tests: seeded, or the scans of digits that scikit-learn ships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from docpriv.classify.model import LAYOUT_FEATURES, Classifier, FeatureSchema, LinearHead
from docpriv.encrypted.frames import DIGEST_BYTES, TAG_BYTES
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.model_file import ServerModel, export_head
from docpriv.encrypted.server import Server
from docpriv.encrypted.station import Answer, Station
from docpriv.encrypted.station_folder import StationFolder
from docpriv.files import write_named

SCHEMA = bytes(range(DIGEST_BYTES))
TEXT_FEATURES = 8
DIMENSION = TEXT_FEATURES + LAYOUT_FEATURES
Floats = npt.NDArray[np.float64]


@dataclass(kw_only=True)
class Pair:
    """A station and a server that know each other, and the head in the clear."""

    folder: StationFolder
    book: StationBook
    model: ServerModel
    station: Station
    server: Server
    weights: Floats
    bias: Floats
    place: Path

    def answers(self, features: npt.NDArray[np.floating], layout: str | None = None, scores: bool = False) -> list[Answer]:
        """All answers of a batch, in order."""
        out: list[Answer] = []
        for frame in self.station.encrypt(features, layout=layout):
            found = self.station.decrypt(self.server.evaluate(frame), with_scores=scores)
            assert found.first == len(out)
            out += found.answers
        return out

    def margins(self, features: npt.NDArray[np.floating]) -> Floats:
        """Plaintext distance of the two best scores, in units of tau."""
        top = np.sort(self.plain(features) / self.model.card.tau, axis=1)
        return top[:, -1] - top[:, -2]

    def plain(self, features: npt.NDArray[np.floating]) -> Floats:
        return features.astype(np.float64) @ self.weights.T + self.bias

    def labels(self, features: npt.NDArray[np.floating]) -> list[str]:
        return [self.model.card.labels[at] for at in self.plain(features).argmax(axis=1)]

    @property
    def mac_key(self) -> bytes:
        return self.folder.mac_key()


def names(count: int) -> tuple[str, ...]:
    return tuple(f"kind {number}" for number in range(count))


def head(dimension: int, classes: int, seed: int = 0) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(seed)
    return draw.normal(size=(classes, dimension)) * 4, draw.normal(size=classes)


def unit_rows(count: int, dimension: int, seed: int = 1) -> npt.NDArray[np.float32]:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


@cache
def digits() -> tuple[npt.NDArray[np.float32], Floats, Floats]:
    """Scans of handwritten digits (n, 64) of norm 1, and a head that was trained on two thirds of them."""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression

    pixels, kinds = load_digits(return_X_y=True)
    rows = (pixels / np.linalg.norm(pixels, axis=1, keepdims=True)).astype(np.float32)
    learned = LogisticRegression(C=30, max_iter=200, tol=1e-2).fit(rows[600:], kinds[600:])
    return rows, learned.coef_, learned.intercept_


def enrolled(place: Path, book: StationBook, name: str = "station", passphrase: str | None = None) -> StationFolder:
    """A new station that a server has enrolled."""
    folder = StationFolder.make(place / name, passphrase=passphrase)
    token = place / f"{name}.token"
    write_named(token, book.issue().text.encode(), "the token")
    folder.confirm(book.redeem(folder.redeem(token)))
    return folder


def make_pair(
    place: Path,
    weights: Floats | None = None,
    bias: Floats | None = None,
    *,
    dimension: int = 24,
    classes: int = 5,
    megabytes: int = 512,
    seconds: float | None = None,
) -> Pair:
    from docpriv.encrypted.limited import LimitedEvaluator

    if weights is None or bias is None:
        weights, bias = head(dimension, classes)
    model = export_head(weights=weights, bias=bias, labels=names(len(bias)), schema=SCHEMA)
    book = StationBook(place / "server")
    folder = enrolled(place, book)
    return Pair(
        folder=folder,
        book=book,
        model=model,
        station=Station(folder, model.card),
        weights=weights,
        bias=bias,
        server=Server(model, book, evaluator=LimitedEvaluator(model, megabytes=megabytes, seconds=seconds)),
        place=place,
    )


def signed(body: bytes, mac_key: bytes) -> bytes:
    """A frame's bytes, its last 32 replaced by the right HMAC: what a dishonest station or server can send."""
    import hashlib
    import hmac

    return body[:-TAG_BYTES] + hmac.digest(mac_key, body[:-TAG_BYTES], hashlib.sha256)


def small_classifier() -> Classifier:
    """A whole classifier of few features and four labels, with a head that is seeded."""
    weights, bias = head(DIMENSION, 4)
    schema = FeatureSchema(
        hashes=np.arange(6, dtype=np.uint32),
        idf=np.ones(6, np.float32),
        components=np.ones((6, TEXT_FEATURES), np.int8),
        steps=np.ones(TEXT_FEATURES, np.float32),
        middle=np.zeros(LAYOUT_FEATURES, np.float32),
        spread=np.ones(LAYOUT_FEATURES, np.float32),
        layout_weight=1.0,
    )
    linear = LinearHead(weights=weights, bias=bias, labels=names(4), temperature=1.7)
    return Classifier(schema=schema, threshold=0.5, head=linear)
