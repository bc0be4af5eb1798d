"""Which ends of lines only the width of the column made, so that a value may go on behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from docpriv.geometry import Quad
from docpriv.model import CharId, PageText
from docpriv.pii.addresses import ends_address
from docpriv.pii.respaced import Respaced, lines_joined
from docpriv.tape import TextTape
from docpriv.text.words import NOT_NAMES, bare

_LONG_LINE = 30  # characters
_LINE_END = re.compile(rf"(?<=[^\n]{{{_LONG_LINE}}})\n(?=[^\n]{{4}})")
_HALVES = re.compile(r"(?<!\S)(\S*[^\W\d_])\n([a-z]\S+)")
_SHORT = 2  # letters
_ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
_NEAR = 30  # characters before and behind an end of line, of which one is a digit or the sign of e-mail
_FOLLOWING = 2  # lines behind, whose right edges tell how wide the column is at least
_BLANK = 0.25  # heights of a line: a word's blank
_PARAGRAPH = 1.25  # times the step to the line after next, from where on the gap parts paragraphs


def wraps(page: PageText, tape: TextTape) -> dict[int, bool]:
    """Places of ends of long lines near figures, and whether the width of the column may have made each."""
    found = [m.start() for m in _LINE_END.finditer(tape.text)]
    near = [at for at in found if any(c.isdigit() or c == "@" for c in tape.text[max(0, at - _NEAR) : at + _NEAR])]
    return {at: _by_width(page, tape, at) for at in near}


def end_of_value(joined: str, start: int, end: int, breaks: dict[int, bool]) -> int | None:
    """Where a value at [start, end) of a text with blanks for its line ends ends; None where it goes over none of `breaks`.

    Behind an end of line figures go on with a value; words do so only where the column's width parted them, where what stands
    before is no whole address, and where they are no everyday words, with which the next sentence begins.
    """
    for at in sorted((b for b in breaks if start < b < end - 1), reverse=True):
        tail = joined[at + 1 : end]
        figures = any(c.isdigit() or c == "@" for c in tail)
        if figures or (breaks[at] and bare(tail.split()[0]) not in NOT_NAMES and not ends_address(joined[start:at])):
            return end
        end = at
    return None


def halves_joined(page: PageText, tape: TextTape, known: Callable[[str], bool]) -> Respaced | None:
    """Lines that end within a name or an address of e-mail without a hyphen, with the next. `known`: whether something in small
    letters is a word of English.

    `Ann Quillf | eather called`: behind the capitalised end of a full line stands what is no word.
    """
    cuts: list[tuple[int, int]] = []
    for m in _HALVES.finditer(tape.text):
        at = m.end(1)
        full = at - tape.text.rfind("\n", 0, at) > _LONG_LINE
        if full and _are_halves(m[1], m[2].rstrip(".,;:)"), known) and _by_width(page, tape, at):
            cuts.append((at, at + 1))
    return lines_joined(tape, cuts)


def _are_halves(head: str, tail: str, known: Callable[[str], bool]) -> bool:
    if "@" in tail:
        return head.islower() and not _english(head, known)
    return (("@" in head) or (head.isalpha() and head[0].isupper() and tail.isalpha())) and not _english(tail, known)


def _english(word: str, known: Callable[[str], bool]) -> bool:
    """Whether it is a word, or one with an ending; of two letters only those of the commonest."""
    if len(word) <= _SHORT:
        return word in NOT_NAMES
    stems = [word.removesuffix(ending) for ending in _ENDINGS]
    return word in NOT_NAMES or any(len(stem) > _SHORT and (known(stem) or known(stem + "e")) for stem in (word, *stems))


def _by_width(page: PageText, tape: TextTape, at: int) -> bool:
    lines = [tape.text.rfind("\n", 0, at) + 1]
    ends = [at]
    while len(ends) <= _FOLLOWING and ends[-1] < len(tape.text):
        lines.append(ends[-1] + 1)
        end = tape.text.find("\n", lines[-1])
        ends.append(end if end >= 0 else len(tape.text))
    rows = [[_quad(page, o) for o in tape.owners[a:b] if o is not None] for a, b in zip(lines, ends, strict=True)]
    rows = [row for row in rows if row]
    if len(rows) < 2:
        return False
    height = rows[0][-1].height
    steps = [b[0].centre[1] - a[0].centre[1] for a, b in pairwise(rows)]
    if steps[0] <= 0 or (len(steps) > 1 and 0 < _PARAGRAPH * steps[1] < steps[0]):
        return False
    word = re.compile(r"\S+").match(tape.text, lines[1])
    own = [_quad(page, o) for o in tape.owners[slice(*word.span())] if o is not None] if word else []
    if not own:
        return False
    needed = own[-1].bounds()[2] - own[0].bounds()[0] + _BLANK * height
    return rows[0][-1].bounds()[2] + needed > max(row[-1].bounds()[2] for row in rows[1:])


def _quad(page: PageText, owner: CharId) -> Quad:
    return page.lines[owner.line].chars[owner.char].quad
