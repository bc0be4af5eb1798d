"""Invented jobs: rows of a ledger and the records that belong to them, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from docpriv.compliance.job_rows import Joined, LedgerRow, join
from docpriv.records import (
    CheckRecord,
    DocumentRecord,
    EngineRecord,
    ErrorRecord,
    FileRecord,
    PageRecord,
    RecipeRecord,
    RegionRecord,
    write_json,
)

RECIPE = "ab" * 32
BEGUN = 1_767_262_500.0  # 2026-01-01 10:15:00 UTC
DETECTORS = {
    "PERSON": "names",
    "ADDRESS": "names",
    "PHONE": "patterns",
    "ACCOUNT_NUMBER": "fields",
    "SIGNATURE": "ink",
    "FACE": "faces",
    "DATE_OF_BIRTH": "fields",
    "CODE": "codes",
    "STAMP": "ink",
    "EMAIL": "patterns",
}
REASONS = ("check:values-gone", "check:outside-same", "unread-ink", "script-not-covered", "turned-page")


def waiting(number: int, **more: object) -> LedgerRow:
    """A document that was entered and not begun."""
    return replace(
        LedgerRow(
            id=f"at-{number:024x}",
            state="waiting",
            recipe=RECIPE,
            version="0.1.0",
            attempts=0,
            deaths=0,
            error=None,
            exit_code=None,
            pages=0,
            regions=0,
            seconds=0.0,
            input_sha256=None,
            output_sha256=None,
            added=BEGUN,
            started=None,
            ended=None,
        ),
        **more,
    )  # type: ignore[arg-type]


def ended(
    number: int,
    state: str = "released",
    *,
    at: float = 60.0,
    error: str | None = None,
    exit_code: int = 0,
    attempts: int = 1,
    kinds: tuple[str, ...] = ("PERSON", "PHONE"),
    because: tuple[str, ...] = (),
) -> LedgerRow:
    """A document of one page that ended, so many seconds after the job was begun."""
    read = state in ("released", "withheld")
    counts: dict[str, float] = {kind: kinds.count(kind) for kind in sorted(set(kinds))} if read else {}
    detectors: dict[str, float] = {}
    for kind, count in counts.items():
        detectors[DETECTORS[kind]] = detectors.get(DETECTORS[kind], 0) + count
    detail = {
        "kinds": counts,
        "detectors": detectors,
        "because": dict.fromkeys(because, 1.0),
        "checks": {why.removeprefix("check:"): 1.0 for why in because if why.startswith("check:")},
        "left": {"DATE": 1.0} if read else {},
        "stages": {"read": 3.1, "find": 0.4, "verify": 1.2} if read else {},
    }
    return LedgerRow(
        id=f"doc-{number:020x}",
        state=state,
        recipe=RECIPE,
        version="0.1.0",
        attempts=attempts,
        deaths=max(0, attempts - 1),
        error=error,
        exit_code=exit_code,
        pages=int(read),
        regions=int(sum(counts.values())),
        seconds=4.7 if read else 0.0,
        input_sha256=f"{number:064x}" if read else None,
        output_sha256=f"{number + 1:064x}" if state == "released" else None,
        added=BEGUN,
        started=BEGUN + at - 5,
        ended=BEGUN + at,
        detail=detail,
    )


def record_of(row: LedgerRow) -> DocumentRecord:
    """The record of the attempt that a row tells of."""
    regions = tuple(
        RegionRecord(
            boxes=((0, 0, 9, 9),), reasons=({"kind": kind, "score": 0.9, "detector": DETECTORS[kind], "reason": "label"},)
        )  # type: ignore[arg-type]
        for kind, count in row.detail["kinds"].items()
        for _ in range(int(count))
    )
    page = PageRecord(
        index=0,
        status="verified" if row.state == "released" else "withheld",
        width=100,
        height=100,
        regions=regions,
        not_covered={"DATE": 1},
        below_score={"PERSON": 1},
        checks=tuple(
            CheckRecord(name=name, ok=name not in row.detail["checks"])
            for name in ("inside-filled", "outside-same", "values-gone")
        ),
        withheld_because=tuple(row.detail["because"]),
    )
    return DocumentRecord(
        document=row.id,
        status={"quarantined": "failed"}.get(row.state, row.state),  # type: ignore[arg-type]
        input=None if row.input_sha256 is None else FileRecord(sha256=row.input_sha256, bytes=1, media_type="image/png", pages=1),
        output=None
        if row.output_sha256 is None
        else FileRecord(sha256=row.output_sha256, bytes=1, media_type="image/png", pages=1),
        recipe=RecipeRecord(name="redact", version=1, sha256=row.recipe),
        versions={"docpriv": row.version, "python": "3.12.1"},
        engines=(EngineRecord(name="rapid", version="3.10", models={"det.onnx": "cd" * 32}),),
        pages=(page,) if row.pages else (),
        error=None if row.error is None else ErrorRecord(code=row.error, exit_code=row.exit_code or 0, message="canary"),
    )


def rows(count: int, seed: int = 1) -> Iterator[LedgerRow]:
    """A job of so many documents, of which most are released."""
    rng, at = random.Random(seed), 0.0
    for number in range(1, count + 1):
        at += rng.expovariate(1 / 6.0) * (3 if number % 900 > 700 else 1)
        if number > 0.97 * count:
            yield waiting(number)
            continue
        kinds = tuple(rng.choices(list(DETECTORS), weights=[30, 12, 14, 9, 4, 2, 8, 2, 3, 6], k=rng.randint(0, 14)))
        chance = rng.random()
        if chance < 0.93:
            yield ended(number, at=at, kinds=kinds, attempts=1 + (rng.random() < 0.02))
        elif chance < 0.97:
            yield ended(
                number,
                "withheld",
                at=at,
                kinds=kinds,
                error="withheld",
                exit_code=5,
                because=tuple(rng.sample(REASONS, rng.randint(1, 2))),
            )
        elif chance < 0.995:
            code = rng.choice(["corrupt", "encrypted", "unsupported", "limit"])
            yield ended(number, "failed", at=at, error=code, exit_code=3)
        else:
            yield ended(number, "quarantined", at=at, error="engine", exit_code=4, attempts=2)


def kept(row: LedgerRow, folder: Path) -> None:
    """Write the record of a row where `join` looks for it with `lambda _: folder`."""
    write_json(folder / f"{row.id}.json", record_of(row))


def joined(count: int, seed: int = 1) -> Iterator[Joined]:
    """The documents of a job as `join` gives them, without a file."""
    for row in rows(count, seed):
        (one,) = join([row], lambda _: Path("/nowhere"))
        if row.state == "waiting":
            yield one
        else:
            shown = one.row.model_copy(update={"record": "agrees", "checks_passed": 3 * row.pages})
            yield Joined(shown, row, record_of(row), True)
