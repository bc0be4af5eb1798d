"""All that a run is told beside which documents it works on: one object, which travels whole to workers and machines.

A new option of a run is a field here (or a key of the recipe), a flag of the command line (`docpriv.cli.options`), and
whatever reads it; nothing in between names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from docpriv.errors import UsageError
from docpriv.files import path_from, path_text
from docpriv.options import Recipe

TravellingPath = Annotated[
    Path, PlainSerializer(path_text), BeforeValidator(lambda value: path_from(value) if isinstance(value, str) else value)
]
"""A path that becomes text in a message, whatever bytes it is made of."""

TravellingBytes = Annotated[
    bytes, PlainSerializer(bytes.hex), BeforeValidator(lambda value: bytes.fromhex(value) if isinstance(value, str) else value)
]
"""Bytes that become hex digits in a message."""


ONLY = {
    **dict.fromkeys(("force", "dry_run"), "redact"),
    **dict.fromkeys(("show", "plan_out", "explain", "reveal"), "scan"),
    **dict.fromkeys(("pseudonym_secret", "mapping_for"), "the run itself"),
}
"""Options that one command alone takes, or the run itself fills in; `redact`, `batch` and `watch` take all others alike."""


class RunOptions(BaseModel):
    """How documents are to be handled. What holds a secret, a term or a path is in no repr."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    recipe: Recipe = Field(default_factory=Recipe, repr=False)
    password: str | None = Field(default=None, repr=False, description="Opens encrypted PDF.")
    pseudonym_key: TravellingPath | None = Field(
        default=None, repr=False, description="File of a key that several runs share; else each folder of records has its own."
    )
    keep_mapping: tuple[str, ...] = Field(
        default=(), repr=False, description="Age recipients, or files of them, for whom what was replaced is kept encrypted."
    )

    force: bool = Field(default=False, description="Replace outputs that exist, and do again what is done.")
    dry_run: bool = Field(default=False, description="Do everything but release, and keep no record.")
    show: TravellingPath | None = Field(default=None, repr=False, description="Folder for pictures with boxes drawn.")
    plan_out: TravellingPath | None = Field(default=None, repr=False, description="Where to write the plan.")
    explain: bool = Field(default=False, description="Say of every finding why it is covered or left.")
    reveal: bool = Field(default=False, description="With its text, for the user's own terminal.")
    pseudonym_secret: TravellingBytes | None = Field(
        default=None, repr=False, description="Key of the pseudonyms, of the file or of the records."
    )
    mapping_for: tuple[str, ...] = Field(default=(), repr=False, description="Age recipients of `keep_mapping`.")

    def message(self) -> dict[str, Any]:
        """As JSON holds it; `RunOptions.model_validate` reads it."""
        return self.model_dump(mode="json")


def run_options(recipe: Recipe, **options: Any) -> RunOptions:
    """Options by name; UsageError for one that there is not, or of another type. Its value is never shown."""
    try:
        return RunOptions(recipe=recipe, **options)
    except ValidationError as exc:
        names = ", ".join(sorted({str(error["loc"][0]) for error in exc.errors(include_input=False)}))
        raise UsageError(
            f"options that a run does not take, or not so: {names}", remedy=f"It takes {', '.join(RunOptions.model_fields)}."
        ) from None
