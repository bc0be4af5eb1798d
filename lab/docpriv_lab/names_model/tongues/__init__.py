"""Wording of generated documents by language: one file `xx.yaml` (ISO 639-1) each, found by listing; an error
names the file and the key that does not hold what it should."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Annotated, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from docpriv_lab.names_model import wording as model
from docpriv_lab.names_model.samples import ADDRESS, DOB, ID, LOCATION, ORGANIZATION, PERSON, PHONE, Casing
from docpriv_lab.names_model.slots import SLOT
from docpriv_lab.names_model.tables import PEOPLE

LABELS: Final[dict[str, str | None]] = {
    "person": PERSON, "sorted": PERSON, "first": PERSON, "surname": PERSON, "initialed": PERSON, "wrapped": PERSON,
    "city": LOCATION, "state": LOCATION, "country": LOCATION,
    "zip": ADDRESS, "cityzip": ADDRESS, "street": ADDRESS, "unit": ADDRESS, "address": ADDRESS, "addressline": ADDRESS,
    "org": ORGANIZATION, "company": ORGANIZATION, "bank": ORGANIZATION, "hospital": ORGANIZATION,
    "school": ORGANIZATION, "agency": ORGANIZATION,
    "phone": PHONE, "dob": DOB, "id": ID,
    "initial": None, "title": None, "ms": None, "date": None, "email": None, "number": None, "reference": None,
    "money": None, "job": None, "goods": None, "words": None, "negative": None, "months": None, "code": None,
    "clutter": None,
}  # fmt: skip
"""The slots of templates and the labels that they carry."""

SLOTS: Final = frozenset(LABELS)
PARTS: Final = frozenset({"noun", "house", "month", "mon", *LABELS})
"""What the templates of `values` may use."""

Texts = Annotated[tuple[str, ...], Field(min_length=1)]
Weights = Annotated[dict[str, float], Field(min_length=1)]

_DOTTED: Final = frozenset({"tr", "az"})  # their capital of "i" has a dot
FOLDER: Final = resources.files(__name__)
"""Where the files lie."""

_OTHER_COLUMNS: Final = 3  # columns without people that a table may show at once
_FIELD_KEYS: Final = ("fields_", "name_boxes", "place_boxes", "boxes", "columns")
DAY: Final = re.compile(r"%-?[de]")
"""The day in a form of dates."""

_WORDS: Final = re.compile(r"\w[\w .'’-]{1,22}[^\W\d][.)]?")
"""A label short enough to stand beside another."""

_BRACE: Final = re.compile(r"[{}]")


Form = TypeVar("Form", bound=BaseModel)


class TongueError(ValueError):
    """A file of wording does not hold what it should; the message names the file and the key."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Customs(_Strict):
    """How people are named: shares are 0 to 1. `joints` join double surnames, `feminine` are pairs of ending and
    feminine ending of surnames, `compounds` lists of first parts and of last parts, in turn, that make surnames."""

    double: float = 0.04
    joints: Texts = ("-", "-", " ")
    particle: float = 0.0
    particles: tuple[str, ...] = ()
    surname_first: bool = False
    feminine: tuple[tuple[str, str], ...] = ()
    compounds: tuple[tuple[str, ...], ...] = ()


class Values(_Strict):
    """What both halves draw from. "#" is a digit, "%" a digit from 1, "?" a capital letter in numbers and addresses."""

    titles: Texts
    ms: tuple[str, ...] = ()
    date_forms: Texts
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    mons: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    phones: Texts
    ids: Texts
    references: Texts
    money: Texts
    zips: Texts
    houses: Texts
    streets: Texts
    nouns: Texts
    units: Texts
    cityzips: Texts
    states: Texts
    countries: Texts
    companies: Texts
    banks: Texts
    hospitals: Texts
    schools: Texts
    agencies: Texts
    jobs: Texts
    goods: Texts
    words: Texts
    cities: tuple[str, ...] = ()
    number_head: str = "No."

    @model_validator(mode="after")
    def _known_parts(self) -> Values:
        for key, texts in self:
            for text in texts if isinstance(texts, tuple) else ():
                allowed = {"month", "mon"} if key == "date_forms" else PARTS
                _check_slots(text, frozenset(allowed), key)
        if not any(DAY.search(form) for form in self.date_forms):
            raise ValueError("date_forms: none has a day (%d)")
        return self


class FieldOf(_Strict):
    """A field, box or column: see `wording.Field`."""

    labels: Texts
    slots: Texts
    weight: Annotated[float, Field(gt=0)] = 1.0


Fields = Annotated[tuple[FieldOf, ...], Field(min_length=1)]


class Half(_Strict):
    """The wording of one half: see `wording.Wording`."""

    fields_: Fields = Field(alias="fields")
    name_boxes: Fields
    place_boxes: Fields
    boxes: Fields
    columns: Fields
    block_headings: Texts
    passages: Texts
    plain_passages: Texts
    headings: Texts
    instructions: Texts
    negatives: Texts

    def wording(self) -> model.Wording:
        """The same as the layouts take it."""
        return model.Wording(
            fields=_fields(self.fields_),
            name_boxes=_fields(self.name_boxes),
            place_boxes=_fields(self.place_boxes),
            boxes=_fields(self.boxes),
            columns=_fields(self.columns),
            block_headings=self.block_headings,
            passages=self.passages,
            plain_passages=self.plain_passages,
            headings=self.headings,
            instructions=self.instructions,
            negatives=self.negatives,
        )

    @model_validator(mode="after")
    def _known_slots(self) -> Half:
        for key in _FIELD_KEYS:
            for item in getattr(self, key):
                for slot in item.slots:
                    _check_slots(f"{{{slot}}}", SLOTS, key.strip("_"))
        for key in ("passages", "plain_passages"):
            for text in getattr(self, key):
                _check_slots(text, SLOTS, key)
        if not any(PEOPLE.issuperset(column.slots) for column in self.columns):
            raise ValueError(f"columns: one at least must hold people alone (of {', '.join(sorted(PEOPLE))})")
        if sum(not PEOPLE.intersection(column.slots) for column in self.columns) < _OTHER_COLUMNS:
            raise ValueError(f"columns: {_OTHER_COLUMNS} at least must hold no people")
        return self


class Tongue(_Strict):
    """A language: `faker` are locales of Faker with their weights, `names` how people are named, `inflect` pairs of ending
    and new ending by case."""

    faker: Weights
    inflect: dict[str, tuple[tuple[str, str], ...]] = {}
    names: Customs = Customs()
    values: Values
    train: Half
    test: Half

    @model_validator(mode="after")
    def _known_cases(self) -> Tongue:
        texts = [text for half in (self.train, self.test) for text in (*half.passages, *half.plain_passages)]
        cases = {match[2] for text in texts for match in SLOT.finditer(text) if match[2]}
        if missing := cases - set(self.inflect):
            raise ValueError(f"inflect: no endings for the cases {', '.join(sorted(missing))}")
        return self


def codes() -> tuple[str, ...]:
    """The languages that have a file (ISO 639-1), in order."""
    names = (entry.name for entry in FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if re.fullmatch(r"[a-z]{2}\.yaml", name)))


@cache
def load_tongue(code: str) -> Tongue:
    """The language of that code. Raises TongueError when its file is absent or holds something else."""
    path = FOLDER / f"{code}.yaml"
    if not path.is_file():
        raise TongueError(f"no wording for {code!r}: there is {', '.join(codes())}")
    return parsed(Tongue, path.read_text(encoding="utf-8"), path.name)


def parsed(form: type[Form], text: str, name: str) -> Form:
    """What a file of that name and text holds. Raises TongueError."""
    try:
        # every scalar is a text: "No", "12:30" and "1." are labels like any other
        content: Any = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  # makes texts, lists and maps only
        return form.model_validate(content)
    except yaml.YAMLError as error:
        raise TongueError(f"{name}: {error}") from error
    except ValidationError as error:
        faults = (f"{name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise TongueError("\n".join(faults)) from error


def wording_of(code: str, *, held_out: bool) -> model.Wording:
    """The wording of one half of a language, with labels of the other languages beside its own. Raises TongueError."""
    tongue = load_tongue(code)
    return replace(
        (tongue.test if held_out else tongue.train).wording(),
        upper=Casing.UPPER_DOTTED if code in _DOTTED else Casing.UPPER,
        number_head=tongue.values.number_head,
        translations=_translations(code, held_out),
    )


def _translations(code: str, held_out: bool) -> dict[str, tuple[str, ...]]:
    """Short labels of the other languages by the first slot of their field."""
    labels: dict[str, list[str]] = {}
    for other in codes():
        half = (load_tongue(other).test if held_out else load_tongue(other).train) if other != code else None
        for item in (*half.fields_, *half.name_boxes) if half else ():
            labels.setdefault(item.slots[0], []).extend(label for label in item.labels if _WORDS.fullmatch(label))
    return {slot: tuple(texts) for slot, texts in labels.items()}


def _fields(items: tuple[FieldOf, ...]) -> tuple[model.Field, ...]:
    return tuple(model.Field(labels=item.labels, slots=item.slots, weight=item.weight) for item in items)


def _check_slots(text: str, known: frozenset[str], key: str) -> None:
    for match in SLOT.finditer(text):
        if match[1] not in known:
            raise ValueError(f"{key}: unknown slot {{{match[1]}}} in {text!r}; there is {', '.join(sorted(known))}")
    if _BRACE.search(SLOT.sub("", text)):
        raise ValueError(f"{key}: a brace that is part of no slot in {text!r}")
