"""Nothing has a name until it is released, whatever happens in between."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docpriv import staging
from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv.staging import is_reserved, stage, sweep


@pytest.fixture(params=["unnamed", "private"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of staging, whatever this system offers."""
    if request.param == "private":
        monkeypatch.setattr(staging, "_unnamed", lambda folder: None)
    return str(request.param)


def _visible(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if not is_reserved(p))


def _everything(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_a_file_gets_its_name_whole(tmp_path: Path, mode: str) -> None:
    staged, content = stage(tmp_path), b"page" * 100_000
    staged.file.write(content)
    assert _visible(tmp_path) == []
    assert staged.sha256() == hashlib.sha256(content).hexdigest()
    staged.file.seek(0)
    assert staged.file.read(4) == b"page"
    staged.release(tmp_path / "out.pdf")
    assert (tmp_path / "out.pdf").read_bytes() == content
    assert _everything(tmp_path) == [tmp_path / "out.pdf"]
    assert (tmp_path / "out.pdf").stat().st_nlink == 1
    with pytest.raises(UsageError):
        staged.release(tmp_path / "again.pdf")


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="no unnamed files here")
def test_unnamed_files_leave_no_trace_in_the_folder(tmp_path: Path) -> None:
    with stage(tmp_path) as staged:
        staged.file.write(b"x")
        staged.file.flush()
        if "unnamed" in repr(staged):
            assert _everything(tmp_path) == []


def test_bytes_reach_the_disk_before_the_name_and_the_name_before_the_return(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, link = os.fsync, os.link

    def synced(fd: int) -> None:
        order.append("folder" if os.path.isdir(f"/proc/self/fd/{fd}") else "file")
        fsync(fd)

    def linked(*args: Any, **more: Any) -> None:
        link(*args, **more)
        order.append("name")

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "link", linked)
    with stage(tmp_path) as staged:
        staged.file.write(b"x")
        staged.release(tmp_path / "out")
    assert order == ["file", "name", "folder"]


def test_discarded_files_are_gone(tmp_path: Path, mode: str) -> None:
    with stage(tmp_path) as staged:
        staged.file.write(b"x")
    stage(tmp_path).discard()
    assert _everything(tmp_path) == []


def test_an_existing_file_is_not_touched(tmp_path: Path, mode: str) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"theirs")
    with stage(tmp_path) as staged:
        staged.file.write(b"ours")
        with pytest.raises(OutputExists) as caught:
            staged.release(target)
        assert str(tmp_path) not in str(caught.value)
        assert target.read_bytes() == b"theirs"
        staged.release(tmp_path / "other.png")  # still staged: another name can be tried
    assert (tmp_path / "other.png").read_bytes() == b"ours"


def test_a_dangling_link_is_a_name_that_is_taken(tmp_path: Path, mode: str) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with stage(tmp_path) as staged, pytest.raises(OutputExists):
        staged.release(tmp_path / "out")
    assert not (tmp_path / "elsewhere").exists()


def test_replacing_is_asked_for(tmp_path: Path, mode: str) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"theirs")
    with stage(tmp_path) as staged:
        staged.file.write(b"ours")
        staged.release(target, replace=True)
    assert target.read_bytes() == b"ours"
    assert _everything(tmp_path) == [target]


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_modes_follow_the_umask(tmp_path: Path, mode: str, umask: int) -> None:
    before = os.umask(umask)
    try:
        with stage(tmp_path) as staged:
            staged.release(tmp_path / "out")
    finally:
        os.umask(before)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o666 & ~umask


def test_private_folders_are_private_and_reserved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_unnamed", lambda folder: None)
    with stage(tmp_path) as staged:
        (folder,) = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert is_reserved(folder)
        assert is_reserved(folder / "content")
        assert not is_reserved(tmp_path / "out.pdf")
        with pytest.raises(UsageError):
            staged.release(folder / "out.pdf")


_CHILD = """
import os, sys
from pathlib import Path
from docpriv import staging
from docpriv.staging import stage
if sys.argv[2] == "private":
    staging._unnamed = lambda folder: None
staged = stage(Path(sys.argv[1]))
staged.file.write(b"half of a page")
staged.file.flush()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["unnamed", "private"])
def test_a_killed_process_leaves_no_output(tmp_path: Path, kind: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(tmp_path), kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert sweep(tmp_path) == 0  # its owner lives
        held = _everything(tmp_path)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert _visible(tmp_path) == []
    if kind == "private":
        assert held == _everything(tmp_path) != []
        assert sweep(tmp_path) == 1
    assert _everything(tmp_path) == []


def test_sweeping_spares_the_living_and_strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"x")
    (tmp_path / ".docpriv-staging-file").write_bytes(b"a file of that name is not a staging")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "lock").write_bytes(b"")
    (tmp_path / ".docpriv-staging-link").symlink_to(outside)
    dead = tmp_path / ".docpriv-staging-dead"
    dead.mkdir()
    (dead / "lock").write_bytes(b"")
    (dead / "content").write_bytes(b"half")
    (tmp_path / ".docpriv-staging-bare").mkdir()
    monkeypatch.setattr(staging, "_unnamed", lambda folder: None)
    with stage(tmp_path) as staged:
        staged.file.write(b"ours")
        assert sweep(tmp_path) == 2
        assert not dead.exists()
        staged.release(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"ours"
    assert (outside / "lock").exists()
    assert (tmp_path / ".docpriv-staging-file").exists()
    assert sweep(tmp_path) == 0


def test_a_staging_swept_while_it_is_made_starts_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_unnamed", lambda folder: None)
    mkdir, swept = os.mkdir, []

    def interrupted(path: Any, *rest: Any) -> None:
        mkdir(path, *rest)
        if not swept:
            swept.append(sweep(tmp_path))

    monkeypatch.setattr(os, "mkdir", interrupted)
    with stage(tmp_path) as staged:
        staged.file.write(b"ours")
        staged.release(tmp_path / "out")
    assert swept == [1]
    assert (tmp_path / "out").read_bytes() == b"ours"


def test_folders_that_cannot_be_written_are_named_by_reason(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No such file"):
        stage(tmp_path / "missing")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        stage(tmp_path / "file")
    with pytest.raises(OutputError):
        sweep(tmp_path / "missing")


def test_a_folder_without_permission_is_an_output_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def denied(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "denied", str(path))
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", denied)  # root may write anywhere, so a mode would prove nothing
    with pytest.raises(OutputError) as caught:
        stage(tmp_path)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("code", [errno.EOPNOTSUPP, errno.EISDIR])
def test_systems_without_unnamed_files_fall_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real = os.open

    def without(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(code, "no")
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", without)
    with stage(tmp_path) as staged:
        assert "private" in repr(staged)
        assert len(_everything(tmp_path)) == 3
        staged.release(tmp_path / "out")
    assert _everything(tmp_path) == [tmp_path / "out"]


def test_file_systems_without_hard_links_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EPERM, "no links")

    monkeypatch.setattr(staging, "_unnamed", lambda folder: None)
    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "taken").write_bytes(b"theirs")
    with stage(tmp_path) as staged:
        staged.file.write(b"ours")
        with pytest.raises(OutputExists):
            staged.release(tmp_path / "taken")
        staged.release(tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"ours"
    assert (tmp_path / "taken").read_bytes() == b"theirs"


_FULL = """
import resource, signal, sys
from pathlib import Path
from docpriv.errors import OutputError
from docpriv.staging import stage
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10000, 10000))
with stage(Path(sys.argv[1])) as staged:
    try:
        for _ in range(100):
            staged.file.write(bytes(1000))
        staged.release(Path(sys.argv[1]) / "out")
    except OutputError as error:
        print(error)
"""


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "the output cannot be written: File too large\n"), done.stderr
    assert _everything(tmp_path) == []


def test_a_disk_that_fills_at_the_last_moment_releases_nothing(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with stage(tmp_path) as staged:
        staged.file.write(b"x")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OutputError, match="No space left"):
            staged.release(tmp_path / "out")
    assert _everything(tmp_path) == []
