"""Compares two scorings of the same labels, page by page; refuses runs that did not score the same pages.

Differences are after minus before. Their intervals draw pages with replacement and take both runs of a drawn page
(a paired bootstrap): how hard the pages are falls out, and what the change did remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from docpriv.errors import InputError
from docpriv.evaluation.figures import LEVEL, RESAMPLES, Interval, interval, resampled, shares
from docpriv.evaluation.score_file import PageEntry, ScoreFile

POOLED, LOST_WORDS, WITHHELD = "all PII", "lost", "withheld"
"""Names of the rows that are no class: leaks of all classes, ordinary words lost, pages withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure in both runs: hits among `count` words (or pages), and the difference of the rates."""

    name: str
    count: int
    before: int
    after: int
    interval: Interval

    @property
    def difference(self) -> float:
        """Rate after minus rate before, -1..1."""
        return (self.after - self.before) / max(self.count, 1)

    @property
    def certain(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.interval.low > 0 or self.interval.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChange:
    """What changed on one page, in words. `withheld`: before and after; a page that is withheld leaks nothing."""

    set: str
    page: str
    fixed: int
    newly_leaked: int
    kept_again: int
    newly_lost: int
    withheld: tuple[bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Classes, then `POOLED`, `LOST_WORDS` and `WITHHELD`; of pages those on which a word changed."""

    pages: int
    changes: tuple[Change, ...]
    page_changes: tuple[PageChange, ...]

    @property
    def fixed(self) -> int:
        """PII words that leaked and no longer do."""
        return sum(page.fixed for page in self.page_changes)

    @property
    def fixed_by_withholding(self) -> int:
        """Those of them on pages that are withheld now and were not: hidden, not repaired."""
        return sum(page.fixed for page in self.page_changes if page.withheld == (False, True))

    @property
    def newly_leaked(self) -> int:
        """PII words that leak and did not before."""
        return sum(page.newly_leaked for page in self.page_changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; pages by their digest."""
        return {
            "format": "docpriv/evaluation-comparison/1",
            "pages": self.pages,
            "fixed": self.fixed,
            "fixed_by_withholding": self.fixed_by_withholding,
            "newly_leaked": self.newly_leaked,
            "kept_again": sum(page.kept_again for page in self.page_changes),
            "newly_lost": sum(page.newly_lost for page in self.page_changes),
            "interval_level": self.changes[0].interval.level,
            "changes": {
                c.name: {
                    "count": c.count,
                    "before": c.before,
                    "after": c.after,
                    "difference": c.difference,
                    "interval": [c.interval.low, c.interval.high],
                }
                for c in self.changes
            },
            "page_changes": [
                {
                    "set": p.set,
                    "page": p.page,
                    "fixed": p.fixed,
                    "newly_leaked": p.newly_leaked,
                    "kept_again": p.kept_again,
                    "newly_lost": p.newly_lost,
                    "withheld": list(p.withheld),
                }
                for p in self.page_changes
            ],
        }


def compare(
    before: ScoreFile, after: ScoreFile, *, resamples: int = RESAMPLES, level: float = LEVEL, seed: int = 0
) -> Comparison:
    """Compare two runs. Raises InputError unless they scored the same sets, pages and words."""
    pairs = _paired(before, after)
    labels = sorted({label for one, _ in pairs for label in one.words})
    rows = np.array(
        [
            [
                number
                for name in (*labels, POOLED, LOST_WORDS, WITHHELD)
                for number in (_count(one, name), _hits(one, name), _hits(two, name))
            ]
            for one, two in pairs
        ],
        np.float64,
    )
    sums, drawn = rows.sum(axis=0), resampled(rows, resamples=resamples, seed=seed)
    changes = []
    for column, name in enumerate((*labels, POOLED, LOST_WORDS, WITHHELD)):
        count, was, became = (int(v) for v in sums[3 * column : 3 * column + 3])
        counts, b, a = drawn[:, 3 * column : 3 * column + 3].T
        changes.append(Change(name=name, count=count, before=was, after=became, interval=interval(shares(a - b, counts), level)))
    moved = [page for one, two in pairs if (page := _page_change(one, two)) is not None]
    return Comparison(pages=len(pairs), changes=tuple(changes), page_changes=tuple(moved))


def _paired(before: ScoreFile, after: ScoreFile) -> list[tuple[PageEntry, PageEntry]]:
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


def _count(page: PageEntry, name: str) -> int:
    match name:
        case "all PII":
            return sum(page.words.values())
        case "lost":
            return page.plain
        case "withheld":
            return 1
        case _:
            return page.words.get(name, 0)


def _hits(page: PageEntry, name: str) -> int:
    match name:
        case "all PII":
            return sum(len(numbers) for numbers in page.leaked.values())
        case "lost":
            return len(page.lost)
        case "withheld":
            return int(page.withheld)
        case _:
            return len(page.leaked.get(name, ()))


def _page_change(before: PageEntry, after: PageEntry) -> PageChange | None:
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
    level = comparison.changes[0].interval.level
    rows = [f"{'':<12}{'of':>8}{'before':>9}{'after':>9}{'difference':>13}   {level:.0%} interval (points of per cent)"]
    for c in comparison.changes:
        low, high = c.interval.low * 100, c.interval.high * 100
        doubt = "" if c.certain or low == high == 0 else "  (may be chance)"
        rows.append(
            f"{c.name:<12}{c.count:>8}{c.before / max(c.count, 1):>9.2%}{c.after / max(c.count, 1):>9.2%}"
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
