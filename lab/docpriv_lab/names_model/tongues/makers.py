"""What fills the slots of documents in the languages that have a file of wording: templates of its `values`, and names."""

from __future__ import annotations

import datetime
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from docpriv_lab.names_model.slots import SLOT, Slots
from docpriv_lab.names_model.tongues import DAY, LABELS, Tongue
from docpriv_lab.names_model.tongues.names import Names, TongueNames, inflected
from docpriv_lab.names_model.wording import Wording

_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
_DRAWN: Final = {"#": "0123456789", "%": "123456789", "?": _LETTERS}
_DATE_MARK: Final = re.compile(r"(?<=\d)[./-](?=\d)")
_DATE_GAPS: Final = ("  ", " | ", "   ", " ")
_IN_PARTS: Final = 0.05  # of dates of birth stand in three cells
_INITIALS: Final = "ABCDEFGHIJKLMNOPRSTVWZ"
_FOREIGN_NAMES: Final = 0.1  # of people have a name from elsewhere
_MAIL_HOSTS: Final = ("gmail.com", "example.com", "example.org", "outlook.com", "yahoo.{tld}", "mail.{tld}", "example.{tld}")

PERSON_FORMS: Final = {
    "{first} {last}": 50, "{initial}. {last}": 9, "{first} {initial}. {last}": 4, "{initial}. {initial}. {last}": 3,
    "{initial}.{initial}. {last}": 2, "{first} {first} {last}": 10, "{first}-{first} {last}": 1,
    "{first} {LAST}": 7, "{LAST} {first}": 5, "{last}, {first}": 4, "{last} {first}": 3, "{last}": 2,
}  # fmt: skip
SURNAME_FIRST_FORMS: Final = {
    "{last} {first}": 60, "{last} {first} {first}": 8, "{LAST} {first}": 8, "{last} {initial}.": 4, "{initial}. {last}": 3,
    "{first} {last}": 8, "{last} {initial}. {first}": 3, "{last}": 2,
}  # fmt: skip
SORTED_FORMS: Final = {
    "{last}, {first}": 40, "{last} {first}": 16, "{LAST}, {first}": 9, "{LAST} {first}": 12, "{last}, {initial}.": 7,
    "{last} {initial}.": 4, "{last}, {first} {first}": 5, "{last},{first}": 4, "{LAST} {first} {first}": 3,
}  # fmt: skip
WRAPPED_FORMS: Final = {
    "{first}\n{last}": 40, "{initial}. {initial}.\n{last}": 10, "{first} {initial}.\n{last}": 10, "{last},\n{first}": 15,
    "{last}\n{first} {first}": 10, "{first} {first}\n{last}": 15, "{first} {last}-\n{last}": 8,
}  # fmt: skip


class TongueMakers:
    """Values of one half of a language, from one random generator."""

    def __init__(self, tongue: Tongue, names: TongueNames, wording: Wording, rng: random.Random) -> None:
        """`names` and `wording` must be of the same half."""
        self._values = tongue.values
        self._customs = tongue.names
        self._inflect = tongue.inflect
        self._names = names
        self._negatives = wording.negatives
        self._upper = wording.upper
        self._rng = rng
        self._parts: dict[str, Callable[[], str]] = {slot: getattr(self, slot) for slot in LABELS}
        self._parts |= {"noun": self._noun, "house": self._house}

    def slots(self) -> Slots:
        """All slots of templates, and the cases of the language."""
        makers = {slot: (self._parts[slot], label) for slot, label in LABELS.items()}
        return Slots(makers, lambda value, case: inflected(value, self._inflect[case]))

    def person(self) -> str:
        """A full name in any usual order and form."""
        return self._named(SURNAME_FIRST_FORMS if self._customs.surname_first else PERSON_FORMS)

    def sorted(self) -> str:
        """A full name with the surname first."""
        return self._named(SORTED_FORMS)

    def wrapped(self) -> str:
        """A full name broken over two lines."""
        return self._named(WRAPPED_FORMS)

    def initialed(self) -> str:
        """One or two initials and a surname."""
        forms = {"{initial}. {last}": 60, "{initial}.{initial}. {last}": 12, "{initial}. {initial}. {last}": 12,
                 "{initial} {last}": 12, "{last} {initial}.": 4}  # fmt: skip
        return self._named(forms)

    def first(self) -> str:
        """A first name."""
        return self._rng.choice(self._origin().first_names)

    def surname(self) -> str:
        """A surname, now and then a double one or one with a particle."""
        return self._surname(self._origin())

    def initial(self) -> str:
        """One capital letter."""
        return self._rng.choice(_INITIALS)

    def title(self) -> str:
        """A form of address or a degree."""
        return self._rng.choice(self._values.titles)

    def ms(self) -> str:
        """A form of address as in letters."""
        return self._rng.choice(self._values.ms or self._values.titles)

    def city(self) -> str:
        """A city or town, large ones more often."""
        if self._values.cities and self._rng.random() < 0.3:
            return self._rng.choice(self._values.cities)
        return self._names.city(self._rng)

    def state(self) -> str:
        """A state, canton, region or county."""
        return self._one(self._values.states)

    def country(self) -> str:
        """A country."""
        return self._one(self._values.countries)

    def zip(self) -> str:
        """A postcode."""
        return self._one(self._values.zips)

    def cityzip(self) -> str:
        """The line of an address with postcode and town."""
        return self._one(self._values.cityzips)

    def street(self) -> str:
        """The line of an address with street and house number, or a post box."""
        return self._one(self._values.streets)

    def unit(self) -> str:
        """A floor, a staircase, an addition to the address."""
        return self._one(self._values.units)

    def address(self) -> str:
        """An address over several lines."""
        return "\n".join(self._address_lines())

    def addressline(self) -> str:
        """An address on one line."""
        return self._rng.choice((", ", ", ", ", ", " ", " - ", " · ", " | ", "; ")).join(self._address_lines())

    def org(self) -> str:
        """Any organisation."""
        makers = (self.company, self.hospital, self.bank, self.school, self.agency)
        return self._rng.choices(makers, (6, 1, 1, 1, 1))[0]()

    def company(self) -> str:
        """A firm or shop."""
        return self._one(self._values.companies, numbers=False)

    def bank(self) -> str:
        """A bank."""
        return self._one(self._values.banks, numbers=False)

    def hospital(self) -> str:
        """A hospital or practice."""
        return self._one(self._values.hospitals, numbers=False)

    def school(self) -> str:
        """A school or university."""
        return self._one(self._values.schools, numbers=False)

    def agency(self) -> str:
        """A public authority."""
        return self._one(self._values.agencies, numbers=False)

    def phone(self) -> str:
        """A telephone number."""
        return self._one(self._values.phones)

    def date(self) -> str:
        """A date between 1940 and 2030."""
        return self._date(self._values.date_forms, 1940, 90)

    def dob(self) -> str:
        """A date of birth: always with its day."""
        text = self._date([form for form in self._values.date_forms if DAY.search(form)], 1922, 94)
        return _DATE_MARK.sub(self._rng.choice(_DATE_GAPS), text) if self._rng.random() < _IN_PARTS else text

    def id(self) -> str:
        """The number of a person, a card or an account."""
        return self._one(self._values.ids)

    def reference(self) -> str:
        """A number that is nobody's."""
        return self._one(self._values.references)

    def money(self) -> str:
        """An amount."""
        form = self._rng.choice(self._values.money)
        return self._expanded(form.replace("#", "%", 1) if form.find("#") < form.find(",") else form)

    def email(self) -> str:
        """An e-mail address of somebody."""
        first, last = _plain(self.first()), _plain(self.surname())
        name = self._rng.choice(
            (f"{first}.{last}", f"{first[:1]}.{last}", f"{last}{self._rng.randint(1, 99)}", f"{first}_{last}", "info")
        )
        return f"{name}@{self._rng.choice(_MAIL_HOSTS).format(tld=self._rng.choice(self._names.domains))}"

    def number(self) -> str:
        """A number of 1 to 9 digits."""
        return self._expanded("#" * self._rng.randint(1, 9))

    def code(self) -> str:
        """A short code of digits and letters."""
        return self._expanded(self._rng.choice(("###?", "??-##", "##/##", "########", "?####", "?#", "##?#")))

    def job(self) -> str:
        """An occupation or position."""
        return self._rng.choice(self._values.jobs)

    def goods(self) -> str:
        """What is on a receipt or an invoice."""
        return self._rng.choice(self._values.goods)

    def words(self) -> str:
        """Two to seven words of business language without grammar."""
        return " ".join(self._rng.choices(self._values.words, k=self._rng.randint(2, 7)))

    def negative(self) -> str:
        """A phrase that looks like a name and is none."""
        return self._rng.choice(self._negatives)

    def months(self) -> str:
        """A row of months."""
        return " ".join(self._rng.choice((*self._values.mons, *self._values.months)) for _ in range(self._rng.randint(2, 5)))

    def clutter(self) -> str:
        """What a form or table leaves behind when it is read without its rules."""
        makers = (self._word, self.number, self.code, self._word)
        return " ".join(self._rng.choice(makers)() for _ in range(self._rng.randint(2, 7)))

    def _named(self, forms: dict[str, int]) -> str:
        """A name in one of the forms; all of it from one origin."""
        origin = self._origin()
        text = self._rng.choices(list(forms), list(forms.values()))[0]
        parts: dict[str, Callable[[], str]] = {
            "first": lambda: self._rng.choice(origin.first_names),
            "last": lambda: self._surname(origin),
            "LAST": lambda: self._upper.apply(self._surname(origin)),
            "initial": self.initial,
        }
        return SLOT.sub(lambda match: parts[match[1]](), text)

    def _origin(self) -> Names:
        if self._rng.random() < _FOREIGN_NAMES:
            return self._rng.choice(self._names.abroad)
        return self._rng.choices(self._names.home, self._names.weights)[0]

    def _surname(self, origin: Names) -> str:
        name = self._rng.choice(origin.surnames)
        kind = self._rng.random()
        if kind < self._customs.double:
            return name + self._rng.choice(self._customs.joints) + self._rng.choice(origin.surnames)
        if self._customs.particles and kind < self._customs.double + self._customs.particle:
            return self._rng.choice(self._customs.particles) + name
        return name

    def _address_lines(self) -> list[str]:
        lines = [self.street()]
        kind = self._rng.random()
        if kind < 0.16:
            lines.insert(self._rng.randint(0, 1), self.unit())
        if kind < 0.93:
            lines.append(self.cityzip())
        if self._rng.random() < 0.12:
            lines.append(self.country())
        return lines

    def _date(self, forms: Sequence[str], first_year: int, years: int) -> str:
        day = datetime.date(first_year, 1, 1) + datetime.timedelta(days=self._rng.randrange(years * 365))
        text = day.strftime(self._rng.choice(forms))
        months = {"month": self._values.months[day.month - 1], "mon": self._values.mons[day.month - 1]}
        return SLOT.sub(lambda match: months[match[1]], text)

    def _noun(self) -> str:
        return self._rng.choice(self._values.nouns)

    def _word(self) -> str:
        return self._rng.choice(self._values.words)

    def _house(self) -> str:
        return self._one(self._values.houses)

    def _one(self, templates: Sequence[str], *, numbers: bool = True) -> str:
        return self._expanded(self._rng.choice(templates), numbers=numbers)

    def _expanded(self, template: str, *, numbers: bool = True) -> str:
        """The template with its slots filled and, if `numbers`, "#", "%" and "?" outside of them drawn."""
        drawn: Callable[[str], str] = (lambda part: number_drawn(part, self._rng)) if numbers else str
        text, reach = "", 0
        for match in SLOT.finditer(template):
            text += drawn(template[reach : match.start()]) + self._parts[match[1]]()
            reach = match.end()
        return (text + drawn(template[reach:])).strip()


def number_drawn(pattern: str, rng: random.Random) -> str:
    """A number: "#" of the pattern is a digit, "%" a digit from 1, "?" a capital letter."""
    return "".join(rng.choice(_DRAWN.get(char, char)) for char in pattern)


def _plain(name: str) -> str:
    folded = unicodedata.normalize(
        "NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("ı", "i").replace("İ", "i")
    )
    return "".join(char for char in folded.lower() if char.isascii() and char.isalnum()) or "info"
