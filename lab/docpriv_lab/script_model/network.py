"""The network of the line classifier, its training on strips, and its export; torch is needed here alone."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from docpriv.model import Pixels
from docpriv.visual.line_script import STEP, WINDOW, window_weights

OPSET: Final = 17
BATCH: Final = 32
_STRIDE: Final = 8  # columns of the strip for one column of the last layer
_LOG: Final = logging.getLogger(__name__)


def network(classes: int) -> Any:
    """Float32 (N, 1, 32, W) to logits (N, windows, classes)."""
    import torch
    from torch import nn

    def block(a: int, b: int, size: int, stride: tuple[int, int]) -> list[nn.Module]:
        return [nn.Conv2d(a, b, size, stride, size // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU()]

    class Lines(nn.Module):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.seen = nn.Sequential(
                *block(1, 16, 5, (2, 2)),
                *block(16, 32, 3, (2, 2)),
                *block(32, 40, 3, (2, 2)),
                *block(40, 64, 3, (2, 1)),
            )
            self.along = nn.Sequential(nn.Conv1d(128, 96, 3, padding=1, bias=False), nn.BatchNorm1d(96), nn.ReLU())
            self.drop = nn.Dropout(0.2)
            self.head = nn.Linear(192, classes)

        def forward(self, strips: torch.Tensor) -> torch.Tensor:
            columns = self.along(self.seen(strips).flatten(1, 2))
            wide, step = WINDOW // _STRIDE, STEP // _STRIDE
            mean = nn.functional.avg_pool1d(columns, wide, step)
            best = nn.functional.max_pool1d(columns, wide, step)
            out: torch.Tensor = self.head(self.drop(torch.cat([mean, best], dim=1).transpose(1, 2)))
            return out

    return Lines()


def trained(
    strips: Sequence[Pixels],
    labels: Sequence[int],
    classes: int,
    *,
    epochs: int,
    seed: int,
    threads: int,
    keep: Path,
    start: Path | None = None,
) -> Any:
    """The network after `epochs` rounds over the strips; the same for the same seed on the same machine.

    `keep` receives its weights after each round; `start` holds the weights to begin with.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    net = network(classes)
    if start is not None:
        net.load_state_dict(torch.load(start, weights_only=True))
    order = np.random.default_rng(seed)
    buckets: dict[int, list[int]] = {}
    for i, band in enumerate(strips):
        buckets.setdefault(band.shape[1], []).append(i)
    batches = sum(-(-len(b) // BATCH) for b in buckets.values())
    rate = 4e-3 if start is None else 1.5e-3
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=batches * epochs, pct_start=0.15)
    weights = [window_weights(band) for band in strips]
    for epoch in range(epochs):
        net.train()
        parts = []
        for members in buckets.values():
            mixed = order.permutation(members)
            parts += [mixed[i : i + BATCH] for i in range(0, len(mixed), BATCH)]
        loss_sum, begun = 0.0, time.monotonic()
        for k in order.permutation(len(parts)):
            chosen = parts[k]
            images = torch.from_numpy(_moved(order, np.stack([strips[i] for i in chosen])))
            share = torch.from_numpy(np.stack([weights[i] for i in chosen]).astype(np.float32))
            goal = torch.tensor([labels[i] for i in chosen])
            logits = net(images)
            each = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), goal.repeat_interleave(logits.shape[1]), reduction="none", label_smoothing=0.02
            )
            by_window = (each * share.flatten()).sum() / share.sum()
            by_line = torch.nn.functional.cross_entropy(pooled(logits, share), goal)
            loss = 0.5 * (by_window + by_line)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += float(loss.detach()) * len(chosen)
        torch.save(net.state_dict(), keep)
        _LOG.info("round %d of %d: loss %.4f, %.0f s", epoch + 1, epochs, loss_sum / len(strips), time.monotonic() - begun)
    return net.eval()


def pooled(logits: Any, share: Any) -> Any:
    """Logits of lines (N, classes) of those of their windows, as the runtime pools them (`LineScripts`)."""
    counts = (share > 0).sum(dim=1, keepdim=True)
    return (logits * share[..., None]).sum(dim=1) / share.sum(dim=1, keepdim=True) * counts**0.5


def export(net: Any, target: Path) -> None:
    """Write the network as ONNX: input `strip` float32 (1, 1, 32, W), output `logits` float32 (1, windows, classes)."""
    import torch

    torch.onnx.export(
        net,
        (torch.zeros(1, 1, 32, WINDOW + 2 * STEP),),
        str(target),
        input_names=["strip"],
        output_names=["logits"],
        dynamic_axes={"strip": {3: "columns"}, "logits": {1: "windows"}},
        opset_version=OPSET,
        dynamo=False,
    )


def _moved(order: np.random.Generator, images: Pixels) -> npt.NDArray[np.float32]:
    """Shifted by up to two rows and three columns, lighter or darker: cheap variety from round to round."""
    down, right = (int(v) for v in order.integers((-2, -3), (3, 4)))
    moved = np.roll(images, (down, right), axis=(1, 2))[:, None].astype(np.float32) / 255
    level = order.uniform(0.7, 1.3, size=(len(images), 1, 1, 1)).astype(np.float32)
    return np.asarray(np.clip(moved * level, 0, 1), np.float32)
