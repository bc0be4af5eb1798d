"""The program `docpriv`: gathers the commands and turns every failure into an exit code.

A DocprivError is shown with what to do about it. Any other exception is a bug: its type and place are shown, its
message is not, for it could hold text of a document.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from docpriv import __version__
from docpriv.cli import (
    classify_cmd,
    encrypted_cmd,
    evaluate_cmd,
    jobs_cmd,
    pseudonyms_cmd,
    recognizers_cmd,
    shipped_cmd,
    zones_cmd,
)
from docpriv.cli.batch_cmd import batch
from docpriv.cli.doctor_cmd import doctor
from docpriv.cli.documents_cmd import apply, redact, scan, verify
from docpriv.cli.report_cmd import report
from docpriv.cli.shipped_cmd import schema, styles
from docpriv.cli.streams import stderr_is_terminal, warn
from docpriv.cli.watch_cmd import watch
from docpriv.errors import DocprivError, ExitCode
from docpriv.work import interruption

# typer carries a copy of click since 0.2x and imports click itself before: find the base class where it is.
_Refused: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {int(code):>3}  {code.meaning}" for code in ExitCode)


class _Stopped(Exception):
    """The reader of our output went away."""


class _Commands(TyperGroup):
    """Commands whose interruption and broken pipes reach `main` instead of being turned into status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _Stopped from None


app = typer.Typer(
    name="docpriv",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    epilog=EPILOG,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Redact scanned documents, prove it on the written file, and keep a record. Nothing leaves this machine.",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"docpriv {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version and exit."),
) -> None:
    """Takes what stands before the command."""


for _command in (redact, batch, watch, scan, apply, verify, report, doctor, schema, styles):
    app.command(_command.__name__)(_command)
app.add_typer(shipped_cmd.app, name="recipes")
app.add_typer(recognizers_cmd.app, name="recognizers")
app.add_typer(zones_cmd.app, name="zones")
app.add_typer(pseudonyms_cmd.app, name="pseudonyms")
app.add_typer(jobs_cmd.app, name="jobs")
app.add_typer(evaluate_cmd.app, name="evaluate")
app.add_typer(classify_cmd.app, name="classify")
app.add_typer(encrypted_cmd.app, name="encrypted")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code and never raises."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    with _Termination():
        try:
            return int(app(args=typed, prog_name="docpriv", standalone_mode=False) or 0)
        except DocprivError as exc:
            warn(f"error: {_shown(exc.message, typed)}")
            warn(f"what to do: {_shown(exc.advice, typed)}")
            return int(exc.exit_code)
        except _Refused as exc:
            if type(exc).__name__ == "NoArgsIsHelpError":
                warn(exc.ctx.get_help())
                return int(ExitCode.USAGE)
            warn(f"error: {_usage(exc)}")
            warn("what to do: see `docpriv --help`, or `docpriv COMMAND --help`")
            return int(ExitCode.USAGE)
        except (KeyboardInterrupt, typer.Abort):
            warn("interrupted: nothing unverified was released")
            return int(ExitCode.INTERRUPTED)
        except (_Stopped, BrokenPipeError):
            # Python flushes standard output once more at its end; that must not fail aloud.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return int(ExitCode.INTERRUPTED)
        except Exception as exc:
            warn(f"internal error: {place_of(exc)}")
            warn(f"what to do: {DocprivError.remedy}")
            return int(ExitCode.BUG)


def place_of(exc: BaseException) -> str:
    """Type of an exception and the last line of docpriv that it came through, without its message."""
    frames = traceback.extract_tb(exc.__traceback__)
    own = [frame for frame in frames if "docpriv" in frame.filename] or list(frames)
    return f"{type(exc).__name__}" + (f" at {os.path.basename(own[-1].filename)}:{own[-1].lineno}" if own else "")


def _usage(exc: Any) -> str:
    """What is wrong with the command line; what was typed is repeated on the user's own terminal only."""
    if stderr_is_terminal():
        return str(exc.format_message())
    kind = type(exc).__name__
    parameter = getattr(exc, "param", None)
    name = max(parameter.opts, key=len) if parameter is not None and parameter.opts else ""
    match kind:
        case "MissingParameter":
            return f"missing {name or 'argument'}"
        case "BadParameter":
            return f"invalid value for {name or 'an option'}"
        case "NoSuchOption":
            near = ", ".join(getattr(exc, "possibilities", None) or ())
            return "unknown option" + (f"; nearest: {near}" if near else "")
        case _:
            unknown = str(exc.format_message()).startswith("No such command")
            return "unknown command" if unknown else "the command line does not hold together"


def _shown(message: str, typed: Sequence[str]) -> str:
    """No message holds a path; should one repeat what was typed, it is taken out elsewhere than on a terminal."""
    if not stderr_is_terminal():
        values = {a.partition("=")[2] if a.startswith("-") else a for a in typed}
        for argument in sorted((a for a in values if len(a) > 2), key=len, reverse=True):
            if "/" in argument or "." in argument:
                message = message.replace(argument, "(as typed)")
    return message


class _Termination:
    """SIGTERM ends a run as the interrupt key does, workers included."""

    def __enter__(self) -> None:
        interruption.forget()
        self._before: dict[signal.Signals, Any] = {}
        with contextlib.suppress(ValueError):  # outside the main thread signals stay their owner's
            for number in (signal.SIGTERM, signal.SIGINT):
                if signal.getsignal(number) is not signal.SIG_IGN:  # a shell's `&` ignores the interrupt key
                    self._before[number] = signal.signal(number, interruption.interrupt)

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)


if __name__ == "__main__":
    sys.exit(main())
