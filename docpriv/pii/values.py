"""Finds the value of a field in the text after its label, by form; none in sentences, other labels and empty places."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from docpriv import locales
from docpriv.locales import Regex, WordList
from docpriv.locales.forms import Form
from docpriv.pii.addresses import BOX, CITY_LINE, EURO_CITY, EURO_STREET, NAMED_STREET, POSTCODE, STREET, UNIT_LINE
from docpriv.pii.dates import BIRTH_VALUE, DATE
from docpriv.pii.digits import digits_guessed
from docpriv.pii.numbers import Pattern
from docpriv.text.fold import fold
from docpriv.text.words import (
    JOINING,
    NOT_NAMES,
    ORGANISATION_WORDS,
    PARTICLES,
    PHONE_WORDS,
    PLACE_WORDS,
    SUFFIXES,
    TITLES,
    WORD,
    bare,
    no_name,
    tokens_of,
)

Span = tuple[int, int]
_MAX_NAME_WORDS = 6
_LETTERS_OF_A_NUMBER = 3
_PROSE = Regex(r"\b{{prose}}\b")
_AMOUNT = re.compile(r"^[$€£]|^\d{1,9}(?:[.,]\d{3})*[.,]\d{2}$")


OF_THE = re.compile(r"(?<=\w)\s+of\s+the\b", re.I)  # `44 Avenue of the Islands` is no sentence


def is_prose(text: str) -> bool:
    """A sentence or an instruction rather than a value."""
    return sum(1 for _ in _PROSE.finditer(text)) >= 2 or len(text) > 160


def name_value(text: str, official: Collection[str] = ()) -> Span | None:
    """The person's name at the start of a text: capitalised words, initials and particles, `Last, First` included.

    `official`: further words, folded, that no name is made of.
    """
    if are_initials(text) and fold(text.strip()) not in official:
        return _whole(text)
    placeholder = _placeholder(text)
    if placeholder:
        return placeholder
    words: list[re.Match[str]] = []
    last = None
    for m in tokens_of(text):
        gap = text[last.end() : m.start()] if last else text[: m.start()]
        if last is None and (len(gap) > 4 or re.search(r"\d", gap)):
            return None
        if last is not None and not re.fullmatch(r"[ .'’\-]{0,3}|,\s?|\s&\s|/", gap):
            break
        word = bare(m[0])
        if word in ORGANISATION_WORDS:
            return None
        if words and m[0].isupper() and len(m[0]) <= _LETTERS_OF_A_NUMBER and text[m.end() : m.end() + 1].isdigit():
            break  # `Ann Roe QQ123457C`
        if last is not None and "," in gap and not _after_comma(text, words, m):
            break
        if (word in TITLES or word in SUFFIXES) and m[0][0].isupper() and word != "do":
            words.append(m)
            last = m
            continue
        if word in JOINING and words and _capital(text, m.end()):
            last = m
            continue
        if (
            (word in NOT_NAMES and not (words and re.fullmatch(r"[A-Z]\.?", m[0])))
            or (len(word) > 3 and fold(word) in official)
            or not (m[0][0].isupper() or word in PARTICLES)
        ):
            if len(words) == 1 and m[0][0].isupper() and gap == " ":
                return None  # `Pay Terms`: a heading that begins with a word that could be a name
            break
        words.append(m)
        last = m
        if len(words) > _MAX_NAME_WORDS:
            return None
    while words and (bare(words[-1][0]) in PARTICLES and not words[-1][0][0].isupper()):
        words.pop()
    long = [m for m in words if re.search(r"[^\W\d_]{2}", m[0]) and not _beside_names(bare(m[0]))]
    if not long:
        return None
    after = text[words[-1].end() :].lstrip(" .,")
    if re.match(r"[a-z]{2,}", after) and is_prose(text):
        return None
    return words[0].start(), words[-1].end()


_INITIALS = re.compile(r"[\s:_\-]*(?:(?:[A-Z]\. ?){2,3}[A-Z]?\.?|[A-Z]{2,3})[\s_\-]*")
_PLACEHOLDERS = WordList("placeholders")


def are_initials(text: str) -> bool:
    """All of a text is `T.W.K.` or `JR`, and no word."""
    return _INITIALS.fullmatch(text) is not None and not no_name("".join(filter(str.isalpha, text)).lower())


def _whole(text: str) -> Span:
    body = text.strip(" \t:_-")
    return text.index(body), text.index(body) + len(body)


def _placeholder(text: str) -> Span | None:
    """The words that stand for a name on a sample, where they are the whole value: `SPECIMEN`, `HAPPY TRAVELER`."""
    words = tokens_of(text)
    named = [bare(m[0]) in _PLACEHOLDERS for m in words]
    whole = words and len(words) <= 3 and not re.search(r"[^\W_]", WORD.sub("", text))
    capital = all(m[0][0].isupper() for m in words)
    return (words[0].start(), words[-1].end()) if whole and capital and any(named) and _rest_is_name(words, named) else None


def _rest_is_name(words: list[re.Match[str]], named: list[bool]) -> bool:
    return not any(no_name(bare(m[0])) for m, known in zip(words, named, strict=True) if not known)


def _beside_names(word: str) -> bool:
    return word in TITLES or word in SUFFIXES or word in PARTICLES


def _capital(text: str, at: int) -> bool:
    return text[at : at + 1].isspace() and text[at:].lstrip()[:1].isupper()


def _after_comma(text: str, words: list[re.Match[str]], m: re.Match[str]) -> bool:
    """After a comma a name goes on where it was `Last, First` or a degree follows."""
    word = bare(m[0])
    rest = [w for w in tokens_of(text[m.end() :]) if w.start() <= 2]
    if word in SUFFIXES or (len(words) >= 2 and not rest and re.fullmatch(r"[A-Z]\.?", m[0])):
        return True
    follows = bare(rest[0][0]) if rest else ""
    return len(words) == 1 and word not in NOT_NAMES and m[0][0].isupper() and follows not in ORGANISATION_WORDS


_JOINT = Regex(r"\s*(?:{{joining}}|cc)\s")


def names_value(text: str, official: Collection[str] = ()) -> list[Span]:
    """Every name of a list parted by commas, semicolons, slashes or `and`."""
    if is_prose(text):
        return []
    spans, start = [], 0
    whole = name_value(text, official)
    if whole and not re.search(r"[;/]|,.*,", text):
        spans.append(whole)
        start = whole[1]
    for piece in re.finditer(r"[^,;/&]+", text[start:]):
        joint = _JOINT.match(piece[0])
        part = " " * joint.end() + piece[0][joint.end() :] if joint else piece[0]
        lead = len(part) - len(part.lstrip(" -–•()"))
        found = name_value(part[lead:], official)
        if found:
            spans.append((start + piece.start() + lead + found[0], start + piece.start() + lead + found[1]))
    return _in_company(text, spans) if ";" in text else spans


_ITEM = re.compile(r"[^;\n\t]+")
_MOST_OF_AN_ITEM = 4


def _in_company(text: str, spans: list[Span]) -> list[Span]:
    """Names of a list parted by semicolons, whole: among names `Or Pui-shan` and `Jianping Min` are what they look like,
    though `or` and `min` are words."""
    if not spans:
        return spans
    out = []
    for item in _ITEM.finditer(text):
        inside = [s for s in spans if s[0] < item.end() and s[1] > item.start()]
        words = tokens_of(item[0])
        plain = 1 <= len(words) <= _MOST_OF_AN_ITEM and not any(c.isdigit() or c in "@/&<" for c in item[0])
        named = [m for m in words if m[0][0].isupper() or bare(m[0]) in PARTICLES]
        if plain and len(named) == len(words) > (not inside) and not any(bare(m[0]) in ORGANISATION_WORDS for m in words):
            out.append((item.start() + words[0].start(), item.start() + words[-1].end()))
        else:
            out += inside
    return out


_ID = re.compile(
    r"[A-Z0-9*#•][A-Z0-9*#•\-/.]*(?:[ ][A-Z0-9*•\-/.]*\d[A-Z0-9*•\-/.]*"
    r"|[ ](?-i:[A-Z]{1,4})(?=[ \-]?\d|\s*$))*",
    re.I,
)


_SHORT_ID = re.compile(r"(?=.*\d)(?=.*[A-Z])[A-Z\d][A-Z\d\-]{3,19}")
"""Few digits among capitals, `ACX-77`: a code, no word."""


# `GB29乙乙乙乙6016`: a sign of another script within a number is one of the number's, misread.
_OF_ANOTHER_SCRIPT = re.compile(r"[^\W\x00-\u024f]\w*")


def id_value(text: str, least: int = 3) -> Span | None:
    """A number of a person or account at the start of a text: at least `least` digits, no date, no amount."""
    lead = re.match(r"[^\w*#•]*(?:(?:no|nr|number|n°|id)\b\.?)?[^\w*#•]*", text, re.I)
    start = lead.end() if lead else 0
    m = _ID.match(text, start)
    small = re.match(r"([a-z]{2,})\s", m[0]) if m else None
    if m is None or (small and (len(small[1]) >= 4 or small[1] in NOT_NAMES)):
        return None  # `account for 1234 units`; `ab 12345` is a number that was read or written in small letters
    word = re.match(r"([A-Za-z]{5,})\s+(?=\d)", m[0])
    if word and word[1].lower() in NOT_NAMES:  # `CHECKING 0044 1770`: the word is no part of the number
        return _shifted(id_value(text[start + word.end() :], least), start + word.end())
    label = next((w for w in re.finditer(r" ([A-Z]{3,4})(?![^ ])", m[0]) if no_name(w[1].lower())), None)  # `4471 DUE 4/1`
    value = (m[0][: label.start()] if label else m[0]).rstrip(" .-/")
    misread = _OF_ANOTHER_SCRIPT.match(text, m.start() + len(value))
    value += misread[0] if misread else ""
    digits = sum(c.isdigit() for c in value)
    if digits < least and least <= 3 and _SHORT_ID.fullmatch(value):
        digits = least
    if (
        digits < least
        or len(value) > 40
        or DATE.fullmatch(value)
        or _AMOUNT.match(value)
        or text[:start].rstrip().endswith(("$", "€", "£"))
    ):
        return None
    if re.match(r"[A-Za-z]{4,}\b(?![\-\d])", value) and not re.match(r"[A-Za-z]{4,}\s+\d", value):
        return None
    return m.start(), m.start() + len(value)


def _shifted(span: Span | None, by: int) -> Span | None:
    return (span[0] + by, span[1] + by) if span else None


def number_after_name(text: str, start: int) -> Span | None:
    """The number that follows a name in one value, after a stroke, a comma or a wide blank: `Ann Roe / 448120`."""
    gap = re.match(r"\s*[/,;|#\-–]\s*|\s{2,}|\s(?=#|[A-Z]{0,3}\d{4})", text[start:])
    span = id_value(text[start + gap.end() :]) if gap else None
    return (start + gap.end() + span[0], start + gap.end() + span[1]) if gap and span else None


def number_value(text: str) -> Span | None:
    """A national or tax number: at least four digits, masked ones included."""
    return id_value(text, least=4)


# A date by hand that was read badly: digits and strokes, hardly anything else.
_LIKE_A_DATE = re.compile(r"\s*([\dOoIl|/\\.,\-–'\s]{4,16}?)\s*")


def date_value(text: str) -> Span | None:
    m = BIRTH_VALUE.search(text)
    garbled = _LIKE_A_DATE.fullmatch(text)
    if garbled and 6 <= sum(c.isdigit() for c in garbled[1]) <= 8:
        return garbled.span(1)  # `2409 1944`: all of it, not the year that can be told
    if m:
        again = re.match(r"\s*/\s*[^\W\d_]{3,9}\.?(?:[\s\-.]*\d{2,4})?", text[m.end() :])  # `01 JAN / JAN 85`: two languages
        return (m.start(), m.end() + (again.end() if again else 0)) if m.start() <= 12 else None
    return garbled.span(1) if garbled and 4 <= sum(c.isdigit() for c in garbled[1]) <= 8 else None


_PHONE = re.compile(
    r"[+(\[]{0,2}\s*(?=(?:[^\d\n]{0,3}\d){5})[\dOolI(][\dOolI() \t._\-–/\\+\[\]]{4,30}\d"
    r"(?:\s*(?:ext|x|extension)\.?\s*\d{1,6})?",
    re.I,
)


def phone_value(text: str) -> Span | None:
    m = _PHONE.search(text) or _PHONE.search(digits_guessed(text))
    if (
        m is None
        or any(w not in PHONE_WORDS for w in re.findall(r"[a-z]{3,}", text[: m.start()].lower()))
        or m.start() > 14
        or DATE.fullmatch(m[0].strip())
        or not 5 <= sum(c.isdigit() for c in m[0]) <= 17
    ):
        return None
    return m.span()


_ORDINAL = frozenset("ºª")
"""Behind the number of a floor or door: `3º, 2ª`."""


def address_value(text: str) -> Span | None:
    """An address or a part of one: a street, a box, a postcode, or capitalised places with a comma or a number."""
    body = text.strip(" .,:;-_|")
    if len(body) < 4 or is_prose(OF_THE.sub(" ", text)):
        return None
    strong = any(p.search(body) for p in (UNIT_LINE, STREET, EURO_STREET, NAMED_STREET, BOX, CITY_LINE, POSTCODE, EURO_CITY))
    words = tokens_of(body)
    written = [m for m in words if not any(c.isdigit() for c in m[0]) and m[0] not in _ORDINAL and bare(m[0]) not in PARTICLES]
    capital = [m for m in written if m[0][0].isupper()]
    weak = (
        len(words) >= 2 and bool(written) and len(capital) >= 0.7 * len(written) and bool(re.search(r"\d|,", body))
    ) or re.fullmatch(r"\d{5}(?:-\d{4})?", body)
    if not (strong or weak) or DATE.fullmatch(body) or _AMOUNT.match(body):
        return None
    start = text.index(body)
    return start, start + len(body)


_PLACE = Regex(
    r"[\W_]*({{capital}}[^\W\d_'’.\-]*(?:['’.\-][^\W\d_]*)*"
    r"(?:[ ]?,?[ ](?:{{within_places}}|{{capital}}[\w'’.\-]*)){0,5}"
    r"(?:,?[ ]*[\dOolI]{5}(?:-\d{4})?)?)\W*"
)


def place_value(text: str) -> Span | None:
    """A town, county, state or country that is all of a text: capitalised words, a postcode perhaps."""
    m = _PLACE.fullmatch(text)
    if m is None or len(m[1]) > 50 or is_prose(text):
        return None
    words = [bare(w[0]) for w in tokens_of(m[1])]
    wrong = sum((w in NOT_NAMES and w not in PLACE_WORDS) or w in ORGANISATION_WORDS for w in words)
    return m.span(1) if words and 2 * wrong <= len(words) and wrong < len(words) and m[1].count(",") <= 1 else None


def line_value(text: str) -> Span | None:
    """Whatever is written on the line, by hand mostly: a place that reading garbles."""
    body = text.strip(" \t.,:;_|-")
    start = text.find(body)
    return (start, start + len(body)) if any(c.isalnum() for c in body) and not is_prose(body) else None


def address_line(text: str) -> bool:
    """A further line of an address: short, no prose, no `label:`."""
    body = text.strip()
    return (
        1 < len(body) <= 70
        and ":" not in body
        and not re.search(r"[$€£%]|\d[.,]\d\d(?!\d)", body)
        and not is_prose(body)
        and any(c.isupper() or c.isdigit() for c in body)
    )


def organisation_like(text: str) -> bool:
    return any(bare(m[0]) in ORGANISATION_WORDS for m in tokens_of(text))


def _printed(form: Form) -> Callable[[str], Span | None]:
    patterns = tuple(map(Pattern, locales.common().values[form]))
    return lambda text: next((span for pattern in patterns for span in pattern.spans(text)), None)


_FORMS: dict[Form, Callable[[str], Span | None]] = {
    "id": id_value,
    "number": number_value,
    "date": date_value,
    "phone": phone_value,
    "address": address_value,
    "place": place_value,
    "line": line_value,
    **{form: _printed(form) for form in locales.common().values},
}


def values_in(form: Form, text: str, official: Collection[str] = ()) -> list[Span]:
    """Where values of a form stand in a text: several of `names`, else at most one. `official` as in `name_value`."""
    if form == "names":
        return names_value(text, official)
    if form == "name":
        span = name_value(text, official)
    elif form == "name_address":
        span = address_value(text) or (None if organisation_like(text) else name_value(text, official))
    else:
        span = _FORMS[form](text)
    return [span] if span else []
