"""`docpriv watch`: a hot folder, for as long as it is let."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from docpriv.batch.job import State
from docpriv.cli import options as o
from docpriv.cli.batch_cmd import LedgerUrl
from docpriv.cli.streams import printable, say, stdout_is_terminal, warn
from docpriv.errors import UsageError

InboxDir = Annotated[
    Path, typer.Argument(metavar="INBOX", help="Folder that a scanner or a person puts documents into; subfolders are mirrored.")
]
OutDir = Annotated[Path, typer.Option("--out", metavar="OUTBOX", help="Folder for the redacted files.")]
JobDir = Annotated[
    Path,
    typer.Option(
        "--job",
        metavar="DIR",
        help="Folder of the job: ledger, records, log, metrics. Keep it private: it names where documents lie.",
    ),
]
OriginalsOf = Annotated[
    str,
    typer.Option(
        "--originals",
        metavar="done|keep|delete",
        help="What becomes of the original of a "
        "released document: moved to INBOX/.docpriv/done, moved to the folder of --kept, or deleted. One that "
        "was not released as a whole always goes to the quarantine.",
    ),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--kept",
        metavar="DIR",
        help="With --originals keep: the folder, outside of the inbox and the outbox; on another file system if need be.",
        show_default=False,
    ),
]
Quarantine = Annotated[
    Path | None,
    typer.Option(
        "--quarantine",
        metavar="DIR",
        show_default="INBOX/.docpriv/quarantine",
        help="Folder for files that were withheld or failed, each with NAME.reason.json beside it.",
    ),
]
Rescan = Annotated[
    float, typer.Option("--rescan", min=0.1, metavar="SECONDS", help="The inbox is looked through at least so often.")
]
Settle = Annotated[
    float,
    typer.Option(
        "--settle",
        min=0.0,
        metavar="SECONDS",
        help="A file is taken when it has not changed for so long, nobody holds it open for writing, and its end is there.",
    ),
]
GiveUp = Annotated[
    float,
    typer.Option(
        "--give-up",
        min=0.0,
        metavar="SECONDS",
        help="A file that has not changed for so long and still is not whole goes to the quarantine.",
    ),
]
Poll = Annotated[bool, typer.Option("--poll", help="Use no change notices, only --rescan: for network shares, which give none.")]
UntilIdle = Annotated[bool, typer.Option("--until-idle", help="End when nothing is left, with the exit code of what was done.")]


@o.takes(o.RedactFlags)
def watch(
    flags: o.RedactFlags,
    inbox: InboxDir,
    out: OutDir,
    job: JobDir,
    originals: OriginalsOf = "done",
    kept: Kept = None,
    quarantine: Quarantine = None,
    until_idle: UntilIdle = False,
    rescan: Rescan = 10.0,
    settle: Settle = 2.0,
    give_up: GiveUp = 3600.0,
    poll: Poll = False,
    ledger: LedgerUrl = None,
    workers: o.Workers = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Redact what arrives in a folder, until it is stopped.

    A file is taken when it is whole, redacted, verified and released to OUTBOX; a name that is taken there gets a number, as
    in scan-2.pdf. What cannot be released goes to the quarantine with the reason beside it; moved back into the inbox, it is
    tried again. Hidden files and those named .part, .tmp or ~ are left alone until they are renamed. A kill at any moment
    loses nothing: the same command goes on. SIGTERM stops it: what is in work then waits for the next start.
    """
    from docpriv.batch.inbox import Originals
    from docpriv.batch.open_runs import open_watch
    from docpriv.batch.watch import Pace, WatchRun
    from docpriv.cli.job_display import JobLines, carry_through, summary_text

    if originals not in set(Originals):
        raise UsageError(f"--originals takes {', '.join(Originals)}")
    began = time.monotonic()
    run = open_watch(
        job,
        inbox,
        out,
        options=flags.options(),
        pace=Pace(rescan=rescan, settle=settle, give_up=give_up, poll=poll),
        until_idle=until_idle,
        originals=Originals(originals),
        kept=kept,
        quarantine=quarantine,
        ledger=ledger,
        workers=workers,
    )
    with closing(run):
        if not (quiet or json):
            warn("watching; stop it with Ctrl-C or SIGTERM")
        summary, interrupted = carry_through(run, JobLines(run, inbox, silent=quiet or json))
    assert isinstance(run.run, WatchRun)
    code = summary.exit_code if interrupted else int(run.run.exit_code)
    if json:
        say(summary.model_copy(update={"exit_code": code}).model_dump_json())
    elif not quiet:
        say(summary_text(summary, seconds=time.monotonic() - began))
        if stdout_is_terminal() and any(summary.states.get(state) for state in (State.WITHHELD, State.FAILED, State.QUARANTINED)):
            say(f"quarantine: {printable(str(run.run.folder.quarantine))}")
    return code
