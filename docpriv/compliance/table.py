"""A report as a table, and what writes one as CSV, JSON and HTML: a further format is a further writer here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from operator import attrgetter
from typing import Any, NamedTuple, get_origin

from pydantic import BaseModel

from docpriv.model import Kind

# A cell that starts with one of these is a formula to a spreadsheet (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class Column(NamedTuple):
    """A column: its name, and its cell (a string, a number, a bool or None) of a row."""

    name: str
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
        *(Column(name, attrgetter(name)) for name in names),
        *(Column(f"covered_{kind.lower()}", _kind(kind)) for kind in Kind),
    )


def _kind(kind: Kind) -> Callable[[Any], Any]:
    return lambda row: row.kinds.get(kind, 0)


def _cell(value: Any) -> Any:
    """What a spreadsheet shows and never runs."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        value = "; ".join(f"{name}: {number}" for name, number in value.items())
    elif isinstance(value, tuple):
        value = "; ".join(value)
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_csv(table: Table) -> Iterator[str]:
    """A header and one line a row, as they are read; None is an empty cell, and no cell can act as a formula."""
    yield _line(column.name for column in table.columns)
    for row in table.rows:
        yield _line(column.cell(row) for column in table.columns)


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(map(_cell, values))
    return out.getvalue()


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


def render(template: str, **values: object) -> str:
    """A page from a template of this package. All values are escaped, but such as charts that are marked as safe."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_source)
    )
    environment.filters["number"] = "{:,}".format
    return environment.get_template(template).render(**values)


def _source(name: str) -> str:
    return files("docpriv.compliance").joinpath("templates", name).read_text(encoding="utf-8")
