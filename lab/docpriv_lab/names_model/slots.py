"""Fills templates: `{city}` becomes a city under its usual label, `{city:ADDRESS}` under another, `{city:-}` under
none; text between slots never carries a label."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from docpriv_lab.names_model.organizations import Organizations
from docpriv_lab.names_model.people import People
from docpriv_lab.names_model.places import Places
from docpriv_lab.names_model.pools import Pools
from docpriv_lab.names_model.samples import ADDRESS, LOCATION, ORGANIZATION, PERSON, Annotation, Casing, Draft
from docpriv_lab.names_model.values import Values
from docpriv_lab.synthesis.people import LOCALES
from docpriv_lab.synthesis.people import People as Folk

_SLOT: Final = re.compile(r"\{(\w+)(?::([A-Z]+|-))?\}")
_INSIDE_ADDRESS: Final = ("\n", ", ")


class Slots:
    """The names that templates may use, bound to one half of the pools and one random generator."""

    def __init__(self, pools: Pools, negatives: Sequence[str], rng: random.Random) -> None:
        """`negatives` are phrases that look like names and are none; they fill the slot of that name."""
        self.people = people = People(pools, rng)
        stock = pools.stock()
        folk = tuple(Folk(rng, locale, stock) for locale in LOCALES)
        self.places = places = Places(pools, people, folk, rng)
        self.organizations = organizations = Organizations(pools, people, places, rng)
        self.values = values = Values(pools, folk, rng)
        self._makers: dict[str, tuple[Callable[[], str], str | None]] = {
            "person": (people.person, PERSON),
            "sorted": (people.sorted_person, PERSON),
            "first": (people.first, PERSON),
            "surname": (people.surname, PERSON),
            "initialed": (people.initials_surname, PERSON),
            "wrapped": (people.wrapped, PERSON),
            "initial": (people.initial, None),
            "title": (people.title, None),
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
            "phone": (values.phone, None),
            "email": (values.email, None),
            "number": (values.number, None),
            "id": (values.identifier, None),
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
            "negative": (lambda: rng.choice(negatives), None),
        }

    def names(self) -> frozenset[str]:
        """Every slot that a template may use."""
        return frozenset(self._makers)

    def value(self, name: str) -> tuple[str, str | None]:
        """A value for a slot, with its label; `name` may bring its own as in `city:ADDRESS`. KeyError if unknown."""
        slot, _, override = name.partition(":")
        make, label = self._makers[slot]
        if override:
            label = None if override == "-" else override
        return make(), label

    def fill(self, template: str, casing: Casing = Casing.AS_IS) -> Draft:
        """A template with all slots filled and all letters in one case."""
        draft = Draft()
        reach = 0
        for match in _SLOT.finditer(template):
            draft.add(casing.apply(template[reach : match.start()]))
            value, label = self.value(match[0][1:-1])
            draft.add(casing.apply(value), label)
            reach = match.end()
        return _whole_addresses(draft.add(casing.apply(template[reach:])))


def _whole_addresses(draft: Draft) -> Draft:
    """Street and city on neighbouring lines, or with a comma between, are one address."""
    merged: list[Annotation] = []
    for item in draft.annotations:
        last = merged[-1] if merged else None
        if last is not None and last.label == item.label == ADDRESS and draft.text[last.end : item.start] in _INSIDE_ADDRESS:
            merged[-1] = Annotation(start=last.start, end=item.end, label=ADDRESS)
        else:
            merged.append(item)
    return Draft(draft.text, merged)
