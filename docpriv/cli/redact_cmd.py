"""`docpriv redact`: arguments to a run that releases verified files; refuses to guess what an option means."""

from __future__ import annotations

from docpriv.api import default_records, prepare_redaction
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import printable, say, stdout_is_terminal
from docpriv.cli.terms import read_password


def redact(
    inputs: o.Inputs,
    out: o.Out,
    recipe: o.RecipeName = "redact",
    recall: o.RecallLevel = None,
    sets: o.Sets = None,
    records: o.Records = None,
    format: o.Format = None,
    text_layer: o.TextLayer = None,
    names: o.Names = None,
    on_withheld: o.OnWithheld = None,
    colour: o.Colour = None,
    styles: o.Styles = None,
    captions: o.Captions = None,
    allow_reversible: o.AllowReversible = False,
    password_file: o.PasswordFile = None,
    deny_file: o.DenyFile = None,
    allow_file: o.AllowFile = None,
    recognizers: o.Recognizers = None,
    zones: o.Zones = None,
    engine: o.Engine = None,
    model_dir: o.ModelDir = None,
    pseudonym_key: o.PseudonymKey = None,
    keep_mapping: o.KeepMapping = None,
    workers: o.Workers = None,
    force: o.Force = False,
    dry_run: o.DryRun = False,
    json: o.Json = False,
    quiet: o.Quiet = False,
    max_megapixels: o.MaxMegapixels = None,
    max_pages: o.MaxPages = None,
    max_input_mb: o.MaxInputMb = None,
    page_seconds: o.PageSeconds = None,
    memory_mb: o.MemoryMb = None,
) -> int:
    """Write redacted and verified copies of documents.

    Each gets a record. A document is released only when every page of the written file was verified; otherwise there
    is no output, a record that says why, and an exit code other than 0. Inputs are never changed.
    """
    chosen = o.chosen_recipe(
        recipe,
        sets,
        recall=recall,
        deny_file=deny_file,
        allow_file=allow_file,
        recognizers=recognizers,
        zones=zones,
        reading__engine=engine,
        reading__model_dir=o.folder(model_dir),
        styles=styles,
        captions=captions,
        allow_reversible=allow_reversible,
        writing__format=format,
        writing__text_layer=text_layer,
        writing__names=names,
        writing__on_withheld=on_withheld,
        policy__colour=colour,
        limits__megapixels=max_megapixels,
        limits__pages=max_pages,
        limits__input_megabytes=max_input_mb,
        limits__page_seconds=page_seconds,
        limits__memory_megabytes=memory_mb,
    )
    password = None if password_file is None else read_password(password_file)
    run = prepare_redaction(
        inputs,
        out,
        recipe=chosen,
        records=records,
        password=password,
        force=force,
        dry_run=dry_run,
        pseudonym_key=pseudonym_key,
        keep_mapping=keep_mapping or (),
    )
    code = present(run, workers=workers, as_json=json, quiet=quiet)
    if dry_run and not json and not quiet:
        say("dry run: nothing was released")
    elif stdout_is_terminal() and not json and not quiet:
        say(f"records: {printable(str(default_records(out) if records is None else records))}")
    return code
