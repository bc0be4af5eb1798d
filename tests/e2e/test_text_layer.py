"""Pale and tiny print of a digital document, which nobody can read in its pixels and a reader of the file does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from docpriv.formats.document import open_document
from docpriv.model import Pixels
from docpriv.options import Recipe
from docpriv.pipeline import Request, redact_document
from docpriv.pipeline.engines import open_engines
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from tests.text_pdfs import Print, text_pdf

LINES = (
    Print(text="Quarterly maintenance report of the lifts in the northern building", x=40, y=250, size=11),
    Print(text="The brake pads were replaced and the next inspection is due in spring.", x=40, y=230, size=9),
    Print(text="Prepared by Tobias Wennerholm, SSN 536-22-8715", x=40, y=180, size=2, grey=0.97),
)


@pytest.mark.slow
def test_print_too_pale_to_be_read_is_covered_by_what_the_file_says(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(text_pdf(LINES))
    with open_document(tmp_path / "in.pdf", document="doc", limits=Recipe().limits) as source:
        words = [w for line in source.page(0, layer=True).layer.lines for w in line]  # type: ignore[union-attr]
    places = [w.quad.bounds() for w in words if w.text in {"Tobias", "536-22-8715"}]
    engines = open_engines(Recipe())

    def released(text_layer: str) -> Pixels:
        recipe, out = override(Recipe(), {"reading.text_layer": text_layer}), tmp_path / f"{text_layer}.pdf"
        record, error = redact_document(
            Request(document="doc", source=tmp_path / "in.pdf", options=RunOptions(recipe=recipe), target=out),
            engines,
            lambda *_: None,
        )
        assert error is None
        assert record.pages[0].status == "verified"
        with open_document(out, document="doc", limits=recipe.limits) as opened:
            return opened.page(0).pixels

    def shown(page: Pixels) -> list[bool]:
        """Whether anything but one tone can be seen where each value stands."""
        return [bool(np.ptp(page[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1])) for x0, y0, x1, y1 in places]

    assert len(places) == 2
    assert shown(released("ignore")) == [True, True]
    assert shown(released("use")) == [False, False]
