"""The adversary's benchmark: a row for each kind and level, with leaks, withheld pages and their reasons, and losses."""

from __future__ import annotations

from typing import Any

from docpriv.evaluation.figures import PageScore
from tests.benchmarks.adversary import table


def _page(kind: str, level: str, **of: Any) -> PageScore:
    made: dict[str, Any] = {"withheld": False, "leaked": {}, "plain": 20, "lost": (), **of}
    return PageScore(page=f"page-{0:020}", set="a", groups={"level": level, "kind": kind}, words={"PERSON": 4}, **made)


def test_the_table_tells_released_from_withheld_pages() -> None:
    text = table(
        [
            _page("comb", "hard", leaked={"PERSON": (1, 2)}),
            _page("comb", "hard", withheld=True, lost=tuple(range(20)), because=("script",), planned_leaks={"PERSON": (3,)}),
            _page("comb", "twin", lost=(7,)),
            _page("faint", "hard", withheld=True, lost=tuple(range(20))),
        ]
    )
    rows = {(cells[0], cells[1]): cells[2:] for cells in (line.split() for line in text.split("\n")[1:])}
    #               pages, PII, leak, over all, withheld, lost, lost of all, reasons
    assert rows["comb", "hard"] == ["2", "8", "2/4", "50%", "3/8", "38%", "1", "0/20", "0%", "20/40", "50%", "script", "1"]
    assert rows["comb", "twin"] == ["1", "4", "0/4", "0%", "0/4", "0%", "0", "1/20", "5%", "1/20", "5%"]
    # nothing is known of that page's plan, and of the sum no more
    assert rows["faint", "hard"] == ["1", "4", "-", "?", "1", "-", "20/20", "100%"]
    assert rows["all", "hard"][4] == "?"
    assert rows["all", "twin"] == rows["comb", "twin"]
