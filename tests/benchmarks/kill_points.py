"""Ends a process of a job under test with signal 9 at a chosen step of the ledger; does nothing where none is chosen.

`DOCPRIV_KILL_POINT=STEP:MOMENT:N` kills the process that comes there the Nth time, once for all processes: the file that
`DOCPRIV_KILL_MARK` names is made first, and who finds it made lives on. Steps: add, claim, back-all, renew, fence,
end, back. Moments: `open`, with the changes made and not committed; `done`, committed; of the fence also `held`, before the
output has its name, so that `open` there is after. `install` writes what makes every Python process of a run call `arm`.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STEPS = ("add", "claim", "back-all", "renew", "fence", "end", "back")  # a kill behind a claim leaves leases to give back
POINTS = tuple(f"{step}:{moment}" for step in STEPS for moment in ("held", "open", "done") if moment != "held" or step == "fence")
_ROOT = Path(__file__).parents[2]


def install(folder: Path) -> str:
    """A folder for PYTHONPATH by which every process that starts with it calls `arm`; the value of that variable."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text("from tests.benchmarks.kill_points import arm\n\narm()\n", encoding="ascii")
    return os.pathsep.join([str(folder.absolute()), str(_ROOT)])


def arm() -> None:
    """Put the kill in its place, if one is chosen."""
    said = os.environ.get("DOCPRIV_KILL_POINT")
    if not said or os.environ.get("DOCPRIV_TESTING") != "1":
        return
    wanted, _, count = said.rpartition(":")
    mark = os.environ["DOCPRIV_KILL_MARK"]
    here, left, lock = threading.local(), int(count), threading.Lock()

    def come(moment: str) -> None:
        nonlocal left
        if f"{getattr(here, 'step', None)}:{moment}" != wanted:
            return
        with lock:
            left -= 1
            if left == 0:
                try:
                    os.close(os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                except FileExistsError:
                    return
                os.kill(os.getpid(), signal.SIGKILL)

    # Whatever loads Ledger later gets what is put in its place here.
    from docpriv.batch.ledger.ledger import Ledger
    from docpriv.batch.ledger.tables import Database

    def named(step: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def method(*args: Any, **more: Any) -> Any:
            here.step = step
            try:
                return real(*args, **more)
            finally:
                here.step = None

        return method

    for step, name in (
        ("add", "_add"),
        ("claim", "claim"),
        ("renew", "renew"),
        ("back", "give_back"),
        ("back-all", "give_back_all"),
    ):
        setattr(Ledger, name, named(step, getattr(Ledger, name)))
    real_end, real_fence, real_writing = Ledger.end, Ledger.fence, Database.writing

    def end(self: Any, place: str, token: int, state: Any, ended: Any, **more: Any) -> bool:
        """Of what a worker released the row has ended by then: those ends change nothing, and do not count."""
        here.step = None if state == "released" else "end"
        try:
            return real_end(self, place, token, state, ended, **more)
        finally:
            here.step = None

    @contextmanager
    def fence(self: Any, place: str, token: int, ended: Any) -> Iterator[None]:
        here.step = "fence"
        try:
            with real_fence(self, place, token, ended):
                come("held")
                yield
        finally:
            here.step = None

    @contextmanager
    def writing(self: Any) -> Iterator[Any]:
        with real_writing(self) as connection:
            yield connection
            come("open")
        come("done")

    for owner, name, method in ((Ledger, "end", end), (Ledger, "fence", fence), (Database, "writing", writing)):
        setattr(owner, name, method)
    if wanted.startswith("renew"):
        from docpriv.batch import archive

        archive._RENEW = 0.05
