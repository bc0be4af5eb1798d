"""What goes to disk about a document, as JSON: counts, kinds, boxes, digests and checks; refuses text and paths.

A record is for the compliance team and may be handed on. Where the source and the output lie stands in the private
record alone, which is readable by its owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docpriv.errors import IntegrityError, OutputError, WithheldError
from docpriv.geometry import Box
from docpriv.model import Kind, PagePlan, Reason, Region

_SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Status = Literal["released", "withheld", "failed", "releasing", "dry-run", "scanned", "clean", "found"]


class ReasonRecord(BaseModel):
    """Why a region is covered."""

    model_config = _SHAPE
    kind: Kind
    score: Annotated[float, Field(ge=0, le=1)]
    detector: str
    reason: str


class RegionRecord(BaseModel):
    """A covered area: boxes are [x0, y0, x1, y1] in pixels of the page, half open."""

    model_config = _SHAPE
    boxes: tuple[tuple[int, int, int, int], ...]
    reasons: tuple[ReasonRecord, ...]
    style: str = "fill"


class CheckRecord(BaseModel):
    """One check of the written page."""

    model_config = _SHAPE
    name: str
    ok: bool
    detail: str = ""


class PageRecord(BaseModel):
    """What was read, found, covered and verified on one page. `index` counts from 0."""

    model_config = _SHAPE
    index: Annotated[int, Field(ge=0)]
    status: Literal["verified", "withheld", "placeholder", "scanned"]
    width: int
    height: int
    dpi: tuple[float, float] | None = None
    colour: str = ""
    source_bits: int = 8
    rendered: bool = False
    turn: int = 0
    lines: int = 0
    characters: int = 0
    unread_lines: int = 0
    scripts: dict[str, int] = {}
    language: str | None = None
    colour_filled: tuple[int, int, int] = (0, 0, 0)
    regions: tuple[RegionRecord, ...] = ()
    not_covered: dict[str, int] = Field(default={}, description="Findings by kind that the policy leaves readable.")
    below_score: dict[str, int] = Field(default={}, description="Findings by kind dropped for a low score.")
    checks: tuple[CheckRecord, ...] = ()
    repairs: int = 0
    withheld_because: tuple[str, ...] = ()
    seconds: dict[str, float] = Field(default={}, description="CPU seconds by stage.")


class FileRecord(BaseModel):
    """A file by its content."""

    model_config = _SHAPE
    sha256: Sha256
    bytes: int
    media_type: str
    pages: int
    notes: tuple[str, ...] = ()


class EngineRecord(BaseModel):
    """An engine and the digests of its models by file name."""

    model_config = _SHAPE
    name: str
    version: str
    models: dict[str, str] = {}


class RecipeRecord(BaseModel):
    """Which recipe decided: the digest is of its canonical form with all overrides."""

    model_config = _SHAPE
    name: str
    version: int
    sha256: Sha256


class ErrorRecord(BaseModel):
    """Why a document was not released."""

    model_config = _SHAPE
    code: str
    exit_code: int
    message: str = ""
    page: int | None = None


class DocumentRecord(BaseModel):
    """The record of one document; JSON Schema in schemas/document-record.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/document-record/1"] = "docpriv/document-record/1"
    document: str
    status: Status
    input: FileRecord | None = None
    output: FileRecord | None = None
    recipe: RecipeRecord
    versions: dict[str, str] = {}
    engines: tuple[EngineRecord, ...] = ()
    pages: tuple[PageRecord, ...] = ()
    error: ErrorRecord | None = None
    reviewed: bool = Field(default=False, description="The regions were set by a person with `docpriv apply`.")
    started: str = ""
    finished: str = ""
    seconds: dict[str, float] = Field(default={}, description="CPU seconds by stage, all pages.")

    @property
    def counts(self) -> dict[str, int]:
        """Covered regions by kind of their first reason."""
        out: dict[str, int] = {}
        for page in self.pages:
            for region in page.regions:
                kind = str(region.reasons[0].kind) if region.reasons else "UNKNOWN"
                out[kind] = out.get(kind, 0) + 1
        return dict(sorted(out.items()))


class PlanPage(BaseModel):
    """Regions of one page in a plan file."""

    model_config = _SHAPE
    index: Annotated[int, Field(ge=0)]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    regions: tuple[RegionRecord, ...]


class PlanFile(BaseModel):
    """A plan to edit and to redraw with `docpriv apply`; JSON Schema in schemas/plan.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/plan/1"] = "docpriv/plan/1"
    input_sha256: Sha256
    recipe_sha256: Sha256
    colour: str = "black"
    pages: tuple[PlanPage, ...]


class PrivateRecord(BaseModel):
    """Where a document lies; never handed on."""

    model_config = _SHAPE
    document: str
    source: str
    target: str | None = None


def shortfall(record: DocumentRecord) -> WithheldError | None:
    """What keeps a released document from exit code 0: pages that a slip stands for. None where there are none."""
    slips = sum(page.status == "placeholder" for page in record.pages)
    if not slips:
        return None
    return WithheldError(f"{slips} of {len(record.pages)} page(s) were withheld and replaced by a slip page")


def region_record(region: Region) -> RegionRecord:
    return RegionRecord(boxes=tuple((b.x0, b.y0, b.x1, b.y1) for b in region.boxes), style=region.style,
                        reasons=tuple(ReasonRecord(kind=r.kind, score=round(min(1.0, max(0.0, r.score)), 4),
                                                   detector=r.detector, reason=r.reason) for r in region.reasons))


def region_from(record: RegionRecord) -> Region:
    return Region(boxes=tuple(Box(*b) for b in record.boxes), style=record.style,
                  reasons=tuple(Reason(kind=r.kind, score=r.score, detector=r.detector, reason=r.reason)
                                for r in record.reasons))


def plan_page_record(plan: PagePlan) -> PlanPage:
    return PlanPage(index=plan.page, width=plan.width, height=plan.height,
                    regions=tuple(region_record(r) for r in plan.regions))


def canonical(value: Any) -> bytes:
    """JSON in the one form that digests are taken of: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def write_json(path: Path, model: BaseModel, *, private: bool = False) -> None:
    """Write a record so that a crash leaves the old one or the new one, never half; OutputError where it cannot."""
    data = json.dumps(model.model_dump(mode="json"), indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".docpriv-record-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if not private:
                os.chmod(temporary, 0o666 & ~_umask())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise OutputError(f"a record cannot be written ({exc.strerror})") from None


def read_record(path: Path) -> DocumentRecord:
    """Read a document record; IntegrityError where it is none."""
    try:
        return DocumentRecord.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        raise IntegrityError("a file among the records is not a record of this version") from None


def read_private(path: Path) -> PrivateRecord:
    """Read a private record; IntegrityError where it is none."""
    try:
        return PrivateRecord.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        raise IntegrityError("a private record is missing or damaged") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
