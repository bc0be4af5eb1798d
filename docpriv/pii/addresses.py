"""Address lines and blocks by their written form; a postcode line pulls in the street lines above it, nothing else."""

from __future__ import annotations

import re
from bisect import bisect_right

from docpriv import locales
from docpriv.locales import Regex, expanded, one_of
from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.labels import lexicon
from docpriv.pii.textspan import Hit
from docpriv.text.fold import edit_distance, fold
from docpriv.text.words import ORGANISATION_WORDS, bare, tokens_of

DETECTOR = "addresses"
TOWN_SCORE = 0.5
"""A town with its state is personal data under some rules (45 CFR 164.514: any division smaller than a state) and
the whole of many an address on lists and letterheads; recipes that want it left ask for a higher score."""

_Part = tuple[int, int, float, str]
_Line = tuple[int, int]

_COUNTRIES = tuple(locales.countries().values())
_STATES = {code: name.lower() for country in _COUNTRIES for code, name in country.states.items()}
_CODES = (*_STATES, *(code for country in _COUNTRIES for code in country.territories))
# Codes that are words of their own, or `Co.`
_WORD_STATES = frozenset(code for country in _COUNTRIES for code in country.states_also_words)


def _spelled(codes: tuple[str, ...], end: str) -> str:
    """`NY`, `N.Y.`, `N. Y.`"""
    return "|".join(rf"{code[0]}\.?[ ]?{code[1]}{end}" for code in codes)


_STATE_NAMES = one_of(tuple(_STATES.values()))
_STATE = "(?:" + _spelled(_CODES, r"\.?") + f"|{_STATE_NAMES})"
_CODES_ALONE = _spelled(_CODES, r"\b")
_SURE_STATES = tuple(code for code in _CODES if code not in _WORD_STATES)
_ZIP = "(?:" + "|".join(country.postcode_after_state for country in _COUNTRIES if country.postcode_after_state) + ")"
_POSTCODES = "|".join(country.postcode for country in _COUNTRIES if country.postcode)
_PREFIXES = one_of(tuple(country.postal_prefix for country in _COUNTRIES if country.postal_prefix))
_COUNTRY = expanded("{{countries}}")
_COUNTRY_NAME = re.compile(expanded("{{countries}}|{{other_countries}}"), re.I)
_WORD = r"[\w'’.\-]+"
_UNIT = expanded(
    r"(?:{{units}}\.?\s*#?\s*[\w\-]{1,6}\b|(?:\d{1,3}(?:st|nd|rd|th)?|{{floors}})\s?(?:floor|fl)\b\.?(?:\s(?:north|south|east|west))?)"
)
STREET = re.compile(
    expanded(
        r"(?<![\w$.,/\-])(?:(?:\d{1,6}(?:[\-/]\d{1,4})?[a-z]?|{{house_numbers}}),?\s+(?:{{directions}}\s+)?(?:[\w'’.\-]+\s+){1,4}?"
        r"{{streets}}\b\.?(?!\s+of\b)(?:,?\s*{{directions}}(?![\w]))?"
    )
    + rf"(?:,?\s+{_UNIT}){{0,2}}|"
    + expanded(r"\d{1,6}\s+(?:\w+\s+)?{{streets_first}}\s+(?:of\s+(?:the\s+)?)?")
    + rf"{_WORD}(?:,?\s+{_UNIT})?)",
    re.I,
)
EURO_STREET = re.compile(
    expanded(
        r"(?<!\w)(?:(?-i:{{capital}})[\w\-]{0,40}{{street_endings}}\s?\d{1,4}\s?[a-z]?\b"
        r"|\d{1,4}(?:\s?(?:bis|ter))?,?\s+{{streets_after_number}}\s+[^\n\t]{3,40}"
        r"|{{streets_before_number}}\s+[^\n\t\d]{2,40},?\s*(?:(?:n(?:r|ro|um)?|no|č\.?\s?p|čp)?[.º°]*\s*)?(?:\d{1,4}(?:[a-z]?/\d{1,4}|\s?bis|\s?ter|[a-z])?\b|{{no_number}}(?!\w)))"
    ),
    re.I,
)
NAMED_STREET = re.compile(
    expanded(r"(?<![^\n\t])[ ]*(?-i:[A-Z])[\w'’.\-]*(?:\s(?-i:[A-Z])[\w'’.\-]*){0,3}\s{{streets_alone}}\.?(?=,|[ ]*(?:\n|\t|$))"),
    re.I,
)
"""A street without a number, alone on its line or before a comma."""
_TOWN_AFTER = re.compile(r"(?:,\s*(?:[A-Z][\w.'’\-]*[ ]?){1,3}){1,3},?\s*\d{5}(?:-\d{4})?(?!\d)")
BOX = re.compile(expanded(r"(?<!\w){{post_boxes}}[\s.:#]*(?:no\.?\s*)?[\w\-]{1,10}"), re.I)
CITY_LINE = re.compile(
    rf"(?<![\w])(?:{_WORD}[ ,]+){{1,4}}?{_STATE},?[ ]*{_ZIP}(?![\w])(?:,?[ ]+{_COUNTRY}\b)?"
    rf"|(?<![\w])(?:[^\W\d_]{_WORD},\s*)(?-i:{'|'.join(_CODES)})(?![\w])(?!\s*[a-z])",
    re.I,
)
_TOWN_STATE = re.compile(
    r"(?<![\w.@/])(?-i:[A-Z])[\w'’.\-]+(?:[ ](?:of[ ])?(?-i:[A-Z])[\w'’.\-]*){0,3}"
    rf"(?:[ ]?,[ ]?(?:(?-i:{_CODES_ALONE})|{_STATE_NAMES}\b)|[ ]?\.[ ]{_STATE_NAMES}\b)\.?",
    re.I,
)
# The comma before a state is read as a point, or not at all, in small or worn print. Where a town and its state are all of a
# cell that is no doubt; codes that are words of their own are left out.
_TOWN_CELL = re.compile(
    r"(?:(?<=[\n\t])|\A)[ ]*(?:[A-Z][A-Za-z'’\-]{3,}|[A-Z][A-Za-z'’\-]+[ ][A-Z][A-Za-z'’\-]{2,}(?:[ ][A-Z][A-Za-z'’\-]+)?)"
    rf"(?:[ ]?[.,][ ](?:{_spelled(_SURE_STATES, '')})[.]?|[ ](?:{_spelled(_SURE_STATES, '')})[.])[ ]*(?=[\n\t]|\Z)"
)
_WRAPPED = re.compile(
    r"(?<![\w.])(?-i:[A-Z])[\w'’.\-]+(?:[ ](?-i:[A-Z])[\w'’.\-]*){0,2},"
    rf"(?:[ ]*\n[ ]*{_STATE}|[ ]*{_STATE},?[ ]*\n),?[ ]*{_ZIP}(?!\w)",
    re.I,
)
"""A town whose state or postcode stands on the next line."""
_TOWN_THEN_STATE = re.compile(rf"([^\W\d_][\w'’.\- ]*?)[ ]+{_STATE_NAMES}", re.I)
_REGIONS = frozenset(locales.words("regions"))
POSTCODE = re.compile(rf"(?<![\w\-])(?:{_POSTCODES})(?![\w\-])", re.I)
_DUTCH_LINE = re.compile(r"(?m)^[ ]*(\d{4} ?[A-Z]{2})[ ]*\n([ ]*[A-Z][\w'’\- ]{2,30})$")
_CAPITAL = expanded("{{capital}}")
_HOUSE_LINE = re.compile(rf"[ ]*(?:{_CAPITAL}[\w'’.\-]+[ ]){{1,3}}\d{{1,4}}(?:[ ]?/[ ]?\d{{1,4}})?[a-zA-Z]?[ ]*")
EURO_CITY = re.compile(
    rf"(?<![\w.,\-])(?:{_PREFIXES}[ ]?-[ ]?\d{{4,5}}[ ]+{_CAPITAL}[\w\-]+"
    r"|\d{4}[ ]?[A-Z]{2}[ ]+[A-Z][\w\-']+"
    rf"|(?:\d{{4,6}}|\d\d-\d{{3}}|\d{{3}} \d\d|\d{{4}}-\d{{3}})[ ]+{_CAPITAL}[\w\-]+(?:[ ]+{_CAPITAL}[\w\-]+){{0,2}})(?!\w)"
)
UNIT_LINE = re.compile(rf"^\W*{_UNIT}\W*$", re.I)
_UNIT_AFTER = re.compile(rf"[\s,]*{_UNIT}", re.I)
_COUNTRY_LINE = re.compile(rf"^\W*{_COUNTRY}\W*$", re.I)
_LABELLED = Regex(r"^\s*(?:{{address_labels}}\s)?address\s*:?\s*", re.I)
_COUNTED = Regex(r"^\S+\s+{{counted}}\b|(?<!of\s)\b{{articles}}\s+\w+$", re.I)
_WORDY = Regex(r":|\b{{no_address}}\b|[$%]", re.I)
_ABOVE_POSTCODE = 4  # lines that may stand between a lone postcode and the street
_REACH = 3  # lines from a postcode line up to its street


@text_detector(DETECTOR, "address", ("address-lines", Kind.ADDRESS, 0.5, 0.8), order=90, texts=Texts.COLUMNS)
def find_addresses(text: str) -> list[Hit]:
    """Address parts of a text whose lines are in block order, joined where they stand on following lines."""
    parts = _parts(text, STREET, 0.75, "street", but=_COUNTED)
    parts += _parts(text, EURO_STREET, 0.7, "street")
    parts += _parts(text, NAMED_STREET, 0.6, "street", but=_WORDY)
    parts += _parts(text, BOX, 0.8, "post-box")
    cities = [p for p in _parts(text, CITY_LINE, 0.8, "city-postcode") if _on_one_line_with_digits(text[p[0] : p[1]])]
    parts += _parts(text, _WRAPPED, 0.7, "town-over-lines")
    cities += _parts(text, POSTCODE, 0.6, "postcode")
    for pattern in (_TOWN_STATE, _TOWN_CELL):
        parts += [part for part in _parts(text, pattern, TOWN_SCORE, "town-state") if not _listed(text[part[0] : part[1]])]
    for m in _DUTCH_LINE.finditer(text):
        parts += [(*m.span(1), 0.6, "postcode"), (*m.span(2), 0.6, "postcode-town")]
    parts = [p for p in parts if (p[3] == "town-over-lines" or "\n" not in text[p[0] : p[1]]) and "\t" not in text[p[0] : p[1]]]
    lines = _lines(text)
    for city in cities:
        parts += _with_streets(text, lines, city, parts)
        if city[3] == "postcode":
            parts += _around_postcode(text, lines, city[0], city[1])
    for city in _parts(text, EURO_CITY, 0.55, "postcode-city"):
        index = _line_at(lines, city[0])
        if index and not text[lines[index][0] : city[0]].strip() and _HOUSE_LINE.fullmatch(text[slice(*lines[index - 1])]):
            parts += [(*lines[index - 1], 0.6, "street"), city]
        if re.match(r"[A-Z]{1,2}\s?-", text[city[0] : city[1]]) or any(
            _line_at(lines, p[0]) in {index, index - 1} for p in parts if p[3] in {"street", "post-box"}
        ):
            parts.append(city)
    parts = sorted(set(parts))
    for start, end, _, _ in parts.copy():
        parts += _following(text, lines, start, end)
    return [Hit(s, e, Kind.ADDRESS, score, DETECTOR, why) for s, e, score, why in parts]


def ends_with_postcode(line: str) -> bool:
    """The last line of an address but for the country."""
    return any(p.search(line) for p in (CITY_LINE, POSTCODE, EURO_CITY))


def ends_address(text: str) -> bool:
    """Ends with a postcode behind its town and state, or with one that is written behind its town: no word follows those."""
    body = text.rstrip(" ,.;")
    return any(m.end() == len(body) for p in (CITY_LINE, POSTCODE) for m in p.finditer(body))


def town_with_country(place: str) -> bool:
    """`Oslo, Norway`, `Hilo, Hawaii, U.S.A.`"""
    parts = [p.strip(" .").lower() for p in place.split(",")]
    return len(parts) >= 2 and bool(parts[0]) and any(_COUNTRY_NAME.fullmatch(p) is not None for p in parts[1:])


def town_with_state(place: str) -> bool:
    """`Salem, Oregon` or `Salem Oregon`, one misread letter in the state forgiven."""
    written = _TOWN_THEN_STATE.fullmatch(place.strip(" .,"))
    if written:
        return written[1].lower() not in _REGIONS
    town, comma, state = place.strip(" .").rpartition(",")
    state = state.strip(" .").lower()
    if not comma or not town.strip() or _listed(place):
        return False
    return state.replace(".", "").replace(" ", "").upper() in _CODES or any(
        edit_distance(state, name, 1) <= 1 for name in _STATES.values()
    )


def country_line(line: str) -> bool:
    """Nothing but the name of a country."""
    return _COUNTRY_LINE.match(line) is not None


def _parts(text: str, pattern: re.Pattern[str], score: float, why: str, but: Regex | None = None) -> list[_Part]:
    return [(m.start(), m.end(), score, why) for m in pattern.finditer(text) if but is None or not but.search(m[0])]


def _on_one_line_with_digits(city: str) -> bool:
    return "\n" not in city.strip() and any(c.isdigit() for c in city)


def _listed(place: str) -> bool:
    """`Name, ID`: words of forms before a code that is a word itself."""
    town, _, state = place.rpartition(",")
    words = [fold(m[0]) for m in tokens_of(town)]
    return state.strip(" .").upper() in _WORD_STATES and bool(words) and lexicon().vocabulary.issuperset(words)


def _lines(text: str) -> list[_Line]:
    return [m.span() for m in re.finditer(r"(?m)^[^\n]*$", text)]


def _line_at(lines: list[_Line], offset: int) -> int:
    return bisect_right(lines, offset, key=lambda line: line[0]) - 1


def _with_streets(text: str, lines: list[_Line], city: _Part, parts: list[_Part]) -> list[_Part]:
    """A city line, what stands before it on its own line where that is a place, and the lines up to its street."""
    start, end, score, why = city
    index = _line_at(lines, start)
    found = [(_place_start(text, lines[index][0], start), end, score, why) if why == "postcode" else city]
    streets = {_line_at(lines, p[0]) for p in parts if p[3] in {"street", "post-box"}}
    for up in range(1, _REACH + 1):
        if index - up < 0 or index in streets:
            break
        between = lines[index - up + 1 : index]
        if index - up in streets:
            if not any(_WORDY.search(text[slice(*line)]) for line in between):
                found += [(*_without_label(text, line), 0.6, "within-address") for line in between]
            break
        a, b = lines[index - up]
        if up == 1 and re.match(r"\W*\d{1,6}\s+[^\W\d_]{2,}", text[a:b]) and b - a < 60 and not _WORDY.search(text[a:b]):
            found.append((a, b, 0.6, "line-above-postcode"))
            break
    if index + 1 < len(lines) and country_line(text[slice(*lines[index + 1])]):
        found.append((*lines[index + 1], 0.7, "country"))
    return found


def _around_postcode(text: str, lines: list[_Line], start: int, end: int) -> list[_Part]:
    """Short capitalised lines above a postcode that stands alone on its line: parts of the address in countries that write
    one part a line. An organisation's line ends it."""
    index = _line_at(lines, start)
    a, b = lines[index]
    if text[a:start].strip(" ,.-") or text[end:b].strip(" ,.-"):
        return []
    found: list[_Part] = []
    for above in reversed(lines[max(0, index - _ABOVE_POSTCODE) : index]):
        line = text[slice(*above)]
        if not any(c.isalnum() for c in line):
            continue
        words = tokens_of(line)
        if (
            len(line) > 40
            or not 1 <= len(words) <= 4
            or _WORDY.search(line)
            or "\t" in line
            or any(not m[0][0].isupper() for m in words)
            or any(bare(m[0]) in ORGANISATION_WORDS for m in words)
        ):
            break
        found.append((*above, 0.5, "above-postcode"))
        if any(c.isdigit() for c in line):
            break
    return found


def _place_start(text: str, line_start: int, start: int) -> int:
    """Town names before a postcode on its line."""
    m = re.search(r"(?:[A-Z][\w'’.\-]*[ ,]+){1,4}$", text[line_start:start])
    return line_start + m.start() if m else start


def _without_label(text: str, line: _Line) -> _Line:
    m = _LABELLED.match(text[slice(*line)])
    return (line[0] + m.end() if m else line[0]), line[1]


def _following(text: str, lines: list[_Line], start: int, end: int) -> list[_Part]:
    """The town behind a part of an address, and the floor or flat behind it or on the next line above or below."""
    found: list[_Part] = []
    index = _line_at(lines, start)
    town = _TOWN_AFTER.match(text, end)
    if town:
        found.append((start, town.end(), 0.75, "street-town"))
    unit = _UNIT_AFTER.match(text[end : lines[index][1]])
    if unit:
        found.append((end, end + unit.end(), 0.7, "unit"))
    beside = lines[max(0, index - 1) : index] + lines[index + 1 : index + 2]
    return found + [(*line, 0.7, "unit") for line in beside if UNIT_LINE.match(text[slice(*line)])]
