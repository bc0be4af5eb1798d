"""The report of an archive job as one HTML page: sums over all documents, rows of those that need a look; refuses scripts."""

from __future__ import annotations

from collections.abc import Iterable

from docpriv.compliance import charts
from docpriv.compliance.job_report import STATE_MEANING, UNSOUND, Tally
from docpriv.compliance.job_rows import JobRow, Joined
from docpriv.compliance.pages import render
from docpriv.compliance.sums import further

MOST_ROWS = 5_000
"""Documents that a page lists; the CSV form lists all."""
MOST_REASONS = 60
RECORDS_MEANING = {
    "agrees": "the record is of the same attempt: same status, input, recipe and output",
    "not-kept": "the attempt found an output of another origin in its place, and left the record as it was",
    "differs": "the record that lies there is of another attempt; nothing of it is counted here",
    "missing": "no record lies there",
    "damaged": "what lies there cannot be read as a record",
}
_FIRST = ("quarantined", "failed", "withheld", "leased", "waiting", "released")


def job_html(documents: Iterable[Joined], tally: Tally, *, most: int = MOST_ROWS) -> str:
    """One page that needs nothing beside itself. It lists `most` documents: those that were not released first."""
    kept: dict[tuple[bool, str], list[JobRow]] = {}
    for one in documents:
        row = tally.add(one)
        rows = kept.setdefault((row.record not in UNSOUND, row.state), [])
        if len(rows) < most:
            rows.append(row)
    order = {state: place for place, state in enumerate(_FIRST)}
    listed = [row for key in sorted(kept, key=lambda key: (key[0], order.get(key[1], -1), key[1])) for row in kept[key]][:most]
    sums = tally.sums()
    stretch = charts.stretch(tally.ended)
    drawn = {
        "states": charts.bars("states", "Documents by state", sums.states, unit="Documents", colours=charts.STATE_COLOUR),
        "kinds": charts.bars("kinds", "Covered areas by kind", sums.kinds, unit="Areas"),
        "because": charts.bars("because", "Withheld pages by reason", sums.withheld_because, unit="Pages", colour=charts.AMBER),
        "stages": charts.bars(
            "stages",
            "CPU time by stage",
            dict(sorted(sums.cpu_by_stage.items(), key=lambda item: (-item[1], item[0]))),
            unit="CPU seconds",
        ),
        "time": charts.over_time("time", "Documents ended an hour", tally.ended) if stretch else "",
    }
    return render(
        "job.html.j2",
        data=sums,
        rows=listed,
        charts=drawn,
        most_reasons=MOST_REASONS,
        state_meaning=STATE_MEANING,
        records_meaning=RECORDS_MEANING,
        unsound=tally.unsound,
        unsound_kinds=UNSOUND,
        stretch=stretch,
        further=further(sums),
    )
