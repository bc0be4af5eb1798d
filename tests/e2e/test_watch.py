"""A hot folder as a station uses it: slow writers, kills, broken and hostile files, stops, full disks."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.model import PageRef
from docpriv.ocr import fake
from tests.e2e.runs import COMMAND, FAST, docpriv, environment, on_terminal, start, tree, write_page, write_pdf

CANARY = "Quillfeather"
PACE = ["--settle", 0.3, "--rescan", 0.5]
PNG = b"\x89PNG\r\n\x1a\n"
END = b"\0\0\0\0IEND\xaeB`\x82"


def command(root: Path, *more: object) -> list[object]:
    return ["watch", root / "in", "--out", root / "out", "--job", root / "job", *FAST, *PACE, "--workers", 1, *more]


def watch(root: Path, *more: object, env: dict[str, str] | None = None) -> dict[str, object]:
    done = docpriv(*command(root, "--until-idle", "--json", *more), env=env)
    assert done.stdout, done.stderr.decode()
    said: dict[str, object] = json.loads(done.stdout)
    assert said["exit_code"] == done.returncode
    return said


def mark(number: int) -> str:
    """In letters, since numbers are covered."""
    return "mark " + f"{number:04d}".translate(str.maketrans("0123456789", "abcdefghij"))


def letter(number: int) -> bytes:
    """A page with a name to cover and a mark that stays readable, by which its output is known."""
    ok, data = cv2.imencode(".png", fake.page([f"Dear @Jane{number} Doe", "", "", mark(number)]))
    assert ok
    return data.tobytes()


def mark_of(output: Path) -> str:
    os.environ["DOCPRIV_TESTING"] = "1"
    pixels = cv2.imdecode(np.frombuffer(output.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    lines = [line.text for line in fake.FakeEngine().read(pixels, PageRef(document="doc", index=0)).lines]
    return next(line for line in lines if line.startswith("mark"))


def files(folder: Path) -> Counter[str]:
    """Digests of the files that came from outside: everything but reasons, locks and marks."""
    own = {"job", "lock"}
    return Counter(
        hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
        and not p.is_symlink()
        and p.name not in own
        and not p.name.endswith(".reason.json")
        and not p.name.startswith(".docpriv-")
    )


def quarantine(root: Path) -> dict[str, str]:
    """Reason code by file name; every file has its reason and every reason its file."""
    folder = root / "in" / ".docpriv" / "quarantine"
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    reasons = {name for name in names if name.endswith(".reason.json")}
    assert {name.removesuffix(".reason.json") for name in reasons} == names - reasons
    return {name.removesuffix(".reason.json"): json.loads((folder / name).read_text())["code"] for name in reasons}


def until(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def started(root: Path) -> int:
    """How often a watcher got as far as to say so, plus those that are counted in `starts` because they did not."""
    log, starts = root / "job" / "log.jsonl", root / "job" / "starts"
    return (log.read_text().count("runner-started") if log.exists() else 0) + (len(starts.read_text()) if starts.exists() else 0)


class Station(threading.Thread):
    """Writes files into an inbox as scanners, people and programs do; `sent` are those that are there as a whole or for good."""

    def __init__(self, root: Path, seed: int) -> None:
        super().__init__()
        self.inbox, self.away, self.rng = root / "in", root / "away", random.Random(seed)
        self.sent: list[bytes] = []
        self.letters: list[int] = []
        self.ended = False
        self._number = 0
        for folder in (self.inbox, self.away):
            folder.mkdir()

    def run(self) -> None:
        deeds = [
            self.at_once,
            self.slowly,
            self.moved_in,
            self.same_name,
            self.slowly,
            self.folder,
            self.broken,
            self.part,
            self.empty,
            self.half,
            self.huge,
            self.same_name,
            self.crash,
            self.odd,
            self.same_bytes,
            self.linked,
            self.slowly,
            self.same_name,
            self.at_once,
            self.same_bytes,
        ]
        for deed in deeds:
            deed()
            time.sleep(self.rng.uniform(0.0, 0.6))
        self.ended = True

    def page(self) -> bytes:
        self._number += 1
        self.letters.append(self._number)
        data = letter(self._number)
        self.sent.append(data)
        return data

    def at_once(self) -> None:
        (self.inbox / f"{CANARY}{self._number}.png").write_bytes(self.page())

    def slowly(self) -> None:
        """In pieces, with rests longer than a file must be still: its end tells that it is not whole."""
        data = self.page()
        path, cut = self.inbox / f"slow{self._number}.png", self.rng.randrange(20, len(data) - 20)
        path.write_bytes(data[:cut])
        time.sleep(0.8)
        with path.open("ab") as file:
            file.write(data[cut:])

    def moved_in(self) -> None:
        (self.away / "x.png").write_bytes(self.page())
        os.rename(self.away / "x.png", self.inbox / f"moved{self._number}.png")

    def same_name(self) -> None:
        """The name that this scanner always uses; it waits until the last one is taken, as a scanner does."""
        data = self.page()
        until(lambda: not (self.inbox / "scan.png").exists())
        (self.away / "scan.png").write_bytes(data)
        os.rename(self.away / "scan.png", self.inbox / "scan.png")

    def same_bytes(self) -> None:
        self.letters.append(9999)
        self.sent.append(letter(9999))
        until(lambda: not (self.inbox / "twin.png").exists())
        (self.away / "twin.png").write_bytes(letter(9999))
        os.rename(self.away / "twin.png", self.inbox / "twin.png")

    def folder(self) -> None:
        (self.away / "box" / "deep").mkdir(parents=True)
        for name in ("a.png", "deep/b.png"):
            (self.away / "box" / name).write_bytes(self.page())
        os.rename(self.away / "box", self.inbox / f"box{self._number}")

    def part(self) -> None:
        path = self.inbox / "upload.png.part"
        path.write_bytes(self.page())
        time.sleep(0.8)
        os.rename(path, self.inbox / "upload.png")

    def spoilt(self, name: str, data: bytes) -> None:
        self.sent.append(data)
        (self.inbox / name).write_bytes(data)

    def broken(self) -> None:
        self.spoilt("broken.png", PNG + b"rubbish" + END)
        self.spoilt("note.txt", b"this is no document of any kind, it is a note")

    def empty(self) -> None:
        self.spoilt("empty.pdf", b"")

    def half(self) -> None:
        self.spoilt("half.png", letter(8888)[:-30])

    def huge(self) -> None:
        self.spoilt("huge.png", PNG + self.rng.randbytes(1_200_000) + END)

    def crash(self) -> None:
        ok, data = cv2.imencode(".png", fake.page(["!crash! here"]))
        assert ok
        self.spoilt("crash.png", data.tobytes())

    def odd(self) -> None:
        for name in (b"caf\xe9.png", b"-rf\n$(id).png", b"n" * 250 + b".png"):
            (self.inbox / os.fsdecode(name)).write_bytes(self.page())

    def linked(self) -> None:
        os.symlink("/etc/hostname", self.inbox / "link.png")
        os.symlink(self.away, self.inbox / "linked")
        os.mkfifo(self.inbox / "pipe.png")


def test_a_day_at_a_station_with_kills(tmp_path: Path) -> None:
    more = ["--give-up", 4, "--set", "limits.input_megabytes=1", "--workers", 2]
    rng, station = random.Random(20261120), Station(tmp_path, 7)
    station.start()
    for kill in range(7):
        run = start(*command(tmp_path, *more))
        if kill % 3:  # else also while it starts
            until(lambda: started(tmp_path) > kill)  # noqa: B023 - called here
        time.sleep(rng.uniform(0.1, 3.0))
        if kill == 6:
            until(lambda: not station.is_alive(), 120)
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=30)
        (tmp_path / "job").mkdir(exist_ok=True)
        with (tmp_path / "job" / "starts").open("a") as file:
            file.write("x" * (kill + 1 - started(tmp_path)))
    assert station.ended
    said = watch(tmp_path, *more)

    sent = Counter(hashlib.sha256(data).hexdigest() for data in station.sent)
    inbox, private = tmp_path / "in", tmp_path / "in" / ".docpriv"
    assert files(private / "done") + files(private / "quarantine") == sent, "each file is in one place"
    assert not list((private / "working").iterdir())
    assert sorted(p.name for p in inbox.iterdir() if not p.is_dir()) == ["link.png", "pipe.png"], "nothing is left but no files"
    assert quarantine(tmp_path) == {
        "broken.png": "corrupt",
        "note.txt": "unsupported",
        "empty.pdf": "incomplete",
        "half.png": "incomplete",
        "huge.png": "limit",
        "crash.png": "engine",
    }
    outputs = [p for p in (tmp_path / "out").rglob("*") if p.is_file()]
    assert sorted(map(mark_of, outputs)) == sorted(map(mark, station.letters)), (
        "each letter is released once, and none over another"
    )
    assert {"scan.png", "scan-2.png", "scan-3.png", "twin.png", "twin-2.png"} <= {p.name for p in outputs}
    assert any(p.relative_to(tmp_path / "out").parts[1:] == ("deep", "b.png") for p in outputs), "subfolders are mirrored"
    assert said["complete"] is True
    assert said["states"] == {"failed": 5, "quarantined": 1, "released": len(station.letters)}
    with sqlite3.connect(tmp_path / "job" / "ledger.sqlite") as ledger:
        rows = ledger.execute("SELECT document, output, output_sha256 FROM docpriv_documents WHERE state = 'released'").fetchall()
    assert len({document for document, _, _ in rows}) == len(rows), "two arrivals are two documents"
    assert {output.replace("%E9", "\udce9"): digest for _, output, digest in rows} == tree(tmp_path / "out")


def test_nothing_of_a_name_is_said(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / CANARY / f"{CANARY}.png", ["Dear @Jane Doe"])
    (tmp_path / "in" / f"{CANARY}.pdf").write_bytes(b"%PDF-1.4 rubbish %%EOF")
    done = docpriv(*command(tmp_path, "--until-idle"))
    assert done.returncode == 6, done.stderr
    job = tmp_path / "job"
    reasons = list((tmp_path / "in" / ".docpriv" / "quarantine").glob("*.reason.json"))
    said = [
        done.stdout,
        done.stderr,
        *((job / name).read_bytes() for name in ("log.jsonl", "metrics.prom", "summary.json")),
        *(path.read_bytes() for path in reasons),
    ]
    assert len(said) == 6
    assert all(said)
    assert not any(CANARY.encode() in one for one in said)
    assert reasons[0].stat().st_mode & 0o077 == 0


def test_a_stop_gives_back_and_a_second_watcher_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    run = start(*command(tmp_path))
    until(lambda: (tmp_path / "in" / ".docpriv" / "job").exists())
    other = docpriv("watch", tmp_path / "in", "--out", tmp_path / "out", "--job", tmp_path / "job2", *FAST, "--until-idle")
    assert other.returncode == 7, other.stderr
    for number in range(12):
        write_page(tmp_path / "in" / f"p{number}.png", [f"Dear @Jane{number} Doe"])
    until(lambda: tree(tmp_path / "out"))
    run.send_signal(signal.SIGTERM)
    assert run.wait(timeout=30) == 130
    assert "leased" not in json.loads((tmp_path / "job" / "summary.json").read_text())["states"]
    said = watch(tmp_path)
    assert said["states"] == {"released": 12}
    assert (said["exit_code"], len(tree(tmp_path / "out"))) == (0, 12)


def test_the_terminal_names_what_arrived_and_why_it_was_put_aside(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "box" / f"{CANARY}.png", ["of @Marigold and Marigold"])
    write_page(tmp_path / "in" / "fine.png", ["Dear @Jane Doe"])
    strict = [*FAST, *PACE, "--workers", 1, "--until-idle", "--set", "verifying.repairs=0"]
    code, shown = on_terminal("watch", "in", "--out", "out", "--job", "job", *strict, cwd=tmp_path)
    assert code == 6
    assert f"in/box/{CANARY}.png withheld pages=1" in shown
    assert "  page 1: check:" in shown
    assert "  what to do: " in shown
    assert "in/fine.png released pages=1" in shown
    write_page(tmp_path / "in" / "box" / f"{CANARY}.png", ["of @Marigold and Marigold"])
    done = docpriv(*command(tmp_path, "--until-idle", "--set", "verifying.repairs=0"))
    assert CANARY not in done.stderr.decode() + done.stdout.decode()
    assert "  page 1: check:" in done.stderr.decode()


def test_the_exit_code_is_of_what_this_run_did(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("no document at all, but quite some text")
    assert watch(tmp_path)["exit_code"] == 3
    write_page(tmp_path / "in" / "a.png", ["Dear @Jane Doe"])
    assert watch(tmp_path, "--poll")["exit_code"] == 0
    assert watch(tmp_path)["exit_code"] == 0


def test_originals_are_deleted_or_kept_as_asked_and_never_those_of_what_was_not_released(tmp_path: Path) -> None:
    for name in ("deleted", "kept"):
        write_page(tmp_path / name / "in" / "sub" / "a.png", ["Dear @Jane Doe"])
        (tmp_path / name / "in" / "a.txt").write_text("no document at all, but quite some text")
    assert watch(tmp_path / "deleted", "--originals", "delete")["exit_code"] == 6
    assert list(tree(tmp_path / "deleted" / "in" / ".docpriv" / "quarantine")) == ["a.txt", "a.txt.reason.json"]
    assert sum(files(tmp_path / "deleted" / "in").values()) == 1
    kept = tmp_path / "archive"
    assert watch(tmp_path / "kept", "--originals", "keep", "--kept", kept)["exit_code"] == 6
    assert list(tree(kept)) == ["sub/a.png"]
    inside = docpriv(*command(tmp_path / "kept", "--originals", "keep", "--kept", tmp_path / "kept" / "out" / "x"))
    assert inside.returncode == 2, "unredacted files do not go into the outbox"


@pytest.mark.parametrize("more", [(), ("--on-withheld", "placeholder")])
def test_the_original_of_what_was_withheld_is_not_done_with(more: tuple[str, ...], tmp_path: Path) -> None:
    """Nor that of a document of which some pages were: its output has slips for them."""
    write_pdf(tmp_path / "in" / "two.pdf", [["of @Johnny"], ["@Marigold and Marigold"]])
    said = watch(tmp_path, "--originals", "delete", "--set", "verifying.repairs=0", *more)
    assert (said["exit_code"], said["states"]) == (5, {"released": 1} if more else {"withheld": 1})
    assert len(tree(tmp_path / "out")) == len(more) // 2
    assert quarantine(tmp_path) == {"two.pdf": "withheld"}


def test_a_full_disk_stops_the_watcher_and_loses_nothing(tmp_path: Path) -> None:
    """As a limit of file size: writing the output fails, as it would with no space left."""
    (tmp_path / "in").mkdir()
    ok, data = cv2.imencode(".bmp", fake.page(["Dear @Jane Doe"], rows=60))
    assert ok
    (tmp_path / "in" / "large.bmp").write_bytes(data.tobytes())
    before = files(tmp_path / "in")
    run = subprocess.run(
        [*COMMAND, *map(str, command(tmp_path))],
        capture_output=True,
        timeout=60,
        check=False,
        env=environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6)),
    )
    assert run.returncode == 7, run.stderr
    assert b"the output cannot be written" in run.stderr
    assert (tree(tmp_path / "out"), files(tmp_path / "in")) == ({}, before)
    assert watch(tmp_path)["states"] == {"released": 1}


@pytest.mark.parametrize("stage", ["verified", "linked", "recorded"])
def test_a_worker_that_dies_costs_at_most_its_document(stage: str, tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "a.png", ["Dear @Jane Doe"])
    said = watch(tmp_path, env=environment(DOCPRIV_KILL_AT=stage))
    released = stage != "verified"
    assert said["states"] == ({"released": 1} if released else {"quarantined": 1})
    assert len(tree(tmp_path / "out")) == released
    assert quarantine(tmp_path) == ({} if released else {"a.png": "engine"})


def test_a_kill_between_the_ledger_and_the_move_is_gone_on_with(tmp_path: Path) -> None:
    """By hand, what a kill leaves: a claimed file without a row, and files that stayed although their rows had ended."""
    write_page(tmp_path / "in" / "a.png", ["Dear @Jane Doe"])
    (tmp_path / "in" / "b.txt").write_text("no document at all, but quite some text")
    watch(tmp_path)
    private = tmp_path / "in" / ".docpriv"
    reason = (private / "quarantine" / "b.txt.reason.json").read_bytes()
    (private / "quarantine" / "b.txt.reason.json").unlink()
    for path, home in zip(places(tmp_path), ("done", "quarantine"), strict=True):
        (tmp_path / "in" / path).parent.mkdir(parents=True)
        os.rename(private / home / Path(path).name, tmp_path / "in" / path)
    write_page(private / "working" / "0123456789abcdef" / "sub" / "c.png", ["Dear @Jane Doe"])
    before = tree(tmp_path / "out")
    said = watch(tmp_path)
    assert (said["states"], said["attempts"]) == ({"failed": 1, "released": 2}, 3), "nothing is done twice"
    assert said["exit_code"] == 6, "of the run before nobody had said so"
    assert tree(tmp_path / "out") == before | {"sub/c.png": tree(tmp_path / "out")["sub/c.png"]}
    assert sorted(tree(private / "done")) == ["a.png", "sub/c.png"]
    assert (private / "quarantine" / "b.txt.reason.json").read_bytes() == reason
    assert not list((private / "working").iterdir())


def places(root: Path) -> list[str]:
    with sqlite3.connect(root / "job" / "ledger.sqlite") as ledger:
        return [path for (path,) in ledger.execute("SELECT path FROM docpriv_documents ORDER BY path LIKE '%.txt'")]


def test_a_file_in_quarantine_is_tried_again_in_the_inbox_or_by_retry(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "a.png", ["Dear @Jane Doe"])
    env = environment(DOCPRIV_KILL_AT="verified")
    aside = tmp_path / "in" / ".docpriv" / "quarantine" / "a.png"
    assert watch(tmp_path, env=env)["states"] == {"quarantined": 1}
    shutil.move(aside, tmp_path / "in" / "a.png")
    assert watch(tmp_path, env=env)["states"] == {"quarantined": 2}
    retried = docpriv("jobs", "retry", "--job", tmp_path / "job", "--state", "quarantined")
    assert b"by the next `docpriv watch`" in retried.stdout
    said = watch(tmp_path)
    assert said["states"] == {"failed": 1, "released": 1}, "the first has no file any more, the second is fetched"
    assert list(tree(tmp_path / "out")) == ["a.png"]


def private_sources(root: Path) -> set[str | None]:
    folder = root / "job" / "records"
    return {json.loads(path.read_text())["source"] for path in folder.glob("*/private/doc-*.json")}


@pytest.mark.parametrize("originals", ["done", "keep", "delete"])
def test_private_records_say_where_a_document_lies_now(originals: str, tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "box" / "fine.png", ["Dear @Jane Doe"])
    write_page(tmp_path / "in" / "held.png", ["of @Marigold and Marigold"])
    (tmp_path / "in" / "note.txt").write_text("no document at all, but quite some text")
    kept = tmp_path / "kept"
    more = ["--originals", originals, *(["--kept", kept] if originals == "keep" else []), "--set", "verifying.repairs=0"]
    watch(tmp_path, *more)
    private = tmp_path / "in" / ".docpriv"
    aside = {str(private / "quarantine" / "held.png"), str(private / "quarantine" / "note.txt")}
    fine = {"done": str(private / "done" / "box" / "fine.png"), "keep": str(kept / "box" / "fine.png"), "delete": None}[originals]
    assert private_sources(tmp_path) == {*aside, fine}
    assert all(source is None or Path(source).is_file() for source in private_sources(tmp_path))
    _, listed = on_terminal("jobs", "list", "--job", "job", cwd=tmp_path)
    assert all(place in listed for place in aside)
    assert (fine or "(the original was deleted after its release)") in listed
    (document,) = [line.split()[0] for line in listed.splitlines() if "held.png" in line]
    assert f"lies: {private}/quarantine/held.png\n" in on_terminal("jobs", "show", "--job", "job", document, cwd=tmp_path)[1]
    os.unlink(private / "quarantine" / "held.png")
    assert "held.png (nothing lies there any more)" in on_terminal("jobs", "show", "--job", "job", document, cwd=tmp_path)[1]
    assert b"held.png" not in docpriv("jobs", "list", "--job", tmp_path / "job").stdout


def test_a_job_is_told_of_what_a_person_released_from_the_quarantine(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "held.png", ["of @Marigold and Marigold"])
    strict = ["--set", "verifying.repairs=0"]
    assert watch(tmp_path, *strict)["states"] == {"withheld": 1}
    aside, plan, job = tmp_path / "in" / ".docpriv" / "quarantine" / "held.png", tmp_path / "plan.json", tmp_path / "job"
    noted = ("jobs", "released", "--job", job, "--records", tmp_path / "hand.records")
    assert docpriv("redact", aside, "--out", tmp_path / "hand", *FAST, *strict).returncode == 5
    assert docpriv(*noted).stdout.startswith(b"0 documents"), "what was withheld once more is not released"
    assert docpriv("scan", aside, "--plan", plan, *FAST, *strict).returncode == 0
    assert docpriv("apply", plan, aside, "--out", tmp_path / "hand", *FAST, *strict).returncode == 0
    assert docpriv(*noted).stdout.startswith(b"1 document of the job noted")
    assert b"of these released by a person since, with a plan: 1" in docpriv("jobs", "show", "--job", job).stdout
    assert b"released by hand" in docpriv("jobs", "list", "--job", job).stdout
    said = json.loads(docpriv("report", "--job", job, "--format", "json").stdout)
    assert (said["released_by_hand"], said["states"], said["records"]) == (1, {"withheld": 1}, {"agrees": 1})
    assert b"released by a person since" in docpriv("report", "--job", job, "--format", "html").stdout
    assert watch(tmp_path, *strict)["released_by_hand"] == 1
    assert json.loads((job / "summary.json").read_text())["exit_code"] == 0


def test_a_released_document_that_is_done_again_is_its_own_and_not_one_of_its_name(tmp_path: Path) -> None:
    for number in range(2):
        write_page(tmp_path / "in" / "a.png", ["", "", mark(number)])
        watch(tmp_path)
    with sqlite3.connect(tmp_path / "job" / "ledger.sqlite") as ledger:
        ids = [document for (document,) in ledger.execute("SELECT document FROM docpriv_documents ORDER BY seq")]
    before = tree(tmp_path / "out")
    done = tmp_path / "in" / ".docpriv" / "done"
    (tmp_path / "out" / "a-2.png").unlink()
    docpriv("jobs", "retry", "--job", tmp_path / "job", ids[1])
    assert watch(tmp_path)["states"] == {"released": 2}
    assert tree(tmp_path / "out") == before
    assert sorted(tree(done)) == ["a-2.png", "a.png"]


def test_an_inbox_that_is_not_mounted_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    write_page(tmp_path / "in" / "a.png", ["Dear @Jane Doe"])
    watch(tmp_path)
    os.rename(tmp_path / "in", tmp_path / "unmounted")
    (tmp_path / "in").mkdir()
    done = docpriv(*command(tmp_path, "--until-idle"))
    assert done.returncode == 8, done.stderr
    assert not list((tmp_path / "in").iterdir())
