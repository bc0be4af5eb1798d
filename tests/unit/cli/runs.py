"""Runs of the program with workers that only pretend: what a document ends as is told by its content."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from docpriv.api import OnProgress, PreparedRun
from docpriv.batch.job import Outcome, Progress, Task
from docpriv.cli.app import main
from docpriv.errors import CorruptInput, DocprivError, ExitCode, WithheldError
from docpriv.model import Kind
from docpriv.records import CheckRecord, DocumentRecord, PageRecord, ReasonRecord, RecipeRecord, RegionRecord


@dataclass(frozen=True)
class Ended:
    """What a run of the program left."""

    code: int
    out: str
    err: str


def picture(path: Path, shade: int = 255) -> Path:
    """A small PNG; its shade makes its content its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ok, data = cv2.imencode(".png", np.full((20, 20, 3), shade, np.uint8))
    assert ok
    path.write_bytes(data.tobytes())
    return path


def region(kind: Kind) -> RegionRecord:
    reason = ReasonRecord(kind=kind, score=0.9, detector="fields", reason="label")
    return RegionRecord(boxes=((1, 2, 3, 4),), reasons=(reason,))


def record(
    document: str,
    status: str,
    *,
    page_status: str = "verified",
    because: tuple[str, ...] = (),
    checks: tuple[CheckRecord, ...] = (),
) -> DocumentRecord:
    page = PageRecord.model_validate(
        {
            "index": 0,
            "status": page_status,
            "width": 20,
            "height": 20,
            "regions": (region(Kind.PERSON),) * 2,
            "not_covered": {"DATE": 1},
            "withheld_because": because,
            "checks": checks,
        }
    )
    return DocumentRecord.model_validate(
        {
            "document": document,
            "status": status,
            "pages": (page,),
            "seconds": {"read": 1.0},
            "recipe": RecipeRecord(name="redact", version=1, sha256="ab" * 32),
        }
    )


def _bare(document: str, name: str, good: str) -> DocumentRecord:
    """A record without an area; see `pretend`."""
    checks = (CheckRecord(name="container:had-javascript", ok=False),) if name.startswith("extra") else ()
    because = ("script-not-covered",) if name.startswith("unsure") else ()
    made = record(document, "found" if (checks or because) and good == "clean" else good, because=because, checks=checks)
    return made.model_copy(update={"pages": (made.pages[0].model_copy(update={"regions": ()}),)})


def pretend(monkeypatch: pytest.MonkeyPatch, *, interrupt_after: int | None = None) -> list[PreparedRun]:
    """Replace the workers. Names decide: held* is withheld, bad* fails, bug* is a bug, found* is not clean; of scan and verify,
    blank* has no areas, unsure* neither, but a page that cannot be judged, and extra* neither, but a script in the file.
    """
    runs: list[PreparedRun] = []

    def carry_out(run: PreparedRun, *, workers: int = 1, on_progress: OnProgress | None = None) -> Iterator[tuple[int, Outcome]]:
        runs.append(run)
        for index, one in enumerate(run.documents):
            if index == interrupt_after:
                raise KeyboardInterrupt
            job = run.make(one)
            if on_progress is not None:
                on_progress(Progress(document=job.document, stage="read", page=0, pages=1))
            name = one.source.name
            error: DocprivError | None = None
            good = {Task.SCAN: "scanned", Task.VERIFY: "clean"}.get(job.task, "released")
            made: DocumentRecord | None = record(job.document, good)
            code = ExitCode.OK
            if name.startswith("held"):
                error = WithheldError("1 of 1 page(s) withheld (page 1): check:values-gone")
                made = record(job.document, "withheld", page_status="withheld", because=("check:values-gone",))
            elif name.startswith("bad"):
                error, made = CorruptInput("the data is damaged"), None
            elif name.startswith("bug"):
                error, made = DocprivError("internal error: ValueError at x.py:1"), None
            elif name.startswith("found"):
                made = record(job.document, "found", checks=(CheckRecord(name="container:had-javascript", ok=False),))
                code = ExitCode.WITHHELD
            elif name.startswith(("blank", "unsure", "extra")):
                made = _bare(job.document, name, good)
                code = ExitCode.OK if made.status == good else ExitCode.WITHHELD
            yield index, Outcome(job=job, exit_code=error.exit_code if error else code, record=made, error=error)

    monkeypatch.setattr("docpriv.cli.outcome.carry_out", carry_out)
    return runs


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path, terminal: bool = False, stdin: bytes = b"") -> Ended:
    """`docpriv ARGUMENTS`, as from a shell."""
    out, err = (_Terminal(), _Terminal()) if terminal else (io.StringIO(), io.StringIO())
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main([str(argument) for argument in arguments])
    return Ended(code=code, out=out.getvalue(), err=err.getvalue())


def lines(text: str) -> Sequence[Any]:
    """JSON lines."""
    import json

    return [json.loads(line) for line in text.splitlines()]
