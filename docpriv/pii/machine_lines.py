"""Machine-readable lines: of identity papers (ICAO Doc 9303, ISO/IEC 18013-3) and of cheques (E-13B, CMC-7; ANSI X9.100-160,
ISO 1004)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docpriv.locales import expanded
from docpriv.model import Kind
from docpriv.pii.checksums import aba, machine_digit
from docpriv.pii.detectors import text_detector
from docpriv.pii.textspan import Hit
from docpriv.text.alike import IN_CAPITALS, as_digits

DETECTOR = "machine-lines"
_LEAST = 24  # characters of a line without blanks: the shortest format has 30, readers drop some
_LEAST_READ = 12  # characters as read that may stand for so many: one sign for two fillers
_LONGEST = 60
_FILLERS = 3
_SECOND_LINE = re.compile(r"[A-Z0-9<]{9}[0-9<O][A-Z<]{3}[\dO]{6}[\dO][MFX<][\dO]{6}")
# The filler as readers take it: angles of all kinds, and K, C, L, X or E where the print is poor.
_ANGLES = str.maketrans({"‹": "<", "＜": "<", "≤": "<", "〈": "<", "⟨": "<", "く": "<", "㇛": "<"})
_BRACKETS = str.maketrans({"(": "<", "{": "<", "[": "<", "∠": "<"})
_SAME_SIGN = re.compile(r"([KCLSEXZ])\1{4,}")  # six fillers that one reader took for one letter
_POOR_FILLERS = re.compile(r"[KC<LXE]{5,}$|K{4,}|C{4,}|(?:<[KC]|[KC]<){2,}")
_FIRST_LINE = re.compile(r"[PVIAC][A-Z<][A-Z<]{3}[A-Z<]")
_AS_DIGIT = as_digits(IN_CAPITALS)
_KIND_SIGNS = re.compile(r"[A-Z0-9<]")
_SHORT = 16  # signs of a line whose fillers were dropped
_PIECE = 8  # signs of a piece of a line that stands beside another
# One line of 30 signs on driving licences: the state, and a check digit over all before it (ISO/IEC 18013-3, annex on the MRZ).
_LICENCE = re.compile(r"D[1IL<][A-Z<]{3}[A-Z0-9<]{25}")
_STATES = (
    "AUT BEL BGR CYP CZE DEU D<< DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ISL ITA LTU LUX LVA MLT NLD NOR POL PRT ROU SVK SVN SWE"
)
_LICENCE_OF = re.compile(rf"D[1IL]({'|'.join(_STATES.split())})[A-Z0-9<]{{22,26}}")

# Where check digits stand: (first, end, place of the check digit) by format; ICAO Doc 9303 parts 4 to 7.
_CHECKS = (
    ((0, 9, 9), (13, 19, 19), (21, 27, 27)),  # TD3, TD2 and visas, second line
    ((0, 6, 6), (8, 14, 14)),  # TD1, second line
    ((5, 14, 14),),  # TD1, first line
)
# France's card of 1988 to 2021 (arrêté du 1er septembre 1987): its second line is of no format of ICAO.
_FRENCH_CHECKS = ((0, 12, 12), (27, 33, 33))
_FRENCH = re.compile(r"\d{4}[A-Z0-9]{3}\d{5}\d[A-Z<]{14}\d{7}[MF]\d")
_TD1_SECOND = re.compile(rf"[\d{IN_CAPITALS}]{{7}}[MFX<][\d{IN_CAPITALS}]{{7}}[A-Z<]{{3}}")
_TD1_FIRST = re.compile(r"[IAC][A-Z0-9<][A-Z<]{3}[A-Z0-9<]{9}[\dO<]")


@text_detector(
    DETECTOR,
    "machine-readable line",
    ("machine-line", Kind.MRZ, 0.95, 0.95),
    ("cheque-line", Kind.ACCOUNT_NUMBER, 0.8, 0.8),
    order=80,
)
def find_machine_lines(text: str) -> list[Hit]:
    """Lines of capital letters, digits and `<`, however the reader spaced them, and the lines at the foot of cheques."""
    rows = list(_rows(text))
    plain = [_plain(body) if len(body) >= _LEAST_READ else "" for _, _, body in rows]
    sure = [_machine(p) for p in plain]
    for _ in range(2):  # lines of one paper stand together, and so do pieces of one line
        for i in range(len(rows)):
            near = [j for j in (i - 1, i + 1) if 0 <= j < len(rows) and sure[j]]
            sure[i] = sure[i] or (bool(near) and " " not in rows[i][2].strip() and _belongs(plain[i], [plain[j] for j in near]))
    for i in range(len(rows) - 1):  # two halves, neither of which tells alone
        one, two = _piece(rows[i][2]), _piece(rows[i + 1][2])
        if not (sure[i] or sure[i + 1]) and one and two and len(one + two) >= _LEAST and _machine(one + two):
            sure[i] = sure[i + 1] = True
    hits = [
        Hit(start, end, Kind.MRZ, 0.95, DETECTOR, "machine-line") for (start, end, _), yes in zip(rows, sure, strict=True) if yes
    ]
    return hits + _cheque_lines(text)


def _belongs(plain: str, near: list[str]) -> bool:
    """Whether a line beside sure ones is one: as long as they are, or a piece full of digits and fillers."""
    if _LEAST <= len(plain) <= _LONGEST and _share(plain) >= 0.9 and any(abs(len(n) - len(plain)) <= 6 for n in near):
        return True
    marked = plain.count("<") >= 2 or sum(c.isdigit() for c in plain) >= 5
    return _PIECE <= len(plain) <= _LONGEST and _share(plain) >= 0.95 and marked


def _piece(body: str) -> str:
    """A row that may be half of a line; empty where it holds blanks or other signs."""
    plain = _plain(body)
    return plain if len(plain) >= _PIECE and " " not in body.strip() and _share(plain) >= 0.95 and "<" in plain else ""


def _rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Segments, and rows of several segments where the segments alone are parts of a line."""
    for row in re.finditer(r"[^\n]+", text):
        if "\t" in row[0] and len(row[0]) >= _LEAST and len(_plain(row[0])) <= _LONGEST and _machine(_plain(row[0])):
            yield row.start(), row.end(), row[0].replace("\t", "")
            continue
        for m in re.finditer(r"[^\t]+", row[0]):
            yield row.start() + m.start(), row.start() + m.end(), m[0]


def _plain(line: str) -> str:
    """The line as printed: without blanks, one sign a filler, whatever a reader made of the fillers."""
    plain = re.sub(r"[\s|]", "", line).replace("«", "<<").replace("《", "<<").replace("»", "<<").translate(_ANGLES)
    bracketed = plain.translate(_BRACKETS)
    closed = sum(plain.count(c) for c in ")}]")
    if bracketed.count("<") - plain.count("<") >= _FILLERS and closed < 2 and not re.search(r"[a-z]", plain):
        plain = bracketed
    if plain.count("<") >= _FILLERS and sum(c.isdigit() for c in plain) + plain.count("<") >= len(plain) // 3:
        plain = plain.upper()
    return plain


def _share(plain: str) -> float:
    return sum(_KIND_SIGNS.match(c) is not None for c in plain) / max(1, len(plain))


def _machine(plain: str) -> bool:
    if len(plain) < _SHORT or _share(plain) < 0.85:
        return False
    told = sum(c.isalnum() for c in plain)
    if told < 5 or (plain[0] == "<" and "<" not in plain.lstrip("<")):
        return False
    if len(plain) < _LEAST:  # fillers were dropped: what is left must look the more like one
        groups = len(re.findall(r"<+", plain.rstrip("<")))
        return (
            "<<<" in plain
            and told >= 8
            and _share(plain) >= 0.95
            and (sum(c.isdigit() for c in plain) >= 4 or groups >= 2 or plain.startswith("IDFRA"))
        )
    if plain.count("<") >= _FILLERS or _SECOND_LINE.match(plain) is not None:
        return True
    if len(plain) > _LONGEST:
        return False
    if _FIRST_LINE.match(plain) and _POOR_FILLERS.search(plain):
        return True
    if _licence(plain) or _french(plain):
        return True
    same = _SAME_SIGN.sub(lambda m: "<" * len(m[0]), plain)
    if (
        same != plain
        and sum(c.isalnum() for c in same) >= 8
        and (_FIRST_LINE.match(same) or _TD1_SECOND.match(same) or _SECOND_LINE.match(same) or _french(same))
    ):
        return True
    return _checked(plain)


def _licence(plain: str) -> bool:
    digits = sum(c.isdigit() for c in plain)
    if digits >= 9 and len(plain) == 30 and _LICENCE.fullmatch(plain) and plain[29].isdigit():
        return machine_digit(plain[:29]) == int(plain[29])
    return digits >= 6 and _LICENCE_OF.fullmatch(plain) is not None


def _french(plain: str) -> bool:
    """The second line of the older French card, by its check digits; letters at places of digits count as misread."""
    if len(plain) != 36:
        return False
    for first, end, place in _FRENCH_CHECKS:
        body, check = plain[first:end], plain[place].translate(_AS_DIGIT)
        if not re.fullmatch(r"[A-Z0-9<]+", body) or check != str(machine_digit(body.translate(_AS_DIGIT))):
            return False
    return _FRENCH.fullmatch(plain[:27].replace("<", "A") + plain[27:].translate(_AS_DIGIT).replace("<", "0")) is not None or (
        plain[13:27].count("<") + plain[13:27].count("K") > 0 and plain[34] in "MF"
    )


def _checked(plain: str) -> bool:
    """Whether check digits hold where a format has them: two of them, or one with the form of a TD1 line."""
    for checks in _CHECKS:
        held = 0
        for first, end, place in checks:
            if len(plain) > place and set(plain[place]) <= {*"0123456789<", *IN_CAPITALS}:
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
_CHEQUE_SIGNS = re.compile(r"[\d\s⑆⑇⑈⑉|:;!'\"“”„‘’`´.,\-–—=/\\<>()\[\]IilACDUacdu*#·•+¢^~]+")
_MARKS = r"[⑆|:;!'\"“”‘’\[\]⑈]"
_ROUTING = re.compile(
    rf"(?:(?<={_MARKS})|(?<={_MARKS}\s))(?P<a>\d{{9}})(?!\d)|(?<!\d)(?P<b>\d{{9}})(?=1?\s?{_MARKS})"
    r"|(?<=[AaIil1])(?P<c>\d{9})(?=[AaIil1])(?!1\d)"
)
_CANADIAN = re.compile(rf"{_MARKS}\s?\d{{5}}\s?[\-–—⑉=.]\s?\d{{3}}\s?{_MARKS}")
_CHEQUE_WORDS = re.compile(expanded("{{cheque}}|{{cheque_order}}"), re.I)
# Numbers of other countries' cheques: digits of each group, as printed at the foot (France CMC-7, Brazil CMC-7, India and the
# United Kingdom E-13B). The first two are long enough to tell alone.
_CMC7 = re.compile(r"(?<!\d)\d{7}\D{1,5}\d{12}\D{1,5}\d{12}(?!\d)|(?<!\d)\d{8}\D{1,4}\d{10}\D{1,4}\d{12}(?!\d)")
_CMC7_POOR = re.compile(r"(?<!\d)\d{6,8}\D{1,6}\d{10,13}\D{1,6}\d{10,13}(?!\d)")
_INDIA = re.compile(r"(?<!\d)\d{6}\D{1,5}\d{9}\D{1,5}\d{6}\D{1,5}\d{2}(?!\d)")
_BRITAIN = re.compile(r"(?<!\d)\d{6}\D{1,5}\d\d ?[\-–—⑉=.:]? ?\d\d ?[\-–—⑉=.]? ?\d\d\D{1,4}\d{8}(?!\d)")
_GROUPS = re.compile(r"\D*(?:\d{3,17}\D{1,4}){0,2}\d{9}(?:\D{1,4}\d{3,17}){1,3}\D*")
# On a cheque the row at its foot is what it is, although a digit of it was misread or lost.
_ORDER = re.compile(expanded("{{cheque_order}}"), re.I)
_STROKE = re.compile(r"(?<!\d)[1Il](?=[:;|])")  # a symbol of which a part was read as a digit
_GROUPS_POOR = re.compile(r"\D*(?:\d{3,17}\D{1,4}){0,2}\d{8,10}(?:\D{1,4}\d{3,17}){1,3}\D*")


def _cheque_lines(text: str) -> list[Hit]:
    """Rows of digits and E-13B symbols with a routing number; its whole row is covered, the number of the account with it."""
    hits = []
    cheque: bool | None = None
    ordered = False
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
            if not (routed or drawn or _CANADIAN.search(part) or _CMC7.search(part)):
                if cheque is None:
                    cheque = _CHEQUE_WORDS.search(text) is not None
                    ordered = _ORDER.search(text) is not None
                grouped = (_GROUPS.fullmatch(part.strip()) and any(aba(g) for g in re.findall(r"(?<!\d)\d{9}(?!\d)", part))) or (
                    ordered and part.strip() == body.strip() and _GROUPS_POOR.fullmatch(_STROKE.sub("|", part.strip()))
                )
                if not (cheque and (grouped or _CMC7_POOR.search(part) or _INDIA.search(part) or _BRITAIN.search(part))):
                    continue
            hits.append(Hit(row.start() + m.start(), row.start() + m.end(), Kind.ACCOUNT_NUMBER, 0.8, DETECTOR, "cheque-line"))
    return hits
