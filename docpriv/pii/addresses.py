"""Address lines and blocks by their written form; a postcode line pulls in the street lines above it,
nothing else."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.labels import lexicon
from docpriv.pii.textspan import Hit
from docpriv.text.fold import edit_distance, fold
from docpriv.text.words import ORGANISATION_WORDS, bare, tokens_of

DETECTOR = "addresses"

_STREET_WORD = (
    r"(?:st(?:reet|r)?|ave(?:nue)?|av|road|rd|blvd|boulevard|drive|dr|lane|ln|court|ct|place|pl|square|sq|way|terrace|ter"
    r"|parkway|pkwy|pky|circle|cir|highway|hwy|route|rte|pike|trail|trl|alley|crescent|cres|close|gardens|mews|plaza|row"
    r"|loop|turnpike|tpke|expressway|expy|freeway|fwy|wharf|quay|walk|grove|hill|heights|crossing|ridge|run|broadway"
    r"|dock|park|gate|causeway|cove|bend|point|pt|view|commons)"
)
_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_DIRECTION = r"(?:n\.?\s?[ew]\.?|s\.?\s?[ew]\.?|[nsew]\.|[nsew]|north|south|east|west)"
_WORD = r"[\w'’.\-]+"
_UNIT = (
    r"(?:(?:suite|ste|apt|apartment|unit|room|rm|floor|fl|bldg|building|dept|#)\.?\s*#?\s*[\w\-]{1,6}\b"
    r"|(?:\d{1,3}(?:st|nd|rd|th)?|(?:ground|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|twentieth))\s?(?:floor|fl)\b\.?(?:\s(?:north|south|east|west))?)"
)

STATES = (
    "AL",
    "AK",
    "AZ",
    "AR",
    "CA",
    "CO",
    "CT",
    "DE",
    "FL",
    "GA",
    "HI",
    "ID",
    "IL",
    "IN",
    "IA",
    "KS",
    "KY",
    "LA",
    "ME",
    "MD",
    "MA",
    "MI",
    "MN",
    "MS",
    "MO",
    "MT",
    "NE",
    "NV",
    "NH",
    "NJ",
    "NM",
    "NY",
    "NC",
    "ND",
    "OH",
    "OK",
    "OR",
    "PA",
    "RI",
    "SC",
    "SD",
    "TN",
    "TX",
    "UT",
    "VT",
    "VA",
    "WA",
    "WV",
    "WI",
    "WY",
    "DC",
    "PR",
)
_STATE_NAMES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa"
    "|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada"
    "|new\\s(?:hampshire|jersey|mexico|york)|north\\s(?:carolina|dakota)|ohio|oklahoma|oregon|pennsylvania|rhode\\sisland"
    "|south\\s(?:carolina|dakota)|tennessee|texas|utah|vermont|virginia|washington|west\\svirginia|wisconsin|wyoming"
)
_STATE = r"(?:" + "|".join(rf"{s[0]}\.?[ ]?{s[1]}\.?" for s in STATES) + "|" + _STATE_NAMES + r")"
_ZIP = r"[\dOolI]{5}(?:\s?[-–]\s?\d{4})?"
_UK = r"(?:(?-i:[A-Z]{1,2}\d[A-Z\d]?)\s?(?-i:\d[A-Z]{2}))"
_CANADA = r"(?:(?-i:[A-Z]\d[A-Z])[ \-]?(?-i:\d[A-Z]\d))"
_COUNTRY = (
    r"(?:usa|u\.s\.a\.?|united\sstates(?:\sof\samerica)?|united\skingdom|u\.k\.|uk|england|scotland|wales|canada|germany"
    r"|deutschland|france|spain|españa|italy|italia|netherlands|nederland|belgium|switzerland|austria|ireland|australia|india)"
)

_COUNTRY_NAME = re.compile(
    _COUNTRY + r"|(?:south\s|north\s)?korea|japan|china|p\.?r\.?\s?china|taiwan|r\.?o\.?c|hong\skong|singapore|malaysia"
    r"|thailand|indonesia|philippines|viet\s?nam|pakistan|bangladesh|sri\slanka|nepal|turkey|türkiye|israel|egypt|saudi\sarabia|qatar|kuwait|jordan|lebanon"
    r"|iraq|iran|u\.?a\.?e|united\sarab\semirates|mexico|brazil|brasil|argentina|chile|colombia|peru|venezuela|ecuador|bolivia|cuba"
    r"|haiti|jamaica|dominican\srepublic|guatemala|honduras|panama|costa\srica|portugal|greece|poland|czech\srepublic|hungary|romania"
    r"|bulgaria|serbia|croatia|slovenia|ukraine|russia|sweden|norway|denmark|finland|iceland|estonia|latvia|lithuania|luxembourg"
    r"|new\szealand|south\safrica|nigeria|kenya|ghana|ethiopia|morocco|algeria|tunisia|b\.?w\.?i|west\sindies|bermuda|bahamas|cyprus|malta",
    re.I,
)
STREET = re.compile(
    rf"(?<![\w$.,/\-])(?:(?:\d{{1,6}}(?:[\-/]\d{{1,4}})?[a-z]?|{_NUMBER_WORD}),?\s+(?:{_DIRECTION}\s+)?(?:{_WORD}\s+){{1,4}}?"
    rf"{_STREET_WORD}\b\.?(?!\s+of\b)(?:,?\s*{_DIRECTION}(?![\w]))?(?:,?\s+{_UNIT}){{0,2}}"
    rf"|\d{{1,6}}\s+(?:\w+\s+)?(?:avenue|ave\.?|broadway|highway|route|calle|rue|via)\s+(?:of\s+(?:the\s+)?)?{_WORD}(?:,?\s+{_UNIT})?)",
    re.I,
)
EURO_STREET = re.compile(
    r"(?<!\w)(?:(?-i:[A-ZÄÖÜÉ])[\w\-]*(?:stra(?:ß|ss|b)e|str\.|weg|platz|gasse|allee|(?<![aeiou])(?<!\bSp)(?<!\bSt)(?<!\bB)ring|damm|ufer|straat|laan|plein|gracht|kade|dreef|singel)"
    r"\s?\d{1,4}\s?[a-z]?\b"
    r"|\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|av\.|boulevard|bd|place|chemin|allée|impasse|quai|route)\s+[^\n\t]{3,40}"
    r"|(?:calle|c/|avda\.?|avenida|plaza|paseo|via|viale|piazza|corso|rua|travessa|praça)\s+[^\n\t\d]{2,40},?\s*(?:n[.º°]*\s*)?\d{1,4}\b"
    r")",
    re.I,
)
NAMED_STREET = re.compile(
    r"(?<![^\n\t])[ ]*(?-i:[A-Z])[\w'’.\-]*(?:\s(?-i:[A-Z])[\w'’.\-]*){0,3}"
    r"\s(?:street|avenue|boulevard|road|lane|drive)\.?"
    r"(?=,|[ ]*(?:\n|\t|$))",
    re.I,
)
"""A street without a number, alone on its line or before a comma."""
_TOWN_AFTER = re.compile(r"(?:,\s*(?:[A-Z][\w.'’\-]*[ ]?){1,3}){1,3},?\s*\d{5}(?:-\d{4})?(?!\d)")
BOX = re.compile(
    r"(?<!\w)(?:p\.?\s?[o0]\.?\s?(?:box|drawer)|post\s?office\s?box|postfach|bo[iî]te\spostale|apartado)[\s.:#]*"
    r"(?:no\.?\s*)?[\w\-]{1,10}",
    re.I,
)
CITY_LINE = re.compile(
    rf"(?<![\w])(?:{_WORD}[ ,]+){{1,4}}?{_STATE},?[ ]*{_ZIP}(?![\w])(?:,?[ ]+{_COUNTRY}\b)?"
    rf"|(?<![\w])(?:[^\W\d_]{_WORD},\s*)(?-i:{'|'.join(STATES)})(?![\w])(?!\s*[a-z])",
    re.I,
)
TOWN_SCORE = 0.5
"""A town with its state is personal data under some rules (45 CFR 164.514: any division smaller than a state) and
the whole of many an address on lists and letterheads; recipes that want it left ask for a higher score."""
_CODES = "|".join(rf"{s[0]}\.?[ ]?{s[1]}\b" for s in STATES)
_TOWN_STATE = re.compile(
    r"(?<![\w.@/])(?-i:[A-Z])[\w'’.\-]+(?:[ ](?:of[ ])?(?-i:[A-Z])[\w'’.\-]*){0,3}"
    rf"(?:[ ]?,[ ]?(?:(?-i:{_CODES})|(?:{_STATE_NAMES})\b)|[ ]?\.[ ](?:{_STATE_NAMES})\b)\.?",
    re.I,
)
# The comma before a state is read as a point, or not at all, in small or worn print. Where a town and its state are all of a
# cell that is no doubt; codes that are words of their own, or `Co.`, are left out.
_WORD_STATES = frozenset({"IN", "OR", "ME", "OK", "HI", "OH", "CO", "ID", "DE", "AL"})
_SURE_STATES = [s for s in STATES if s not in _WORD_STATES]
_TOWN_CELL = re.compile(
    r"(?:(?<=[\n\t])|\A)[ ]*(?:[A-Z][A-Za-z'’\-]{3,}|[A-Z][A-Za-z'’\-]+[ ][A-Z][A-Za-z'’\-]{2,}(?:[ ][A-Z][A-Za-z'’\-]+)?)"
    rf"(?:[ ]?[.,][ ](?:{'|'.join(rf'{s[0]}[.]?[ ]?{s[1]}' for s in _SURE_STATES)})[.]?"
    rf"|[ ](?:{'|'.join(rf'{s[0]}[.]?[ ]?{s[1]}' for s in _SURE_STATES)})[.])[ ]*(?=[\n\t]|\Z)"
)
_WRAPPED = re.compile(
    r"(?<![\w.])(?-i:[A-Z])[\w'’.\-]+(?:[ ](?-i:[A-Z])[\w'’.\-]*){0,2},"
    rf"(?:[ ]*\n[ ]*{_STATE}|[ ]*{_STATE},?[ ]*\n),?[ ]*{_ZIP}(?!\w)",
    re.I,
)
"""A town whose state or postcode stands on the next line."""
_TOWN_THEN_STATE = re.compile(rf"([^\W\d_][\w'’.\- ]*?)[ ]+(?:{_STATE_NAMES})", re.I)
_REGIONS = frozenset({"north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "upstate"})
_STATES_WRITTEN = tuple(
    name.replace(r"\s", " ")
    for name in re.sub(r"(\w+)\\s\(\?:([^)]*)\)", lambda m: "|".join(f"{m[1]} {n}" for n in m[2].split("|")), _STATE_NAMES).split(
        "|"
    )
)
POSTCODE = re.compile(rf"(?<![\w\-])(?:{_UK}|{_CANADA})(?![\w\-])", re.I)
_DUTCH_LINE = re.compile(r"(?m)^[ ]*(\d{4} ?[A-Z]{2})[ ]*\n([ ]*[A-Z][\w'’\- ]{2,30})$")
_HOUSE_LINE = re.compile(r"[ ]*(?:[A-ZÄÖÜÉ][\w'’.\-]+[ ]){1,3}\d{1,4}[a-zA-Z]?[ ]*")
EURO_CITY = re.compile(
    r"(?<![\w.,\-])(?:(?:D|A|CH|F|B|I|E|NL|L|DK|S|P)[ ]?-[ ]?\d{4,5}[ ]+[A-ZÄÖÜÉ][\w\-]+"
    r"|\d{4}[ ]?[A-Z]{2}[ ]+[A-Z][\w\-']+"
    r"|\d{4,5}[ ]+[A-ZÄÖÜÉ][\w\-äöüßéèáíóúñ]+(?:[ ]+[A-ZÄÖÜÉ][\w\-äöüßéèáíóúñ]+){0,2})(?!\w)"
)
UNIT_LINE = re.compile(rf"^\W*{_UNIT}\W*$", re.I)
_COUNTRY_LINE = re.compile(rf"^\W*{_COUNTRY}\W*$", re.I)
_LABELLED = re.compile(r"^\s*(?:mailing\s|street\s|home\s|business\s)?address\s*:?\s*", re.I)
_COUNTED = re.compile(r"^\S+\s+(?:of|or|and|more|to|in|for|x)\b|(?<!of\s)\b(?:the|this|a)\s+\w+$", re.I)
_WORDY = re.compile(r":|\b(?:the|or|and|is|are|this|including|if|see|for|income|tax)\b|[$%]", re.I)
_ABOVE_POSTCODE = 4  # lines that may stand between a lone postcode and the street
_REACH = 3  # lines from a postcode line up to its street


@text_detector(DETECTOR, "address", ("address-lines", Kind.ADDRESS, 0.5, 0.8), order=90, texts=Texts.COLUMNS)
def find_addresses(text: str) -> list[Hit]:
    """Address parts of a text whose lines are in block order, joined where they stand on following lines."""
    parts = [(m.start(), m.end(), 0.75, "street") for m in STREET.finditer(text) if not _COUNTED.search(m[0])]
    parts += [(m.start(), m.end(), 0.7, "street") for m in EURO_STREET.finditer(text)]
    parts += [(m.start(), m.end(), 0.6, "street") for m in NAMED_STREET.finditer(text) if not _WORDY.search(m[0])]
    parts += [(m.start(), m.end(), 0.8, "post-box") for m in BOX.finditer(text)]
    cities = [
        (m.start(), m.end(), 0.8, "city-postcode")
        for m in CITY_LINE.finditer(text)
        if "\n" not in m[0].strip() and any(c.isdigit() for c in m[0])
    ]
    parts += [(m.start(), m.end(), 0.7, "town-over-lines") for m in _WRAPPED.finditer(text)]
    cities += [(m.start(), m.end(), 0.6, "postcode") for m in POSTCODE.finditer(text)]
    parts += [
        (m.start(), m.end(), TOWN_SCORE, "town-state")
        for m in (*_TOWN_STATE.finditer(text), *_TOWN_CELL.finditer(text))
        if not _listed(m[0])
    ]
    for m in _DUTCH_LINE.finditer(text):
        parts += [(*m.span(1), 0.6, "postcode"), (*m.span(2), 0.6, "postcode-town")]
    parts = [p for p in parts if (p[3] == "town-over-lines" or "\n" not in text[p[0] : p[1]]) and "\t" not in text[p[0] : p[1]]]
    lines = _lines(text)
    weak = [(m.start(), m.end(), 0.55, "postcode-city") for m in EURO_CITY.finditer(text)]
    for start, end, score, why in cities:
        parts += _with_streets(text, lines, start, end, score, why, parts)
        if why == "postcode":
            parts += _around_postcode(text, lines, start, end)
    for start, end, score, why in weak:
        index = _line_at(lines, start)
        if index and not text[lines[index][0] : start].strip() and _HOUSE_LINE.fullmatch(text[slice(*lines[index - 1])]):
            parts += [(*lines[index - 1], 0.6, "street"), (start, end, score, why)]
        if re.match(r"[A-Z]{1,2}\s?-", text[start:end]) or any(
            _line_at(lines, p[0]) in {index, index - 1} for p in parts if p[3] in {"street", "post-box"}
        ):
            parts.append((start, end, score, why))
    return _following(text, lines, parts)


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
    if _listed(place):
        return False
    return (
        bool(comma)
        and bool(town.strip())
        and (
            state.replace(".", "").replace(" ", "").upper() in STATES
            or any(edit_distance(state, name, 1) <= 1 for name in _STATES_WRITTEN)
        )
    )


def _listed(place: str) -> bool:
    """`Name, ID`: words of forms before a code that is a word itself."""
    town, _, state = place.rpartition(",")
    words = [fold(m[0]) for m in tokens_of(town)]
    return state.strip(" .").upper() in _WORD_STATES and bool(words) and lexicon().vocabulary.issuperset(words)


def country_line(line: str) -> bool:
    """Nothing but the name of a country."""
    return _COUNTRY_LINE.match(line) is not None


def _lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _line_at(lines: list[tuple[int, int]], offset: int) -> int:
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle][0] <= offset:
            low = middle
        else:
            high = middle - 1
    return low


def _with_streets(
    text: str,
    lines: list[tuple[int, int]],
    start: int,
    end: int,
    score: float,
    why: str,
    parts: list[tuple[int, int, float, str]],
) -> list[tuple[int, int, float, str]]:
    """A city line, what stands before it on its own line where that is a place, and the lines up to its
    street."""
    index = _line_at(lines, start)
    found = [(start, end, score, why)]
    if why == "postcode":
        found[0] = (_place_start(text, lines[index][0], start), end, score, why)
    streets = {_line_at(lines, p[0]): p for p in parts if p[3] in {"street", "post-box"}}
    for up in range(1, _REACH + 1):
        if index - up < 0 or index in streets:
            break
        if index - up in streets:
            if any(_WORDY.search(text[slice(*lines[k])]) for k in range(index - up + 1, index)):
                break
            found += [(*_whole(text, lines[k]), 0.6, "within-address") for k in range(index - up + 1, index)]
            break
        a, b = lines[index - up]
        if up == 1 and re.match(r"\W*\d{1,6}\s+[^\W\d_]{2,}", text[a:b]) and b - a < 60 and not _WORDY.search(text[a:b]):
            found.append((a, b, 0.6, "line-above-postcode"))
            break
    below = index + 1
    if below < len(lines) and _COUNTRY_LINE.match(text[slice(*lines[below])]):
        found.append((*lines[below], 0.7, "country"))
    return found


def _around_postcode(text: str, lines: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int, float, str]]:
    """Short capitalised lines above a postcode that stands alone on its line, and a town below it: parts of the address
    in countries that write one part a line. An organisation's line ends it."""
    index = _line_at(lines, start)
    a, b = lines[index]
    if text[a:start].strip(" ,.-") or text[end:b].strip(" ,.-"):
        return []
    found = []
    for up in range(1, _ABOVE_POSTCODE + 1):
        if index - up < 0:
            break
        line = text[slice(*lines[index - up])]
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
        found.append((*lines[index - up], 0.5, "above-postcode"))
        if any(c.isdigit() for c in line):
            break
    return found


def _place_start(text: str, line_start: int, start: int) -> int:
    """Town names before a postcode on its line."""
    m = re.search(r"(?:[A-Z][\w'’.\-]*[ ,]+){1,4}$", text[line_start:start])
    return line_start + m.start() if m else start


def _whole(text: str, line: tuple[int, int]) -> tuple[int, int]:
    m = _LABELLED.match(text[slice(*line)])
    return (line[0] + m.end() if m else line[0]), line[1]


def _following(text: str, lines: list[tuple[int, int]], parts: list[tuple[int, int, float, str]]) -> list[Hit]:
    parts = sorted(set(parts))
    hits = [Hit(start=s, end=e, kind=Kind.ADDRESS, score=score, detector=DETECTOR, reason=why) for s, e, score, why in parts]
    for s, e, _, _ in parts:
        index = _line_at(lines, s)
        tail = lines[index][1]
        town = _TOWN_AFTER.match(text, e)
        if town:
            hits.append(
                Hit(
                    start=s,
                    end=town.end(),
                    kind=Kind.ADDRESS,
                    score=0.75,
                    detector=DETECTOR,
                    reason="street-town",
                )
            )
        unit = re.match(rf"[\s,]*{_UNIT}", text[e:tail], re.I)
        if unit:
            hits.append(
                Hit(
                    start=e,
                    end=e + unit.end(),
                    kind=Kind.ADDRESS,
                    score=0.7,
                    detector=DETECTOR,
                    reason="unit",
                )
            )
        for near in (index - 1, index + 1):
            if 0 <= near < len(lines) and UNIT_LINE.match(text[slice(*lines[near])]):
                hits.append(
                    Hit(
                        start=lines[near][0],
                        end=lines[near][1],
                        kind=Kind.ADDRESS,
                        score=0.7,
                        detector=DETECTOR,
                        reason="unit",
                    )
                )
    return hits
