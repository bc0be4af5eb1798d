"""Forms of vehicle plates by country; refuses one without a word about a vehicle near it, since part numbers look alike.

Sources: the registration rules of each country (DVLA INF104; FZV Anlage 1; RDW, sidecodes; Code de la route R317-8; D.P.R.
495/1992 art. 255; Orden de 15.9.2000; Dz.U. 2017 poz. 2355; KDV Anlage; TRAFI). States of the US share no form: there
the label decides (`announced`, `fields`), and here only what a word about plates precedes.
"""

from __future__ import annotations

from docpriv.model import Kind
from docpriv.pii.shape import Shape

_WORDS = (
    "vehicle",
    "plate",
    "plates",
    "reg",
    "registration",
    "car",
    "vrm",
    "vrn",
    "motor",
    "kennzeichen",
    "kfz",
    "fahrzeug",
    "kenteken",
    "voertuig",
    "immatriculation",
    "immatriculé",
    "véhicule",
    "plaque",
    "targa",
    "targato",
    "veicolo",
    "matrícula",
    "vehículo",
    "placa",
    "rejestracyjny",
    "pojazd",
)
_ABOUT_VEHICLES = tuple(word for word in _WORDS if word not in {"reg", "registration", "motor"})
"""Persons and firms are registered too: such a word alone is enough for the strictest forms only."""
_SIDECODES = (
    r"[A-Z]{2}-\d{2}-\d{2}",
    r"\d{2}-\d{2}-[A-Z]{2}",
    r"\d{2}-[A-Z]{2}-\d{2}",
    r"[A-Z]{2}-\d{2}-[A-Z]{2}",
    r"[A-Z]{2}-[A-Z]{2}-\d{2}",
    r"\d{2}-[A-Z]{2}-[A-Z]{2}",
    r"\d{2}-[A-Z]{3}-\d",
    r"\d-[A-Z]{3}-\d{2}",
    r"[A-Z]{2}-\d{3}-[A-Z]",
    r"[A-Z]-\d{3}-[A-Z]{2}",
    r"[A-Z]{3}-\d{2}-[A-Z]",
)


def _plate(entity: str, form: str, *, strict: bool = False) -> Shape:
    return Shape(
        entity=entity,
        kind=Kind.LICENCE_PLATE,
        regex=rf"(?<![\w\-])(?-i:{form})(?![\w\-])",
        score=0.15,
        context=_WORDS if strict else _ABOUT_VEHICLES,
    )


PLATES: tuple[Shape, ...] = (
    _plate("UK_PLATE", r"[A-Z]{2}\d{2} ?[A-Z]{3}", strict=True),
    _plate("UK_PLATE_PREFIX", r"[A-HJ-NPR-TV-Y]\d{1,3} ?[A-Z]{3}"),  # 1983 to 2001
    _plate("DE_PLATE", r"[A-ZÄÖÜ]{1,3}[ \-–][A-Z]{1,2}[ \-–]?\d{1,4}[EH]?"),
    _plate("FR_IT_PLATE", r"[A-HJ-NP-TV-Z]{2}[ \-]?\d{3}[ \-]?[A-HJ-NP-TV-Z]{2}", strict=True),
    _plate("FR_PLATE_OLD", r"\d{2,4} [A-HJ-NP-TV-Z]{2,3} (?:\d{2}|2A|2B)"),
    _plate("ES_PLATE", r"\d{4}[ \-]?[BCDFGHJKLMNPRSTVWXYZ]{3}"),
    _plate("NL_PLATE", rf"(?:{'|'.join(_SIDECODES)})", strict=True),
    _plate("PL_PLATE", r"[A-Z]{2,3} (?=[A-Z]{0,2}\d)[\dACEFGHJ-NPR-Y]{4,5}"),
    _plate("BE_PLATE", r"[12]-[A-Z]{3}-\d{3}"),
    _plate("CH_PLATE", r"(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)[ \-]?\d{3,6}"),
    _plate("IE_PLATE", r"\d{2,3}-[A-Z]{1,2}-\d{1,6}"),
    _plate("US_PLATE", r"(?:[A-Z]{3}[ \-]\d{3,4}|\d{3}[ \-][A-Z]{3}|\d[A-Z]{3}\d{3})"),
)
