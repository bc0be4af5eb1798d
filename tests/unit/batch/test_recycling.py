"""An engine whose memory grows gets a fresh process after as many pages as it asks for, and no sooner."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docpriv.batch import worker as module
from docpriv.batch.jobs import Job, Task
from docpriv.batch.runner import Runner
from docpriv.errors import InputError
from docpriv.options import Recipe
from docpriv.records import DocumentRecord, RecipeRecord

ID = "doc-" + "ab" * 10


def job(folder: Path) -> Job:
    return Job(document=ID, task=Task.SCAN, source=folder / "in.png", recipe=Recipe())


@pytest.mark.parametrize(
    ("limit", "pages", "spent"), [(None, 50, [False, False, False]), (100, 50, [False, True, True]), (1, 1, [True, True, True])]
)
def test_a_worker_counts_the_pages_it_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int | None, pages: int, spent: list[bool]
) -> None:
    shop = module._Workshop(io.BytesIO())
    engines = SimpleNamespace(ocr=SimpleNamespace(recycle_after=limit))

    def opened(job: Job) -> Any:
        shop._engines = engines
        return engines

    def scan(request: Any, engines: Any, observer: Any, *more: Any, **named: Any) -> Any:
        for page in range(pages):
            for stage in ("decoded", "read", "verified"):
                observer(stage, page, pages)
        raise InputError("enough")

    monkeypatch.setattr(shop, "_engines_for", opened)
    monkeypatch.setattr(shop, "_limit", lambda *some: None)
    monkeypatch.setattr("docpriv.pipeline.scan_document", scan)
    assert not shop.spent
    seen = []
    for _ in spent:
        assert shop.handle(job(tmp_path))["error"] is not None
        seen.append(shop.spent)
    assert seen == spent


@pytest.mark.parametrize("spent", [True, False])
def test_a_worker_that_is_spent_is_replaced(tmp_path: Path, spent: bool) -> None:
    record = DocumentRecord(document=ID, status="scanned", recipe=RecipeRecord(name="redact", version=1, sha256="00" * 32))
    with Runner() as runner:
        worker = runner._start()
        worker.job = job(tmp_path)
        runner._message(
            worker, {"type": "ended", "document": ID, "record": record.model_dump(mode="json"), "error": None, "spent": spent}
        )
        assert (worker in runner._workers) == (not spent)
        assert (worker.process.poll() is None) == (not spent)
