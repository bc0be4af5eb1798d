"""What has to hold before a page is released: each check is one function that registers itself, with its name and what it asks.

Checks look at the pixels as they were encoded. What they find is covered and all is asked again, as often as the recipe allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from docpriv.decide import decide
from docpriv.formats.fidelity import compare_outside
from docpriv.formats.form import CodedPage
from docpriv.geometry import Box, hull
from docpriv.layout import analyse
from docpriv.model import Check, Finding, Kind, Mark, PageImage, PagePlan, Pixels, TextLine
from docpriv.pipeline.context import PageContext
from docpriv.pipeline.typed_text import open_payloads
from docpriv.protocols import ReadPage
from docpriv.redaction.coding_blocks import touched
from docpriv.redaction.cover_map import CoverMap, boxes_of
from docpriv.redaction.found_covers import filled_with_paper
from docpriv.redaction.ink_left import cut_strokes
from docpriv.redaction.painting import drawn_boxes, shows_nothing
from docpriv.redaction.plan import region_of_mark
from docpriv.redaction.verify import Outcome, Rereader, masked, new_findings, open_regions, standing_values
from docpriv.text.values import Value
from docpriv.visual.account import loose_ink
from docpriv.visual.seeing import look

HIDDEN = 0.9  # share of a mark's boxes from which its cover hides it
READ_WELL, ON_PRINT = 0.9, 0.5  # score of a line of print; share of a mark's boxes that lies on such
SAME = 0.6  # share of both of two marks that is common, from which they are one thing


@dataclass(frozen=True, kw_only=True)
class WrittenPage:
    """A page as it would be released: what the checks look at, each part made when it is first asked for.

    `painted`: the page before it was coded, `final`: decoded from the bytes that will stand in the file; both u8 (H, W, 3).
    """

    page: PageContext
    plan: PagePlan
    painted: Pixels
    coded: CodedPage
    final: Pixels
    rereader: Rereader | None

    @cached_property
    def covers(self) -> CoverMap:
        return CoverMap(self.plan, self.page.image.pixels)

    @cached_property
    def text(self) -> ReadPage:
        """The page as it can be read now."""
        read = self.page.readings[0].text
        if self.rereader is None:
            text = masked(read, self.covers, {})
        else:
            text = self.rereader.surviving_text(read, self.covers, self.final)
        return ReadPage(text=text, layout=analyse(text, self.final), spoken=self.page.spoken)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return self.page.run.engines.finder.find([self.text])

    @cached_property
    def fidelity(self) -> dict[str, Check]:
        """How the coded page compares with the source and with what was painted."""
        checks = compare_outside(
            self.page.image.pixels,
            self.final,
            boxes_of(self.plan),
            touched(boxes_of(self.plan), self.page.image.format, self.plan.width, self.plan.height, lossless=self.coded.lossless),
            colour=self.plan.colour,
            lossless=self.coded.lossless,
            painted=self.painted,
            drawn=drawn_boxes(self.plan).drawn,
        )
        return {check.name: check for check in checks}

    @cached_property
    def second_look(self) -> SecondLook:
        return look_again(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCheck:
    """A check and what it asks, in words. `outcome`: None where there is nothing to ask.

    `about_content`: whether something can still be read or seen, which is noted where a person decided what is covered.
    `at_the_end`: asked only when all others found nothing more to cover.
    """

    name: str
    asks: str
    outcome: Callable[[WrittenPage], Outcome | None]
    about_content: bool = False
    at_the_end: bool = False


CHECKS: list[PageCheck] = []
Asked = Callable[[WrittenPage], Outcome | None]


def _check(name: str, asks: str, *, about_content: bool = False, at_the_end: bool = False) -> Callable[[Asked], Asked]:
    def register(outcome: Asked) -> Asked:
        CHECKS.append(PageCheck(name=name, asks=asks, outcome=outcome, about_content=about_content, at_the_end=at_the_end))
        return outcome

    return register


def _as_coded(name: str, page: WrittenPage) -> Outcome | None:
    check = page.fidelity.get(name)
    return None if check is None else Outcome(ok=check.ok, detail=check.detail)


for _name, _asks in (
    ("same-size", "the written page has the size of the source"),
    ("inside-filled", "nothing but the fill stands in covered areas"),
    ("inside-drawn", "what a style drew stands where it drew"),
    ("outside-kept", "pixels outside are those of the source"),
):
    _check(_name, _asks)(partial(_as_coded, _name))


@_check("style-shows-nothing", "what styles draw is the same over other content, but for those that may look")
def _style_shows_nothing(page: WrittenPage) -> Outcome | None:
    return shows_nothing(page.page.image.pixels, page.plan, page.painted)


@_check("nothing-new-found", "lines beside covers, read again, hold nothing that the policy covers", about_content=True)
def _nothing_new_found(page: WrittenPage) -> Outcome:
    return new_findings(page.text.text, page.findings, page.covers, page.page.recipe)


@_check("no-value-elsewhere", "no covered value can be read anywhere else", about_content=True)
def _no_value_elsewhere(page: WrittenPage) -> Outcome:
    first = page.page.readings[0]
    readings = (page.text, replace(first, text=masked(first.text, page.covers, {})))
    return standing_values(readings, page.covers, page.page.search, page.page.recipe)


@_check("covers-its-ink", "covers leave no stroke of a character that they hide", about_content=True)
def _covers_its_ink(page: WrittenPage) -> Outcome:
    regions = cut_strokes(page.page.image.pixels, page.page.readings[0].text, page.plan)
    return Outcome(ok=not regions, detail=f"{len(regions)} areas" if regions else "", regions=regions)


@_check(
    "nothing-seen-again",
    "detectors that look again, and the first look, know nothing to cover that is open",
    about_content=True,
    at_the_end=True,
)
def _nothing_seen_again(page: WrittenPage) -> Outcome:
    return _of_marks(page.second_look.marks, page.second_look)


@_check("no-ink-unread", "no ink that the policy covers is left unexplained", about_content=True, at_the_end=True)
def _no_ink_unread(page: WrittenPage) -> Outcome:
    return _of_marks(page.second_look.ink, page.second_look)


def checked(page: WrittenPage, *, last: bool) -> list[tuple[PageCheck, Outcome]]:
    """The outcomes of all checks; those at the end only on the very page that would be released. `last`: nothing more may be
    covered, so that it is this one."""
    out: list[tuple[PageCheck, Outcome]] = []
    repair = False
    for check in CHECKS:
        if check.at_the_end and repair and not last:
            break
        outcome = check.outcome(page)
        if outcome is not None:
            out.append((check, outcome))
            repair = repair or (bool(outcome.regions) and not check.at_the_end)
    return out


# --- the second look ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """What is still to be seen on a page: `marks` of detectors, `ink` that no line explains, values that its codes hold."""

    marks: tuple[Mark, ...]
    ink: tuple[Mark, ...] = ()
    values: frozenset[Value] = frozenset()
    unchanged: bool = False


def look_again(written: WrittenPage) -> SecondLook:
    """Look at the final pixels with the same lines; covers are filled with paper, so that none is taken for what it hides.

    What is marked and the policy covers is open; so is whatever the first look marked and the plan does not hide. Detectors
    promise the same marks for the same scene: where no pixel has changed there is nothing to ask them.
    """
    page, plan, recipe, engines = written.page, written.plan, written.page.recipe, written.page.run.engines
    first, covers = page.readings[0].marks, written.covers

    def covered(mark: Mark) -> bool:
        return decide(mark, recipe.policy, recipe.finding.min_score).covered

    open_marks = [m for m in first if covered(m) and not _is_hidden(m, covers)]
    if not plan.regions and np.array_equal(page.image.pixels, written.final):
        return SecondLook(marks=tuple(open_marks), unchanged=True)
    clean: PageImage = replace(page.image, pixels=filled_with_paper(written.final, covers.boxes))
    readings = [r.text for r in (page.readings[:-1] if page.seen.layered else page.readings)]  # a file's own text explains no ink
    before = [line for reading in readings for line in reading.lines]
    sight = look(clean, before, engines.detectors, changed=covers.boxes, earlier=first)
    left = [m for m in first if not covered(m)]  # what the first look called a thing stands, whatever it is called now
    fresh = [m for m in sight.marks if not _is_hidden(m, covers) and not _is_print(m, before)]
    opened, values = open_payloads(fresh, engines.finder, recipe, page.spoken)
    codes = [_bounds(m) for m in first if m.kind is Kind.CODE and covered(m)]
    open_marks += [
        m
        for m in opened
        if (covered(m) and not any(_same(m, other) for other in left))
        # What is left of a code that was covered for its content may not tell its content any more.
        or (m.kind is Kind.CODE and any(_bounds(m).overlaps(code) for code in codes))
    ]
    lines = [*written.text.text.lines, *(line for r in readings[1:] for line in masked(r, CoverMap(plan), {}).lines)]
    loose = loose_ink(
        clean,
        lines,
        sight.marks,
        pictures=sight.pictures,
        unread_score=recipe.policy.unread_score,
        scripts=engines.scripts,
    )
    ink = [m for m in loose if covered(m) and not _is_hidden(m, covers) and not any(_same(m, other) for other in left)]
    return SecondLook(marks=tuple(open_marks), ink=tuple(ink), values=values)


def _of_marks(marks: Sequence[Mark], seen: SecondLook) -> Outcome:
    outcome = open_regions([region_of_mark(m) for m in marks], seen.values)
    return replace(outcome, detail="no pixel was changed") if seen.unchanged and not marks else outcome


def _is_hidden(mark: Mark, covers: CoverMap) -> bool:
    """Whether the plan covers the boxes that destroy a mark: its level box says nothing of one that leans."""
    boxes = [b for b in (box.clip(covers.width, covers.height) for box in region_of_mark(mark).boxes) if not b.empty]
    area = sum(box.area for box in boxes)
    return sum(covers.share(box) * box.area for box in boxes) >= HIDDEN * area


def _is_print(mark: Mark, lines: Iterable[TextLine]) -> bool:
    """Whether a signature or stamp that only the second look sees lies mostly on print that was read well: then the covers beside
    it, filled with their paper, have given the print another look; whatever crosses print the first look saw."""
    if mark.kind not in {Kind.SIGNATURE, Kind.STAMP}:
        return False
    printed = [hull([line.quad]) for line in lines if line.score >= READ_WELL]
    boxes = region_of_mark(mark).boxes
    on_print = sum(box.intersect(line).area for box in boxes for line in printed)
    return on_print >= ON_PRINT * sum(box.area for box in boxes)


def _same(mark: Mark, other: Mark) -> bool:
    """Whether two marks are one thing."""
    mine, its = _bounds(mark), _bounds(other)
    common = mine.intersect(its)
    return not common.empty and common.area >= SAME * max(mine.area, its.area)


def _bounds(mark: Mark) -> Box:
    return hull([mark.quad])
