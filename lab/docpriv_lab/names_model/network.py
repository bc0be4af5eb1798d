"""Builds the token classifier out of a base's weights or restores a trained one; word embeddings stay frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from docpriv.pii.ner.encoding import LAYOUT_TOKENS, WordShape
from docpriv_lab.names_model.base import Vocabulary

CHECKPOINT_FILE: Final = "weights.pt"

# What the layout tokens start as: the punctuation that separates likewise in prose.
_LAYOUT_LIKE: Final = {"\n": ";", "\t": "|", "  ": "|"}


def fitted(network: Any, vocabulary: Vocabulary) -> Any:
    """The base's `transformers.BertForTokenClassification` with the embeddings that the encoding needs, on the CPU.

    The token-type table becomes the shape table. Word embeddings do not learn: names are too many for the training
    texts to move all of them alike.
    """
    import torch

    embeddings = network.bert.embeddings
    old = embeddings.word_embeddings.weight.data
    encoder = vocabulary.encoder
    words = torch.nn.Embedding(encoder.vocabulary_size, old.shape[1], padding_idx=encoder.pad_id)
    words.weight.data[: len(vocabulary.base_ids)] = old[list(vocabulary.base_ids)]
    for token in LAYOUT_TOKENS:
        like = encoder.token_id(_LAYOUT_LIKE[token])
        words.weight.data[encoder.token_id(token)] = words.weight.data[like]
    words.weight.requires_grad_(False)
    embeddings.word_embeddings = words
    first_type = embeddings.token_type_embeddings.weight.data[:1]
    shapes = torch.nn.Embedding(len(WordShape), old.shape[1])
    shapes.weight.data = first_type + torch.randn(len(WordShape), old.shape[1]) * 0.01
    embeddings.token_type_embeddings = shapes
    network.config.vocab_size = encoder.vocabulary_size
    network.config.type_vocab_size = len(WordShape)
    network.config.pad_token_id = encoder.pad_id
    return network


def mixed(later: Path, earlier: Path, share: float) -> dict[str, Any]:
    """Weights of two runs of the same network, `share` (0 to 1) of the later one and the rest of the earlier one.

    Further training on one kind of text forgets some of the others; the mean of both keeps most of what either knows
    (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
    """
    import torch

    new: dict[str, Any] = torch.load(later, weights_only=True, map_location="cpu")
    old: dict[str, Any] = torch.load(earlier, weights_only=True, map_location="cpu")
    if new.keys() != old.keys():
        raise ValueError("the two runs are not of the same network")
    return {name: share * value + (1 - share) * old[name] if value.is_floating_point() else value for name, value in new.items()}


def save(network: Any, folder: Path) -> None:
    """Write weights and sizes to `folder`; a reader finds the old ones or the new ones, whole."""
    import torch

    network.config.save_pretrained(folder)
    part = folder / f"{CHECKPOINT_FILE}.part"
    torch.save(network.state_dict(), part)
    part.replace(folder / CHECKPOINT_FILE)


def restored(folder: Path) -> Any:
    """The network that `save` wrote to `folder`."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    network: Any = BertForTokenClassification(BertConfig.from_pretrained(folder))
    network.load_state_dict(torch.load(folder / CHECKPOINT_FILE, weights_only=True, map_location="cpu"))
    network.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    return network
