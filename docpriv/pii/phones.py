"""Telephone numbers by their print: misread signs, exchange names, fax headers, extensions, second numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpriv import locales
from docpriv.locales import Regex, expanded
from docpriv.model import Kind
from docpriv.pii.addresses import BOX, STREET
from docpriv.pii.checksums import contact_print, no_years
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.numbers import Pattern, hits_of
from docpriv.pii.textspan import Hit
from docpriv.text.fold import edit_distance

DETECTOR = "phones"
_SURE = 0.4

_PRINTS = tuple(
    Pattern(form)
    for forms in (*(country.telephones for country in locales.countries().values()), locales.common().telephones)
    for form in forms
)
RULES = (*(p.form.rule for p in _PRINTS), "further", "letterhead", "fax-header", "contact-line")
_EXTENSION = re.compile(r"[,;]? ?\(?(?i:ext(?:ension|n)?|x)\.? ?[:#]?\s?\d{1,6}(?!\w)")
_FURTHER = Regex(
    r" ?(?:/|,|;|&|{{or_words}}) ?"
    r"((?:\(?\d{3}\)?[ .\-]{0,2})?\d{3}[ .\-]\d{4}|\d{4}(?= ?(?:/|,|$|\n))|[A-Z]{2}-?\d{4,5})(?![\w\-]|[.,]\d)"
)

# The line that a fax machine prints: a page mark, and a time, a date or a word of sending.
_PAGE_MARK = re.compile(
    r"\bP(?:AGE|G)?[. ]{0,2}[\dOo]{1,3}(?: ?/ ?\d{1,3})?\b|[;:] ?# ?\d{1,3}|(?<![\d/])\d{3} ?/ ?\d{3}(?![\d/])|(?<=[\s@Z])0\d\d$",
    re.I,
)
_TIME = re.compile(r"(?<!\d)\d{1,2}[:;.]\d{2}(?: ?[AP]\.?M)?(?!\d)", re.I)
_SENDING = Regex(r"\b{{fax_words}}\b", re.I)
_DATED = re.compile(
    r"\d{1,2}[\-/ .](?:\d{1,2}|[A-Z]{3})[\-/ .']{1,2}\d{2,4}|\b[A-Z]{3}[ .\-]{0,2}\d{1,2}[ ,.\-]{1,3}(?:19|20)?\d\d\b", re.I
)
_JOURNAL = re.compile(r"\s{0,3}\+?[\d \-]{7,15}[;#\->]{1,3} ?#? ?\d")
_FAX_NUMBER = re.compile(
    r"(?<![\w/.:$])\+?(?:9\d{10,12}|0\d{9,11}|1?\d{10}|"
    r"\d{3}[ .\-]{1,2}\d{3}[ .\-]{1,2}\d{4}|\d{3}-\d{4}|\d{7}(?<!000))(?![\w/:%]|[.]\d)"
)
# A local number alone in its cell, beside a line with a word for telephones or a postcode: a letterhead.
_NEAR = 3  # cells before and behind
_LOCAL_LINE = re.compile(r"(?:(?<=[\n\t])|^)\W{0,2}(?:\d{3} ?[\-.·] ?\d{4}|[A-Z]{2}[ .\-]?\d ?- ?\d{4})\W{0,2}(?=[\n\t]|$)")
_CELL = re.compile(r"[^\n\t]+")
_LOCAL_ALONE = re.compile(r"\W{0,2}(\d{3} ?[\-.·] ?\d{4}|[A-Z]{2}[ .\-]?\d ?- ?\d{4})\W{0,2}")
_BEHIND_NAME = re.compile(r"[ ,;:(\t.–—-]{1,4}(\d{3}[\-.]\d{4})(?![\w%]|[.,\-]\d)")
_POSTCODE_END = re.compile(r"[A-Za-z].{0,60}\b\d{5}(?:-\d{4})?\W{0,2}$")
_PHONE_WORD = re.compile(expanded(r"(?<![^\W\d_]){{headings}}(?![^\W\d_])"), re.I)
_CONTACT_SIGN = re.compile(r"[^\s@|]@[^\s@|]")
_CONTACT_NUMBER = re.compile(expanded(r"(?:^|(?<=[|•·,;\t])) ?({{telephone_number}})(?= ?(?:[|•·,;\t]|$))"), re.M)


@text_detector(
    DETECTOR,
    "telephone print",
    *((rule, Kind.PHONE, 0.4, 1.0) for rule in dict.fromkeys(RULES)),
    order=30,
    texts=Texts.EVERY,
)
def find_phones(text: str) -> list[Hit]:
    """Numbers that their own print, the word before them or the line that they stand on shows."""
    hits = hits_of(_PRINTS, text, DETECTOR)
    for line in re.finditer(r"[^\n]+", text):
        if _CONTACT_SIGN.search(line[0]):
            hits += [
                _hit(line.start() + m.start(1), line.start() + m.end(1), 0.55, "contact-line")
                for m in _CONTACT_NUMBER.finditer(line[0])
                if contact_print(m[1])
            ]
    return hits + _letterheads(text) + _fax_headers(text)


def continued(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """What goes on behind numbers that were found: extensions, `or 555-0101`, `/0101`."""
    more = []
    for hit in hits:
        if hit.kind is not Kind.PHONE or hit.score < _SURE:
            continue
        at = hit.end
        while at < min(len(text), hit.end + 6) and text[at].isdigit() and text[at - 1].isdigit():
            at += 1  # a detector that ended within a run of digits
        if at > hit.end:
            more.append(_hit(hit.end, at, hit.score, "further"))
        for _ in range(6):
            extension = _EXTENSION.match(text, at)
            further = _FURTHER.match(text, at)
            if extension is not None:
                more.append(_hit(at, extension.end(), hit.score, "extension"))
                at = extension.end()
            elif further is not None and no_years(further[1]):
                more.append(_hit(*further.span(1), hit.score, "further"))
                at = further.end(1)
            else:
                break
    return more


def behind_names(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Local numbers right behind a person: `Ann Roe, 555-0134`, `Ann Roe (555-0134)`."""
    ends = {hit.end for hit in hits if hit.kind is Kind.PERSON and hit.score >= _SURE}
    found = (_BEHIND_NAME.match(text, end) for end in sorted(ends))
    return [_hit(*m.span(1), 0.55, "letterhead") for m in found if m is not None and no_years(m[1])]


def _letterheads(text: str) -> list[Hit]:
    hits: list[Hit] = []
    if _LOCAL_LINE.search(text) is None:
        return hits
    cells = list(_CELL.finditer(text))
    for k, cell in enumerate(cells):
        alone = _LOCAL_ALONE.fullmatch(cell[0])
        if alone is None:
            continue
        near = [cells[j][0] for j in range(max(0, k - _NEAR), min(len(cells), k + _NEAR + 1)) if j != k]
        above = [cells[k - 2][0]] if k > 1 else []  # a street with its town between
        close = [cells[j][0] for j in (k - 1, k + 1) if 0 <= j < len(cells)]
        if (
            any(_POSTCODE_END.search(c) or _addressed(c) for c in close)
            or any(map(_addressed, above))
            or any(_says_phone(c) for c in near)
        ):
            hits.append(_hit(cell.start() + alone.start(1), cell.start() + alone.end(1), 0.55, "letterhead"))
    return hits


def _addressed(cell: str) -> bool:
    return STREET.search(cell) is not None or BOX.search(cell) is not None


def _says_phone(cell: str) -> bool:
    """A word for telephones, two misread letters forgiven in the long one."""
    if len(cell) > 60:
        return False
    if _PHONE_WORD.search(cell):
        return True
    words = (w.lower() for w in re.findall(r"[^\W\d_]{8,10}", cell))
    return any(edit_distance(w, "telephone", 2) <= 2 for w in words)


def _fax_headers(text: str) -> list[Hit]:
    hits = []
    for line in re.finditer(r"[^\n]{12,240}", text):
        row = line[0]
        if sum(c.isdigit() for c in row) < 9 or _PAGE_MARK.search(row) is None:
            continue
        signs = sum(p.search(row) is not None for p in (_TIME, _SENDING.now(), _DATED)) + row.count(";") // 2
        if signs < 2 and not re.search(r"\b(?:TO|FROM)\b", row) and not _JOURNAL.match(row):
            continue
        for m in _FAX_NUMBER.finditer(row):
            if not _DATED.fullmatch(m[0]):
                hits.append(_hit(line.start() + m.start(), line.start() + m.end(), 0.6, "fax-header"))
    return hits


def _hit(start: int, end: int, score: float, reason: str) -> Hit:
    return Hit(start, end, Kind.PHONE, score, DETECTOR, reason)
