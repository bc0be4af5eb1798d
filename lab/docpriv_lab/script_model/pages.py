"""Lines of scanned pages whose words are labelled: `FOLDER/pages/STEM.*` with `FOLDER/labels/STEM.json`."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from docpriv.geometry import Quad
from docpriv.model import Pixels

LETTERS: Final = 4
"""A line with fewer letters cannot be judged."""


def labelled(folder: Path, letters: int = 0) -> Iterator[tuple[Pixels, list[Quad]]]:
    """Each page, grey (H, W), with its lines of at least that many letters."""
    for path in sorted((folder / "labels").glob("*.json")):
        (page,) = (folder / "pages").glob(f"{glob.escape(path.stem)}.*")
        image = cv2.imread(str(page), cv2.IMREAD_GRAYSCALE)
        if image is None:
            raise FileNotFoundError("a labelled page is not a picture that can be read")
        words = json.loads(path.read_text(encoding="utf-8"))["words"]
        spelled = [(w["text"], w["box"]) for w in words if any(c.isalnum() for c in w.get("text") or "")]
        lines = joined(spelled)
        yield np.asarray(image, np.uint8), [quad for text, quad in lines if sum(c.isalpha() for c in text) >= letters]


def joined(words: list[tuple[str, tuple[float, float, float, float]]]) -> list[tuple[str, Quad]]:
    """Words of one row, each near the one before it, as one line; single letters are left out."""
    rows: list[tuple[str, list[float]]] = []
    for text, (x0, y0, x1, y1) in words:
        if rows:
            before, last = rows[-1]
            overlap = min(last[3], y1) - max(last[1], y0)
            if overlap > 0.6 * min(last[3] - last[1], y1 - y0) and 0 <= x0 - last[2] + 2 < 1.2 * (y1 - y0):
                rows[-1] = (f"{before} {text}", [last[0], min(last[1], y0), x1, max(last[3], y1)])
                continue
        rows.append((text, [x0, y0, x1, y1]))
    return [
        (text, Quad.of(np.array([[a, b], [c, b], [c, d], [a, d]], np.float64)))
        for text, (a, b, c, d) in rows
        if c - a > 1.2 * (d - b)
    ]
