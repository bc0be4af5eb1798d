"""Writes trained weights as an int8 ONNX model for the runtime; the weights themselves are not shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from docpriv_lab.names_model.network import restored

OPSET: Final = 17
_INPUTS: Final = ("input_ids", "token_type_ids", "attention_mask")


def export_onnx(folder: Path, target: Path) -> None:
    """Quantise the network that training saved to `folder` to int8 and write it to `target`; int64[rows, pieces] inputs
    `input_ids`, `token_type_ids`, `attention_mask`; output `logits` float32[rows, pieces, labels].

    Weights are int8 per output channel, activations are quantised at run time. Weights use 7 of the 8 bits
    (`reduce_range`): processors with AVX2 but no VNNI overflow otherwise.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network = _traceable(folder)
    full = target.with_name("full-precision.onnx")
    example = torch.randint(5, 1000, (2, 16))
    torch.onnx.export(
        network,
        (example, torch.zeros_like(example), torch.ones_like(example)),
        str(full),
        input_names=list(_INPUTS),
        output_names=["logits"],
        dynamic_axes={name: {0: "rows", 1: "pieces"} for name in (*_INPUTS, "logits")},
        opset_version=OPSET,
        dynamo=False,
    )
    quantize_dynamic(full, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    full.unlink()


def _traceable(folder: Path) -> Any:
    """The trained network with plain tensors in and out, ready to trace."""
    import torch

    network = restored(folder)
    network.set_attn_implementation("eager")  # the fused kernel has no ONNX form
    network.eval()

    class Traceable(torch.nn.Module):  # type: ignore[misc]  # torch may be absent where this is checked
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, token_type_ids: Any, attention_mask: Any) -> Any:
            return self.network(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask).logits

    return Traceable()
