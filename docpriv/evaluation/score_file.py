"""What a scoring keeps as JSON: figures and, for each page, numbers of words; neither text nor names of files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from docpriv.errors import InputError, OutputExists
from docpriv.evaluation.figures import FORM, PageScore, ScoreReport
from docpriv.evaluation.stages import StagedPage, StageReport
from docpriv.files import PUBLIC, write_named

MAX_BYTES = 1_000_000_000
"""Largest file of figures that is read, in bytes."""
_F = TypeVar("_F", bound=BaseModel)


class ScoreFile(BaseModel):
    """The output of `docpriv evaluate score --out`, for `docpriv evaluate compare`."""

    model_config = FORM
    format: Literal["docpriv/evaluation-score/1"] = "docpriv/evaluation-score/1"
    figures: dict[str, Any]
    pages: tuple[PageScore, ...]

    @classmethod
    def of(cls, report: ScoreReport) -> ScoreFile:
        return cls(figures=report.as_dict(), pages=report.total.page_scores)


class StageFile(BaseModel):
    """The output of `docpriv evaluate stages --out`, for the gallery."""

    model_config = FORM
    format: Literal["docpriv/evaluation-stages/1"] = "docpriv/evaluation-stages/1"
    figures: dict[str, Any]
    pages: tuple[StagedPage, ...]

    @classmethod
    def of(cls, report: StageReport) -> StageFile:
        return cls(figures=report.as_dict(), pages=report.pages)

    def by_word(self) -> dict[tuple[str, int], str]:
        """The stage of each leak by page and number of the word."""
        return {(page.page, leak.word): leak.stage for page in self.pages for leak in page.leaks}


def read_score_file(path: Path, what: str = "the file") -> ScoreFile:
    """A file of `score --out`; InputError, which calls it `what`, where it is none."""
    return _read(ScoreFile, path, what, "score")


def read_stage_file(path: Path, what: str = "the file of stages") -> StageFile:
    """A file of `stages --out`; InputError, which calls it `what`, where it is none."""
    return _read(StageFile, path, what, "stages")


def write_figures(path: Path, content: BaseModel, *, force: bool = False) -> None:
    """Write a file of figures; OutputExists where there is one and not `force`, OutputError where it cannot be."""
    check_free(path, force=force)
    text = json.dumps(content.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
    write_named(path, text.encode(), "the figures", replace=force, mode=PUBLIC)


def check_free(path: Path, *, force: bool) -> None:
    """OutputExists where a file of figures stands in the way; to be asked before hours of work."""
    if not force and os.path.lexists(path):
        raise OutputExists("the file of figures exists already")


def _read(form: type[_F], path: Path, what: str, command: str) -> _F:
    remedy = f"`docpriv evaluate {command} ... --out FILE.json` writes one."
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise InputError(f"{what} cannot be read ({exc.strerror})", remedy=remedy) from None
    try:
        if len(data) > MAX_BYTES:
            raise ValueError
        return form.model_validate_json(data)
    except (ValidationError, ValueError):
        raise InputError(f"{what} is no output of `docpriv evaluate {command} --out` of this version", remedy=remedy) from None
