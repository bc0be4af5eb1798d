"""Generate the JSON Schemas in schemas/ from the forms and records.

python -m docpriv.schemas --write    write them all
python -m docpriv.schemas --check    exit 1 where a file is missing, stale or superfluous
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docpriv.batch.moving import QuarantineNote
from docpriv.batch.summary import JobSummary
from docpriv.compliance.job_report import JobReport
from docpriv.compliance.report import ReportData
from docpriv.options import Recipe
from docpriv.records import DocumentRecord, PageRecord, PlanFile
from docpriv.results import DocumentLine, RunSummary

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class LabelWord(BaseModel):
    """A word of a labelled page: box [x0, y0, x1, y1] in pixels, half open."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    text: str
    box: tuple[int, int, int, int]
    label: str | None = Field(description="Class of personal data, null for an ordinary word, MAYBE to leave it uncounted.")
    parts: tuple[tuple[int, int, int, int], ...] = Field(
        default=(), description="Boxes of its letters, where other ink stands between them; no ink beside them counts."
    )
    contrast: Annotated[int, Field(ge=1, le=255)] | None = Field(
        default=None, description="Grey levels between its ink and its ground where they are too few to be taken for ink."
    )


class LabelFile(BaseModel):
    """The truth of one page, for `docpriv evaluate`; NAME.json belongs to the page NAME.png (or .jpg, .tif)."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    words: tuple[LabelWord, ...]


_SHAPES: dict[str, tuple[type[BaseModel], Literal["validation", "serialization"]]] = {
    "recipe": (Recipe, "validation"),
    "document-record": (DocumentRecord, "validation"),
    "page-record": (PageRecord, "validation"),
    "plan": (PlanFile, "validation"),
    "document-line": (DocumentLine, "serialization"),
    "run-summary": (RunSummary, "serialization"),
    "job-summary": (JobSummary, "serialization"),
    "report": (ReportData, "serialization"),
    "job-report": (JobReport, "serialization"),
    "quarantine": (QuarantineNote, "serialization"),
    "labels": (LabelFile, "validation"),
}


def schema_names() -> tuple[str, ...]:
    return tuple(_SHAPES)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of `schema_names()`; KeyError for another name."""
    form, mode = _SHAPES[name]
    out: dict[str, Any] = {"$schema": DIALECT, **form.model_json_schema(mode=mode)}
    if name == "recipe":  # a key of the file alone: it is resolved before the form is filled
        out["properties"]["extends"] = {
            "type": "string",
            "title": "Extends",
            "description": "Name of a shipped recipe, or path of one beside this file, that this one starts from.",
        }
    return out


def schema_bytes(name: str) -> bytes:
    """A schema as its file holds it."""
    return json.dumps(schema(name), indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def differing(folder: Path) -> tuple[str, ...]:
    """Names of files in `folder` that are missing, stale or superfluous."""
    wanted = {f"{name}.schema.json": schema_bytes(name) for name in _SHAPES}
    present = {path.name: path.read_bytes() for path in folder.glob("*.json")} if folder.is_dir() else {}
    return tuple(sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name)))


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in _SHAPES:
        (folder / f"{name}.schema.json").write_bytes(schema_bytes(name))


def main(arguments: list[str]) -> int:
    folder = Path(__file__).resolve().parent.parent / "schemas"
    if arguments == ["--write"]:
        write(folder)
        return 0
    if arguments == ["--check"]:
        stale = differing(folder)
        for name in stale:
            print(f"schemas/{name} is not what the code says; run python -m docpriv.schemas --write", file=sys.stderr)
        return 1 if stale else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
