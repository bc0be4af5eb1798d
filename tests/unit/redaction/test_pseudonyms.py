"""Pseudonyms of values: one person has one name in every way of writing, nothing of a value survives, no check digit holds."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.model import Kind
from docpriv.pii.numbers import check, has_check_digits
from docpriv.pseudonyms import REPLACED, Pseudonyms, derived_key, key_id
from docpriv.pseudonyms.forms import name_form, packed
from docpriv.pseudonyms.pools import pools

KEY = bytes(range(32))


def one(kind: Kind, text: str, *, key: bytes = KEY, also: tuple[str, ...] = ()) -> str:
    """The pseudonym of a value alone in its document, or with persons beside it."""
    return "\n".join(many(kind, [text], key=key, also=also)[0])


def many(kind: Kind, texts: list[str], *, key: bytes = KEY, also: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    names = Pseudonyms(key)
    for text in texts:
        names.learn(kind, text.split("\n"))
    for text in also:
        names.learn(Kind.PERSON, [text])
    out = [names.rewrite(kind, text.split("\n")) for text in texts]
    assert None not in out
    return [lines for lines in out if lines is not None]


def persons(*texts: str) -> list[str]:
    return ["\n".join(lines) for lines in many(Kind.PERSON, list(texts))]


def test_one_person_has_one_name_in_every_way_of_writing() -> None:
    whole, turned, titled, initial, lone, wrapped = persons(
        "Howard Finch", "FINCH, Howard", "Mr. Howard Finch", "H. Finch", "Finch", "Howard\nFinch"
    )
    given, family = whole.split()
    assert turned == f"{family.upper()}, {given}"
    assert titled == f"Mr. {given} {family}"
    assert initial == f"{given[0]}. {family}"
    assert lone == family
    assert wrapped == f"{given}\n{family}"
    assert not {given, family} & {"Howard", "Finch"}


def test_what_a_recognizer_confuses_makes_no_other_person() -> None:
    right, wrong = persons("Melinda Cornwell", "MELINDA C0RNWELL")
    assert wrong == right.upper()


def test_titles_suffixes_and_joints_stay() -> None:
    pair, doctor, junior = persons("Mr. and Mrs. Finch", "Dr. Howard Finch, MD", "Howard Finch Jr.")
    family = doctor.removesuffix(", MD").split()[-1]
    assert pair == f"Mr. and Mrs. {family}"
    assert doctor.startswith("Dr. ")
    assert doctor.endswith(f" {family}, MD")
    assert junior.endswith(f" {family} Jr.")


def test_two_people_of_one_family_share_its_name() -> None:
    both, first, second = persons("Howard and Edith Finch", "Howard Finch", "Edith Finch")
    assert both == f"{first.split()[0]} and {second}"
    assert first.split()[1] == second.split()[1]
    assert first != second


def test_double_names_and_particles() -> None:
    double, half, long, short = persons("Anne Finch-Harlow", "Finch", "Marta de la Torre", "Torre, Marta")
    assert double.split()[1].split("-")[0] == half
    assert long.split() == list(reversed(short.replace(",", "").split()))


def test_an_initial_that_nothing_resolves_is_a_letter_of_its_own() -> None:
    first, again, other = persons("Q. Finch", "Mr. Q. Finch", "Finch, Q.")
    assert first[0] != "Q"
    assert again == f"Mr. {first}"
    assert other == f"{first.split()[1]}, {first[0]}."


def test_a_given_name_keeps_whether_it_is_a_mans_or_a_womans() -> None:
    for name in pools().women[::29]:
        assert one(Kind.PERSON, f"{name} Finch").split()[0] in pools().women
    for name in pools().men[::29]:
        assert one(Kind.PERSON, f"{name} Finch").split()[0] in pools().men


def test_no_pseudonym_is_a_name_of_the_document() -> None:
    rng = random.Random(11)
    everybody = [f"{rng.choice(pools().men)} {family}" for family in pools().surnames[:900]]
    names = Pseudonyms(KEY)
    for person in everybody:
        names.learn(Kind.PERSON, [person])
    own = {name_form(word) for person in everybody for word in person.split()}
    fresh = [names.rewrite(Kind.PERSON, [person]) for person in everybody]
    words = {name_form(word) for lines in fresh if lines for word in lines[0].split()}
    assert len(fresh) == len(everybody)
    assert not own & words


def test_few_of_5000_names_share_a_pseudonym() -> None:
    rng = random.Random(5)
    given = [*pools().men, *pools().women, *pools().either]
    people: set[str] = set()
    while len(people) < 5000:
        people.add(f"{rng.choice(given)} {rng.choice(pools().surnames)}")
    names = Pseudonyms(KEY)
    distinct = {names.rewrite(Kind.PERSON, [person]) for person in sorted(people)}
    assert 5000 - len(distinct) <= 5  # 55 where each word draws by itself


def test_the_same_in_another_process_and_not_under_another_key() -> None:
    code = (
        "from docpriv.pseudonyms import Pseudonyms\nfrom docpriv.model import Kind\n"
        "p = Pseudonyms(bytes(range(32)))\n"
        "print(p.rewrite(Kind.PERSON, ['Howard Finch']), p.rewrite(Kind.ADDRESS, ['12 Elm Road', 'Dover, DE 19901']),\n"
        "      p.rewrite(Kind.DATE_OF_BIRTH, ['4/5/1961']), p.rewrite(Kind.NATIONAL_ID, ['123-45-6789']))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert one(Kind.PERSON, "Howard Finch") in runs.pop()
    assert one(Kind.PERSON, "Howard Finch", key=bytes(32)) != one(Kind.PERSON, "Howard Finch")
    assert one(Kind.NATIONAL_ID, "123-45-6789", key=bytes(32)) != one(Kind.NATIONAL_ID, "123-45-6789")


# --- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("(312) 421-1234", r"\([2-9]\d\d\) 555-01\d\d"),
        ("+1 312 421 1234", r"\+1 [2-9]\d\d 555 01\d\d"),
        ("421-1234", r"555-01\d\d"),
        ("312.421.1234 ext. 77", r"[2-9]\d\d\.555\.01\d\d ext\. \d\d"),
        ("Tel. 312-421-1234", r"Tel\. [2-9]\d\d-555-01\d\d"),
        ("+44 20 8123 4567", r"\+44 77 0090 0\d\d\d"),
        ("020 8123 4567", r"077 0090 0\d\d\d"),
        ("+49 30 1234567", r"\+99 9\d \d{7}"),
    ],
)
def test_telephones_keep_their_format_and_ring_nowhere(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, one(Kind.PHONE, text))


def test_a_telephone_is_one_number_in_every_format() -> None:
    shown = {re.sub(r"\D", "", one(Kind.PHONE, text))[-10:] for text in ("(312) 421-1234", "312.421.1234", "+1 312 421 1234")}
    assert len(shown) == 1
    assert shown.pop().endswith(re.sub(r"\D", "", one(Kind.PHONE, "421-1234")))


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("03/07/1985", r"(0\d|1[0-2])/(0\d|1[0-2])/\d{4}"),
        ("3/7/85", r"\d\d?/\d\d?/\d\d"),
        ("March 7, 1985", r"[A-Z][a-z]+ \d\d?, \d{4}"),
        ("7 MAR 1985", r"\d\d? [A-Z]{3} \d{4}"),
        ("1985-03-07", r"\d{4}-(0\d|1[0-2])-(0\d|1[0-2])"),
        ("19850307", r"\d{8}"),
        ("31.12.1960", r"(0\d|1[0-2])\.(0\d|1[0-2])\.\d{4}"),
        ("7th of March 1985", r"\d\d?(st|nd|rd|th) of [A-Z][a-z]+ \d{4}"),
    ],
)
def test_dates_keep_their_format(text: str, pattern: str) -> None:
    assert re.fullmatch(pattern, one(Kind.DATE_OF_BIRTH, text))


def test_a_date_is_one_day_in_every_format_and_tells_no_distance() -> None:
    slashes, words, iso = (one(Kind.DATE_OF_BIRTH, text) for text in ("03/07/1985", "March 7, 1985", "1985-03-07"))
    month, day, year = slashes.split("/")
    assert iso == f"{year}-{month}-{day}"
    assert words.endswith(f" {int(day)}, {year}")
    years = [int(one(Kind.DATE_OF_BIRTH, f"05/05/{1950 + n}")[-4:]) for n in range(12)]
    assert len({b - a for a, b in pairwise(years)}) > 6  # a shift would give one distance


CHECKED = [check(name) for name in ("luhn", "iban", "gb.nhs", "aba", "nl.bsn", "vin_form")]


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (Kind.NATIONAL_ID, "{:03}-{:02}-{:04}"),
        (Kind.CARD_NUMBER, "4{:03} {:04} {:04} {:04}"),
        (Kind.ACCOUNT_NUMBER, "{:04}{:04}{:02}"),
        (Kind.TAX_ID, "{:02}-{:07}"),
        (Kind.IBAN, "DE{:02} {:04} {:04} {:04} {:04} 00"),
    ],
)
def test_numbers_keep_their_format_and_no_check_digit_holds(kind: Kind, shape: str) -> None:
    rng = random.Random(3)
    names = Pseudonyms(KEY, checked=has_check_digits)
    for _ in range(60):
        text = shape.format(*(rng.randrange(10 ** (7 if "07" in shape and i else 2)) for i in range(5)))
        fresh = names.rewrite(kind, [text])
        assert fresh is not None
        assert re.sub(r"[A-Z0-9]", "x", fresh[0]) == re.sub(r"[A-Z0-9]", "x", text)
        assert not any(check(fresh[0]) for check in CHECKED)


def test_identifiers_come_from_ranges_that_nobody_has() -> None:
    assert re.fullmatch(r"9[67]\d-[1-4]\d-\d{4}", one(Kind.NATIONAL_ID, "123-45-6789"))
    assert packed(one(Kind.NATIONAL_ID, "123 45 6789")) == packed(one(Kind.ACCOUNT_NUMBER, "123456789"))
    assert one(Kind.CARD_NUMBER, "4539 1488 0343 6467").startswith("4242 42")
    assert one(Kind.IBAN, "DE89 3704 0044 0532 0130 00").startswith("ZZ00 ")
    assert one(Kind.VEHICLE_ID, "1HGCM82633A004352")[8] == "Z"
    assert re.fullmatch(r"SSN 9.*", one(Kind.NATIONAL_ID, "SSN 123-45-6789"))
    assert re.fullmatch(r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+", one(Kind.IP_ADDRESS, "10.1.2.3"))


def test_mail_is_at_a_reserved_domain_and_follows_the_person() -> None:
    person = one(Kind.PERSON, "Howard Finch")
    given, family = person.lower().split()
    assert one(Kind.EMAIL, "howard.finch@acme.com", also=("Howard Finch",)).startswith(f"{given}.{family}@example.")
    assert one(Kind.EMAIL, "hfinch@acme.com", also=("Howard Finch",)).split("@")[0].endswith(family)
    assert re.fullmatch(r"user\d{4}@example\.(com|org|net)", one(Kind.EMAIL, "qx77@acme.com"))


# --- places ---------------------------------------------------------------------------------------------------------


def test_an_address_keeps_its_shape() -> None:
    lines = one(Kind.ADDRESS, "123 Elm Street, Apt 4B\nSpringfield, IL 62704").split("\n")
    assert re.fullmatch(r"[1-9]\d\d [A-Z]\w+ Street, Apt [1-9][A-Z]", lines[0])
    assert re.fullmatch(r"[A-Z]\w+, (?!IL)[A-Z]{2} \d{5}", lines[1])
    box = one(Kind.ADDRESS, "P.O. Box 1234\nSan Francisco, CA 94110-1234").split("\n")
    assert re.fullmatch(r"P\.O\. Box \d{4}", box[0])
    assert re.fullmatch(r"[A-Z]\w+, (?!CA)[A-Z]{2} \d{5}-\d{4}", box[1])


def test_a_street_and_a_town_have_one_pseudonym_in_every_way_of_writing() -> None:
    first, second = (
        one(Kind.ADDRESS, "123 Elm Street\nSpringfield, IL 62704"),
        one(Kind.ADDRESS, "123 ELM ST, SPRINGFIELD ILLINOIS 62704"),
    )
    street, town = first.split()[1], first.split("\n")[1].split(",")[0]
    assert second.startswith(f"{first.split()[0]} {street.upper()} ST, {town.upper()} ")
    assert second.endswith(first[-5:])


@pytest.mark.parametrize(
    "text",
    [
        "45 Park Hill Road",
        "Broadway",
        "10 Court Square",
        "North Haven, CT 06473",
        "Suite",
        "1 The Avenue",
        "NW1 6XE",
        "Unit 2\nNew York, New York 10001",
        "c/o Finch\n7 Lake Place",
    ],
)
def test_no_word_that_says_where_it_is_stays(text: str) -> None:
    kept = {"road", "square", "avenue", "place", "unit", "c", "o", "the"}
    words = {w.lower() for w in re.findall(r"\w+", text)} - kept
    assert not words & {w.lower() for w in re.findall(r"\w+", one(Kind.ADDRESS, text))}


def test_a_person_in_an_address_has_the_pseudonym_of_the_person() -> None:
    person = one(Kind.PERSON, "Howard Finch")
    assert one(Kind.ADDRESS, "c/o Howard Finch\n7 Maple Drive", also=("Howard Finch",)).startswith(f"c/o {person}\n")


# --- anything -------------------------------------------------------------------------------------------------------

_KEPT = re.compile(r"[a-z]{1,9}")


@settings(max_examples=80)
@given(kind=st.sampled_from(sorted(REPLACED)), lines=st.lists(st.text(max_size=24), min_size=1, max_size=3))
def test_whatever_was_read_gives_other_text_of_as_many_lines(kind: Kind, lines: list[str]) -> None:
    names = Pseudonyms(KEY)
    names.learn(kind, lines)
    fresh = names.rewrite(kind, lines)
    if fresh is None:
        return
    assert len(fresh) == len(lines)
    assert all(line.isascii() and (line.isprintable() or not line) for line in fresh)
    assert packed("".join(fresh)) != packed("".join(lines))
    assert names.rewrite(kind, lines) == fresh


@settings(max_examples=80)
@given(
    words=st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéñ", min_size=6, max_size=10), min_size=1, max_size=4),
    kind=st.sampled_from([Kind.PERSON, Kind.ADDRESS, Kind.ACCOUNT_NUMBER, Kind.EMAIL]),
    upper=st.booleans(),
)
def test_no_long_word_survives(words: list[str], kind: Kind, upper: bool) -> None:
    text = " ".join(word.upper() if upper else word.title() for word in words)
    fresh = one(kind, text).lower()
    assert not [
        word
        for word in words
        if re.search(rf"\b{re.escape(word)}\b", fresh)
        and word
        not in (
            "street",
            "avenue",
            "suite",
            "number",
            "member",
            "policy",
            "mobile",
            "terrace",
            "parkway",
            "highway",
            "square",
            "circle",
            "gardens",
            "crescent",
            "boulevard",
            "apartment",
            "building",
            "address",
            "telephone",
            "account",
        )
    ]


def test_kinds_without_pseudonyms_have_none() -> None:
    names = Pseudonyms(KEY)
    assert all(names.rewrite(kind, ["12 words"]) is None for kind in Kind if kind not in REPLACED)
    assert names.rewrite(Kind.PERSON, ["...", "-"]) is None
    assert names.rewrite(Kind.IP_ADDRESS, ["fe80::1"]) is None


def test_nothing_is_remembered_unless_asked() -> None:
    quiet, keeping = Pseudonyms(KEY), Pseudonyms(KEY, remember=True)
    for names in (quiet, keeping):
        names.rewrite(Kind.PERSON, ["Howard Finch"])
    assert quiet.entries == ()
    assert [(e.value, e.pseudonym) for e in keeping.entries] == [("Howard Finch", one(Kind.PERSON, "Howard Finch"))]
    assert "Finch" not in repr(keeping.entries)


def test_the_key_of_a_job_is_derived_and_named_without_telling_it() -> None:
    secret = bytes(31) + b"x"
    assert derived_key(secret) != secret
    assert len(derived_key(secret)) == 32
    assert key_id(derived_key(secret)) != key_id(secret)
    assert key_id(secret) not in secret.hex()
    models = dict(Pseudonyms(KEY).identity().models)
    assert models["key-id"] == key_id(KEY)
    assert KEY.hex()[:16] not in str(models)
