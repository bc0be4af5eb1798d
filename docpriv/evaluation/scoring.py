"""Scores redacted pages against word labels, knowing nothing of the tool that made them.

A word's ink is what stands out from its paper in the original (Otsu's threshold inside its box). Its outline
(ink within `REACH` pixels of paper) is still visible where both the ink and the paper beside it kept their
values: black ink under a black box is not visible. A PII word leaks when more than `LEAK` of its outline is
visible; an ordinary word is lost when less than `LOST` of it is. A page that is missing was withheld: it
leaks nothing and loses every ordinary word.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from docpriv.errors import InputError
from docpriv.evaluation.figures import PageScore, ScoreReport, report_of
from docpriv.evaluation.truth import MAYBE, ONE_PAGE, Corners, LabelledPage, LabelledWord, PageSet, SetPage, iter_pages

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

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

OnPage = Callable[[SetPage, PageScore, Grey, Grey | None], None]
"""Called for each page with its score, the original and the redacted page (uint8[H, W]; None: withheld)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldPage:
    """Why a page was withheld, and the boxes of its plan on a page of `width` x `height` pixels; a document that failed
    before there was a plan has none."""

    because: tuple[str, ...]
    width: int = 1
    height: int = 1
    boxes: tuple[Corners, ...] = ()

    def painted(self, before: Grey) -> Grey:
        """The page as it would have been released."""
        return painted(before, self.width, self.height, self.boxes)


@dataclass(frozen=True, slots=True)
class WithheldPages:
    """The withheld one-page documents of a run, by the SHA-256 of their input."""

    by_input: Mapping[str, WithheldPage] = field(repr=False)

    def of(self, original: Path) -> WithheldPage | None:
        """What is known of that file, by its content."""
        return self.by_input.get(hashlib.sha256(original.read_bytes()).hexdigest())


def painted(before: Grey, width: int, height: int, boxes: Iterable[Corners], shade: int = 0) -> Grey:
    """A copy of `before` (uint8[H, W]) with boxes of a plan filled; the plan is of a page of `width` x `height`."""
    after = before.copy()
    across, down = before.shape[1] / width, before.shape[0] / height
    for x0, y0, x1, y1 in boxes:
        rows = slice(max(0, math.floor(y0 * down)), max(0, math.ceil(y1 * down)))
        columns = slice(max(0, math.floor(x0 * across)), max(0, math.ceil(x1 * across)))
        after[rows, columns] = shade
    return after


def ink_of(patch: Grey, least: int = MIN_RANGE) -> Mask:
    """Where uint8[H, W] holds ink: the rarer side of Otsu's threshold; nowhere in a patch of fewer than `least` levels."""
    if patch.size == 0 or int(patch.max()) - int(patch.min()) < least:
        return np.zeros(patch.shape, np.bool_)
    level, _ = cv2.threshold(patch, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark: Mask = patch <= level
    return dark if dark.mean() <= 0.5 else ~dark


def visible_share(word: LabelledWord, before: Grey, after: Grey) -> float | None:
    """Share (0..1) of the outline of a word's ink on the page `before` (uint8[H, W]) still visible on `after`; None
    without ink."""
    total = visible = 0
    for x0, y0, x1, y1 in word.parts or (word.box,):
        outline, seen = _outline(before[y0:y1, x0:x1], after[y0:y1, x0:x1], word.contrast)
        total, visible = total + outline, visible + seen
    return visible / total if total >= MIN_OUTLINE else None


def _outline(before: Grey, after: Grey, contrast: int | None) -> tuple[int, int]:
    """Pixels of the outline of the ink in `before`, and those of them that are visible in `after`."""
    # of faint ink half its contrast tells it from its ground; a change of as much has wiped it out
    least, tolerance = (MIN_RANGE, float(TOLERANCE)) if contrast is None else (max(1, contrast // 2), contrast / 2)
    ink = ink_of(before, least)
    if not ink.any():
        return 0, 0  # also a box outside the page, which OpenCV would refuse
    outline = ink & _near(~ink)
    kept = np.abs(before.astype(np.int16) - after.astype(np.int16)) <= tolerance
    return int(outline.sum()), int((outline & kept & _near(~ink & kept)).sum())


@dataclass(frozen=True, slots=True)
class WordCount:
    """Words of a page that have ink: those of personal data by label and, with the share that is visible, those of them that
    leak; how many ordinary ones, and the numbers of those lost."""

    words: Counter[str] = field(default_factory=Counter)
    leaks: list[tuple[LabelledWord, float]] = field(default_factory=list)
    plain: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    def leaked(self) -> dict[str, tuple[int, ...]]:
        """Numbers of the words that leak, by label."""
        found = defaultdict[str, list[int]](list)
        for word, _ in self.leaks:
            found[word.label or ""].append(word.number)
        return {label: tuple(numbers) for label, numbers in sorted(found.items())}


def count_words(page: LabelledPage, before: Grey, after: Grey) -> WordCount:
    """Count the words of a page, as scanned and as redacted (uint8[H, W], same size); `MAYBE` counts neither way."""
    found = WordCount()
    for word in page.words:
        share = None if word.label == MAYBE else visible_share(word, before, after)
        if share is None:
            continue
        if word.label is None:
            found.plain.append(word.number)
            if share < LOST:
                found.lost.append(word.number)
        else:
            found.words[word.label] += 1
            if share > LEAK:
                found.leaks.append((word, share))
    return found


def score_page(page: SetPage, before: Grey, after: Grey | None, known: WithheldPage | None = None) -> PageScore:
    """Score one page: the original and the redacted one (uint8[H, W], same size; None: withheld, and what is `known` of it)."""
    found = count_words(page.labelled, before, np.zeros_like(before) if after is None else after)
    known = None if after is not None else known
    planned = None if known is None else count_words(page.labelled, before, known.painted(before))
    return PageScore(
        set=page.set,
        page=page.labelled.page,
        groups=page.groups,
        withheld=after is None,
        words=dict(sorted(found.words.items())),
        leaked=found.leaked(),
        plain=len(found.plain),
        lost=tuple(found.lost),
        because=() if known is None else known.because,
        planned_leaks=None if planned is None else planned.leaked(),
    )


def score_sets(sets: Sequence[PageSet], *, on_page: OnPage | None = None, withheld: WithheldPages | None = None) -> ScoreReport:
    """Score every label file STEM.json of several sets, together and each alone; one page a file.

    PAGES holds STEM.png (or another image), the page as scanned; REDACTED holds STEM.* (other sizes are resized to it), or
    STEM.redacted.*, or a one-page PDF; a page that is not there counts as withheld, and `withheld` is what records say of it.
    Raises InputError if there are no label files, an original is missing, or a file cannot be read.
    """
    scores = []
    for page in (page for chosen in sets for page in iter_pages(chosen)):
        before = read_grey(page.original, where=f"the original of {page.where}")
        size = (before.shape[1], before.shape[0])
        after = None if page.redacted is None else read_grey(page.redacted, size, where=f"the redacted page of {page.where}")
        known = withheld.of(page.original) if withheld is not None and after is None else None
        scores.append(score_page(page, before, after, known))
        if on_page is not None:
            on_page(page, scores[-1], before, after)
    return report_of(scores)


def read_grey(path: Path, size: tuple[int, int] | None = None, *, where: str = "a page") -> Grey:
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


def _render(path: Path, size: tuple[int, int] | None, where: str) -> Grey:
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
        raise InputError(f"{where} has {pages} pages in one file", remedy=ONE_PAGE)


def _near(mask: Mask) -> Mask:
    side = 2 * REACH + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8))).astype(np.bool_)
