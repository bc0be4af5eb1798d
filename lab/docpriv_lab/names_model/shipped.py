"""A shipped model's weights as a checkpoint that training can go on from: its own checkpoint is not kept."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

from docpriv.pii.ner.model import MODEL_FILE, TOKENIZER_FILE
from docpriv_lab.names_model.network import save

OUTCOME_FILE: Final = "outcome.json"

_NETWORK: Final = "network."
_HEADS: Final = 12
_PRODUCT: Final = re.compile(r"^/?network/(?P<place>.+?)/MatMul_quant$")


def unpacked(model: Path, out: Path) -> Path:
    """Write the weights of a shipped model's folder to `out` as `save` does, dequantised, with tokenizer and outcome; `out`.

    What int8 rounded away stays lost: the first steps of training find it again.
    """
    import numpy as np
    import onnx
    import torch
    from onnx import numpy_helper
    from transformers import BertConfig, BertForTokenClassification

    graph = onnx.load(str(model / MODEL_FILE)).graph
    arrays = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    weights: dict[str, Any] = {name.removeprefix(_NETWORK): a for name, a in arrays.items() if name.startswith(_NETWORK)}
    for name in [name for name in weights if name.endswith("_quantized")]:
        whole, base = weights.pop(name), name.removesuffix("_quantized")
        scale, zero = weights.pop(f"{base}_scale"), weights.pop(f"{base}_zero_point")
        weights[base] = (whole.astype(np.float32) - np.float32(zero)) * scale
    for node in graph.node:
        found = _PRODUCT.match(node.name) if node.op_type == "MatMulInteger" else None
        if found:
            base = node.input[1].removesuffix("_quantized")
            whole = arrays[node.input[1]].astype(np.float32) - arrays[f"{base}_zero_point"]
            weights[found["place"].replace("/", ".") + ".weight"] = (whole * arrays[f"{base}_scale"]).T
    card = json.loads((model / "card.json").read_text(encoding="utf-8"))
    vocabulary, width = weights["bert.embeddings.word_embeddings.weight"].shape
    layers = 1 + max(int(found[1]) for name in weights if (found := re.search(r"layer\.(\d+)\.", name)))
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=_HEADS,
        intermediate_size=weights["bert.encoder.layer.0.intermediate.dense.bias"].shape[0],
        max_position_embeddings=weights["bert.embeddings.position_embeddings.weight"].shape[0],
        type_vocab_size=weights["bert.embeddings.token_type_embeddings.weight"].shape[0],
        num_labels=len(card["labels"]),
    )
    network: Any = BertForTokenClassification(config)
    network.load_state_dict({name: torch.from_numpy(np.array(a)) for name, a in weights.items()}, strict=True)
    out.mkdir(parents=True, exist_ok=True)
    save(network, out)
    shutil.copyfile(model / TOKENIZER_FILE, out / TOKENIZER_FILE)
    (out / OUTCOME_FILE).write_text(json.dumps(card["training"], indent=2) + "\n", encoding="utf-8")
    return out
