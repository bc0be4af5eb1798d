"""Check digits of numbers that identify people; each says only whether a number is well formed.

Sources: ISO/IEC 7812-1 (Luhn), ISO 7064 (mod 97), and the issuing authorities' published rules named at
each function.
"""

from __future__ import annotations

import re

from docpriv.text.alike import as_digits

# Letters tried as digits: in an IBAN, where check digits confirm it; those that no VIN has (ISO 3779).
_IN_IBAN, _IN_VIN = as_digits("OIL"), as_digits("IOQ")


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    total = 0
    for i, d in enumerate(reversed(digits_of(text))):
        n = int(d) * (2 if i % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def card(text: str) -> bool:
    """13 to 19 digits, an issuer prefix in use (ISO/IEC 7812: 34, 37, 36, 38, 30, 35, 4, 51-55, 2221-2720,
    6) and Luhn."""
    return card_prefix(text) and luhn(text)


def card_prefix(text: str) -> bool:
    d = digits_of(text)
    if not 13 <= len(d) <= 19 or len(set(d)) < 2:
        return False
    return d[0] in "46" or d[:2] in {"30", "34", "35", "36", "37", "38"} or "51" <= d[:2] <= "55" or "2221" <= d[:4] <= "2720"


def iban(text: str) -> bool:
    """ISO 13616: modulus 97 of the rearranged number; O and I behind the country, which readers take for 0 and 1, both ways."""
    t = re.sub(r"[ \-]", "", text.upper())
    if not 15 <= len(t) <= 34 or not t[:2].isalpha():
        return False
    body = t[2:].translate(_IN_IBAN)
    variants = {t, t[:2] + body, t[:2] + body[:2] + t[4:]}
    return any(v[2:4].isdigit() and int("".join(str(int(c, 36)) for c in v[4:] + v[:4])) % 97 == 1 for v in variants)


def nhs(text: str) -> bool:
    """NHS Data Dictionary: modulus 11, weights 10 to 2."""
    d = digits_of(text)
    if len(d) != 10:
        return False
    check = 11 - sum(int(n) * w for n, w in zip(d, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(d[9]) and check != 10


def es_dni(text: str) -> bool:
    """Ministerio del Interior: letter = number mod 23; NIE begins with X, Y or Z for 0, 1 or 2."""
    t = re.sub(r"[^0-9A-Z]", "", text.upper())
    if not re.fullmatch(r"[XYZ]?\d{7,8}[A-Z]", t):
        return False
    number = t[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == t[-1]


def pesel(text: str) -> bool:
    """Polish Act on population registers: weights 1379, and a date that exists."""
    d = digits_of(text)
    if len(d) != 11 or not (1 <= int(d[2:4]) % 20 <= 12 and 1 <= int(d[4:6]) <= 31):
        return False
    total = sum(int(n) * w for n, w in zip(d[:10], (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return (10 - total % 10) % 10 == int(d[10])


def fi_hetu(text: str) -> bool:
    """Digital and Population Data Services Agency: control character = nine digits mod 31."""
    t = text.upper().strip()
    m = re.fullmatch(r"(\d{6})[-+A-FU-Y](\d{3})([0-9A-Y])", t)
    return m is not None and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(m[1] + m[2]) % 31] == m[3]


def se_personal(text: str) -> bool:
    """Skatteverket: Luhn over the last ten digits, and a date (coordination numbers add 60 to the day)."""
    d = digits_of(text)[-10:]
    return len(d) == 10 and 1 <= int(d[2:4]) <= 12 and 1 <= int(d[4:6]) % 60 <= 31 and luhn(d)


def nl_bsn(text: str) -> bool:
    """RvIG: the eleven test, last weight -1."""
    d = digits_of(text)
    return len(d) == 9 and int(d) > 0 and sum(int(n) * w for n, w in zip(d, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0


def fr_nir(text: str) -> bool:
    """INSEE: key = 97 - number mod 97; Corsica 2A, 2B count as 19, 18."""
    t = re.sub(r"[^0-9AB]", "", text.upper())
    if len(t) != 15 or not t[-2:].isdigit():
        return False
    number = t[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(t[13:])


def be_national(text: str) -> bool:
    """Rijksregister: 97 - nine digits mod 97, with a leading 2 for those born from 2000."""
    d = digits_of(text)
    return len(d) == 11 and any(97 - int(lead + d[:9]) % 97 == int(d[9:]) for lead in ("", "2"))


def de_tax_id(text: str) -> bool:
    """BZSt: ISO 7064 mod 11,10 over eleven digits, the first not 0."""
    d = digits_of(text)
    if len(d) != 11 or d[0] == "0":
        return False
    product = 10
    for n in d[:10]:
        total = (int(n) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(d[10])


_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            1,
            0,
            5,
            7,
            9,
            13,
            15,
            17,
            19,
            21,
            1,
            0,
            5,
            7,
            9,
            13,
            15,
            17,
            19,
            21,
            2,
            4,
            18,
            20,
            11,
            3,
            6,
            8,
            12,
            14,
            16,
            10,
            22,
            25,
            24,
            23,
        ),
        strict=True,
    )
)


def it_fiscal(text: str) -> bool:
    """DM 23 December 1976: control letter over 15 characters; L to V stand for digits where two people would share a code."""
    t = re.sub(r"\s", "", text.upper())
    if not re.fullmatch(r"[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]", t):
        return False
    even = sum(int(c) if c.isdigit() else ord(c) - 65 for c in t[1:15:2])
    return chr(65 + (even + sum(_ODD[c] for c in t[0:15:2])) % 26) == t[15]


def aadhaar(text: str) -> bool:
    """UIDAI: twelve digits, the first not 0 or 1, Verhoeff check digit."""
    d = digits_of(text)
    if len(d) != 12 or d[0] in "01":
        return False
    check = 0
    for i, n in enumerate(reversed(d)):
        check = _dihedral(check, _permuted(i, int(n)))
    return check == 0


def _dihedral(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - 5 - b) % 5 + 5 if b < 5 else (a - b) % 5


def _permuted(position: int, n: int) -> int:
    for _ in range(position % 8):
        n = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[n]
    return n


def vin(text: str) -> bool:
    """17 characters of ISO 3779 without I, O, Q."""
    return bool(re.fullmatch(r"(?=.*\d)(?=.*[A-Z])[A-HJ-NPR-Z0-9]{17}", text.upper()))


_VIN_VALUES = {c: int(v) for c, v in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin_restored(text: str) -> bool:
    """A VIN whose ninth character is its check digit (49 CFR 565.15), once I, O and Q, which no VIN has, are read as 1 and 0."""
    t = re.sub(r"[ \-]", "", text.upper()).translate(_IN_VIN)
    if not vin(t):
        return False
    total = sum((int(c) if c.isdigit() else _VIN_VALUES[c]) * w for c, w in zip(t, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == t[8]


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(n) * w for n, w in zip(digits, weights, strict=True))


def aba(text: str) -> bool:
    """ABA routing number: nine digits, a Federal Reserve prefix in use (01-12, 21-32, 61-72, 80; 00 is the Treasury's
    000000518 alone), weights 3 7 1."""
    d = digits_of(text)
    if len(d) != 9 or len(set(d)) < 3:
        return False
    prefix = int(d[:2])
    if not (1 <= prefix <= 12 or d == "000000518" or 21 <= prefix <= 32 or 61 <= prefix <= 72 or prefix == 80):
        return False
    return _weighted(d, (3, 7, 1) * 3) % 10 == 0


def npi(text: str) -> bool:
    """US National Provider Identifier (45 CFR 162.406): ten digits, the first 1 or 2, Luhn behind the prefix 80840."""
    d = digits_of(text)
    return len(d) == 10 and d[0] in "12" and luhn("80840" + d)


def dea(text: str) -> bool:
    """DEA registration: two letters and seven digits; the last is the last digit of (1+3+5) + 2 (2+4+6)."""
    d = digits_of(text)
    if len(d) != 7:
        return False
    return (_weighted(d[0:6:2], (1, 1, 1)) + 2 * _weighted(d[1:6:2], (1, 1, 1))) % 10 == int(d[6])


def au_tfn(text: str) -> bool:
    """Australian Taxation Office: nine digits, weights 1 4 3 7 5 8 6 9 10, modulus 11."""
    d = digits_of(text)
    return len(d) == 9 and len(set(d)) > 1 and _weighted(d, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def au_medicare(text: str) -> bool:
    """Services Australia: the first digit 2 to 6, the ninth the sum of eight (weights 1 3 7 9) modulus 10."""
    d = digits_of(text)
    return len(d) in {10, 11} and d[0] in "23456" and _weighted(d[:8], (1, 3, 7, 9) * 2) % 10 == int(d[8])


def ie_pps(text: str) -> bool:
    """Department of Social Protection: weights 8 to 2, a second letter counts nine times, modulus 23."""
    m = re.fullmatch(r"(\d{7})([A-W])([A-IW])?", re.sub(r"[ \-]", "", text.upper()))
    if m is None:
        return False
    total = _weighted(m[1], (8, 7, 6, 5, 4, 3, 2)) + (9 * (ord(m[3]) - 64) if m[3] and m[3] != "W" else 0)
    return "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] == m[2]


def machine_digit(text: str) -> int:
    """Check digit of ICAO Doc 9303 part 3: weights 7 3 1, A to Z count 10 to 35, `<` 0. ValueError for other characters."""
    values = [0 if c == "<" else int(c, 36) for c in text]
    return sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10


def de_card(text: str) -> bool:
    """German identity card and passport (ICAO Doc 9303): nine characters and their check digit; nine alone hold no check."""
    t = re.sub(r"[ \-]", "", text.upper())
    if not re.fullmatch(r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d?", t) or sum(c.isdigit() for c in t) < 3:
        return False
    return len(t) == 9 or machine_digit(t[:9]) == int(t[9])


def de_pension(text: str) -> bool:
    """Sozialgesetzbuch VI, VKVV 2: area, date of birth, letter, serial; weights 2 1 2 5 7 1 2 1 2 1 2 1, sums of digits."""
    t = re.sub(r"\s", "", text.upper())
    m = re.fullmatch(r"(\d{8})([A-Z])(\d{2})(\d)", t)
    if m is None or not 1 <= int(t[4:6]) <= 12:
        return False
    digits = m[1] + f"{ord(m[2]) - 64:02d}" + m[3]
    total = sum(sum(divmod(int(n) * w, 10)) for n, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return total % 10 == int(m[4])


def br_cpf(text: str) -> bool:
    """Receita Federal: two check digits, weights 10 to 2 and 11 to 2, modulus 11."""
    d = digits_of(text)
    if len(d) != 11 or len(set(d)) == 1:
        return False
    first = _weighted(d[:9], tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = _weighted(d[:10], tuple(range(11, 1, -1))) * 10 % 11 % 10
    return d[9:] == f"{first}{second}"


def cl_rut(text: str) -> bool:
    """Servicio de Impuestos Internos: weights 2 to 7 from the right, modulus 11, K for 10."""
    t = re.sub(r"[.\- ]", "", text.upper())
    if not re.fullmatch(r"\d{7,8}[\dK]", t):
        return False
    total = sum(int(n) * (2 + i % 6) for i, n in enumerate(reversed(t[:-1])))
    return "0123456789K0"[11 - total % 11] == t[-1]


def ch_ahv(text: str) -> bool:
    """Swiss AHV number: 756 and the check digit of EAN-13."""
    d = digits_of(text)
    return len(d) == 13 and d.startswith("756") and _weighted(d, (1, 3) * 6 + (1,)) % 10 == 0


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
    t = re.sub(r"[()\s]", "", text.upper())
    if not re.fullmatch(r"[A-Z]{1,2}\d{6}[\dA]", t):
        return False
    values = [36] * (9 - len(t)) + [int(c, 36) for c in t[:-1]] + [10 if t[-1] == "A" else int(t[-1])]
    return sum(v * w for v, w in zip(values, range(9, 0, -1), strict=True)) % 11 == 0


def no_birth(text: str) -> bool:
    """Norwegian fødselsnummer (Skatteetaten): a date and two check digits modulus 11."""
    d = digits_of(text)
    if len(d) != 11 or not (1 <= int(d[:2]) % 40 <= 31 and 1 <= int(d[2:4]) % 40 <= 12):
        return False
    first = _weighted(d[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
    return first == 0 and _weighted(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def at_svnr(text: str) -> bool:
    """Austrian social insurance: weights 3 7 9 - 5 8 4 2 1 6, modulus 11, the fourth digit; then a date of birth."""
    d = digits_of(text)
    if len(d) != 10 or d[0] == "0" or not (1 <= int(d[4:6]) <= 31 and 1 <= int(d[6:8]) <= 15):
        return False
    return _weighted(d[:3] + d[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == int(d[3])


def day_month(text: str) -> bool:
    """Six leading digits that are a day, a month and a year (Danish CPR numbers hold no check since 2007)."""
    d = digits_of(text)
    return 1 <= int(d[:2]) <= 31 and 1 <= int(d[2:4]) <= 12


def pt_nif(text: str) -> bool:
    """Autoridade Tributária: weights 9 to 2, modulus 11."""
    d = digits_of(text)
    if len(d) != 9 or d[0] not in "123568":
        return False
    check = 11 - _weighted(d[:8], tuple(range(9, 1, -1))) % 11
    return (0 if check > 9 else check) == int(d[8])


def jp_number(text: str) -> bool:
    """Japanese individual number (Ministry of Internal Affairs): twelve digits, modulus 11."""
    d = digits_of(text)
    if len(d) != 12:
        return False
    total = sum(int(n) * (i + 1 if i <= 6 else i - 5) for i, n in enumerate(reversed(d[:11]), start=1))
    return (0 if total % 11 <= 1 else 11 - total % 11) == int(d[11])
