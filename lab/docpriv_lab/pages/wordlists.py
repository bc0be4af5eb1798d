"""Word lists from which synthetic documents are put together; plain data, nothing is computed here."""

from __future__ import annotations

from docpriv_lab.synthesis.stock import FAMILY, FIRM_STEMS, GIVEN, STREETS, TOWNS
from docpriv_lab.synthesis.wording import FIRMS, MONTHS, TITLES, UK_AREAS, UK_ENDINGS, US_AREAS, US_ENDINGS, US_STATES
from docpriv_lab.synthesis.wording import split as _split

__all__ = [
    "CONDITIONS",
    "FAMILY",
    "FIRMS",
    "FIRM_STEMS",
    "GIVEN",
    "GOODS",
    "GROCERIES",
    "INCOMES",
    "JOBS",
    "MEDICINES",
    "MERCHANTS",
    "MONTHS",
    "STREETS",
    "TITLES",
    "TOWNS",
    "UK_AREAS",
    "UK_ENDINGS",
    "US_AREAS",
    "US_ENDINGS",
    "US_STATES",
]

JOBS = _split(
    "Accounts Manager|Vice President|Claims Adjuster|Office Manager|Case Worker|Director of Operations|"
    "Benefits Coordinator|Senior Underwriter|Registrar|Project Engineer"
)

GOODS: dict[str, tuple[str, ...]] = {
    "US": _split(
        "Copy paper, 20 lb, case|Toner cartridge, black|Steel shelving unit|Consulting hours|Freight "
        "and handling|"
        "Safety gloves, large|Annual service plan|LED panel 2x4|Cable, 50 ft|Desk lamp|Filing cabinet, "
        "4 drawer"
    ),
    "UK": _split(
        "Oak skirting board 3m|Copper pipe 15mm|Site survey|Labour (hours)|Paint, magnolia 10l|Skip "
        "hire, 6 yard|"
        "Emergency call-out|Galvanised hinge, pair"
    ),
    "DE": _split(
        "Kopierpapier A4|Druckerpatrone schwarz|Wartungspauschale|Montagestunden|Versandkosten|"
        "Regalsystem Buche|"
        "Schreibtischleuchte"
    ),
    "FR": _split("Papier A4, carton|Cartouche d'encre|Prestation de conseil|Frais de port|Lampe de bureau|Étagère murale"),
}

GROCERIES = _split(
    "WHOLE MILK 1GAL|WHEAT BREAD|BANANAS 2.3 LB|CHKN BREAST|ORANGE JUICE|EGGS LARGE DZ|COFFEE 12OZ|"
    "PAPER TOWELS|GREEK YOGURT|AAA BATTERIES|DISH SOAP|RED GRAPES|CHEDDAR 8OZ|PASTA PENNE|AIR FILTER|"
    "WOOD SCREWS #8|CLUB SANDWICH|SOUP OF DAY|LATTE LRG"
)

MERCHANTS = _split(
    "CARDINAL GROCERY #114|METRO TRANSIT|LAKESIDE UTILITIES|CORNER FUEL|ONLINE BOOKSHOP|"
    "CITY WATER DEPT|HILLTOP FITNESS|CASH WITHDRAWAL|MORTGAGE PAYMENT|PHARMACY PLUS 22"
)

CONDITIONS = _split(
    "Asthma|Diabetes|Hypertension|Heart disease|Arthritis|Thyroid disorder|Migraine|Kidney disease|Cancer|"
    "Seizures|Depression|Anemia"
)

MEDICINES = _split(
    "Lisinopril 10 mg|Metformin 500 mg|Atorvastatin 20 mg|Omeprazole 20 mg|Levothyroxine 50 mcg|"
    "Ibuprofen 400 mg|Amoxicillin 500 mg"
)

INCOMES = _split("PAYROLL DEPOSIT|INTEREST EARNED|REFUND ONLINE BOOKSHOP|CASH DEPOSIT")
