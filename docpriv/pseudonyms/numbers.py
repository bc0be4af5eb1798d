"""Pseudonyms of numbers in their own format, where possible from ranges kept for fiction; none has valid check digits.

This is no format-preserving encryption: nothing can be computed back, and two numbers may share a pseudonym, the sooner
the shorter they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from docpriv.pseudonyms.forms import WORD, WORDS, packed, separators, substituted
from docpriv.pseudonyms.keyed import Stream

_UPPER = "ABCDEFGHJKLMNPRSTUVWXYZ"
_LABELS, _MONTHS = frozenset(WORDS["beside_numbers"]), WORDS["months"]
_BESIDE_DATES = _LABELS.union(WORDS["beside_dates"])
_CARD_STARTS = {16: "424242", 15: "378282", 14: "305693"}
"""First digits of the numbers that card schemes and gateways publish for tests, by length."""
_EXTENSION = re.compile(r"(?:ext(?:ension)?\.?|x)\s*\d{1,6}\s*$", re.I)
_MAIL = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")
_OCTETS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_NETS = ("192.0.2", "198.51.100", "203.0.113")  # RFC 5737


def drawn(stream: Stream, word: str) -> str:
    """Letters and digits drawn anew: a first digit that is not 0 stays so, letters keep their case."""
    out = []
    for i, c in enumerate(word):
        if c.isdigit():
            out.append(str(1 + stream.below(9)) if i == 0 and c != "0" else str(stream.below(10)))
        else:
            letter = stream.pick(_UPPER)
            out.append(letter.lower() if c.islower() else letter)
    return "".join(out)


def identifier(key: bytes, text: str, attempt: int, *, card: bool = False, iban: bool = False) -> str:
    """A number that identifies somebody, sign by sign. Nine digits begin with 96 or 97 and have 10 to 49 in the middle,
    which neither an SSN, an ITIN nor an EIN has; an IBAN begins with ZZ00."""
    kept, whole = _without_labels(text)
    stream = Stream(key, "number", packed(whole), str(attempt))
    fresh = drawn(stream, whole)
    if iban and len(whole) > 4:
        fresh = "ZZ00" + fresh[4:]
    elif card and len(whole) in _CARD_STARTS and whole.isdecimal():
        start = _CARD_STARTS[len(whole)]
        fresh = start + fresh[len(start) :]
    elif whole.isdecimal() and len(whole) == 9:
        fresh = f"{stream.pick(('96', '97'))}{fresh[2]}{1 + stream.below(4)}{fresh[4:]}"
    elif len(whole) == 17:
        fresh = fresh[:8] + "Z" + fresh[9:]  # no check digit of a vehicle's number is a Z
    return _put_back(text, kept, fresh)


def telephone(key: bytes, text: str, attempt: int) -> str:
    """A number of the same format: 555-01xx in North America, Ofcom's 07700 900xxx, else a code that no country has."""
    parts = re.split(r"([/;,\n])", text)
    if len(parts) > 1 and all(sum(c.isdigit() for c in part) >= 7 for part in parts[::2]):
        return "".join(_telephone(key, part, attempt) if i % 2 == 0 else separators(part) for i, part in enumerate(parts))
    return _telephone(key, text, attempt)


def _telephone(key: bytes, text: str, attempt: int) -> str:
    extension = _EXTENSION.search(text)
    tail = ""
    if extension is not None:
        text, tail = text[: extension.start()], extension[0]
        tail = "".join(
            str(Stream(key, "extension", packed(text), tail, str(i)).below(10)) if c.isdigit() else separators(c)
            for i, c in enumerate(tail)
        )
    kept, whole = _without_labels(text)
    stream = Stream(key, "phone", whole[-10:], str(attempt))
    line = "01" + Stream(key, "line", whole[-7:], str(attempt)).digits(2)
    area = f"{2 + stream.below(8)}{stream.below(9)}{stream.below(10)}"
    count = len(whole)
    if not whole.isdecimal():
        fresh = drawn(stream, whole)
    elif "+" in text and not whole.startswith(("1", "44")):
        fresh = "999"[:count] + stream.digits(max(0, count - 3))
    elif count == 7:
        fresh = f"555{line}"
    elif count == 10 and whole[0] != "0":
        fresh = f"{area}555{line}"
    elif count == 11 and whole[0] == "1":
        fresh = f"1{area}555{line}"
    elif whole.startswith("44") and count == 12:
        fresh = f"447700900{stream.digits(3)}"
    elif whole[0] == "0" and count == 11 and "+" not in text:
        fresh = f"07700900{stream.digits(3)}"
    else:
        start = "999" if "+" in text else "000"
        fresh = start[:count] + stream.digits(max(0, count - 3))
    return _put_back(text, kept, fresh) + tail


def mail(key: bytes, text: str, attempt: int, name_of: Callable[[str], str | None]) -> str:
    """An address at a domain of RFC 2606. `name_of`: the pseudonym of a word of a person's name, None for other words."""

    def one(match: re.Match[str]) -> str:
        local, _, domain = match[0].partition("@")
        words = [name_of(word) for word in re.findall(r"[^\W\d_]{2,}", local)]
        known = [word.lower() for word in words if word]
        user = ".".join(known) if known else ""
        stream = Stream(key, "mail", packed(match[0]), str(attempt))
        if not user or attempt:
            user += f"{'' if user else 'user'}{stream.digits(4)}"
        host = Stream(key, "domain", packed(domain)).pick(("example.com", "example.org", "example.net"))
        whole = f"{user}@{host}"
        return whole.upper() if match[0].isupper() else whole

    out, at = [], 0
    for match in _MAIL.finditer(text):
        out += ["\n" * text[at : match.start()].count("\n"), " " if at else "", one(match)]
        at = match.end()
    if not out:
        stream = Stream(key, "mail", packed(text), str(attempt))
        return f"user{stream.digits(4)}@example.com" + "\n" * text.count("\n")
    return "".join(out) + "\n" * text[at:].count("\n")


def user(key: bytes, text: str, attempt: int) -> str:
    """`user` and four digits, on the first line."""
    return f"user{Stream(key, 'user', packed(text), str(attempt)).digits(4)}" + "\n" * text.count("\n")


def internet(key: bytes, text: str, attempt: int) -> str | None:
    """An IPv4 address of a net kept for documentation (RFC 5737); None for another kind of address."""
    if not _OCTETS.fullmatch(text.strip()):
        return None
    stream = Stream(key, "internet", text.strip(), str(attempt))
    return f"{stream.pick(_NETS)}.{1 + stream.below(254)}"


# --- dates --------------------------------------------------------------------------------------------------------


def date(key: bytes, text: str, attempt: int) -> str:
    """A day drawn by the key from the first twelve of a month of 1940 to 2003, in the same format.

    It says nothing of the real one: neither the distance between two dates nor an age survives. The day is at most the
    12th so that no order of day and month makes it impossible.
    """
    words = [m[0] for m in WORD.finditer(text)]
    said = _roles(words)
    year, month, day = _day_of(words, said)
    stream = Stream(key, "date", f"{year}-{month}-{day}" if year or month or day else packed(text), str(attempt))
    fresh_year, fresh_month, fresh_day = 1940 + stream.below(64), 1 + stream.below(12), 1 + stream.below(12)
    roles = iter(said)

    def of(match: re.Match[str]) -> str:
        word, role = match[0], next(roles)
        if role == "month-name":
            name = _MONTHS[fresh_month - 1].capitalize()
            name = name if len(word) > 3 or word.lower() == "may" else name[:3]
            return name.upper() if word.isupper() else name.lower() if word.islower() else name
        if role == "compact":
            whole = f"{fresh_month:02}{fresh_day:02}"
            return f"{fresh_year}{whole}" if word[:2] in ("19", "20") else f"{whole}{fresh_year}"
        if role == "label":
            return word
        if role in ("year", "month", "day"):
            value = fresh_year if role == "year" else fresh_month if role == "month" else fresh_day
            shown = f"{value:02}" if role == "year" and len(word) == 2 else str(value)
            return shown[-2:] if role == "year" and len(word) <= 2 else shown.zfill(len(word))
        ordinal = re.fullmatch(r"\d+(st|nd|rd|th)", word, re.I)
        if ordinal and role == "day-ordinal":
            return f"{fresh_day}{'th' if fresh_day > 3 else ('st', 'nd', 'rd')[fresh_day - 1]}"
        return drawn(Stream(key, "date-rest", word, str(attempt)), word)

    return substituted(text, of)


def _roles(words: Sequence[str]) -> list[str]:
    """What each word of a date is."""
    named = any(_month_of(w) for w in words)
    roles: list[str] = []
    for word in words:
        seen = set(roles)
        if _month_of(word):
            roles.append("month-name")
        elif word.isdecimal() and len(word) == 8:
            roles.append("compact")
        elif word.isdecimal() and len(word) == 4:
            roles.append("year")
        elif word.isdecimal() and len(word) <= 2:
            free = ("day", "year") if named else ("month", "day", "year")
            roles.append(next((role for role in free if role not in seen), "rest"))
        elif re.fullmatch(r"\d{1,2}(st|nd|rd|th)", word, re.I):
            roles.append("day-ordinal")
        elif word.lower() in _BESIDE_DATES:
            roles.append("label")
        else:
            roles.append("rest")
    numeric = [i for i, role in enumerate(roles) if role in ("month", "day")]
    if len(numeric) == 2 and 12 < int(words[numeric[0]]) <= 31:
        roles[numeric[0]], roles[numeric[1]] = "day", "month"
    return roles


def _day_of(words: Sequence[str], roles: Sequence[str]) -> tuple[int, int, int]:
    """Year, month and day, 0 where one is not said: one form for a date however it is written."""
    year = month = day = 0
    for word, role in zip(words, roles, strict=True):
        if role == "month-name":
            month = _month_of(word)
        elif role == "compact":
            front = word[:2] in ("19", "20")
            year, month, day = (
                (int(word[:4]), int(word[4:6]), int(word[6:])) if front else (int(word[4:]), int(word[:2]), int(word[2:4]))
            )
        elif role == "year":
            year = int(word) if len(word) == 4 else int(word) + (2000 if int(word) < 30 else 1900)
        elif role == "month":
            month = int(word)
        elif role in ("day", "day-ordinal"):
            day = int(re.sub(r"\D", "", word))
    return year, month, day


def _month_of(word: str) -> int:
    low = word.lower()
    if len(low) < 3 or not low.isalpha():
        return 0
    return next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(low) or (low == "sept" and i == 9)), 0)


# --- words beside numbers -------------------------------------------------------------------------------------------


def _without_labels(text: str) -> tuple[set[int], str]:
    """Places of the signs of words such as `No`, and the other letters and digits in a row."""
    kept = {i for m in WORD.finditer(text) if m[0].lower() in _LABELS for i in range(*m.span())}
    whole = "".join(c for i, c in enumerate(text) if c.isalnum() and i not in kept)
    return (kept, whole) if whole else (set(), "".join(c for c in text if c.isalnum()))


def _put_back(text: str, kept: set[int], fresh: str) -> str:
    left = iter(fresh)
    return "".join(c if i in kept else next(left, "") if c.isalnum() else separators(c) for i, c in enumerate(text))
