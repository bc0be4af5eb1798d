"""The benchmark of the classifier runs, and tells a page that is read otherwise."""

from __future__ import annotations

import pytest

from docpriv.classify.model import open_classifier
from docpriv.classify.text import Document
from docpriv.model import Pixels
from tests.benchmarks.classify import main, measure, table
from tests.unit.classify.papers import read

INVOICE = ["Invoice", "Remit to the billing address", "Total amount due", "Payment terms net 30 days", "Invoice date"]


def test_the_table_has_a_row_for_each_reading() -> None:
    seen: list[int] = []

    def reading(pixels: Pixels) -> tuple[Document, Pixels]:
        seen.append(pixels.shape[0])
        return read(INVOICE if len(seen) < 3 else ["quite another page"]), pixels[:50]

    rows = measure(open_classifier(), ["memo"], [36, 50], 1, reading)
    assert [row.what for row in rows] == ["36 dpi", "50 dpi", "redacted"]
    assert seen[2] == 50 < seen[0] < seen[1]
    assert rows[0].cosine == pytest.approx(rows[1].cosine) == pytest.approx(1, abs=1e-4)
    assert rows[2].cosine < 0.9
    assert "least cosine" in table(rows)
    assert not rows[0].right  # invoice words are no memo


def test_it_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--dpi" in capsys.readouterr().out
