"""A job and what is explained of it, as messages between the supervisor and a worker."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from docpriv.batch.jobs import Job, Lease, Task
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind
from docpriv.options import Recipe
from docpriv.records import PlanFile, RegionRecord


def job_message(job: Job) -> dict[str, Any]:
    """A job as JSON; paths survive whatever bytes they are made of."""

    def path(value: Path | None) -> str | None:
        return None if value is None else str(value)

    return {
        "document": job.document,
        "task": str(job.task),
        "source": str(job.source),
        "target": path(job.target),
        "records": path(job.records),
        "password": job.password,
        "force": job.force,
        "dry_run": job.dry_run,
        "recipe": job.recipe.model_dump(mode="json"),
        "show": path(job.show),
        "plan_out": path(job.plan_out),
        "token": job.token,
        "plan_sha256": job.plan_sha256,
        "explain": job.explain,
        "reveal": job.reveal,
        "pseudonym_key": None if job.pseudonym_key is None else job.pseudonym_key.hex(),
        "mapping_for": list(job.mapping_for),
        "number": job.number,
        "replaces": job.replaces,
        "lease": None if job.lease is None else asdict(job.lease),
        "plan": job.plan.model_dump(mode="json") if job.plan else None,
        "extra_regions": [[i, r.model_dump(mode="json")] for i, r in job.extra_regions],
    }


def job_from(message: dict[str, Any]) -> Job:
    """The job of a message."""

    def path(value: str | None) -> Path | None:
        return None if value is None else Path(value)

    return Job(
        document=message["document"],
        task=Task(message["task"]),
        source=Path(message["source"]),
        target=path(message["target"]),
        records=path(message["records"]),
        password=message["password"],
        force=message["force"],
        dry_run=message["dry_run"],
        recipe=Recipe.model_validate(message["recipe"]),
        show=path(message["show"]),
        plan_out=path(message["plan_out"]),
        token=message["token"],
        plan_sha256=message["plan_sha256"],
        explain=message["explain"],
        reveal=message["reveal"],
        pseudonym_key=None if message["pseudonym_key"] is None else bytes.fromhex(message["pseudonym_key"]),
        mapping_for=tuple(message["mapping_for"]),
        number=message["number"],
        replaces=message["replaces"],
        lease=None if message["lease"] is None else Lease(**message["lease"]),
        plan=PlanFile.model_validate(message["plan"]) if message["plan"] else None,
        extra_regions=tuple((i, RegionRecord.model_validate(r)) for i, r in message["extra_regions"]),
    )


def explanation_message(one: Explanation) -> dict[str, Any]:
    """An explanation as JSON."""
    return {
        "page": one.page,
        "boxes": [[b.x0, b.y0, b.x1, b.y1] for b in one.boxes],
        "kind": str(one.kind),
        "score": one.score,
        "detector": one.detector,
        "rule": one.rule,
        "covered": one.covered,
        "why": one.why,
        "text": one.text,
    }


def explanations_from(messages: list[dict[str, Any]] | None, job: Job) -> tuple[Explanation, ...]:
    """Explanations of a message; ValueError where the job asked for none, or for none with text."""
    if messages and not job.explain:
        raise ValueError("a worker explains what nobody asked for")
    if any(m["text"] is not None for m in messages or ()) and not job.reveal:
        raise ValueError("a worker sends text that nobody asked for")
    return tuple(
        Explanation(
            page=int(m["page"]),
            boxes=tuple(Box(*map(int, box)) for box in m["boxes"]),
            kind=Kind(m["kind"]),
            score=float(m["score"]),
            detector=str(m["detector"]),
            rule=str(m["rule"]),
            covered=bool(m["covered"]),
            why=str(m["why"]),
            text=None if m["text"] is None else str(m["text"]),
        )
        for m in messages or ()
    )
