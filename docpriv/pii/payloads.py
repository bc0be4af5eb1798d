"""Spells out what a barcode holds as labelled lines that the detectors of text understand.

Known forms: AAMVA (driving licences of North America), vCard, MECARD, IATA boarding passes, EPC and Swiss payment codes.
Anything else stays as it is: it may be plain text, an address of the web, or a bare number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# AAMVA DL/ID Card Design Standard (2020), annex D: data elements of the PDF417 symbol. Parts of a name come as they stand.
_AAMVA = {
    "DAQ": "Driver license number",
    "DBB": "Date of birth",
    "DCF": "Document number",
    "DAA": "Name",
    "DCK": "Inventory control number",
}
_AAMVA_NAME = (("DAC", "DCT", "DBP"), ("DAD", "DBQ"), ("DCS", "DAB", "DBO"))  # given, middle, family name
_AAMVA_PLACE = ("DAG", "DAH", "DAI", "DAJ", "DAK")
_AAMVA_LINE = re.compile(r"^(?:DL|ID)?(D[A-D][A-Z])(.*)$")
# RFC 6350 (vCard 4.0), section 6, and the MECARD notes of NTT DOCOMO share these names.
_CARD = {
    "FN": "Name",
    "TEL": "Phone",
    "EMAIL": "Email",
    "BDAY": "Date of birth",
    "NICKNAME": "Name",
    "ADR": "Address",
    "N": "Name",
}
_CARD_FRAME = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "KIND", "SOURCE"})
_CARD_LINE = re.compile(r"^(?:item\d+\.)?([A-Z]+)(?:;[^:]*)?:(.*)$", re.I)
# IATA Resolution 792, bar coded boarding pass: format, legs, name of 20 characters, electronic ticket, record locator.
_BOARDING = re.compile(r"^M[1-4]([A-Z][A-Z /.'-]{19})[ A-Z]([A-Z0-9 ]{7})")


def spelled_out(payload: str) -> str:
    """The text of a code's content: `Name: ...` lines where its form is known, else the content itself."""
    text = payload.replace("\r\n", "\n").replace("\r", "\n").replace("\x1e", "\n").replace("\x1d", "\n")
    for form in _FORMS:
        lines = list(form(text))
        if lines:
            return "\n".join(lines)
    return text


def _aamva(text: str) -> Iterator[str]:
    if "ANSI " not in text and "AAMVA" not in text:
        return
    values: dict[str, str] = {}
    body = re.sub(r"(ANSI |AAMVA).*?(DL|ID)(?=D[A-D][A-Z])", r"\1\n\2", text, count=1, flags=re.S)
    for line in body.split("\n"):
        match = _AAMVA_LINE.match(line.strip())
        if match and match[2].strip() not in {"", "NONE", "unavl"}:
            values.setdefault(match[1], match[2].strip())
    parts = [next((values[key] for key in keys if key in values), "") for keys in _AAMVA_NAME]
    name = " ".join(part.replace(",", " ") for part in parts if part)
    if name:
        yield f"Name: {name}"
    place = [values[key] for key in _AAMVA_PLACE if key in values]
    if place:
        yield "Address: " + ", ".join(place)
    for key, label in _AAMVA.items():
        if key in values:
            yield f"{label}: {_date(values[key]) if key == 'DBB' else values[key]}"


def _date(digits: str) -> str:
    """MMDDCCYY (United States) or CCYYMMDD (Canada) with separators."""
    if not re.fullmatch(r"\d{8}", digits):
        return digits
    if 1800 <= int(digits[:4]) <= 2100 and int(digits[4:6]) <= 12:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"


def _card(text: str) -> Iterator[str]:
    if text.lstrip().upper().startswith("MECARD:"):
        lines = re.split(r"(?<!\\);", text.lstrip()[7:])
    elif "BEGIN:VCARD" in text.upper():
        lines = re.sub(r"\n[ \t]", "", text).split("\n")  # folded lines, RFC 6350, 3.2
    else:
        return
    for line in lines:
        match = _CARD_LINE.match(line.strip())
        if match is None or not match[2].strip(" ;,"):
            continue
        key, value = match[1].upper(), match[2].replace("\\,", ",").replace("\\n", ", ")
        parts = [part.strip() for part in re.split(r"[;,]" if key == "N" else ";", value) if part.strip()]
        if not parts:  # separators alone
            continue
        if key == "N":  # family; given; further; titles
            yield "Name: " + " ".join([*parts[1:3], parts[0]])
        elif key in _CARD:
            yield f"{_CARD[key]}: {', '.join(parts)}"
        elif key not in _CARD_FRAME:
            yield match[2]


def _boarding(text: str) -> Iterator[str]:
    match = _BOARDING.match(text)
    if match is not None and "/" in match[1]:
        family, _, given = match[1].strip().partition("/")
        yield f"Passenger name: {given} {family}".strip()
        yield f"Booking reference: {match[2].strip()}"


def _payment(text: str) -> Iterator[str]:
    """EPC069-12 (`BCD`) and the Swiss Implementation Guidelines QR-bill (`SPC`): parties stand on lines of their own."""
    lines = [line.strip() for line in text.split("\n")]
    if lines[0] == "BCD" and len(lines) > 6:
        yield f"Account holder: {lines[5]}"
        yield f"IBAN: {lines[6]}"
        yield from (line for line in lines[7:] if line)
    elif lines[0] == "SPC" and len(lines) > 10:
        yield f"IBAN: {lines[3]}"
        for at in (4, 20):  # creditor, ultimate debtor: address type, name, two or five lines of address
            party = lines[at + 1 : at + 7]
            if party and party[0]:
                yield f"Name: {party[0]}"
                yield "Address: " + ", ".join(p for p in party[1:] if p)
        yield from (line for line in lines[27:] if line)


_FORMS: tuple[Callable[[str], Iterator[str]], ...] = (_aamva, _card, _boarding, _payment)
