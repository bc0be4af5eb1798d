"""Which exit code a run has by those of its documents; refuses to let a good one hide a bad one.

Exit code of a run, in this order:
1. interrupted: 130, whatever else happened;
2. a document that did not end: 1;
3. every document fine: 0;
4. commands that release (redact, apply): some released and some not: 6;
5. otherwise the most serious code, in the order of `SERIOUSNESS`: one document gives its own, and several that failed
   alike give theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.errors import ExitCode

SERIOUSNESS: tuple[ExitCode, ...] = (
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
"""Most serious first: what casts doubt on the other results, then what stops every document, then single ones."""


def exit_code_of(codes: Sequence[ExitCode], *, releasing: bool, interrupted: bool = False) -> ExitCode:
    """The exit code of a run from those of its documents; see the module's first lines for the rule."""
    if interrupted:
        return ExitCode.INTERRUPTED
    failed = [code for code in codes if code is not ExitCode.OK]
    if not failed:
        return ExitCode.OK
    if releasing and len(failed) < len(codes):
        return ExitCode.PARTIAL
    return next((code for code in SERIOUSNESS if code in failed), failed[0])
