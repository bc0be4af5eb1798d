"""The commands with real workers and the reading engine for tests: what is on disk afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest

from docpriv import redact, scan, verify
from docpriv.cli.app import main
from docpriv.errors import ExitCode, InputError
from docpriv.ocr.fake import page

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fakes")]

NAME = "Zebedee Canaryman"
FAKE = "reading.engine=fake"


def paper(path: Path, *more: str) -> Path:
    """A page that the engines for tests can read; they take words that begin with @ for persons."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ok, data = cv2.imencode(".png", page(["Invoice of the month", "Name: @Zebedee @Canaryman", "Total 12.00", *more]))
    assert ok
    path.write_bytes(data.tobytes())
    return path


@pytest.fixture
def fake_recipe(tmp_path: Path) -> Path:
    path = tmp_path / "fake.yaml"
    path.write_text("extends: redact\nname: fake\nreading: {engine: fake}\n")
    return path


def everything_below(folder: Path) -> bytes:
    return b"".join(
        str(path).encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") for path in sorted(folder.rglob("*"))
    )


def test_the_library_redacts_and_does_nothing_twice(tmp_path: Path, fake_recipe: Path) -> None:
    paper(tmp_path / "in" / "a.png")
    paper(tmp_path / "in" / "deep" / "b.png", "Second")
    events: list[str] = []
    result = redact(tmp_path / "in", tmp_path / "out", recipe=fake_recipe, on_progress=lambda e: events.append(e.stage))
    assert result.ok
    assert [one.status for one in result.documents] == ["released", "released"]
    assert [one.target for one in result.documents] == [tmp_path / "out/a.png", tmp_path / "out/deep/b.png"]
    assert result.summary.counts["PERSON"] >= 2
    assert {"read", "verified"} <= set(events)
    before = (tmp_path / "out" / "a.png").stat().st_mtime_ns
    again = redact(tmp_path / "in", tmp_path / "out", recipe=fake_recipe)
    assert again.ok
    assert [one.already for one in again.documents] == [True, True]
    assert (tmp_path / "out" / "a.png").stat().st_mtime_ns == before
    assert verify(tmp_path / "out", recipe=fake_recipe).ok
    assert verify(tmp_path / "in", recipe=fake_recipe).exit_code is ExitCode.WITHHELD
    assert "a.png" not in repr(result)


def test_scan_makes_a_plan_that_apply_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = paper(tmp_path / "a.png")
    plan, out, show = tmp_path / "plan.json", tmp_path / "out", tmp_path / "show"
    assert main(["scan", str(source), "--plan", str(plan), "--show", str(show), "--set", FAKE]) == 0
    assert "PERSON" in capsys.readouterr().out
    assert NAME.encode() not in plan.read_bytes()
    assert [path.stat().st_mode & 0o777 for path in (plan, show, *show.iterdir())] == [0o600, 0o700, 0o600]
    code = main(["apply", str(plan), str(source), "--out", str(out), "--region", "1:500,10,20,20", "--set", FAKE])
    assert code == 0
    pixels = cv2.imread(str(out / "a.png"))
    assert pixels is not None
    assert int(pixels[10:30, 500:520].max()) == 0
    (saved,) = (tmp_path / "out.records").glob("doc-*.json")
    assert json.loads(saved.read_text())["reviewed"] is True


def test_a_mixed_run_leaves_no_name_in_public_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper(tmp_path / "in" / f"{NAME}.png")
    (tmp_path / "in" / f"broken {NAME}.png").write_bytes(paper(tmp_path / "x.png").read_bytes()[:300])
    out = tmp_path / "out"
    code = main(["redact", str(tmp_path / "in"), "--out", str(out), "--names", "digest", "--set", FAKE, "--json"])
    assert code == ExitCode.PARTIAL
    captured = capsys.readouterr()
    assert NAME not in captured.out + captured.err
    assert len(list(out.iterdir())) == 1
    records = tmp_path / "out.records"
    public = b"".join(path.read_bytes() for path in records.glob("*.json"))
    assert NAME.encode() not in public + everything_below(out)
    assert (records / "private").stat().st_mode & 0o077 == 0
    assert main(["report", str(records), "--format", "html", "--out", str(tmp_path / "r.html")]) == 0
    assert NAME not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_dry_run_releases_nothing(tmp_path: Path) -> None:
    source = paper(tmp_path / "a.png")
    assert main(["redact", str(source), "--out", str(tmp_path / "out"), "--dry-run", "--set", FAKE]) == 0
    assert not list((tmp_path / "out").rglob("*.png"))


def test_what_makes_a_run_impossible_is_raised(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        scan(tmp_path / "nothing.png")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_workers(tmp_path: Path, number: signal.Signals) -> None:
    paper(tmp_path / "in" / "a.png", "!hang!")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "docpriv.cli.app",
            "redact",
            str(tmp_path / "in"),
            "--out",
            str(tmp_path / "out"),
            "--set",
            FAKE,
            "--set",
            "limits.page_seconds=300",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "DOCPRIV_TESTING": "1"},
    )
    workers: list[int] = []
    deadline = time.monotonic() + 60
    while not workers and time.monotonic() < deadline:
        time.sleep(0.2)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        workers = [int(pid) for pid in children.read_text().split()]
    assert workers
    time.sleep(1)
    process.send_signal(number)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    assert b"interrupted: nothing unverified was released" in out
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    assert not list((tmp_path / "out").rglob("*.png"))


def test_doctor_knows_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "fake.yaml"
    own.write_text("extends: redact\nreading: {engine: fake}\n")
    assert main(["doctor", "--recipe", str(own), "--out", str(tmp_path), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["engines"]["error"] is None
    assert "fake" in [one["name"] for one in facts["engines"]["loaded"]]
    assert "text" in facts["capabilities"]
    assert "faces" in facts["capabilities"]
    assert "confined" in facts["workers"] or "Landlock" in facts["workers"]
    assert facts["output"]["free_mb"] > 0
    own.write_text("extends: redact\nreading: {engine: nothing}\n")
    assert main(["doctor", "--recipe", str(own)]) == ExitCode.ENGINE
    assert "engines: no reading engine of that name" in capsys.readouterr().out
