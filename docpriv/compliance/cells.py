"""Lines of a CSV that a spreadsheet shows and never runs; refuses a cell that acts as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

# A cell that starts with one of these is a formula to a spreadsheet (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def line(values: Iterable[Any]) -> str:
    """One line with its end. None is an empty cell, a bool is yes or no."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(value) for value in values])
    return out.getvalue()


def listed(counts: Mapping[str, int]) -> str:
    """Counts by name in one cell."""
    return "; ".join(f"{name}: {number}" for name, number in counts.items())


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value
