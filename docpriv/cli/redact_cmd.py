"""`docpriv redact`: arguments to a run that releases verified files; refuses to guess what an option means."""

from __future__ import annotations

from docpriv.api import default_records, prepare_redaction
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import printable, say, stdout_is_terminal


@o.takes(o.RedactFlags)
def redact(
    flags: o.RedactFlags,
    inputs: o.Inputs,
    out: o.Out,
    records: o.Records = None,
    workers: o.Workers = None,
    force: o.Force = False,
    dry_run: o.DryRun = False,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Write redacted and verified copies of documents.

    Each gets a record. A document is released only when every page of the written file was verified; otherwise there
    is no output, a record that says why, and an exit code other than 0. Inputs are never changed.
    """
    run = prepare_redaction(inputs, out, flags.options(force=force, dry_run=dry_run), records=records)
    code = present(run, workers=workers, as_json=json, quiet=quiet)
    if dry_run and not json and not quiet:
        say("dry run: nothing was released")
    elif stdout_is_terminal() and not json and not quiet:
        say(f"records: {printable(str(default_records(out) if records is None else records))}")
    return code
