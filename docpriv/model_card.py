"""A model that ships beside a card with its SHA-256: what is checked is what is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from docpriv.errors import ModelError

CARD_FILE: Final = "card.json"


def read_card(folder: Path, what: str, is_complete: Callable[[dict[str, Any]], bool] = bool) -> dict[str, Any]:
    """The card of a model as JSON. `what`: as errors name it, "the face model"; `is_complete`: whether it has what is needed.

    Raises ModelError where it is missing, cannot be read or lacks an entry.
    """
    try:
        card = dict(json.loads((folder / CARD_FILE).read_text(encoding="utf-8")))
        complete = is_complete(card)
    except FileNotFoundError as absent:
        raise ModelError(f"{what} has no {CARD_FILE}") from absent
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise ModelError(f"the {CARD_FILE} of {what} cannot be read") from broken
    if not complete:
        raise ModelError(f"the {CARD_FILE} of {what} lacks an entry")
    return card


def checked_bytes(folder: Path, name: str, card: dict[str, Any], what: str) -> bytes:
    """Content of a file that the card lists. Raises ModelError where it is missing or differs from its SHA-256 there."""
    try:
        content = (folder / name).read_bytes()
    except OSError as absent:
        raise ModelError(f"{what} lacks its file {name}") from absent
    if hashlib.sha256(content).hexdigest() != card["files"][name]["sha256"]:
        raise ModelError(f"{name} of {what} differs from the SHA-256 in its card")
    return content
