"""A folder of pictures of every leaked and every lost word, readable by its owner alone.

It shows the personal data that leaked. The folder must not exist or be empty, gets mode 0700, its files 0600, and
the page in it loads nothing from elsewhere and runs no script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from docpriv.errors import OutputError
from docpriv.evaluation.truth import Corners, LabelledPage
from docpriv.files import make_private_folder, write_named

NOTICE = (
    "This page shows personal data: the very words that were not covered, as they stand on the scans. It is for you, "
    "who may see them. Hand it to nobody, and delete the folder when you have looked at it."
)

SIDE, ABOVE = 2.5, 1.2
"""Surroundings of a word in its picture, in heights of its box."""
SIDE_MIN, ABOVE_MIN = 40, 14
"""The same in pixels, at least."""
TALL = 26
"""Pixels: words lower than this are enlarged to about this height, at most four times."""
_FRAME = (40, 40, 220)  # blue, green, red
_INDEX = "index.html"

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, order=True)
class _Entry:
    """One word of the gallery, and the names of its two pictures."""

    label: str
    stage: str
    set: str
    page: str = field(repr=False)
    number: int
    text: str = field(repr=False)
    before: str
    after: str


class Gallery:
    """Collects pages, writes their pictures as they come, and at the end the page that shows them.

    Raises OutputExists for a folder that holds anything, OutputError where it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._leaks: list[_Entry] = []
        self._lost: list[_Entry] = []
        self._withheld: list[tuple[str, str, int]] = []
        self._pictures = 0
        self._written: list[Path] = []
        make_private_folder(folder, "the gallery")

    def add(
        self,
        page: LabelledPage,
        before: Grey,
        after: Grey | None,
        *,
        leaks: Iterable[tuple[int, str]],
        lost: Sequence[int],
        name: str,
    ) -> None:
        """Add one page of the set `name`: uint8[H, W] as scanned and as redacted (None: withheld), the numbers of its leaks
        with the stage that lost each ("" where that is not known) and those of its lost words.

        The words of a withheld page are all lost, and counted, not shown.
        """
        if after is None:
            self._withheld.append((name, page.stem, len(lost)))
            return
        self._leaks += [self._entry(page, number, stage, (before, after), name) for number, stage in leaks]
        self._lost += [self._entry(page, number, "", (before, after), name) for number in lost]

    def finish(self) -> Path:
        """Write the page that shows everything; its path."""
        from jinja2 import Environment, StrictUndefined, select_autoescape

        environment = Environment(
            autoescape=select_autoescape(default_for_string=True), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        template = files("docpriv.evaluation").joinpath("templates", "gallery.html.j2").read_text(encoding="utf-8")
        html = environment.from_string(template).render(
            notice=NOTICE,
            leaks=_by_class(self._leaks),
            lost=_by_class(self._lost),
            withheld=sorted(self._withheld),
            stages=Counter(e.stage for e in self._leaks if e.stage),
            leaked=len(self._leaks),
            plain=len(self._lost),
            several=len({e.set for e in (*self._leaks, *self._lost)} | {w[0] for w in self._withheld}) > 1,
        )
        self._write(_INDEX, html.encode("utf-8", "replace"))
        return self._folder / _INDEX

    def discard(self) -> None:
        """Take away what was written, where the run failed."""
        for path in self._written:
            path.unlink(missing_ok=True)

    def _entry(self, page: LabelledPage, number: int, stage: str, pixels: tuple[Grey, Grey], name: str) -> _Entry:
        word = page.words[number]
        self._pictures += 1
        pictures = [f"{self._pictures:05}-{which}.png" for which in ("before", "after")]
        for picture, shown in zip(pictures, pixels, strict=True):
            self._write(picture, crop_png(shown, word.box))
        return _Entry(word.label or "ordinary", stage, name, page.stem, number, word.text, *pictures)

    def _write(self, name: str, data: bytes) -> None:
        path = self._folder / name
        write_named(path, data, "the gallery")
        self._written.append(path)


def _by_class(entries: Sequence[_Entry]) -> list[tuple[str, list[_Entry]]]:
    return [(label, list(same)) for label, same in groupby(sorted(entries), key=lambda entry: entry.label)]


def crop_png(pixels: Grey, box: Corners) -> bytes:
    """PNG of a word, x0, y0, x1, y1 in a u8 (H, W) page, with what stands around it and a frame about its box."""
    x0, y0, x1, y1 = box
    tall = max(1, y1 - y0)
    dx, dy = max(SIDE_MIN, round(SIDE * tall)), max(ABOVE_MIN, round(ABOVE * tall))
    left, top = max(0, x0 - dx), max(0, y0 - dy)
    part = pixels[top : y1 + dy, left : x1 + dx]
    scale = min(4.0, max(1.0, TALL / tall))
    if scale > 1:
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    picture: NDArray[Any] = np.repeat(part[:, :, None], 3, axis=2).copy()
    corners = [round((v - o) * scale) for v, o in ((x0, left), (y0, top), (x1, left), (y1, top))]
    cv2.rectangle(picture, (corners[0] - 2, corners[1] - 2), (corners[2] + 1, corners[3] + 1), _FRAME, 1)
    ok, data = cv2.imencode(".png", picture)
    if not ok:
        raise OutputError("a picture of the gallery cannot be encoded")
    return bytes(data.tobytes())
