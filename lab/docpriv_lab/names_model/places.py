"""Writes addresses and places in the forms that documents use; each result is a place and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from docpriv_lab.names_model.people import People
from docpriv_lab.names_model.pools import Pools
from docpriv_lab.names_model.wording import phrases, words
from docpriv_lab.synthesis.people import People as Folk

_WELL_KNOWN_CITIES: Final = phrases(
    """New York|London|Chicago|Houston|Boston|Toronto|Sydney|Mumbai|Delhi|Dublin|Paris|Berlin|Madrid|Rome|Singapore
|Hong Kong|Tokyo|Dubai|Manila|Lagos|Nairobi|Seattle|Denver|Atlanta|Richmond|Louisville|Winston-Salem
|Greensboro|Kuala Lumpur|Johor Bahru|Geneva|Brussels|Ottawa|Vienna|Seoul|Beijing|Cairo|Lima|Bogota|Caracas
|Jerusalem|Ankara|Warsaw|Lisbon|Oslo"""
)
_TWO_WORD_CITIES: Final = (
    "Washington",
    "New York",
    "Los Angeles",
    "Kansas City",
    "San Jose",
    "St. Louis",
    "Fort Worth",
)
_REGIONS: Final = phrases(
    """Ontario|Kent|Bavaria|Queensland|Gujarat|Selangor|Surrey|Maharashtra|Victoria|Essex|Bermuda|Quebec|Catalonia
|Scotland|Penang|Guam|Puerto Rico"""
)
_COUNTRIES: Final = phrases(
    """USA|U.S.A.|United States|United Kingdom|UK|India|Canada|Germany|France|Australia|Ireland|Malaysia|Mexico
|Spain|Japan|Korea|Taiwan|Turkey|Israel|Switzerland|Venezuela|South Africa"""
)
_STREET_KINDS: Final = words(
    """St Ave Avenue Blvd Road Rd. Dr Lane Ln Way Court Ct Place Pkwy Highway Street Street Square Terrace Drive
Circle Boulevard ST. AVE. Plaza Pike"""
)
_DIRECTIONS: Final = ("N", "S", "E", "W", "North", "South", "East", "West", "N.", "W.")
_QUADRANTS: Final = ("NW", "N.W.", "NE", "SW", "S.E.", "N. W.", "S.W.", "N.E.", "SE")
_BUILDINGS: Final = ("Tower", "Building", "House", "Plaza", "Centre", "Office Park", "Court", "Complex", "Mall")


class Places:
    """Addresses and places, drawn from one half of the pools with one random generator."""

    def __init__(self, pools: Pools, people: People, folk: Sequence[Folk], rng: random.Random) -> None:
        """`folk` invents addresses of other countries beside those of the pools."""
        self._pools = pools
        self._people = people
        self._folk = folk
        self._rng = rng

    def city(self) -> str:
        """A city or town, large ones more often."""
        if self._rng.random() < 0.75:
            return self._rng.choices(self._pools.cities, cum_weights=self._pools.city_weights)[0]
        return self._rng.choice(_WELL_KNOWN_CITIES)

    def state(self) -> str:
        """A US state or a region elsewhere, in full."""
        return self._rng.choice(self._pools.states if self._rng.random() < 0.8 else _REGIONS)

    def state_code(self) -> str:
        """A US state in two letters."""
        return self._rng.choice(self._pools.state_codes)

    def country(self) -> str:
        """A country."""
        return self._rng.choice(self._pools.countries if self._rng.random() < 0.5 else _COUNTRIES)

    def county(self) -> str:
        """The name of a county, without that word."""
        return self._people.surname()

    def zip_code(self) -> str:
        """A postal code: mostly US, else UK, Canadian or a number of 4 to 6 digits."""
        kind = self._rng.random()
        if kind < 0.75:
            return self._digits(5)
        if kind < 0.82:
            return f"{self._letters(2)}{self._digits(1)} {self._digits(1)}{self._letters(2)}"
        if kind < 0.87:
            forward = f"{self._letters(1)}{self._digits(1)}{self._letters(1)}"
            return f"{forward} {self._digits(1)}{self._letters(1)}{self._digits(1)}"
        return self._digits(self._rng.choice((4, 5, 6)))

    def unit(self) -> str:
        """A flat, suite, floor or room."""
        number = self._rng.randint(1, 999)
        return self._rng.choice(
            (
                f"Apt {number}",
                f"Apt. {number % 40 + 1}{self._rng.choice(('', 'A', 'B'))}",
                f"Suite {number}",
                f"#{number}",
                f"{number % 40 + 2}th Floor",
                f"Unit {number % 50}",
                f"Ste. {number}",
                f"Room {number}",
                f"APT {number % 30}C",
            )
        )

    def city_state(self) -> str:
        """City and state or country, on one line."""
        return f"{self.city()}, {self._pick(self.state_code, self.state, self.country)}"

    def city_zip(self) -> str:
        """The last line of a US address."""
        city = self.city() if self._rng.random() < 0.85 else self._rng.choice(_TWO_WORD_CITIES)
        state = self._pick(self.state_code, self.state_code, self.state_code, self.state, self._dotted_state)
        if self._rng.random() < 0.06:
            city, state = "Washington", self._rng.choice(("D.C.", "D. C.", "DC", "D.C", "D.C.,"))
        code = self.zip_code()
        if self._rng.random() < 0.15:
            code = self._digits(5) + self._rng.choice(("-", " -", "- ", " ")) + self._digits(4)
        return city + self._rng.choice((", ", ", ", ", ", " ", " ", ". ", ",")) + state + self._gap() + code

    def street(self) -> str:
        """The first line of an address: house number and street, or a post box."""
        kind = self._rng.random()
        if kind < 0.3:
            return self._rng.choice(self._pools.streets)
        if kind < 0.38:
            box = self._rng.choice(("P.O. Box", "PO Box", "P O Box", "Post Office Box", "P. O. BOX", "Box"))
            return f"{box} {self._rng.randint(10, 99_999)}"
        if kind < 0.42:
            return self._asian_street()
        if kind < 0.48:
            return self._country_road()
        return self._american_street()

    def address(self) -> str:
        """A whole address over several lines."""
        kind = self._rng.random()
        if kind < 0.15:
            return self._rng.choice(self._pools.us_addresses).replace(", ", "\n", 1)
        if kind < 0.25:
            return self._rng.choice(self._pools.foreign_addresses)
        return "\n".join(self._invented()) if kind < 0.38 else self._composed("\n")

    def address_line(self) -> str:
        """A whole address on one line."""
        kind = self._rng.random()
        if kind < 0.2:
            return self._rng.choice(self._pools.us_addresses)
        if kind < 0.3:
            return self._rng.choice(self._pools.foreign_addresses).replace("\n", ", ")
        if kind < 0.38:
            return ", ".join(self._invented())
        separator = self._rng.choice((", ", ", ", ", ", " ", ", ", " • ", " / ", " | ", " - "))
        return self._composed(separator).replace("\n", ", ")

    def _invented(self) -> Sequence[str]:
        return self._rng.choice(self._folk).address(firm=self._rng.random() < 0.3).lines

    def _composed(self, separator: str) -> str:
        parts = [self.street()]
        kind = self._rng.random()
        if kind < 0.12:
            parts.insert(0, self._building())
        elif kind < 0.2:
            parts.append(self.unit())
        ending = self._rng.random()
        if ending < 0.72:
            parts.append(self.city_zip())
        elif ending < 0.8:
            parts += [self.city(), self.zip_code()]
        elif ending < 0.86:
            parts.append(f"{self.zip_code()} {self.city()}")
        elif ending < 0.94:
            parts.append(self.city())
        if self._rng.random() < 0.15:
            parts.append(self.country())
        return separator.join(parts)

    def _american_street(self) -> str:
        number = str(self._rng.randint(1, 9999))
        if self._rng.random() < 0.25:
            number += " " + self._rng.choice(_DIRECTIONS)
        ordinal = f"{self._rng.randint(1, 150)}{self._rng.choice(('st', 'nd', 'rd', 'th'))}"
        name = self._pick(self._people.surname, self._people.surname, self._fancy, lambda: ordinal, self.state)
        line = f"{number} {name} {self._rng.choice(_STREET_KINDS)}"
        kind = self._rng.random()
        if kind < 0.1:
            return line + self._rng.choice((", ", " ")) + self._rng.choice(_QUADRANTS)
        if kind < 0.15:
            return f"{line}, {self._rng.choice(_QUADRANTS)}{self._rng.choice((', ', ' '))}{self.unit()}"
        return line + self._rng.choice((", ", " ")) + self.unit() if kind < 0.4 else line

    def _country_road(self) -> str:
        number = self._rng.randint(1, 900)
        route = self._rng.choice(("R.R.", "RR", "Rt.", "Route", "R.F.D.", "Rural Route", "RFD #"))
        road = self._rng.choice(("Highway", "Hwy.", "State Road", "US Hwy", "County Road", "Hwy"))
        return self._rng.choice(
            (
                f"{route} {number % 9 + 1}, Box {self._rng.randint(1, 999)}",
                f"{route} {number % 9 + 1} Box {self._rng.randint(1, 999)}",
                f"P.O. Drawer {number}",
                f"{self._rng.randint(100, 9999)} {road} {number} {self._rng.choice(_DIRECTIONS)}",
                f"{self._rng.randint(100, 9999)} {road} {number}",
            )
        )

    def _asian_street(self) -> str:
        kind = self._rng.choice(("Flat", "Unit", "No.", "Plot No", "House No.", "H.No", "Lot", "Block", "NO", "No"))
        number = f"{self._rng.randint(1, 400)}{self._rng.choice(('', '/', '-', ', '))}{self._rng.randint(1, 99)}"
        road = self._rng.choice(
            ("Jalan", "JLN", "MG Road", "Sector", "Gandhi Nagar,", "High Street,", "Station Road,", "Lorong", "Taman",
             "Industrial Estate,", "Phase II,", "Kampung", "Persiaran")
        )  # fmt: skip
        return f"{kind} {number}, {road} {self._rng.choice((self._people.surname(), str(self._rng.randint(1, 60))))}"

    def _building(self) -> str:
        if self._rng.random() < 0.2:
            return f"One {self._fancy()} Plaza"
        return f"{self._pick(self._fancy, self._people.surname)} {self._rng.choice(_BUILDINGS)}"

    def _dotted_state(self) -> str:
        code = self.state_code()
        return f"{code[0]}. {code[1]}." if self._rng.random() < 0.5 else f"{code[0]}.{code[1]}."

    def _fancy(self) -> str:
        return self._rng.choice(self._pools.fancy_words)

    def _gap(self) -> str:
        return self._rng.choice((" ", " ", " ", "  ", ", ", "   "))

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choices("0123456789", k=count))

    def _letters(self, count: int) -> str:
        return "".join(self._rng.choices("ABCDEFGHJKLMNPRSTUVWXY", k=count))

    def _pick(self, *makers: Callable[[], str]) -> str:
        return self._rng.choice(makers)()
