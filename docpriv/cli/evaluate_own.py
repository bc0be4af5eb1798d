"""What docpriv's own records and its own first pass tell the evaluation; nothing that was read is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from docpriv.decide import decide
from docpriv.errors import DocprivError, InputError
from docpriv.evaluation.gallery import Gallery
from docpriv.evaluation.scoring import Grey, WithheldPage, WithheldPages, painted, read_grey
from docpriv.evaluation.stages import Fate, SeenArea, SeenChar, Sight, StagedPage, StageReport, stage_page
from docpriv.evaluation.truth import PageSet, SetPage, iter_pages
from docpriv.geometry import Box, Quad, cover
from docpriv.model import Finding, Kind, Mark, PagePlan
from docpriv.options import Recipe, colour_of
from docpriv.pipeline import Engines, Request, open_engines, scan_document
from docpriv.pipeline.context import SeenPage
from docpriv.protocols import ReadPage
from docpriv.recipes import require
from docpriv.records import DocumentRecord, PlanFile
from docpriv.run_options import RunOptions


def stage_sets(
    sets: Sequence[PageSet],
    recipe: Recipe,
    *,
    gallery: Gallery | None = None,
    engines: Engines | None = None,
    observer: Callable[[int, int], None] | None = None,
) -> StageReport:
    """Account for every labelled page of the sets with that recipe; `observer` gets pages done and all pages.

    Raises the errors of the engines, and InputError for a page or labels that cannot be read.
    """
    require(recipe)
    opened = open_engines(recipe) if engines is None else engines
    total, pages = sum(len(list(chosen.labels.glob("*.json"))) for chosen in sets), []
    for chosen in sets:
        for page in iter_pages(chosen):
            pages.append(_staged(page, recipe, opened, gallery))
            if observer is not None:
                observer(len(pages), total)
    return StageReport(tuple(pages))


def _staged(page: SetPage, recipe: Recipe, engines: Engines, gallery: Gallery | None) -> StagedPage:
    before = read_grey(page.original, where=f"the original of {page.where}")
    heard: list[tuple[ReadPage, tuple[Finding, ...]]] = []

    def keep(seen: SeenPage, findings: tuple[tuple[Finding, ...], ...], plan: PagePlan) -> None:
        heard.extend(zip(seen.readings, findings, strict=True))

    request = Request(document=page.labelled.page, source=page.original, options=RunOptions(recipe=recipe))
    try:
        record, plan = scan_document(request, engines, lambda stage, index, pages: None, on_found=keep)
    except DocprivError as exc:
        raise type(exc)(f"the original of {page.where}: {exc.message}", remedy=exc.advice) from None
    after, boxes = _painted(before, plan)
    sight = _sight(heard, boxes, recipe, _scale(before, plan), record.pages[0].withheld_because)
    staged = stage_page(page.labelled, before, after, sight, name=page.set)
    if gallery is not None:
        gallery.add(
            page.labelled,
            before,
            None if staged.withheld else after,
            name=page.set,
            leaks=[(leak.word, leak.stage) for leak in staged.leaks],
            lost=staged.lost,
        )
    return staged


def _scale(before: Grey, plan: PlanFile) -> tuple[float, float]:
    """From the plan's frame to that of the labels: they differ where a PDF is rendered."""
    height, width = before.shape
    return width / plan.pages[0].width, height / plan.pages[0].height


def _painted(before: Grey, plan: PlanFile) -> tuple[Grey, list[Box]]:
    """The page as planned, and the boxes that were filled."""
    page, (sx, sy) = plan.pages[0], _scale(before, plan)
    red, green, blue = colour_of(plan.colour)
    planned = [box for region in page.regions for box in region.boxes]
    shade = round(0.299 * red + 0.587 * green + 0.114 * blue)
    after = painted(before, page.width, page.height, planned, shade)
    return after, [cover(Box(*box).quad().scale(sx, sy), before.shape[1], before.shape[0]) for box in planned]


def _sight(
    heard: Sequence[tuple[ReadPage, tuple[Finding, ...]]],
    boxes: Sequence[Box],
    recipe: Recipe,
    scale: tuple[float, float],
    withheld_because: tuple[str, ...],
) -> Sight:

    def fate_of(found: Finding | Mark) -> Fate:
        return Fate.COVERED if decide(found, recipe.policy, recipe.finding.min_score).covered else Fate.LEFT

    areas = [SeenArea(box=box.quad().bounds(), fate=Fate.COVERED) for box in boxes]
    readings = []
    for page, findings in heard:
        fates: dict[tuple[int, int], Fate] = {}
        for finding in findings:
            fate = fate_of(finding)
            for owned in finding.chars:
                fates[owned.line, owned.char] = max(fate, fates.get((owned.line, owned.char), fate))
            areas += [_area(quad, fate, scale) for quad in finding.quads]
        areas += [
            _area(mark.quad, fate_of(mark), scale)
            for mark in page.marks
            if fate_of(mark) is Fate.COVERED or mark.kind is not Kind.UNREAD_INK
        ]  # writing that nobody read is not found
        chars = []
        for number, line in enumerate(page.text.lines):
            for index, char in enumerate(line.chars):
                x, y = char.quad.scale(*scale).centre
                chars.append(SeenChar(text=char.text, line=number, x=x, y=y, fate=fates.get((number, index), Fate.UNFOUND)))
        readings.append(tuple(chars))
    return Sight(readings=tuple(readings), areas=tuple(areas), withheld_because=tuple(withheld_because))


def _area(quad: Quad, fate: Fate, scale: tuple[float, float]) -> SeenArea:
    return SeenArea(box=quad.scale(*scale).bounds(), fate=fate)


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
