"""What stands in place of the values of a document: gives every region of text its caption.

All that was found in the document is learnt first, over all of its pages, so that initials and lone surnames get the words
of the whole name, and no pseudonym is a value that stands in the document itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from docpriv.geometry import Box, Quad, hull
from docpriv.model import CharId, EngineId, Finding, Kind, PageText
from docpriv.options import Policy, Recipe
from docpriv.pii.checksums import has_check_digits
from docpriv.pipeline.context import Found, SeenPage
from docpriv.pseudonyms import REPLACED, Pseudonyms
from docpriv.pseudonyms.writer import Entry
from docpriv.redaction.style_choice import MOST_CAPTION, caption_of
from docpriv.text.values import value_text

# Where two findings own the same characters, what has a form of its own goes before words, and a person before a place.
_FIRST = (Kind.EMAIL, Kind.IBAN, Kind.CARD_NUMBER, Kind.NATIONAL_ID, Kind.TAX_ID, Kind.DATE_OF_BIRTH, Kind.PHONE)
_LAST = (Kind.ADDRESS, Kind.LOCATION, Kind.DATE, Kind.DOCUMENT_NUMBER)
_GAP = 2.0  # text heights: characters of a finding further apart than that are two pieces, as in two columns
_ROW = 0.4  # text heights: pieces whose middles are closer than that stand in one row
_COMB = 3  # pieces of one or two signs each from which a value stands in the boxes of a comb
_TALL = 2.5  # times the usual height of a line of the page
_SAME = 0.5  # share of a region that another one's caption stands on already


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of one finding that stand together on one line."""

    chars: tuple[CharId, ...]
    text: str = field(repr=False)
    left: float = 0.0
    middle: float = 0.0
    height: float = 1.0
    row: int = 0


class RegionPseudonyms:
    """The captions of one document's regions, by one key. `remember`: keep what was replaced, for an encrypted mapping."""

    def __init__(self, key: bytes, policy: Policy, *, remember: bool = False) -> None:
        self._pseudonyms = Pseudonyms(key, checked=has_check_digits, remember=remember)
        self._policy = policy
        self._written: list[Box] = []

    def identity(self) -> EngineId:
        """For the record: how the pseudonyms were made, and the id of the key."""
        return self._pseudonyms.identity()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Values and pseudonyms, empty unless told to remember."""
        return self._pseudonyms.entries

    def learn(self, seen: Sequence[SeenPage], found: Found) -> None:
        """Take note of everything that was found, whatever its score and whether or not it is covered."""
        for page, findings in zip(seen, found, strict=True):
            for reading, items in zip(page.readings, findings, strict=True):
                for finding in items:
                    if finding.kind in REPLACED and finding.chars:
                        self._pseudonyms.learn(finding.kind, [p.text for p in pieces_of(reading.text, finding)])

    def new_page(self) -> None:
        """Forget where captions stand: the next regions are of a page that has none yet."""
        self._written.clear()

    def __call__(self, text: PageText, findings: tuple[Finding, ...], chars: tuple[CharId, ...]) -> str:
        """The caption of a region of one line: a blank where an earlier reading has one there already.

        Empty, which becomes a label, over a signature that was taken for text: what was read there says nothing.
        """
        if _drawn_by_hand(text, chars[0].line, self._policy):
            return ""
        place = hull(_quad(text, char) for char in chars)
        if any(place.intersect(other).area > _SAME * min(place.area, other.area) for other in self._written):
            return " "
        wanted, free, said = set(chars), set(chars), []
        for finding in sorted(findings, key=_order):
            pieces = in_reading_order(pieces_of(text, finding))
            mine = [i for i, piece in enumerate(pieces) if wanted.intersection(piece.chars)]
            if not any(free.intersection(pieces[i].chars) for i in mine):
                continue
            fresh = self._rewritten(finding.kind, pieces)
            for i in mine:
                inside = [c for c in pieces[i].chars if c in wanted]
                if 2 * sum(c in free for c in inside) > len(inside):
                    words = fresh[i] if fresh is not None else caption_of(finding.kind, self._policy) if i == 0 else ""
                    said.append((min(inside), words))
                free.difference_update(inside)
        caption = " ".join(words for _, words in sorted(said) if words)
        self._written.append(place)
        return caption if len(caption) <= MOST_CAPTION else caption[:MOST_CAPTION].rpartition(" ")[0]

    def _rewritten(self, kind: Kind, pieces: Sequence[_Piece]) -> tuple[str, ...] | None:
        """What stands for each piece; the boxes of a comb, one sign each, are one value."""
        texts = [piece.text for piece in pieces]
        counts = [sum(c.isalnum() for c in text) for text in texts]
        if len(texts) < _COMB or max(counts) > 2 or len({piece.row for piece in pieces}) > 1:
            return self._pseudonyms.rewrite(kind, texts)
        whole = self._pseudonyms.rewrite(kind, ["".join(texts)])
        signs = [c for c in (whole or ("",))[0] if c.isalnum()]
        if len(signs) != sum(counts):
            return self._pseudonyms.rewrite(kind, texts)
        return tuple("".join(signs[sum(counts[:i]) : sum(counts[: i + 1])]) for i in range(len(counts)))


def opened(
    key: bytes | None, recipe: Recipe, seen: Sequence[SeenPage], found: Found, *, remember: bool = False
) -> RegionPseudonyms | None:
    """The stand-ins of a document that was read; None where the recipe has no style that writes them."""
    if key is None or not recipe.policy.writes_pseudonyms:
        return None
    pseudonyms = RegionPseudonyms(key, recipe.policy, remember=remember)
    pseudonyms.learn(seen, found)
    return pseudonyms


def pieces_of(text: PageText, finding: Finding) -> list[_Piece]:
    """The characters of a finding in its own order, cut where the line changes or another column begins."""
    runs: list[list[CharId]] = []
    for char in finding.chars:
        if runs and _goes_on(text, runs[-1][-1], char):
            runs[-1].append(char)
        else:
            runs.append([char])
    boxes = [hull(_quad(text, char) for char in run) for run in runs]
    return [
        _Piece(tuple(run), value_text(text, run), box.x0, (box.y0 + box.y1) / 2, box.height)
        for run, box in zip(runs, boxes, strict=True)
    ]


def _drawn_by_hand(text: PageText, line: int, policy: Policy) -> bool:
    """Whether a line is a signature or the like that was taken for text: far taller than the others, and badly read."""
    usual = median(one.quad.height for one in text.lines)
    return text.lines[line].quad.height > _TALL * usual and text.lines[line].score < policy.low_line_score


def in_reading_order(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces that stand in one row from left to right, rows as the finding has them: the cells of a comb come as lines."""
    rows: list[list[_Piece]] = []
    for piece in pieces:
        if rows and abs(rows[-1][0].middle - piece.middle) < _ROW * min(rows[-1][0].height, piece.height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [replace(piece, row=number) for number, row in enumerate(rows) for piece in sorted(row, key=lambda p: p.left)]


def _goes_on(text: PageText, last: CharId, char: CharId) -> bool:
    if char.line != last.line or char.char < last.char:
        return False
    line = text.lines[char.line]
    gap = math.dist(line.chars[last.char].quad.b, line.chars[char.char].quad.a)
    return gap < _GAP * line.quad.height and not any(c.text.isalnum() for c in line.chars[last.char + 1 : char.char])


def _order(finding: Finding) -> tuple[int, int, str]:
    rank = 0 if finding.kind in _FIRST else 2 if finding.kind in _LAST else 1
    return rank, -len(finding.chars), finding.kind


def _quad(text: PageText, char: CharId) -> Quad:
    return text.lines[char.line].chars[char.char].quad
