"""Measures the line classifier on drawn lines in fonts that it did not learn from."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from docpriv.visual.line_script import NOT_SCRIPTS, NOTHING, LineScript, LineScripts
from docpriv_lab.script_model.lines import line
from docpriv_lab.script_model.not_lines import not_line
from docpriv_lab.script_model.pages import LETTERS, labelled

SEED: Final = 7_000_003
FOREIGN: Final = 0.9
"""The recommended least `strange` for saying that a line is not upright Latin."""
PIECE: Final = 0.95
"""The recommended least `foreign` for saying that a line holds a piece in another script."""


def measure(folder: Path, lines: int = 40) -> dict[str, Any]:
    """Shares of `lines` drawn lines a script that are named right and that count as strange; the others likewise."""
    scripts = LineScripts(model_dir=folder)
    rng = random.Random(SEED)
    named: dict[str, float] = {}
    foreign: dict[str, float] = {}
    for name in scripts.classes:
        count = lines if name not in NOT_SCRIPTS else 10 * lines
        found: list[LineScript] = []
        for _ in range(count):
            pixels, quad = not_line(rng) if name == NOTHING else line(name, rng, "test")
            found += scripts.classify(pixels, [quad])
        named[name] = round(sum(f.name == name for f in found) / count, 3)
        foreign[name] = round(sum(f.strange >= FOREIGN for f in found) / count, 4)
    others = [name for name in scripts.classes if name not in NOT_SCRIPTS]
    return {
        "drawn, fonts put aside": {
            "named right": named,
            f"strange >= {FOREIGN}": foreign,
            "named right, mean of other scripts": round(sum(named[n] for n in others) / len(others), 3),
            "strange, mean of other scripts": round(sum(foreign[n] for n in others) / len(others), 3),
        }
    }


def measure_pages(folder: Path, pages: Path) -> dict[str, Any]:
    """How often lines of scanned English pages with four letters or more count as strange, or hold a foreign piece."""
    scripts = LineScripts(model_dir=folder)
    found = [r for image, quads in labelled(pages, letters=LETTERS) for r in scripts.classify(image, quads)]
    return {
        f"scanned English lines, {pages.name}": {
            "lines": len(found),
            f"strange >= {FOREIGN}": round(sum(f.strange >= FOREIGN for f in found) / len(found), 5),
            f"other >= {FOREIGN}": round(sum(f.other >= FOREIGN for f in found) / len(found), 5),
            f"foreign >= {PIECE}": round(sum(f.foreign >= PIECE for f in found) / len(found), 5),
        }
    }
