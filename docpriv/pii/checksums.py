"""Check digits of numbers that identify people; each says only whether a number is well formed.

Sources: ISO/IEC 7812-1 (Luhn), ISO 7064 (mod 97), and the issuing authorities' published rules named at
each function.
"""

from __future__ import annotations

import re


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
    return (
        d[0] in "46"
        or d[:2] in {"30", "34", "35", "36", "37", "38"}
        or "51" <= d[:2] <= "55"
        or "2221" <= d[:4] <= "2720"
    )


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
    return (
        len(d) == 9
        and int(d) > 0
        and sum(int(n) * w for n, w in zip(d, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
    )


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
    """DM 23 December 1976: control letter over 15 characters."""
    t = re.sub(r"\s", "", text.upper())
    if not re.fullmatch(r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", t):
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
