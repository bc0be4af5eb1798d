"""Machine-readable lines of identity papers (ICAO Doc 9303); refuses lines without their filler signs."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.textspan import Hit

DETECTOR = "machine-lines"
_LEAST = 24  # characters of a line without blanks: the shortest format has 30, readers drop some
_FILLERS = 3
_SECOND_LINE = re.compile(r"[A-Z0-9<]{9}[0-9<O][A-Z<]{3}[\dO]{6}[\dO][MFX<][\dO]{6}")


def find_machine_lines(text: str) -> list[Hit]:
    """Lines of capital letters, digits and `<`, however the reader spaced them."""
    hits = []
    for m in re.finditer(r"[^\n\t]+", text):
        plain = re.sub(r"[\s|]", "", m[0]).replace("«", "<<").replace("‹", "<")
        if len(plain) < _LEAST or (plain.count("<") < _FILLERS and not _SECOND_LINE.match(plain)):
            continue
        if sum(c.isupper() or c.isdigit() or c == "<" for c in plain) >= 0.85 * len(plain):
            hits.append(
                Hit(
                    start=m.start(),
                    end=m.end(),
                    kind=Kind.MRZ,
                    score=0.95,
                    detector=DETECTOR,
                    reason="machine-line",
                )
            )
    return hits
