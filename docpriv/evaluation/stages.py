"""Says which stage lost each labelled word that would stay readable, without knowing an engine.

What was read and found comes as `Sight`: characters with their places and fates, however they were made. The stages,
in the order in which a page passes them:
    not-read        no recognized character stands on the word's box
    misread         characters do, and spell something else
    not-found       read as labelled, and no detector named the whole of it
    left-by-policy  found, as a kind that the recipe leaves readable or with too low a score
    geometry        found and covered by the plan, and its ink stays visible
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from pydantic import BaseModel, Field

from docpriv.evaluation.figures import FORM, Number, PageId
from docpriv.evaluation.scoring import Grey, count_words
from docpriv.evaluation.truth import LabelledPage, LabelledWord

STAGES = ("not-read", "misread", "not-found", "left-by-policy", "geometry")
DRAWN = frozenset({"SIGNATURE", "FACE"})
"""Labels of what is seen, not read: what was recognized on them is compared with nothing."""
SLACK = 0.15
"""Share of a box's height (at least 2 pixels) by which a character's middle may stand above or below it."""


class Fate(IntEnum):
    """What became of a character or an area: found and covered, found and left by the policy, or not found."""

    UNFOUND = 0
    LEFT = 1
    COVERED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenChar:
    """One recognized character: the index of its line, its middle in pixels, and its fate."""

    text: str = field(repr=False)
    line: int
    x: float
    y: float
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenArea:
    """An area that was found without characters, or that the plan covers: (x0, y0, x1, y1) in pixels."""

    box: tuple[float, float, float, float]
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What docpriv made of a page: its readings (more than one where a recipe reads twice), areas, and why the
    page would be withheld (codes; empty: it would not)."""

    readings: tuple[tuple[SeenChar, ...], ...] = field(repr=False)
    areas: tuple[SeenArea, ...] = ()
    withheld_because: tuple[str, ...] = ()


class StagedWord(BaseModel):
    """A word that would stay readable and the stage that lost it. Beside what is written to a file: its text, what was read
    on it, and the share (0..1) of its outline that is visible."""

    model_config = FORM
    word: Number
    label: str
    stage: str
    text: str = Field(default="", exclude=True, repr=False)
    read: str = Field(default="", exclude=True, repr=False)
    visible: float = Field(default=1.0, exclude=True)


class StagedPage(BaseModel):
    """One page with its leaks. Beside what is written to a file: PII words with ink by label, ordinary words and the
    numbers of those lost; a page that would be withheld loses all of them."""

    model_config = FORM
    set: str
    page: PageId
    withheld: bool
    leaks: tuple[StagedWord, ...]
    stem: str = Field(default="", exclude=True, repr=False)
    words: dict[str, int] = Field(default={}, exclude=True)
    plain: int = Field(default=0, exclude=True)
    lost: tuple[int, ...] = Field(default=(), exclude=True)


def stage_page(page: LabelledPage, before: Grey, after: Grey, sight: Sight, *, name: str = "pages") -> StagedPage:
    """Account for one page: its labels, the page as scanned and as planned (uint8[H, W]), and what docpriv saw."""
    found = count_words(page, before, after)
    leaks = []
    for word, share in found.leaks:
        stage, read = stage_of(word, sight)
        label = word.label or ""
        leaks.append(StagedWord(word=word.number, label=label, stage=stage, text=word.text, read=read, visible=share))
    withheld = bool(sight.withheld_because)
    return StagedPage(
        set=name,
        page=page.page,
        withheld=withheld,
        leaks=tuple(leaks),
        stem=page.stem,
        words=dict(sorted(found.words.items())),
        plain=len(found.plain),
        lost=tuple(found.plain if withheld else found.lost),
    )


def stage_of(word: LabelledWord, sight: Sight) -> tuple[str, str]:
    """The stage that lost a word that stays readable, and what was read on it.

    Of several readings the one that came furthest counts: covering what it found would have been enough.
    """
    x0, y0, x1, y1 = word.box
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    area = max((a.fate for a in sight.areas if _holds(a.box, middle)), default=Fate.UNFOUND)
    best = (0, "")
    for reading in sight.readings:
        chars = _on(word, reading)
        read = "".join(c.text for c in chars)
        telling = [c for c in chars if c.text.isalnum()] or chars
        # found only in part is not found: the rest of the word stays
        fate = min((c.fate for c in telling), default=Fate.UNFOUND)
        if fate is Fate.UNFOUND and (not chars or word.label in DRAWN or all(c.fate is Fate.UNFOUND for c in chars)):
            fate = area
        if fate is Fate.COVERED:
            stage = "geometry"
        elif fate is Fate.LEFT:
            stage = "left-by-policy"
        elif not chars:
            stage = "not-read"
        elif word.label in DRAWN or not word.text or _reads_as(word.text, chars):
            stage = "not-found"
        else:
            stage = "misread"
        best = max(best, (STAGES.index(stage), read))
    return STAGES[best[0]], best[1]


def _on(word: LabelledWord, reading: Iterable[SeenChar]) -> list[SeenChar]:
    x0, y0, x1, y1 = word.box
    slack = max(2.0, SLACK * (y1 - y0))
    box = (x0, y0 - slack, x1, y1 + slack)
    return [c for c in reading if c.text.strip() and _holds(box, (c.x, c.y))]


def _reads_as(text: str, chars: Sequence[SeenChar]) -> bool:
    """Whether the characters spell the label, together or those of one line alone (lines may overlap)."""
    lines: dict[int, str] = {}
    for char in chars:
        lines[char.line] = lines.get(char.line, "") + char.text
    return _plain(text) in {_plain("".join(lines.values())), *(_plain(line) for line in lines.values())}


def _plain(text: str) -> str:
    """Letters and digits alone, case folded; the text itself where it holds none."""
    return "".join(c for c in text.casefold() if c.isalnum()) or text.strip()


def _holds(box: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


@dataclass(frozen=True, slots=True)
class StageReport:
    """Leaks by class and stage over pages that would be released; those of withheld pages are counted apart."""

    pages: tuple[StagedPage, ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values without text and names. PII words are those of all pages: a withheld page shows none of them."""
        released = [page for page in self.pages if not page.withheld]
        words = Counter(label for page in self.pages for label, count in page.words.items() for _ in range(count))
        leaks = Counter((leak.label, leak.stage) for page in released for leak in page.leaks)
        total = {stage: sum(leaks[label, stage] for label in words) for stage in STAGES}
        by_class = {}
        for label in sorted(words):
            stages = {stage: leaks[label, stage] for stage in STAGES}
            by_class[label] = {"words": words[label], "leaked": sum(stages.values()), "stages": stages}
        return {
            "pages": len(self.pages),
            "withheld": len(self.pages) - len(released),
            "withheld_leaks": sum(len(page.leaks) for page in self.pages if page.withheld),
            "pii_words": words.total(),
            "leaked": sum(total.values()),
            "plain_words": sum(page.plain for page in self.pages),
            "lost": sum(len(page.lost) for page in self.pages),
            "stages": total,
            "by_class": by_class,
        }


def stage_table(report: StageReport) -> str:
    """The counts for a terminal."""
    figures = report.as_dict()
    wide = [max(len(stage) + 2, 7) for stage in STAGES]

    def row(name: str, words: object, leaked: object, stages: Iterable[object]) -> str:
        return f"{name:<12}{words:>8}{leaked:>8}" + "".join(f"{n:>{w}}" for n, w in zip(stages, wide, strict=True))

    rows = [row("label", "words", "leaked", STAGES)]
    rows += [row(label, one["words"], one["leaked"], one["stages"].values()) for label, one in figures["by_class"].items()]
    rows.append(row("all PII", figures["pii_words"], figures["leaked"], figures["stages"].values()))
    rows.append(
        f"pages {figures['pages']}, withheld {figures['withheld']} (they would show {figures['withheld_leaks']} more); "
        f"ordinary words lost {figures['lost']} of {figures['plain_words']}; before verification and its repairs"
    )
    return "\n".join(rows)
