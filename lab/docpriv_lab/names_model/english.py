"""What fills the slots of English documents."""

from __future__ import annotations

import random
from collections.abc import Sequence

from docpriv_lab.names_model.organizations import Organizations
from docpriv_lab.names_model.person_names import PersonNames
from docpriv_lab.names_model.places import Places
from docpriv_lab.names_model.pools import Pools
from docpriv_lab.names_model.samples import ADDRESS, LOCATION, ORGANIZATION, PERSON
from docpriv_lab.names_model.slots import Slots
from docpriv_lab.names_model.values import Values
from docpriv_lab.synthesis.people import LOCALES, People


def english_slots(pools: Pools, negatives: Sequence[str], rng: random.Random) -> Slots:
    """The slots of one half; `negatives` are phrases that look like names and are none, for the slot of that name."""
    people = PersonNames(pools, rng)
    stock = pools.stock()
    inventors = tuple(People(rng, locale, stock) for locale in LOCALES)
    places = Places(pools, people, inventors, rng)
    organizations = Organizations(pools, people, places, rng)
    values = Values(pools, inventors, rng)
    return Slots(
        {
            "person": (people.person, PERSON),
            "sorted": (people.sorted_person, PERSON),
            "first": (people.first, PERSON),
            "surname": (people.surname, PERSON),
            "initialed": (people.initials_surname, PERSON),
            "wrapped": (people.wrapped, PERSON),
            "initial": (people.initial, None),
            "title": (people.title, None),
            "ms": (people.title, None),
            "city": (places.city, LOCATION),
            "state": (places.state, LOCATION),
            "st": (places.state_code, LOCATION),
            "country": (places.country, LOCATION),
            "county": (places.county, LOCATION),
            "citystate": (places.city_state, LOCATION),
            "zip": (places.zip_code, ADDRESS),
            "cityzip": (places.city_zip, ADDRESS),
            "street": (places.street, ADDRESS),
            "unit": (places.unit, ADDRESS),
            "address": (places.address, ADDRESS),
            "addressline": (places.address_line, ADDRESS),
            "org": (organizations.organization, ORGANIZATION),
            "company": (organizations.company, ORGANIZATION),
            "hospital": (organizations.hospital, ORGANIZATION),
            "bank": (organizations.bank, ORGANIZATION),
            "school": (organizations.school, ORGANIZATION),
            "agency": (organizations.agency, ORGANIZATION),
            "brand": (organizations.brand, None),
            "date": (values.date, None),
            "dob": (values.date, None),
            "phone": (values.phone, None),
            "email": (values.email, None),
            "number": (values.number, None),
            "id": (values.identifier, None),
            "reference": (values.identifier, None),
            "code": (values.code, None),
            "money": (values.money, None),
            "job": (values.job, None),
            "words": (values.words, None),
            "goods": (values.goods, None),
            "suffix": (values.suffix, None),
            "abbr": (values.abbreviation, None),
            "chemical": (values.chemical, None),
            "months": (values.months, None),
            "medical": (values.medical, None),
            "legal": (values.legal, None),
            "clutter": (values.clutter, None),
            "doctor": (lambda: "M.D.", None),
            "doctorate": (lambda: "Ph.D.", None),
            "negative": (lambda: rng.choice(negatives), None),
        }
    )
