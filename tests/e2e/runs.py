"""Start docpriv as a user does, in a process of its own, with fake engines for speed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from contextlib import suppress
from pathlib import Path

import cv2

from docpriv.ocr import fake

COMMAND = [sys.executable, "-m", "docpriv.cli.app"]
FAST = ["--set", "reading.engine=fake"]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "DOCPRIV_TESTING": "1", "PYTHONDONTWRITEBYTECODE": "1", **more}


def docpriv(
    *words: object, stdin: bytes | None = None, timeout: float = 120, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *map(str, words)], input=stdin, capture_output=True, timeout=timeout, env=env or environment(), check=False
    )


def start(*words: object, env: dict[str, str] | None = None, stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env=env or environment(),
        start_new_session=True,
    )


def on_terminal(*words: object, cwd: Path, timeout: float = 120) -> tuple[int, str]:
    """Exit code and what a terminal of 200 columns shows of a command, without what steers it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    env = environment(TERM="xterm", COLUMNS="200")
    process = subprocess.Popen([*COMMAND, *map(str, words)], stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd, env=env)
    os.close(theirs)
    data = b""
    with suppress(OSError):  # what a pty says when nobody holds the other end any more
        while block := os.read(ours, 1 << 16):
            data += block
    os.close(ours)
    return process.wait(timeout=timeout), re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", data.decode(errors="replace")).replace("\r", "")


def write_page(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ok, data = cv2.imencode(path.suffix if path.suffix in (".png", ".bmp") else ".png", fake.page(lines))
    assert ok
    path.write_bytes(data.tobytes())
    return path


def write_pdf(path: Path, pages: list[list[str]]) -> Path:
    """A PDF of page images."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    images = [Image.fromarray(fake.page(lines)) for lines in pages]
    images[0].save(path, save_all=True, append_images=images[1:], resolution=100)
    return path


def tree(folder: Path) -> dict[str, str]:
    """Digest of each file below a folder by its path in it."""
    if not folder.exists():
        return {}
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="docpriv-test-"))
