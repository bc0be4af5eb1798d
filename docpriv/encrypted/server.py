"""The server's side: a frame in, a frame out; holds a head and MAC keys, never anything that decrypts.

Neither this module nor any that it imports can name a secret key (a test over the imports). What a frame is made of is checked
in plain Python; its ciphertexts are parsed by SEAL in a process under limits.
"""

from __future__ import annotations

from dataclasses import replace

from docpriv.encrypted.frames import Direction, open_frame
from docpriv.encrypted.limited import LimitedEvaluator
from docpriv.encrypted.mac_keys import StationBook
from docpriv.encrypted.model_file import HeadCard, ServerModel
from docpriv.errors import FrameRefused


class Server:
    """Evaluates requests of enrolled stations with one head. A context manager: leaving it ends the worker process.

    Safe to call from several threads; they share the worker, so a service that wants more has several servers. Evaluating the
    same request again gives the same bytes, so a replayed request tells nobody anything.
    """

    def __init__(self, model: ServerModel, stations: StationBook, *, evaluator: LimitedEvaluator | None = None) -> None:
        self._model = model
        self._stations = stations
        self._evaluator = evaluator or LimitedEvaluator(model)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def card(self) -> HeadCard:
        """What stations have to know of the head; no secret, and not the head."""
        return self._model.card

    def close(self) -> None:
        self._evaluator.close()

    def evaluate(self, request: bytes | memoryview) -> bytes:
        """The reply to a request frame.

        FrameError for bytes that are no frame, were changed, or hold ciphertexts that SEAL refuses; FrameRefused where the
        station means another head, schema, version or profile; EncryptedPathError where evaluating reached a limit.
        """
        frame = open_frame(request, Direction.REQUEST, self._stations.mac_key_of)
        card = self._model.card
        if frame.schema != card.schema:
            raise FrameRefused("the request's features are of another schema than the server's head takes")
        if frame.model != card.model or (frame.shape.dimension, frame.shape.classes) != (card.dimension, len(card.labels)):
            raise FrameRefused("the request is for another head than the server's")
        replies = self._evaluator.evaluate(frame.shape, frame.ciphertexts)
        mac_key = self._stations.mac_key_of(frame.station)
        if mac_key is None:  # revoked meanwhile
            raise FrameRefused("the station is no longer enrolled")
        return replace(frame, direction=Direction.REPLY, ciphertexts=replies).sealed(mac_key)

    def redeem(self, redemption: bytes) -> bytes:
        """The receipt for a station that redeems its token; EncryptedPathError where the token is not good for that."""
        return self._stations.redeem(redemption)
