"""What a job's rows come to, counted by the database, which reads them faster than anything here."""

from __future__ import annotations

import sqlalchemy as sa

from docpriv.batch.job import State
from docpriv.batch.ledger.tables import DOCUMENTS, Database
from docpriv.measures import Sums, from_kept

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


def sums_of(database: Database, job: str) -> Sums:
    """Sum up a job in two queries over its rows: the measures that a ledger keeps, by their names, and what it knows itself.

    `documents`, `states`, `recipes`, `versions`, `attempts` and `deaths` are of all documents; `regions` of those released;
    `errors` of those that ended otherwise, by code; `standing` of those not released now, while what this ledger released of
    them earlier stands; `released_with_slips` of those released with a slip page for a page; the rest of those that ended.
    """
    sums = Sums()
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
        documents, ended, released = int(group.documents), group.state not in OPEN, group.state == State.RELEASED
        named = {group.error: documents} if ended and group.error is not None else {}
        sums.add(
            {
                "documents": documents,
                "states": {group.state: documents},
                "recipes": {group.recipe: documents},
                "versions": {group.version: documents},
                "attempts": int(group.attempts),
                "deaths": int(group.deaths),
                "standing": 0 if released else int(group.outputs),
                "pages": int(group.pages) if ended else 0,
                "regions": int(group.regions) if released else 0,
                "codes": {group.exit_code or 0: documents} if ended else {},
                "released_with_slips": sum(named.values()) if released else 0,
                "errors": {} if released else named,
            }
        )
    for part, name, released, value in parts:
        # An earlier version wrote what was planned in a document that was not released among what was covered.
        planned = part in {"kinds", "detectors"} and not released
        sums.add(from_kept({f"withheld_{part}" if planned else part: {name: value}}))
    return sums
