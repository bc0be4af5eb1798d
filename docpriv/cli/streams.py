"""What may be shown where: paths on a terminal alone, ids everywhere else; no control characters."""

from __future__ import annotations

import sys

from docpriv.batch.job import Job
from docpriv.errors import UsageError


def printable(text: str) -> str:
    """Without control characters, so that the name of a file cannot steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def stdout_is_terminal() -> bool:
    return sys.stdout.isatty()


def stderr_is_terminal() -> bool:
    return sys.stderr.isatty()


def on_own_terminal() -> None:
    """UsageError where standard output is no terminal, so that text which is shown there cannot end in a file or a log."""
    if not stdout_is_terminal():
        raise UsageError(
            "--reveal shows text of the document, and standard output is no terminal",
            remedy="Leave --reveal out, or run the command on your own terminal without redirecting it.",
        )


def name_on_stdout(job: Job) -> str:
    """The path as it was typed where the user's own terminal shows it, else the document id."""
    return printable(job.shown) if job.shown and stdout_is_terminal() else job.document


def name_on_stderr(job: Job) -> str:
    """Likewise for standard error."""
    return printable(job.shown) if job.shown and stderr_is_terminal() else job.document


def number_of(count: int, noun: str) -> str:
    """Such as `1 page` and `2 pages`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def say(text: str = "") -> None:
    """A line on standard output, written at once."""
    print(text, flush=True)


def warn(text: str) -> None:
    """A line on standard error."""
    print(text, file=sys.stderr, flush=True)


def counter(done: int, total: int) -> None:
    """A count of pages that stays on its line of standard error, on a terminal alone."""
    if stderr_is_terminal():
        print(f"\rpage {done} of {total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)
