"""Words that invented values are written with whoever they belong to: titles, months, endings of streets and firms;
holds no name of a person."""

from __future__ import annotations


def split(text: str) -> tuple[str, ...]:
    """The parts of a text between "|"."""
    return tuple(part.strip() for part in text.split("|"))


TITLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "US": (("Mr.", "Mr.", "Dr."), ("Ms.", "Mrs.", "Dr.")),
    "UK": (("Mr", "Mr", "Dr"), ("Ms", "Mrs", "Dr", "Miss")),
    "DE": (("Herr", "Herr", "Dr."), ("Frau", "Frau", "Dr.")),
    "FR": (("M.", "Monsieur"), ("Mme", "Madame")),
}
"""Titles of men, then of women."""

MONTHS: dict[str, tuple[str, ...]] = {
    "US": split("January|February|March|April|May|June|July|August|September|October|November|December"),
    "UK": split("January|February|March|April|May|June|July|August|September|October|November|December"),
    "DE": split("Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"),
    "FR": split("janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"),
}

US_ENDINGS = split("Street|St.|Avenue|Ave|Road|Rd.|Drive|Dr.|Lane|Court|Blvd.|Way|Place")

UK_ENDINGS = split("Road|Street|Lane|Close|Avenue|Terrace|Gardens|Crescent")

US_STATES = tuple(
    (p[:2], p[3:])
    for p in split(
        "OH 432|PA 191|TX 750|CA 945|IL 604|NY 148|WA 982|GA 303|MN 554|CO 803|"
        "VA 220|MA 021|OR 972|NC 275|MO 631|WI 537|AZ 852|FL 336"
    )
)
"""State and the first three digits of a ZIP code that fits."""

US_AREAS = split("206|212|312|404|415|503|512|602|614|617|702|713|720|804|816|919|952|973")

UK_AREAS = split("LS|M|B|SW|NE|CF|EH|BS|NR|YO")

FIRMS: dict[str, dict[str, tuple[str, ...]]] = {
    "trade": {
        "US": split("Supply Co.|Industries, Inc.|Office Products|Logistics LLC|Consulting Group|Mutual Insurance Co."),
        "UK": split("Trading Ltd|Engineering Ltd|Services plc|Partners LLP|Estates Ltd"),
        "DE": split("Handels GmbH|Technik AG|Versicherungs AG|Dienstleistungen GmbH & Co. KG"),
        "FR": split("Distribution SARL|Conseil SAS|Assurances SA|Fournitures SARL"),
    },
    "bank": {
        "US": split("Savings Bank|Federal Credit Union|National Bank|Trust Company"),
        "UK": split("Building Society|Bank plc|Private Bank"),
        "DE": split("Volksbank eG|Sparkasse|Privatbank AG"),
        "FR": split("Banque Populaire|Crédit Mutualiste"),
    },
    "clinic": {
        "US": split("Family Medicine|Medical Center|Orthopedic Associates|Regional Hospital|Dental Group"),
        "UK": split("Surgery|Health Centre|NHS Trust|Medical Practice"),
        "DE": split("Klinikum|Gemeinschaftspraxis|Zentrum für Innere Medizin"),
        "FR": split("Clinique|Cabinet Médical|Centre Hospitalier"),
    },
    "office": {
        "US": split("County Department of Human Services|Housing Authority|School District|Board of Elections"),
        "UK": split("Borough Council|District Council|Pensions Office"),
        "DE": split("Landratsamt|Stadtwerke|Studierendenwerk"),
        "FR": split("Préfecture|Mairie|Caisse d'Allocations"),
    },
    "shop": {
        "US": split("Market|Hardware|Pharmacy|Diner|Coffee House|Auto Parts"),
        "UK": split("Bakery|Chemist|Tea Rooms|Garden Centre"),
        "DE": split("Bäckerei|Apotheke|Baumarkt"),
        "FR": split("Boulangerie|Pharmacie|Brasserie"),
    },
}
