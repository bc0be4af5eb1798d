"""An engine whose memory grows gets a fresh process after as many pages as it asks for, and no sooner."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docpriv.batch.job import Job, Task
from docpriv.batch.worker import DocumentHandler
from docpriv.errors import InputError
from docpriv.options import Recipe
from docpriv.run_options import RunOptions
from docpriv.work.wire import Message

ID = "doc-" + "ab" * 10


@pytest.mark.parametrize(
    ("limit", "pages", "spent"), [(None, 50, [False, False, False]), (100, 50, [False, True, True]), (1, 1, [True, True, True])]
)
def test_a_worker_counts_the_pages_it_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int | None, pages: int, spent: list[bool]
) -> None:
    handler = DocumentHandler()
    handler._engines = SimpleNamespace(ocr=SimpleNamespace(recycle_after=limit))
    handler._job = Job(document=ID, task=Task.SCAN, source=tmp_path / "in.png", options=RunOptions(recipe=Recipe()))

    def scan(request: Any, engines: Any, observer: Any, *more: Any, **named: Any) -> Any:
        for page in range(pages):
            for stage in ("decoded", "read", "verified"):
                observer(stage, page, pages)
        raise InputError("enough")

    monkeypatch.setattr("docpriv.pipeline.scan_document", scan)
    assert not handler.spent
    seen = []
    for _ in spent:
        with pytest.raises(InputError):
            handler.handle(Message({}), lambda news: None)
        seen.append(handler.spent)
    assert seen == spent
