"""Text of a page as counts of n-grams, with what was found replaced by its kind.

No digit becomes part of an n-gram. A value that the detectors found is one token, its kind. What they missed is counted
only where the tables know the n-gram, and those know no word that few documents hold or that was never written small.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from docpriv.model import CharId, Finding, Kind
from docpriv.protocols import ReadPage

NUMBER: Final = "#"
CHARACTER_GRAMS: Final = (3, 4)
"""Lengths of the n-grams inside words, their edges included: what survives where one letter was misread."""

_LONGEST: Final = 24  # letters of a word: what is longer was run together by the reader
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d[\d.,:/\-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What was read of a document: pages, and findings whose `page` is the page's index (`text.ref.index`)."""

    pages: tuple[ReadPage, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A word in small letters without accents, NUMBER, or a kind. `plain`: a word, and it was not capitalised."""

    text: str = field(repr=False)
    word: bool
    plain: bool


def token_rows(document: Document) -> list[list[Token]]:
    """Tokens of a document, one list a cell of a line; n-grams do not run from one into the next."""
    out = []
    for page in document.pages:
        kinds = owned(document.findings, page)
        lines = page.text.lines
        cells = [(s.line, s.start, s.end) for s in page.layout.segments] or [
            (at, 0, len(line.chars)) for at, line in enumerate(lines)
        ]
        for line, start, end in cells:
            chars = [(c.text, kinds.get(CharId(line, at))) for at, c in enumerate(lines[line].chars[start:end], start)]
            if row := _tokens(chars):
                out.append(row)
    return out


def counts(rows: Iterable[Sequence[Token]], admitted: Collection[str] | None = None) -> Counter[int]:
    """How often each n-gram occurs, by its hash. Of words not `admitted` nothing counts; None admits all."""
    out: Counter[int] = Counter()
    for row in rows:
        last: str | None = None
        for token in row:
            if token.word and admitted is not None and token.text not in admitted:
                last = None
                continue
            out[_hash("w", token.text)] += 1
            if last is not None:
                out[_hash("b", f"{last} {token.text}")] += 1
            if token.word:
                framed = f"_{token.text}_"
                for size in CHARACTER_GRAMS:
                    out.update(_hash("c", framed[at : at + size]) for at in range(len(framed) - size + 1))
            last = token.text
    return out


def _hash(family: str, text: str) -> int:
    """uint32: CRC-32 of an n-gram; w a token, b two in a row, c a piece of a word."""
    return zlib.crc32(f"{family} {text}".encode())


def owned(findings: Iterable[Finding], page: ReadPage) -> dict[CharId, Kind]:
    """The kind of each character that a finding owns; of several the surest, whatever the recipe would cover."""
    out: dict[CharId, Kind] = {}
    for finding in sorted(findings, key=lambda f: (f.score, f.kind)):
        if finding.page == page.text.ref.index:
            out.update((c, finding.kind) for c in finding.chars)
    return out


def _tokens(chars: Sequence[tuple[str, Kind | None]]) -> list[Token]:
    out: list[Token] = []
    free: list[str] = []
    inside: Kind | None = None
    for text, kind in [*chars, ("", None)]:
        if kind is None and text:
            free.append(text)
            # A space between two parts of a value keeps them one; anything else ends it.
            inside = inside if not text.strip() else None
            continue
        out += _words("".join(free))
        free = []
        if kind is not None and kind != inside:
            out.append(Token(f"<{kind}>", word=False, plain=False))
        inside = kind
    return out


def _words(text: str) -> list[Token]:
    out = []
    folded = unicodedata.normalize("NFKC", text)
    for match in _TOKEN.finditer(folded):
        raw = match.group()
        if raw[0].isdigit():
            out.append(Token(NUMBER, word=False, plain=False))
            continue
        bare = "".join(c for c in unicodedata.normalize("NFKD", raw.casefold()) if c.isalpha())
        if 2 <= len(bare) <= _LONGEST:
            out.append(Token(bare, word=True, plain=raw.islower()))
    return out
