"""What the stages of a run share: of one document its request, its engines and what builds up, and the same of one page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from docpriv.errors import DocprivError
from docpriv.model import Finding, MediaType, PageFormat, PageImage, Region
from docpriv.options import Recipe
from docpriv.pipeline.engines import Engines, engine_records
from docpriv.pipeline.packing import PackedReadings
from docpriv.pipeline.text_layer import USED, LayerReading
from docpriv.protocols import ReadPage, Spoken
from docpriv.provenance import now, versions
from docpriv.recipes import recipe_sha256
from docpriv.records import DocumentRecord, ErrorRecord, FileRecord, PageRecord, PlanFile, PlanPage, RecipeRecord, style_warnings
from docpriv.redaction.zones import PlacedForm
from docpriv.run_options import RunOptions
from docpriv.text.search import ValueSearch
from docpriv.text.values import Value

if TYPE_CHECKING:
    from docpriv.pipeline.pseudonyms import RegionPseudonyms

# Called with a stage, a page's index and the number of pages. Stages in order: decoded, read (each page), found; then for each
# page verified and written; then checked, noted, linked, recorded.
Observer = Callable[[str, int, int], None]
# Opened with the record of what is about to be released; whoever may not release it any more gets an error from it.
Fence = Callable[[DocumentRecord], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One document to handle. `target` is None for a dry run, which keeps no record; nor does `records` None."""

    document: str
    source: Path = field(repr=False)
    options: RunOptions = field(default_factory=RunOptions)
    target: Path | None = field(default=None, repr=False)
    records: Path | None = field(default=None, repr=False)
    plan: PlanFile | None = None
    plan_sha256: str | None = None
    run: str = ""
    extra: tuple[tuple[int, Region], ...] = ()
    started: str = ""
    fence: Fence | None = None
    replaces: str | None = None
    origin: Path | None = field(default=None, repr=False)  # what records name as the source, where it is not `source`

    @property
    def recipe(self) -> Recipe:
        return self.options.recipe


class Stopwatch:
    """CPU seconds of the process by stage: wall time says more about the neighbours than about the work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.process_time()
        try:
            yield
        finally:
            self.add({name: time.process_time() - begin})

    def add(self, seconds: dict[str, float]) -> None:
        for name, value in seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + value

    def rounded(self) -> dict[str, float]:
        """Seconds to the millisecond, by name."""
        return {name: round(value, 3) for name, value in sorted(self.seconds.items())}


@dataclass(slots=True)
class DocumentRun:
    """What builds up while a document is handled. `target`: what it will be written as, once its own kind is known."""

    request: Request
    engines: Engines
    observer: Observer
    watch: Stopwatch = field(default_factory=Stopwatch)
    target: MediaType = "application/pdf"
    pages: list[PageRecord] = field(default_factory=list)
    plans: list[PlanPage] = field(default_factory=list)
    input: FileRecord | None = None
    output: FileRecord | None = None
    pseudonyms: RegionPseudonyms | None = None

    @property
    def recipe(self) -> Recipe:
        return self.request.recipe

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which the pages were searched; none where that were all that the recipe looks for, on one of them."""
        found = [page.languages for page in self.pages]
        return tuple(sorted({code for own in found for code in own})) if all(found) else ()

    def record(self, status: str, error: DocprivError | None = None) -> DocumentRecord:
        ended = error and ErrorRecord(code=error.code, exit_code=int(error.exit_code), message=error.message)
        return DocumentRecord.model_validate(
            {
                "document": self.request.document,
                "status": status,
                "input": self.input,
                "output": self.output,
                "recipe": RecipeRecord(name=self.recipe.name, version=self.recipe.version, sha256=recipe_sha256(self.recipe)),
                "versions": versions(),
                "engines": engine_records(self.engines, self.pseudonyms, self.languages),
                "pages": tuple(self.pages),
                "error": ended,
                "warnings": style_warnings(self.pages),
                "reviewed": self.request.plan is not None,
                "plan_sha256": self.request.plan_sha256,
                "run": self.request.run,
                "started": self.request.started,
                "finished": now(),
                "seconds": self.watch.rounded(),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPage:
    """All that is kept of a page after the first pass: a few kilobytes."""

    index: int
    width: int
    height: int
    format: PageFormat
    kept: tuple[ReadPage, ...] | PackedReadings
    record: PageRecord  # as far as reading goes
    seconds: dict[str, float]
    forms: tuple[PlacedForm, ...] = ()  # known forms that the page is, with their zones
    values: frozenset[Value] = frozenset()  # what the page's codes hold of covered kinds, and what its own text hides
    layer: LayerReading = field(default_factory=LayerReading)  # what became of the page's own text

    @property
    def readings(self) -> tuple[ReadPage, ...]:
        """The first reading; one at another scale where the recipe reads twice; one of doubtful lines where it differs; one of
        the lines that stand together another way than the page, for each way; the last with the words of the page's own
        text where `layered`."""
        return self.kept.open() if isinstance(self.kept, PackedReadings) else self.kept

    @property
    def withheld_because(self) -> tuple[str, ...]:
        return self.record.withheld_because

    @property
    def layered(self) -> bool:
        return self.layer.use == USED


Found = tuple[tuple[tuple[Finding, ...], ...], ...]
"""Findings of a whole document: [page][reading]."""


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """One page in the second pass: its pixels as decoded, what was seen on it, and the values that no page may show.

    `by_person`: a person decided what is covered, so that what is still found is noted, not covered.
    """

    run: DocumentRun
    image: PageImage
    seen: SeenPage
    search: ValueSearch
    recipe: Recipe
    by_person: bool = False

    @cached_property
    def readings(self) -> tuple[ReadPage, ...]:
        return self.seen.readings

    @property
    def spoken(self) -> Spoken:
        """The languages of the page as it was first read."""
        return Spoken(page=self.seen.record.languages)
