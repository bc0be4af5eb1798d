"""What must hold of an archive job whenever nobody works on it, read from the disk alone: no code of docpriv takes part.

    python -m tests.benchmarks.invariants SOURCE OUT JOB [--ledger URL] [--finished] [--memory FILE]

Of every moment: a document has one row, in one known state; a released file has the digest of its row; no file of the
output is claimed by none; what was released once stays the same file; the sources are untouched; nothing is logged as
released twice. Of a job that ended, also: every document of the source has ended; nothing half or temporary is left; each
row, its record and its file say the same.
A file that had its name just before a kill is claimed by the note of its release until the job is gone on with.
`--memory` keeps between two calls what was released and what the sources were. Problems are named by code and row, never
by file. Exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sqlite3
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

STATES = ("waiting", "leased", "released", "withheld", "failed", "quarantined")
OPEN = ("waiting", "leased")
COLUMNS = (
    "seq",
    "place",
    "path",
    "archive",
    "number",
    "state",
    "token",
    "attempts",
    "runner",
    "lease_until",
    "document",
    "input_sha256",
    "output",
    "output_sha256",
    "error",
)
_WHOLE = -1  # number of an archive that could not be read to its end
_TEMPORARY = re.compile(r"^\.docpriv-|\.next\.json$|^metrics\.prom\.|^\.recording")
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"%PDF-")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found: `problems` as codes with rows, documents by state, files of the output."""

    problems: tuple[str, ...]
    states: dict[str, int]
    documents: int
    files: int

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(slots=True, kw_only=True)
class _Look:
    """One look at a job. `files`: digests by path below `out`."""

    source: Path
    out: Path
    job: Path
    finished: bool
    rows: list[Row]
    files: dict[str, str]
    memory: dict[str, Any]
    notes: set[tuple[str, str]] | None = None  # output and digest of releases that were noted for open rows
    problems: list[str] = field(default_factory=list)

    def wrong(self, code: str, where: object) -> None:
        self.problems.append(f"{code}: {where}")


def check_job(
    source: Path, out: Path, job: Path, *, finished: bool, ledger: str | None = None, memory: dict[str, Any] | None = None
) -> Report:
    """Look at a job on which nobody works. `ledger`: URL of one on PostgreSQL. `memory`: filled, and held against later."""
    identity = json.loads((job / "job.json").read_text(encoding="utf-8"))["id"] if (job / "job.json").exists() else ""
    rows = _server_rows(ledger, identity) if ledger is not None else _file_rows(job / "ledger.sqlite")
    look = _Look(
        source=source,
        out=out,
        job=job,
        finished=finished,
        rows=rows,
        memory={} if memory is None else memory,
        files={name: _sha256(out / name) for name in _names(out)},
    )
    for each in (_states, _inputs, _outputs, _records, _leftovers, _history, _log):
        each(look)
    return Report(
        problems=tuple(look.problems),
        states=dict(Counter(str(row["state"]) for row in rows)),
        documents=len(rows),
        files=len(look.files),
    )


# --- reading -------------------------------------------------------------------------------------------------------


def _file_rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if sound != "ok":
            raise SystemExit("the ledger is damaged")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'docpriv_documents'").fetchall():
            return []
        chosen = f"SELECT {', '.join(COLUMNS)} FROM docpriv_documents ORDER BY seq"  # noqa: S608 - names of this module
        return [dict(row) for row in connection.execute(chosen)]
    finally:
        connection.close()


def _server_rows(url: str, job: str) -> list[Row]:
    import psycopg

    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        if connection.execute("SELECT to_regclass('docpriv_documents')").fetchall() == [(None,)]:
            return []
        chosen = f"SELECT {', '.join(COLUMNS)} FROM docpriv_documents WHERE job = %s ORDER BY seq"  # noqa: S608 - likewise
        return [dict(zip(COLUMNS, row, strict=True)) for row in connection.execute(chosen, (job,)).fetchall()]


def _names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unescaped(text: str) -> str:
    """A path as the ledger and the records write it: %XX stands for a byte."""
    return os.fsdecode(re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), text.encode()))


def _is_document(file: IO[bytes]) -> bool:
    head = file.read(1024)
    return not head or head.startswith(_MAGIC) or b"%PDF-" in head or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def _documents(source: Path) -> Iterator[tuple[str, str | None]]:
    """Path of each document below the source, and of the archive that holds it, if one does."""
    for folder, below, files in os.walk(source):
        below[:] = [name for name in below if not name.startswith(".") and not (Path(folder) / name).is_symlink()]
        for name in files:
            path = Path(folder) / name
            where = str(path.relative_to(source))
            if not name.startswith(".") and not path.exists():
                yield where, None  # a link that leads nowhere: the job says that it cannot be read
            if name.startswith(".") or not path.is_file():
                continue
            with open(path, "rb") as file:
                if _is_document(file):
                    yield where, None
                    continue
            for number in _packed(path):
                yield f"{where}/{number}", where


def _packed(path: Path) -> list[int]:
    """Numbers of the documents in an archive; of a broken one, that of the whole."""
    name = path.name.lower()
    try:
        if name.endswith(".zip"):
            with zipfile.ZipFile(path) as box:
                return [i for i, entry in enumerate(box.infolist()) if not entry.is_dir() and _opens(box.open(entry))]
        if re.search(r"\.(tar|tar\.gz|tgz|tar\.bz2|tbz2|tar\.xz|txz)$", name):
            with tarfile.open(path) as tape:
                return [i for i, entry in enumerate(tape) if entry.isreg() and _opens(tape.extractfile(entry))]
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, ValueError):
        return [_WHOLE]
    return []


def _opens(opened: IO[bytes] | None) -> bool:
    assert opened is not None
    with opened:
        return _is_document(opened)


# --- what must hold ------------------------------------------------------------------------------------------------


def _states(look: _Look) -> None:
    """Every row in one known state; only what somebody works on has a holder."""
    for name in ("place", "path"):
        for value, count in Counter(row[name] for row in look.rows).items():
            if count > 1:
                look.wrong(f"{name}-twice", next(row["seq"] for row in look.rows if row[name] == value))
    for row in look.rows:
        if row["state"] not in STATES:
            look.wrong("unknown-state", row["seq"])
        if look.finished and row["state"] in OPEN:
            look.wrong("not-ended", row["seq"])
        if (row["runner"] is not None) != (row["state"] == "leased"):
            look.wrong("holder-of-none", row["seq"])
        if row["token"] < row["attempts"] or (row["state"] not in OPEN and row["attempts"] < 1):
            look.wrong("ended-without-attempt", row["seq"])


def _inputs(look: _Look) -> None:
    """No document of the source without a row, no row without one; no source that has changed."""
    whole = Counter(_unescaped(row["archive"]) for row in look.rows if row["archive"] is not None)
    loose = {_unescaped(row["path"]): row for row in look.rows if row["archive"] is None}
    there: set[str] = set()
    packed: Counter[str] = Counter()
    for path, archive in _documents(look.source):
        if archive is None:
            there.add(path)
        else:
            packed[archive] += 1
    for path, row in loose.items():
        if path not in there:
            look.wrong("no-such-document", row["seq"])
    for archive in whole:
        if whole[archive] > packed[archive]:
            look.wrong("no-such-document", "in an archive")
    if look.finished:
        lost = len(there - set(loose)) + sum((packed - whole).values())
        if lost:
            look.wrong("document-lost", f"{lost} of {len(there) + sum(packed.values())}")
    known = look.memory.setdefault("sources", {})
    for path in sorted(there | set(packed)):
        if not (look.source / path).is_file():
            continue
        digest = _sha256(look.source / path)
        if known.setdefault(path, digest) != digest:
            look.wrong("source-changed", digest[:12])
    for row in loose.values():
        said, there_now = row["input_sha256"], known.get(_unescaped(row["path"]))
        if row["state"] not in OPEN and said is not None and there_now is not None and said != there_now:
            look.wrong("other-input", row["seq"])


def _outputs(look: _Look) -> None:
    """A released row has its file, a file its row; who released nothing has none."""
    claims: Counter[str] = Counter()
    for row in look.rows:
        if row["state"] == "released" and (row["output"] is None or row["output_sha256"] is None):
            look.wrong("released-nothing", row["seq"])
        if row["output"] is None:
            continue
        output = _unescaped(row["output"])
        claims[output] += 1
        if claims[output] > 1:
            look.wrong("output-of-two", row["seq"])
        digest = look.files.get(output)
        if digest is None:
            look.wrong("output-gone", row["seq"])
        elif digest != row["output_sha256"] and not (row["state"] in OPEN and _noted(look, output, digest)):
            look.wrong("output-differs", row["seq"])
    for name, digest in look.files.items():
        if name not in claims and not _staging(name) and (look.finished or not _noted(look, name, digest)):
            look.wrong("file-of-nobody", digest[:12])


def _staging(name: str) -> bool:
    return any(part.startswith(".docpriv-staging-") for part in Path(name).parts)


def _noted(look: _Look, name: str, digest: str) -> bool:
    """Whether a release was noted whose file this is, by a worker that died between the file's name and the row."""
    if look.notes is None:
        waits = {
            str((look.source / _unescaped(row["archive"] or row["path"])).absolute()) for row in look.rows if row["state"] in OPEN
        }
        look.notes = {(target, digest) for source, target, digest in _all_notes(look.job) if source in waits}
    return (str((look.out / name).absolute()), digest) in look.notes


def _all_notes(job: Path) -> Iterator[tuple[str, str, str]]:
    """Source, output and digest of what releases were noted or recorded as."""
    for path in (job / "records").glob("*/private/doc-*.json"):
        said = json.loads(path.read_text(encoding="utf-8"))
        record = path.parents[1] / path.name
        if path.name.endswith(".next.json"):
            private, released = said["private"], said["record"]
        elif record.exists():
            private, released = said, json.loads(record.read_text(encoding="utf-8"))
        else:
            continue
        if private["target"] is not None and released["output"] is not None:
            yield _unescaped(private["source"]), _unescaped(private["target"]), released["output"]["sha256"]


def _records(look: _Look) -> None:
    """Of a job that ended: the record of each document says what its row says."""
    if not look.finished:
        return
    for row in look.rows:
        if row["document"] is None:
            look.wrong("no-record", row["seq"])
            continue
        folder = look.job / "records" / str(row["document"])[4:6]
        paths = [folder / f"{row['document']}.json", folder / "attempts" / f"{row['document']}.json"]
        said = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
        status = {"quarantined": "failed"}.get(row["state"], row["state"])
        of_row = [record for record in said if record["status"] == status]
        if not of_row:
            look.wrong("record-differs", row["seq"])
        elif row["state"] == "released" and of_row[0]["output"]["sha256"] != row["output_sha256"]:
            look.wrong("record-of-another-file", row["seq"])


def _leftovers(look: _Look) -> None:
    """Of a job that ended: nothing half, nothing temporary, in the output or in the job's folder."""
    if look.finished:
        for folder in (look.out, look.job):
            for name in _names(folder):
                if any(_TEMPORARY.search(part) for part in Path(name).parts):
                    look.wrong("temporary-file", f"{folder.name}/{Path(name).parts[0]}")


def _history(look: _Look) -> None:
    """What has been released is the same file ever after: a second release of the same document would be another."""
    before = look.memory.setdefault("released", {})
    for row in look.rows:
        if row["state"] != "released" or row["output"] is None or _unescaped(row["output"]) not in look.files:
            continue
        stat = (look.out / _unescaped(row["output"])).stat()
        now = [row["output_sha256"], stat.st_ino, stat.st_mtime_ns]
        if before.setdefault(row["place"], now) != now:
            look.wrong("released-again", row["seq"])


def _log(look: _Look) -> None:
    """No document is logged as released anew more than once."""
    path = look.job / "log.jsonl"
    if not path.exists():
        return
    times: Counter[str] = Counter()
    for line in path.read_text(encoding="ascii").splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            look.wrong("half-log-line", path.name)
            continue
        if said.get("event") == "document-ended" and said.get("state") == "released" and not said.get("already"):
            times[said["document"]] += 1
    for document, count in times.items():
        if count > 1:
            look.wrong("released-twice", document)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "out", "job"):
        ask.add_argument(name, type=Path)
    ask.add_argument("--ledger", help="URL of a ledger on PostgreSQL")
    ask.add_argument("--finished", action="store_true", help="the job has ended")
    ask.add_argument("--memory", type=Path, help="what earlier calls saw; read and written")
    a = ask.parse_args()
    memory = json.loads(a.memory.read_text(encoding="utf-8")) if a.memory is not None and a.memory.exists() else {}
    report = check_job(a.source, a.out, a.job, finished=a.finished, ledger=a.ledger, memory=memory)
    if a.memory is not None:
        a.memory.write_text(json.dumps(memory), encoding="utf-8")
    print(
        f"{report.documents} documents {report.states}, {report.files} files: "
        f"{'all invariants hold' if report.ok else f'{len(report.problems)} problem(s)'}"
    )
    for problem in report.problems:
        print(f"  {problem}")
    sys.exit(0 if report.ok else 1)


if __name__ == "__main__":
    main()
