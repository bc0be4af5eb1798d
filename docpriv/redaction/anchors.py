"""Finds the printed words of a known form on a page as read.

Letter case, spaces, punctuation and what recognizers confuse do not count; beyond that one letter in five may be wrong.
A word may stand in several places, within a longer line too: which is the form's is for the geometry to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from docpriv.geometry import Point, Quad
from docpriv.model import CharId, PageText
from docpriv.text.fold import packed

MOST_PLACES = 40  # of one anchor on one page; a word that stands in more tells nothing
_MOST_HINTS = 5 * MOST_PLACES  # a place gives several, a letter apart; a page may hold little else than the anchor
_LETTERS_A_SLIP = 5  # of an anchor for each letter that may be wrong, added or lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an anchor may stand: its characters, the area from the first to the last, and how many letters differ."""

    chars: tuple[CharId, ...]
    quad: Quad
    slips: int

    @property
    def ends(self) -> tuple[Point, Point]:
        """The middles of the left and the right edge, as the text runs."""
        q = self.quad
        return ((q.a[0] + q.d[0]) / 2, (q.a[1] + q.d[1]) / 2), ((q.b[0] + q.c[0]) / 2, (q.b[1] + q.c[1]) / 2)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's letters and digits in one form, and the character that each came from."""

    text: str = field(repr=False)
    owner: tuple[int, ...]


class PageWords:
    """What was read on a page, to be asked for many anchors."""

    def __init__(self, text: PageText) -> None:
        self._page = text
        self._lines = [_folded(text, i) for i in range(len(text.lines))]
        self._pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, line in enumerate(self._lines):
            for at in range(len(line.text) - 1):
                self._pairs[line.text[at : at + 2]].append((number, at))

    def places(self, anchor: str) -> tuple[Place, ...]:
        """Where the anchor may stand, best first; none for one of fewer than two letters or digits."""
        wanted = folded(anchor)
        slips = allowed_slips(wanted)
        found: dict[tuple[int, int], Place] = {}
        for number, shift in self._hints(wanted, slips):
            line = self._lines[number]
            hit = _aligned(wanted, line.text, shift, slips)
            if hit is None:
                continue
            start, end, cost = hit
            known = found.get((number, start))
            if known is None or cost < known.slips:
                found[number, start] = self._place(number, line.owner[start], line.owner[end - 1], cost)
        return tuple(_apart(sorted(found.values(), key=lambda p: (p.slips, p.chars[0])))[:MOST_PLACES])

    def _hints(self, wanted: str, slips: int) -> list[tuple[int, int]]:
        """Lines and shifts at which enough pairs of letters agree; every slip costs two pairs at most."""
        votes: Counter[tuple[int, int]] = Counter()
        for i in range(len(wanted) - 1):
            votes.update((number, at - i) for number, at in self._pairs.get(wanted[i : i + 2], ()))
        need = max(1, len(wanted) - 1 - 2 * slips)
        near = {key: sum(votes.get((key[0], key[1] + d), 0) for d in range(-slips, slips + 1)) for key in votes}
        likely = sorted((-votes[key], -agree, key) for key, agree in near.items() if agree >= need)
        return [key for _, _, key in likely[:_MOST_HINTS]]

    def _place(self, number: int, first: int, last: int, slips: int) -> Place:
        chars = self._page.lines[number].chars
        own = tuple(CharId(number, i) for i in range(first, last + 1))
        return Place(chars=own, quad=chars[first].quad.to(chars[last].quad), slips=slips)


def folded(text: str) -> str:
    """Letters and digits alone, in one form for all that recognizers confuse."""
    return "".join(packed(c) for c in text)


def allowed_slips(wanted: str) -> int:
    """Letters of a folded anchor that may be wrong: at least one."""
    return max(1, len(wanted) // _LETTERS_A_SLIP)


def _folded(text: PageText, number: int) -> _Line:
    letters: list[str] = []
    owner: list[int] = []
    for i, char in enumerate(text.lines[number].chars):
        for letter in folded(char.text):
            letters.append(letter)
            owner.append(i)
    return _Line("".join(letters), tuple(owner))


def _aligned(wanted: str, line: str, shift: int, slips: int) -> tuple[int, int, int] | None:
    """The stretch of a line near a shift that is closest to the anchor: start, end, cost (Sellers 1980); None if too far."""
    if shift >= 0 and line.startswith(wanted, shift):
        return shift, shift + len(wanted), 0
    low = max(0, shift - slips)
    window = line[low : max(low, shift + len(wanted) + slips)]
    row = list(range(len(wanted) + 1))  # cost of the anchor's first i letters, ending at this letter of the window
    start = [0] * (len(wanted) + 1)  # where in the window that stretch begins
    ends: list[tuple[int, int, int, int]] = []
    for end, letter in enumerate(window, 1):
        diagonal, from_diagonal = row[0], start[0]
        row[0], start[0] = 0, end
        for i, mine in enumerate(wanted, 1):
            same = diagonal + (mine != letter)
            choice = min(same, row[i] + 1, row[i - 1] + 1)
            begin = from_diagonal if choice == same else start[i] if choice == row[i] + 1 else start[i - 1]
            diagonal, from_diagonal = row[i], start[i]
            row[i], start[i] = choice, begin
        if row[-1] <= slips and end > start[-1]:
            ends.append((row[-1], abs(end - start[-1] - len(wanted)), start[-1], end))
    if not ends:
        return None
    cost, _, first, last = min(ends)  # of equals the one that is as long as the anchor
    return low + first, low + last, cost


def _apart(places: list[Place]) -> list[Place]:
    """Each stretch once: a place that overlaps a better one is that one, seen askew."""
    kept: list[Place] = []
    taken: set[CharId] = set()
    for place in places:
        if taken.isdisjoint(place.chars):
            kept.append(place)
            taken.update(place.chars)
    return kept
