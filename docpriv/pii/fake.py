"""A finder for tests that belongs to the fake reading engine: words that begin with @ are persons, with # account numbers.

Refuses to be chosen for real paper: it comes with the fake engine alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from docpriv.model import EngineId, Finding, Kind
from docpriv.protocols import ReadPage
from docpriv.tape import joined, line_segment

_MARKED = re.compile(r"([@#])\w+")
_KINDS = {"@": Kind.PERSON, "#": Kind.ACCOUNT_NUMBER}


class FakeFinder:
    """Finds what tests have marked."""

    def identity(self, languages: Collection[str] | None = None) -> tuple[EngineId, ...]:
        return (EngineId(name="fake-finder", version="1"),)

    def find(self, pages: Sequence[ReadPage]) -> tuple[Finding, ...]:
        found = []
        for page in pages:
            tape = joined(page.text, [line_segment(page.text, i) for i in range(len(page.text.lines))])
            for match in _MARKED.finditer(tape.text):
                found.append(
                    Finding(
                        page=page.text.ref.index,
                        kind=_KINDS[match[1]],
                        score=0.99,
                        detector="fake-finder",
                        reason="marked",
                        chars=tape.chars(*match.span()),
                    )
                )
        return tuple(found)
