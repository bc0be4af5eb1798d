"""A model that ships beside a card with its SHA-256: what is checked is what is used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from docpriv.errors import ModelError

CARD_FILE: Final = "card.json"
NAMES: Final = Path(__file__).parent / "pii" / "models"
"""Models of names, each a folder: one that is put there is used."""
_WORDS: Final = Path(__file__).parent / "locales" / "languages"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesModel:
    """A model of names that ships, as its card says; `languages`: what it has learnt, by code (ISO 639)."""

    folder: Path
    languages: tuple[str, ...]


@cache
def names_models() -> tuple[NamesModel, ...]:
    """The models of names that ship, by the names of their folders. ModelError where a card is not what it should be."""
    found = []
    for folder in sorted(path for path in NAMES.iterdir() if (path / CARD_FILE).exists()):
        card = read_card(folder, f"the names model {folder.name}", lambda card: bool(_languages(card)))
        found.append(NamesModel(folder=folder, languages=_languages(card)))
    return tuple(found)


def _languages(card: dict[str, Any]) -> tuple[str, ...]:
    return tuple(card["languages"]) if "languages" in card else (str(card["language"]),)


def model_of(language: str) -> NamesModel:
    """The model that reads a language: of several that which has learnt the fewest others. ModelError where there is none."""
    able = [model for model in names_models() if language in model.languages]
    if not able:
        raise ModelError(f"no names model has learnt the language {language}")
    return min(able, key=lambda model: len(model.languages))


def known_languages() -> tuple[str, ...]:
    """The languages that any of the models has learnt and of which there are words, by code."""
    learnt = {language for model in names_models() for language in model.languages}
    return tuple(sorted(code for code in learnt if (_WORDS / code).is_dir()))
