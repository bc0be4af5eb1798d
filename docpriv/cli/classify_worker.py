"""Reads documents for the classifier in a process of its own, over a pipe as JSON; refuses to print, to dump core, to outlive.

Started as `python -m docpriv.cli.classify_worker`. What it answers is a document's tokens, with what was found replaced by
its kind, and its layout: they live in the memory of the command and nowhere else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from docpriv.batch.wire import error_message, receive, send
from docpriv.batch.worker import private_streams, scrubbed, tie_to_parent
from docpriv.classify.prepared import prepared
from docpriv.classify.raster import alike
from docpriv.classify.text import Document
from docpriv.errors import DocprivError, InputError, LimitExceeded
from docpriv.options import Recipe
from docpriv.pipeline import open_engines
from docpriv.pipeline.content import read_content


def main() -> int:
    """Serve requests until the command hangs up: {"recipe"} once, then {"source", "pages", "password"} for each document."""
    answers, requests = private_streams()
    tie_to_parent()
    recipe: Recipe | None = None
    engines: Any = None
    while (request := receive(requests)) is not None:
        try:
            if "recipe" in request:
                recipe = Recipe.model_validate(request["recipe"])
                continue
            assert recipe is not None
            engines = engines or open_engines(recipe)
            pages, findings = read_content(
                Path(request["source"]),
                engines,
                recipe,
                alike=alike,
                most_pages=int(request["pages"]),
                password=request["password"],
            )
            answer = {"pages": len(pages), "prepared": prepared(Document(pages=pages, findings=findings)).message()}
        except DocprivError as exc:
            answer = {"error": error_message(exc)}
        except MemoryError:
            answer = {"error": error_message(LimitExceeded("the document needs more memory than there is"))}
        except OSError as exc:
            answer = {"error": error_message(InputError(f"the document cannot be read ({os.strerror(exc.errno or 0)})"))}
        except Exception as exc:
            answer = {"error": error_message(DocprivError(f"internal error: {scrubbed(exc)}"))}
        send(answers, answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
