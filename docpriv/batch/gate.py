"""What a document's end says to the ledger, and the gate of a lease; refuses to guess where the two differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from docpriv.batch.jobs import Lease
from docpriv.batch.ledger import Ended, Ledger
from docpriv.measures import measured, to_keep
from docpriv.records import DocumentRecord, shortfall


def ended_of(record: DocumentRecord | None, output: str, *, error: str | None = None, exit_code: int = 0) -> Ended:
    """A row's end from a record; `error` and `exit_code` where the record does not say them."""
    if record is None:
        return Ended(error=error, exit_code=exit_code)
    short, figures = shortfall(record), measured(record)
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
        pages=figures["pages"],
        regions=figures["regions"],
        seconds=figures["cpu_seconds"],
        detail=to_keep(figures),
    )


def gate_of(lease: Lease) -> Callable[[DocumentRecord], AbstractContextManager[None]]:
    """The gate for a document under a lease; the ledger is opened when it is used, by the process that releases."""

    @contextmanager
    def gate(record: DocumentRecord) -> Iterator[None]:
        with Ledger(lease.ledger, lease.job) as ledger, ledger.gate(lease.place, lease.token, ended_of(record, lease.output)):
            yield

    return gate
