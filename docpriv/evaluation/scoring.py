"""Scores redacted pages against word labels, knowing nothing of the tool that made them; reads no text.

A word's ink is what stands out from its paper in the original (Otsu's threshold inside its box). Its outline
(ink within `REACH` pixels of paper) is still visible where both the ink and the paper beside it kept their
values: black ink under a black box is not visible. A PII word leaks when more than `LEAK` of its outline is
visible; an ordinary word is lost when less than `LOST` of it is. A page that is missing was withheld: it
leaks nothing and loses every ordinary word.
"""

from __future__ import annotations

import json
import pathlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from docpriv.errors import InputError
from docpriv.evaluation.truth import MAYBE

TOLERANCE = 40
"""Grey levels: JPEG noise is below it, a black box on paper far above."""
REACH = 3
"""Pixels between a stroke's outline and the paper that makes it readable."""
LEAK = 0.10
"""Share of a PII word's outline that may stay visible."""
LOST = 0.50
"""Share of an ordinary word's outline that has to stay visible."""
MIN_RANGE = 30
"""Grey levels within a box below which it holds no ink."""
MIN_OUTLINE = 8
"""Pixels of outline below which a word is not counted."""

_ONE_PAGE = ("One page a file: split a document of several pages first, and name its pages and label files alike "
             "(NAME-p1.png and NAME-p1.json, NAME-p2.png ...).")

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf", ".bmp", ".webp"})

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range of shares (0..1) that holds the figure with the given `level` of confidence."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """Words of one label and how many of them leak."""

    label: str
    words: int
    leaked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """Counts of one page; `stem` is a file's name and therefore hidden from the repr."""

    stem: str = field(repr=False)
    withheld: bool
    words: tuple[tuple[str, int], ...]
    leaks: tuple[tuple[str, int], ...]
    plain: int
    lost: int

    @property
    def pii(self) -> int:
        """Words of this page that are PII and have ink."""
        return sum(n for _, n in self.words)

    @property
    def leaked(self) -> int:
        """Those of them that leak."""
        return sum(n for _, n in self.leaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Figures over all pages; rates are shares 0..1, intervals are percentile bootstraps over pages."""

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
    page_scores: tuple[PageScore, ...] = field(repr=False)

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
            "pages_without_leak": self.pages_without_leak,
            "pii_words": self.pii_words,
            "leaked": self.leaked,
            "leak_rate": self.leak_rate,
            "leak_interval": [self.leak_interval.low, self.leak_interval.high],
            "plain_words": self.plain_words,
            "lost": self.lost,
            "lost_rate": self.lost_rate,
            "lost_interval": [self.lost_interval.low, self.lost_interval.high],
            "interval_level": self.leak_interval.level,
            "by_class": {c.label: {"leaked": c.leaked, "words": c.words} for c in self.by_class},
        }


def ink_of(patch: Grey) -> Mask:
    """Where uint8[H, W] holds ink: the rarer side of Otsu's threshold; nowhere in a flat patch."""
    if patch.size == 0 or int(patch.max()) - int(patch.min()) < MIN_RANGE:
        return np.zeros(patch.shape, np.bool_)
    level, _ = cv2.threshold(patch, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark: Mask = patch <= level
    return dark if dark.mean() <= 0.5 else ~dark


def visible_share(before: Grey, after: Grey) -> float | None:
    """Share (0..1) of the outline of the ink in `before` (uint8[H, W]) still visible in `after`; None
    without ink."""
    ink = ink_of(before)
    if not ink.any():
        return None  # also a box outside the page, which OpenCV would refuse
    outline = ink & _near(~ink)
    total = int(outline.sum())
    if total < MIN_OUTLINE:
        return None
    kept = np.abs(before.astype(np.int16) - after.astype(np.int16)) <= TOLERANCE
    return float((outline & kept & _near(~ink & kept)).sum() / total)


def score_page(words: list[dict[str, Any]], before: Grey, after: Grey | None, *, stem: str = "") -> PageScore:
    """Score one page: label entries, the original and the redacted page (uint8[H, W], same size; None:
    withheld).

    Raises InputError for an entry without a box of four numbers or without a label.
    """
    shown = np.zeros_like(before) if after is None else after
    pii: Counter[str] = Counter()
    leaks: Counter[str] = Counter()
    plain = lost = 0
    for number, word in enumerate(words, 1):
        try:
            label = word["label"]
            x0, y0, x1, y1 = (round(float(v)) for v in word["box"])
        except (KeyError, TypeError, ValueError):
            raise InputError(f"label entry {number} lacks a label or a box of four numbers") from None
        if label == MAYBE:
            continue
        x0, y0 = max(x0, 0), max(y0, 0)
        share = visible_share(before[y0:y1, x0:x1], shown[y0:y1, x0:x1])
        if share is None:
            continue
        if label:
            pii[label] += 1
            leaks[label] += share > LEAK
        else:
            plain += 1
            lost += share < LOST
    return PageScore(
        stem=stem,
        withheld=after is None,
        words=tuple(sorted(pii.items())),
        leaks=tuple(sorted((k, n) for k, n in leaks.items() if n)),
        plain=plain,
        lost=lost,
    )


def score_pages(
    labels_dir: pathlib.Path,
    originals_dir: pathlib.Path,
    redacted_dir: pathlib.Path,
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Score:
    """Score every label file STEM.json of `labels_dir`; one page a file.

    `originals_dir` holds STEM.png (or another image), the page as scanned. `redacted_dir` holds STEM.*
    of the same size (other sizes are resized to it), or STEM.redacted.*, or a one-page PDF; a page that
    is not there counts as withheld.
    Raises InputError if there are no label files, an original is missing, or a file cannot be read.
    """
    files = sorted(labels_dir.glob("*.json"))
    if not files:
        raise InputError("the labels folder holds no label file (STEM.json)")
    scores = []
    for number, file in enumerate(files, 1):
        where = f"label file {number} of {len(files)} (sorted by name)"
        words = _words(file, where)
        source = find_page(originals_dir, file.stem)
        if source is None:
            raise InputError(f"no original for {where}", remedy=_ONE_PAGE)
        before = read_grey(source, where=f"the original of {where}")
        target = find_page(redacted_dir, file.stem)
        size = (before.shape[1], before.shape[0])
        after = None if target is None else read_grey(target, size, where=f"the redacted page of {where}")
        try:
            scores.append(score_page(words, before, after, stem=file.stem))
        except InputError as error:
            raise InputError(f"{where}: {error.message}") from None
    return summarise(scores, resamples=resamples, level=level, seed=seed)


def summarise(pages: list[PageScore], *, resamples: int = 1000, level: float = 0.95, seed: int = 0) -> Score:
    """Add pages up; the intervals draw pages with replacement `resamples` times from a generator with
    that seed."""
    words: Counter[str] = Counter()
    leaks: Counter[str] = Counter()
    for page in pages:
        words.update(dict(page.words))
        leaks.update(dict(page.leaks))
    return Score(
        pages=len(pages),
        withheld=sum(p.withheld for p in pages),
        pages_without_leak=sum(not p.leaked and not p.withheld for p in pages),
        pii_words=sum(words.values()),
        leaked=sum(leaks.values()),
        plain_words=sum(p.plain for p in pages),
        lost=sum(p.lost for p in pages),
        by_class=tuple(ClassScore(label=k, words=words[k], leaked=leaks[k]) for k in sorted(words)),
        leak_interval=_bootstrap([(p.leaked, p.pii) for p in pages], resamples, level, seed),
        lost_interval=_bootstrap([(p.lost, p.plain) for p in pages], resamples, level, seed),
        page_scores=tuple(pages),
    )


def find_page(folder: pathlib.Path, stem: str) -> pathlib.Path | None:
    """The first file of that stem (or STEM.redacted, STEM_redacted, STEM-redacted) at any depth; None if
    there is none."""
    stems = {stem, f"{stem}.redacted", f"{stem}_redacted", f"{stem}-redacted"}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.stem in stems and path.is_file():
            return path
    return None


def read_grey(path: pathlib.Path, size: tuple[int, int] | None = None, *, where: str = "a page") -> Grey:
    """The page as uint8[H, W], resized to `size` (width, height) if that is given.

    Raises InputError, which calls the page `where`, if it cannot be read or the file holds several pages.
    """
    image: Grey | None
    if path.suffix.lower() == ".pdf":
        image = _render(path, size, where)
    else:
        image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if image is not None:
            _single(cv2.imcount(str(path)), where)
    if image is None:
        raise InputError(f"{where} cannot be read")
    if size is not None and (image.shape[1], image.shape[0]) != size:
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    return image


def _render(path: pathlib.Path, size: tuple[int, int] | None, where: str) -> Grey:
    import pypdfium2  # loaded only where a PDF is met

    try:
        document = pypdfium2.PdfDocument(path)
        _single(len(document), where)
        page = document[0]
    except (pypdfium2.PdfiumError, IndexError):
        raise InputError(f"{where} cannot be read") from None
    scale = (size[0] / page.get_width()) if size else 200 / 72
    return np.array(page.render(scale=scale).to_pil().convert("L"), np.uint8)


def _single(pages: int, where: str) -> None:
    if pages > 1:
        raise InputError(f"{where} has {pages} pages in one file", remedy=_ONE_PAGE)


def table(score: Score) -> str:
    """The figures as a table of plain text for a terminal."""
    rows = [f"{'label':<12}{'words':>8}{'leaked':>8}{'rate':>9}"]
    rows += [
        f"{c.label:<12}{c.words:>8}{c.leaked:>8}{c.leaked / max(c.words, 1):>9.2%}" for c in score.by_class
    ]
    leak, lost = score.leak_interval, score.lost_interval
    rows += [
        f"{'all PII':<12}{score.pii_words:>8}{score.leaked:>8}{score.leak_rate:>9.2%}"
        f"   {leak.level:.0%} interval {leak.low:.2%} to {leak.high:.2%}",
        f"{'ordinary':<12}{score.plain_words:>8}{score.lost:>8}{score.lost_rate:>9.2%}"
        f"   {lost.level:.0%} interval {lost.low:.2%} to {lost.high:.2%} (lost, not leaked)",
        f"pages {score.pages}, without a leak {score.pages_without_leak}, "
        f"withheld {score.withheld} ({score.withheld_share:.1%})",
    ]
    return "\n".join(rows)


def _near(mask: Mask) -> Mask:
    side = 2 * REACH + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8))).astype(np.bool_)


def _words(file: pathlib.Path, where: str) -> list[dict[str, Any]]:
    try:
        words = json.loads(file.read_text(encoding="utf-8"))["words"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{where} is no JSON object with a list `words`") from None
    if not isinstance(words, list):
        raise InputError(f"{where} is no JSON object with a list `words`")
    return words


def _bootstrap(counts: list[tuple[int, int]], resamples: int, level: float, seed: int) -> Interval:
    """Percentile bootstrap of sum(hits) / sum(all) over pages (Efron 1979); a page is drawn whole."""
    if not counts or resamples < 1:
        return Interval(low=0.0, high=1.0, level=level)
    table_of = np.asarray(counts, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(counts), (resamples, len(counts)))
    sums = table_of[drawn].sum(axis=1)
    rates = sums[:, 0] / np.maximum(sums[:, 1], 1)
    low, high = np.quantile(rates, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level)
