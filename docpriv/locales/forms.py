"""The form of the files of languages and countries; a key that is not here is a fault of the file.

Words are written in small letters as they are printed; a word that YAML would take for something else (`no`, `y`, `1`) in quotes.
Patterns are regular expressions; `{{name}}` in one stands for a fragment or a list of words, see `expanded`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Literal, Self

import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from docpriv.model import Kind


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    twice = [word for word, count in Counter(words).items() if count > 1]
    if twice:
        raise ValueError(f"`{twice[0]}` stands twice")
    return words


def _compiles(pattern: str) -> str:
    try:
        re.compile(re.sub(r"\{\{\w+\}\}", "x", pattern))
    except re.error as failure:
        raise ValueError(f"is no regular expression: {failure}") from None
    return pattern


Words = Annotated[tuple[str, ...], AfterValidator(_once)]
Pattern = Annotated[str, AfterValidator(_compiles)]
Score = Annotated[float, pydantic.Field(ge=0, le=1)]
Source = Annotated[
    str, pydantic.Field(min_length=3, description="Where it is from: an authority, a norm, or that it was compiled here.")
]


Form = Literal[
    "name", "names", "name_address", "address", "place", "line", "extension", "id", "number", "date", "age", "phone", "email",
    "word", "plate", "vin", "initial",
]  # fmt: skip
"""How a value looks."""
Where = Literal["same", "right", "below"]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Sourced(_Checked):
    """Tables, and for each that is there its source."""

    sources: dict[str, Source]

    @model_validator(mode="after")
    def _all_have_a_source(self) -> Self:
        tables = self.model_fields_set - {"sources", "name", "also"}
        for table in sorted(tables ^ set(self.sources)):
            raise ValueError(f"`{table}` has no source" if table in tables else f"a source of `{table}`, which is not there")
        return self


class Value(_Checked):
    """How a value looks where a label announces it."""

    pattern: Pattern
    """Its group, where it has one, is the value; a match without it is none. Letter case counts."""
    check: str = ""
    """What has to hold of a value: a module of python-stdnum (`gb.nhs`) or a function of `docpriv.pii.checksums`."""


class Print(Value):
    """What is found by its own print, or by the words around it."""

    rule: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9-]+$")]
    kind: Kind
    needs: Pattern = ""
    """What a text has to hold to be searched."""
    score: Score
    source: Source
    examples: Words = ()
    """Texts in which it is found."""


class Number(Print):
    """A number, code or address. A score below 0.4 is no finding until a word near it lifts it.

    Its pattern has no group, and ignores letter case but in `(?-i:...)`.
    """

    near: Words = ()
    """Words that lift the score where they stand near."""
    named: Words = ()
    """Words that make a value right behind them such a number although its check fails: one digit may be misread."""
    misread: bool = False
    """Sought again with letters like S, B and Z as digits: check or form are strong enough to confirm that they are."""


class Announced(_Checked):
    """A value that a word right before it announces."""

    rule: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9-]+$")]
    kind: Kind
    words: Words = ()
    """Small letters, without points."""
    cue: str = ""
    """Further words are those that the languages give for this cue."""
    lead: Pattern = "{{lead}}"
    """What may stand from the word's end to the value."""
    value: Pattern
    """Its one group is the value. Letter case counts but in `(?i:...)`."""
    score: Score = 0.7
    check: str = ""
    """As of a number; or `addressee`, a name that a letter is addressed to."""
    digits: int = 0
    """The least that a value has."""
    signs: tuple[int, int] = (1, 99)
    """The least and the most letters and digits of a value."""
    behind: bool = False
    """The value may also stand right before the word."""
    everyday: bool = False
    """The value is a word, so it must be none that forms use, and no letter of it is read as a digit."""
    source: Source


class Plate(_Checked):
    """The print of a vehicle's plate in text, beside a word for vehicles."""

    rule: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9-]+$")]
    pattern: Pattern
    strict: bool = False
    """So strict that a word of registering suffices: persons and firms are registered too."""


class Field(_Checked):
    """A family of labels that announce the same kind of value; the labels are the languages'."""

    name: str
    kind: Kind
    form: Form
    score: Score
    colon: bool = False
    """Its labels are everyday words, which announce something only before a colon or alone in a cell."""
    where: tuple[Where, ...] = ("same", "right", "below")


class Signing(_Checked):
    """Words beside which people sign."""

    beside: Words = ()
    """Printed under, left of or above the signature's line."""
    alone: Words = ()
    """Common words, labels only where they are nearly all that stands there."""
    colon: Words = ()
    """Labels only with a colon, a blank or nothing after them."""
    closing: Words = ()
    """The last words of a letter, above the signature."""
    jurat: Words = ()
    """Formulas with a signature somewhere below."""
    no_place: Words = ()
    """Speaks of signing, but is no place for it."""


class Language(_Sourced):
    """A folder of `languages`."""

    name: str = ""
    """In English."""
    also: Words = ()
    """Further codes by which models of languages know it."""
    countries: Words = ()
    """Where it is written, by code (ISO 3166-1): telephone numbers in its text are of these."""
    labels: dict[str, Words] = {}
    """By field of `common.yaml`. Letter case, accents, points and the usual misreadings do not matter."""
    stops: Words = ()
    """Labels that end a value and announce nothing."""
    everyday: Words = ()
    """Labels of names in other languages that are everyday words of this one: on its pages they announce nobody."""
    words: dict[str, Words] = {}
    """By list of `common.yaml`, which says what each decides."""
    months: Annotated[tuple[Words, ...], pydantic.Field(min_length=12, max_length=12)] | tuple[()] = ()
    """January to December, each in full and shortened; without accents too, since readers drop them."""
    cues: dict[str, Words] = {}
    """Words that announce a value, by the `cue` of an announced value; small letters, without points."""
    ages: tuple[Pattern, ...] = ()
    """Ages in figures; the one group is covered. Letter case does not count but in `(?-i:...)`."""
    ages_in_words: tuple[Pattern, ...] = ()
    """Likewise; a match without the group is none."""
    signing: Signing = Signing()


class Country(_Sourced):
    """A file of `countries`."""

    name: str
    numbers: tuple[Number, ...] = ()
    announced: tuple[Announced, ...] = ()
    telephones: tuple[Print, ...] = ()
    plates: tuple[Plate, ...] = ()
    plate_groups: Words = ()
    """Plates in photographs: groups of L letters and D digits with their least and most, as `L2 D1-3`."""
    states: Mapping[Annotated[str, pydantic.Field(pattern="^[A-Z]{2}$")], str] = {}
    """States by their postal codes."""
    territories: Words = ()
    """Further postal codes."""
    states_also_words: Words = ()
    """Codes of states that are words of their own."""
    postcode: Pattern = ""
    """Where its form alone says that it is one."""
    postcode_after_state: Pattern = ""
    """Where it is one only behind a state."""
    postal_prefix: str = ""
    """The letters before a hyphen and a postcode: `D-10117`."""


class Common(_Checked):
    """`common.yaml`."""

    lists: dict[str, str]
    """What each list of words decides."""
    anywhere: Words
    """Lists whose words count in text of any language: who or what they belong to is named everywhere as at home."""
    fragments: dict[str, Pattern]
    """Parts of patterns."""
    fields: tuple[Field, ...]
    values: dict[Form, tuple[Value, ...]]
    """By form, of values that their print alone tells; of several the first that is found counts."""
    numbers: tuple[Number, ...]
    announced: tuple[Announced, ...]
    telephones: tuple[Print, ...]
    mailboxes: tuple[Print, ...]
    births: tuple[Print, ...]
    no_plates: Words
    """What has the form of a plate in a photograph and is none: norms, sizes, models."""
    filler: Words
    """Filler text of printers, which is in no language."""
    sources: dict[str, Source]
