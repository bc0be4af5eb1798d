"""Telephone numbers by their print: misread signs, exchange names, fax headers, extensions, second numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docpriv.locales import expanded
from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.textspan import Hit
from docpriv.text.fold import edit_distance

DETECTOR = "phones"
RULES = (
    "area-code",
    "area-code-misread",
    "exchange",
    "vanity",
    "abroad",
    "after-word",
    "after-place",
    "extension",
    "further",
    "telex",
    "cable",
    "letterhead",
    "fax-header",
    "after-cue",
    "contact-line",
    "national-print",
)  # the reasons of its hits
_SURE = 0.4

# What a reader makes of a digit in a number whose brackets show what it is.
_ANY = r"[\dA-Za-z?]"
_FORMS = tuple(
    (re.compile(pattern), score, reason)
    for pattern, score, reason in (
        # [212] 555-0100, {212} 555-0100, 212) 555-0100, ( 212 ) 555 - 0100
        (r"(?<![\w.,$])[(\[{]? ?\d{3} ?[)\]}] ?[\-.–—_]? ?\d{3} ?[\-.–—·_~] ?\d{4}(?!\d|[.,]\d)", 0.65, "area-code"),
        # (212|555-0100: the closing bracket is read as a stroke, and that as a one
        (r"(?<![\w.,$])[(\[{]\d{3}[|/\\!,. 1lI]{1,2}\d{3} ?[\-.–—·_~] ?\d{4}(?!\d|[.,]\d)", 0.6, "area-code"),
        # (2l2) 5R5-O1OO, (212) 555-010): one or two signs misread
        (
            rf"\((?={_ANY}{{3}}\)[ _]?{_ANY}{{3}} ?[\-.–—·] ?[\dA-Za-z?)(|\]]{{4}}(?!\w))"
            r"(?:[^\d\n]{0,3}\d){8}[^\s.,;]{0,4}",
            0.6,
            "area-code-misread",
        ),
        # PEnnsylvania 6-5000, MUrray Hill 5-9975: exchange names with their dialled letters in capitals
        (
            r"(?<!\w)(?:\(?\d{3}\)?[ \-]{1,2})?[A-Z]{2}[a-z]{2,10}(?: [A-Z][a-z]{2,8})? ?\d[ \-]{1,2}\d{4}(?![\w\-])",
            0.65,
            "exchange",
        ),
        # 212 OX 7-1234, (212) OX 7-1234
        (r"(?<!\w)\(?\d{3}\)?[ \-]{1,2}[A-Z]{2} ?\d[ \-]\d{4}(?![\w\-])", 0.65, "exchange"),
        # 1-800-FLOWERS, 1-800-555-TIPS, 800-CALL-NOW
        (
            r"(?<!\w)(?:1[\-. ])?\(?8(?:00|[2-8]\d)\)?[\-. ](?=[\d\-]{0,8}[A-Z]{2})"
            r"(?:[A-Z\d]{3}-?[A-Z\d]{4,6}|[A-Z\d]{4}-?[A-Z\d]{3})(?![\w\-])",
            0.6,
            "vanity",
        ),
        # 011 44 20 7946 0958, 0049 30 901820: with the prefix for calls abroad
        (r"(?<![\w.,$\-])0(?:11|0)[ .\-][1-9]\d{0,2}(?:[ .\-/]{1,2}\(?\d{1,5}\)?){2,5}(?![\w\-]|[.,]\d)", 0.6, "abroad"),
        (r"(?<![\w.,$\-])00(?:3[0-469]|4[0-13-9])[1-9]\d{7,11}(?![\w\-]|[.,]\d)", 0.45, "abroad"),
    )
)

_LEAD = r"(?:\s?(?:nos?|nr|numbers?|#|\([^()\n]{1,16}\)))?[\s.:;#=…\-–—]{0,6}"
_LOCAL = (
    r"(?:\(?\d{3}\)?[ .\-/]{0,2})?\d{3}[ .\-–—]{0,3}\d{4}|[A-Z]{2}[ .\-]?\d{4,5}|[A-Z]{2} ?\d[ \-]\d{4}"
    r"|[A-Z][A-Za-z]{2,11}(?: [A-Z][a-z]{2,8})? ?\d[ \-]\d{4}"
)
_BEFORE, _CALLING = expanded(r"(?<![^\W\d_])(?i:{{telephone}})"), expanded(r"(?<![^\W\d_])(?i:{{calling}})")
_AFTER_WORD = re.compile(rf"{_BEFORE}\.?{_LEAD}({_LOCAL})(?![\w%]|[.,]\d)")
# Everyday words: only a number in the print of a local one counts behind them.
_AFTER_PLACE = re.compile(
    expanded(r"(?<![^\W\d_])(?i:{{telephone_places}})")
    + r"[.:)]{0,2} ?(\(?\d{3}\)?[ .\-]{1,2}\d{3}[ .\-]\d{4}|\d{3}-\d{4})(?![\w\-]|[.,]\d)"
)
_EXTENSION_ALONE = re.compile(
    r"(?<!\w)(?i:ext|extn|extension)\b[ .:#]{0,3}(\d{2,6})(?![\w%]|[.,]\d)|(?<!\w)(x\d{3,5})(?= (?:for|or|if|to)\b|[.,;)]?$)",
    re.M,
)

_EXTENSION = re.compile(r"[,;]? ?\(?(?i:ext(?:ension|n)?|x)\.? ?[:#]?\s?\d{1,6}(?!\w)")
_FURTHER = re.compile(
    expanded(r" ?(?:/|,|;|&|{{or_words}}) ?")
    + r"((?:\(?\d{3}\)?[ .\-]{0,2})?\d{3}[ .\-]\d{4}|\d{4}(?= ?(?:/|,|$|\n))|[A-Z]{2}-?\d{4,5})(?![\w\-]|[.,]\d)"
)

# The line that a fax machine prints: a page mark, and a time, a date or a word of sending.
_PAGE_MARK = re.compile(
    r"\bP(?:AGE|G)?[. ]{0,2}[\dOo]{1,3}(?: ?/ ?\d{1,3})?\b|[;:] ?# ?\d{1,3}|(?<![\d/])\d{3} ?/ ?\d{3}(?![\d/])|(?<=[\s@Z])0\d\d$",
    re.I,
)
_TIME = re.compile(r"(?<!\d)\d{1,2}[:;.]\d{2}(?: ?[AP]\.?M)?(?!\d)", re.I)
_SENDING = re.compile(r"\b(?:FROM|TO|FAX|SENT BY|TEL|TELECOPIER|RCV|XMT|TX|RX|ID)\b", re.I)
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
_POSTCODE_END = re.compile(r"[A-Za-z].{0,60}\b\d{5}(?:-\d{4})?\W{0,2}$")
_PHONE_WORD = re.compile(r"(?<![^\W\d_])(?:tel|phone|fax|ph|telefon)(?![^\W\d_])", re.I)
_TELEX = re.compile(r"(?<!\w)(?i:telex|twx|tlx)\.?(?:\s?(?i:nos?|numbers?|#))?[\s.:#]{0,4}(\d[\d \-]{3,12}\d(?: [A-Z]{2,8}\b)?)")
_CABLE = re.compile(
    r"(?<!\w)(?i:cables?)(?: ?(?i:address|code))?"
    r"(?: ?[:\"“]{1,2} ?| {0,2}[\-–—] ?|(?<=(?i:address)) )[\"“']?([A-Z]{5,16})(?![a-z])"
)

# What context says is a telephone number is one, whatever its prefix: one misread digit makes a real number invalid.
_TELEPHONE = r"(?:\+ ?|\( ?\+? ?)?\d(?:[ .\-–·/()]{0,3}\d){6,14}(?![\w%]|[.,:/]\d|-\d)"
_CUED = tuple(
    re.compile(pattern)
    for pattern in (
        # my mobile is 01055 951454, ph: 0753 292 612, Fax 06633 476200
        expanded(r"(?<![^\W\d_])(?i:{{telephone}}|{{telephone_further}})")
        + rf"\.?(?i:\s?(?:nos?|nr|numbers?|line)\b\.?)?(?i: (?:is|was|on|at|under|me|us|him|her|them))*"
        rf"{_LEAD}({_TELEPHONE})",
        # ring her on 01055 951454, contact Ann Roe at (061) 358 9525
        rf"{_CALLING}(?: [^\s\d.;:?!]{{1,24}}){{0,8}}?(?i: (?:on|at|via|under)):? ?({_TELEPHONE})",
        # Contact: Ann Roe 07700900489, m 08876 527720, TO: 00702931375
        rf"{_CALLING}(?:[: ] ?[^\s\d.;:?!]{{1,24}}){{0,5}}?[: ,]{{1,2}}(?=\+|\(?0)({_TELEPHONE})",
        rf"(?<![^\W\d_.'’])(?i:[mtfpchwod]|tf)[.:)]{{0,2}} ?(?=\+|\(?0)({_TELEPHONE})",
        rf"(?<![^\W\d_])(?i:t[o0]|fr[o0]m) ?[:.] ?\n?(?=\+|\(?0)({_TELEPHONE})",
        # `reachedat07700900880`: run together with the words before it
        r"(?<=[a-z]{3})(?<!ref)\(?(0[1-9]\d{8,9})(?!\d)",
    )
)
# 01632 960118, 020 7946 0958, 0753 292 612, 030-1234 5678: groups that begin with the zero of a call within a country.
_NATIONAL_PRINT = re.compile(
    r"(?<![\w.,$£€#/+()\-])(?<!\d )\(?0[1-9]\d{1,3}\)?[ \-–]{1,2}\d{3,4}[ \-–]?\d{3,4}(?![\w%]|[.,:/]\d|[ \-]\d)"
)
_CONTACT_SIGN = re.compile(r"[^\s@|]@[^\s@|]")
_CONTACT_NUMBER = re.compile(rf"(?:^|(?<=[|•·,;\t])) ?({_TELEPHONE})(?= ?(?:[|•·,;\t]|$))", re.M)


@text_detector(DETECTOR, "telephone print", *((rule, Kind.PHONE, 0.4, 1.0) for rule in RULES), order=30, texts=Texts.EVERY)
def find_phones(text: str) -> list[Hit]:
    """Numbers that their own print or the word before them shows."""
    hits = []
    for pattern, score, reason in _FORMS:
        hits += [_hit(m.start(), m.end(), score, reason) for m in pattern.finditer(text)]
    for m in _AFTER_WORD.finditer(text):
        bare = m[1].isdigit() and len(m[1]) == 7 and text[m.start(1) - 1].isspace() and m[0][: -len(m[1])].rstrip().isalpha()
        if any(c.isdigit() for c in m[1]) and not _is_years(m[1]) and not bare:
            hits.append(_hit(*m.span(1), 0.7, "after-word"))
    hits += [_hit(*m.span(1), 0.6, "after-place") for m in _AFTER_PLACE.finditer(text)]
    for m in _EXTENSION_ALONE.finditer(text):
        hits.append(_hit(*m.span(m.lastindex or 0), 0.55, "extension"))
    hits += [_hit(*m.span(1), 0.65, "telex") for m in _TELEX.finditer(text)]
    for m in _CABLE.finditer(text):
        if m[1] not in {"ADDRESS", "TELEVISION", "LENGTH", "COMPANY"}:
            hits.append(_hit(*m.span(1), 0.5, "cable"))
    return hits + _by_context(text) + _letterheads(text) + _fax_headers(text)


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
            elif further is not None and not _is_years(further[1]):
                more.append(_hit(*further.span(1), hit.score, "further"))
                at = further.end(1)
            else:
                break
    return more


_DATE_PRINT = re.compile(r"^\d{1,4}([/.\-])\d{1,2}\1\d{2,4}(?!\d)")


def _by_context(text: str) -> list[Hit]:
    """Numbers that the words before them, or an address of e-mail on their line, show; and by the groups of their country."""
    hits = [_hit(*m.span(1), 0.65, "after-cue") for cue in _CUED for m in cue.finditer(text) if _telephone_shaped(m[1])]
    hits += [_hit(*m.span(), 0.5, "national-print") for m in _NATIONAL_PRINT.finditer(text) if _telephone_shaped(m[0], 10, 11)]
    for line in re.finditer(r"[^\n]+", text):
        if _CONTACT_SIGN.search(line[0]):
            hits += [
                _hit(line.start() + m.start(1), line.start() + m.end(1), 0.55, "contact-line")
                for m in _CONTACT_NUMBER.finditer(line[0])
                if _telephone_shaped(m[1], 9)
            ]
    return hits


def _telephone_shaped(value: str, least: int = 7, most: int = 15) -> bool:
    """Digits of a number in print as a telephone's; no date, no years, no amount, no two columns."""
    digits = sum(c.isdigit() for c in value)
    if not least <= digits <= most or "  " in value or (digits < 8 and value.isdigit()):
        return False
    return not (_is_years(value) or _DATE_PRINT.search(value) or re.search(r"\d\.\d\d?$", value))


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
        close = [cells[j][0] for j in (k - 1, k + 1) if 0 <= j < len(cells)]
        if any(_POSTCODE_END.search(c) for c in close) or any(_says_phone(c) for c in near):
            hits.append(_hit(cell.start() + alone.start(1), cell.start() + alone.end(1), 0.55, "letterhead"))
    return hits


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
        signs = sum(p.search(row) is not None for p in (_TIME, _SENDING, _DATED)) + row.count(";") // 2
        if signs < 2 and not re.search(r"\b(?:TO|FROM)\b", row) and not _JOURNAL.match(row):
            continue
        for m in _FAX_NUMBER.finditer(row):
            if not _DATED.fullmatch(m[0]):
                hits.append(_hit(line.start() + m.start(), line.start() + m.end(), 0.6, "fax-header"))
    return hits


def _is_years(value: str) -> bool:
    """`1995 2000`, `1998-2004`: two years in the print of a number."""
    groups = re.findall(r"\d+", value)
    return bool(groups) and all(len(g) == 4 and g[:2] in {"18", "19", "20"} for g in groups)


def _hit(start: int, end: int, score: float, reason: str) -> Hit:
    return Hit(start=start, end=end, kind=Kind.PHONE, score=score, detector=DETECTOR, reason=reason)
