"""Builds the token classifier from the base weights or restores a trained one; word embeddings stay frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from docpriv.pii.ner.encoding import LABELS, LAYOUT_TOKENS, Encoder, WordShape
from docpriv_lab.names_model.base import Vocabulary, base_folder

# What the layout tokens start as: the punctuation that separates likewise in prose.
_LAYOUT_LIKE: Final = {"\n": ";", "\t": "|", "  ": "|"}


def build(vocabulary: Vocabulary) -> Any:
    """A `transformers.BertForTokenClassification` on the CPU: six layers, 384 wide, one output a label.

    The token-type table becomes the shape table. Word embeddings do not learn: names are too many for the training
    texts to move all of them alike.
    """
    import torch
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig.from_pretrained(base_folder(), num_labels=len(LABELS))
    network: Any = BertForTokenClassification.from_pretrained(base_folder(), config=config)
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


def restored(checkpoint: Path, encoder: Encoder) -> Any:
    """The network whose weights `build` made and training saved to `checkpoint`, for the same encoder."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    config = BertConfig.from_pretrained(base_folder(), num_labels=len(LABELS))
    config.vocab_size = encoder.vocabulary_size
    config.type_vocab_size = len(WordShape)
    config.pad_token_id = encoder.pad_id
    network: Any = BertForTokenClassification(config)
    network.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu"))
    network.bert.embeddings.word_embeddings.weight.requires_grad_(False)
    return network
