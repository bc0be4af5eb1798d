"""Machine-readable lines: of identity papers (ICAO Doc 9303) and of cheques (E-13B, ANSI X9.100-160); refuses lines that
neither form nor check digits show to be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docpriv.model import Kind
from docpriv.pii.checksums import aba, machine_digit
from docpriv.pii.textspan import Hit

DETECTOR = "machine-lines"
_LEAST = 24  # characters of a line without blanks: the shortest format has 30, readers drop some
_LEAST_READ = 12  # characters as read that may stand for so many: one sign for two fillers
_LONGEST = 60
_FILLERS = 3
_SECOND_LINE = re.compile(r"[A-Z0-9<]{9}[0-9<O][A-Z<]{3}[\dO]{6}[\dO][MFX<][\dO]{6}")
# The filler as readers take it: angles of all kinds, and K, C, L, X or E where the print is poor.
_ANGLES = str.maketrans({"‹": "<", "＜": "<", "≤": "<", "〈": "<"})
_POOR_FILLERS = re.compile(r"[KC<LXE]{5,}$|K{4,}|C{4,}|(?:<[KC]|[KC]<){2,}")
_FIRST_LINE = re.compile(r"[PVIAC][A-Z<][A-Z<]{3}[A-Z<]")
_AS_DIGIT = str.maketrans("OQDILZSBG", "000112586")
_KIND_SIGNS = re.compile(r"[A-Z0-9<]")

# Where check digits stand: (first, end, place of the check digit) by format; ICAO Doc 9303 parts 4 to 7.
_CHECKS = (
    ((0, 9, 9), (13, 19, 19), (21, 27, 27)),  # TD3, TD2 and visas, second line
    ((0, 6, 6), (8, 14, 14)),  # TD1, second line
    ((5, 14, 14),),  # TD1, first line
)
_TD1_SECOND = re.compile(r"[\dOQDILZSBG]{7}[MFX<][\dOQDILZSBG]{7}[A-Z<]{3}")
_TD1_FIRST = re.compile(r"[IAC][A-Z0-9<][A-Z<]{3}[A-Z0-9<]{9}[\dO<]")


def find_machine_lines(text: str) -> list[Hit]:
    """Lines of capital letters, digits and `<`, however the reader spaced them, and the lines at the foot of cheques."""
    rows = list(_rows(text))
    plain = [_plain(body) if len(body) >= _LEAST_READ else "" for _, _, body in rows]
    sure = [_machine(p) for p in plain]
    for i in range(len(rows)):  # lines of one paper stand together and are as long
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(rows) and sure[j] and abs(len(plain[j]) - len(plain[i])) <= 6]
        sure[i] = sure[i] or (
            bool(near) and _LEAST <= len(plain[i]) <= _LONGEST and _share(plain[i]) >= 0.9 and " " not in rows[i][2].strip()
        )
    hits = [_hit(start, end, Kind.MRZ, 0.95, "machine-line") for (start, end, _), yes in zip(rows, sure, strict=True) if yes]
    return hits + _cheque_lines(text)


def _rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Segments, and rows of several segments where the segments alone are parts of a line."""
    for row in re.finditer(r"[^\n]+", text):
        if "\t" in row[0] and len(row[0]) >= _LEAST and len(_plain(row[0])) <= _LONGEST and _machine(_plain(row[0])):
            yield row.start(), row.end(), row[0].replace("\t", "")
            continue
        for m in re.finditer(r"[^\t]+", row[0]):
            yield row.start() + m.start(), row.start() + m.end(), m[0]


def _plain(line: str) -> str:
    return re.sub(r"[\s|]", "", line).replace("«", "<<").replace("《", "<<").translate(_ANGLES)


def _share(plain: str) -> float:
    return sum(_KIND_SIGNS.match(c) is not None for c in plain) / max(1, len(plain))


def _machine(plain: str) -> bool:
    if len(plain) < _LEAST or _share(plain) < 0.85:
        return False
    if plain.count("<") >= _FILLERS or _SECOND_LINE.match(plain) is not None:
        return True
    if len(plain) > _LONGEST:
        return False
    if _FIRST_LINE.match(plain) and _POOR_FILLERS.search(plain):
        return True
    return _checked(plain)


def _checked(plain: str) -> bool:
    """Whether check digits hold where a format has them: two of them, or one with the form of a TD1 line."""
    for checks in _CHECKS:
        held = 0
        for first, end, place in checks:
            if len(plain) > place and set(plain[place]) <= set("0123456789OQDILZSBG<"):
                body = plain[first:end] if first in {0, 5} and end - first == 9 else plain[first:end].translate(_AS_DIGIT)
                if re.fullmatch(r"[A-Z0-9<]+", body) and plain[place].translate(_AS_DIGIT).replace("<", "0") == str(
                    machine_digit(body)
                ):
                    held += 1
        dated = sum(c.isdigit() for c in plain) >= 10
        if held >= 2 and dated and re.search(r"[A-Z<]{3}", plain) and (len(checks) == 3 or _TD1_SECOND.match(plain)):
            return True
        if held and len(checks) == 1 and _TD1_FIRST.match(plain) and _POOR_FILLERS.search(plain):
            return True
    return False


# E-13B has ten digits and four symbols; readers see transit, on-us, amount and dash as strokes, quotes and letters.
_SYMBOLS = "⑆⑇⑈⑉"
_CHEQUE_SIGNS = re.compile(r"[\d\s⑆⑇⑈⑉|:;!'\"“”„‘’`´.,\-–—=/\\<>()\[\]IilACDUacdu*#·•]+")
_MARKS = r"[⑆|:;!'\"“”‘’\[\]⑈]"
_ROUTING = re.compile(
    rf"(?:(?<={_MARKS})|(?<={_MARKS}\s))(?P<a>\d{{9}})(?!\d)|(?<!\d)(?P<b>\d{{9}})(?=1?\s?{_MARKS})"
    r"|(?<=[AaIil1])(?P<c>\d{9})(?=[AaIil1])(?!1\d)"
)
_CANADIAN = re.compile(rf"{_MARKS}\s?\d{{5}}\s?[\-–—⑉=.]\s?\d{{3}}\s?{_MARKS}")
_CHEQUE_WORDS = re.compile(r"pay to the|order of|\bdollars\b|\bcheque\b|\bvoid\b", re.I)
_GROUPS = re.compile(r"\D*(?:\d{3,17}\D{1,4}){0,2}\d{9}(?:\D{1,4}\d{3,17}){1,3}\D*")


def _cheque_lines(text: str) -> list[Hit]:
    """Rows of digits and E-13B symbols with a routing number; its whole row is covered, the number of the account with it."""
    hits = []
    cheque: bool | None = None
    for row in re.finditer(r"[^\n]{14,120}", text):
        body = row[0]
        if sum(c.isdigit() for c in body) < 13:
            continue
        for m in _CHEQUE_SIGNS.finditer(body):
            part = m[0]
            if (
                sum(c.isdigit() for c in part) < 13
                or (m.start() and body[m.start() - 1].isalnum())
                or body[m.end() : m.end() + 1].isalnum()
            ):
                continue
            routed = any(aba(r["a"] or r["b"] or r["c"]) for r in _ROUTING.finditer(part))
            drawn = any(c in _SYMBOLS for c in part)
            if not (routed or drawn or _CANADIAN.search(part)):
                if cheque is None:
                    cheque = _CHEQUE_WORDS.search(text) is not None
                if not (
                    cheque and _GROUPS.fullmatch(part.strip()) and any(aba(g) for g in re.findall(r"(?<!\d)\d{9}(?!\d)", part))
                ):
                    continue
            hits.append(_hit(row.start() + m.start(), row.start() + m.end(), Kind.ACCOUNT_NUMBER, 0.8, "cheque-line"))
    return hits


def _hit(start: int, end: int, kind: Kind, score: float, reason: str) -> Hit:
    return Hit(start=start, end=end, kind=kind, score=score, detector=DETECTOR, reason=reason)
