"""Reads the first pages of a document and finds what is personal on them, for whoever judges content; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docpriv.errors import EngineError
from docpriv.formats.document import open_document
from docpriv.layout import analyse
from docpriv.model import Finding, PageImage, Pixels
from docpriv.options import Recipe
from docpriv.pipeline.engines import Engines
from docpriv.protocols import ReadPage

_DOCUMENT = "content"


def read_content(
    source: Path,
    engines: Engines,
    recipe: Recipe,
    *,
    alike: Callable[[Pixels], Pixels],
    most_pages: int,
    password: str | None = None,
    on_page: Callable[[], None] = lambda: None,
) -> tuple[tuple[ReadPage, ...], tuple[Finding, ...]]:
    """Text and layout of the first `most_pages` pages, read once each, and the findings across them.

    `alike` makes of a page, u8 (H, W, 3), the picture that is read; positions are in its pixels. `on_page` is called when a page
    was read. Raises what opening,
    decoding and reading a document raise.
    """
    pages: list[ReadPage] = []
    with open_document(source, document=_DOCUMENT, limits=recipe.limits, password=password) as document:
        for index in range(min(document.info.pages, most_pages)):
            pages.append(_read(document.page(index), engines, alike))
            on_page()
    return tuple(pages), engines.finder.find(pages)


def _read(page: PageImage, engines: Engines, alike: Callable[[Pixels], Pixels]) -> ReadPage:
    pixels = alike(page.pixels)
    text = engines.ocr.read(pixels, page.ref)
    if (text.height, text.width) != pixels.shape[:2]:
        raise EngineError("the reading engine answered for a page of another size")
    return ReadPage(text=text, layout=analyse(text, pixels))
