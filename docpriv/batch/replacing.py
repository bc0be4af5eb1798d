"""What a run that writes pseudonyms needs beside its recipe: a key, who may read the mapping; refuses to begin without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docpriv.batch.jobs import Job
from docpriv.errors import UsageError
from docpriv.options import Recipe, Style
from docpriv.records import DocumentRecord

PSEUDONYMS = "pseudonyms"
"""How a record names what made them, among its engines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """`wanted`: the recipe writes pseudonyms. `given`: the key from a file, None where it follows from the records' key."""

    wanted: bool
    given: bytes | None = field(default=None, repr=False)
    mapping_for: tuple[str, ...] = ()

    def key(self, secret: bytes) -> bytes | None:
        """The key of the job's pseudonyms, where `secret` is the key of its records; None where it writes none."""
        from docpriv.pseudonyms.keyed import derived_key

        if not self.wanted:
            return None
        return derived_key(secret) if self.given is None else self.given


def replacing(recipe: Recipe, *, key_file: Path | None = None, keep_mapping: Sequence[str] = ()) -> Replacing:
    """Check all of it before anything is opened: Faker, the key file, the recipients and what encrypts for them.

    RecipeError, EngineError or UsageError says what is missing.
    """
    if not recipe.policy.uses(Style.PSEUDONYM):
        if key_file is not None or keep_mapping:
            raise UsageError(
                "no kind has the style pseudonym in this recipe",
                remedy="Choose the recipe pseudonyms, or set policy.styles, such as --set 'policy.styles={PERSON: pseudonym}'.",
            )
        return Replacing(wanted=False)
    from docpriv.pseudonyms.keyed import read_key
    from docpriv.pseudonyms.pools import require_faker

    require_faker()
    recipients: tuple[str, ...] = ()
    if keep_mapping:
        from docpriv.pseudonyms.mapping import recipients_of

        recipients = recipients_of(keep_mapping)
    return Replacing(wanted=True, given=None if key_file is None else read_key(key_file), mapping_for=recipients)


def replaced_as_asked(record: DocumentRecord, job: Job) -> bool:
    """Whether a document that was released has the pseudonyms of this job's key, and the mapping that the job asks for."""
    from docpriv.pseudonyms.keyed import key_id
    from docpriv.pseudonyms.mapping import mapping_path

    if job.pseudonym_key is None:
        return True
    ids = {engine.models.get("key-id") for engine in record.engines if engine.name == PSEUDONYMS}
    if ids != {key_id(job.pseudonym_key)}:
        return False
    return not job.mapping_for or (job.records is not None and mapping_path(job.records, job.document).exists())
