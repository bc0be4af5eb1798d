"""What a job's rows come to, counted by the database, which reads them faster than anything here; refuses to fetch them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from docpriv.batch.ledger.tables import DOCUMENTS, Database
from docpriv.batch.states import State

D = DOCUMENTS.c
OPEN = (State.WAITING, State.LEASED)

_PARTS = {
    False: "SELECT part.key, one.key, d.state = 'released', SUM(one.value) FROM docpriv_documents AS d, "
    "json_each(d.detail) AS part, json_each(part.value) AS one "
    "WHERE d.job = :job AND d.state NOT IN ('waiting', 'leased') GROUP BY 1, 2, 3",
    True: "SELECT part.key, one.key, d.state = 'released', SUM(one.value::double precision) FROM docpriv_documents AS d, "
    "json_each(d.detail) AS part, json_each_text(part.value) AS one "
    "WHERE d.job = :job AND d.state NOT IN ('waiting', 'leased') GROUP BY 1, 2, 3",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Of a job's documents. `pages`, `codes`, `errors` and `detail` are of those that have ended; `regions` of those released.

    `errors`: of documents that were not released, by code; `slips`: released with a slip page for a page; `standing`: not
    released now, while what this ledger released of them earlier stands; `detail`: by part and name (see gate.py).
    """

    states: Counter[str] = field(default_factory=Counter)
    recipes: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    deaths: int = 0
    pages: int = 0
    regions: int = 0
    slips: int = 0
    standing: int = 0
    detail: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def sums_of(database: Database, job: str) -> Sums:
    """Sum up a job in two queries over its rows."""
    states: Counter[str] = Counter()
    recipes: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    errors: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    count, number = sa.func.count(), sa.func.sum
    with database.reading() as connection:
        groups = connection.execute(
            sa.select(
                D.state,
                D.recipe,
                D.version,
                D.error,
                D.exit_code,
                count.label("documents"),
                number(D.attempts).label("attempts"),
                number(D.deaths).label("deaths"),
                number(D.pages).label("pages"),
                number(D.regions).label("regions"),
                sa.func.count(D.output_sha256).label("outputs"),
            )
            .where(D.job == job)
            .group_by(D.state, D.recipe, D.version, D.error, D.exit_code)
        ).all()
        parts = connection.execute(sa.text(_PARTS[database.server]), {"job": job}).all()
    for group in groups:
        documents = int(group.documents)
        states[group.state] += documents
        recipes[group.recipe] += documents
        versions[group.version] += documents
        numbers.update(attempts=int(group.attempts), deaths=int(group.deaths))
        released = group.state == State.RELEASED
        if not released:
            numbers["standing"] += int(group.outputs)
        if group.state in OPEN:
            continue
        numbers.update(pages=int(group.pages), regions=int(group.regions) if released else 0)
        codes[group.exit_code or 0] += documents
        if group.error is not None and released:
            numbers["slips"] += documents
        elif group.error is not None:
            errors[group.error] += documents
    detail: dict[str, Counter[str]] = defaultdict(Counter)
    for part, name, released, value in parts:
        # An earlier version wrote what was planned in a document that was not released among what was covered.
        planned = part in {"kinds", "detectors"} and not released
        detail[f"withheld_{part}" if planned else part].update({name: value})
    return Sums(states=states, recipes=recipes, versions=versions, codes=codes, errors=errors, detail=detail, **numbers)
