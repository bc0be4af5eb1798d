"""How the supervisor and a worker talk: JSON behind a length; refuses pickles, so that a worker cannot run code above it."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from docpriv import errors
from docpriv.batch.jobs import Job, Lease, Task
from docpriv.errors import DocprivError
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind
from docpriv.options import Recipe
from docpriv.records import PlanFile, RegionRecord

LARGEST = 256 << 20  # bytes of one message: a record of 10,000 dense pages is a tenth of it
_LENGTH = struct.Struct(">I")


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write one message and flush it."""
    data = json.dumps(message, separators=(",", ":")).encode("utf-8", "surrogateescape")
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """Read one message; None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        return None
    message: dict[str, Any] = json.loads(data.decode("utf-8", "surrogateescape"))
    return message


class Inbox:
    """Cuts messages out of bytes as they arrive, for a reader that must not block."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[dict[str, Any]]:
        """Messages that are whole now; ValueError for one that no honest worker would send."""
        self._buffer += data
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > LARGEST:
                raise ValueError("a message is too large")
            if len(self._buffer) < _LENGTH.size + length:
                break
            messages.append(
                json.loads(bytes(self._buffer[_LENGTH.size : _LENGTH.size + length]).decode("utf-8", "surrogateescape"))
            )
            del self._buffer[: _LENGTH.size + length]
        return messages


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


def error_message(error: DocprivError) -> dict[str, str]:
    """An error as JSON: class, message and remedy, none of which holds content."""
    return {"class": type(error).__name__, "message": error.message, "remedy": error.advice}


def error_from(message: dict[str, str]) -> DocprivError:
    """The error of a message; a class that does not exist becomes the base class."""
    kind = getattr(errors, message["class"], DocprivError)
    if not (isinstance(kind, type) and issubclass(kind, DocprivError)):
        kind = DocprivError
    return kind(message["message"], remedy=message["remedy"])
