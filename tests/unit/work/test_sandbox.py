"""What a confined worker may still do: all that its task needs, and nothing to anybody else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from docpriv.work import sandbox
from docpriv.work.pool import Allowance, Pool, Work
from docpriv.work.sandbox import Confinement
from docpriv.work.wire import Message

ABI = sandbox.version()
needs_landlock = pytest.mark.skipif(not ABI, reason="the kernel has no Landlock, or landlockpy is not installed")


def tried(folder: Path, confinement: Confinement | None, *, may_connect: bool = False) -> dict[str, bool]:
    """What a worker was denied in a folder. `may_connect`: to the one server that there is."""
    folder.joinpath("kept").write_text("x")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        folder.joinpath("port").write_text(str(port))
        if may_connect and confinement is not None:
            confinement = replace(confinement, ports=(port,))
        with Pool("tests.unit.work.toy_worker", lambda key, message: message.head, confinement=confinement) as pool:
            allowance = Allowance(cpu_seconds=30.0, still_seconds=60.0, wall_seconds=60.0)
            task = Message({"deed": "trespass", "folder": str(folder)})
            ended = pool.ask(Work(key="a", message=task, allowance=allowance))
    assert ended.error is None
    assert ended.answer is not None
    return ended.answer


@needs_landlock
def test_a_confined_worker_changes_nothing_starts_nothing_and_connects_nowhere(tmp_path: Path) -> None:
    assert tried(tmp_path, Confinement()) == {
        "write": True,
        "remove": True,
        "run": True,
        "connect": ABI >= 4,
        "signal": ABI >= 6,
        "own signal": False,
        "read": False,
    }
    assert tmp_path.joinpath("kept").exists()


@needs_landlock
def test_it_may_write_in_the_folders_of_its_run_connect_to_its_ledger_and_start_programs_where_it_has_to(tmp_path: Path) -> None:
    denied = tried(tmp_path, Confinement(writable=(str(tmp_path),), programs=True), may_connect=True)
    assert {name for name, one in denied.items() if one} == ({"signal"} if ABI >= 6 else set())


def test_without_a_confinement_nothing_is_denied(tmp_path: Path) -> None:
    assert not any(tried(tmp_path, None).values())


@needs_landlock
@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no unnamed files here")
def test_a_confined_process_still_stages_and_releases(tmp_path: Path) -> None:
    """Where the kernel lets it name no unnamed file, in a private folder that is gone afterwards."""
    program = (
        "import sys; from pathlib import Path\n"
        "from docpriv.staging import stage; from docpriv.work.sandbox import Confinement, confine\n"
        "folder = Path(sys.argv[1]); assert confine(Confinement(writable=(str(folder),)))\n"
        "with stage(folder) as staged:\n"
        "    staged.file.write(b'whole'); staged.release(folder / 'out')\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("out", b"whole")]


def test_where_workers_are_not_confined_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "find_spec", lambda name: None)
    assert "pip install 'docpriv[sandbox]'" in sandbox.described()
    assert not sandbox.confine(Confinement())
