"""A document is redacted by the engines that ship, and nothing is asked of a network: not a name, not a connection."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docpriv.options import Recipe
from docpriv.pipeline import Request, open_engines, redact_document

SAMPLE = Path(__file__).parents[3] / "sample_docs" / "receipt.png"
REACHING = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"})

_watching = False
_asked: list[str] = []


def _note(event: str, args: tuple[object, ...]) -> None:
    if _watching and event in REACHING:
        _asked.append(event)


def test_a_run_asks_nothing_of_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sys.addaudithook(_note)  # sees what is tried below every library; there is no way to take it out again
    monkeypatch.setitem(globals(), "_watching", True)
    request = Request(document="doc-" + "5" * 20, source=SAMPLE, target=tmp_path / "out.png")
    record, _ = redact_document(request, open_engines(Recipe()), lambda *_: None)
    assert record.status == "released"
    assert _asked == []
