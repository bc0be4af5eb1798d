"""What of an address a detector left out, told by what stands around it: lines of a block, ends and gaps of a line.

Streets, floors and boxes have more forms than any list; between a person and a town every line that could be one is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docpriv.locales import BASE, Regex, spoken
from docpriv.model import Kind
from docpriv.pii.addresses import DETECTOR
from docpriv.pii.labels import lexicon
from docpriv.pii.textspan import Hit
from docpriv.text.fold import fold
from docpriv.text.words import ORGANISATION_WORDS, bare, tokens_of

_BELIEVED = 0.5
_SCORE = 0.55
_MOSTLY = 0.6
"""Of the letters and digits of a line."""
_LINES = 3
_LONGEST = 45
_MOST_WORDS = 9
_NO_PART = re.compile(r"[:;=$€£%@\t]|\d{5}.*\d{5}|\d[.,]\d\d\b")
_CARE = re.compile(r"\W*(?:c\s?/\s?o|z\.\s?hd\.?|p\.\s?a\.?|presso|chez|a/c)\b", re.I)
_PLACED = Regex(
    r"\d|(?<!\w)(?:{{no_number}}|{{units}}|{{floors}}|{{post_boxes}}|{{streets_before_number}}|{{streets_after_number}}|{{streets_alone}})(?!\w)",
    re.I,
)
_HOUSE_AT_END = Regex(
    r"[^\d\n]{3,36}?[ ,]\s?(?:(?:n[.º°r]*\s?)?\d{1,4}(?:\s?[/\-]\s?\d{1,3})?\s?[a-zA-Z]?|{{no_number}})\W*", re.I
)
_TOWN_BELOW = re.compile(r"\W*(?:[A-Z]{1,2}[ \-]{1,3})?\d[\d \-]{2,8}\d,?\s[^\W\d_][^\d\n]{2,36}")
_LEFT_BEHIND = re.compile(
    r"[ ,]{1,3}(?:\([A-Z][A-Za-z]{0,2}\)|\d{1,3}\s?[.ºª°][^\W_]{0,3}(?:[ \-]?[^\W_]{1,4}[.ºª°]?)?"
    r"|[^\W\d_]{1,2}/[^\W\d_]{1,2}\.?|[Cc]edex|CEDEX)(?:\s\d{1,2})?(?![^\W_])"
)
"""Its floor and door, province or post office: `4º-2ª`, `r/c.`, `(TO)`, `Cedex 2`."""
_GAP = re.compile(r"[ ,.\-–·]{0,3}(?:[^\W\d_]{1,8}[.:]?(?: [^\W\d_]{1,7}[.:]?)?)?[ ,.\-–·:]{0,3}")
"""Between two parts of one address: `CEP: `, ` cod poștal `."""

_Line = tuple[int, int]


def whole_addresses(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, and the rest of the addresses among them. `text`: lines that follow each other in a column."""
    addresses = _held(text, hits, Kind.ADDRESS)
    if not any(addresses) and not any(h.kind is Kind.PERSON for h in hits):
        return list(hits)
    people = _held(text, hits, Kind.PERSON)
    organisations = _held(text, hits, Kind.ORGANIZATION)
    more = [*_ends_and_gaps(text, addresses, people)]
    lines = [m.span() for m in re.finditer(r"[^\n]+", text)]
    is_address = [_share(text, addresses, line) >= _MOSTLY for line in lines]
    is_person = [_share(text, people, line) >= _MOSTLY for line in lines]
    open_ = [
        not is_address[i] and not is_person[i] and _share(text, organisations, line) < _MOSTLY and _part(text[slice(*line)])
        for i, line in enumerate(lines)
    ]
    house_last = spoken() != (BASE,)
    for i in range(len(lines)):
        if is_person[i]:
            more += _between(text, lines[i + 1 : i + 2 + _LINES], open_[i + 1 :], is_address[i + 1 :])
            if house_last and i + 1 < len(lines) and open_[i + 1] and _HOUSE_AT_END.fullmatch(text[slice(*lines[i + 1])]):
                more.append(lines[i + 1])
        elif is_address[i] and i + 1 < len(lines) and open_[i + 1] and _TOWN_BELOW.fullmatch(text[slice(*lines[i + 1])]):
            more.append(lines[i + 1])
    return [*hits, *(Hit(*span, Kind.ADDRESS, _SCORE, DETECTOR, "within-address") for span in dict.fromkeys(more))]


def _between(text: str, below: Sequence[_Line], open_: Sequence[bool], is_address: Sequence[bool]) -> Iterator[_Line]:
    """The lines between a person and the address below."""
    for n in range(len(below)):
        if is_address[n]:
            yield from (part for part in below[:n] if _PLACED.search(text[slice(*part)]) or _CARE.match(text[slice(*part)]))
            return
        if not open_[n]:
            return


def _ends_and_gaps(text: str, addresses: bytearray, people: bytearray) -> Iterator[_Line]:
    """What is left behind an address on its line, and between two parts of one."""
    for m in re.finditer(b"\1+", bytes(addresses)):
        end = m.end()
        left = _LEFT_BEHIND.match(text, end)
        if left:
            yield end, left.end()
        gap = _GAP.match(text, end)
        if gap and gap.end() > end and gap.end() < len(text) and addresses[gap.end()] and not any(people[end : gap.end()]):
            yield end, gap.end()


def _part(line: str) -> bool:
    """Whether a line could be a part of an address: short, no label, no sum, no organisation."""
    words = tokens_of(line)
    if not words or len(line) > _LONGEST or len(words) > _MOST_WORDS or _NO_PART.search(line):
        return False
    if any(bare(m[0]) in ORGANISATION_WORDS for m in words):
        return False
    known = [fold(bare(m[0])) in lexicon().vocabulary for m in words if len(bare(m[0])) > 2 and m[0].isalpha()]
    if len(known) > 1 and all(known):
        return False
    if not any(c.isdigit() for c in line) and any(len(bare(m[0])) > 3 and m[0][0].islower() for m in words):
        return _CARE.match(line) is not None  # `House number and road`
    return not any(
        label.first and (label.marked or (label.sure and label.value >= len(line))) for label in lexicon().labels(line)
    )


def _held(text: str, hits: Sequence[Hit], kind: Kind) -> bytearray:
    held = bytearray(len(text))
    for h in hits:
        if h.kind is kind and h.score >= _BELIEVED:
            held[h.start : h.end] = b"\1" * (h.end - h.start)
    return held


def _share(text: str, held: bytearray, line: _Line) -> float:
    letters = [held[i] for i in range(*line) if text[i].isalnum()]
    return sum(letters) / len(letters) if letters else 0.0
