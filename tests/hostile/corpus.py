"""Write a folder of broken, odd and hostile files, all made by code; refuses to take any from elsewhere.

`build(folder)` returns, by file name, which outcomes are right for a reader of documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CANARY = "Zanzibarina Quockerwodger 907-55-1234"
"""Planted in file names, metadata and text. No message, log or repr may hold it or a part of it."""


@dataclass(frozen=True)
class Expectation:
    """Allowed outcomes: "pages:N" where N pages are decoded, or codes of InputError classes ("corrupt",
    "limit", ...)."""

    outcomes: frozenset[str]

    def allows(self, outcome: str) -> bool:
        return outcome in self.outcomes


def expect(*outcomes: str) -> Expectation:
    return Expectation(frozenset(outcomes))


Made = dict[str, tuple[bytes, Expectation]]


def build(folder: Path) -> dict[str, Expectation]:
    """Write every file into `folder` (made where missing); at least 70, a few megabytes in all."""
    from corpus_images import images
    from corpus_pdfs import pdfs
    from corpus_tiffs import tiffs

    folder.mkdir(parents=True, exist_ok=True)
    made: Made = {**images(), **tiffs(), **pdfs()}
    for name, (content, _) in made.items():
        (folder / name).write_bytes(content)
    return {name: expectation for name, (_, expectation) in made.items()}
