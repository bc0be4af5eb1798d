"""The station's side: features in, frames out, and labels from the frames that come back.

What a server could use stays here: logits, errors of decryption, which check of a decrypted value failed. Whatever a reply that
passed the checks decrypts to, the answer has the same form.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from docpriv.encrypted.frames import ID_BYTES, Direction, Frame, open_frame
from docpriv.encrypted.model_file import HeadCard
from docpriv.encrypted.packing import Reals, document_slots, scores
from docpriv.encrypted.profile import LIN_1, MOST_DOCUMENTS, Shape, shapes_of
from docpriv.encrypted.secret_keys import Cipher
from docpriv.encrypted.station_folder import StationFolder
from docpriv.errors import FrameRefused, UsageError

_NORM_SLACK: Final = 1e-5  # what float32 costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said of a document.

    `label`: None where the two best scores are closer than ten times the error of the encrypted computation. `decided`: there is
    a label, and its probability reaches the classifier's threshold. `score`: that probability to two decimals, where asked for.
    """

    label: str | None
    decided: bool
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers of a reply, for documents `first` and following of the batch that was encrypted."""

    first: int
    answers: tuple[Answer, ...]


class Station:
    """Encrypts features for a head that it knows by its card, and reads the replies. For one thread."""

    def __init__(self, folder: StationFolder, card: HeadCard, *, passphrase: str | None = None) -> None:
        self._folder = folder
        self._card = card
        self._mac_key = folder.mac_key()
        key = folder.key(passphrase)
        self._key_id = key.id
        self._cipher = Cipher(key)
        folder.sweep()

    @classmethod
    def open(cls, folder: Path, card: HeadCard, *, passphrase: str | None = None) -> Station:
        """The station of a folder; UsageError where it is not enrolled or its key cannot be used."""
        return cls(StationFolder(folder), card, passphrase=passphrase)

    def encrypt(self, features: npt.NDArray[np.floating[Any]], *, layout: str | None = None) -> Iterator[bytes]:
        """Request frames of features (n, d) of norm at most 1, one after the other: at most 2,048 documents each.

        UsageError for features of another length, of norm over 1, or that are no numbers; before the first frame is made.
        """
        card = self._card
        if features.ndim != 2 or features.shape[1] != card.dimension or len(features) == 0:
            raise UsageError(f"the features are not vectors of {card.dimension} numbers")
        for start in range(0, len(features), MOST_DOCUMENTS):
            _check_norms(features[start : start + MOST_DOCUMENTS], start)
        shapes = shapes_of(len(features), card.dimension, len(card.labels), layout=layout)
        return self._frames(features, shapes)

    def decrypt(self, reply: bytes | memoryview, *, with_scores: bool = False) -> Answers:
        """The labels of a reply, once.

        FrameError for bytes that are no frame, were changed, or hold what SEAL refuses; FrameRefused for a reply to another
        station, key, head, or to no request under way. A reply that authenticates closes its request, whatever comes of it.
        """
        frame = open_frame(reply, Direction.REPLY, lambda station: self._mac_key if station == self._folder.id else None)
        asked = self._folder.waiting(frame.nonce)
        shape = frame.shape
        if asked.key != self._key_id or frame.key != self._key_id:
            raise FrameRefused("the reply is under another key than this station's")
        if frame.schema != self._card.schema or frame.model != self._card.model or asked.model != frame.model:
            raise FrameRefused("the reply is of another head than the station knows")
        if any(getattr(asked, name) != value for name, value in asdict(shape).items()):
            raise FrameRefused("the reply is not of the shape of its request")
        self._folder.take(frame.nonce)
        found = scores(shape, [self._cipher.decrypted(one) for one in frame.ciphertexts])
        return Answers(first=asked.first, answers=_answers(found, self._card, with_scores))

    def _frames(self, features: npt.NDArray[np.floating[Any]], shapes: list[Shape]) -> Iterator[bytes]:
        first = 0
        for shape in shapes:
            rows = features[first : first + shape.documents].astype(np.float64)
            ciphertexts = [self._cipher.encrypted(document_slots(shape, rows, at)) for at in range(shape.request_ciphertexts)]
            nonce = secrets.token_bytes(ID_BYTES)
            self._folder.note(nonce, shape, first=first, key=self._key_id, model=self._card.model)
            frame = Frame(
                direction=Direction.REQUEST,
                station=self._folder.id,
                key=self._key_id,
                schema=self._card.schema,
                model=self._card.model,
                nonce=nonce,
                shape=shape,
                ciphertexts=ciphertexts,
            )
            yield frame.sealed(self._mac_key)
            first += shape.documents


def _check_norms(features: npt.NDArray[np.floating[Any]], start: int) -> None:
    norms = np.linalg.norm(features.astype(np.float64), axis=1)
    wrong = np.flatnonzero(~(norms <= 1 + _NORM_SLACK))  # also where it is no number
    if len(wrong):
        raise UsageError(
            f"the features of document {start + int(wrong[0]) + 1} have a norm over 1, or are no numbers",
            remedy="Features of `docpriv classify features` have one of at most 1; a larger one would wrap unseen.",
        )


def _answers(found: Reals, card: HeadCard, with_scores: bool) -> tuple[Answer, ...]:
    """Answers for scores (n, C) in units of tau; whatever a hostile server made of them changes nothing but labels."""
    order = np.argsort(-found, axis=1)[:, :2]
    best, second = np.take_along_axis(found, order, axis=1).T
    apart = best - second > LIN_1.undecided_below
    with np.errstate(over="ignore", under="ignore"):
        probabilities = 1.0 / np.exp(card.tau * (found - best[:, None])).sum(axis=1)
    return tuple(
        Answer(
            label=card.labels[at] if clear else None,
            decided=bool(clear and share >= card.threshold),
            score=round(float(share), 2) if with_scores else None,
        )
        for at, clear, share in zip(order[:, 0], apart, probabilities, strict=True)
    )
