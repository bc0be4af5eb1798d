"""Measure what a page costs beside the models' own work.

    python -m tests.benchmarks.page_time [--rounds N] [FILE ...]

For each page, interleaved: the whole run of docpriv by stage; T0, every model call that the run made, recorded and
replayed alone; and RapidOCR's own call at the settings that docpriv reads with. CPU seconds of one thread.
Faces, codes and ink are not looked for here: `tests.benchmarks.seeing_time` measures them.
Default pages: the project's sample documents.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import onnxruntime

from docpriv.formats.document import open_document
from docpriv.options import Limits, Recipe
from docpriv.pipeline import Request, open_engines, redact_document
from docpriv.recipes import load_recipe
from docpriv.run_options import RunOptions

SAMPLES = Path(__file__).parents[2] / "sample_docs"


class Recorder:
    """Keeps the inputs of every model call between `start` and `stop`."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, Any, Any]] = []
        self.on = False
        real = onnxruntime.InferenceSession.run
        self.real = real
        recorder = self

        def run(session: Any, names: Any, feed: Any, *more: Any) -> Any:
            if recorder.on:
                recorder.calls.append((session, names, {k: v.copy() for k, v in feed.items()}))
            return real(session, names, feed, *more)

        onnxruntime.InferenceSession.run = run

    def observe(self, stage: str, page: int, pages: int) -> None:
        """All calls after the first pass are verification's."""
        if stage == "found":
            self.on = False

    def replay(self) -> float:
        """CPU seconds of the recorded calls alone."""
        begin = time.process_time()
        for session, names, feed in self.calls:
            self.real(session, names, feed)
        return time.process_time() - begin


def rapid_call() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.text_score": 0.0,
            "Global.max_side_len": 4000,
            "Det.limit_side_len": 736,
            "Det.limit_type": "min",
            "Det.use_dilation": False,
            "Det.unclip_ratio": 1.5,
            "Det.box_thresh": 0.5,
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 64],
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )


def measure(files: list[Path], rounds: int) -> None:
    recorder = Recorder()
    recipe: Recipe = load_recipe("redact", [f"seeing.{what}=false" for what in ("faces", "codes", "plates", "writing")])
    engines = open_engines(recipe)
    rapid = rapid_call()
    totals: list[tuple[float, float, float, float, int]] = []
    print(
        f"{'file':<26}{'pages':>5}{'total':>8}{'verify':>8}{'T0':>8}{'(tot-ver)/T0':>13}{'ver/rest':>9}{'rapid':>8}{'tot/rapid':>10}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            rows = []
            for round_number in range(rounds + 1):
                recorder.calls.clear()
                recorder.on = True
                begin = time.process_time()
                record, error = redact_document(
                    Request(
                        document="doc-benchmark",
                        source=file,
                        options=RunOptions(recipe=recipe, force=True),
                        target=Path(folder) / file.name,
                    ),
                    engines,
                    recorder.observe,
                )
                total = time.process_time() - begin
                recorder.on = False
                if error is not None:
                    print(f"{file.name}: {error.message}")
                verify = record.seconds.get("verify", 0.0)
                alone = recorder.replay()
                with open_document(file, document="doc-benchmark", limits=Limits()) as document:
                    pages = [cv2.cvtColor(p.pixels, cv2.COLOR_RGB2BGR) for p in document.pages()]
                begin = time.process_time()
                for page in pages:
                    rapid(page)
                own = time.process_time() - begin
                if round_number:  # the first round warms up
                    rows.append((total, verify, alone, own, len(pages)))
            middle = tuple(statistics.median(r[i] for r in rows) for i in range(4))
            totals.append((*middle, rows[0][4]))
            _line(file.name, totals[-1])
    _line("all", tuple(sum(t[i] for t in totals) for i in range(5)))  # type: ignore[arg-type]


def _line(name: str, t: tuple[float, float, float, float, int]) -> None:
    total, verify, alone, own, pages = t
    print(
        f"{name:<26}{pages:>5}{total:>8.2f}{verify:>8.2f}{alone:>8.2f}{(total - verify) / alone:>13.3f}"
        f"{verify / (total - verify):>9.2f}{own:>8.2f}{total / own:>10.2f}"
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--rounds", type=int, default=2)
    a = ask.parse_args()
    files = a.files or sorted(p for p in SAMPLES.iterdir() if p.suffix in {".png", ".jpg"})
    measure(files, a.rounds)


if __name__ == "__main__":
    main()
