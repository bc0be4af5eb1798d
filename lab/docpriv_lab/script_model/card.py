"""Writes the card of the line classifier: what it is, what it was made from, what it scores, what it cannot do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from docpriv.model_card import CARD_FILE
from docpriv.visual.line_script import MODEL_FILE, ROWS, STEP, WINDOW

LIMITS: Final = (
    "It names the script of a line, not its language: all of Latin, with every accent, is one class, and so are Han of "
    "China and of Taiwan.",
    "Lines of fewer than four letters, and letters that scripts share (A, B, E, H, O and others of Latin, Greek and Cyrillic), "
    "cannot be told apart.",
    "Other scripts upside down are called by their name, mirrored they were not drawn.",
    "Figures alone count as Latin, whichever way up they are.",
    "Scripts that are not among its classes are called by the name of the one that looks nearest, or nothing.",
    "Other scripts by hand were not drawn. Latin by hand is now and then taken for mirrored print.",
    "Lines of capitals alone are the likeliest to be taken for Cyrillic or Greek. Ethiopic, Hebrew and Arabic are missed most.",
    "Of two other scripts that look alike (Thai, Lao and Khmer; Han and Kana) the wrong one may be named.",
)


def write_card(
    folder: Path, version: str, classes: Sequence[str], training: Mapping[str, Any], figures: Mapping[str, Any]
) -> None:
    """Write `card.json` for the model file in `folder`."""
    content = (folder / MODEL_FILE).read_bytes()
    data = ["drawn lines: docpriv_lab.pages.script_lines and fonts (OFL-1.1, Bitstream-Vera and others, see the manifests)"]
    if any(part["lines of pages"] for part in training["rounds"]):
        data.append("lines of scanned sample pages of Azure and AWS documentation (MIT, MIT-0), as Latin")
    card = {
        "name": "line-script",
        "version": version,
        "licence": "Apache-2.0",
        "task": "says in which script a line is written, by its picture; and whether it is mirrored, upside down or no writing",
        "input": f"float32[1, 1, {ROWS}, W], ink 1 on paper 0, W {WINDOW} and a multiple of {STEP} more",
        "output": f"logits float32[1, windows, classes]; a window is {WINDOW} columns, the next begins {STEP} further",
        "classes": list(classes),
        "files": {MODEL_FILE: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}},
        "training": {**training, "data": data, "command": "python -m docpriv_lab.script_model"},
        "limits": list(LIMITS),
        "figures": dict(figures),
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
