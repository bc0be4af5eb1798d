"""Planted names and numbers occur in nothing that a run leaves behind but where they must: the source itself.

Every kind of ending is tried: released, withheld, failed in the decoder, in an engine, by crash, by time, by memory,
interrupted. Everything the run wrote, printed or passed to a process is searched, file names too.
"""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from docpriv.ocr import fake
from tests.e2e.runs import COMMAND, FAST, docpriv, environment, start, write_page

# Each would be easy to find in any encoding that text tools use; none is a word of docpriv or of its libraries.
NAME, NUMBER, FILE = "Quintessa-Zweibrucker", "7718820394", "zebulon-okonjo-file"
CANARIES = (NAME, "Quintessa", "Zweibrucker", NUMBER, FILE, "zebulon")
LINES = [f"Dear @{NAME.replace('-', '_')} {NAME}", f"your account #{NUMBER} and {NUMBER}", "is closed."]


def found_in(data: bytes) -> list[str]:
    lowered = data.lower()
    return [
        c
        for c in CANARIES
        for coded in (c.lower().encode(), c.lower().encode("utf-16-le"), c.lower().encode("utf-16-be"), c.encode().hex().encode())
        if coded in lowered
    ]


def search(*folders: Path) -> list[str]:
    """Every file and every file name below the folders, private records left out."""
    hits = []
    for folder in folders:
        for path in folder.rglob("*"):
            inside = path.relative_to(folder)
            if "private" in inside.parts:
                assert path.stat().st_mode & 0o077 == 0, "a private record is readable by others"
                continue
            hits += [f"name of {inside.suffix or 'a file'}: {c}" for c in found_in(os.fsencode(str(inside)))]
            if path.is_file():
                hits += [f"bytes of {inside.suffix}: {c}" for c in found_in(path.read_bytes())]
    return hits


class Arguments(threading.Thread):
    """Collects the command lines and environments of all processes below this one while a run goes on."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, bytes] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    line = (entry / "cmdline").read_bytes()
                except OSError:
                    continue
                if b"docpriv.batch" in line:
                    self.seen[entry.name] = line
            time.sleep(0.02)

    def finish(self) -> bytes:
        self._ended.set()
        self.join()
        return b"\n".join(self.seen.values())


def run(tmp_path: Path, *words: object, source: Path) -> tuple[subprocess.CompletedProcess[bytes], list[str]]:
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    watcher = Arguments()
    watcher.start()
    done = docpriv(
        "redact",
        source,
        "--out",
        out,
        *FAST,
        "--names",
        "digest",
        *words,
        env=environment(TMPDIR=str(temporary), XDG_CACHE_HOME=str(temporary / "cache")),
    )
    arguments = watcher.finish()
    hits = search(out, Path(f"{out}.records"), temporary) if out.exists() else search(Path(f"{out}.records"), temporary)
    hits += [f"stdout: {c}" for c in found_in(done.stdout)] + [f"stderr: {c}" for c in found_in(done.stderr)]
    hits += [f"arguments: {c}" for c in found_in(arguments)]
    return done, hits


@pytest.mark.parametrize(
    "mode", [(), ("--json",), ("--quiet",), ("--dry-run",), ("--format", "pdf"), ("--format", "pdf", "--text-layer")]
)
def test_good_runs(mode, tmp_path):
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    done, hits = run(tmp_path, *mode, source=tmp_path / "in")
    # "@..." and "#..." are found; the plain copies of the values are found by the search for surviving values.
    assert done.returncode == 0, done.stderr.decode()
    assert hits == []


@pytest.mark.parametrize(
    ("deed", "code", "options"),
    [
        ("!crash!", 4, ()),
        ("!error!", 4, ()),
        ("!hang!", 4, ("--set", "limits.still_seconds=1.5")),
        ("!memory!", 3, ("--memory-mb", "700")),
        ("!lie!", None, ()),
    ],
)
def test_runs_whose_engine_fails(deed, code, options, tmp_path):
    write_page(tmp_path / "in" / f"{FILE}.png", [*LINES, deed])
    done, hits = run(tmp_path, *options, source=tmp_path / "in")
    if code is not None:
        assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    assert hits == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: f"{NAME} {NUMBER}\n".encode() * 20,
        lambda data: data[:33] + NAME.encode() + data[33:],
        lambda data: b"%PDF-1.7\n(" + NAME.encode() + b") Tj",
    ],
)
def test_runs_on_broken_files(spoil, tmp_path):
    path = write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    path.write_bytes(spoil(path.read_bytes()))
    done, hits = run(tmp_path, source=path)
    assert done.returncode == 3, done.stdout.decode() + done.stderr.decode()
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())
    assert found_in(done.stderr.replace(os.fsencode(str(path)), b"")) == []
    assert [h for h in hits if not h.startswith("stderr")] == []


def test_withheld_documents(tmp_path):
    """Nothing may be repaired, so the plain copies of the values withhold the page."""
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    done, hits = run(tmp_path, "--set", "verifying.repairs=0", source=tmp_path / "in")
    assert done.returncode == 5, done.stdout.decode() + done.stderr.decode()
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == []
    assert hits == []


def test_interrupted_runs(tmp_path):
    for i in range(6):
        write_page(tmp_path / "in" / f"{FILE}-{i}.png", LINES)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    out = tmp_path / "out"
    process = start("redact", tmp_path / "in", "--out", out, *FAST, "--names", "digest", env=environment(TMPDIR=str(temporary)))
    time.sleep(1.5)
    os.kill(process.pid, signal.SIGINT)
    # Before the command has taken over, or after it is done, the signal itself ends Python; shells call that 130 too.
    assert process.wait(20) in (0, 130, -signal.SIGINT)
    assert search(*(f for f in (out, Path(f"{out}.records"), temporary) if f.exists())) == []


def test_a_bug_shows_its_place_and_not_its_message(tmp_path):
    """An exception nobody foresaw may hold text of the document: its message never leaves the worker."""
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    script = (
        "import docpriv.ocr.fake as f\n"
        "def read(self, pixels, ref):\n    raise KeyError('" + NAME + "')\n"
        "f.FakeEngine.read = read\n"
        "import docpriv.batch.worker as w, sys\nsys.exit(w.serve(lambda first: w.DocumentHandler()))\n"
    )
    patched = tmp_path / "patched.py"
    patched.write_text(script)
    runner = (
        "import sys, docpriv.work.pool as r\nreal = r.subprocess.Popen\n"
        f"r.subprocess.Popen = lambda args, **k: real([args[0], {str(patched)!r}], **k)\n"
        "from docpriv.cli.app import main\nsys.argv[0] = 'docpriv'\nsys.exit(main())\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", runner, "redact", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *FAST, "--names", "digest"],
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    shown = done.stdout + done.stderr
    assert done.returncode == 1, shown.decode()
    assert b"KeyError" in shown
    assert found_in(shown) == []
    assert search(Path(f"{tmp_path}/out.records")) == []


@pytest.mark.parametrize("mode", [(), ("--json",), ("--plan", "plan.json"), ("--set", "policy.cover=[]")])
def test_what_explains_shows_no_text(mode, tmp_path):
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    done, hits, _ = scanned(tmp_path, "--explain", *mode, source=tmp_path / "in")
    assert done.returncode == 0, done.stderr.decode()
    assert b"marked" in done.stdout, "nothing was explained"
    assert hits == []


def test_revealed_text_is_on_the_terminal_and_nowhere_else(tmp_path):
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    _, hits, shown = scanned(
        tmp_path, "--explain", "--reveal", "--plan", "plan.json", "--json", source=tmp_path / "in", terminal=True
    )
    assert b"Quintessa" in shown
    assert NUMBER.encode() in shown
    assert (tmp_path / "work" / "plan.json").exists()
    assert hits == []


def test_text_is_not_revealed_into_a_file(tmp_path):
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    for words in (("--explain", "--reveal"), ("--reveal",), ("--explain", "--reveal", "--json")):
        done, hits, _ = scanned(tmp_path, *words, source=tmp_path / "in")
        assert done.returncode == 2
        assert hits == []


def test_what_recognizers_look_for_is_in_no_record(tmp_path):
    """Terms, context words and expressions of a user's own recognizers are personal data, as a deny list is."""
    write_page(tmp_path / "in" / f"{FILE}.png", LINES)
    own = tmp_path / "own.yaml"
    own.write_text(
        "recognizers: [{name: badge, supported_entity: BADGE, supported_language: en, context: [zebulon],\n"
        f"  deny_list: [{NAME}], patterns: [{{name: p, regex: '({NUMBER}|Quintessa)', score: 0.5}}]}}]\n"
    )
    done, hits = run(tmp_path, "--recognizers", own, source=tmp_path / "in")
    assert done.returncode == 0, done.stderr.decode()
    assert hits == []
    own.write_text(own.read_text().replace("|", "|("))
    done, hits = run(tmp_path, "--recognizers", own, source=tmp_path / "in")
    assert done.returncode == 2
    assert b"badge" in done.stderr
    assert hits == []


def scanned(
    tmp_path: Path, *words: object, source: Path, terminal: bool = False
) -> tuple[subprocess.CompletedProcess[bytes], list[str], bytes]:
    """`docpriv scan`, what it left of the canaries, and what the terminal showed."""
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir(exist_ok=True)
    temporary.mkdir(exist_ok=True)
    env = environment(TMPDIR=str(temporary), XDG_CACHE_HOME=str(temporary / "cache"))
    command = [*COMMAND, "scan", str(source), *FAST, *map(str, words)]
    watcher = Arguments()
    watcher.start()
    shown = b""
    if terminal:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, cwd=work, env=env)
        os.close(theirs)
        with contextlib.suppress(OSError):  # how the end of a terminal reads
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
        _, errors = process.communicate(timeout=60)
        done = subprocess.CompletedProcess(command, process.returncode, b"", errors)
    else:
        done = subprocess.run(command, capture_output=True, cwd=work, env=env, timeout=60, check=False)
    arguments = watcher.finish()
    hits = search(work, temporary)
    hits += [f"stdout: {c}" for c in found_in(done.stdout)] + [f"stderr: {c}" for c in found_in(done.stderr)]
    return done, hits + [f"arguments: {c}" for c in found_in(arguments)], shown


def test_the_search_itself_finds_what_it_looks_for(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"..." + NAME.encode("utf-16-le"))
    assert {h.split(": ")[1] for h in search(tmp_path)} == {NAME, "Quintessa", "Zweibrucker"}


def test_fake_pages_hold_no_canary_as_bytes(tmp_path):
    """The fake page shows the canaries as ink, so a picture of it is not a hit by itself."""
    assert found_in(fake.page(LINES).tobytes()) == []
