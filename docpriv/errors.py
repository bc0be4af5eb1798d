"""Every way in which docpriv fails, with its exit code and what to do next, and the exit code of a run.

A message names pages, kinds and counts. It never holds text of a document, and a path only where the user typed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit status of every command, and what it means."""

    meaning: str

    def __new__(cls, code: int, meaning: str = "") -> ExitCode:
        one = int.__new__(cls, code)
        one._value_, one.meaning = code, meaning
        return one

    OK = 0, "everything was verified and released"
    BUG = 1, "a bug in docpriv; the message is scrubbed of content"
    USAGE = 2, "a wrong option, or a recipe that does not hold together"
    INPUT = 3, "input that is unsupported, encrypted, corrupt or over a limit"
    ENGINE = 4, "an engine or a model is missing, broken or not the one it claims to be, or the machine gave it no time"
    WITHHELD = 5, "withheld: verification failed, or a person has to look"
    PARTIAL = 6, "partial: some documents were released, others not"
    OUTPUT = 7, "the output exists already or cannot be written"
    INTEGRITY = 8, "a record, ledger, vault or signature does not check"
    ENCRYPTED_PATH = 9, "encrypted classification failed"
    CONSENT = 10, "no consent or permission"
    INTERRUPTED = 130, "interrupted; nothing unverified was released"


SEVERITY: tuple[ExitCode, ...] = (
    ExitCode.BUG,
    ExitCode.INTEGRITY,
    ExitCode.CONSENT,
    ExitCode.ENGINE,
    ExitCode.ENCRYPTED_PATH,
    ExitCode.OUTPUT,
    ExitCode.INPUT,
    ExitCode.USAGE,
    ExitCode.WITHHELD,
    ExitCode.PARTIAL,
)
"""Most severe first: what casts doubt on the other results, then what stops every document, then single ones."""


def exit_code_of(codes: Sequence[ExitCode], *, releasing: bool, interrupted: bool = False) -> ExitCode:
    """The exit code of a run from those of its documents: 130 where it was interrupted; 0 where every document is fine; 6 where
    a command that releases released some and others not; else the most severe, so that one document gives its own.
    """
    if interrupted:
        return ExitCode.INTERRUPTED
    failed = [code for code in codes if code is not ExitCode.OK]
    if not failed:
        return ExitCode.OK
    if releasing and len(failed) < len(codes):
        return ExitCode.PARTIAL
    return next((code for code in SEVERITY if code in failed), failed[0])


class DocprivError(Exception):
    """A failure that docpriv explains itself; anything else that reaches the top is a bug."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    code: ClassVar[str] = "internal"
    remedy: ClassVar[str] = "Please report this with the versions that `docpriv doctor` prints."

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.advice = remedy if remedy is not None else self.remedy


class UsageError(DocprivError):
    exit_code = ExitCode.USAGE
    code = "usage"
    remedy = "See `docpriv --help`."


class RecipeError(UsageError):
    code = "recipe"
    remedy = "See `docpriv recipes show redact` for every key and `docpriv recipes validate FILE` to check one."


class InputError(DocprivError):
    exit_code = ExitCode.INPUT
    code = "input"
    remedy = "Check the file with another viewer, or scan the paper again."


class UnsupportedInput(InputError):
    code = "unsupported"
    remedy = "docpriv reads PNG, JPEG, TIFF, BMP, WebP, HEIC and PDF. Convert the file to one of these."


class EncryptedInput(InputError):
    code = "encrypted"
    remedy = "Give the password with --password-file FILE (one line), or remove the encryption first."


class CorruptInput(InputError):
    code = "corrupt"


class IncompleteInput(CorruptInput):
    """A file of a hot folder that never became whole, or was changed after it was claimed."""

    code = "incomplete"
    remedy = "Send the document again. Where its writer needs longer, raise --settle or --give-up."


class LimitExceeded(InputError):
    code = "limit"
    remedy = "Print the page to an image of ordinary size and redact that."

    @classmethod
    def over(cls, key: str, message: str, *, to: int | None = None) -> LimitExceeded:
        """`key` of the recipe's `limits` is passed, which the message names; `to`: what it would have to be."""
        if to is not None and to > LIMIT_MOST.get(key, to):
            return cls(f"{message} ({key})")
        how, value = "lower" if key == "min_side" else "raise", "N" if to is None else str(to)
        ways = [f"{LIMIT_OPTIONS[key]} {value}"] if key in LIMIT_OPTIONS else []
        ways.append(f"--set limits.{key}={value}")
        return cls(f"{message} ({key})", remedy=f"If the file is trusted, {how} it with {' or '.join(ways)}.")


LIMIT_OPTIONS = {"megapixels": "--max-megapixels", "pages": "--max-pages", "input_megabytes": "--max-input-mb"}
"""Options of `docpriv redact` for limits of the recipe; every command that takes a recipe has --set."""

LIMIT_MOST = {"megapixels": 1000}
"""Above this a limit cannot be raised."""


class EngineError(DocprivError):
    exit_code = ExitCode.ENGINE
    code = "engine"
    remedy = "Run `docpriv doctor` to see which engines and models work here."


class ModelError(EngineError):
    code = "model"
    remedy = "Reinstall docpriv; `docpriv doctor` lists the models with their digests."


class ClusterError(EngineError):
    """The cluster cannot do the job: it has no room, or its machines do not fit together."""

    code = "cluster"
    remedy = "`ray status` shows what the cluster has and who waits for it."


class StalledError(EngineError):
    """Work that stood still or met the ceiling of wall-clock time, twice, the second time alone: no fault of the input."""

    code = "stalled"
    remedy = "Run it again when the machine is less busy, or raise limits.wall_seconds with --set."


class WithheldError(DocprivError):
    exit_code = ExitCode.WITHHELD
    code = "withheld"
    remedy = (
        "Look at the record for the page and the check; `docpriv scan IN --plan PLAN.json` writes a plan to edit, "
        "`docpriv apply PLAN.json IN --out OUT` covers what it says and releases the document."
    )


class OutputError(DocprivError):
    exit_code = ExitCode.OUTPUT
    code = "output"
    remedy = "Check that the folder exists, is writable and has space."


class OutputExists(OutputError):
    code = "exists"
    remedy = "Choose another --out, or replace it with --force."


class IntegrityError(DocprivError):
    exit_code = ExitCode.INTEGRITY
    code = "integrity"
    remedy = "Do not trust the file named; restore it from where it was written."


class EncryptedPathError(DocprivError):
    exit_code = ExitCode.ENCRYPTED_PATH
    code = "encrypted-path"
    remedy = "See `docpriv encrypted --help`."


class FrameError(EncryptedPathError):
    code = "frame"
    remedy = "The bytes are no frame of docpriv, or were changed on the way; send it again from the station."


class FrameRefused(EncryptedPathError):
    code = "frame-refused"
    remedy = "Station and server have to agree on key, model and feature schema; enrol again, or fetch the server's card again."


class ConsentError(DocprivError):
    exit_code = ExitCode.CONSENT
    code = "consent"
    remedy = "Ask the person responsible for the purpose of this run."
