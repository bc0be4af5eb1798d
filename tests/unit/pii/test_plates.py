"""Plates by country: a form with a word about a vehicle near it is one, the form alone is none."""

from __future__ import annotations

import pytest

from docpriv.model import Kind
from docpriv.pii.analyzer import PatternAnalyzer

ANALYZER = PatternAnalyzer(())
SURE = 0.4

# Forms as in the authorities' leaflets named in the files of countries; the letters and digits are invented.
EXAMPLES = [
    ("Vehicle registration: LB07 SEO", "LB07 SEO"),
    ("car reg M123 XYZ", "M123 XYZ"),
    ("Kennzeichen: M-AB 1234", "M-AB 1234"),
    ("Kfz HH-XY 12E", "HH-XY 12E"),
    ("Kenteken 12-ABC-3", "12-ABC-3"),
    ("kenteken GB-123-X", "GB-123-X"),
    ("Immatriculation : AB-123-CD", "AB-123-CD"),
    ("véhicule 123 ABC 75", "123 ABC 75"),
    ("targa AB 123 CD", "AB 123 CD"),
    ("Matrícula 1234 BCD", "1234 BCD"),
    ("nr rejestracyjny WX 12345", "WX 12345"),
    ("plate 1-ABC-123", "1-ABC-123"),
    ("vehicle ZH 123456", "ZH 123456"),
    ("car registration 12-D-12345", "12-D-12345"),
    ("license plate 7ABC123", "7ABC123"),
    ("Plate: ABC-1234", "ABC-1234"),
]


def plates(text: str) -> list[str]:
    return [text[h.start : h.end] for h in ANALYZER.find(text) if h.kind is Kind.LICENCE_PLATE and h.score >= SURE]


@pytest.mark.parametrize(("text", "plate"), EXAMPLES)
def test_a_plate_beside_its_word(text, plate):
    assert plate in plates(f"Terms apply.\n{text}\nPaid in full")


@pytest.mark.parametrize("plate", [p for _, p in EXAMPLES])
def test_the_form_alone_is_none(plate):
    assert not plates(f"Part {plate} on shelf 4")


@pytest.mark.parametrize(
    "text",
    [
        "vehicle weight 1200 KG",
        "car park level 2 bay 14",
        "Registration fee 45.00",
        "plate of 12 x 6 mm",
        "registration opens 2019-04-12",
    ],
)
def test_other_numbers_near_a_vehicle(text):
    assert not plates(text)


@pytest.mark.parametrize("text", ["Registration No. 123 ABC 75", "Reg. 1977 US 12", "registration ABC 1234"])
def test_a_firm_is_registered_too(text):
    assert not plates(text)
