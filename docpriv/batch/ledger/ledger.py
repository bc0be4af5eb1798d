"""Rows of a job and what may happen to them. Nobody but the holder of the newest lease releases anything.

    waiting -> leased -> released | withheld | failed | quarantined
                  \\-> waiting: its runner or worker died, or somebody asked for it again

A lease carries a fencing token that grows with every claim. A runner that slept through its lease finds a higher token at the
fence around a release, and releases nothing. The fence holds the row while the output gets its name; a crash
between the two leaves the row leased, and whoever claims it next finds the output in its place (see `records`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from docpriv.batch.job import State
from docpriv.batch.ledger.sums import sums_of
from docpriv.batch.ledger.tables import DOCUMENTS, Database, Row
from docpriv.errors import DocprivError, OutputError
from docpriv.measures import Sums, measured, to_keep
from docpriv.records import DocumentRecord, shortfall

_BATCH = 500  # rows a statement
D = DOCUMENTS.c
ENDED = (State.RELEASED, State.WITHHELD, State.FAILED, State.QUARANTINED)
_ANEW = {"state": State.WAITING, "attempts": 0, "deaths": 0, "error": None, "exit_code": None}
"""What a row says that is to be done again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A document as it was walked: `place` is a keyed digest of `path`, which lies below the job's source.

    Of a file in an archive, `path` is the archive's with the file's below it, and `number` says which of its files it is.
    """

    place: str
    path: str = field(repr=False)
    size: int
    mtime_ns: int
    archive: str | None = field(default=None, repr=False)
    number: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What adding places did: `new` ones; `changed` since they were done; `again` for another recipe or version."""

    new: int = 0
    changed: int = 0
    again: int = 0
    known: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(**{name: getattr(self, name) + getattr(other, name) for name in Added.__dataclass_fields__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an attempt ended, for its row."""

    document: str | None = None
    input_sha256: str | None = None
    output: str | None = field(default=None, repr=False)
    output_sha256: str | None = None
    error: str | None = None
    exit_code: int = 0
    pages: int = 0
    regions: int = 0
    seconds: float = 0.0
    detail: dict[str, dict[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, record: DocumentRecord | None, output: str, *, error: DocprivError | None = None) -> Ended:
        """From a record; `error` where the record does not say it."""
        code, exit_code = (None, 0) if error is None else (error.code, int(error.exit_code))
        if record is None:
            return cls(error=code, exit_code=exit_code)
        short, figures = shortfall(record), measured(record)
        if error is None and record.error is not None:
            code, exit_code = record.error.code, record.error.exit_code
        elif error is None and short is not None:
            code, exit_code = short.code, int(short.exit_code)
        return cls(
            document=record.document,
            input_sha256=record.input.sha256 if record.input else None,
            output=output,
            output_sha256=record.output.sha256 if record.output else None,
            error=code,
            exit_code=exit_code,
            pages=figures["pages"],
            regions=figures["regions"],
            seconds=figures["cpu_seconds"],
            detail=to_keep(figures),
        )


class Ledger:
    """The rows of one job in a database that other jobs may share."""

    def __init__(self, where: str | Path, job: str) -> None:
        self._database, self._job = Database(where), job

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    # --- filling ---------------------------------------------------------------------------------------------------

    def add(self, places: Iterable[Place], *, recipe: str, version: str) -> Added:
        """Enter documents as waiting. One that is known waits again where its file, the recipe or the version changed."""
        added, stream = Added(), iter(places)
        while batch := list(islice(stream, _BATCH)):
            added += self._add(batch, recipe, version)
        return added

    def _add(self, batch: Sequence[Place], recipe: str, version: str) -> Added:
        rules = {"recipe": recipe, "version": version}
        with self._database.writing() as connection:
            now = self._database.now(connection)
            places = D.place.in_([place.place for place in batch])
            found = connection.execute(
                sa.select(D.place, D.state, D.size, D.mtime_ns, D.recipe, D.version).where(D.job == self._job, places)
            )
            known = {row.place: row for row in found}
            first = {"job": self._job, "state": State.WAITING, "detail": {}, "added": now, **rules}
            fresh = [first | asdict(place) for place in batch if place.place not in known]
            inserted = self._insert(connection, fresh) if fresh else 0
            changed = again = 0
            for place in batch:
                row = known.get(place.place)
                if row is None or row.state == State.LEASED:
                    continue  # whoever holds it sees the file as it is; the next walk sees what is left to do
                other_file = (row.size, row.mtime_ns) != (place.size, place.mtime_ns)
                other_rules = (row.recipe, row.version) != (recipe, version)
                if not other_file and not other_rules:
                    continue
                changed += other_file
                again += other_rules and not other_file
                walked = {name: getattr(place, name) for name in ("archive", "number", "media_type", "size", "mtime_ns")}
                connection.execute(
                    sa.update(DOCUMENTS).where(D.job == self._job, D.place == place.place).values(**_ANEW, **walked, **rules)
                )
            return Added(new=inserted, changed=changed, again=again, known=len(batch) - inserted - changed - again)

    def _insert(self, connection: sa.Connection, rows: list[dict[str, Any]]) -> int:
        """Another runner may enter the same documents at the same time; whoever comes second enters nothing."""
        insert = postgresql.insert if self._database.server else sqlite.insert
        statement = insert(DOCUMENTS).on_conflict_do_nothing(index_elements=["job", "place"]).returning(D.seq)
        return len(connection.execute(statement, rows).all())

    # --- working ---------------------------------------------------------------------------------------------------

    def claim(self, runner: str, count: int, *, seconds: float) -> list[Row]:
        """Lease up to `count` waiting documents for so many seconds, the least often tried first, or such whose lease ran out."""
        with self._database.writing() as connection:
            now = self._database.now(connection)
            chosen: Sequence[int] = ()
            for open_row in (D.state == State.WAITING, sa.and_(D.state == State.LEASED, D.lease_until < now)):
                due = sa.select(D.seq).where(D.job == self._job, open_row).order_by(D.attempts, D.seq).limit(count)
                chosen = chosen or connection.execute(due.with_for_update(skip_locked=True)).scalars().all()
            if not chosen:
                return []
            leased = {"state": State.LEASED, "runner": runner, "lease_until": now + seconds, "started": now, "ended": None}
            rows = connection.execute(
                sa.update(DOCUMENTS)
                .where(D.seq.in_(chosen))
                .values(token=D.token + 1, attempts=D.attempts + 1, error=None, exit_code=None, **leased)
                .returning(*D)
            ).mappings()
            return sorted(map(Row.read, rows), key=lambda row: row.seq)

    def renew(self, claims: Iterable[Row], *, seconds: float) -> list[Row]:
        """Make leases last so many seconds from now; those that somebody else holds by now."""
        lost = []
        with self._database.writing() as connection:
            now = self._database.now(connection)
            for claim in claims:
                done = connection.execute(
                    sa.update(DOCUMENTS).where(self._held(claim.place, claim.token)).values(lease_until=now + seconds)
                )
                if done.rowcount != 1:
                    lost.append(claim)
        return lost

    @contextmanager
    def fence(self, place: str, token: int, ended: Ended) -> Iterator[None]:
        """The one way to a release: the body gives the output its name while nobody else can have the document.

        OutputError where the lease is not the newest, or the document has ended; the body does not run then. Where the
        body raises, nothing has changed.
        """
        with self._database.writing() as connection:
            held = self._locked(connection, place, token)
            if held is None:
                raise OutputError(
                    "the document was given to another runner meanwhile; nothing was released",
                    remedy="Nothing is lost: the other runner does it. If this happens often, machines of the "
                    "job stand still for longer than a lease lasts.",
                )
            yield
            self._end(connection, held, State.RELEASED, ended)

    def end(
        self,
        place: str,
        token: int,
        state: State,
        ended: Ended,
        *,
        died: bool = False,
        withdraw: Callable[[], bool] | None = None,
    ) -> bool:
        """Note how a leased document ended; False where somebody else holds it, or it has ended, and nothing is noted but,
        `died`, the worker that it cost.

        `withdraw`: takes back what was released of it before, while nobody else can have it, and says whether that is gone;
        where it raises, nothing has changed here.
        """
        if state not in ENDED:
            raise ValueError(f"a document does not end as {state}")
        with self._database.writing() as connection:
            held = self._locked(connection, place, token)
            if held is not None:
                gone = withdraw is not None and withdraw()
                if gone:
                    ended = replace(ended, detail=ended.detail | {"withdrawn": {"outputs": 1}})
                self._end(connection, held, state, ended)
                if gone:
                    connection.execute(sa.update(DOCUMENTS).where(D.seq == held).values(output=None, output_sha256=None))
            if died:
                connection.execute(
                    sa.update(DOCUMENTS).where(D.job == self._job, D.place == place, D.token == token).values(deaths=D.deaths + 1)
                )
        return held is not None

    def give_back(self, place: str, token: int, *, died: bool = False, counted: bool = True) -> bool:
        """Let a leased document wait again. `died`: it cost a worker; `counted=False`: the attempt was none of its own."""
        values: dict[str, Any] = {"state": State.WAITING, "runner": None, "lease_until": None}
        if died:
            values["deaths"] = D.deaths + 1
        if not counted:
            values["attempts"] = D.attempts - 1
        with self._database.writing() as connection:
            done = connection.execute(sa.update(DOCUMENTS).where(self._held(place, token)).values(**values))
        return done.rowcount == 1

    def give_back_all(self, runners: Collection[str]) -> int:
        """Let everything wait again that runners hold which are known to be dead."""
        if not runners:
            return 0
        with self._database.writing() as connection:
            done = connection.execute(
                sa.update(DOCUMENTS)
                .where(D.job == self._job, D.state == State.LEASED, D.runner.in_(list(runners)))
                .values(state=State.WAITING, runner=None, lease_until=None)
            )
        return int(done.rowcount)

    def _held(self, place: str, token: int) -> sa.ColumnElement[bool]:
        return sa.and_(D.job == self._job, D.place == place, D.token == token, D.state == State.LEASED)

    def _locked(self, connection: sa.Connection, place: str, token: int) -> int | None:
        """The row of a lease, locked; None where somebody else holds it, or it has ended."""
        row = sa.select(D.seq).where(self._held(place, token)).with_for_update()
        return connection.execute(row).scalar_one_or_none()

    def _end(self, connection: sa.Connection, seq: int, state: State, ended: Ended) -> None:
        values = asdict(ended) | {"state": state, "runner": None, "lease_until": None, "ended": self._database.now(connection)}
        if ended.document is None:
            del values["document"], values["input_sha256"]
        if state is not State.RELEASED:  # what was released before still stands, and stays known as the ledger's own
            del values["output"], values["output_sha256"]
        connection.execute(sa.update(DOCUMENTS).where(D.seq == seq).values(**values))

    # --- looking ---------------------------------------------------------------------------------------------------

    def counts(self) -> dict[State, int]:
        """Documents by state; states without any are left out."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(D.state, sa.func.count()).where(D.job == self._job).group_by(D.state)).all()
        return {State(state): int(count) for state, count in sorted(rows)}

    def sums(self) -> Sums:
        """What all rows of the job come to."""
        return sums_of(self._database, self._job)

    def first_path(self) -> str | None:
        """Path of the document that was entered first; None where there is none."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(D.path).where(D.job == self._job).order_by(D.seq).limit(1)).scalar_one_or_none()

    def runners(self) -> dict[str, int]:
        """Documents by the runner that holds them."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(D.runner, sa.func.count()).where(D.job == self._job, D.state == State.LEASED).group_by(D.runner)
            ).all()
        return {str(runner): int(count) for runner, count in sorted(rows)}

    def due(self) -> float | None:
        """Seconds until the first lease runs out, 0 where one has or a document waits; None where nothing is left to do."""
        with self._database.reading() as connection:
            # One statement: between two, a document that is held might be given back. Of those that wait it looks at one.
            waits, first = connection.execute(
                sa.select(
                    sa.exists().where(D.job == self._job, D.state == State.WAITING),
                    sa.select(sa.func.min(D.lease_until)).where(D.job == self._job, D.state == State.LEASED).scalar_subquery(),
                )
            ).one()
            now = self._database.now(connection)
        return 0.0 if waits else None if first is None else max(0.0, float(first) - now)

    def rows(self, states: Collection[State] = (), *, documents: Collection[str] = ()) -> Iterator[Row]:
        """Rows in the order in which they were entered, some at a time, so that any number can be listed."""
        last = 0
        wanted = [D.job == self._job, *_named(documents)]
        if states:
            wanted.append(D.state.in_(list(states)))
        while True:
            with self._database.reading() as connection:
                some = sa.select(*D).where(*wanted, D.seq > last).order_by(D.seq).limit(_BATCH)
                found = connection.execute(some).mappings().all()
            if not found:
                return
            yield from map(Row.read, found)
            last = found[-1]["seq"]

    def note_by_hand(self, place: str) -> bool:
        """Note that a document which ended without a release was released by a person elsewhere; False where it was not so.

        Its state and its error stay, for that is how the job ended with it.
        """
        with self._database.writing() as connection:
            wanted = (D.job == self._job, D.place == place, D.state.in_([s for s in ENDED if s is not State.RELEASED]))
            detail = connection.execute(sa.select(D.detail).where(*wanted).with_for_update()).scalar_one_or_none()
            if detail is None:
                return False
            noted = {**detail, "by_hand": {"documents": 1}}
            connection.execute(sa.update(DOCUMENTS).where(*wanted).values(detail=noted, exit_code=0))
        return True

    def retry(self, states: Collection[State] = (), *, documents: Collection[str] = ()) -> int:
        """Let documents that ended wait again: those of some states, or some by id. How many."""
        wanted = [D.job == self._job, D.state.in_([s for s in states or ENDED if s in ENDED]), *_named(documents)]
        with self._database.writing() as connection:
            done = connection.execute(sa.update(DOCUMENTS).where(*wanted).values(**_ANEW))
        return int(done.rowcount)


def _named(documents: Collection[str]) -> list[sa.ColumnElement[bool]]:
    """A condition on rows: of documents by id or place, where any are named."""
    return [sa.or_(D.document.in_(list(documents)), D.place.in_(list(documents)))] if documents else []
