"""One object holds the options of a run: the same for redact, batch, watch and the library, whole when it travels."""

from __future__ import annotations

import inspect
import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pytest

from docpriv import redact
from docpriv.batch.job import Job, Task, from_message, to_message
from docpriv.cli.batch_cmd import batch
from docpriv.cli.documents_cmd import redact as redact_command
from docpriv.cli.documents_cmd import scan as scan_command
from docpriv.cli.options import DrawFlags, FindFlags, RedactFlags, TermFlags, chosen_recipe
from docpriv.cli.watch_cmd import watch
from docpriv.errors import UsageError
from docpriv.options import Finding, Recipe
from docpriv.recipes import load_recipe
from docpriv.run_options import ONLY, RunOptions

STRANGE = Path(os.fsdecode(b"/in/\xff%41"))


@pytest.mark.parametrize("command", [redact_command, batch, watch])
def test_commands_that_release_take_the_same_options(command: object) -> None:
    assert {one.name for one in fields(RedactFlags)} <= taken(command)
    assert "flags" not in taken(command)


def taken(command: object) -> set[str]:
    return set(inspect.signature(command).parameters)  # type: ignore[arg-type]


def test_every_option_of_a_run_is_offered_by_all_commands_that_release_unless_it_says_otherwise() -> None:
    """An option is a field, a flag and what reads it: nothing in between names it, and no command is forgotten."""
    flag_of = {"password": "password_file", "plan_out": "plan"}
    commands = {"redact": redact_command, "batch": batch, "watch": watch, "scan": scan_command}
    for name in RunOptions.model_fields:
        only = ONLY.get(name)
        takers = {"redact", "batch", "watch"} if only is None else {only} - {"the run itself"}
        offered = {one for one, command in commands.items() if flag_of.get(name, name) in taken(command)}
        assert takers <= offered, name
        assert only is None or not offered & {"redact", "batch", "watch"} - takers, name
    assert set(RunOptions.model_fields) >= set(ONLY)


@pytest.mark.parametrize("flags", [TermFlags, FindFlags, DrawFlags, RedactFlags])
def test_flags_that_are_not_given_change_nothing(flags: type[TermFlags]) -> None:
    assert chosen_recipe(flags()) == load_recipe("redact")
    assert flags().options() == RunOptions(recipe=load_recipe("redact"))


def test_a_job_travels_whole_whatever_its_paths_are_made_of() -> None:
    options = RunOptions(
        recipe=Recipe(finding=Finding(deny=("Zoë",))),
        password="p\udcff",
        force=True,
        dry_run=True,
        pseudonym_key=STRANGE,
        keep_mapping=("age1x",),
        show=STRANGE,
        plan_out=STRANGE,
        explain=True,
        reveal=True,
        pseudonym_secret=b"\x00\xff",
        mapping_for=("age1y",),
    )
    assert {name for name in RunOptions.model_fields if getattr(options, name) == getattr(RunOptions(), name)} == set()
    job = Job(document="doc-1", task=Task.SCAN, source=STRANGE, options=options, shown="in/name", target=STRANGE)
    sent = json.dumps(to_message(job)).encode("utf-8", "surrogateescape")
    assert from_message(Job, json.loads(sent.decode("utf-8", "surrogateescape"))) == replace(job, shown="")
    assert b"in/name" not in sent, "what the user typed is for their terminal alone"


def test_no_secret_is_shown() -> None:
    options = RunOptions(
        password="Zebedee", pseudonym_key=Path("Zebedee"), pseudonym_secret=b"Zebedee", keep_mapping=("Zebedee",)
    )
    assert "Zebedee" not in repr(options) + str(options)


def test_the_library_names_an_option_that_it_does_not_take(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="dryrun") as caught:
        redact(tmp_path, tmp_path / "out", dryrun="Zebedee")
    assert "dry_run" in caught.value.advice
    assert "Zebedee" not in f"{caught.value}{caught.value.advice}"
