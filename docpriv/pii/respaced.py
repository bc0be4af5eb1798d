"""The lines of a text whose word ends were not read as printed, read again with them: words run together, letters set apart,
words parted at the end of a line. What was read stays beside it.

Where a word ends inside a run of letters nothing but a change of case or kind tells (`MsHillcan`, `17OldMill`), so what is found
here owns whole runs, and only runs that were taken apart or put together are worth a finding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from docpriv.model import CharId, PageText
from docpriv.tape import TextTape
from docpriv.text.advance import advance

_LEAST_RUN = 6  # signs of a run that may hold two words
_LONG_RUN = 12  # signs of a run in which gaps are looked for
# Between the middles of two characters there is, past what their widths ask for, at a lost blank over 0.15 h in 95 %, elsewhere
# in 1.1 % (h: height of the line; 11,900 pairs of scanned forms and letters).
_GAP = 0.15  # h, in a run that a change has shown to be several words
_GAP_ALONE = 0.25  # h, in any other: 0.4 %
_GAP_OF_STEP = 0.45  # of the usual step: letters set apart differ by more
_LEAST_APART = 4  # signs that stand apart before they are letters of a word
_WORD_GAP = 1.5  # times the usual distance of letters set apart, from where on a word ends
_BLANK = 1.4  # times the distance of letters within a piece, from where on what is between pieces is a blank
_PIECE = 3.2  # letters of the pieces, on average, in which words set apart are read; words of English have five
_LETTERS_APART = 0.6  # share of letters among signs set apart; the rest are letters taken for digits
_LEAST_PARTED = 2  # letters of each half of a word parted at the end of a line
_UNIT = 3  # letters of a word right behind a number: `250kg` is none

_LOWER, _UPPER = "a-zß-öø-ÿ", "A-ZÀ-ÖØ-Þ"
# A change that ends a word. Prefixes of surnames (`McDonald`, `DeSouza`) end none.
_CHANGE = re.compile(
    rf"(?<=[{_LOWER}])"
    + "".join(rf"(?<!\b{prefix})" for prefix in ("Mc", "Mac", "De", "Di", "Du", "La", "Le", "Fitz", "Van"))
    + rf"(?:(?=[{_UPPER}][{_LOWER}'’._])|(?<=[{_LOWER}]{{2}})(?=[{_UPPER}]{{2}}))"
    rf"|(?<=[{_UPPER}]{{2}})(?=[{_UPPER}][{_LOWER}]{{2}})"
    rf"|(?<=[{_LOWER}]{{2}})(?=\d)|(?<=[{_UPPER}]{{3}})(?=\d{{7}})"
    rf"|(?<=\d)(?=[{_UPPER}][{_LOWER}]{{2}})|(?<=\d{{3}})(?=[{_LOWER}]{{{_UNIT},}})|(?<=[^\W\d_])(?=[+(]\d)"
)
# Signs that end a word too, in a run that a change has shown to be several.
_SIGN = re.compile(rf"(?<=[^\W_])[,;:](?=[^\W_])|(?<=[{_LOWER}]{{2}})\.(?=[{_UPPER}][{_LOWER}])|(?<=[^\W\d_])\.?#(?=\d)")
_JOINED = re.compile(r"(?<=[^\W\d])_+(?=[^\W\d])")
_RUN = re.compile(r"\S+")
_BEFORE_NUMBER = re.compile(r"(?<!\S)(?:at|to|in|on|is|by|from|near)(?=\d)")  # `at31 Orchard Terrace`
_BEHIND_ADDRESS = re.compile(rf"@[\w.\-]+?\.(?:com|org|net|edu|gov|[a-z]{{2}})(?=[{_UPPER}][{_LOWER}])")
_ADDRESS_OF_A_PAGE = re.compile(r"//|www\.|@")
_SINGLE = r"[^\W_]{1,2}"
_APART = re.compile(rf"(?<![^\s])(?:{_SINGLE}[ \t]{{1,6}}){{{_LEAST_APART - 1},}}{_SINGLE}(?!\S)")
_CAPTION = re.compile(r"[^\n:]{0,40}[^\W\d_]{2}[^\n:]{0,40}:[ \t]*")
_LEAST_OF_A_DATE = 6
_SINGLES = 0.7  # share of single letters among the words of letters set apart
_PARTED = re.compile(r"(?<=[^\W_])[-‐–—\u00ad] ?\n ?(?=[^\W_])")
_AS_LETTER = {"0": "O", "1": "l", "|": "l"}
_Owned = tuple[str, CharId | None]  # a sign and its character
_LINE_END: _Owned = ("\n", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Respaced:
    """Lines with other word ends than they were read with, and the characters of the words that changed."""

    tape: TextTape
    changed: frozenset[CharId] = field(repr=False)


def respaced(page: PageText, blocks: TextTape, rows: TextTape) -> tuple[Respaced, ...]:
    """The further readings of a page: words taken apart, words put together. None on a page that was read as printed."""
    made = (_apart(page, blocks), _together(blocks), _closed(page, rows))
    return tuple(m for m in made if m is not None)


def _made(signs: Sequence[_Owned], changed: Iterable[CharId]) -> Respaced | None:
    """The reading of some signs; None without any."""
    if not signs:
        return None
    tape = TextTape(text="".join(sign for sign, _ in signs), owners=tuple(owner for _, owner in signs))
    return Respaced(tape=tape, changed=frozenset(changed))


def word_joints(text: str) -> list[int]:
    """Places, in order, at which a word ends inside a run of signs; none inside addresses of pages and of e-mail."""
    found: list[int] = [m.end() for m in _BEFORE_NUMBER.finditer(text)]
    for run in _RUN.finditer(text):
        if len(run[0]) < _LEAST_RUN:
            continue
        for start, end in _beside_address(run[0]):
            part = run[0][start:end]
            changes = {m.start() for m in _CHANGE.finditer(part)}
            if changes or _JOINED.search(part) is not None:
                found += [run.start() + start + at for at in changes | {m.end() for m in _SIGN.finditer(part)}]
            found += [run.start() + start] if start else []
    return sorted(set(found))


def parted(text: str, gaps: Iterable[int] = ()) -> tuple[str, tuple[int, ...]]:
    """The text with a blank at each joint and gap and for each low stroke between letters, and the place in the original of
    each of its code points and of its end."""
    joints = {*word_joints(text), *gaps}
    out: list[str] = []
    places: list[int] = []
    for i, sign in enumerate(_JOINED.sub(lambda m: " " * len(m[0]), text)):
        if i in joints:
            out.append(" ")
            places.append(i)
        out.append(sign)
        places.append(i)
    return "".join(out), (*places, len(text))


def _beside_address(run: str) -> Iterator[tuple[int, int]]:
    """The parts of a run of signs that may hold words: all of it, or what stands before and behind its one address of e-mail;
    none of a run that holds an address of a page."""
    at = run.find("@")
    if at < 0 and not _ADDRESS_OF_A_PAGE.search(run):
        yield 0, len(run)
    elif at >= 0 and not _ADDRESS_OF_A_PAGE.search(run[:at]):
        yield 0, max(run.rfind(sign, 0, at) for sign in ":;,") + 1
        behind = _BEHIND_ADDRESS.match(run, at)
        if behind:
            yield behind.end(), len(run)


def _apart(page: PageText, tape: TextTape) -> Respaced | None:
    """Lines that hold words run together, those words apart."""
    signs: list[_Owned] = []
    changed: set[CharId] = set()
    for line in re.finditer(r"[^\n]+", tape.text):
        if len(line[0]) < _LEAST_RUN:
            continue
        joints = {*word_joints(line[0]), *(m.start() for m in _JOINED.finditer(line[0]))}
        gaps = _gaps(page, tape, line.span(), joints) if len(line[0]) >= _LONG_RUN else []
        if not joints and not gaps:
            continue
        for at in (*joints, *gaps):
            changed.update(run_at(tape, line.start() + at))
        body, places = parted(line[0], gaps)
        for i, (at, sign) in enumerate(zip(places, body, strict=False)):
            signs.append((sign, None if sign == " " and places[i + 1] == at else tape.owners[line.start() + at]))
        signs.append(_LINE_END)
    return _made(signs, changed)


def _gaps(page: PageText, tape: TextTape, line: tuple[int, int], joints: Collection[int]) -> list[int]:
    """Places in a line at which white in its picture ends a word inside a long run of letters. `line`: its span in the tape;
    `joints`: where words end for other reasons."""
    found: list[int] = []
    for run in _RUN.finditer(tape.text, *line):
        if len(run[0]) < _LONG_RUN or _ADDRESS_OF_A_PAGE.search(run[0]):
            continue
        start = run.start() - line[0]
        sure = _GAP if any(start < at < start + len(run[0]) for at in joints) else _GAP_ALONE
        own = [o for o in tape.owners[run.start() : run.end()] if o is not None]
        chars = [page.lines[o.line].chars[o.char] for o in own]
        steps = [math.dist(a.quad.centre, b.quad.centre) for a, b in pairwise(chars)]
        widths = [(advance(a.text) + advance(b.text)) / 2 for a, b in pairwise(chars)]
        scale = median(step / width for step, width in zip(steps, widths, strict=True))
        least = max(sure * page.lines[own[0].line].quad.height, _GAP_OF_STEP * median(steps))
        for i, (step, width) in enumerate(zip(steps, widths, strict=True), 1):
            if step - scale * width > least and chars[i - 1].text.isalpha() and chars[i].text.isalpha():
                found.append(start + i)
    return found


def run_at(tape: TextTape, at: int) -> tuple[CharId, ...]:
    """The characters of the run of signs around a place."""
    start = at
    while start and not tape.text[start - 1].isspace():
        start -= 1
    while at < len(tape.text) and not tape.text[at].isspace():
        at += 1
    return tape.chars(start, at)


def _together(tape: TextTape) -> Respaced | None:
    """Lines that end in a hyphen, with the next: the hyphen goes before a small letter, and stays before a capital or digit."""
    cuts: list[tuple[int, int]] = []
    for m in _PARTED.finditer(tape.text):
        if _halves(tape.text, m):
            following = tape.text[m.end()]
            cuts.append((m.start() + (following.isupper() or following.isdigit()), m.end()))
    return lines_joined(tape, cuts)


def _halves(text: str, m: re.Match[str]) -> bool:
    """Whether both sides are halves of a word or number, not a number and a word."""
    before, after = text[: m.start()], text[m.end() : m.end() + _LEAST_PARTED]
    return len(before) >= _LEAST_PARTED and before[-1].isdigit() == after[0].isdigit() and len(after) == _LEAST_PARTED


def lines_joined(tape: TextTape, cuts: Sequence[tuple[int, int]]) -> Respaced | None:
    """The lines of a text that these stretches part, each with an end of line in it, without them; None where there are none."""
    signs: list[_Owned] = []
    changed: set[CharId] = set()
    at = 0
    for start, end in cuts:
        first = tape.text.rfind("\n", 0, start) + 1
        if first > at:  # not a line that the last cut has joined
            signs += _owned(tape, at, tape.text.find("\n", at)) if signs else []
            signs += [_LINE_END] if signs else []
            at = first
        signs += _owned(tape, at, start)
        changed.update(run_at(tape, start - 1), run_at(tape, end))
        at = end
    behind = tape.text.find("\n", at)
    return _made(signs + (_owned(tape, at, behind if behind >= 0 else len(tape.text)) if signs else []), changed)


def _owned(tape: TextTape, start: int, end: int) -> list[_Owned]:
    return list(zip(tape.text[start:end], tape.owners[start:end], strict=True))


def _closed(page: PageText, tape: TextTape) -> Respaced | None:
    """Letters set apart as words: `J a n e  D o e`, on one line or in cells of a row."""
    made: list[_Owned] = []
    for start, end in _set_apart(tape.text):
        places = [i for i in range(start, end) if not tape.text[i].isspace() and tape.owners[i] is not None]
        signs = [(tape.text[i], owner) for i in places if (owner := tape.owners[i]) is not None]
        if len(signs) < _LEAST_APART or sum(c.isalpha() for c, _ in signs) < _LETTERS_APART * len(signs):
            continue
        steps = _steps(page, signs)
        within = [step for step, (i, j) in zip(steps, pairwise(places), strict=True) if j == i + 1]
        across = [step for step, (i, j) in zip(steps, pairwise(places), strict=True) if j > i + 1]
        if within and median(across) > _BLANK * median(within):
            continue  # words with blanks between them
        for word in _words(signs, steps):
            made += [(" ", None)] if made and made[-1] != _LINE_END else []
            made += zip(_written(word), (owner for _, owner in word), strict=True)
        made.append(_LINE_END)
    return _made(made, (owner for _, owner in made if owner is not None))


def _set_apart(text: str) -> Iterator[tuple[int, int]]:
    """Rows all of whose words are pieces, less a caption before them, and within other rows runs of single signs."""
    for row in re.finditer(r"[^\n]+", text):
        caption = _CAPTION.match(row[0])
        start = row.start() + (caption.end() if caption else 0)
        value = text[start : row.end()]
        words = value.split()
        letters = sum(map(len, words))
        if len(words) >= _LEAST_APART and letters <= _PIECE * len(words) and sum(c.isalpha() for c in value) >= 0.9 * letters:
            yield start, row.end()
        else:
            yield from ((row.start() + m.start(), row.start() + m.end()) for m in _APART.finditer(row[0]))


def letters_apart(text: str) -> bool:
    """Whether a text is nothing but letters with blanks between them, some of which may have been read as pieces of words."""
    words = text.split()
    single = sum(len(w) == 1 for w in words)
    return len(words) >= _LEAST_APART and single >= _SINGLES * len(words) and all(w.isalpha() for w in words)


def date_apart(text: str) -> bool:
    """Whether a text is a day, month and year, a sign to a box: `1 9 9 1 J A N U A R 0 2`."""
    words = text.split()
    digits = sum(w.isdigit() for w in words)
    return len(words) >= _LEAST_OF_A_DATE and 3 <= digits <= 8 and all(len(w) == 1 for w in words)


def _steps(page: PageText, signs: Sequence[tuple[str, CharId]]) -> list[float]:
    """Distances between the middles of neighbours, in pixels."""
    return [math.dist(a, b) for a, b in pairwise(page.lines[o.line].chars[o.char].quad.centre for _, o in signs)]


def _words(signs: Sequence[tuple[str, CharId]], steps: Sequence[float]) -> Iterator[list[tuple[str, CharId]]]:
    """Signs parted where their distance is well over the usual one."""
    usual = median(steps)
    word = [signs[0]]
    for sign, step in zip(signs[1:], steps, strict=True):
        if step > _WORD_GAP * usual:
            yield word
            word = []
        word.append(sign)
    yield word


def _written(word: Sequence[tuple[str, CharId]]) -> str:
    """The word with digits as the letters that they are read for; in small letters where those that tell are small."""
    capitals = sum(c.isupper() for c, _ in word) > sum(c.islower() for c, _ in word)
    plain = "".join("I" if capitals and c in "1l|" else _AS_LETTER.get(c, c) for c, _ in word)
    small = any(c.islower() for c in plain[1:] if c.lower() not in "cklopsuvwxz")
    return plain[0] + plain[1:].lower() if small else plain
