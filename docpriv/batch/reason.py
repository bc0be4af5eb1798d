"""Why a file was put aside, as a small JSON file beside it; refuses text of documents and paths."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

REASON = ".reason.json"


class Reason(BaseModel):
    """`NAME.reason.json` beside a file in the quarantine of a hot folder, or an output that a job withdrew. No text and no path.

    JSON Schema in schemas/quarantine.schema.json.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    format: Literal["docpriv/quarantine/1"] = "docpriv/quarantine/1"
    document: str = Field(description="Its id in the ledger, the records and the log of the job.")
    place: str = Field(description="A name of this arrival in the ledger.")
    state: str = Field(description="How the document ended: withheld, failed, quarantined; or released, with slip pages.")
    code: str = Field(description="Error code.")
    exit_code: int
    message: str
    remedy: str


def reason_of(path: Path) -> Path:
    """Where the reason of a file lies."""
    return path.with_name(path.name + REASON)


def read_reason(path: Path) -> Reason | None:
    """A reason; None where there is none, or something else."""
    try:
        return Reason.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def is_reason_for(path: Path, place: str) -> bool:
    """Whether the reason beside a file is of an arrival."""
    reason = read_reason(reason_of(path))
    return reason is not None and reason.place == place
