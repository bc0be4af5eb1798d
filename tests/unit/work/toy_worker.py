"""A worker whose tasks say what it is to do to itself."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from docpriv.errors import CorruptInput
from docpriv.work.child import Handler, Say, serve
from docpriv.work.wire import Message


class Toy(Handler):
    def __init__(self, first: Message) -> None:
        self._first = first
        self._spent = False

    @property
    def spent(self) -> bool:
        return self._spent

    def prepare(self, task: Message) -> None:
        _spin(task.head.get("load", 0.0))

    def handle(self, task: Message, say: Say) -> Message:
        self._spent = task.head.get("spent", False)
        deed, told = task.head.get("deed"), task.head.get("times")
        if told is not None:  # the deed is done so many times, then the task goes well
            with Path(told["file"]).open("a") as file:
                file.write(f"{time.monotonic()} {os.getpid()}\n")
            if len(Path(told["file"]).read_text().splitlines()) > told["times"]:
                deed = None
        for _ in range(task.head.get("pages", 0)):
            _spin(task.head["spin"])
            say("page")
        if deed == "spin":
            _spin(60.0)
        elif deed == "sleep":
            time.sleep(60.0)
        elif deed == "doze":  # a little CPU time now and then
            for _ in range(600):
                _spin(0.02)
                time.sleep(0.08)
        elif deed == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif deed == "grow":
            held = []
            while True:
                held.append(b"x" * (20 << 20))
        elif deed == "refuse":
            raise CorruptInput("it is broken")
        elif deed == "bug":
            raise KeyError("Zebedee Canaryman")
        elif deed == "trespass":
            return Message({name: _denied(name, task.head["folder"]) for name in TRESPASSES})
        elif deed == "lie":
            os.write(_answers(), struct.pack(">II", 1 << 31, 0))
            time.sleep(60.0)
        time.sleep(task.head.get("wait", 0.0))
        return Message({"first": self._first.head, "pid": os.getpid(), "tied": task.head.get("name")}, task.blobs)


TRESPASSES = {
    "read": lambda folder: Path(folder, "kept").read_text(),
    "write": lambda folder: Path(folder, "written").write_text("x"),
    "remove": lambda folder: Path(folder, "kept").unlink(),
    "run": lambda folder: subprocess.run(["/bin/true"], check=True),
    "connect": lambda folder: socket.create_connection(("127.0.0.1", int(Path(folder, "port").read_text()))).close(),
    "signal": lambda folder: os.kill(os.getppid(), 0),
    "own signal": lambda folder: os.kill(os.getpid(), 0),
}


def _denied(name: str, folder: str) -> bool:
    try:
        TRESPASSES[name](folder)
    except PermissionError:
        return True
    return False


def _spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def _answers() -> int:
    """The pipe to the supervisor: the highest descriptor that is one and can be written."""
    pipes = [int(n) for n in os.listdir("/proc/self/fd") if "pipe" in _leads(n)]
    return next(n for n in sorted(pipes, reverse=True) if int(_flags(n), 8) & 1)


def _leads(number: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


def _flags(number: int) -> str:
    text = Path(f"/proc/self/fdinfo/{number}").read_text()
    return next(line.split()[1] for line in text.splitlines() if line.startswith("flags"))


if __name__ == "__main__":
    sys.exit(serve(Toy))
