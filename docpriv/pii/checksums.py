"""Check digits of numbers that identify people: those of python-stdnum, and those that it lacks or judges by today's date.

A check by name says only whether a number is well formed. Sources: the issuing authorities' published rules, named at each.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from stdnum import luhn
from stdnum.at import vnr
from stdnum.es import nif
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale
from stdnum.us import rtn

from docpriv.text.alike import as_digits
from docpriv.text.words import NOT_NAMES, bare

# Letters tried as digits: in an IBAN, where check digits confirm it; those that no VIN has (ISO 3779).
_IN_IBAN, _IN_VIN = as_digits("OIL"), as_digits("IOQ")


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def signs_of(text: str) -> str:
    """Digits and capitals, as python-stdnum takes a number."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def machine_digit(text: str) -> int:
    """Check digit of ICAO Doc 9303 part 3: weights 7 3 1, A to Z count 10 to 35, `<` 0. ValueError for other characters."""
    values = [0 if c == "<" else int(c, 36) for c in text]
    return sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10


def aba(text: str) -> bool:
    """ABA routing number: a Federal Reserve prefix in use (01-12, 21-32, 61-72, 80; 00 is the Treasury's 000000518 alone)."""
    d = digits_of(text)
    if len(set(d)) < 3 or not rtn.is_valid(d):
        return False
    prefix = int(d[:2])
    return 1 <= prefix <= 12 or d == "000000518" or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80


def card(text: str) -> bool:
    return card_prefix(text) and luhn.is_valid(digits_of(text))


def card_prefix(text: str) -> bool:
    """13 to 19 digits, an issuer prefix in use (ISO/IEC 7812: 34, 37, 36, 38, 30, 35, 4, 51-55, 2221-2720, 6)."""
    d = digits_of(text)
    if not 13 <= len(d) <= 19 or len(set(d)) < 2:
        return False
    return d[0] in "46" or d[:2] in {"30", "34", "35", "36", "37", "38"} or "51" <= d[:2] <= "55" or "2221" <= d[:4] <= "2720"


def iban(text: str) -> bool:
    """ISO 13616; O and I behind the country, which readers take for 0 and 1, both ways."""
    t = re.sub(r"[ \-]", "", text.upper())
    if not 15 <= len(t) <= 34 or not t[:2].isalpha():
        return False
    body = t[2:].translate(_IN_IBAN)
    variants = {t, t[:2] + body, t[:2] + body[:2] + t[4:]}
    return any(v[2:4].isdigit() and mod_97_10.is_valid(v[4:] + v[:4]) for v in variants)


def es_nif(text: str) -> bool:
    """Ministerio del Interior; seven digits too, as on old cards."""
    t = signs_of(text)
    return re.fullmatch(r"[XYZ]?\d{7,8}[A-Z]", t) is not None and nif.is_valid(t.zfill(9))


def fi_hetu(text: str) -> bool:
    """Digital and Population Data Services Agency: control character = nine digits mod 31. python-stdnum also asks for a date
    that exists and refuses the numbers of samples."""
    m = re.fullmatch(r"(\d{6})[-+A-FU-Y](\d{3})([0-9A-Y])", text.upper().strip())
    return m is not None and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(m[1] + m[2]) % 31] == m[3]


def se_personal(text: str) -> bool:
    """Skatteverket: Luhn over the last ten digits, and a date (coordination numbers add 60 to the day)."""
    d = digits_of(text)[-10:]
    return len(d) == 10 and 1 <= int(d[2:4]) <= 12 and 1 <= int(d[4:6]) % 60 <= 31 and luhn.is_valid(d)


def be_national(text: str) -> bool:
    """Rijksregister: 97 - nine digits mod 97, with a leading 2 for those born from 2000."""
    d = digits_of(text)
    return len(d) == 11 and any(97 - int(lead + d[:9]) % 97 == int(d[9:]) for lead in ("", "2"))


def no_birth(text: str) -> bool:
    """Norwegian fødselsnummer (Skatteetaten): a date and two check digits modulus 11."""
    d = digits_of(text)
    if len(d) != 11 or not (1 <= int(d[:2]) % 40 <= 31 and 1 <= int(d[2:4]) % 40 <= 12):
        return False
    first = _weighted(d[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and _weighted(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def day_month(text: str) -> bool:
    """Six leading digits that are a day, a month and a year (Danish CPR numbers hold no check since 2007)."""
    d = digits_of(text)
    return 1 <= int(d[:2]) <= 31 and 1 <= int(d[2:4]) <= 12


def vin_form(text: str) -> bool:
    """17 characters of ISO 3779 without I, O, Q."""
    return bool(re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-HJ-NPR-Z0-9]{17}", text.upper()))


_DATE_PRINT = re.compile(r"^\d{1,4}([/.\-])\d{1,2}\1\d{2,4}(?!\d|\1\d\d)")
_VIN_VALUES = {c: int(v) for c, v in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(text: str) -> bool:
    """A VIN whose ninth character is its check digit (49 CFR 565.15), once I, O and Q, which no VIN has, are read as 1 and 0."""
    t = re.sub(r"[ \-]", "", text.upper()).translate(_IN_VIN)
    if not vin_form(t):
        return False
    total = sum((int(c) if c.isdigit() else _VIN_VALUES[c]) * w for c, w in zip(t, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == t[8]


def npi(text: str) -> bool:
    """US National Provider Identifier (45 CFR 162.406): ten digits, the first 1 or 2, Luhn behind the prefix 80840."""
    d = digits_of(text)
    return len(d) == 10 and d[0] in "12" and luhn.is_valid("80840" + d)


def dea(text: str) -> bool:
    """DEA registration: two letters and seven digits; the last is the last digit of (1+3+5) + 2 (2+4+6)."""
    d = digits_of(text)
    return len(d) == 7 and _weighted(d[:6], (1, 2) * 3) % 10 == int(d[6])


def au_medicare(text: str) -> bool:
    """Services Australia: the first digit 2 to 6, the ninth the sum of eight (weights 1 3 7 9) modulus 10."""
    d = digits_of(text)
    return len(d) in {10, 11} and d[0] in "23456" and _weighted(d[:8], (1, 3, 7, 9) * 2) % 10 == int(d[8])


def icao_card(text: str) -> bool:
    """German identity card and passport (ICAO Doc 9303): nine characters and their check digit; nine alone hold no check."""
    t = re.sub(r"[ \-]", "", text.upper())
    if not re.fullmatch(r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d?", t) or sum(c.isdigit() for c in t) < 3:
        return False
    return len(t) == 9 or machine_digit(t[:9]) == int(t[9])


def de_pension(text: str) -> bool:
    """Sozialgesetzbuch VI, VKVV 2: area, date of birth, letter, serial; weights 2 1 2 5 7 1 2 1 2 1 2 1, sums of digits."""
    m = re.fullmatch(r"(\d{8})([A-Z])(\d{2})(\d)", signs_of(text))
    if m is None or not 1 <= int(m[1][4:6]) <= 12:
        return False
    digits = m[1] + f"{ord(m[2]) - 64:02d}" + m[3]
    total = sum(sum(divmod(int(n) * w, 10)) for n, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return total % 10 == int(m[4])


def ie_pps(text: str) -> bool:
    """Department of Social Protection: weights 8 to 2, a second letter counts nine times, modulus 23. python-stdnum knows fewer
    second letters."""
    m = re.fullmatch(r"(\d{7})([A-W])([A-IW])?", signs_of(text))
    if m is None:
        return False
    total = _weighted(m[1], (8, 7, 6, 5, 4, 3, 2)) + (9 * (ord(m[3]) - 64) if m[3] and m[3] != "W" else 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == m[2]


def it_fiscal(text: str) -> bool:
    """DM 23 December 1976: control letter over 15 characters; L to V stand for digits where two people would share a code.
    python-stdnum also asks for a date that exists."""
    t = signs_of(text)
    form = re.fullmatch(r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]", t)
    return form is not None and codicefiscale.calc_check_digit(t[:15]) == t[15]


def sg_nric(text: str) -> bool:
    """Singapore NRIC and FIN, series S, T, F, G and M: weights 2 7 6 5 4 3 2, a letter of the series' own list."""
    t = text.upper()
    if not re.fullmatch(r"[STFGM]\d{7}[A-Z]", t):
        return False
    total = _weighted(t[1:8], (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(t[0], 0)
    letters = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "M": "XWUTRQPNJLK"}.get(t[0], "XWUTRQPNMLK")
    return letters[total % 11] == t[8]


def hk_id(text: str) -> bool:
    """Hong Kong identity card: one or two letters, six digits, check digit modulus 11 (A for 10)."""
    t = signs_of(text)
    if not re.fullmatch(r"[A-Z]{1,2}\d{6}[\dA]", t):
        return False
    values = [36] * (9 - len(t)) + [int(c, 36) for c in t]
    return _weighted(values, range(9, 0, -1)) % 11 == 0


def at_svnr(text: str) -> bool:
    """Austrian social insurance: weights 3 7 9 - 5 8 4 2 1 6, modulus 11, the fourth digit; then a date of birth, for which
    python-stdnum does not look."""
    d = digits_of(text)
    return 1 <= int(d[4:6]) <= 31 and 1 <= int(d[6:8]) <= 15 and d[0] != "0" and vnr.is_valid(d)


def de_health(text: str) -> bool:
    """German health insurance (KVNR): a capital as two digits, eight digits, weights 1 2, digits summed, modulus 10."""
    t = signs_of(text)
    if not re.fullmatch(r"[A-Z]\d{9}", t):
        return False
    body = f"{ord(t[0]) - ord('A') + 1:02}{t[1:9]}"
    return sum(sum(map(int, str(int(c) * w))) for c, w in zip(body, (1, 2) * 5, strict=True)) % 10 == int(t[9])


def pl_identity_card(text: str) -> bool:
    """Polish identity card (Dz.U. 2022 poz. 671): three letters, A as 10, six digits, weights 7 3 1 9 7 3 1 7 3, modulus 10."""
    t = signs_of(text)
    return re.fullmatch(r"[A-Z]{3}\d{6}", t) is not None and (
        _weighted([int(c, 36) for c in t], (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0
    )


def hu_taj(text: str) -> bool:
    """Hungarian social insurance (TAJ, Act XX of 1996): weights 3 7 over eight digits, modulus 10."""
    d = digits_of(text)
    return len(d) == 9 and len(set(d)) > 1 and _weighted(d[:8], (3, 7) * 4) % 10 == int(d[8])


def hu_tax(text: str) -> bool:
    """Hungarian tax number of a person (adóazonosító jel, Act XX of 1996): an 8, weights 1 to 9, modulus 11."""
    d = digits_of(text)
    return len(d) == 10 and d[0] == "8" and _weighted(d[:9], range(1, 10)) % 11 == int(d[9])


def hu_personal(text: str) -> bool:
    """Hungarian personal identifier (Act XX of 1996): sex and century, a date, and a sum modulus 11 whose weights fall for those
    born from 1997 on."""
    d = digits_of(text)
    if len(d) != 11 or not (d[0] in "12345678" and 1 <= int(d[3:5]) <= 12 and 1 <= int(d[5:7]) <= 31):
        return False
    return int(d[10]) in {_weighted(d[:10], weights) % 11 for weights in (range(1, 11), range(10, 0, -1))}


def cz_birth(text: str) -> bool:
    """Czech and Slovak birth number: a date, 50 added to the month of women, 20 where a day's numbers ran out; ten digits are
    divisible by 11, or the first nine leave 10 and the last is 0 (until 1985); nine digits until 1953. python-stdnum
    refuses dates to come."""
    d = digits_of(text)
    if len(d) not in {9, 10} or not 1 <= int(d[4:6]) <= 31 or not 1 <= int(d[2:4]) % 50 % 20 <= 12:
        return False
    if len(d) == 9:
        return int(d[:2]) <= 53 and d[6:] != "000"
    return int(d) % 11 == 0 or (int(d[:9]) % 11 == 10 and d[9] == "0")


def cz_account(text: str) -> bool:
    """Czech and Slovak account (ČNB, vyhláška 169/2011 Sb.): prefix and number, each a sum modulus 11."""
    m = re.fullmatch(r"(?:(\d{1,6})-)?(\d{2,10})\D+\d{4}", text.strip())
    if m is None or len(set(m[2])) < 2:
        return False
    parts = ((m[1] or "").zfill(6), (10, 5, 8, 4, 2, 1)), (m[2].zfill(10), (6, 3, 7, 9, 10, 5, 8, 4, 2, 1))
    return all(_weighted(digits, weights) % 11 == 0 for digits, weights in parts)


def no_word(text: str) -> bool:
    """Anything but an everyday word."""
    return bare(text.lstrip("@")) not in NOT_NAMES


def age(text: str) -> bool:
    """Years that somebody lives, or months."""
    return int("".join(takewhile(str.isdigit, text))) <= 120


def plate(text: str) -> bool:
    return len(text) >= 4 and bool(digits_of(text))


def three_digits(text: str) -> bool:
    return len(digits_of(text)) >= 3


def mixed(text: str) -> bool:
    return len(set(digits_of(text))) >= 3


def no_filler(text: str) -> bool:
    return not digits_of(text).startswith(("0000", "9999"))


def telephone(text: str) -> bool:
    """The length of a number in ITU-T E.164."""
    return 8 <= len(digits_of(text)) <= 15


def telephone_print(text: str, least: int = 7, most: int = 15) -> bool:
    """Digits of a number in print as a telephone's; no date, no years, no amount, no two columns."""
    digits = sum(c.isdigit() for c in text)
    if not least <= digits <= most or "  " in text or (digits < 8 and text.isdigit()):
        return False
    return no_years(text) and not _DATE_PRINT.search(text) and not re.search(r"(?<!\.\d)\d\.\d\d?$", text)


def contact_print(text: str) -> bool:
    """As a telephone's number with its area."""
    return telephone_print(text, 9)


def national_print(text: str) -> bool:
    return telephone_print(text, 10, 11)


def no_years(text: str) -> bool:
    """Anything but `1995 2000`, `1998-2004`: two years in the print of a number."""
    groups = re.findall(r"\d+", text)
    return not groups or any(len(g) != 4 or g[:2] not in {"18", "19", "20"} for g in groups)


def no_year(text: str) -> bool:
    return not (len(text) == 4 and text.startswith(("19", "20")))


def _weighted(digits: Sequence[Any], weights: Sequence[int]) -> int:
    return sum(int(n) * w for n, w in zip(digits, weights, strict=True))
