"""Forms that a user fills in: recipe and limits. No error repeats a value.

A recipe is data: what to read with, what to look for, what to cover, how to verify. Its canonical form has a digest
that every record carries. Results and derived values do not belong here.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from docpriv.model import Kind
from docpriv.model_card import known_languages
from docpriv.recognizers import CustomRecognizer
from docpriv.styles import STYLES, Style, problem_of

_FORM = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Capability(StrEnum):
    """What a recipe may need from an installation. Missing ones are an error, never a quiet pass."""

    TEXT = "text"
    NAMES = "names"
    PATTERNS = "patterns"
    FIELDS = "fields"
    SCRIPTS = "scripts"
    SECOND_READING = "second-reading"
    INK = "ink"
    FACES = "faces"
    CODES = "codes"
    SIGNATURES = "signatures"


class Limits(BaseModel):
    """What one document may cost. Reaching a limit is an error of that document, never of its neighbours."""

    model_config = _FORM

    megapixels: Positive = Field(default=50.0, le=1000, description="Largest page, in million pixels.")
    pages: int = Field(default=10_000, gt=0, description="Most pages in one document.")
    input_megabytes: Positive = Field(default=2_000.0, description="Largest input file, in MB.")
    aspect: float = Field(default=50.0, gt=1, description="Longest side over shortest side of a page.")
    min_side: int = Field(default=16, ge=1, description="Shortest side of a page, in pixels.")
    page_seconds: Positive = Field(
        default=180.0,
        description="CPU seconds of one page; steps over the whole document have a twentieth of this for each page. Time that "
        "other programs take, and loading models, do not count.",
    )
    still_seconds: Positive = Field(
        default=300.0, description="Wall-clock seconds without any CPU time, after which a document is tried again, alone, once."
    )
    wall_seconds: Positive = Field(
        default=3600.0, description="Ceiling of wall-clock seconds of one page, however busy the machine is; likewise then."
    )
    memory_megabytes: int = Field(default=2_000, ge=256, description="Memory of the process that handles a document.")


class Reading(BaseModel):
    """How pages become text."""

    model_config = _FORM

    engine: str = Field(default="rapid", description="Reading engine: rapid (default), paddle, tesseract, or fake (tests only).")
    model_dir: str | None = Field(
        default=None,
        description="Folder of models instead of the engine's own. paddle: folders det and rec in PaddleOCR's layout, with "
        "inference.yml and inference.onnx; tesseract: files LANGUAGE.traineddata.",
    )
    languages: tuple[str, ...] = Field(
        default=("eng",),
        min_length=1,
        max_length=20,
        description="Languages that the engine tesseract reads, by the names of its data files.",
    )
    download: bool = Field(
        default=False,
        description="Let the engine paddle fetch PaddleOCR's own models over the network the first time it is used. Without it "
        "nothing is fetched.",
    )
    threads: int = Field(default=1, ge=1, le=64, description="Threads of one engine.")
    second_reading: bool = Field(
        default=False, description="Read every page again at another scale and unite the findings; about doubles the time."
    )
    reread_below: Share = Field(
        default=0.90,
        description="Lines read with a lower score are read again with more room around them, and the findings united; 0 reads "
        "none again.",
    )
    check_orientation: bool = Field(
        default=True, description="Look for pages that lie on their side or upside down, where the first reading gives reason."
    )
    max_tile: int = Field(
        default=4000, ge=512, le=8000, description="Pages with a longer side are read in overlapping tiles of this many pixels."
    )
    render_dpi: int = Field(
        default=200,
        ge=72,
        le=600,
        description="Resolution for PDF pages that are drawn and hold no scan whose own resolution could be used.",
    )
    text_layer: Literal["use", "ignore"] = Field(
        default="use",
        description="What to do with text that a PDF holds itself: `use` searches it beside what was read from the pixels and "
        "covers what it adds where the page shows something; it never takes a finding back.",
    )
    device: Literal["cpu", "cuda"] = Field(default="cpu", description="Where the models run.")

    @field_validator("languages")
    @classmethod
    def _names_of_files(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not re.fullmatch(r"[A-Za-z0-9_]+(/[A-Za-z0-9_]+)?", one):
                raise ValueError("a language is the name of a data file, such as eng or script/Latin")
        return value


def _or_files(schema: dict[str, Any]) -> None:
    """In a recipe file a name of a file may stand in the list too; it is read before the form is filled."""
    schema["items"] = {"anyOf": [schema["items"], {"type": "string", "description": "A YAML file, relative to the recipe."}]}


ALL = "all"
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_NOT_LEARNT = "no names model has learnt {}"
_LEARNT = (
    "There are models for {}: codes of ISO 639 without a country, de for German of Austria too. A further language needs a model "
    "that has learnt it and its words in docpriv/locales (`Add a language` in the manual)."
)


class Finding(BaseModel):
    """What is looked for, and where it is believed."""

    model_config = _FORM

    languages: tuple[str, ...] = Field(
        default=(ALL,),
        min_length=1,
        description="Languages that are looked for, by code (ISO 639) with commas between them, as `de,fr`; `all`: every one "
        "that a names model has learnt. A page that is mostly in another one is withheld.",
    )
    scripts: tuple[Literal["Latin"], ...] = Field(
        default=("Latin",),
        min_length=1,
        description="Scripts that detectors cover; a page that is mostly in another one is withheld.",
    )
    phone_regions: tuple[str, ...] | None = Field(
        default=None,
        description="Countries whose telephone numbers are recognised without a label (ISO 3166); null: those of the language "
        "of the text.",
    )
    min_score: Share = Field(
        default=0.4, description="Findings below this score are dropped from the plan and counted in the record."
    )
    names_bias: float = Field(
        default=1.5, ge=0, le=6, description="Recall of the name model: 0 precise, 2 generous, 3 very generous."
    )
    propagate: bool = Field(default=True, description="Search a value found once through the whole document.")
    deny: tuple[str, ...] = Field(
        default=(),
        repr=False,
        description="Terms that are always covered; the letter case does not matter. `re:` starts a regular expression.",
    )
    allow: tuple[str, ...] = Field(default=(), repr=False, description="Terms that are never covered by a detector of text.")
    spacy_model: str | None = Field(
        default=None, description="An installed spaCy model (name or folder) whose entities join those of docpriv's own model."
    )
    recognizers: tuple[CustomRecognizer, ...] = Field(
        default=(),
        max_length=500,
        json_schema_extra=_or_files,
        description="Recognizers of your own in Presidio's YAML format: each as its keys, or the name of a file of them, beside "
        "the recipe. Every one is used on every page.",
    )

    @field_validator("languages", mode="before")
    @classmethod
    def _parted(cls, value: Any) -> Any:
        return tuple(code.strip() for code in value.split(",") if code.strip()) if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def _learnt(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = known_languages() if value != (ALL,) else ()
        for number, code in enumerate(value if known else (), start=1):
            if code not in known:
                what = f"the language {code}" if _CODE.fullmatch(code) else f"entry {number}"
                raise PydanticCustomError(
                    "language", "{problem}", {"problem": _NOT_LEARNT.format(what), "remedy": _LEARNT.format(", ".join(known))}
                )
        return tuple(dict.fromkeys(value))

    @property
    def covered(self) -> tuple[str, ...]:
        """The languages that are looked for, by code."""
        return known_languages() if ALL in self.languages else self.languages

    @field_validator("recognizers")
    @classmethod
    def _known_by_name(cls, value: tuple[CustomRecognizer, ...]) -> tuple[CustomRecognizer, ...]:
        unlike = tuple(dict.fromkeys(value))  # the same file may be named by the recipe and on the command line
        twice = [name for name, number in Counter(one.name for one in unlike).items() if number > 1]
        if twice:
            raise ValueError(f"two recognizers that differ have the name {min(twice)}")
        return unlike


class Seeing(BaseModel):
    """What is looked for besides text. What is switched off is not looked for at all: the record names the engines that ran."""

    model_config = _FORM

    faces: bool = Field(
        default=True, description="Portraits, ghost portraits and fingerprints; photograph areas of identity documents."
    )
    codes: bool = Field(default=True, description="Barcodes and two-dimensional codes, decoded or not.")
    plates: bool = Field(default=True, description="Licence plates in photographs.")
    writing: bool = Field(default=True, description="Signatures, stamps and other ink that no line of text explains.")
    others: tuple[str, ...] = Field(default=(), description="Further detectors that are installed, by registered name.")


LEAST_ANCHOR = 4
"""Letters and digits of an anchor: shorter words are read into anything."""

_SLUG = r"^[a-z0-9][a-z0-9-]{0,63}$"
_Units = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
_Corners = tuple[_Units, _Units, _Units, _Units]


class Anchor(BaseModel):
    """A word or short phrase that is printed on a form, and where."""

    model_config = _FORM

    text: str = Field(
        min_length=1, max_length=100, repr=False, description="Printed words; letter case and spaces do not matter."
    )
    box: _Corners = Field(description="x0, y0, x1, y1 in the units of the template's size.")


class Zone(BaseModel):
    """An area of a form that is always covered."""

    model_config = _FORM

    name: str = Field(pattern=_SLUG, description="What stands there; records name it as a reason, so it holds nothing personal.")
    kind: Kind = Field(default=Kind.MANUAL, description="Kind of what stands there.")
    box: _Corners = Field(description="x0, y0, x1, y1 in the units of the template's size.")


class ZoneTemplate(BaseModel):
    """A known form: printed words by which a page is recognised, and areas that are then always covered."""

    model_config = _FORM

    name: str = Field(pattern=_SLUG, description="Name of the form.")
    size: tuple[_Units, _Units] = Field(
        description="Width and height of the form, in any unit: points, or pixels of the scan that it was drawn on."
    )
    required: bool = Field(
        default=False, description="A page that matches no required template of those that are for it is withheld."
    )
    pages: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), max_length=1000, description="Pages of a document that the template is for, counted from 1; none: all."
    )
    anchors: tuple[Anchor, ...] = Field(
        min_length=3, max_length=200, description="Printed words spread over the form; 10 or more are safer than 3."
    )
    zones: tuple[Zone, ...] = Field(min_length=1, max_length=200, description="Areas that are covered on a page that matches.")

    @model_validator(mode="after")
    def _inside(self) -> ZoneTemplate:
        width, height = self.size
        if min(width, height) <= 0:
            raise ValueError("size is a width and a height above 0")
        for number, anchor in enumerate(self.anchors):
            if sum(c.isalnum() for c in anchor.text) < LEAST_ANCHOR:
                raise ValueError(f"anchors[{number}].text has fewer than {LEAST_ANCHOR} letters and digits")
        for what, boxes in (("anchors", [a.box for a in self.anchors]), ("zones", [z.box for z in self.zones])):
            for number, (x0, y0, x1, y1) in enumerate(boxes):
                if x1 <= x0 or y1 <= y0:
                    raise ValueError(f"{what}[{number}].box is empty: it is x0, y0, x1, y1 with x0 < x1 and y0 < y1")
                if x1 > width or y1 > height:
                    raise ValueError(f"{what}[{number}].box reaches beyond the template's size")
        if len({zone.name for zone in self.zones}) < len(self.zones):
            raise ValueError("two zones have one name")
        return self


def _known_style(name: str) -> str:
    if name not in STYLES:
        raise PydanticCustomError("enum", "Input should be one of {expected}", {"expected": ", ".join(STYLES)})
    return name


class StyleName(str):
    """The name of a registered style."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_known_style, core_schema.str_schema(), ref=f"{__name__}.Style:0")

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        said = "How a covered area looks. What each guarantees, and how it was measured, stands in the README."
        return {"description": said, "enum": list(STYLES), "title": "Style", "type": "string"}


_LEFT = {
    Kind.URL,
    Kind.STAMP,
    Kind.UNREAD_INK,
    Kind.ORGANIZATION,
    Kind.LOCATION,
    Kind.PUBLIC_ADDRESS,
    Kind.DATE,
    Kind.AMOUNT,
    Kind.DOCUMENT_NUMBER,
}
"""Kinds that are left readable and reported, unless a recipe covers them. What was not understood has a key of its own."""


class Policy(BaseModel):
    """Which kinds are covered, and how. Everything found but not covered is still counted in the record."""

    model_config = _FORM

    cover: tuple[Kind, ...] = Field(
        default=tuple(kind for kind in Kind if kind not in _LEFT), description="Kinds that are covered."
    )
    colour: str = Field(
        default="black",
        description="Fill: black, white, grey or #RRGGBB. Bilevel and grey pages take the nearest tone they have.",
    )
    pad: float = Field(default=0.05, ge=0, le=2, description="Margin around covered text, as a share of its height.")
    low_line_score: Share = Field(
        default=0.70,
        description="A line read with a lower score that holds a finding is covered whole; of a long one, more to each side.",
    )
    unread_share: Share = Field(
        default=0.5,
        description="A page is withheld where more than this share of the ink that looks like writing was not understood.",
    )
    unread_score: Share = Field(default=0.5, description="A word below this score counts as not read.")
    not_understood: Literal["cover", "withhold", "count"] = Field(
        default="cover",
        description="Writing that was not read with confidence, in a script and language that the detectors know: `cover` "
        "covers it; `withhold` withholds every page with any; `count` only counts it.",
    )
    handwriting: Literal["cover", "withhold", "count"] = Field(
        default="cover",
        description="Writing by hand that was read with doubt, whose names cannot be sought: `cover` covers its lines whole, "
        "and withholds a page that is mostly such writing; `withhold` withholds every page with such a line; `count` only "
        "counts it.",
    )
    style: StyleName = Field(
        default=StyleName("fill"), description="How covered areas look, unless `styles` says otherwise for their kind."
    )
    styles: dict[Kind, StyleName] = Field(default={}, description="Styles of single kinds: `FACE: silhouette`.")
    captions: dict[Kind, str] = Field(
        default={},
        repr=False,
        description="What the style `label` writes instead of the kind, for instance a reason code: `PERSON: (b)(6)`.",
    )
    width_step: Positive = Field(
        default=4.0, le=100, description="The style `neutral` makes every box a multiple of this many text heights wide."
    )
    epsilon: Positive = Field(
        default=0.1, le=100, description="The style `noise` keeps this privacy budget for each picture; smaller hides more."
    )
    allow_reversible: bool = Field(
        default=False,
        description="Permit `blur` and `pixelate`, which can be undone, for faces and other pictures; never for text.",
    )
    zones: tuple[ZoneTemplate, ...] = Field(
        default=(),
        max_length=50,
        json_schema_extra=_or_files,
        description="Known forms with areas that are always covered on a page that matches: each as its keys, or the name of "
        "its file.",
    )

    @field_validator("captions")
    @classmethod
    def _captions(cls, value: dict[Kind, str]) -> dict[Kind, str]:
        for kind, caption in value.items():
            if not 1 <= len(caption) <= 24 or not caption.isascii() or not caption.isprintable() or caption != caption.strip():
                raise ValueError(f"the caption of {kind} is 1 to 24 letters, digits and signs of ASCII")
        return value

    @model_validator(mode="after")
    def _styles_fit(self) -> Policy:
        kinds = {
            **dict.fromkeys((*self.cover, *(zone.kind for form in self.zones for zone in form.zones)), self.style),
            **self.styles,
        }
        for kind, style in kinds.items():
            problem = problem_of(STYLES[style], kind, allow_reversible=self.allow_reversible)
            if problem is not None:
                raise PydanticCustomError("style", "{problem}", {"problem": problem[0], "remedy": problem[1]})
        return self

    @field_validator("colour")
    @classmethod
    def _colour(cls, value: str) -> str:
        colour_of(value)
        return value

    @property
    def used_styles(self) -> tuple[Style, ...]:
        """The styles that any kind may get, the safest first."""
        names = {self.style, *self.styles.values()}
        return tuple(style for name, style in STYLES.items() if name in names)

    @property
    def writes_pseudonyms(self) -> bool:
        return any(style.text == "pseudonym" for style in self.used_styles)

    @field_validator("zones")
    @classmethod
    def _one_name_each(cls, value: tuple[ZoneTemplate, ...]) -> tuple[ZoneTemplate, ...]:
        unlike = tuple(dict.fromkeys(value))
        if len({template.name for template in unlike}) < len(unlike):
            raise ValueError("two templates that differ have one name")
        return unlike


class Verifying(BaseModel):
    """How hard the written file is checked before release."""

    model_config = _FORM

    repairs: int = Field(
        default=5, ge=0, le=9, description="How often a page that still shows something is covered further before it is withheld."
    )
    reread: bool = Field(default=True, description="Read lines that touch a covered area again on the final pixels.")


class Writing(BaseModel):
    """What the output looks like."""

    model_config = _FORM

    format: Literal["same", "pdf"] = Field(default="same", description="Same kind of file as the input (JPEG for HEIC), or PDF.")
    text_layer: bool = Field(default=False, description="Add the surviving words to a PDF as invisible, searchable text.")
    names: Literal["keep", "digest"] = Field(default="keep", description="Name outputs like their inputs, or by document id.")
    on_withheld: Literal["document", "placeholder"] = Field(
        default="document", description="A page that cannot be released withholds its document, or is replaced by a slip page."
    )


class Recipe(BaseModel):
    """A whole recipe. `docpriv recipes show NAME` prints one; `--set policy.colour=white` changes one key."""

    model_config = _FORM

    name: str = Field(default="redact", description="Name of the recipe.", pattern="^[a-z0-9][a-z0-9-]{0,63}$")
    version: int = Field(default=1, ge=1, description="Version of the recipe's own content.")
    description: str = Field(default="", description="What it is for, in a sentence.")
    needs: tuple[Capability, ...] = Field(
        default=(
            Capability.TEXT,
            Capability.NAMES,
            Capability.PATTERNS,
            Capability.FIELDS,
            Capability.SCRIPTS,
        ),
        description="Capabilities without which the recipe must not run.",
    )
    reading: Reading = Reading()
    finding: Finding = Finding()
    seeing: Seeing = Seeing()
    policy: Policy = Policy()
    verifying: Verifying = Verifying()
    writing: Writing = Writing()
    limits: Limits = Limits()


_COLOURS = {"black": (0, 0, 0), "white": (255, 255, 255), "grey": (128, 128, 128)}


def colour_of(value: str) -> tuple[int, int, int]:
    """R, G, B of 0..255 of a colour name or #RRGGBB; ValueError names what is accepted."""
    if value in _COLOURS:
        return _COLOURS[value]
    if re.fullmatch("#[0-9a-fA-F]{6}", value):
        red, green, blue = bytes.fromhex(value[1:])
        return red, green, blue
    raise ValueError("a colour is black, white, grey or #RRGGBB")
