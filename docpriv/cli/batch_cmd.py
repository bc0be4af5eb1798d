"""`docpriv batch`: an archive job over a tree, begun or gone on with."""

from __future__ import annotations

import time
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import printable, say, stdout_is_terminal
from docpriv.errors import UsageError

Source = Annotated[
    Path, typer.Argument(metavar="SOURCE", help="Folder with the documents: PNG, JPEG, TIFF, BMP, WebP, HEIC and PDF.")
]
Target = Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the redacted files; the tree is mirrored.")]
JobDir = Annotated[
    Path,
    typer.Option(
        "--job",
        metavar="DIR",
        help="Folder of the job: ledger, records, log, reports. Keep it private: it names where documents lie.",
    ),
]
LedgerUrl = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        envvar="DOCPRIV_LEDGER",
        show_envvar=True,
        show_default=False,
        help="PostgreSQL ledger, as postgresql+psycopg://USER@HOST/DATABASE, so that runners "
        "on several machines share the job; a password belongs in the environment variable or in PGPASSFILE. "
        "Default: a file in the job folder, for one machine.",
    ),
]


class BackEnd(StrEnum):
    """Where documents are worked on."""

    LOCAL = "local"
    RAY = "ray"


Where = Annotated[
    BackEnd,
    typer.Option(
        "--backend",
        help="Where to work: in worker processes of this machine, or on a Ray "
        "cluster whose machines share the storage (pip install 'docpriv[cluster]'). There "
        "--workers counts all; default: of each machine its processors, at most 4.",
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST:PORT|auto",
        show_default=False,
        help="Of --backend ray: "
        "the cluster's head; auto for the one that this machine is part of. Default: a cluster is started on this "
        "machine, and ended with the job.",
    ),
]
ClusterWait = Annotated[
    float | None,
    typer.Option(
        "--cluster-wait",
        metavar="SECONDS",
        min=1.0,
        show_default=False,
        help="Of --backend ray: how long to wait for the first worker, before the command says what is in its "
        "way and ends; default 120.",
    ),
]


@o.takes(o.RedactFlags)
def batch(
    flags: o.RedactFlags,
    source: Source,
    out: Target,
    job: JobDir,
    ledger: LedgerUrl = None,
    workers: o.Workers = None,
    backend: Where = BackEnd.LOCAL,
    address: Address = None,
    cluster_wait: ClusterWait = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Redact an archive, over days, crashes and machines.

    The same command goes on where the last one stopped: what was released is not done again, what was in flight is, and new
    or changed files are taken up. A document that kills its worker process twice is put aside. Start it on several machines
    with one PostgreSQL ledger over shared storage, and they share the job; or let --backend ray do that. `docpriv jobs`
    shows and retries documents, `docpriv report --job DIR` tells an auditor what was done.
    """
    from docpriv.batch.open_runs import ClusterChoice, open_archive
    from docpriv.cli.job_display import carry_through, open_job_display, summary_text

    if backend is BackEnd.LOCAL and (address is not None or cluster_wait is not None):
        raise UsageError("--address and --cluster-wait belong to --backend ray", remedy="Add --backend ray, or leave them out.")
    began = time.monotonic()
    waiting = {} if cluster_wait is None else {"start_seconds": cluster_wait}
    chosen = ClusterChoice(address=address, **waiting) if backend is BackEnd.RAY else None
    run = open_archive(job, source, out, options=flags.options(), ledger=ledger, workers=workers, cluster=chosen)
    with closing(run):
        summary, _ = carry_through(run, open_job_display(run, source, quiet=quiet or json))
    if json:
        say(summary.model_dump_json())
    elif not quiet:
        say(summary_text(summary, seconds=time.monotonic() - began))
        if stdout_is_terminal():
            say(f"job: {printable(str(job))}")
    return summary.exit_code
