"""In which language each line of a page stands, and which in one that no detector covers; no line is judged alone.

Only words that speak for a language are judged: those in small letters, those that open a line before one of them, those of
business paper in any case, and sentences in capitals. Names, addresses, headings, captions in capitals, numbers and
e-mail addresses hold none or few.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Protocol

from docpriv import locales
from docpriv.model import Layout, PageText, Segment
from docpriv.protocols import Spoken

_SURE_LINE = 0.75  # lines read with a lower score say nothing: noise is read as words of any language
# Set on 14,600 lines of English paper (forms, filings, bank and health papers, invoices), of which none is judged foreign, and
# on passages in 33 languages whose accents were partly lost, of which 68, 86 and 99 % are at 60, 100 and 200 letters in all.
_COVERED = 0.3  # probability of the likeliest covered language below which a text is in another one
_LITTLE, _FAR = 45, 5.0  # letters of the words judged; how many times likelier another language has to be
_MUCH, _NEAR = 120, 0.5  # the same for longer text; a rare language has many near ones
_ACCENTED = 30.0  # the same for words with the accents that were read: on poor English print they are misread signs
_OWN_LETTERS, _OWN = 25, 0.6  # a line of so many letters, so likely in a covered language, is no part of foreign text around it
_ENOUGH = 75  # letters that lines from here and there have to hold
_OUTWEIGH = 2.0  # letters judged foreign to each that was not, from which on the rest of the page is foreign too
_WELL_READ = 0.95  # score of a line whose accents are believed
_FEW_ACCENTED = 3  # different words of a block that are written with letters English does not have: labels of a short form
_PLAIN_LANGUAGES = frozenset({"en"})  # written without accents, but for a few loan words
_NAMED = 0.5  # probability from which on a language is named
_FEW, _CLEAR = 15, 0.9  # letters from which on a page may tell its language, and how much of the covered ones' probability it has
_PART, _MOSTLY = 0.25, 0.7  # of the same on longer text: what a language of the page has, and what all of these have
_FILLING = 3  # words of printers' filler text in a line, which is in no language
_SENTENCE = 6  # words in capitals alone that are no caption

_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SEVERAL = re.compile(r"[^\W\d_]\.?\s*/\s*[^\W\d_]")
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "đ": "d", "þ": "th", "ł": "l", "ı": "i", "ə": "e", "’": "'"}
)
_NO_WORD = re.compile(r"[\d@]|www|://|\.\w", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """`foreign`: lines, as indexes, in a language that is not covered; `letters`: letters by language, "und" where it is
    not covered and not known by name, "" where nothing is known; `language`: the page's, None where it shows none clearly;
    `spoken`: the covered languages of the page and of each line."""

    foreign: frozenset[int] = frozenset()
    letters: dict[str, int]
    language: str | None = None
    spoken: Spoken


@dataclass(slots=True, kw_only=True, eq=False)
class _Piece:
    """A segment with its words that speak for a language; `foreign`: None where nothing was told."""

    line: int
    letters: int
    words: tuple[str, ...]
    well_read: bool = False
    foreign: bool | None = None
    language: str = ""

    @property
    def accented(self) -> set[str]:
        return {w for w in self.words if not w.isascii() and _plain(w) not in _lists()["loan"]} if self.well_read else set()


class Likely(Protocol):
    """What languages a text is likely to be in."""

    def likely(self, text: str) -> dict[str, float]: ...


class _Remembered:
    """A model that is asked of each text of a page once."""

    def __init__(self, model: Likely) -> None:
        self.likely = cache(model.likely)


def languages_of(
    page: PageText, layout: Layout, covered: Sequence[str], model: Likely, elsewhere: tuple[str, ...] = ()
) -> Languages:
    """The lines of a page whose text is in none of the languages `covered`, the page's language, and that of each line.

    `elsewhere`: languages of the page by another reading, which count where this one does not tell.

    Text is judged over at least two lines with 45 letters of such words between them, within a block; lines of shorter
    blocks are judged together, in reading order, over at least 75 letters. What
    cannot be judged is in the language of most of the page.
    """
    pieces, model = {segment: _piece(page, segment) for segment in layout.segments}, _Remembered(model)
    _judge_all(pieces, layout, covered, model)
    shown = _name_all(pieces, layout, covered, model, elsewhere)
    return _summed(len(page.lines), list(pieces.values()), shown, model)


def _judge_all(pieces: Mapping[Segment, _Piece], layout: Layout, covered: Sequence[str], model: Likely) -> None:
    """Mark the pieces of a page as foreign or not, by their blocks and, what is short, with each other."""
    blocks = _blocks(pieces, layout)
    long = [block for block in blocks if sum(bool(p.words) for p in block) >= 2 and _weight(block) >= _LITTLE]
    told = {id(piece) for block in long for piece in block}
    for block in long:
        _judge(block, covered, model, _LITTLE)
        _fill(block)
    if _PLAIN_LANGUAGES.issuperset(covered):
        for block in blocks:
            _judge_accents(block, covered, model)
    _judge([pieces[s] for row in layout.rows for s in row if id(pieces[s]) not in told], covered, model, _ENOUGH)


def _blocks(pieces: Mapping[Segment, _Piece], layout: Layout) -> list[list[_Piece]]:
    return [[pieces[segment] for segment in block] for block in layout.blocks]


def _name_all(
    pieces: Mapping[Segment, _Piece], layout: Layout, covered: Sequence[str], model: Likely, elsewhere: tuple[str, ...]
) -> tuple[str, ...]:
    """Give each piece its language: that of the page, or another where its text is foreign to that as it would be to one that
    is not covered. Where that is not known it stays without. Returns those of the page, the first the likeliest."""
    shown = _shown(pieces.values(), covered, model) or elsewhere
    if not shown:
        return shown
    alone = {segment: replace(piece, foreign=None) for segment, piece in pieces.items()}
    if len(covered) > 1:
        _judge_all(alone, layout, shown[:1], model)
    others = [code for code in covered if code != shown[0]]
    rest: list[_Piece] = []
    for block in layout.blocks:
        for other, run in groupby(block, lambda segment: bool(alone[segment].foreign) and not pieces[segment].foreign):
            group = [pieces[segment] for segment in run]
            name = _named(group, others, model) if other else shown[0]
            rest += group if not name else []
            for piece in group:
                piece.language = name if other or piece.foreign is False else ""
    name = _named(rest, others, model)
    for piece in rest:
        piece.language = name
    letters: Counter[str] = Counter()
    for piece in pieces.values():
        letters[piece.language] += piece.letters if piece.language else 0
    much = (code for code, n in letters.most_common() if code and n > _PART * letters.total())
    return tuple(dict.fromkeys((*much, *(code for code in shown if code not in letters))))  # those that no line was told to be in


def _shown(pieces: Iterable[_Piece], covered: Sequence[str], model: Likely) -> tuple[str, ...]:
    """The covered languages that the text of a page is likely in, the likeliest first; none where that is not clear."""
    own = [piece for piece in pieces if not piece.foreign]
    weight, likely = _weight(own), model.likely(_text(own))
    ours = sum(likely.get(code, 0.0) for code in covered)
    if weight < _FEW or ours < _COVERED:
        return ()
    shares = sorted(((likely.get(code, 0.0) / ours, code) for code in covered), reverse=True)
    if weight < _LITTLE:
        return (shares[0][1],) if shares[0][0] >= _CLEAR and ours >= _NAMED else ()
    most = [(share, code) for share, code in shares if share >= _PART]
    return tuple(code for _, code in most) if sum(share for share, _ in most) >= _MOSTLY else ()


def _piece(page: PageText, segment: Segment) -> _Piece:
    line = page.lines[segment.line]
    text = "".join(c.text for c in line.chars[segment.start : segment.end])
    return _Piece(
        line=segment.line,
        letters=sum(c.isalpha() for c in text),
        words=words_of(text) if line.score >= _SURE_LINE else (),
        well_read=line.score >= _WELL_READ,
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a line that speak for a language, in small letters; none of a label in several languages (`Name / Nom`)."""
    if _SEVERAL.search(text):
        return ()
    found = [m for token in _TOKEN.findall(text) if not _NO_WORD.search(token) for m in _WORD.findall(token) if len(m) >= 2]
    if len(found) >= _SENTENCE and all(word.isupper() for word in found):
        return tuple(word.lower() for word in found)
    if len(_lists()["filler"].intersection(map(_plain, found))) >= _FILLING:
        return ()
    known = _lists()["business"]
    return tuple(
        word.lower()
        for k, word in enumerate(found)
        if word[0].islower()
        or _plain(word) in known
        or (k == 0 and not word.isupper() and len(found) > 1 and found[1][0].islower())
    )


def _plain(word: str) -> str:
    """In small letters without accents: readers drop them from words of any language and put them on English ones."""
    return unicodedata.normalize("NFD", word.lower().translate(_PLAIN)).encode("ascii", "ignore").decode()


def _weight(pieces: Iterable[_Piece]) -> int:
    """Letters of the different words: a form that says one word in each of its rows says it once."""
    return sum(map(len, {word for piece in pieces for word in piece.words}))


def _text(pieces: Iterable[_Piece]) -> str:
    return " ".join(dict.fromkeys(word for piece in pieces for word in piece.words))


def _is_foreign(text: str, covered: Sequence[str], model: Likely, margin: float) -> bool:
    """Without accents, since readers drop them; or with those that were read, by far where only languages without are covered."""
    plain, accented = _plain(text), _ACCENTED if _PLAIN_LANGUAGES.issuperset(covered) else margin
    return _stands_out(plain, covered, model, margin) or (plain != text and _stands_out(text, covered, model, accented))


def _stands_out(text: str, covered: Sequence[str], model: Likely, margin: float) -> bool:
    likely = model.likely(text)
    ours = max(likely.get(code, 0.0) for code in covered)
    margin = margin if len(covered) == 1 else max(margin, 1.0)  # near ones are among the covered
    return ours < _COVERED and max(share for code, share in likely.items() if code not in covered) >= margin * ours


def _ours(pieces: Iterable[_Piece], covered: Sequence[str], model: Likely) -> float:
    """Probability of the likeliest covered language; whatever accents were read, where only languages without are covered."""
    text = _text(pieces)
    likely = model.likely(_plain(text) if _PLAIN_LANGUAGES.issuperset(covered) else text)
    return max(likely.get(code, 0.0) for code in covered)


def _judge(pieces: Sequence[_Piece], covered: Sequence[str], model: Likely, least: int) -> None:
    """Mark the pieces of a text that stand, with the next ones, in a language that is not covered."""
    spoken = [piece for piece in pieces if piece.words]
    for letters, margin in ((least, _FAR), (_MUCH, _NEAR)):
        for window in _windows(spoken, letters):
            foreign = _is_foreign(_text(window), covered, model, margin)
            for piece in window:
                piece.foreign = piece.foreign or foreign
    for piece in spoken:
        if piece.foreign and _weight([piece]) >= _OWN_LETTERS and _ours([piece], covered, model) >= _OWN:
            piece.foreign = False


def _judge_accents(block: Sequence[_Piece], covered: Sequence[str], model: Likely) -> None:
    """Mark the lines of a block of which several words are written with accents, and those between them, unless they read as
    English without: poor print reads with accents that nobody wrote."""
    own = [piece for piece in block if piece.accented]
    if len(own) < 2 or len(set().union(*(piece.accented for piece in own))) < _FEW_ACCENTED:
        return
    if _ours(own, covered, model) >= _COVERED:
        return
    for piece in own:
        piece.foreign = True
    _fill(block)


def _windows(pieces: Sequence[_Piece], least: int) -> Iterator[Sequence[_Piece]]:
    """From each line on as few as hold that many letters between them, two at the least; and the last such."""
    for start in range(len(pieces) - 1):
        end = start + 2
        while end < len(pieces) and _weight(pieces[start:end]) < least:
            end += 1
        if _weight(pieces[start:end]) < least:
            if start:
                yield pieces[start - 1 :]
            return
        yield pieces[start:end]


def _fill(block: Sequence[_Piece]) -> None:
    """Lines of a block without a word to judge are as the lines around them: foreign where all of these are."""
    spoken = [k for k, piece in enumerate(block) if piece.foreign is not None]
    for k, piece in enumerate(block):
        if piece.foreign is None:
            around = [max((j for j in spoken if j < k), default=-1), min((j for j in spoken if j > k), default=-1)]
            piece.foreign = all(bool(block[j].foreign) for j in around if j >= 0)


def _summed(lines: int, pieces: Sequence[_Piece], shown: tuple[str, ...], model: Likely) -> Languages:
    foreign = [piece for piece in pieces if piece.foreign]
    known = [piece for piece in pieces if piece.foreign is False]
    if _weight(foreign) >= _ENOUGH and _weight(foreign) > _OUTWEIGH * _weight(known):
        foreign += [piece for piece in pieces if piece.foreign is None]
    others = {id(piece) for piece in foreign}
    letters: Counter[str] = Counter({_named(foreign, (), model) or "und": sum(piece.letters for piece in foreign)})
    by_line: Counter[int] = Counter()
    spoken: list[Counter[str]] = [Counter() for _ in range(lines)]
    for piece in pieces:
        by_line[piece.line] += piece.letters if id(piece) in others else -piece.letters
        if id(piece) not in others:
            letters[piece.language] += piece.letters
            spoken[piece.line][piece.language] += piece.letters
    most = max((code for code in letters if code and letters[code]), key=letters.__getitem__, default="und")
    page = tuple(sorted(shown))
    return Languages(
        foreign=frozenset(line for line, more in by_line.items() if more > 0),
        letters={code: n for code, n in sorted(letters.items()) if n},
        language=most if most != "und" else None,
        spoken=Spoken(page=page, lines=tuple((code,) if (code := _most(own)) else page for own in spoken)),
    )


def _most(letters: Counter[str]) -> str:
    return max(letters, key=letters.__getitem__, default="")


def _named(pieces: Sequence[_Piece], among: Sequence[str], model: Likely) -> str:
    """The language that a text is most likely in, of these where any are named; "" where that is not clear."""
    if _weight(pieces) < _LITTLE:
        return ""
    likely = model.likely(_text(pieces))
    code = max((c for c in likely if not among or c in among), key=likely.__getitem__, default="")
    return code if likely.get(code, 0.0) >= _NAMED else ""


@cache
def _lists() -> dict[str, frozenset[str]]:
    """Words of business paper of several languages, which no name is made of, and of filler text; without accents."""
    lists = {"business": locales.words("business"), "loan": locales.words("loan"), "filler": locales.common().filler}
    return {name: frozenset(map(_plain, words)) for name, words in lists.items()}
