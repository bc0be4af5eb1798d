"""Writes names of companies, authorities, hospitals, banks and schools, and of products named after people; the
latter look like names and carry no label."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from docpriv_lab.names_model.people import People
from docpriv_lab.names_model.places import Places
from docpriv_lab.names_model.pools import Pools
from docpriv_lab.names_model.wording import phrases, words

_TRADES: Final = words(
    """Systems Logistics Foods Trading Supply Electronics Pharma Consulting Textiles Motors Insurance Energy
Technologies Construction Plumbing Media Labs Industries Hardware Stationery Enterprise Communications
Airlines Publishing Chemical Tobacco Advertising Partners"""
)
_FORMS: Final = phrases(
    """Inc.|Ltd|LLC|Corp.|Co.|GmbH|Pvt. Ltd.|Sdn Bhd|PLC|S.A.|Company|Inc|Limited|Incorporated|Corporation|N.A.
|L.P."""
)
_SHOPS: Final = words(
    """RESTORAN SYARIKAT KEDAI PASARAYA KLINIK RESTAURANT HOTEL CAFE FARMACIA BOULANGERIE TIENDA LIBRERIA AUTOHAUS
BACKEREI TRATTORIA SALON GARAGE"""
)
_SHOP_KINDS: Final = phrases(
    """MART|STORE|SUPERMARKET|BOOKSTORE|STATIONERY|HARDWARE|PHARMACY|MACHINERY|ENTERPRISE|TRADING|HOLDINGS
|MARKETING|PHOTO STUDIO|BAKERY|OPTICAL|PETROL STATION|FURNITURE|GENERAL STORE|IMPORT EXPORT|CATERING|BOOKS
|ELECTRICAL"""
)
_SHOP_FORMS: Final = (
    "SDN BHD",
    "(M) SDN BHD",
    "SDN. BHD.",
    "PTE LTD",
    "LTD",
    "INC",
    "S.r.l.",
    "& CO",
    "Lda",
    "LLC",
    "",
)
_FAMILY_FIRMS: Final = phrases(
    """& Sons|& Associates|Brothers|LLP|& Co.|Group|Bakery|Pharmacy|Auto Repair|Realty|Law Firm|Foundation
|Industries|International|& Company, Inc.|Funeral Home"""
)
_CARE: Final = phrases(
    """Hospital|Medical Center|Clinic|Health System|Community Hospital|Family Practice|Dental Care|Laboratory
|Childrens Hospital|Urgent Care|Memorial Hospital|Nursing Home|Pediatrics"""
)
_BANKS: Final = phrases("National Bank|Savings Bank|Bank|Credit Union|Trust Company|Financial|Bancorp|Bank, N.A.")
_BRAND_TAILS: Final = phrases(
    """Lights|Menthol|100's|Kings|Ultra|Premium|Special|Gold|Filter|King Size|K. S.|Box|Green|Blend|Classic|Plus|XL
|2000|Red|Original|Deluxe|Mark II|Regular|Promotion|Program|Project|Study|Test Market|Pack|Carton|Series B"""
)


class Organizations:
    """Names of organisations, drawn from one half of the pools with one random generator."""

    def __init__(self, pools: Pools, people: People, places: Places, rng: random.Random) -> None:
        self._pools = pools
        self._people = people
        self._places = places
        self._rng = rng

    def organization(self) -> str:
        """Any organisation."""
        makers = (self.company, self.hospital, self.bank, self.school, self.agency)
        return self._rng.choices(makers, (6, 1, 1, 1, 1))[0]()

    def company(self) -> str:
        """A firm or shop."""
        kind = self._rng.random()
        if kind < 0.45:
            return self._rng.choice(self._pools.companies)
        if kind < 0.55:
            return self._shop()
        if kind < 0.73:
            return f"{self._fancy()} {self._rng.choice(_TRADES)} {self._rng.choice(_FORMS)}"
        if kind < 0.83:
            return f"{self._people.surname()} {self._rng.choice(_FAMILY_FIRMS)}"
        if kind < 0.92:
            partners = f"{self._people.surname()}, {self._people.surname()} & {self._people.surname()}"
            return partners + self._rng.choice(("", " LLP", " PC", ", L.L.P."))
        kinds = (
            "Trust",
            "Foundation",
            "Association",
            "Council",
            "Committee",
            "Institute",
            "Agency",
            "Center",
            "Society",
        )
        return f"{self._fancy()} {self._fancy()} {self._rng.choice(kinds)}"

    def hospital(self) -> str:
        """A hospital, practice or laboratory."""
        name = self._pick(lambda: "St. " + self._people.first(), self._fancy, self._people.surname, self._places.city)
        return f"{name} {self._rng.choice(_CARE)}"

    def bank(self) -> str:
        """A bank."""
        name = self._pick(lambda: "First", lambda: "Bank of", self._fancy, self._places.city, self._people.surname)
        return f"{name} {self._rng.choice(_BANKS)}"

    def school(self) -> str:
        """A school or university."""
        kind = self._rng.random()
        if kind < 0.33:
            return f"University of {self._places.city()}"
        if kind < 0.66:
            kinds = ("University", "College", "High School", "Elementary School", "Academy")
            return f"{self._people.surname()} {self._rng.choice(kinds)}"
        public = ("State University", "Community College", "School District", "Institute of Technology")
        return f"{self._places.city()} {self._rng.choice(public)}"

    def agency(self) -> str:
        """A public authority."""
        topics = (
            "Health",
            "Revenue",
            "Motor Vehicles",
            "Labor",
            "Education",
            "Transportation",
            "Agriculture",
            "Justice",
        )
        affairs = ("Finance", "Home Affairs", "Immigration", "Statistics", "Trade", "Tourism", "Foreign Affairs")
        offices = ("Clerk", "Court", "Sheriff", "Health Department", "Board of Elections")
        return self._pick(
            lambda: f"Department of {self._rng.choice(topics)}",
            lambda: f"City of {self._places.city()}",
            lambda: f"State of {self._places.state()}",
            lambda: f"{self._places.city()} County {self._rng.choice(offices)}",
            lambda: f"{self._rng.choice(('Ministry of', 'Bureau of', 'Office of'))} {self._rng.choice(affairs)}",
            lambda: f"Embassy of {self._places.country()}",
            lambda: f"Government of {self._places.country()}",
        )

    def brand(self) -> str:
        """A product, campaign or study whose name begins with a surname, a city or a fancy word: not a person."""
        name = self._pick(
            self._people.surname, self._fancy, self._places.city, self._people.surname, self._people.first,
            lambda: f"{self._fancy()} {self._fancy()}",
        )  # fmt: skip
        return f"{name} {self._rng.choice(_BRAND_TAILS)}"

    def _shop(self) -> str:
        name = self._pick(
            self._people.surname,
            self._fancy,
            self._people.first,
            lambda: f"{self._people.surname()} {self._people.surname()}",
        )
        form = self._rng.choice(_SHOP_FORMS)
        if self._rng.random() < 0.5:
            return f"{self._rng.choice(_SHOPS)} {name} {form}".strip()
        return f"{name} {self._rng.choice(_SHOP_KINDS)} {form}".strip()

    def _fancy(self) -> str:
        return self._rng.choice(self._pools.fancy_words)

    def _pick(self, *makers: Callable[[], str]) -> str:
        return self._rng.choice(makers)()
