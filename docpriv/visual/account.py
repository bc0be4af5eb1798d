"""The account of ink: what looks like writing was read, is covered, is something else, or was not understood.

Nothing on a page may be passed because nobody looked. A word that was read with confidence, in a script and a language that
the finders know, is understood. Anything else that looks like writing gets a mark with its reason, unless the picture itself
says that it is no writing: a rule, a frame, a box to tick, a halftone, a drawing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docpriv.geometry import Box, Quad
from docpriv.model import Char, Kind, Mark, NotUnderstood, PageImage, PageText, Pixels, TextLine
from docpriv.raster import spanned
from docpriv.visual.ink import InkLook, areas_of, look_at_ink
from docpriv.visual.line_script import LineScript, LineScripts
from docpriv.visual.strange_lines import READ, READ_WELL, is_sparse, strange_lines, strangeness

DETECTOR = "account"
SURELY = 0.8  # probability from which a picture shows no writing,
LOOSELY = 0.5  # or another script, where no line was read at all
PASSAGE, DOUBTED = 0.95, 0.7  # of another script in a part of a line that was read, and of one read with a score below
DOUBT = 0.8  # the second
WORD, WIDE = 0.6, 2.0  # of another script in a word of such a line; line heights of a word that is asked
OVER_WORDS = 0.3  # of the area of ink that no line explains: strokes across words that were read, or a frame around them
FEW_LETTERS = 12  # of the rest of a line: with fewer, the label of a value is among what was not understood
JOINED = 1.0  # line heights: words in doubt that stand closer are one picture
LOOSE = frozenset({"handwriting", "ink"})
"""Rules of marks of ink that no line explains and that nobody has named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`marks`: all of the page's marks, with those of what was not understood. `shares`: of the ink that looks like writing,
    the share not understood by reason, each 0..1. `unexplained`: the share that no line of text explains, 0..1."""

    marks: tuple[Mark, ...]
    shares: Mapping[NotUnderstood, float] = field(default_factory=dict)
    unexplained: float = 0.0

    @property
    def share(self) -> float:
        return min(1.0, sum(self.shares.values()))

    @property
    def reason(self) -> NotUnderstood | None:
        """What most of the ink that was not understood has against it; None where all of it was."""
        return max(self.shares, key=lambda r: self.shares[r]) if self.share > 0 else None


def take_account(
    pixels: Pixels,
    text: PageText,
    lines: Sequence[TextLine],
    marks: Sequence[Mark],
    *,
    pictures: Sequence[Box],
    foreign: Mapping[NotUnderstood, Collection[int]],
    unread_score: float,
    scripts: LineScripts | None,
) -> Account:
    """Account for the ink of a u8 (H, W, 3) page.

    `text`: the reading that is judged; `lines`: those of all readings; `marks`: what was seen, also by earlier steps that
    understood something not; `pictures`: photographs and halftones; `foreign`: lines of `text`, by index, in a script or
    language that no finder knows. `unread_score`: a word below it was not read. `scripts` None: pictures are not asked.
    """
    look = look_at_ink(pixels, lines, unread_score, pictures=pictures, marks=[m for m in marks if m.rule not in LOOSE])
    page = text.ref.index
    found = [m for m in marks if m.kind is not Kind.UNREAD_INK or m.rule not in LOOSE]
    known = [q for m in found if m.kind is Kind.UNREAD_INK for q in areas_of(m)]  # what stands within a ring is not on it
    best: dict[Quad, float] = {}  # what one reading read well was read
    for line in lines:
        best[line.quad] = max(line.score, best.get(line.quad, 0.0))
    words = [_mark(quad, reason, page) for quad, reason in _words(pixels, text, best, foreign, unread_score, scripts)]
    every = [*found, *(w for w in words if not _held(w.quad, known)), *_loose(pixels, page, look, marks, scripts)]
    return Account(marks=tuple(every), shares=_shares(every, look), unexplained=look.share)


def loose_ink(
    page: PageImage,
    lines: Sequence[TextLine],
    marks: Sequence[Mark],
    *,
    pictures: Sequence[Box],
    unread_score: float,
    scripts: LineScripts | None,
) -> tuple[Mark, ...]:
    """Marks of the ink of a page that no line of text and no mark explains, with what they are; see `take_account`."""
    kept = [m for m in marks if m.rule not in LOOSE]
    look = look_at_ink(page.pixels, lines, unread_score, pictures=pictures, marks=kept)
    return tuple(_loose(page.pixels, page.ref.index, look, marks, scripts))


def _loose(pixels: Pixels, page: int, look: InkLook, marks: Sequence[Mark], scripts: LineScripts | None) -> list[Mark]:
    loose = [m for m in marks if m.kind is Kind.UNREAD_INK and m.rule in LOOSE]
    loose += [Mark(page=page, kind=Kind.UNREAD_INK, quad=b.quad(), score=0.5, detector="ink", rule="ink") for b in look.unread]
    asked = scripts.classify(pixels, [m.quad for m in loose]) if scripts else [None] * len(loose)
    over = [look.share_of_words(areas_of(m)) for m in loose]
    return [mark if share >= OVER_WORDS else _judged(mark, one) for mark, one, share in zip(loose, asked, over, strict=True)]


def _mark(quad: Quad, reason: NotUnderstood, page: int) -> Mark:
    return Mark(page=page, kind=Kind.UNREAD_INK, quad=quad, score=1.0, detector=DETECTOR, rule=reason)


def _shares(marks: Iterable[Mark], look: InkLook) -> dict[NotUnderstood, float]:
    """Each piece of ink counts once, for the first reason that it has; writing by hand has a rule of its own."""
    out: dict[NotUnderstood, float] = {}
    quads: list[Quad] = []
    before = 0.0
    for reason in NotUnderstood:
        quads += [q for m in marks if m.kind is Kind.UNREAD_INK and m.rule == reason for q in areas_of(m)]
        now = look.share_in(quads) if quads else 0.0
        if now > before:
            out[reason] = now - before
        before = now
    return out


def _held(quad: Quad, others: Sequence[Quad]) -> bool:
    """Whether the middle of a word lies in one of the areas: it has its mark already."""
    x, y = quad.centre
    return any(a <= x <= c and b <= y <= d for a, b, c, d in (q.bounds() for q in others))


@dataclass(frozen=True, slots=True)
class _Word:
    quad: Quad
    score: float
    letters: int


def _words(
    pixels: Pixels,
    text: PageText,
    best: Mapping[Quad, float],
    foreign: Mapping[NotUnderstood, Collection[int]],
    unread_score: float,
    scripts: LineScripts | None,
) -> Iterator[tuple[Quad, NotUnderstood]]:
    """Lines and words of the reading that are not understood, with the reason."""
    scores = [best.get(line.quad, line.score) for line in text.lines]
    strange, seen = strange_lines(pixels, text.lines, scores, scripts, turned=text.turn != 0) if scripts else ({}, {})
    for number, (line, score) in enumerate(zip(text.lines, scores, strict=True)):
        reason = next((r for r, numbers in foreign.items() if number in numbers), strange.get(number))
        if reason is not None:
            yield line.quad, reason
        elif score < unread_score:
            if number not in seen or seen[number].nothing < SURELY:
                yield line.quad, NotUnderstood.UNREAD
        else:
            yield from _parts(pixels, line, score, seen.get(number), unread_score, scripts)


def _parts(
    pixels: Pixels,
    line: TextLine,
    score: float,
    one: LineScript | None,
    unread_score: float,
    scripts: LineScripts | None,
) -> Iterator[tuple[Quad, NotUnderstood]]:
    """Words of a line that was read, but not all of it, or not in one script."""
    words = list(_joined(_split(line, max(0.0, score - line.score)), line.quad.height))
    yield from ((w.quad, NotUnderstood.UNREAD) for w in words if w.score < unread_score)
    if one is None or scripts is None or one.foreign < (PASSAGE if score >= DOUBT else DOUBTED):
        return
    wide = [w for w in words if w.quad.width >= WIDE * line.quad.height and (w.score < READ or is_sparse(line))]
    facing = [w.quad.flipped() if line.mirrored else w.quad for w in wide]
    own = [w for w, its in zip(wide, scripts.classify(pixels, facing), strict=True) if its.other >= WORD]
    rest = sum(w.letters for w in words) - sum(w.letters for w in own)
    if (not own and (score < READ or is_sparse(line))) or (own and rest < FEW_LETTERS):
        yield line.quad, NotUnderstood.SCRIPT
    else:
        yield from ((w.quad, NotUnderstood.SCRIPT) for w in own)


def _split(line: TextLine, lift: float) -> Iterator[_Word]:
    run: list[Char] = []
    for char in (*line.chars, None):
        if char is not None and char.text.strip():
            run.append(char)
        elif run:
            score = min(1.0, sum(c.score for c in run) / len(run) + lift)
            yield _Word(spanned([c.quad for c in run]), score, sum(c.text.isalnum() for c in run))
            run = []


def _joined(words: Iterable[_Word], height: float) -> Iterator[_Word]:
    """Words in doubt that stand side by side are one: a picture of several letters more says more."""
    held: _Word | None = None
    for word in words:
        if held is not None and max(held.score, word.score) < READ_WELL and _gap(held.quad, word.quad) < JOINED * height:
            share = held.letters / max(1, held.letters + word.letters)
            held = _Word(
                spanned([held.quad, word.quad]),
                share * held.score + (1 - share) * word.score,
                held.letters + word.letters,
            )
            continue
        if held is not None:
            yield held
        held = word
    if held is not None:
        yield held


def _gap(one: Quad, other: Quad) -> float:
    return max(abs(other.a[0] - one.b[0]), abs(other.a[1] - one.b[1]))


def _judged(mark: Mark, one: LineScript | None) -> Mark:
    """Loose ink with its reason, or as it was where its picture is of no writing."""
    if one is not None and one.nothing >= SURELY:
        return mark
    shares = {} if one is None else strangeness(one)
    reason = max(shares, key=lambda r: shares[r], default=NotUnderstood.UNREAD)
    return replace(mark, rule=reason if shares and shares[reason] >= LOOSELY else NotUnderstood.UNREAD)
