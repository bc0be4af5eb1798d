"""Labelled pages on disk for tests of the scoring: strokes for words, covered or not."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image


def strokes(labels: Sequence[str | None] = ("PERSON", "PHONE", None)) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """A page with one word of strokes for each label, and its label entries."""
    page = np.full((120, 40 + 60 * len(labels)), 245, np.uint8)
    words = []
    for i, label in enumerate(labels):
        x = 10 + 60 * i
        for k in range(5):
            page[40:60, x + 8 * k : x + 8 * k + 3] = 20
        words.append({"text": f"word{i}", "box": [x - 2, 38, x + 40, 62], "label": label})
    return page, words


def cover(page: np.ndarray, words: Sequence[dict[str, Any]]) -> np.ndarray:
    """The page with these words blacked out."""
    out = page.copy()
    for word in words:
        x0, y0, x1, y1 = word["box"]
        out[y0:y1, x0:x1] = 0
    return out


def save(folder: pathlib.Path, stem: str, words: Sequence[dict[str, Any]], before: np.ndarray, after: np.ndarray | None) -> None:
    """Write a page of a set: `folder`/labels, pages and out."""
    for name in ("labels", "pages", "out"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "labels" / f"{stem}.json").write_text(json.dumps({"words": list(words)}))
    Image.fromarray(before).save(folder / "pages" / f"{stem}.png")
    if after is not None:
        Image.fromarray(after).save(folder / "out" / f"{stem}.png")
