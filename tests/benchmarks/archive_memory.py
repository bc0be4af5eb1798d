"""Memory over a long document, and time and memory over many documents: neither may grow with the number.

    python -m tests.benchmarks.archive_memory long [--pages N] [--kind pdf|tiff] [--engine fake|rapid] [--every N]
    python -m tests.benchmarks.archive_memory many [--documents N]

`long`: one document of so many pages, drawn for this, as an archive job with one worker; memory of the runner and of the
worker (PSS, 10^6 bytes) at every so many pages, while pages are read and again while they are covered, verified and
written. Goal: the last page within 50 MB of page 100 of the same pass. `many`: a tree of small pages for the fake engine,
one worker, which is replaced every 200 documents; CPU milliseconds a document and memory of the runner, by tenths. The
walk of the tree has a thread of its own and does not count. Goal: the last tenth within 5 % of the first.
A goal that is missed makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import psutil
from PIL import Image, TiffImagePlugin

from docpriv.model import Pixels
from docpriv.ocr import fake
from docpriv.run_options import RunOptions

ROOT = Path(__file__).parents[2]
GROWTH_MB = 50.0
GROWTH_TIME = 0.05
_SETTLED = 100  # pages after which memory may not grow any more
_LINES, _LENGTH = 30, 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Memory when a page (from 1) reached a stage, in MB."""

    stage: str
    page: int
    runner: float
    worker: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """CPU milliseconds a document of the runner's own thread and of the worker, and memory of the runner in MB."""

    documents: int
    runner_ms: float
    worker_ms: float
    runner_mb: float


# --- drawing -----------------------------------------------------------------------------------------------------------


def drawn(engine: str, pages: int) -> Iterator[Pixels]:
    """Pages full of text; for a real engine ten of the evaluation's letters over and over."""
    if engine == "fake":
        rng = np.random.default_rng(7)
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz    "))
        for number in range(pages):
            lines = ["".join(row) for row in letters[rng.integers(0, len(letters), (_LINES, _LENGTH))]]
            yield fake.page([f"Dear @Jane{number} Doe", *lines])
        return
    from docpriv_lab.pages.generator import generate

    letters_drawn = [generate("letter", seed, "easy").pixels for seed in range(min(10, pages))]
    for number in range(pages):
        yield letters_drawn[number % len(letters_drawn)]


def write_long(path: Path, engine: str, pages: int) -> None:
    """A grey PDF or TIFF, a page in memory at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".tiff":
        with TiffImagePlugin.AppendingTiffWriter(str(path), True) as file:
            for page in drawn(engine, pages):
                Image.fromarray(page).convert("L").save(file, format="TIFF", compression="tiff_adobe_deflate", dpi=(100, 100))
                file.newFrame()
        return
    with pikepdf.new() as pdf:
        for page in drawn(engine, pages):
            grey = np.asarray(Image.fromarray(page).convert("L"))
            height, width = grey.shape
            image = pikepdf.Stream(
                pdf,
                b"",
                {
                    "/Type": pikepdf.Name.XObject,
                    "/Subtype": pikepdf.Name.Image,
                    "/Width": width,
                    "/Height": height,
                    "/ColorSpace": pikepdf.Name.DeviceGray,
                    "/BitsPerComponent": 8,
                },
            )
            image.write(zlib.compress(grey.tobytes()), filter=pikepdf.Name.FlateDecode)
            sheet = pdf.add_blank_page(page_size=(width * 0.72, height * 0.72))
            sheet.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
            sheet.Contents = pdf.make_stream(f"q {width * 0.72} 0 0 {height * 0.72} 0 0 cm /Im0 Do Q".encode())
        pdf.save(path)


# --- measuring ---------------------------------------------------------------------------------------------------------


def measured(root: Path, *, engine: str, every: int = 0) -> list[dict[str, Any]]:
    """Run the job over `root/in` in a process of its own; what that says, line by line."""
    environment = {**os.environ, "DOCPRIV_TESTING": "1", "OMP_NUM_THREADS": "1"}
    words = ["run", "--root", str(root), "--engine", engine, "--every", str(every)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.archive_memory", *words],
        stdout=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def run_and_say(root: Path, *, engine: str, every: int) -> None:
    """The runner. `every`: pages between two samples of memory; 0 for a line a document instead."""
    from docpriv.batch.archive_run import open_run
    from docpriv.batch.jobs import Progress
    from docpriv.recipes import load_recipe

    me = psutil.Process()

    def page(event: Progress) -> None:
        if every and (event.stage in ("read", "written")) and ((event.page + 1) % every == 0 or event.page + 1 == event.pages):
            worker = sum(child.memory_full_info().pss for child in me.children())
            say(stage=event.stage, page=event.page + 1, runner=me.memory_full_info().pss / 1e6, worker=worker / 1e6)

    def say(**values: object) -> None:
        print(json.dumps(values), flush=True)

    run = open_run(
        root / "job",
        root / "in",
        root / "out",
        options=RunOptions(recipe=load_recipe("redact", [f"reading.engine={engine}"])),
        workers=1,
    )
    for ended, step in enumerate(run.steps(page), start=1):
        state = str(step.said.state)
        if not every:
            alive = sum(sum(child.cpu_times()[:2]) for child in me.children())
            gone = resource.getrusage(resource.RUSAGE_CHILDREN)
            say(
                document=ended,
                state=state,
                runner=time.thread_time(),
                worker=alive + gone.ru_utime + gone.ru_stime,
                mb=me.memory_full_info().pss / 1e6 if ended % 20 == 0 else 0.0,
            )
        else:
            say(ended=state)
    run.finish()
    run.close()


def long_document(kind: str, pages: int, *, engine: str, every: int) -> list[Sample]:
    with tempfile.TemporaryDirectory(prefix="docpriv-long-") as folder:
        write_long(Path(folder) / "in" / f"long.{kind}", engine, pages)
        said = measured(Path(folder), engine=engine, every=every)
    states = [line["ended"] for line in said if "ended" in line]
    if states != ["released"]:
        raise SystemExit(f"the document ended as {states}")
    return [Sample(**line) for line in said if "stage" in line]


def growth(samples: list[Sample], stage: str) -> float:
    """MB by which runner and worker together grew in a pass from page 100, or from the first sample of a shorter one."""
    of_stage = [s for s in samples if s.stage == stage]
    settled = next((s for s in of_stage if s.page >= _SETTLED), of_stage[0])
    last = of_stage[-1]
    return last.runner + last.worker - settled.runner - settled.worker


def many_documents(count: int) -> list[Tenth]:
    from tests.e2e.runs import write_page

    with tempfile.TemporaryDirectory(prefix="docpriv-many-") as folder:
        for i in range(count):
            write_page(Path(folder) / "in" / f"box{i % 20}" / f"page{i}.png", [f"Dear @Jane{i} Doe", f"account #4411{i}"])
        said = measured(Path(folder), engine="fake")
    if {line["state"] for line in said} != {"released"} or len(said) != count:
        raise SystemExit("not every document was released")
    return tenths(said)


def tenths(said: list[dict[str, Any]]) -> list[Tenth]:
    """A tenth has what its documents cost and the start of a worker, if there was one. The runner counts from the first
    document of all on: what it did before that is its own start.
    """
    parts, size = [], len(said) // 10
    for number in range(10):
        part = said[number * size : (number + 1) * size]
        before = said[number * size - 1] if number else {"runner": part[0]["runner"], "worker": 0.0}
        counted = len(part) - (number == 0)
        parts.append(
            Tenth(
                documents=len(part),
                runner_ms=1000 * (part[-1]["runner"] - before["runner"]) / counted,
                worker_ms=1000 * (part[-1]["worker"] - before["worker"]) / len(part),
                runner_mb=max(line["mb"] for line in part),
            )
        )
    return parts


def _show_long(kind: str, samples: list[Sample]) -> bool:
    print(f"{kind}: memory in MB (PSS)\n{'stage':<10}{'page':>6}{'runner':>9}{'worker':>9}")
    for sample in samples:
        print(f"{sample.stage:<10}{sample.page:>6}{sample.runner:>9.1f}{sample.worker:>9.1f}")
    good = True
    for stage in ("read", "written"):
        grew = growth(samples, stage)
        good &= grew <= GROWTH_MB
        print(f"{stage}: {grew:+.1f} MB from page {_SETTLED} to the last (goal: {GROWTH_MB:.0f})", flush=True)
    return good


def _show_many(parts: list[Tenth]) -> bool:
    print(f"{'tenth':>5}{'documents':>10}{'runner ms':>11}{'worker ms':>11}{'runner MB':>11}")
    for number, part in enumerate(parts, start=1):
        print(f"{number:>5}{part.documents:>10}{part.runner_ms:>11.2f}{part.worker_ms:>11.2f}{part.runner_mb:>11.1f}")
    first, last = (part.runner_ms + part.worker_ms for part in (parts[0], parts[-1]))
    print(
        f"last tenth against the first: {last / first - 1:+.1%} CPU a document (goal: {GROWTH_TIME:.0%}), "
        f"{parts[-1].runner_mb - parts[0].runner_mb:+.1f} MB"
    )
    return last <= first * (1 + GROWTH_TIME)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("how", choices=["long", "many", "run"], help="run: for its own use")
    ask.add_argument("--pages", type=int, default=1000)
    ask.add_argument("--documents", type=int, default=2000)
    ask.add_argument("--kind", choices=["pdf", "tiff"], help="default: both")
    ask.add_argument("--engine", default="fake")
    ask.add_argument("--every", type=int, default=50)
    ask.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    a = ask.parse_args()
    if a.how == "run":
        run_and_say(a.root, engine=a.engine, every=a.every)
        return
    good = True
    if a.how == "many":
        good = _show_many(many_documents(a.documents))
    else:
        for kind in [a.kind] if a.kind else ["pdf", "tiff"]:
            good &= _show_long(kind, long_document(kind, a.pages, engine=a.engine, every=a.every))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
