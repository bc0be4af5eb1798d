"""A job and what is explained of it, as messages between the supervisor and a worker."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from docpriv.batch.jobs import Job
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind


@cache
def _jobs() -> TypeAdapter[Job]:
    return TypeAdapter(Job)


def job_message(job: Job) -> dict[str, Any]:
    """A job as JSON; paths survive whatever bytes they are made of."""
    message: dict[str, Any] = _jobs().dump_python(job, mode="json")
    return message


def job_from(message: dict[str, Any]) -> Job:
    """The job of a message."""
    return _jobs().validate_python(message)


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
    if messages and not job.options.explain:
        raise ValueError("a worker explains what nobody asked for")
    if any(m["text"] is not None for m in messages or ()) and not job.options.reveal:
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
