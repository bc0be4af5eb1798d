"""`docpriv verify`: what can still be found in redacted files; refuses to claim more than it looked for."""

from __future__ import annotations

from docpriv.api import prepare_verification
from docpriv.batch.job import Outcome
from docpriv.cli import options as o
from docpriv.cli.outcome import present
from docpriv.cli.streams import name_on_stdout, number_of, say
from docpriv.results import DocumentLine


@o.takes(o.TermFlags)
def verify(
    flags: o.TermFlags,
    inputs: o.Inputs,
    workers: o.Workers = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
) -> int:
    """Look for what redacted files still show.

    They may come from docpriv or from any other tool.

    Exit code 0: nothing was detected in any document, and every page could be judged; files of folders that are no
    documents are counted. 5: something was; each is named by page, kind and box (x0, y0, x1, y1 in pixels of the page),
    never by its text. Pseudonyms are found too: that a name is invented cannot be seen on the page.
    """
    run = prepare_verification(inputs, flags.options())
    return present(run, workers=workers, as_json=json, quiet=quiet, for_each=_findings)


def _findings(outcome: Outcome, line: DocumentLine) -> None:
    say(f"{name_on_stdout(outcome.job)}: {line.status}")
    for area in line.found:
        say(f"  page {area.page}: {area.kind} at {', '.join(str(side) for side in area.box)}")
    for why, pages in line.withheld_because.items():
        say(f"  cannot be judged: {why} ({number_of(pages, 'page')})")
    for check in line.failed_checks:
        say(f"  in the file: {check.removeprefix('container:')}")
