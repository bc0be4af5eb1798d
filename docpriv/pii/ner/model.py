"""Loads the named-entity model and finds spans in text.

Nothing is fetched, nothing is kept: neither the texts nor the spans outlive a call.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from docpriv.errors import ModelError
from docpriv.model_card import CARD_FILE, checked_bytes, read_card
from docpriv.pii.ner.decoding import decode, log_softmax
from docpriv.pii.ner.encoding import ENCODINGS, Encoded, Encoder, bio_tags

MODEL_FILE: Final = "model.int8.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"
_WHAT: Final = "the named-entity model"

DEFAULT_O_BIAS: Final = 1.5
"""Recall dial that suits redaction: between the plain reading (0) and the point where only precision falls (2 to 3)."""

_OVERLAP_SHARE: Final = 5  # neighbouring windows share a fifth of their length


@dataclass(frozen=True, slots=True, kw_only=True)
class NerSpan:
    """A name, address, place or organisation: code points [start, end) of the text as given.

    `label` is one of the model's kinds (PERSON, ADDRESS, LOCATION, ORGANIZATION, for some models also PHONE, DOB, ID);
    `score` in [0, 1] is how surely the words are any of these.
    """

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Pieces [start, end) go through the model together; the results of [keep_start, keep_end) are used."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows(ids: NDArray[np.int64], newline_id: int, size: int) -> list[Window]:
    """Cut int64[n] pieces into overlapping windows of at most `size`, at newlines where one is near.

    The kept ranges follow each other without gap or overlap and cover all pieces.
    """
    count = len(ids)
    if count <= size:
        return [Window(start=0, end=count, keep_start=0, keep_end=count)]
    newlines = ids == newline_id
    bounds: list[tuple[int, int]] = []
    start = 0
    while True:
        end = min(count, start + size)
        if end < count:
            breaks = np.flatnonzero(newlines[start + size * 2 // 3 : end])
            if len(breaks):
                end = start + size * 2 // 3 + int(breaks[-1]) + 1
        bounds.append((start, end))
        if end >= count:
            break
        overlap = end - size // _OVERLAP_SHARE
        breaks = np.flatnonzero(newlines[overlap:end])
        # The next window begins after a newline, but never at the end itself: then there would be no overlap.
        inner = [overlap + int(at) + 1 for at in breaks if overlap + int(at) + 1 < end]
        start = inner[0] if inner else overlap
    edges = [0]
    edges += [(after[0] + before[1]) // 2 for before, after in itertools.pairwise(bounds)]
    edges.append(count)
    return [
        Window(start=begin, end=finish, keep_start=edges[number], keep_end=edges[number + 1])
        for number, (begin, finish) in enumerate(bounds)
    ]


class NerModel:
    """A token classifier on onnxruntime: about 30 ms of one core for an English page of 230 words.

    `languages` are those that it learnt (ISO 639), `kinds` the labels of its spans, both from its card.
    """

    def __init__(self, model_dir: Path, *, threads: int = 1, o_bias: float = DEFAULT_O_BIAS) -> None:
        """Load and check the model in `model_dir` (model.int8.onnx, tokenizer.json, card.json).

        `threads` at least 1; `o_bias` in natural-log units, 0 for the plain reading. Raises `ModelError` when a file
        is absent, differs from the SHA-256 in the card, or was made for another encoding.
        """
        if threads < 1 or not o_bias >= 0:
            raise ValueError("threads must be at least 1 and o_bias at least 0")
        card = _read_card(model_dir)
        contents = {name: checked_bytes(model_dir, name, card, _WHAT) for name in (MODEL_FILE, TOKENIZER_FILE)}
        self._name = str(card["name"])
        self._version = str(card["version"])
        self._digest = str(card["files"][MODEL_FILE]["sha256"])
        self.languages: tuple[str, ...] = tuple(map(str, card["languages"]))
        self._labels: tuple[str, ...] = tuple(card["labels"])
        self.kinds = _kinds(self._labels)
        self._window = int(card["window"])
        self._o_bias = o_bias
        try:
            from tokenizers import Tokenizer

            self._encoder = Encoder(Tokenizer.from_str(contents[TOKENIZER_FILE].decode("utf-8")))
            self._session = _session(contents[MODEL_FILE], threads)
        except ImportError as missing:
            raise ModelError(f"the named-entity model needs the library {missing.name}") from missing
        if self._encoder.name != card["encoding"]:
            raise ModelError("the named-entity model was made for another encoding or label set")

    def identity(self) -> tuple[str, str, str]:
        """Name, version and SHA-256 (hex) of the model file, for records."""
        return self._name, self._version, self._digest

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is one of its vocabulary, which holds the commonest of its languages."""
        return self._encoder.knows(word)

    def find(self, text: str) -> tuple[NerSpan, ...]:
        """Spans of one text, in order, not overlapping. Any length; empty for an empty text."""
        encoded, scores = self.log_probabilities(text)
        return tuple(
            NerSpan(start=start, end=end, label=label, score=score)
            for start, end, label, score in self.decoded(encoded, scores, self._o_bias)
        )

    def decoded(self, encoded: Encoded, scores: NDArray[np.float32], o_bias: float) -> list[tuple[int, int, str, float]]:
        """Spans as `decode` gives them, for what `log_probabilities` gave."""
        return decode(encoded, scores, o_bias, self._labels)

    def log_probabilities(self, text: str) -> tuple[Encoded, NDArray[np.float32]]:
        """The text as the model sees it and the log probabilities float32[pieces, labels], for `decode`.

        One window a call, unpadded: the int8 model scales its activations over everything it is given, so in a batch
        the neighbours would change the result; on one thread a batch saves no time either.
        """
        encoded = self._encoder.encode(text)
        scores = np.zeros((len(encoded.ids), len(self._labels)), dtype=np.float32)
        if not len(encoded.ids):
            return encoded, scores
        for window in windows(encoded.ids, self._encoder.newline_id, self._window):
            logits = self._logits(encoded.ids[window.start : window.end], encoded.shapes[window.start : window.end])
            kept = slice(window.keep_start, window.keep_end)
            scores[kept] = log_softmax(logits[window.keep_start - window.start : window.keep_end - window.start])
        return encoded, scores

    def _logits(self, ids: NDArray[np.int64], shapes: NDArray[np.int64]) -> NDArray[np.float32]:
        """Logits float32[pieces, labels] of one window of int64[pieces]."""
        framed = np.concatenate([[self._encoder.begin_id], ids, [self._encoder.end_id]])[None]
        feeds = {"input_ids": framed, "token_type_ids": np.pad(shapes, 1)[None], "attention_mask": np.ones_like(framed)}
        return np.asarray(self._session.run(["logits"], feeds)[0][0, 1:-1], dtype=np.float32)


def _read_card(model_dir: Path) -> dict[str, Any]:
    """The card's JSON, checked for what loading needs. Raises `ModelError`."""
    card = read_card(model_dir, _WHAT)
    try:
        labels = tuple(map(str, card["labels"]))
        fits = card["encoding"] in ENCODINGS and labels == bio_tags(_kinds(labels)) != ("O",) and int(card["window"]) > 0
        complete = all(isinstance(card["files"][name]["sha256"], str) for name in (MODEL_FILE, TOKENIZER_FILE))
        named = bool(card["name"]) and bool(card["version"]) and bool(card["languages"])
    except (KeyError, TypeError, ValueError) as lacking:
        raise ModelError(f"the {CARD_FILE} of the named-entity model lacks an entry") from lacking
    if not (fits and complete and named):
        raise ModelError("the named-entity model was made for another encoding or label set")
    return dict(card)


def _kinds(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(label[2:] for label in labels[1::2])


def _session(model: bytes, threads: int) -> Any:
    """An onnxruntime session on the CPU. Raises `ModelError` when the file is no model."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    # Idle threads that spin would take the core from the next worker.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as broken:  # onnxruntime raises its own types, which are not public
        raise ModelError("the named-entity model cannot be loaded") from broken
