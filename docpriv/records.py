"""What goes to disk about a document, as JSON: counts, kinds, boxes, digests and checks; no text and no paths.

A record is for the compliance team and may be handed on. Where the source and the output lie stands in the private
record alone, which is readable by its owner only.

A folder of records holds, for a document ID:
    ID.json               its record. Once it says "released" only another release replaces it, as long as the output stands
    attempts/ID.json      the latest attempt that released nothing while an earlier output stood
    private/ID.json       where source and output of ID.json lie
    private/ID.next.json  a release about to happen: the file gets its name, then this becomes the two records above
    private/key, lock     the key of the ids; what a run holds so that no other writes here
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from docpriv.errors import IntegrityError, OutputError, WithheldError
from docpriv.files import PUBLIC, file_sha256, path_from, path_text, write_whole
from docpriv.geometry import Box
from docpriv.model import Kind, NotUnderstood, PagePlan, Reason, Region
from docpriv.styles import STYLES

_SHAPE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
Share = Annotated[float, Field(ge=0, le=1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Status = Literal["released", "withheld", "failed", "releasing", "dry-run", "scanned", "clean", "found"]
BY_PERSON = "person"
"""Name of the detector of areas that a person set."""
TEMPORARY = ".docpriv-record-"
"""How the names of half-written records begin; they are removed when the next run starts."""

_Form = TypeVar("_Form", bound=BaseModel)
_DOCUMENT_ID = re.compile(r"doc-[0-9a-f]{20}")


class ReasonRecord(BaseModel):
    """Why a region is covered."""

    model_config = _SHAPE
    kind: Kind
    score: Share = Field()
    detector: str
    reason: str


class RegionRecord(BaseModel):
    """A covered area: boxes are [x0, y0, x1, y1] in pixels of the page, half open."""

    model_config = _SHAPE
    boxes: tuple[tuple[int, int, int, int], ...]
    reasons: tuple[ReasonRecord, ...]
    style: str = Field(default="", description="How it is drawn; in a plan, empty means as the recipe says.")
    caption: str = Field(default="", repr=False, description="What the style writes there; never what stood there.")
    settings: dict[str, float] = Field(
        default={},
        description="Numbers that the style draws with, such as epsilon; `pixels` are those in which two pictures may differ.",
    )


class CheckRecord(BaseModel):
    """One check of the written page."""

    model_config = _SHAPE
    name: str
    ok: bool
    detail: str = ""


class PageRecord(BaseModel):
    """What was read, found, covered and verified on one page. `index` counts from 0."""

    model_config = _SHAPE
    index: int = Field(ge=0)
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
    unread_ink: Share = Field(default=0.0, description="Share of the page's text-like ink that no line explains.")
    not_understood: dict[NotUnderstood, float] = Field(
        default={}, description="Share of the page's text-like ink that was not understood, by reason."
    )
    text_layer: str = Field(
        default="",
        description="What became of text that the PDF itself holds on the page: `used`; `nothing-new` where it reads as the "
        "pixels do; `disagrees` where it says something else, so that only its values were sought; `too-long` or `unreadable` "
        "where it was dropped; empty where there is none or the recipe ignores it.",
    )
    text_layer_counts: dict[str, int] = Field(
        default={},
        description="Its words; those `seen` on the page; those by which it was `judged`; those of them that `agreed`; `lines` "
        "that it reads otherwise; findings that it alone gave.",
    )
    scripts: dict[str, int] = {}
    language: str | None = None
    languages: tuple[str, ...] = Field(
        default=(), description="Languages in which it was searched; none: it shows none, so in all that the recipe looks for."
    )
    colour_filled: tuple[int, int, int] = (0, 0, 0)
    regions: tuple[RegionRecord, ...] = ()
    not_covered: dict[str, int] = Field(default={}, description="Findings by kind that the policy leaves readable.")
    below_score: dict[str, int] = Field(default={}, description="Findings by kind dropped for a low score.")
    checks: tuple[CheckRecord, ...] = ()
    repairs: int = 0
    withheld_because: tuple[str, ...] = Field(
        default=(),
        description="Why the page is withheld: `not-understood:REASON`, with a reason of `not_understood`; "
        "`handwriting-not-read`; `no-template`; `check:NAME` for a check that failed.",
    )
    withheld_before: tuple[str, ...] = Field(
        default=(),
        description="Why the recipe alone withholds the page, which a person covered by a plan all the same: what it says now, "
        "and what it said when the plan was made.",
    )
    areas_removed: int = Field(
        default=0, description="Areas of the plan as it was made that a person took out or changed; those set say so as a reason."
    )
    seconds: dict[str, float] = Field(default={}, description="CPU seconds by stage.")

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the page is withheld, for people: a language that no detector covers by its code."""
        return tuple(f"{why} ({self.language})" if why == NO_DETECTOR and self.language else why for why in self.withheld_because)


NO_DETECTOR = "not-understood:language"


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
    warnings: tuple[str, ...] = Field(
        default=(), description="What a reader must know before handing it on: `reversible-style:STYLE:KIND`."
    )
    reviewed: bool = Field(
        default=False,
        description="A person had the areas of a plan covered, by `docpriv apply`. Those that the person set have a reason of "
        "the detector `person`.",
    )
    plan_sha256: Sha256 | None = Field(default=None, description="Digest of the plan and the areas that the person gave.")
    run: str = Field(default="", description="Random name of the attempt that wrote this; it says nothing else.")
    started: str = ""
    finished: str = ""
    seconds: dict[str, float] = Field(default={}, description="CPU seconds by stage, all pages.")


class PlanPage(BaseModel):
    """Regions of one page in a plan file."""

    model_config = _SHAPE
    index: int = Field(ge=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    regions: tuple[RegionRecord, ...]
    made: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")], ...] | None = Field(
        default=None,
        description="Digests of the regions as they were made, by which `docpriv apply` tells what a person set. Leave them as "
        "they are: without them every region counts as set by a person.",
    )
    withheld_because: tuple[str, ...] = Field(default=(), description="Why the recipe alone withholds the page.")


class PlanFile(BaseModel):
    """A plan to edit and to redraw with `docpriv apply`; JSON Schema in schemas/plan.schema.json."""

    model_config = _SHAPE
    format: Literal["docpriv/plan/1"] = "docpriv/plan/1"
    input_sha256: Sha256
    recipe_sha256: Sha256
    colour: str = "black"
    pages: tuple[PlanPage, ...]


class PrivateRecord(BaseModel):
    """Where a document lies, as `path_text` writes it; never handed on."""

    model_config = _SHAPE
    document: str
    source: str | None = Field(description="Where it lies now; null where the original was deleted after its release.")
    target: str | None = None

    @classmethod
    def of(cls, document: str, source: Path, target: Path | None) -> PrivateRecord:
        return cls(
            document=document,
            source=path_text(source.absolute()),
            target=path_text(target.absolute()) if target is not None else None,
        )


class PendingRelease(BaseModel):
    """A release that is about to happen, kept until its record stands, so that a kill in between loses nothing."""

    model_config = _SHAPE
    private: PrivateRecord
    record: DocumentRecord


def shortfall(record: DocumentRecord) -> WithheldError | None:
    """What keeps a released document from exit code 0: pages that a slip stands for. None where there are none."""
    slips = sum(page.status == "placeholder" for page in record.pages)
    if not slips:
        return None
    return WithheldError(
        f"{slips} of {len(record.pages)} page(s) were withheld and replaced by a slip page",
        remedy="Look at the record for the page and the check; `docpriv scan IN --plan PLAN.json` writes a plan to edit, "
        "`docpriv apply PLAN.json IN --out OUT --force` covers what it says and replaces the file with the slip page.",
    )


def region_record(region: Region) -> RegionRecord:
    return RegionRecord(
        boxes=tuple((b.x0, b.y0, b.x1, b.y1) for b in region.boxes),
        style=region.style,
        caption=region.caption,
        settings=dict(region.settings),
        reasons=tuple(
            ReasonRecord(kind=r.kind, score=round(min(1.0, max(0.0, r.score)), 4), detector=r.detector, reason=r.reason)
            for r in region.reasons
        ),
    )


def region_from(record: RegionRecord) -> Region:
    return Region(
        boxes=tuple(Box(*b) for b in record.boxes),
        style=record.style,
        caption=record.caption,
        settings=tuple(sorted(record.settings.items())),
        reasons=tuple(Reason(kind=r.kind, score=r.score, detector=r.detector, reason=r.reason) for r in record.reasons),
    )


def style_warnings(pages: Iterable[PageRecord]) -> tuple[str, ...]:
    """A code for each style that can be undone and each kind that it was used for, sorted."""
    return tuple(
        sorted(
            {
                f"reversible-style:{region.style}:{kind}"
                for page in pages
                for region in page.regions
                if region.style in STYLES and STYLES[region.style].reversible
                for kind in [r.kind for r in region.reasons] or [Kind.MANUAL]
            }
        )
    )


def plan_page_record(plan: PagePlan) -> PlanPage:
    return PlanPage(index=plan.page, width=plan.width, height=plan.height, regions=tuple(region_record(r) for r in plan.regions))


def as_made(page: PlanPage, withheld_because: tuple[str, ...]) -> PlanPage:
    """A page of a plan with what tells later what a person changed in it, and why the recipe withholds it."""
    made = tuple(_region_digest(region) for region in page.regions)
    return page.model_copy(update={"made": made, "withheld_because": withheld_because})


def edited(page: PlanPage) -> tuple[tuple[bool, ...], int]:
    """For each region of a page whether a person set it, and how many regions of the plan as it was made are gone.

    A region that was changed in anything is one that was set and one that is gone.
    """
    left = Counter(page.made or ())
    by_person = []
    for region in page.regions:
        own = _region_digest(region)
        by_person.append(left[own] <= 0)
        left[own] -= 1
    return tuple(by_person), sum(number for number in left.values() if number > 0)


def _region_digest(region: RegionRecord) -> str:
    return digest(region.model_dump(mode="json"))[:16]


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
        write_whole(path, data, replace=True, prefix=TEMPORARY, mode=0o600 if private else PUBLIC)
    except OSError as exc:
        raise OutputError(f"a record cannot be written ({exc.strerror})") from None


def read_record(path: Path) -> DocumentRecord:
    """Read a document record; IntegrityError where it is none, which names the id (no other name of a file)."""
    return _read(DocumentRecord, path, "a file among the records is not a record of this version")


def read_private(path: Path) -> PrivateRecord:
    """Read a private record; IntegrityError where it is none."""
    return _read(PrivateRecord, path, "a private record is missing or damaged")


def _read(form: type[_Form], path: Path, problem: str) -> _Form:
    try:
        return form.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        found = _DOCUMENT_ID.match(path.name)
        raise IntegrityError(problem + (f": {found.group()}" if found else "")) from None


# --- records as documents end ---------------------------------------------------------------------------------------


def current_record(records: Path, document: str) -> DocumentRecord | None:
    """What stands about a document; IntegrityError where that cannot be read, so that nothing is written over it."""
    pending = _pending(records, document)
    if pending.exists():
        _read_pending(pending)
    path = records / f"{document}.json"
    return read_record(path) if path.exists() else None


def keep_record(records: Path, private: PrivateRecord, record: DocumentRecord) -> bool:
    """Keep the record of an attempt that released nothing; whether the output of an earlier release still stands.

    If so, the earlier record stays as it is, and this one goes to `attempts`.
    """
    name = f"{record.document}.json"
    if stands(records, record.document):
        write_json(records / "attempts" / name, record)
        return True
    write_json(records / "private" / name, private, private=True)
    write_json(records / name, record)
    return False


def move_source(records: Path, document: str, source: Path | None) -> None:
    """Say in the private record of a document, where there is one, where its file lies now; None: it was deleted."""
    path = records / "private" / f"{document}.json"
    if path.exists():
        at = None if source is None else path_text(source.absolute())
        write_json(path, read_private(path).model_copy(update={"source": at}), private=True)


def stands(records: Path, document: str) -> bool:
    """Whether a document was released and its output is still where it was put, unchanged."""
    path = records / f"{document}.json"
    if not path.exists():
        return False
    record = read_record(path)
    if record.status != "released" or record.output is None:
        return False
    target = read_private(records / "private" / path.name).target
    return target is not None and file_sha256(path_from(target)) == record.output.sha256


def note_release(records: Path, private: PrivateRecord, record: DocumentRecord) -> None:
    """Write down what is about to be released, beside what stands."""
    write_json(_pending(records, record.document), PendingRelease(private=private, record=record), private=True)


def commit_release(records: Path, private: PrivateRecord, record: DocumentRecord) -> None:
    """Make a release that happened the record of its document. May be done again after a kill at any place of it."""
    name = f"{record.document}.json"
    write_json(records / "private" / name, private, private=True)
    write_json(records / name, record)
    _remove(records / "attempts" / name)
    drop_release(records, record.document)


def drop_release(records: Path, document: str) -> None:
    """Forget a release that did not happen."""
    _remove(_pending(records, document))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as exc:
        raise OutputError(f"a record cannot be removed ({exc.strerror})") from None


def settle_release(records: Path, document: str) -> DocumentRecord | None:
    """Commit a noted release whose file has its name, drop one whose file has not; the record where it was released.

    The output itself decides: it stands and is the one that was noted, or nothing happened.
    """
    path = _pending(records, document)
    if not path.exists():
        return None
    pending = _read_pending(path)
    target, output = pending.private.target, pending.record.output
    if target is None or output is None or file_sha256(path_from(target)) != output.sha256:
        drop_release(records, document)
        return None
    released = pending.record.model_copy(update={"status": "released"})
    commit_release(records, pending.private, released)
    return released


def pending_releases(records: Path) -> list[str]:
    """Ids of the documents whose release was noted and not settled."""
    return sorted(path.name.removesuffix(".next.json") for path in (records / "private").glob("doc-*.next.json"))


def _pending(records: Path, document: str) -> Path:
    return records / "private" / f"{document}.next.json"


def _read_pending(path: Path) -> PendingRelease:
    return _read(PendingRelease, path, "a private record is damaged")
