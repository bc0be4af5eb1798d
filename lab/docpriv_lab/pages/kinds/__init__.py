"""Registers the kinds of document that can be drawn, one module each; it draws nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docpriv_lab.pages.kinds import (
    form,
    id_card,
    invoice,
    letter,
    medical,
    memo,
    receipt,
    registration,
    roster,
    statement,
    tax,
)
from docpriv_lab.pages.kinds.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A document kind: how to draw it, its sheet in points, the countries whose paper it knows, whether
    it is never filled in by hand."""

    draw: Callable[[Scene], None]
    size: tuple[float, float]
    locales: tuple[str, ...]
    typed: bool = False


KINDS: dict[str, Kind] = {
    "form": Kind(draw=form.draw, size=form.SIZE, locales=form.LOCALES),
    "letter": Kind(draw=letter.draw, size=letter.SIZE, locales=letter.LOCALES, typed=True),
    "invoice": Kind(draw=invoice.draw, size=invoice.SIZE, locales=invoice.LOCALES, typed=True),
    "medical": Kind(draw=medical.draw, size=medical.SIZE, locales=medical.LOCALES),
    "statement": Kind(draw=statement.draw, size=statement.SIZE, locales=statement.LOCALES, typed=True),
    "id_card": Kind(draw=id_card.draw, size=id_card.SIZE, locales=id_card.LOCALES, typed=True),
    "receipt": Kind(draw=receipt.draw, size=receipt.SIZE, locales=receipt.LOCALES, typed=True),
    "registration": Kind(draw=registration.draw, size=registration.SIZE, locales=registration.LOCALES, typed=True),
    "memo": Kind(draw=memo.draw, size=memo.SIZE, locales=memo.LOCALES),
    "tax": Kind(draw=tax.draw, size=tax.SIZE, locales=tax.LOCALES),
    "roster": Kind(draw=roster.draw, size=roster.SIZE, locales=roster.LOCALES, typed=True),
}
