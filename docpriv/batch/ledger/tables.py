"""The ledger's tables, one schema for SQLite and PostgreSQL with a version.

SQLite runs in WAL mode and takes its write lock when a transaction begins, so that a decision and what it rests on are
one. PostgreSQL locks rows. Time is the database's own there: the clocks of several machines differ.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.pool import QueuePool

from docpriv.batch.job import State
from docpriv.errors import IntegrityError, OutputError, UsageError

SCHEMA = 1
_BUSY = 120.0  # seconds that a transaction waits for another one
_TOGETHER = 7_205_134  # PostgreSQL advisory lock under which tables are made; any number that nobody else uses


class _Table(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A table, and its rows as they are read."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {float: sa.Float}


META = sa.Table(
    "docpriv_meta",
    _Table.metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)


class Row(_Table):
    """A document of a job. `path`, `archive` and `output` are for the owner's terminal and private files alone."""

    __tablename__ = "docpriv_documents"
    __table_args__ = (
        sa.UniqueConstraint("job", "place", name="docpriv_documents_place"),
        sa.Index("docpriv_documents_state", "job", "state", "attempts", "seq"),
        sa.Index("docpriv_documents_document", "job", "document"),
    )

    seq: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True)
    job: Mapped[str] = mapped_column(sa.String(32))
    place: Mapped[str] = mapped_column(sa.String(40))  # keyed digest of where the document lies
    path: Mapped[str] = mapped_column(sa.Text, repr=False)  # below the job's source; the ledger is private
    archive: Mapped[str | None] = mapped_column(sa.Text, repr=False)  # the archive that holds it, below the job's source
    number: Mapped[int | None]  # of the file in the archive
    media_type: Mapped[str | None] = mapped_column(sa.String(32))  # of a file in an archive, as walked
    size: Mapped[int] = mapped_column(sa.BigInteger)  # bytes, as walked
    mtime_ns: Mapped[int] = mapped_column(sa.BigInteger)  # as walked
    state: Mapped[State] = mapped_column(sa.String(12))
    recipe: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the recipe that it is to be done by, or was
    version: Mapped[str] = mapped_column(sa.String(32))  # of docpriv
    attempts: Mapped[int] = mapped_column(insert_default=0)
    deaths: Mapped[int] = mapped_column(insert_default=0)  # worker processes that it has cost
    token: Mapped[int] = mapped_column(sa.BigInteger, insert_default=0)
    runner: Mapped[str | None] = mapped_column(sa.String(64))
    lease_until: Mapped[float | None]  # seconds since 1970
    document: Mapped[str | None] = mapped_column(sa.String(32))
    input_sha256: Mapped[str | None] = mapped_column(sa.String(64))  # of what its last attempt read
    output: Mapped[str | None] = mapped_column(sa.Text, repr=False)  # below the job's output folder
    output_sha256: Mapped[str | None] = mapped_column(
        sa.String(64)
    )  # of what this ledger released last; it alone may be replaced
    error: Mapped[str | None] = mapped_column(sa.String(32))
    exit_code: Mapped[int | None]
    pages: Mapped[int] = mapped_column(insert_default=0)
    regions: Mapped[int] = mapped_column(insert_default=0)
    seconds: Mapped[float] = mapped_column(insert_default=0.0)  # CPU
    detail: Mapped[dict[str, dict[str, float]]] = mapped_column(
        sa.JSON
    )  # counts by kind, detector, stage, reason: see measures.py
    added: Mapped[float]
    started: Mapped[float | None]
    ended: Mapped[float | None]

    @classmethod
    def read(cls, values: sa.RowMapping) -> Row:
        return cls(**{**values, "state": State(values["state"])})


DOCUMENTS = _Table.metadata.tables[Row.__tablename__]


class Database:
    """A ledger's database: a file of SQLite's, or a URL. OutputError where it cannot be reached or written."""

    def __init__(self, where: str | Path) -> None:
        url = _url(where)
        self.server = url.get_backend_name() == "postgresql"
        if not self.server and url.database:
            _private_file(Path(url.database))
        options: dict[str, Any] = {"pool_pre_ping": True} if self.server else {"connect_args": {"timeout": _BUSY}}
        try:
            self._engine = sa.create_engine(url, hide_parameters=True, poolclass=QueuePool, pool_size=2, **options)
        except ModuleNotFoundError:
            raise UsageError("a ledger on PostgreSQL needs a driver", remedy="pip install 'docpriv[postgres]'") from None
        if not self.server:
            event.listen(self._engine, "connect", _connected)
            event.listen(self._engine, "begin", _began)
        self._make()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that sees and changes the ledger alone; rolled back where its body raises."""
        with _explained(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only looks, and stops nobody."""
        with _explained(), self._engine.connect().execution_options(docpriv_reads=True) as connection:
            yield connection

    def now(self, connection: sa.Connection) -> float:
        """Seconds since 1970 by the clock that all runners share."""
        if not self.server:
            return time.time()
        return float(connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def close(self) -> None:
        self._engine.dispose()

    def _make(self) -> None:
        with self.writing() as connection:
            if self.server:
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_TOGETHER})"))
            _Table.metadata.create_all(connection)
            found = connection.execute(sa.select(META.c.value).where(META.c.name == "schema")).scalar_one_or_none()
            if found is None:
                connection.execute(sa.insert(META).values(name="schema", value=str(SCHEMA)))
            elif found != str(SCHEMA):
                raise IntegrityError(
                    f"the ledger has schema {found}, this version of docpriv knows {SCHEMA}",
                    remedy="Use the version of docpriv that made it, or start a new --job.",
                )


def _url(where: str | Path) -> sa.URL:
    if isinstance(where, Path) or "://" not in where:
        return sa.URL.create("sqlite+pysqlite", database=str(where))
    try:
        url = sa.make_url(where)
    except sa.exc.ArgumentError:
        raise UsageError(
            "the ledger's URL cannot be read", remedy="Give it as postgresql+psycopg://USER@HOST/DATABASE."
        ) from None
    if url.get_backend_name() not in {"postgresql", "sqlite"}:
        raise UsageError(f"a ledger on {url.get_backend_name()} is not possible", remedy="Use SQLite or PostgreSQL.")
    return url


def _private_file(path: Path) -> None:
    """The ledger names where documents lie: its file belongs to its owner alone from the start.

    One that exists is never opened here: closing it would take away the locks that SQLite holds in this process.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as exc:
        raise OutputError(f"the ledger cannot be written ({exc.strerror})") from None


def _connected(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN, below, instead of the driver's late one
    # Without a sync at each commit a power failure may take the last ones back, never half of one. The rows then say less
    # than was done; what was released is found in its place when its row is claimed again.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={round(1000 * _BUSY)}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _began(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("docpriv_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def _explained() -> Iterator[None]:
    """An error of the database as one of docpriv's, without what it was asked: that holds paths."""
    try:
        yield
    except sa.exc.SQLAlchemyError as exc:
        cause = getattr(exc, "orig", None) or exc
        if isinstance(exc, sa.exc.DatabaseError) and ("malformed" in str(cause) or "not a database" in str(cause)):
            raise IntegrityError("the ledger is damaged", remedy="Restore it from a backup, or start a new --job.") from None
        raise OutputError(
            f"the ledger cannot be used ({type(cause).__name__})",
            remedy="Check that the database runs, is reachable and has space.",
        ) from None
