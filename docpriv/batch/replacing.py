"""What a run that writes pseudonyms needs beside its recipe: a key, who may read the mapping; refuses to begin without."""

from __future__ import annotations

from typing import Any

from docpriv.batch.jobs import Job
from docpriv.errors import UsageError
from docpriv.records import DocumentRecord
from docpriv.run_options import RunOptions

PSEUDONYMS = "pseudonyms"
"""How a record names what made them, among its engines."""


def check_replacing(options: RunOptions) -> RunOptions:
    """The options with the key of a file and the recipients of the mapping, before anything is opened.

    RecipeError, EngineError or UsageError says what is missing: Faker, the key file, a recipient, what encrypts for them.
    """
    if not options.recipe.policy.writes_pseudonyms:
        if options.pseudonym_key is not None or options.keep_mapping:
            raise UsageError(
                "no kind has the style pseudonym in this recipe",
                remedy="Choose the recipe pseudonyms, or set policy.styles, such as --set 'policy.styles={PERSON: pseudonym}'.",
            )
        return options
    from docpriv.pseudonyms.keyed import read_key
    from docpriv.pseudonyms.pools import require_faker

    require_faker()
    update: dict[str, Any] = {}
    if options.keep_mapping:
        from docpriv.pseudonyms.mapping import recipients_of

        update["mapping_for"] = recipients_of(options.keep_mapping)
    if options.pseudonym_key is not None:
        update["replacing_key"] = read_key(options.pseudonym_key)
    return options.model_copy(update=update)


def with_key_of(options: RunOptions, secret: bytes) -> RunOptions:
    """Checked options with the key of the pseudonyms that follows from `secret`, that of the records, where no file gave one."""
    if options.replacing_key is not None or not options.recipe.policy.writes_pseudonyms:
        return options
    from docpriv.pseudonyms.keyed import derived_key

    return options.model_copy(update={"replacing_key": derived_key(secret)})


def replaced_as_asked(record: DocumentRecord, job: Job) -> bool:
    """Whether a document that was released has the pseudonyms of this job's key, and the mapping that the job asks for."""
    from docpriv.pseudonyms.keyed import key_id
    from docpriv.pseudonyms.mapping import mapping_path

    if job.options.replacing_key is None:
        return True
    ids = {engine.models.get("key-id") for engine in record.engines if engine.name == PSEUDONYMS}
    if ids != {key_id(job.options.replacing_key)}:
        return False
    return not job.options.mapping_for or (job.records is not None and mapping_path(job.records, job.document).exists())
