"""Tells the evaluation from docpriv's own records which pages were withheld, why, and what their plans cover."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from docpriv.errors import InputError
from docpriv.evaluation.scoring import WithheldPage, WithheldPages
from docpriv.records import DocumentRecord


def read_withheld(folder: Path) -> WithheldPages:
    """The records below `folder`, such as `--records` of `redact` or `--job` of `batch`; other JSON is passed over.

    Raises InputError where there is none.
    """
    records = [record for path in sorted(folder.rglob("*.json")) if (record := _record(path)) is not None]
    if not records:
        raise InputError(
            "the folder of records holds no record of a document",
            remedy="Give --records the folder that `docpriv redact` wrote with --records, or the --job of `docpriv batch`.",
        )
    return WithheldPages({r.input.sha256: _page(r) for r in records if r.input is not None and r.output is None})


def _record(path: Path) -> DocumentRecord | None:
    try:
        return DocumentRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _page(record: DocumentRecord) -> WithheldPage:
    because = (record.error.code,) if record.error is not None else ()
    if len(record.pages) != 1:
        return WithheldPage(because=because)
    page = record.pages[0]
    return WithheldPage(
        because=page.withheld_because or because,
        width=page.width,
        height=page.height,
        boxes=tuple(box for region in page.regions for box in region.boxes),
    )
