"""What may be shown where: paths on a terminal alone, ids everywhere else; refuses control characters of any source."""

from __future__ import annotations

import sys

from docpriv.batch.jobs import Job


def printable(text: str) -> str:
    """Without control characters, so that the name of a file cannot steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def stdout_is_terminal() -> bool:
    return sys.stdout.isatty()


def stderr_is_terminal() -> bool:
    return sys.stderr.isatty()


def name_on_stdout(job: Job) -> str:
    """The path as it was typed where the user's own terminal shows it, else the document id."""
    return printable(job.shown) if job.shown and stdout_is_terminal() else job.document


def name_on_stderr(job: Job) -> str:
    """Likewise for standard error."""
    return printable(job.shown) if job.shown and stderr_is_terminal() else job.document


def say(text: str = "") -> None:
    """A line on standard output, written at once."""
    print(text, flush=True)


def warn(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)
