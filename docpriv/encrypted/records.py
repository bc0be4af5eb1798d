"""Forms kept or sent as JSON, bytes in hex, each with the name of its format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter

from docpriv.errors import UsageError
from docpriv.files import read_private

FORM: Final = ConfigDict(
    extra="forbid", ser_json_bytes="hex", val_json_bytes="hex", hide_input_in_errors=True, arbitrary_types_allowed=True
)
Id = Annotated[bytes, Field(min_length=16, max_length=16)]
Digest = Annotated[bytes, Field(min_length=32, max_length=32)]
F = TypeVar("F")


def facts_of(form: Any) -> dict[str, Any]:
    """The values of a form as JSON has them."""
    facts: dict[str, Any] = TypeAdapter(type(form)).dump_python(form, mode="json")
    return facts


def packed(form: Any, *, indent: int | None = 1, sort_keys: bool = True) -> bytes:
    """A form's bytes; the same form gives the same."""
    return json_bytes(facts_of(form), indent=indent, sort_keys=sort_keys)


def json_bytes(facts: dict[str, Any], *, indent: int | None = 1, sort_keys: bool = True) -> bytes:
    """A JSON object in one spelling."""
    return json.dumps(facts, indent=indent, sort_keys=sort_keys, allow_nan=False).encode() + b"\n"


def parsed(form: type[F], data: bytes) -> F:
    """A form of its bytes; ValueError where they are of none."""
    return TypeAdapter(form).validate_json(data)


def read_form(path: Path, what: str, form: type[F]) -> F:
    """A private file of a form; UsageError where it is none."""
    try:
        return parsed(form, read_private(path, what))
    except ValueError:
        raise damaged(what) from None


def damaged(what: str) -> UsageError:
    """The error of a private file that is not of its form."""
    return UsageError(f"the file of {what} is damaged or of another version")
