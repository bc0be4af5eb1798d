"""Invents people, firms, addresses and numbers; none of them can be anybody's, and no page or label is made here.

Telephone numbers come from the ranges kept for fiction (NANP 555-01xx, Ofcom, Bundesnetzagentur, ARCEP), mail
addresses from RFC 2606 domains, national numbers from ranges that are never issued, account numbers from bank
codes that do not exist, card numbers from the published test numbers. Checksums are right, so that a detector
that checks them is put to work.
"""

from __future__ import annotations

import datetime
import random
import unicodedata
from dataclasses import dataclass

from docpriv_lab.synthesis import wording as words
from docpriv_lab.synthesis.stock import HELD_OUT, Stock

LOCALES = ("US", "UK", "DE", "FR")

TEST_CARDS = (
    "4111111111111111",
    "4012888888881881",
    "5555555555554444",
    "5105105105105100",
    "6011111111111117",
    "6011000990139424",
)
"""Numbers that card schemes publish for tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Lines of a postal address as they are written one below the other (2..4 lines)."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """One invented person. `born` and the numbers belong together for the whole document."""

    locale: str
    title: str
    given: str
    middle: str
    family: str
    female: bool
    address: Address
    phone: str
    mobile: str
    email: str
    born: datetime.date
    national: str
    account: str
    iban: str
    card: str
    licence: str
    member: str

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def formal(self) -> str:
        """Given name, middle initial, family name."""
        return f"{self.given} {self.middle[0]}. {self.family}"

    def titled(self) -> list[tuple[str, str | None]]:
        """Title (counted neither way) and name, each with the label that it carries on a page."""
        return [(self.title, "MAYBE"), (self.name, "PERSON")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """One invented organisation."""

    name: str
    address: Address
    phone: str
    email: str
    site: str
    tax: str


def luhn_ok(digits: str) -> bool:
    """True if a string of digits passes the Luhn check (ISO/IEC 7812-1)."""
    total = 0
    for i, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + i % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_ok(iban: str) -> bool:
    """True if an IBAN passes the mod 97 check (ISO 13616); spaces are ignored."""
    packed = iban.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in packed[4:] + packed[:4])) % 97 == 1


def date_text(day: datetime.date, locale: str, style: int = 0) -> str:
    """A date as it is written in `locale`; style 0 is all digits, 1 spells the month out."""
    if style == 0:
        pattern = {
            "US": "{m:02}/{d:02}/{y}",
            "UK": "{d:02}/{m:02}/{y}",
            "DE": "{d:02}.{m:02}.{y}",
            "FR": "{d:02}/{m:02}/{y}",
        }
        return pattern[locale].format(d=day.day, m=day.month, y=day.year)
    month = words.MONTHS[locale][day.month - 1]
    if locale == "US":
        return f"{month} {day.day}, {day.year}"
    return f"{day.day}. {month} {day.year}" if locale == "DE" else f"{day.day} {month} {day.year}"


class People:
    """A seeded source of persons, firms, dates and numbers for one document. Raises KeyError for an
    unknown locale."""

    def __init__(self, rng: random.Random, locale: str, stock: Stock = HELD_OUT) -> None:
        self.rng = rng
        self.locale = locale
        self._given = stock.given[locale]
        self._family = stock.family[locale]
        self._streets = stock.streets[locale]
        self._towns = stock.towns[locale]
        self._stems = stock.stems

    def person(self) -> Person:
        """A new person; two calls may share a family name, as in life."""
        rng = self.rng
        female = rng.random() < 0.5
        given = rng.choice(self._given[1 if female else 0])
        middle = rng.choice(self._given[1 if female else 0])
        family = rng.choice(self._family)
        if rng.random() < 0.06:
            family += "-" + rng.choice(self._family)
        titles = words.TITLES[self.locale]
        title = rng.choice(titles[1] if female else titles[0])
        address = self.address()
        return Person(
            locale=self.locale,
            title=title,
            given=given,
            middle=middle,
            family=family,
            female=female,
            address=address,
            phone=self.phone(),
            mobile=self.phone(),
            email=self.email(given, family),
            born=self.date(1938, 2004),
            national=self.national(),
            account=self.digits(rng.choice((8, 9, 10, 12))),
            iban=self.iban(),
            card=rng.choice(TEST_CARDS),
            licence=self.licence(),
            member=self.member(),
        )

    def firm(self, sort: str | None = None) -> Firm:
        """A new organisation of a sort of `wordlists.FIRMS` ("trade", "bank", "clinic", "office", "shop")."""
        rng = self.rng
        stem = rng.choice(self._stems)
        ending = rng.choice(words.FIRMS[sort or "trade"][self.locale])
        host = "".join(c for c in stem.lower() if c.isalnum())
        domain = f"{host}.{rng.choice(('example.com', 'example.org', 'example.net'))}"
        box = rng.choice(("info", "office", "accounts", "service"))
        tax = {
            "US": f"{rng.randint(10, 98)}-{self.digits(7)}",
            "UK": f"GB {self.digits(3)} {self.digits(4)} {self.digits(2)}",
            "DE": f"DE{self.digits(9)}",
            "FR": f"FR{self.digits(11)}",
        }
        return Firm(
            name=f"{stem} {ending}",
            address=self.address(firm=True),
            phone=self.phone(),
            email=f"{box}@{domain}",
            site=f"www.{domain}",
            tax=tax[self.locale],
        )

    def address(self, *, firm: bool = False) -> Address:
        """A postal address in the locale's own order of lines."""
        rng = self.rng
        street, town = rng.choice(self._streets), rng.choice(self._towns)
        if self.locale == "US":
            line = f"{rng.randint(11, 9899)} {street} {rng.choice(words.US_ENDINGS)}"
            state, prefix = rng.choice(words.US_STATES)
            last = f"{town}, {state} {prefix}{rng.randint(0, 99):02}" + (f"-{self.digits(4)}" if rng.random() < 0.15 else "")
            unit = rng.choice(("Suite", "Floor")) if firm else rng.choice(("Apt.", "Unit"))
            extra = (f"{unit} {rng.randint(1, 40)}",) if rng.random() < 0.35 else ()
            if firm and rng.random() < 0.2:
                return Address(lines=(f"P.O. Box {rng.randint(100, 99999)}", last))
            return Address(lines=(line, *extra, last))
        if self.locale == "UK":
            line = f"{rng.randint(1, 240)} {street} {rng.choice(words.UK_ENDINGS)}"
            inward = f"{rng.randint(1, 9)}{rng.choice('ABDEFHJLNP')}{rng.choice('QRSTUWXYZ')}"
            code = f"{rng.choice(words.UK_AREAS)}{rng.randint(1, 30)} {inward}"
            return Address(lines=(line, town, code))
        if self.locale == "DE":
            return Address(
                lines=(
                    f"{street} {rng.randint(1, 180)}{rng.choice(('', '', '', 'a', 'b'))}",
                    f"{rng.randint(1067, 99998):05} {town}",
                )
            )
        return Address(
            lines=(
                f"{rng.randint(1, 190)} {street}",
                f"{rng.randint(1, 95):02}{rng.randint(0, 99) * 10:03} {town.upper()}",
            )
        )

    def phone(self) -> str:
        """A number from a range kept for fiction, written in one of the usual ways."""
        rng = self.rng
        if self.locale == "US":
            area, last = rng.choice(words.US_AREAS), f"01{rng.randint(0, 99):02}"
            return rng.choice(("({a}) 555-{n}", "{a}-555-{n}", "{a}.555.{n}", "+1 {a} 555 {n}")).format(a=area, n=last)
        last = self.digits(3)
        if self.locale == "UK":
            shapes: tuple[str, ...] = ("020 7946 0{n}", "0161 496 0{n}", "0113 496 0{n}", "+44 20 7946 0{n}")
        elif self.locale == "DE":
            shapes = ("030 23125 {n}", "069 90009 {n}", "+49 40 66969 {n}", "0221 4710 {n}")
        else:
            last = f"{self.digits(2)} {self.digits(2)}"
            shapes = ("01 99 00 {n}", "02 61 91 {n}", "03 53 01 {n}", "+33 4 65 71 {n}")
        return rng.choice(shapes).format(n=last)

    def email(self, given: str, family: str) -> str:
        """A mail address at a domain that RFC 2606 reserves."""

        def plain(name: str) -> str:
            folded = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
            return "".join(c for c in folded.lower() if c.isalnum())

        rng = self.rng
        local = rng.choice(
            (
                f"{plain(given)}.{plain(family)}",
                f"{plain(given)[0]}{plain(family)}",
                f"{plain(family)}{rng.randint(1, 99)}",
            )
        )
        return f"{local}@{rng.choice(('example.com', 'example.org', 'example.net', 'mail.example.com'))}"

    def national(self) -> str:
        """A national number that cannot have been issued: US area 9xx with a group below 50, UK prefix
        QQ, German tax number that starts with 0 (kept for tests), French birth month 99."""
        rng = self.rng
        if self.locale == "US":
            return f"{rng.randint(900, 999)}-{rng.randint(10, 49)}-{rng.randint(1001, 9999)}"
        if self.locale == "UK":
            return f"QQ {self.digits(2)} {self.digits(2)} {self.digits(2)} {rng.choice('ABCD')}"
        if self.locale == "DE":
            # ten digits in which exactly one occurs twice, as the tax office's rule asks
            digits = list("0" + "".join(rng.sample("123456789", 8)))
            digits.insert(rng.randint(1, 8), rng.choice(digits[1:]))
            return _grouped("".join(digits) + _mod_11_10("".join(digits)), (2, 3, 3, 3))
        born = f"{rng.randint(1, 2)}{rng.randint(40, 99)}99"
        body = f"{born}{rng.randint(1, 95):02}{self.digits(3)}{self.digits(3)}"
        return _grouped(body, (1, 2, 2, 2, 3, 3)) + f" {97 - int(body) % 97:02}"

    def iban(self) -> str:
        """An IBAN with right check digits and a bank code that is not assigned, in groups of four."""
        body = {
            "DE": "9" + self.digits(17),
            "FR": "99999" + self.digits(5) + self.digits(11) + self.digits(2),
        }.get(self.locale, "ZZZZ" + self.digits(14))
        country = self.locale if self.locale in ("DE", "FR") else "GB"
        check = 98 - int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
        return _grouped(f"{country}{check:02}{body}", (4,) * 8)

    def licence(self) -> str:
        """A number in the shape of a driving licence's."""
        return f"{self.rng.choice('BCDFGHKLMNPRST')}{self.digits(3)}-{self.digits(4)}-{self.digits(4)}"

    def member(self) -> str:
        """A number in the shape of an insurance member's."""
        letters = "".join(self.rng.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(3))
        return f"{letters}{self.digits(9)}"

    def date(self, first: int, last: int) -> datetime.date:
        """A day from the year `first` to the year `last`."""
        start = datetime.date(first, 1, 1)
        return start + datetime.timedelta(days=self.rng.randrange((datetime.date(last, 12, 31) - start).days))

    def digits(self, count: int) -> str:
        """`count` random digits, the first of them not 0."""
        return str(self.rng.randint(1, 9)) + "".join(str(self.rng.randint(0, 9)) for _ in range(count - 1))

    def amount(self, low: float, high: float) -> str:
        """A random amount of money as `money` writes it."""
        return self.money(self.rng.uniform(low, high))

    def money(self, value: float) -> str:
        """An amount of money as the locale writes it, without a currency."""
        text = f"{value:,.2f}"
        if self.locale == "DE":
            return text.replace(",", " ").replace(".", ",").replace(" ", ".")
        return text.replace(",", "").replace(".", ",") if self.locale == "FR" else text


def _grouped(digits: str, sizes: tuple[int, ...]) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return " ".join(p for p in (*parts, digits[at:]) if p)


def _mod_11_10(digits: str) -> str:
    """Check digit of ISO/IEC 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
