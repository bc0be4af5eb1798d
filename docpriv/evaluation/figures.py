"""Adds scored pages up: rates by class, set, level and kind, with intervals over pages.

Intervals are percentile bootstraps (Efron 1979) in which a page is drawn whole, for the words of a page leak together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from docpriv.evaluation.truth import GROUPS

RESAMPLES = 1000
"""Draws of a bootstrap."""
LEVEL = 0.95
"""Confidence of the intervals."""
FORM = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
PageId = Annotated[str, Field(pattern=r"^page-[0-9a-f]{20}$")]
Number = Annotated[int, Field(ge=0)]
Counts = NDArray[np.float64]
Interval = tuple[float, float]
"""The shares between which the figure lies with the confidence `LEVEL`."""
_DIFFICULTIES = ("easy", "medium", "hard")
_BY_CLASS = ("language", "origin")
_NAMES = "PERSON"


class PageScore(BaseModel):
    """One page by its digest. Words are given by their number in the label file, from 0."""

    model_config = FORM
    set: str
    page: PageId
    groups: dict[str, str] = {}
    withheld: bool
    words: dict[str, Number] = Field(description="Words of personal data with ink, by label.")
    leaked: dict[str, tuple[Number, ...]]
    plain: Number = Field(description="Ordinary words with ink.")
    lost: tuple[Number, ...]
    because: tuple[str, ...] = Field(default=(), description="Why the page was withheld.")
    planned_leaks: dict[str, tuple[Number, ...]] | None = Field(
        default=None, description="What would leak were a withheld page released as planned; null where that is not known."
    )

    @property
    def pii(self) -> int:
        """Words that are PII and have ink."""
        return sum(self.words.values())

    @property
    def leaks(self) -> int:
        """Those of them that leak."""
        return sum(map(len, self.leaked.values()))

    @property
    def leaks_over_all(self) -> int | None:
        """Those that leak, or would were a withheld page released as planned; None where that is not known."""
        if not self.withheld:
            return self.leaks
        return None if self.planned_leaks is None else sum(map(len, self.planned_leaks.values()))

    def counted(self, labels: Sequence[str]) -> list[tuple[int, int]]:
        """Hits and count of the leaks of each label, of all leaks, of lost words and of withheld pages."""
        by_label = [(len(self.leaked.get(label, ())), self.words.get(label, 0)) for label in labels]
        return [*by_label, (self.leaks, self.pii), (len(self.lost), self.plain), (int(self.withheld), 1)]


@dataclass(frozen=True, slots=True)
class Rate:
    """Hits among `count` words or pages."""

    hits: int
    count: int
    interval: Interval

    @property
    def share(self) -> float:
        """0..1; 0 where there is nothing to count."""
        return self.hits / max(self.count, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Figures over pages: leaks of PII words by class and in all, ordinary words lost (those of withheld pages included),
    pages withheld."""

    by_class: dict[str, Rate]
    leaks: Rate
    lost: Rate
    withheld: Rate
    pages_without_leak: int
    leaked_over_all: int | None
    """Words that leak were every withheld page released as planned; None where records do not say it of each."""
    withheld_because: dict[str, int]
    """Withheld pages by reason, most first; a page may have several."""
    page_scores: tuple[PageScore, ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values; no names of files, no text."""
        return {
            "pages": self.withheld.count,
            "withheld": self.withheld.hits,
            "withheld_share": self.withheld.share,
            "withheld_interval": list(self.withheld.interval),
            "pages_without_leak": self.pages_without_leak,
            "pii_words": self.leaks.count,
            "leaked": self.leaks.hits,
            "leak_rate": self.leaks.share,
            "leak_interval": list(self.leaks.interval),
            "plain_words": self.lost.count,
            "lost": self.lost.hits,
            "lost_rate": self.lost.share,
            "lost_interval": list(self.lost.interval),
            "leaked_over_all": self.leaked_over_all,
            "withheld_because": self.withheld_because,
            "interval_level": LEVEL,
            "by_class": {
                label: {"leaked": one.hits, "words": one.count, "leak_rate": one.share, "leak_interval": list(one.interval)}
                for label, one in self.by_class.items()
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """Figures of all pages together (`total`), and by "set", "level" and "kind", where there are several, of each."""

    total: Score
    parts: dict[str, dict[str, Score]]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values, parts under `by_set`, `by_level`, `by_kind`."""
        parts = {f"by_{part}": {name: score.as_dict() for name, score in named.items()} for part, named in self.parts.items()}
        return self.total.as_dict() | parts


def resampled(counts: Counts) -> Counts:
    """Sums of the columns of float64[pages, K] over pages drawn with replacement: float64[RESAMPLES, K], always the same."""
    generator, count = np.random.default_rng(0), len(counts)
    # one draw at a time: a matrix of all draws would hold RESAMPLES x pages numbers
    weights = (np.bincount(generator.integers(0, count, count), minlength=count) for _ in range(RESAMPLES))
    return np.array([weight @ counts for weight in weights])


def interval(hits: Counts, counts: Counts) -> Interval:
    """The middle `LEVEL` of the shares of resampled pages; draws with nothing to count are left out, 0..1 where all are."""
    known = hits[counts > 0] / counts[counts > 0]
    if not known.size:
        return 0.0, 1.0
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]).tolist()
    return low, high


def summarise(pages: Sequence[PageScore]) -> Score:
    """Add pages, at least one, up."""
    labels = sorted({label for page in pages for label in page.words})
    counted = np.array([page.counted(labels) for page in pages], np.float64)
    sums, drawn = counted.sum(axis=0).astype(int).tolist(), resampled(counted.reshape(len(pages), -1))
    rates = [
        Rate(hits, count, interval(drawn[:, 2 * column], drawn[:, 2 * column + 1])) for column, (hits, count) in enumerate(sums)
    ]
    over_all = [page.leaks_over_all for page in pages]
    return Score(
        by_class=dict(zip(labels, rates, strict=False)),
        leaks=rates[-3],
        lost=rates[-2],
        withheld=rates[-1],
        pages_without_leak=sum(not page.leaks and not page.withheld for page in pages),
        leaked_over_all=None if None in over_all else sum(count or 0 for count in over_all),
        withheld_because=dict(Counter(reason for page in pages for reason in page.because).most_common()),
        page_scores=tuple(pages),
    )


def report_of(pages: Sequence[PageScore]) -> ScoreReport:
    """All pages together and by part."""
    named = {"set": [page.set for page in pages]} | {part: [page.groups.get(part, "") for page in pages] for part in GROUPS}
    parts = {
        part: {
            name or "-": summarise([page for page, own in zip(pages, names, strict=True) if own == name])
            for name in sorted(set(names), key=_place)
        }
        for part, names in named.items()
        if len(set(names)) > 1 or (part != "set" and any(names))
    }
    return ScoreReport(total=summarise(pages), parts=parts)


def table(score: Score) -> str:
    """The figures as a table of plain text for a terminal."""
    rows = [f"{'label':<12}{'words':>8}{'leaked':>8}{'rate':>9}   {LEVEL:.0%} interval"]
    rows += [_row(label, one) for label, one in score.by_class.items()]
    withheld = score.withheld
    rows += [
        _row("all PII", score.leaks),
        _row("ordinary", score.lost) + " (lost, not leaked)",
        f"pages {withheld.count}, without a leak {score.pages_without_leak}, withheld {withheld.hits} "
        f"({withheld.share:.1%}, interval {_range(withheld.interval, 1)})",
    ]
    if withheld.hits and score.leaked_over_all is not None:
        rows.append(
            f"were the withheld pages released as planned, {score.leaked_over_all} words would leak "
            f"({score.leaked_over_all / max(score.leaks.count, 1):.2%})"
        )
    if score.withheld_because:
        rows.append("withheld for " + ", ".join(f"{reason} ({pages})" for reason, pages in score.withheld_because.items()))
    released = withheld.count - withheld.hits
    if released and not score.leaks.hits:
        # a bootstrap of nothing but zeros is an interval of no width, which promises too much
        rows.append(
            f"no page leaks, so the interval says little: up to {1 - (1 - LEVEL) ** (1 / released):.1%} of such pages may "
            f"({LEVEL:.0%} confidence)"
        )
    return "\n".join(rows)


def report_table(report: ScoreReport) -> str:
    """The table of all pages and one row for each set, level, kind, language and origin; of the last two also by class."""
    out = [table(report.total)]
    for part, scores in report.parts.items():
        width = max(12, *(len(name) + 1 for name in scores))
        out.append(
            f"\n{part:<{width}}{'pages':>7}{'withheld':>10}{'PII':>8}{'leaked':>8}{'rate':>9}   {'interval':<18}{'lost':>8}"
        )
        out += [
            f"{name:<{width}}{s.withheld.count:>7}{s.withheld.hits:>10}{s.leaks.count:>8}{s.leaks.hits:>8}{s.leaks.share:>9.2%}"
            f"   {_range(s.leaks.interval):<18}{s.lost.share:>8.2%}"
            for name, s in scores.items()
        ]
        if part in _BY_CLASS:
            out += ["", *_class_rows(part, scores, width)]
        if part == "origin":
            out.append(_fairness(report.total, scores))
    return "\n".join(out)


def _class_rows(part: str, scores: dict[str, Score], width: int) -> list[str]:
    """Leaked words and words of every class, a row for each part."""
    labels = sorted({label for s in scores.values() for label in s.by_class})
    rows = [f"{part:<{width}}" + "".join(f"{label:>13}" for label in labels)]
    for name, s in scores.items():
        rates = (s.by_class.get(label) for label in labels)
        rows.append(f"{name:<{width}}" + "".join(f"{f'{r.hits}/{r.count}' if r else '-':>13}" for r in rates))
    return rows


def _fairness(total: Score, scores: dict[str, Score]) -> str:
    """The origins whose names leak more than twice as often as all names do."""
    mean = total.by_class.get(_NAMES)
    if mean is None:
        return "no names to compare"
    rates = {name: s.by_class[_NAMES] for name, s in scores.items() if _NAMES in s.by_class}
    over = [f"{name} {rate.share:.1%}" for name, rate in rates.items() if rate.share > 2 * mean.share]
    return f"names leak {mean.share:.2%}; more than twice as often: {', '.join(over) or 'none'}"


def _place(name: str) -> tuple[int, str]:
    """Levels from easy to hard, other names by letter."""
    return (_DIFFICULTIES.index(name) if name in _DIFFICULTIES else len(_DIFFICULTIES), name)


def _row(name: str, one: Rate) -> str:
    return f"{name:<12}{one.count:>8}{one.hits:>8}{one.share:>9.2%}   {_range(one.interval)}"


def _range(one: Interval, digits: int = 2) -> str:
    return f"{one[0]:.{digits}%} to {one[1]:.{digits}%}"
