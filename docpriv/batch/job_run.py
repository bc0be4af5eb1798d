"""What every runner of an archive job has, wherever it works: job, recipe, the walk that fills the ledger; refuses to end early.

A walk that was broken off is the runner's error, so that no job ends as if all had been seen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docpriv import __version__
from docpriv.batch.documents import Walked, walk_tree
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.jobs import Job, Task
from docpriv.batch.ledger import Added, Ledger, Place, State
from docpriv.errors import DocprivError, InputError
from docpriv.files import path_text
from docpriv.recipes import recipe_sha256, require
from docpriv.run_options import RunOptions
from docpriv.work.child import scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What may be said of a step anywhere: ids, counts, codes and messages. `seconds`: CPU; None where there is no record.

    `state` None: it was put back, to be tried again, for `error`. `because`: why pages were withheld, by page from 1.
    """

    document: str
    state: State | None
    pages: int
    seconds: float | None
    error: str | None
    died: bool
    already: bool
    message: str = ""
    advice: str = ""
    because: tuple[tuple[int, tuple[str, ...]], ...] = ()


@dataclass(slots=True, kw_only=True)
class Fill:
    """The walk, in a thread of its own: what it entered, and what kept it from the end."""

    added: Added = field(default_factory=Added)
    passed: int = 0  # files that are no documents
    linked: int = 0  # linked folders, not entered
    hidden: int = 0  # hidden files and folders, not entered
    done: bool = False
    error: DocprivError | None = None


class JobRun:
    """A runner's job and its walk."""

    def __init__(self, job: JobFolder, options: RunOptions, *, workers: int, walk: bool) -> None:
        require(options.recipe)
        self.job, self.recipe, self.workers = job, options.recipe, workers
        self.fill = Fill(done=not walk)
        self.say: Callable[..., None] = lambda event, **values: None  # a line for the job's log
        self.rested: Callable[[], None] = lambda: None  # called now and then while there is nothing to do
        self._digest = recipe_sha256(options.recipe)
        self._base = Job(document="", task=Task.REDACT, source=Path(), options=options)

    def _walk(self, stop: threading.Event) -> None:
        try:
            with Ledger(self.job.ledger, self.job.id) as ledger:
                self.fill.added = ledger.add(self._places(stop), recipe=self._digest, version=__version__)
        except DocprivError as exc:
            self.fill.error = exc
        except OSError as exc:
            self.fill.error = InputError(f"the source cannot be walked ({exc.strerror})")
        except Exception as exc:  # whatever it is: a job must never end as if all had been walked
            self.fill.error = DocprivError(f"internal error: the source cannot be walked: {scrubbed(exc)}")
        finally:
            self.fill.done = True

    def _places(self, stop: threading.Event) -> Iterator[Place]:
        for one in walk_tree(self.job.source, exclude=(self.job.out, self.job.path)):
            if stop.is_set():
                return
            if one.what is Walked.OTHER:
                self.fill.passed += 1
            elif one.what is Walked.LINKED:
                self.fill.linked += 1
            elif one.what is Walked.HIDDEN:
                self.fill.hidden += 1
            else:
                relative = path_text(one.relative)
                yield Place(
                    place=self.job.place(relative),
                    path=relative,
                    size=one.size,
                    mtime_ns=one.mtime_ns,
                    archive=None if one.archive is None else path_text(one.archive),
                    number=one.number,
                    media_type=one.media_type,
                )


def end_threads(threads: Iterable[threading.Thread], stop: threading.Event) -> None:
    """Tell threads to stop, and give them a while to do so."""
    stop.set()
    for thread in threads:
        if thread.is_alive():
            thread.join(timeout=10.0)
