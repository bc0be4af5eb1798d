"""Finds the printed words of a known form on a page as read.

Letter case, spaces, punctuation and what recognizers confuse do not count; beyond that one letter in five may be wrong.
A word may stand in several places, within a longer line too: which is the form's is for the geometry to say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

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


class PageWords:
    """What was read on a page, to be asked for many anchors."""

    def __init__(self, text: PageText) -> None:
        self._page = text
        # Of each line its letters and digits in one form, and the character that each came from.
        letters = [[(letter, i) for i, char in enumerate(line.chars) for letter in folded(char.text)] for line in text.lines]
        self._lines = [("".join(letter for letter, _ in line), [i for _, i in line]) for line in letters]
        self._pairs: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, (line, _) in enumerate(self._lines):
            for at in range(len(line) - 1):
                self._pairs[line[at : at + 2]].append((number, at))

    def places(self, anchor: str) -> tuple[Place, ...]:
        """Where the anchor may stand, best first; none for one of fewer than two letters or digits."""
        wanted = folded(anchor)
        slips = allowed_slips(wanted)
        found: dict[tuple[int, int], Place] = {}
        for number, shift in self._hints(wanted, slips):
            line, owner = self._lines[number]
            start, end, cost = _aligned(wanted, line, shift, slips)
            known = found.get((number, start))
            if cost <= slips and (known is None or cost < known.slips):
                found[number, start] = self._place(number, owner[start], owner[end - 1], cost)
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


def _aligned(wanted: str, line: str, shift: int, slips: int) -> tuple[int, int, int]:
    """The stretch of a line near a shift that is closest to the anchor: start, end, cost, which is over `slips` if too far."""
    if shift >= 0 and line.startswith(wanted, shift):
        return shift, shift + len(wanted), 0
    last = min(len(line), shift + len(wanted) + slips)
    cost, _, start, end = min(  # of equals the one that is as long as the anchor
        (
            (Levenshtein.distance(wanted, line[start:end], score_cutoff=slips), abs(end - start - len(wanted)), start, end)
            for start in range(max(0, shift - slips), shift + 2 * slips + 1)
            for end in range(max(start + 1, start + len(wanted) - slips), min(last, start + len(wanted) + slips) + 1)
        ),
        default=(slips + 1, 0, 0, 0),
    )
    return start, end, cost


def _apart(places: list[Place]) -> list[Place]:
    """Each stretch once: a place that overlaps a better one is that one, seen askew."""
    kept: list[Place] = []
    taken: set[CharId] = set()
    for place in places:
        if taken.isdisjoint(place.chars):
            kept.append(place)
            taken.update(place.chars)
    return kept
