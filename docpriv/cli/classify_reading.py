"""Documents of a command read by worker processes, one document each at a time.

A file that ends, hangs or fills its process costs its own reading and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from docpriv.batch.identity import document_id
from docpriv.batch.job import allowance_of
from docpriv.batch.runner import confinement_of, default_workers
from docpriv.batch.walk import InputFile
from docpriv.classify.features import Prepared
from docpriv.errors import DocprivError, InputError
from docpriv.options import Recipe
from docpriv.work.pool import Pool, Work
from docpriv.work.wire import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A document that was read, or why it was not. `document`: an id of this run; `shown`: its path as the user typed it."""

    document: str
    index: int
    shown: str = field(repr=False)
    pages: int = 0
    prepared: Prepared | None = field(default=None, repr=False)
    error: DocprivError | None = None


def read_all(
    documents: Sequence[InputFile], recipe: Recipe, *, pages: int, workers: int | None = None, password: str | None = None
) -> Iterator[Content]:
    """Each document's first `pages` pages, as they are done; `index` is the place in `documents`."""
    key = secrets.token_bytes(32)  # nothing is kept, so ids need to hold for this run only
    count = min(workers or default_workers(len(documents)), len(documents))

    def tasks() -> Iterator[Work[Content] | Content]:
        for index, one in enumerate(documents):
            content = Content(document="doc-unread", index=index, shown=one.shown)
            try:
                if one.problem is not None:
                    raise InputError(one.problem)
                content = replace(content, document=document_id(key, one, megabytes=recipe.limits.input_megabytes))
            except DocprivError as exc:
                yield replace(content, error=exc)
                continue
            task = {"source": str(one.source), "pages": pages, "password": password}
            yield Work(key=content, message=Message(task), allowance=allowance_of(recipe))

    first = Message({"recipe": recipe.model_dump(mode="json")})
    with Pool("docpriv.cli.classify_worker", _read, workers=count, first=first, confinement=confinement_of(recipe)) as pool:
        for ended in pool.run(tasks()):
            if isinstance(ended, Content):
                yield ended
            else:
                yield ended.answer or replace(ended.key, error=ended.error)


def _read(content: Content, message: Message) -> Content:
    return replace(content, pages=int(message.head["pages"]), prepared=Prepared.of(message.head["prepared"]))
