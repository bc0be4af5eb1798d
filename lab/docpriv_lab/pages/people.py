"""The invented people that pages are drawn with: those of `synthesis`, from the stock that nothing learns from."""

from __future__ import annotations

from docpriv_lab.synthesis.people import (
    LOCALES,
    TEST_CARDS,
    Address,
    Firm,
    People,
    Person,
    date_text,
    iban_ok,
    luhn_ok,
)

__all__ = ["LOCALES", "TEST_CARDS", "Address", "Firm", "People", "Person", "date_text", "iban_ok", "luhn_ok"]
