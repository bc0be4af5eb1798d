"""Trains the network for a number of steps or minutes; the same seed, steps and machine give the same weights."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

from docpriv.pii.ner.encoding import Encoder
from docpriv_lab.names_model.packing import IGNORED, Batch, Row, batches

_LOG: Final = logging.getLogger(__name__)

_WARM_UP_STEPS: Final = 100
_LAST_RATE: Final = 0.02  # share of the learning rate that is left at the end
_LOG_EVERY: Final = 50
_SAVE_EVERY: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how fast to learn: ends at `minutes` or `steps`, whichever comes first (at least one is above 0)."""

    minutes: float
    steps: int
    seed: int
    threads: int
    learning_rate: float = 2e-4
    rows_per_batch: int = 6

    def share_done(self, steps: int, seconds: float) -> float:
        """How much of the run is over, 0 to 1 and beyond."""
        by_steps = steps / self.steps if self.steps else 0.0
        by_time = seconds / (self.minutes * 60) if self.minutes else 0.0
        return max(by_steps, by_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run took: steps of the optimizer, pieces seen, minutes by the clock and of CPU; its last smoothed loss."""

    steps: int
    pieces: int
    minutes: float
    cpu_minutes: float
    loss: float
    device: str


def train(network: Any, encoder: Encoder, rows: Sequence[Row], schedule: Schedule, save: Callable[[Outcome], None]) -> Outcome:
    """Train `network` in place and leave it on the CPU; `save` is called now and then and at the end."""
    import torch

    if not schedule.share_done(1, 1.0) > 0:
        raise ValueError("a run needs a number of minutes or steps")
    torch.set_num_threads(schedule.threads)
    torch.manual_seed(schedule.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network.to(device).train()
    optimizer = torch.optim.AdamW(_parameter_groups(network), lr=schedule.learning_rate, betas=(0.9, 0.98))
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.02, ignore_index=IGNORED)
    supply = batches(encoder, rows, schedule.rows_per_batch, random.Random(schedule.seed))
    begin, cpu_begin = time.monotonic(), time.process_time()
    steps = pieces = 0
    smooth = 0.0

    def outcome() -> Outcome:
        return Outcome(
            steps=steps,
            pieces=pieces,
            minutes=(time.monotonic() - begin) / 60,
            cpu_minutes=(time.process_time() - cpu_begin) / 60,
            loss=smooth,
            device=str(device),
        )

    while (share := schedule.share_done(steps, time.monotonic() - begin)) < 1:
        rate = schedule.learning_rate * min(1.0, (steps + 1) / _WARM_UP_STEPS) * max(_LAST_RATE, 1 - share)
        for group in optimizer.param_groups:
            group["lr"] = rate
        batch = next(supply)
        loss = _loss(network, batch, criterion, device)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        steps += 1
        pieces += int(batch.mask.sum())
        smooth = loss.item() if steps == 1 else 0.98 * smooth + 0.02 * loss.item()
        if steps % _LOG_EVERY == 0:
            seconds = time.monotonic() - begin
            _LOG.info("step %d: loss %.4f, %.0f pieces/s, %.0f s", steps, smooth, pieces / seconds, seconds)
        if steps % _SAVE_EVERY == 0:
            save(outcome())
    network.to("cpu").eval()
    save(outcome())
    return outcome()


def _loss(network: Any, batch: Batch, criterion: Any, device: Any) -> Any:
    import torch

    def tensor(array: Any) -> Any:
        return torch.from_numpy(array).to(device)

    with _autocast(device):
        logits = network(
            input_ids=tensor(batch.ids), token_type_ids=tensor(batch.shapes), attention_mask=tensor(batch.mask)
        ).logits
    return criterion(logits.float().view(-1, logits.shape[-1]), tensor(batch.tags).view(-1))


def _autocast(device: Any) -> AbstractContextManager[Any]:
    """bfloat16 where the hardware has it (two to three times faster), else full precision."""
    import torch

    if device.type == "cuda" or torch.cpu.get_capabilities().get("avx512_bf16", False):
        context: AbstractContextManager[Any] = torch.autocast(device.type, dtype=torch.bfloat16)
        return context
    return nullcontext()


def _parameter_groups(network: Any) -> list[dict[str, Any]]:
    """Matrices decay, biases and norms do not."""
    learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
    return [
        {"params": [parameter for parameter in learning if parameter.ndim >= 2], "weight_decay": 0.01},
        {"params": [parameter for parameter in learning if parameter.ndim < 2], "weight_decay": 0.0},
    ]
