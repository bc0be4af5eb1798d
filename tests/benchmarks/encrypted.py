"""Measure encrypted classification: agreement with plaintext, CPU time and bytes, interleaved with TenSEAL's own ways.

    python -m tests.benchmarks.encrypted [--features F.npy --model classifier.npz] [--batches 1 4096] [--rounds N]

CPU milliseconds a document of one thread: station, server and the server's worker process together, through frames, MACs and
pipes. TenSEAL's ways make the same head of the same documents and send bytes too; the keys that they need are made and sent
beforehand and not counted. Rounds alternate between the ways; shown are the median and the least of them. On a busy
machine CPU time itself grows, so that the ratios say more than the milliseconds.

Agreement is counted over all features given: without any, over the scans of digits that scikit-learn ships.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from docpriv.classify.model import Classifier
from docpriv.encrypted import station as station_module
from docpriv.encrypted.profile import LIN_1
from tests.unit.encrypted import made
from tests.unit.encrypted.made import Floats, Pair, make_pair
from tests.unit.encrypted.reference import by_tensor, by_vector, documented_context, lazy_context

SLOTS = 2048  # documents of a tensor of TenSEAL at N = 4096
_SINGLES = 20  # documents sent alone in a round


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How labels of the encrypted path relate to those of the plaintext. `error` in units of tau; `up`, `down`: bytes."""

    layout: str
    documents: int
    clear: int  # plaintext margin over ten times the largest error that was measured
    clear_equal: int
    undecided: int
    wrong: int  # a label, and another than the plaintext's
    error: float
    up: int
    down: int


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to classify a batch: CPU seconds of each round, and what they were for."""

    name: str
    documents: int
    seconds: list[float]

    def milliseconds(self) -> tuple[float, float]:
        """Median and least, a document."""
        return 1000 * median(self.seconds) / self.documents, 1000 * min(self.seconds) / self.documents


def agreement(pair: Pair, features: npt.NDArray[np.floating], layout: str) -> Agreement:
    """Classify all features in a layout."""
    found: list[Floats] = []
    real = station_module.scores
    answers, up, down = [], 0, 0
    station_module.scores = lambda shape, slots: found.append(real(shape, slots)) or found[-1]
    try:
        for frame in pair.station.encrypt(features, layout=layout):
            reply = pair.server.evaluate(frame)
            up, down = up + len(frame), down + len(reply)
            answers += pair.station.decrypt(reply).answers
    finally:
        station_module.scores = real
    error = float(np.abs(np.concatenate(found) - pair.plain(features) / pair.model.card.tau).max())
    clear, labels = pair.margins(features) > 10 * error, pair.labels(features)
    equal = [one.label == label for one, label in zip(answers, labels, strict=True)]
    return Agreement(
        layout=layout,
        documents=len(features),
        clear=int(clear.sum()),
        error=error,
        up=up,
        down=down,
        clear_equal=sum(e for e, c in zip(equal, clear, strict=True) if c),
        undecided=sum(one.label is None for one in answers),
        wrong=sum(one.label not in (None, label) for one, label in zip(answers, labels, strict=True)),
    )


def worker_seconds(process: int | None) -> float:
    """CPU seconds of a process by now."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def ours(pair: Pair, features: npt.NDArray[np.floating], repeat: int) -> float:
    """CPU seconds of station, server and worker for a batch, sent so many times; each machine does its part in one go."""
    pair.server._evaluator.start()
    worker = pair.server._evaluator.process_id
    before = time.process_time() + worker_seconds(worker)
    requests = [frame for _ in range(repeat) for frame in pair.station.encrypt(features)]
    replies = [pair.server.evaluate(frame) for frame in requests]
    for reply in replies:
        pair.station.decrypt(reply)
    assert pair.server._evaluator.process_id == worker
    return (time.process_time() + worker_seconds(worker) - before) / repeat


def timed(call: Callable[[], Any]) -> float:
    before = time.process_time()
    call()
    return time.process_time() - before


def race(pair: Pair, features: npt.NDArray[np.floating], batch: int, rounds: int, *, with_tenseal: bool = True) -> list[Way]:
    """Rounds of every way that fits a batch of this size, in turn."""
    rows = features[np.arange(batch) % len(features)]
    exact = rows.astype(np.float64)
    ways: dict[str, tuple[int, Callable[[], float]]] = {
        "docpriv": (batch, lambda: ours(pair, rows, _SINGLES if batch == 1 else 1))
    }
    if with_tenseal and batch == 1:
        galois = documented_context(rotations=True)
        ways["ckks_vector.mm"] = (1, lambda: timed(lambda: by_vector(galois, exact[0], pair.weights, pair.bias)))
    elif with_tenseal:
        documented, lazy = documented_context(rotations=False), lazy_context()
        some = exact[:SLOTS]
        ways["ckks_tensor, documented"] = (len(some), lambda: timed(lambda: by_tensor(documented, some, pair.weights, pair.bias)))
        ways["ckks_tensor, no rescale"] = (len(some), lambda: timed(lambda: by_tensor(lazy, some, pair.weights, pair.bias)))
    spent: dict[str, list[float]] = {name: [] for name in ways}
    ours(pair, rows[:1], 1)
    ours(pair, rows, 1)  # plaintexts are encoded and memory is there
    for _ in range(rounds):
        for name, (_, run) in ways.items():
            spent[name].append(run())
    return [Way(name=name, documents=documents, seconds=spent[name]) for name, (documents, _) in ways.items()]


def main(arguments: list[str] | None = None) -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--features", type=Path, help="float32 (n, d) as .npy; default: scans of digits")
    ask.add_argument("--model", type=Path, help="the classifier that they are for")
    ask.add_argument("--batches", type=int, nargs="*", default=[1, 16, 256, 4096])
    ask.add_argument("--rounds", type=int, default=5)
    ask.add_argument("--dimension", type=int, default=256, help="of the features that are timed (their values do not matter)")
    ask.add_argument("--classes", type=int, default=16)
    ask.add_argument("--without-tenseal", action="store_true", help="docpriv alone")
    a = ask.parse_args(arguments)
    if (a.features is None) != (a.model is None):
        ask.error("--features and --model go together")
    with TemporaryDirectory() as folder:
        place = Path(folder)
        if a.features is None:
            features, weights, bias = made.digits()
        else:
            head = Classifier.load(a.model).head
            assert head is not None
            features, weights, bias = np.load(a.features), head.weights / head.temperature, head.bias / head.temperature
        pair = make_pair(place / "given", weights, bias)
        print(f"{len(features)} vectors, {features.shape[1]} features, {len(bias)} classes; tau {pair.model.card.tau:.1f}")
        print(
            f"{'layout':8}{'margin > 10 x error':>22}{'of these equal':>16}{'undecided':>11}{'wrong':>7}{'largest error':>15}"
            f"{'kB up':>9}{'kB down':>9}"
        )
        with pair.server:
            for layout in ("rcp", "rfm"):
                f = agreement(pair, features, layout)
                print(
                    f"{f.layout:8}{f.clear:>22}{f.clear_equal:>16}{f.undecided:>11}{f.wrong:>7}{f.error:>15.1e}"
                    f"{f.up / f.documents / 1000:>9.2f}{f.down / f.documents / 1000:>9.2f}"
                )
        pair = make_pair(place / "timed", dimension=a.dimension, classes=a.classes)
        rows = made.unit_rows(max([1, *a.batches]), a.dimension)
        print(
            f"\nerrors above in units of tau; the profile states {LIN_1.error:.0e}\n\n{a.dimension} features, {a.classes} "
            f"classes, {a.rounds} rounds: CPU ms a document"
        )
        print(f"{'batch':>6}  {'way':26}{'median':>10}{'least':>10}{'times ours':>12}{'kB up':>9}{'kB down':>9}")
        with pair.server:
            for batch in a.batches:
                sizes = agreement(pair, rows[:batch], "rfm" if batch >= 128 else "rcp")
                ways = race(pair, rows, batch, a.rounds, with_tenseal=not a.without_tenseal)
                first = ways[0].milliseconds()[0]
                for way in ways:
                    middle, least = way.milliseconds()
                    sent = f"{sizes.up / batch / 1000:>9.2f}{sizes.down / batch / 1000:>9.2f}" if way is ways[0] else ""
                    print(f"{batch:>6}  {way.name:26}{middle:>10.3f}{least:>10.3f}{middle / first:>12.1f}{sent}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
