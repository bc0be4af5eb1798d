"""The bar says of each time what it is."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from rich.console import Console
from rich.progress import Progress

from docpriv.batch.job import Task
from docpriv.batch.logged_run import LoggedRun
from docpriv.cli.job_display import JobBar
from docpriv.cli.progress import Bar, TimesColumn


def drawn(progress: Progress) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(progress.get_renderable())
    return out.getvalue()


def test_a_bar_that_cannot_tell_the_time_left_shows_none() -> None:
    run = cast(LoggedRun, SimpleNamespace(job=SimpleNamespace(source=Path("/in"))))
    for bar in (Bar(5, Task.REDACT, {})._progress, JobBar(run, Path("in"))._progress):
        assert re.search(r"\d:\d\d:\d\d elapsed", drawn(bar))
        assert "left" not in drawn(bar)


def test_the_time_that_passed_is_not_shown_as_the_time_left() -> None:
    clock = [100.0]
    bar = Progress(TimesColumn(), get_time=lambda: clock[0])
    task = bar.add_task("", total=10.0)
    clock[0] = 132.0
    assert drawn(bar).strip() == "0:00:32 elapsed"
    for seconds, done in ((136.0, 1.0), (140.0, 2.0), (144.0, 3.0)):
        clock[0] = seconds
        bar.update(task, completed=done)
    assert drawn(bar).strip() == "0:00:44 elapsed, about 0:00:28 left"
