"""Measures the line classifier on drawn lines in fonts that it did not learn from."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

from docpriv.visual.line_script import LATIN, MIRRORED, NOT_SCRIPTS, NOTHING, UPSIDE_DOWN, LineScript, LineScripts
from docpriv.visual.training.lines import line
from docpriv.visual.training.not_lines import not_line

SEED: Final = 7_000_003
FOREIGN: Final = 0.8
"""The recommended least `other` or `foreign` for saying that a line is not Latin."""


def measure(folder: Path, lines: int = 40) -> dict[str, Any]:
    """Shares of `lines` drawn lines a script that are named right and that count as not Latin; the others likewise."""
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
        foreign[name] = round(sum(f.other >= FOREIGN for f in found) / count, 4)
    others = [name for name in scripts.classes if name not in NOT_SCRIPTS]
    return {
        "drawn, fonts put aside": {
            "named right": named,
            f"other >= {FOREIGN}": foreign,
            "named right, mean of other scripts": round(sum(named[n] for n in others) / len(others), 3),
            "taken for other scripts": {n: foreign[n] for n in (LATIN, NOTHING, MIRRORED, UPSIDE_DOWN)},
        }
    }
