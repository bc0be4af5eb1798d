"""Compares two scorings of the same labels, page by page.

Differences are after minus before. Their intervals draw pages with replacement and take both runs of a drawn page
(a paired bootstrap): how hard the pages are falls out, and what the change did remains.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel

from docpriv.errors import InputError
from docpriv.evaluation.figures import FORM, LEVEL, Interval, PageScore, interval, resampled
from docpriv.evaluation.score_file import ScoreFile

NOT_CLASSES = ("all PII", "lost", "withheld")
"""Names of the rows that are no class: leaks of all classes, ordinary words lost, pages withheld."""


class Change(BaseModel):
    """One figure in both runs: hits among `count` words (or pages), and the difference of the rates, -1..1."""

    model_config = FORM
    count: int
    before: int
    after: int
    difference: float
    interval: Interval

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.interval[0] > 0 or self.interval[1] < 0


class PageChange(BaseModel):
    """What changed on one page, in words. `withheld`: before and after; a page that is withheld leaks nothing."""

    model_config = FORM
    set: str
    page: str
    fixed: int
    newly_leaked: int
    kept_again: int
    newly_lost: int
    withheld: tuple[bool, bool]


class Comparison(BaseModel):
    """Words over all pages, changes by class and in `NOT_CLASSES`, and the pages on which a word changed.

    `fixed_by_withholding`: words on pages that are withheld now and were not: hidden, not repaired.
    """

    model_config = FORM
    format: str = "docpriv/evaluation-comparison/1"
    pages: int
    fixed: int
    fixed_by_withholding: int
    newly_leaked: int
    kept_again: int
    newly_lost: int
    interval_level: float = LEVEL
    changes: dict[str, Change]
    page_changes: tuple[PageChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; pages by their digest."""
        return self.model_dump(mode="json")


def compare(before: ScoreFile, after: ScoreFile) -> Comparison:
    """Compare two runs. Raises InputError unless they scored the same sets, pages and words."""
    pairs = _paired(before, after)
    labels = sorted({label for one, _ in pairs for label in one.words})
    rows = np.array(
        [
            [(was, became, count) for (was, count), (became, _) in zip(one.counted(labels), two.counted(labels), strict=True)]
            for one, two in pairs
        ],
        np.float64,
    )
    drawn = resampled(rows.reshape(len(pairs), -1))
    changes = {}
    for column, (name, sums) in enumerate(zip((*labels, *NOT_CLASSES), rows.sum(axis=0), strict=True)):
        was, became, count = sums.astype(int).tolist()
        b, a, counts = drawn[:, 3 * column : 3 * column + 3].T
        difference = (became - was) / max(count, 1)
        changes[name] = Change(count=count, before=was, after=became, difference=difference, interval=interval(a - b, counts))
    moved = tuple(page for one, two in pairs if (page := _page_change(one, two)) is not None)
    return Comparison(
        pages=len(pairs),
        fixed=sum(page.fixed for page in moved),
        fixed_by_withholding=sum(page.fixed for page in moved if page.withheld == (False, True)),
        newly_leaked=sum(page.newly_leaked for page in moved),
        kept_again=sum(page.kept_again for page in moved),
        newly_lost=sum(page.newly_lost for page in moved),
        changes=changes,
        page_changes=moved,
    )


def _paired(before: ScoreFile, after: ScoreFile) -> list[tuple[PageScore, PageScore]]:
    ones, twos = ({(page.set, page.page): page for page in run.pages} for run in (before, after))
    remedy = (
        "Score both runs against the same labels, under the same names of sets; a label file that was edited "
        "makes another page of it."
    )
    alone = len(ones.keys() ^ twos.keys())
    if alone:
        raise InputError(f"{alone} page(s) stand in one of the two runs alone", remedy=remedy)
    if not ones:
        raise InputError("the two runs hold no page", remedy=remedy)
    pairs = [(page, twos[key]) for key, page in ones.items()]
    if any(one.words != two.words or one.plain != two.plain for one, two in pairs):
        raise InputError("the two runs count other words on the same page", remedy="Give both runs the same originals.")
    return pairs


def _page_change(before: PageScore, after: PageScore) -> PageChange | None:
    was, now = ({n for numbers in page.leaked.values() for n in numbers} for page in (before, after))
    lost_was, lost_now = set(before.lost), set(after.lost)
    if was == now and lost_was == lost_now and before.withheld == after.withheld:
        return None
    return PageChange(
        set=before.set,
        page=before.page,
        fixed=len(was - now),
        newly_leaked=len(now - was),
        kept_again=len(lost_was - lost_now),
        newly_lost=len(lost_now - lost_was),
        withheld=(before.withheld, after.withheld),
    )


def comparison_table(comparison: Comparison, names: dict[str, str] | None = None) -> str:
    """The comparison for a terminal; `names` gives the name of a page by its digest, where it may be shown."""
    rows = [f"{'':<12}{'of':>8}{'before':>9}{'after':>9}{'difference':>13}   {LEVEL:.0%} interval (points of per cent)"]
    for name, c in comparison.changes.items():
        low, high = (100 * end for end in c.interval)
        doubt = "" if c.certain or low == high == 0 else "  (may be chance)"
        rows.append(
            f"{name:<12}{c.count:>8}{c.before / max(c.count, 1):>9.2%}{c.after / max(c.count, 1):>9.2%}"
            f"{c.difference * 100:>+13.2f}   {low:+.2f} to {high:+.2f}{doubt}"
        )
    rows.append(
        f"pages {comparison.pages}; words that no longer leak {comparison.fixed} "
        f"({comparison.fixed_by_withholding} of them on pages that are withheld now), "
        f"that leak now {comparison.newly_leaked}"
    )
    if comparison.page_changes:
        shown = [(names or {}).get(page.page, page.page) for page in comparison.page_changes]
        width = max(map(len, shown)) + 2
        rows.append(f"\n{'page':<{width}}{'fixed':>7}{'leaked':>8}{'kept again':>12}{'lost':>6}")
        for name, page in zip(shown, comparison.page_changes, strict=True):
            change = {(False, True): "  withheld now", (True, False): "  no longer withheld"}.get(page.withheld, "")
            rows.append(f"{name:<{width}}{page.fixed:>7}{page.newly_leaked:>8}{page.kept_again:>12}{page.newly_lost:>6}{change}")
    return "\n".join(rows)
