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

DETECTOR = "account"
NO_WRITING = 0.8  # probability from which a picture shows no writing,
LOOSELY = 0.5  # or another script, where no line was read at all
PASSAGE, DOUBTED = 0.95, 0.7  # of another script in a part of a line that was read, and of one read with a score below
DOUBT = 0.8  # the second
WORD, WIDE = 0.6, 2.0  # of another script in a word of such a line; line heights of a word that is asked
OVER_WORDS = 0.3  # of the area of ink that no line explains: strokes across words that were read, or a frame around them
FEW_LETTERS = 12  # of the rest of a line: with fewer, the label of a value is among what was not understood
JOINED, READ_WELL = 1.0, 0.9  # line heights: words that stand closer, read with less than this score, are one picture
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
    strange, seen = _strange_lines(pixels, text.lines, scores, scripts, turned=text.turn != 0) if scripts else ({}, {})
    for number, (line, score) in enumerate(zip(text.lines, scores, strict=True)):
        reason = next((r for r, numbers in foreign.items() if number in numbers), strange.get(number))
        if reason is not None:
            yield line.quad, reason
        elif score < unread_score:
            if number not in seen or seen[number].nothing < NO_WRITING:
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
    wide = [w for w in words if w.quad.width >= WIDE * line.quad.height and (w.score < READ or _is_sparse(line))]
    facing = [w.quad.flipped() if line.mirrored else w.quad for w in wide]
    own = [w for w, its in zip(wide, scripts.classify(pixels, facing), strict=True) if its.other >= WORD]
    rest = sum(w.letters for w in words) - sum(w.letters for w in own)
    if (not own and (score < READ or _is_sparse(line))) or (own and rest < FEW_LETTERS):
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
    if one is not None and one.nothing >= NO_WRITING:
        return mark
    shares = {} if one is None else _strangeness(one)
    reason = max(shares, key=lambda r: shares[r], default=NotUnderstood.UNREAD)
    return replace(mark, rule=reason if shares and shares[reason] >= LOOSELY else NotUnderstood.UNREAD)


# The recognizer spells other scripts in Latin look-alikes, mostly with middling scores, and the picture of a short or worn line
# is no sure witness either. So a line that was read well needs a sure picture, one that was read with doubt a likely one, and
# one beside lines of another script a hint.
SURELY, SHORT_SURELY = 0.9, 0.95  # of a line that was read well, and of a short one
SHORT = 8.0  # line heights
LIKELY, SHORT_LIKELY = 0.5, 0.7  # the same of lines that were read with a score below DOUBT
LONG = 4.0  # line heights of a line whose neighbours need less
HINT, PART_HINT = 0.25, 0.5  # of a line, and of a part of it, among lines of another script
NEAR = 1.8  # line heights between two lines of one paragraph
READ = 0.93  # score of a line that is not in another script, if it has as many signs as print has
SPARSE = 0.5  # signs a line height: print has more, so that what was read as fewer may be anything
LEAST, NARROW = 3, 2.5  # letters and digits, and line heights, of a line whose picture tells a script


def _strange_lines(
    pixels: Pixels, lines: Sequence[TextLine], scores: Sequence[float], scripts: LineScripts, *, turned: bool
) -> tuple[dict[int, NotUnderstood], dict[int, LineScript]]:
    """The lines that are no upright Latin, with the reason; and what each line's picture shows.

    `scores`: of the best reading of each line, 0..1. `turned`: the page was read another way up than it lies. Then it may be a
    page of a script that reads no worse upside down, so that each line is asked both ways.
    """
    seen = dict(enumerate(scripts.classify(pixels, [line.facing for line in lines])))
    if turned:
        over = scripts.classify(pixels, [Quad(q.c, q.d, q.a, q.b) for q in (line.facing for line in lines)])
        seen = {i: max(seen[i], one, key=lambda s: s.other) for i, one in enumerate(over)}
    found = {i: reason for i, one in seen.items() if (reason := _reason(one, lines[i], scores[i])) is not None}
    # What the recognizer reads without doubt, letter by letter, is in its own script, whatever its picture looks like.
    read = {i for i, line in enumerate(lines) if scores[i] >= READ and not _is_sparse(line)}
    found = {i: r for i, r in found.items() if r is not NotUnderstood.SCRIPT or i not in read}
    proved = [i for i, r in found.items() if r is NotUnderstood.SCRIPT and lines[i].quad.width >= LONG * lines[i].quad.height]
    bare = {i for i, line in enumerate(lines) if i not in found and _letters(line) < LEAST}
    # Figures beside: what they are, their label says, which is in that script too.
    found |= {i: NotUnderstood.SCRIPT for i in bare if any(_near(lines[i].quad, lines[j].quad) for j in proved)}
    open_lines = {i for i in seen if i not in found and i not in read and _tells(lines[i]) and _has_hint(seen[i])}
    fresh = proved
    while fresh:
        fresh = [i for i in open_lines if any(_near(lines[i].quad, lines[j].quad) for j in fresh)]
        open_lines.difference_update(fresh)
        found |= dict.fromkeys(fresh, NotUnderstood.SCRIPT)
    return found, seen


def _strangeness(one: LineScript) -> Mapping[NotUnderstood, float]:
    """How much of a picture is in another script, mirrored, upside down, each 0..1."""
    return {NotUnderstood.SCRIPT: one.other, NotUnderstood.MIRRORED: one.mirrored, NotUnderstood.TURNED: one.upside_down}


def _reason(one: LineScript, line: TextLine, score: float) -> NotUnderstood | None:
    if not _tells(line):
        return None
    short = line.quad.width < SHORT * line.quad.height
    need = (SHORT_SURELY if short else SURELY) if score >= DOUBT else SHORT_LIKELY if short else LIKELY
    shares = _strangeness(one)
    return max(shares, key=lambda r: shares[r]) if one.strange >= need else None


def _tells(line: TextLine) -> bool:
    """Whether a line is long enough for its picture to tell its script; one that reads as nothing may hold anything."""
    long = line.quad.width >= NARROW * line.quad.height
    return long and (_letters(line) >= LEAST or _is_sparse(line))


def _is_sparse(line: TextLine) -> bool:
    """Whether fewer signs were read than so long a line of print has."""
    return sum(c.text.isalnum() for c in line.chars) < SPARSE * line.quad.width / max(line.quad.height, 1e-6)


def _letters(line: TextLine) -> int:
    return sum(c.text.isalpha() for c in line.chars)


def _has_hint(one: LineScript) -> bool:
    return one.other >= HINT or one.foreign >= PART_HINT


def _near(one: Quad, other: Quad) -> bool:
    (a, b, c, d), (x, y, w, h) = one.bounds(), other.bounds()
    size = min(d - b, h - y)
    return min(c, w) > max(a, x) and max(b, y) - min(d, h) <= NEAR * size
