"""Writes what stands on a line of Latin print: words, names, capitals, figures, addresses; invented throughout."""

from __future__ import annotations

import random
from typing import Final

from docpriv_lab.pages import script_lines
from docpriv_lab.synthesis import stock
from docpriv_lab.synthesis.wording import split

PLAIN: Final = split(
    "the|of|and|to|in|a|is|that|for|was|on|with|as|be|by|at|this|have|are|not|from|but|or|an|which|you|were|all|we|their|has|"
    "been|will|would|there|your|please|find|enclosed|our|invoice|dated|regarding|account|payment|received|within|thirty|days|"
    "balance|due|total|amount|number|date|name|address|telephone|signature|patient|doctor|hospital|policy|claim|customer|order|"
    "quantity|description|unit|price|tax|subtotal|shipping|delivery|terms|conditions|agreement|between|parties|hereby|shall|"
    "under|section|form|page|copy|office|use|only|check|box|if|applicable|yes|no|other|specify|state|city|zip|code|country|"
    "department|director|manager|company|limited|corporation|bank|branch|routing|sincerely|yours|dear|sir|madam|thank|letter|"
    "meeting|report|project|schedule|research|program|advertising|sales|marketing|tobacco|registration|foreign|agent|statement|"
    "exhibit|pursuant|act|information|required|service|period|employee|employer|wages|income|social|security|birth|place|sex|"
    "height|weight|eyes|issued|expires|licence|passport|nationality|reference|subject|attention|facsimile|transmission|"
    "der|die|das|und|für|mit|Rechnung|Straße|Ihre|Kunde|les|des|une|pour|facture|numéro|très|los|para|señor|número|não|então"
)


def latin(rng: random.Random) -> str:
    """One line as it stands on papers; one in four without a small letter, one in eight without a letter."""
    draw = rng.random()
    if draw < 0.13:
        return _figures(rng)
    if draw < 0.2:
        return _mail(rng)
    if draw < 0.32:
        return f"{_cased(rng, rng.choice(PLAIN))}{rng.choice((':', '', '.', ' #'))} {_figures(rng)}"
    if draw < 0.45:
        return name(rng)
    return prose(rng, rng.choice((1, 1, 2, 3, 4, 5, 6, 7)))


def prose(rng: random.Random, count: int) -> str:
    """`count` words in small letters, capitals or with a capital each."""
    return _cased(rng, " ".join(rng.choice(PLAIN) for _ in range(count))) + rng.choice(("", "", "", ".", ",", ":"))


def name(rng: random.Random) -> str:
    """A person, a street or a town."""
    kind = rng.random()
    if kind < 0.6:
        area = rng.choice(tuple(stock.GIVEN))
        text = f"{rng.choice(rng.choice(stock.GIVEN[area]))} {rng.choice(stock.FAMILY[area])}"
    else:
        area = rng.choice(tuple(stock.STREETS))
        text = f"{rng.randint(1, 999)} {rng.choice(stock.STREETS[area])}" if kind < 0.8 else rng.choice(stock.TOWNS[area])
    return text.upper() if rng.random() < 0.25 else text


def accented(rng: random.Random) -> str:
    """Words of Vietnamese, Turkish, Polish, Hungarian and others."""
    return script_lines.sentence("latin", rng, rng.choice((1, 2, 3, 4)))


def _figures(rng: random.Random) -> str:
    n = rng.randint
    return rng.choice(
        (
            f"{n(1, 28):02}/{n(1, 12):02}/{n(1950, 2029)}",
            f"{n(1, 999)}.{n(0, 99):02}",
            f"${n(1, 99)},{n(100, 999)}.{n(0, 99):02}",
            f"({n(201, 989)}) {n(200, 999)}-{n(1000, 9999)}",
            f"{n(100, 999)}-{n(10, 99)}-{n(1000, 9999)}",
            f"{n(10**7, 10**11)}",
            f"{n(1, 99)} %  {n(1, 99)}",
            f"{chr(n(65, 90))}{chr(n(65, 90))}-{n(1000, 99999)}",
            f"{n(1, 9)} {n(10, 99)} {n(100, 999)}  {n(0, 9)}",
            f"{n(1, 12)}:{n(0, 59):02} PM",
        )
    )


def _mail(rng: random.Random) -> str:
    user, host = rng.choice(PLAIN), rng.choice(PLAIN)
    return rng.choice(
        (
            f"{user}.{host}@{host}.com",
            f"www.{user}{host}.org",
            f"{user}{rng.randint(1, 99)}@mail.example",
            f"http://{host}.net/{user}",
        )
    )


def _cased(rng: random.Random, text: str) -> str:
    draw = rng.random()
    return text.upper() if draw < 0.28 else text.title() if draw < 0.5 else text.capitalize() if draw < 0.7 else text
