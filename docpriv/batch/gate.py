"""What a document's end says to the ledger, and the gate of a lease; refuses to guess where the two differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from docpriv.batch.jobs import Lease
from docpriv.batch.ledger import Ended, Ledger
from docpriv.records import DocumentRecord, areas_by_fate, fate_of, shortfall


def ended_of(record: DocumentRecord | None, output: str, *, error: str | None = None, exit_code: int = 0) -> Ended:
    """A row's end from a record; `error` and `exit_code` where the record does not say them."""
    if record is None:
        return Ended(error=error, exit_code=exit_code)
    short = shortfall(record)
    if error is None and record.error is not None:
        error, exit_code = record.error.code, record.error.exit_code
    elif error is None and short is not None:
        error, exit_code = short.code, int(short.exit_code)
    return Ended(
        document=record.document,
        input_sha256=record.input.sha256 if record.input else None,
        output=output,
        output_sha256=record.output.sha256 if record.output else None,
        error=error,
        exit_code=exit_code,
        pages=len(record.pages),
        regions=sum(areas_by_fate(record)["covered"].values()),
        seconds=round(sum(record.seconds.values()), 3),
        detail=_detail(record),
    )


def _detail(record: DocumentRecord) -> dict[str, dict[str, float]]:
    """What a job's report says of a document, as counts: areas covered in what was released, by kind and by detector; areas of
    pages that were not; why pages were withheld, failed checks, findings that the policy leaves; and CPU seconds by stage."""
    areas = areas_by_fate(record)
    detectors: Counter[str] = Counter()
    because: Counter[str] = Counter()
    checks: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for page in record.pages:
        if fate_of(record, page) == "covered":
            detectors.update(region.reasons[0].detector for region in page.regions if region.reasons)
        because.update(page.withheld_because)
        checks.update(check.name for check in page.checks if not check.ok)
        left.update(page.not_covered)
    parts: dict[str, dict[str, int]] = {
        "kinds": areas["covered"],
        "withheld_kinds": areas["withheld"],
        "detectors": detectors,
        "because": because,
        "checks": checks,
        "left": left,
    }
    detail: dict[str, dict[str, float]] = {name: {key: part[key] for key in sorted(part)} for name, part in parts.items() if part}
    return detail | {"stages": {stage: round(seconds, 3) for stage, seconds in sorted(record.seconds.items())}}


def gate_of(lease: Lease) -> Callable[[DocumentRecord], AbstractContextManager[None]]:
    """The gate for a document under a lease; the ledger is opened when it is used, by the process that releases."""

    @contextmanager
    def gate(record: DocumentRecord) -> Iterator[None]:
        with Ledger(lease.ledger, lease.job) as ledger, ledger.gate(lease.place, lease.token, ended_of(record, lease.output)):
            yield

    return gate
