"""The worker process that reads documents for the classifier.

Started as `python -m docpriv.cli.classify_worker`. What it answers is a document's tokens, with what was found replaced by
its kind, and its layout: they live in the memory of the command and nowhere else.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docpriv.classify.features import prepared
from docpriv.classify.raster import alike
from docpriv.classify.text import Document
from docpriv.options import Recipe
from docpriv.pipeline import open_engines
from docpriv.pipeline.reading import read_content
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message


class ReadingHandler(Handler):
    """Reads the first pages of a document: {"source", "pages", "password"}. The first message has the recipe."""

    def __init__(self, first: Message) -> None:
        self._recipe = Recipe.model_validate(first.head["recipe"])
        self._engines: Any = None

    def prepare(self, task: Message) -> None:
        """Open the engines, once."""
        self._engines = self._engines or open_engines(self._recipe)

    def handle(self, task: Message, say: Say) -> Message:
        """A document's pages and what is left of them for the classifier."""
        pages, findings = read_content(
            Path(task.head["source"]),
            self._engines,
            self._recipe,
            alike=alike,
            most_pages=int(task.head["pages"]),
            password=task.head["password"],
            on_page=lambda: say("page"),
        )
        document = prepared(Document(pages=pages, findings=findings))
        return Message({"pages": len(pages), "prepared": document.message()})


if __name__ == "__main__":
    sys.exit(serve(ReadingHandler))
