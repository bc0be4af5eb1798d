"""Adds scored pages up: rates by class, set, level and kind, with intervals over pages; it never looks at pixels.

Intervals are percentile bootstraps (Efron 1979) in which a page is drawn whole, for the words of a page leak together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docpriv.evaluation.sets import GROUPS

RESAMPLES = 1000
"""Draws of a bootstrap."""
LEVEL = 0.95
"""Confidence of the intervals."""
_DIFFICULTIES = ("easy", "medium", "hard")

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range of shares that holds the figure with the given `level` of confidence."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """Words of one label and how many of them leak."""

    label: str
    words: int
    leaked: int
    interval: Interval

    @property
    def leak_rate(self) -> float:
        """Leaked words among the words of this label."""
        return self.leaked / max(self.words, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """One page: PII words with ink by label, and the numbers (in the label file, from 0) of those that leak
    and of the ordinary words that are lost. `stem` is a file's name and therefore hidden from the repr.

    Of a withheld page `because` says why, and `planned_leaks` which words would leak were it released as it was planned
    (None: not known); both come from the records of the run.
    """

    page: str
    stem: str = field(repr=False)
    set: str
    groups: tuple[tuple[str, str], ...]
    withheld: bool
    words: tuple[tuple[str, int], ...]
    leaked_words: tuple[tuple[str, tuple[int, ...]], ...]
    plain: int
    lost_words: tuple[int, ...]
    because: tuple[str, ...] = ()
    planned_leaks: tuple[tuple[str, tuple[int, ...]], ...] | None = None

    @property
    def pii(self) -> int:
        """Words of this page that are PII and have ink."""
        return sum(n for _, n in self.words)

    @property
    def leaked(self) -> int:
        """Those of them that leak."""
        return sum(len(numbers) for _, numbers in self.leaked_words)

    @property
    def leaked_over_all(self) -> int | None:
        """Those that leak, or would were a withheld page released as planned; None where that is not known."""
        if not self.withheld:
            return self.leaked
        return None if self.planned_leaks is None else sum(len(numbers) for _, numbers in self.planned_leaks)

    @property
    def lost(self) -> int:
        """Ordinary words that are lost."""
        return len(self.lost_words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Figures over pages; rates are shares 0..1."""

    pages: int
    withheld: int
    pages_without_leak: int
    pii_words: int
    leaked: int
    plain_words: int
    lost: int
    by_class: tuple[ClassScore, ...]
    leak_interval: Interval
    lost_interval: Interval
    withheld_interval: Interval
    page_scores: tuple[PageScore, ...] = field(repr=False)
    leaked_over_all: int | None = None
    """Words that leak were every withheld page released as planned; None where records do not say it of each."""
    withheld_because: tuple[tuple[str, int], ...] = ()
    """Withheld pages by reason, most first; a page may have several."""

    @property
    def leak_rate(self) -> float:
        """Leaked PII words among all PII words (0 where there are none)."""
        return self.leaked / max(self.pii_words, 1)

    @property
    def lost_rate(self) -> float:
        """Lost ordinary words among all ordinary words, those of withheld pages included."""
        return self.lost / max(self.plain_words, 1)

    @property
    def withheld_share(self) -> float:
        """Withheld pages among all pages."""
        return self.withheld / max(self.pages, 1)

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values; no names of files, no text."""
        return {
            "pages": self.pages,
            "withheld": self.withheld,
            "withheld_share": self.withheld_share,
            "withheld_interval": _pair(self.withheld_interval),
            "pages_without_leak": self.pages_without_leak,
            "pii_words": self.pii_words,
            "leaked": self.leaked,
            "leak_rate": self.leak_rate,
            "leak_interval": _pair(self.leak_interval),
            "plain_words": self.plain_words,
            "lost": self.lost,
            "lost_rate": self.lost_rate,
            "lost_interval": _pair(self.lost_interval),
            "leaked_over_all": self.leaked_over_all,
            "withheld_because": dict(self.withheld_because),
            "interval_level": self.leak_interval.level,
            "by_class": {
                c.label: {"leaked": c.leaked, "words": c.words, "leak_rate": c.leak_rate, "leak_interval": _pair(c.interval)}
                for c in self.by_class
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreReport:
    """Figures of all pages together (`total`), and of parts: of each set, level and kind, where there are several.

    `parts` holds ("set" | "level" | "kind", ((name, figures), ...)).
    """

    total: Score
    parts: tuple[tuple[str, tuple[tuple[str, Score], ...]], ...]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values, parts under `by_set`, `by_level`, `by_kind`."""
        return self.total.as_dict() | {
            f"by_{part}": {name: score.as_dict() for name, score in scores} for part, scores in self.parts
        }


def resampled(counts: Counts, *, resamples: int = RESAMPLES, seed: int = 0) -> Counts:
    """Sums of the columns of float64[pages, K] over pages drawn with replacement: float64[resamples, K]."""
    generator = np.random.default_rng(seed)
    count = len(counts)
    # one draw at a time: a matrix of all draws would hold resamples x pages numbers
    weights = (np.bincount(generator.integers(0, count, count), minlength=count) for _ in range(resamples))
    return np.array([weight @ counts for weight in weights])


def shares(hits: Counts, counts: Counts) -> Counts:
    """Hits / counts; NaN where there is nothing to count, as in a draw without a page of that class."""
    out: Counts = np.full(hits.shape, np.nan)
    return np.divide(hits, counts, out=out, where=counts > 0)


def interval(values: Counts, level: float = LEVEL) -> Interval:
    """The middle `level` of resampled figures, NaN left out; 0..1 where none is left."""
    known = values[~np.isnan(values)]
    if not known.size:
        return Interval(low=0.0, high=1.0, level=level)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level)


def summarise(pages: Sequence[PageScore], *, resamples: int = RESAMPLES, level: float = LEVEL, seed: int = 0) -> Score:
    """Add pages up; the intervals come from a generator with that seed, so they repeat."""
    words: Counter[str] = Counter()
    leaks: Counter[str] = Counter()
    for page in pages:
        words.update(dict(page.words))
        leaks.update({label: len(numbers) for label, numbers in page.leaked_words})
    labels = sorted(words)
    pairs = [
        [_of_label(page, label) for label in labels] + [(page.leaked, page.pii), (page.lost, page.plain), (int(page.withheld), 1)]
        for page in pages
    ]
    intervals = [Interval(low=0.0, high=1.0, level=level)] * (len(labels) + 3)
    if pages and resamples > 0:
        sums = resampled(np.asarray(pairs, np.float64).reshape(len(pages), -1), resamples=resamples, seed=seed)
        rates = shares(sums[:, 0::2], sums[:, 1::2])
        intervals = [interval(rates[:, column], level) for column in range(rates.shape[1])]
    return Score(
        pages=len(pages),
        withheld=sum(p.withheld for p in pages),
        pages_without_leak=sum(not p.leaked and not p.withheld for p in pages),
        pii_words=sum(words.values()),
        leaked=sum(leaks.values()),
        plain_words=sum(p.plain for p in pages),
        lost=sum(p.lost for p in pages),
        by_class=tuple(
            ClassScore(label=label, words=words[label], leaked=leaks[label], interval=one)
            for label, one in zip(labels, intervals, strict=False)
        ),
        leak_interval=intervals[-3],
        lost_interval=intervals[-2],
        withheld_interval=intervals[-1],
        page_scores=tuple(pages),
        leaked_over_all=_over_all(pages),
        withheld_because=tuple(Counter(reason for page in pages for reason in page.because).most_common()),
    )


def _over_all(pages: Sequence[PageScore]) -> int | None:
    counts = [page.leaked_over_all for page in pages]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def report_of(pages: Sequence[PageScore], **how: Any) -> ScoreReport:
    """All pages together and by part; `how` as in `summarise`."""
    named = {"set": [page.set for page in pages]}
    named |= {group: [dict(page.groups).get(group, "") for page in pages] for group in GROUPS}
    parts = []
    for part, names in named.items():
        if len(set(names)) > 1 or (part != "set" and any(names)):
            parts.append(
                (
                    part,
                    tuple(
                        (name or "-", summarise([p for p, n in zip(pages, names, strict=True) if n == name], **how))
                        for name in sorted(set(names), key=_place)
                    ),
                )
            )
    return ScoreReport(total=summarise(pages, **how), parts=tuple(parts))


def table(score: Score) -> str:
    """The figures as a table of plain text for a terminal."""
    rows = [f"{'label':<12}{'words':>8}{'leaked':>8}{'rate':>9}   {score.leak_interval.level:.0%} interval"]
    rows += [_row(c.label, c.words, c.leaked, c.leak_rate, c.interval) for c in score.by_class]
    rows += [
        _row("all PII", score.pii_words, score.leaked, score.leak_rate, score.leak_interval),
        _row("ordinary", score.plain_words, score.lost, score.lost_rate, score.lost_interval) + " (lost, not leaked)",
        f"pages {score.pages}, without a leak {score.pages_without_leak}, withheld {score.withheld} "
        f"({score.withheld_share:.1%}, interval {_range(score.withheld_interval, 1)})",
    ]
    if score.withheld and score.leaked_over_all is not None:
        rows.append(
            f"were the withheld pages released as planned, {score.leaked_over_all} words would leak "
            f"({score.leaked_over_all / max(score.pii_words, 1):.2%})"
        )
    if score.withheld_because:
        rows.append("withheld for " + ", ".join(f"{reason} ({pages})" for reason, pages in score.withheld_because))
    released = score.pages - score.withheld
    if released and not score.leaked:
        # a bootstrap of nothing but zeros is an interval of no width, which promises too much
        at_most = 1 - (1 - score.leak_interval.level) ** (1 / released)
        rows.append(
            f"no page leaks, so the interval says little: up to {at_most:.1%} of such pages may "
            f"({score.leak_interval.level:.0%} confidence)"
        )
    return "\n".join(rows)


def report_table(report: ScoreReport) -> str:
    """The table of all pages and one row for each set, level and kind."""
    out = [table(report.total)]
    for part, scores in report.parts:
        width = max(12, *(len(name) + 1 for name, _ in scores))
        out.append(
            f"\n{part:<{width}}{'pages':>7}{'withheld':>10}{'PII':>8}{'leaked':>8}{'rate':>9}   {'interval':<18}{'lost':>8}"
        )
        out += [
            f"{name:<{width}}{s.pages:>7}{s.withheld:>10}{s.pii_words:>8}{s.leaked:>8}{s.leak_rate:>9.2%}   "
            f"{_range(s.leak_interval):<18}{s.lost_rate:>8.2%}"
            for name, s in scores
        ]
    return "\n".join(out)


def _place(name: str) -> tuple[int, str]:
    """Levels from easy to hard, other names by letter."""
    return (_DIFFICULTIES.index(name) if name in _DIFFICULTIES else len(_DIFFICULTIES), name)


def _of_label(page: PageScore, label: str) -> tuple[int, int]:
    return len(dict(page.leaked_words).get(label, ())), dict(page.words).get(label, 0)


def _row(name: str, words: int, hits: int, rate: float, one: Interval) -> str:
    return f"{name:<12}{words:>8}{hits:>8}{rate:>9.2%}   {_range(one)}"


def _range(one: Interval, digits: int = 2) -> str:
    return f"{one.low:.{digits}%} to {one.high:.{digits}%}"


def _pair(one: Interval) -> list[float]:
    return [one.low, one.high]
