"""A report as a table, and what writes one as CSV, JSON and HTML: a further format is a further writer here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel

from docpriv.compliance.cells import line, listed
from docpriv.model import Kind


class Column(NamedTuple):
    """A column: its name, what it holds, and its cell (a string, a number, a bool or None) of a row."""

    name: str
    says: str
    cell: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A report. `rows` can be read once; `sums` are those of the rows read so far, so they are asked for last.

    `page`: its HTML, which has a form of its own. `whole`: puts sums and rows together for JSON; where it is None, rows are
    not held but written first, a line each.
    """

    columns: tuple[Column, ...]
    rows: Iterable[Any]
    sums: Callable[[], BaseModel] | None = None
    page: Callable[[], str] | None = None
    whole: Callable[[], BaseModel] | None = None


def columns_of(form: type[BaseModel], *last: str) -> tuple[Column, ...]:
    """A column for each field of the rows, those of counts after the others and in the order of `last` where that names them;
    areas by kind are a column for each kind."""
    many = {name for name, info in form.model_fields.items() if get_origin(info.annotation) in (dict, tuple)} - {"kinds"}
    one = [name for name in form.model_fields if name not in {"kinds", *many}]
    names = [*one, *last, *(name for name in form.model_fields if name in many.difference(last))]
    return (
        *(Column(name, form.model_fields[name].description or "", _cell(name)) for name in names),
        *(Column(f"covered_{kind.lower()}", f"Covered areas of the kind {kind}.", _kind(kind)) for kind in Kind),
    )


def _cell(name: str) -> Callable[[Any], Any]:
    def cell(row: Any) -> Any:
        value = getattr(row, name)
        if isinstance(value, Mapping):
            return listed(value)
        return "; ".join(value) if isinstance(value, tuple) else value

    return cell


def _kind(kind: Kind) -> Callable[[Any], Any]:
    return lambda row: row.kinds.get(kind, 0)


def as_csv(table: Table) -> Iterator[str]:
    """A header and one line a row, as they are read; no cell can act as a formula."""
    yield line(column.name for column in table.columns)
    for row in table.rows:
        yield line(column.cell(row) for column in table.columns)


def as_json(table: Table) -> Iterator[str]:
    """One JSON object of sums and rows."""
    assert table.sums is not None
    if table.whole is not None:
        yield table.whole().model_dump_json(indent=1) + "\n"
        return
    before = '{"rows": ['
    for row in table.rows:
        yield f"{before}\n{row.model_dump_json()}"
        before = ","
    yield ("" if before == "," else before) + "\n],\n" + table.sums().model_dump_json(indent=1).removeprefix("{\n") + "\n"


def as_html(table: Table) -> Iterator[str]:
    """One page that needs nothing beside itself: no script, no font, no picture from elsewhere."""
    assert table.page is not None
    yield table.page()


WRITERS: Mapping[str, Callable[[Table], Iterator[str]]] = {"csv": as_csv, "html": as_html, "json": as_json}
