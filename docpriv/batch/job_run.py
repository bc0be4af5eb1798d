"""What every runner of an archive job has, wherever it works: job, recipe, and the walk that fills the ledger.

A walk that was broken off is the runner's error, so that no job ends as if all had been seen.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from docpriv import __version__
from docpriv.batch.job import Job, Progress, State, Task
from docpriv.batch.job_folder import JobFolder
from docpriv.batch.ledger import Added, Ledger, Place
from docpriv.batch.locks import Descriptors, dead_runners, working_in
from docpriv.batch.packed import EntryKind
from docpriv.batch.walk import walk_tree
from docpriv.errors import DocprivError, InputError, OutputError
from docpriv.files import path_text
from docpriv.recipes import recipe_sha256, require
from docpriv.run_options import RunOptions
from docpriv.work.child import scrubbed

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A document of the job reached an end, or was put back: ids, counts, codes and messages, which may be said anywhere.

    `state` None: it waits again, for `error`. `seconds`: CPU; None where there is no record. `because`: why pages were
    withheld, by page from 1. `shown`: where it lay, for the owner's terminal; it does not travel.
    """

    place: str
    document: str
    state: State | None
    pages: int = 0
    seconds: float | None = None
    error: str | None = None
    message: str = ""
    advice: str = ""
    died: bool = False
    already: bool = False
    because: tuple[tuple[int, tuple[str, ...]], ...] = ()
    shown: Annotated[str, Field(exclude=True)] = field(default="", repr=False)


@dataclass(slots=True, kw_only=True)
class Fill:
    """The walk, in a thread of its own: what it entered and what it passed over, by kind, and what kept it from the end."""

    added: Added = field(default_factory=Added)
    passed: Counter[EntryKind] = field(default_factory=Counter)
    done: bool = False
    error: DocprivError | None = None

    @property
    def passed_over(self) -> dict[str, int]:
        """Files that are no documents, linked folders, hidden files and folders: none of them was entered."""
        kinds = {"passed_over": EntryKind.OTHER, "linked": EntryKind.LINKED, "hidden": EntryKind.HIDDEN}
        return {name: self.passed[kind] for name, kind in kinds.items()}


class JobRun(ABC):
    """A runner's job and its walk. `log`: a line for the job's log; `idle`: called now and then while there is nothing to do."""

    def __init__(self, job: JobFolder, options: RunOptions, *, workers: int) -> None:
        require(options.recipe)
        self.job, self.recipe, self.workers = job, options.recipe, workers
        self.fill = Fill()
        self.log: Callable[..., None] = lambda event, **values: None
        self.idle: Callable[[], None] = lambda: None
        self._digest = recipe_sha256(options.recipe)
        self._base = Job(document="", task=Task.REDACT, source=Path(), options=options)

    def steps(self, on_progress: OnProgress | None = None) -> Generator[Step, None, None]:
        """Do what is to be done until nothing waits and nobody holds a lease; closing it ends whatever works, and gives back
        what that held. A DocprivError where the job cannot go on.
        """
        with Ledger(self.job.ledger, self.job.id) as ledger:
            ledger.give_back_all(dead_runners(ledger.runners()))
            with working_in(self.job.path) as held:
                yield from self._work(ledger, held, on_progress)
        if self.fill.error is not None:
            raise self.fill.error

    @abstractmethod
    def _work(self, ledger: Ledger, held: Descriptors, on_progress: OnProgress | None) -> Generator[Step, None, None]:
        """The steps of this runner. `held`: what its workers inherit."""

    @contextmanager
    def _threads(self, *targets: Callable[[threading.Event], None]) -> Iterator[None]:
        """Threads beside the body, which are told to stop at its end, and get a while for that."""
        stop = threading.Event()
        threads = [threading.Thread(target=one, args=(stop,), daemon=True) for one in targets]
        try:
            for thread in threads:
                thread.start()
            yield
        finally:
            stop.set()
            for thread in threads:
                if thread.is_alive():
                    thread.join(timeout=10.0)

    def _walk(self, stop: threading.Event) -> None:
        """Fill the ledger, in a thread."""
        with self._filling("the source cannot be walked", InputError), Ledger(self.job.ledger, self.job.id) as ledger:
            self.fill.added = ledger.add(self._places(stop), recipe=self._digest, version=__version__)

    @contextmanager
    def _filling(self, what: str, system: type[InputError | OutputError]) -> Iterator[None]:
        """Whatever ends the filling is noted, so that a job never ends as if all had been seen."""
        try:
            yield
        except DocprivError as exc:
            self.fill.error = exc
        except OSError as exc:
            self.fill.error = system(f"{what} ({exc.strerror})")
        except Exception as exc:
            self.fill.error = DocprivError(f"internal error: {what}: {scrubbed(exc)}")
        finally:
            self.fill.done = True

    def _places(self, stop: threading.Event) -> Iterator[Place]:
        for one in walk_tree(self.job.source, exclude=(self.job.out, self.job.path)):
            if stop.is_set():
                return
            if one.kind is not EntryKind.DOCUMENT:
                self.fill.passed[one.kind] += 1
                continue
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
