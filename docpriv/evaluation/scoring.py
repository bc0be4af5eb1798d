"""Scores redacted pages against word labels, knowing nothing of the tool that made them; reads no text.

A word's ink is what stands out from its paper in the original (Otsu's threshold inside its box). Its outline
(ink within `REACH` pixels of paper) is still visible where both the ink and the paper beside it kept their
values: black ink under a black box is not visible. A PII word leaks when more than `LEAK` of its outline is
visible; an ordinary word is lost when less than `LOST` of it is. A page that is missing was withheld: it
leaks nothing and loses every ordinary word.
"""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from docpriv.errors import InputError
from docpriv.evaluation.figures import PageScore, Score, ScoreReport, report_of, table
from docpriv.evaluation.sets import ONE_PAGE, PageSet, SetPage, iter_pages
from docpriv.evaluation.truth import MAYBE, LabelledPage, LabelledWord
from docpriv.evaluation.withheld import WithheldPages, painted

__all__ = ["PageScore", "Score", "ScoreReport", "score_page", "score_pages", "score_sets", "table"]

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


def score_page(
    page: LabelledPage,
    before: Grey,
    after: Grey | None,
    *,
    name: str = "pages",
    groups: tuple[tuple[str, str], ...] = (),
    planned: Grey | None = None,
    because: tuple[str, ...] = (),
) -> PageScore:
    """Score one page: its labels, the original and the redacted page (uint8[H, W], same size; None: withheld).

    `name` and `groups`: the set that the page is of and what its manifest says of it. `planned` and `because` are of a
    withheld page: how it would have been released (None: not known), and why it was not.
    """
    shown = np.zeros_like(before) if after is None else after
    words: Counter[str] = Counter()
    leaks: dict[str, list[int]] = {}
    would: dict[str, list[int]] = {}
    lost: list[int] = []
    plain = 0
    for word in page.words:
        if word.label == MAYBE:
            continue
        share = visible_share(word, before, shown)
        if share is None:
            continue
        if word.label is not None:
            words[word.label] += 1
            if share > LEAK:
                leaks.setdefault(word.label, []).append(word.number)
            if after is None and planned is not None and (visible_share(word, before, planned) or 0.0) > LEAK:
                would.setdefault(word.label, []).append(word.number)
        else:
            plain += 1
            if share < LOST:
                lost.append(word.number)
    return PageScore(
        page=page.page,
        stem=page.stem,
        set=name,
        groups=groups,
        withheld=after is None,
        words=tuple(sorted(words.items())),
        plain=plain,
        lost_words=tuple(lost),
        leaked_words=_numbers(leaks),
        because=because if after is None else (),
        planned_leaks=_numbers(would) if after is None and planned is not None else None,
    )


def _numbers(found: dict[str, list[int]]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((label, tuple(numbers)) for label, numbers in sorted(found.items()))


def score_pages(labels: pathlib.Path, pages: pathlib.Path, redacted: pathlib.Path, **how: Any) -> Score:
    """Score every label file STEM.json of `labels`; one page a file. `how`: `resamples`, `level`, `seed`, `withheld`.

    `pages` holds STEM.png (or another image), the page as scanned. `redacted` holds STEM.* of the same size
    (other sizes are resized to it), or STEM.redacted.*, or a one-page PDF; a page that is not there counts as
    withheld.
    Raises InputError if there are no label files, an original is missing, or a file cannot be read.
    """
    return score_sets([PageSet(name="pages", labels=labels, pages=pages, redacted=redacted)], **how).total


def score_sets(
    sets: Sequence[PageSet], *, on_page: OnPage | None = None, withheld: WithheldPages | None = None, **how: Any
) -> ScoreReport:
    """Score several sets, together and each alone; errors and `how` as in `score_pages`. `withheld`: what the records
    say of withheld pages."""
    scores = []
    for chosen in sets:
        for page in iter_pages(chosen):
            before = read_grey(page.original, where=f"the original of {page.where}")
            size = (before.shape[1], before.shape[0])
            after = None if page.redacted is None else read_grey(page.redacted, size, where=f"the redacted page of {page.where}")
            known = withheld.of(page.original) if withheld is not None and after is None else None
            scores.append(
                score_page(
                    page.labelled,
                    before,
                    after,
                    name=page.set,
                    groups=page.groups,
                    planned=None if known is None else painted(before, known.width, known.height, known.boxes),
                    because=() if known is None else known.because,
                )
            )
            if on_page is not None:
                on_page(page, scores[-1], before, after)
    return report_of(scores, **how)


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
        raise InputError(f"{where} has {pages} pages in one file", remedy=ONE_PAGE)


def _near(mask: Mask) -> Mask:
    side = 2 * REACH + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8))).astype(np.bool_)
