"""Documents of a command read by processes of their own, one document a process at a time; refuses to wait for ever.

A file that ends, hangs or fills its process costs its own reading and nothing else.
"""

from __future__ import annotations

import os
import secrets
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from docpriv.batch.documents import Found, document_id, find_documents, real
from docpriv.batch.jobs import allowed_seconds
from docpriv.batch.runner import default_workers
from docpriv.batch.wire import Inbox, error_from, send
from docpriv.classify.prepared import Prepared
from docpriv.errors import CorruptInput, DocprivError, EngineError, InputError, LimitExceeded, UsageError
from docpriv.options import Recipe

_MODULE = "docpriv.cli.classify_worker"
_BEGINNING = 60.0  # seconds more for the first document of a process, which loads models


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A document that was read, or why it was not. `document`: an id of this run; `shown`: its path as the user typed it."""

    document: str
    index: int
    shown: str = field(repr=False)
    pages: int = 0
    prepared: Prepared | None = field(default=None, repr=False)
    error: DocprivError | None = None


def documents_of(inputs: Sequence[Path]) -> tuple[Found, ...]:
    """Documents of files and folders, each once, in a stable order; InputError where there is none."""
    if not inputs:
        raise UsageError("no input is named")
    found: dict[Path, Found] = {}
    for one in find_documents(inputs).documents:
        found.setdefault(real(one.source), one)
    if not found:
        raise InputError(
            "no document was found in the inputs",
            remedy="docpriv reads PNG, JPEG, TIFF, BMP, WebP and PDF, whatever the file names.",
        )
    return tuple(found.values())


def read_all(
    documents: Sequence[Found], recipe: Recipe, *, pages: int, workers: int | None = None, password: str | None = None
) -> Iterator[Content]:
    """Each document's first `pages` pages, as they are done; `index` is the place in `documents`."""
    key = secrets.token_bytes(32)  # nothing is kept, so ids need to hold for this run only
    count = min(workers or default_workers(len(documents)), len(documents))
    idle: SimpleQueue[_Reader] = SimpleQueue()
    readers = [_Reader(recipe) for _ in range(count)]
    for reader in readers:
        idle.put(reader)

    def read(index: int, one: Found) -> Content:
        reader = idle.get()
        try:
            return reader.read(index, one, key, pages=pages, password=password)
        finally:
            idle.put(reader)

    pool = ThreadPoolExecutor(count)
    try:
        waiting: set[Future[Content]] = set()
        queue = iter(enumerate(documents))
        while True:
            for index, one in queue:
                waiting.add(pool.submit(read, index, one))
                if len(waiting) >= 2 * count:
                    break
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=lambda f: f.result().index):
                yield future.result()
    finally:
        for reader in readers:
            reader.close()
        pool.shutdown(cancel_futures=True)


class _Reader:
    """One process that reads, started when it is needed and again after one has died."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    def read(self, index: int, one: Found, key: bytes, *, pages: int, password: str | None) -> Content:
        name = "doc-unread"
        try:
            if one.problem is not None:
                raise InputError(one.problem)
            name = document_id(key, one, megabytes=self._recipe.limits.input_megabytes)
            answer = self._ask({"source": str(one.source), "pages": pages, "password": password}, pages)
            if "error" in answer:
                raise error_from(answer["error"])
            return Content(
                document=name, index=index, shown=one.shown, pages=int(answer["pages"]), prepared=Prepared.of(answer["prepared"])
            )
        except DocprivError as exc:
            return Content(document=name, index=index, shown=one.shown, error=exc)

    def close(self) -> None:
        self._closed = True
        self._end()

    def _ask(self, request: dict[str, Any], pages: int) -> dict[str, Any]:
        allowed = pages * allowed_seconds(self._recipe.limits.page_seconds, 1)
        if self._process is None:
            self._start()
            allowed += _BEGINNING
        process = self._process
        assert process is not None
        assert process.stdin is not None
        try:
            send(process.stdin, request)  # type: ignore[arg-type]
            answer = self._answer(process, time.monotonic() + allowed)
        except (OSError, ValueError):
            answer = None
        if answer is None:
            status = process.poll()
            self._end()
            if self._closed:
                raise EngineError("the reading was interrupted")
            raise CorruptInput("the process that read the document ended" + (f" (status {status})" if status else ""))
        return answer

    def _answer(self, process: subprocess.Popen[bytes], until: float) -> dict[str, Any] | None:
        assert process.stdout is not None
        inbox = Inbox()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while True:
                if time.monotonic() > until:
                    self._end()
                    raise LimitExceeded(
                        "a document took too long to read", remedy="Raise limits.page_seconds with --set if the file is trusted."
                    )
                over = _megabytes(process.pid) > self._recipe.limits.memory_megabytes
                if over:
                    self._end()
                    raise LimitExceeded(
                        f"the document needs more than {self._recipe.limits.memory_megabytes} MB of memory",
                        remedy="Raise limits.memory_megabytes with --set if the file is trusted.",
                    )
                if selector.select(0.2):
                    data = os.read(process.stdout.fileno(), 1 << 20)
                    if not data:
                        return None
                    for message in inbox.feed(data):
                        return message

    def _start(self) -> None:
        if self._closed:
            raise EngineError("the reading was interrupted")
        environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", PYTHONSAFEPATH="1")
        if "PYTHONPATH" in environment:  # an empty or relative entry is the current folder again
            environment["PYTHONPATH"] = os.pathsep.join(
                entry for entry in environment["PYTHONPATH"].split(os.pathsep) if os.path.isabs(entry)
            )
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert self._process.stdin is not None
        send(self._process.stdin, {"recipe": self._recipe.model_dump(mode="json")})  # type: ignore[arg-type]

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()


def _megabytes(pid: int) -> float:
    """Resident memory of a process in MB (10^6 bytes); 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError, IndexError):
        return 0.0
