"""What a page of an archive costs: docpriv beside the bare models, beside itself unverified, with two workers, other readers.

    python -m tests.benchmarks.archive [--pages DIR] [--count N] [--engine-python ENGINE=PYTHON ...] [--rounds N] [FILE ...]

The same pages for all, one after the other: of each page first docpriv with each reader, each in a process of its own that
has its engines loaded; then T0, every model call of docpriv's first pass over the page, recorded and replayed alone. Then
`docpriv batch` over all of them with one worker and with two, in turns. CPU seconds of all processes; `verify` is the share
of the checks before the release, so that `total - verify` is what redacting without verification costs. Pages a minute are
those of one processor that has nothing else to do. Where a page is read differently, other areas are covered and repaired:
readers are compared as they come, not at the same result.

Readers: rapid and paddle; tesseract where it is installed, in the Python that runs this or in the one that
`--engine-python paddle=/path/to/python` names. Default pages: the project's sample documents and drawn pages, to 40 pages.
Goals: two workers cost at most 1.05 of one a page; a goal that is missed makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image

from docpriv.run_options import RunOptions

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_docs"
READERS = ("rapid", "paddle", "tesseract")
WORKERS_GOAL = 1.05
_SUFFIXES = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".bmp", ".webp"}
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """CPU seconds of documents: all of it, its checks, and T0, the models alone (0 where their calls cannot be seen)."""

    pages: int
    total: float
    verify: float
    alone: float
    released: int
    documents: int

    def line(self, name: str) -> str:
        page = self.total / self.pages
        bare = (self.total - self.verify) / self.pages
        over = f"{(self.total - self.verify) / self.alone:.3f}" if self.alone else "-"
        return (
            f"{name:<12}{self.documents:>5}{self.pages:>6}{page:>9.2f}{60 / page:>8.1f}{bare:>12.2f}{60 / bare:>8.1f}"
            f"{self.alone / self.pages:>8.2f}{over:>10}{self.released:>10}"
        )


HEAD = (
    f"{'reader':<12}{'docs':>5}{'pages':>6}{'s/page':>9}{'/min':>8}{'unverified':>12}{'/min':>8}{'T0':>8}{'over T0':>10}"
    f"{'released':>10}"
)


# --- pages -------------------------------------------------------------------------------------------------------------


def gather(folder: Path, files: list[Path], count: int) -> list[Path]:
    """Copies of the files, under names of their own, until `count` pages are reached; drawn pages after them."""
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    pages = 0
    for number, file in enumerate(files):
        if pages >= count:
            return taken
        taken.append(folder / f"doc{number:03d}{file.suffix}")
        shutil.copyfile(file, taken[-1])
        pages += _pages(file)
    return taken


def draw(folder: Path, count: int) -> list[Path]:
    """Pages of the evaluation's generator: every kind at every difficulty in turn."""
    from docpriv_lab.pages.degrade import DIFFICULTIES
    from docpriv_lab.pages.generator import generate
    from docpriv_lab.pages.kinds import KINDS

    folder.mkdir(parents=True, exist_ok=True)
    kinds = sorted(KINDS)
    drawn = []
    for number in range(count):
        drawn.append(folder / f"drawn{number:03d}.png")
        page = generate(kinds[number % len(kinds)], 7000 + number, DIFFICULTIES[number // len(kinds) % len(DIFFICULTIES)])
        Image.fromarray(page.pixels).save(drawn[-1])
    return drawn


def _pages(file: Path) -> int:
    if file.suffix.lower() == ".pdf":
        import pypdfium2

        with pypdfium2.PdfDocument(file) as pdf:
            return len(pdf)
    with Image.open(file) as image:
        return getattr(image, "n_frames", 1)


# --- one page after the other ------------------------------------------------------------------------------------------


class Reader:
    """docpriv with one reading engine in a process of its own, asked for one document at a time."""

    def __init__(self, engine: str, python: str, sets: list[str]) -> None:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "DOCPRIV_TESTING": "1"}
        words = [python, "-m", "tests.benchmarks.archive", "--serve", engine, *(f"--set={s}" for s in sets)]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True
        )

    def ask(self, file: Path) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        if not said:
            raise SystemExit("a reader ended")
        answer: Answer = json.loads(said)
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve(engine: str, sets: list[str]) -> None:
    """Answer for each path that comes in on standard input."""
    import cv2

    from docpriv.errors import DocprivError
    from docpriv.pipeline import Request, open_engines, redact_document
    from docpriv.recipes import load_recipe
    from tests.benchmarks.page_time import Recorder

    cv2.setNumThreads(1)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # no library's word among the answers
    recorder = Recorder()
    recipe = load_recipe("redact", [f"reading.engine={engine}", *sets])
    engines = open_engines(recipe)
    with tempfile.TemporaryDirectory(prefix="docpriv-archive-") as folder:
        for line in sys.stdin:
            source = Path(line.rstrip("\n"))
            recorder.calls.clear()
            recorder.on = True
            began = _cpu(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            try:
                record, error = redact_document(
                    Request(
                        document="doc-benchmark",
                        source=source,
                        options=RunOptions(recipe=recipe, force=True),
                        target=Path(folder) / source.name,
                    ),
                    engines,
                    recorder.observe,
                )
            except DocprivError as exc:
                print(json.dumps({"error": exc.code}), file=answers, flush=True)
                continue
            total = _cpu(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) - began
            recorder.on = False
            alone = recorder.replay() if recorder.calls else 0.0
            print(
                json.dumps(
                    {
                        "pages": len(record.pages),
                        "total": total,
                        "verify": record.seconds.get("verify", 0.0),
                        "alone": alone,
                        "released": int(error is None),
                        "error": None,
                    }
                ),
                file=answers,
                flush=True,
            )


def page_by_page(files: list[Path], readers: dict[str, str], *, rounds: int, sets: list[str]) -> dict[str, Cost]:
    """Every document with every reader in turn, the first one twice to warm up; medians of the rounds."""
    opened = {engine: Reader(engine, python, sets) for engine, python in readers.items()}
    try:
        for reader in opened.values():
            reader.ask(files[0])
        answers: dict[str, list[list[Answer]]] = {engine: [] for engine in opened}
        for file in files:
            by_round = [{engine: reader.ask(file) for engine, reader in opened.items()} for _ in range(rounds)]
            for engine in opened:
                answers[engine].append([one[engine] for one in by_round])
            print(
                f"{file.name}: " + "; ".join(f"{engine} {_short(one)}" for engine, one in by_round[-1].items()), file=sys.stderr
            )
    finally:
        for reader in opened.values():
            reader.close()
    costs = {}
    for engine, documents in answers.items():
        good = [rows for rows in documents if rows[0]["error"] is None]
        middle = {
            name: sum(statistics.median(row[name] for row in rows) for rows in good) for name in ("total", "verify", "alone")
        }
        costs[engine] = Cost(
            pages=sum(rows[0]["pages"] for rows in good),
            released=sum(rows[0]["released"] for rows in good),
            documents=len(good),
            **middle,
        )
    return costs


def _short(answer: Answer) -> str:
    if answer["error"]:
        return str(answer["error"])
    return f"{answer['total']:.1f} s, of it verifying {answer['verify']:.1f}, models alone {answer['alone']:.1f}"


def _cpu(*who: int) -> float:
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, who))


# --- one worker and two ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A whole `docpriv batch`: CPU seconds of its processes, and of its documents' stages alone; pages."""

    cpu: float
    stages: float
    pages: int


def batch(source: Path, workers: int, *, engine: str, sets: list[str]) -> Job:
    with tempfile.TemporaryDirectory(prefix="docpriv-archive-") as folder:
        began = _cpu(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "docpriv.cli.app",
                "batch",
                str(source),
                f"{folder}/out",
                "--job",
                f"{folder}/job",
                "--workers",
                str(workers),
                "--json",
                "--set",
                f"reading.engine={engine}",
                *(word for one in sets for word in ("--set", one)),
            ],
            stdout=subprocess.PIPE,
            check=False,
            env={**os.environ, "OMP_NUM_THREADS": "1", "DOCPRIV_TESTING": "1"},
            cwd=ROOT,
        )
        said = json.loads(done.stdout)
        if not said["complete"]:
            raise SystemExit("the job did not come to its end")
        return Job(cpu=_cpu(resource.RUSAGE_CHILDREN) - began, stages=sum(said["seconds"].values()), pages=said["pages"])


def one_and_two(source: Path, *, engine: str, rounds: int, sets: list[str]) -> tuple[list[Job], list[Job]]:
    """Jobs with one worker and with two, in turns, so that what else the machine does meets both."""
    one, two = [], []
    for number in range(rounds):
        for workers in (1, 2) if number % 2 == 0 else (2, 1):
            (one if workers == 1 else two).append(batch(source, workers, engine=engine, sets=sets))
    return one, two


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="*", type=Path)
    ask.add_argument("--pages", type=Path, metavar="DIR", help="take the pages of this folder")
    ask.add_argument("--count", type=int, default=40, help="pages")
    ask.add_argument("--rounds", type=int, default=1)
    ask.add_argument("--engine", action="append", choices=[*READERS, "fake"], help="readers; default: those that are here")
    ask.add_argument("--engine-python", action="append", default=[], metavar="ENGINE=PYTHON")
    ask.add_argument("--set", action="append", default=[], dest="sets", metavar="KEY=VALUE", help="of the recipe")
    ask.add_argument("--no-batch", action="store_true", help="leave out the jobs with one worker and with two")
    ask.add_argument("--serve", help=argparse.SUPPRESS)
    a = ask.parse_args()
    if a.serve:
        serve(a.serve, a.sets)
        return
    pythons = dict(word.split("=", 1) for word in a.engine_python)
    here = {
        "rapid": True,
        "paddle": True,
        "tesseract": find_spec("tesserocr") is not None or shutil.which("tesseract") is not None,
    }
    chosen = a.engine or [engine for engine in READERS if engine in pythons or here[engine]]
    with tempfile.TemporaryDirectory(prefix="docpriv-archive-") as folder:
        given = a.files or sorted(p for p in (a.pages or SAMPLES).iterdir() if p.suffix.lower() in _SUFFIXES)
        files = gather(Path(folder) / "in", given, a.count)
        short = a.count - sum(map(_pages, files))
        if not a.files and a.pages is None:
            files += draw(Path(folder) / "in", short)
        print(f"{len(files)} documents, {sum(map(_pages, files))} pages\n{HEAD}")
        for engine, cost in page_by_page(
            files, {engine: pythons.get(engine, sys.executable) for engine in chosen}, rounds=a.rounds, sets=a.sets
        ).items():
            print(cost.line(engine), flush=True)
        if not a.no_batch:
            sys.exit(0 if _show_workers(Path(folder) / "in", chosen[0], a.rounds, a.sets) else 1)


def _show_workers(source: Path, engine: str, rounds: int, sets: list[str]) -> bool:
    one, two = one_and_two(source, engine=engine, rounds=rounds, sets=sets)
    for name, jobs in (("one worker", one), ("two workers", two)):
        cpu, stages = (statistics.median(getattr(job, field) for job in jobs) / jobs[0].pages for field in ("cpu", "stages"))
        print(f"{name:<12}{cpu:.2f} CPU s a page, start and all; {stages:.2f} of them in the stages of documents")
    ratio = statistics.median(job.cpu for job in two) / statistics.median(job.cpu for job in one)
    print(f"two workers against one: {ratio:.3f} of the CPU a page (goal: {WORKERS_GOAL})", flush=True)
    return ratio <= WORKERS_GOAL


if __name__ == "__main__":
    main()
