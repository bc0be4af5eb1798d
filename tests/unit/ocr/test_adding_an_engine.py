"""A reading engine is a file: one in a folder of its own is asked for by `--engine`, reads, and is listed by `doctor`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

import docpriv
from docpriv.ocr.fake import page

Run = subprocess.CompletedProcess[str]
pytestmark = pytest.mark.usefixtures("fakes")

TOY = """
from docpriv.errors import EngineError
from docpriv.model import EngineId
from docpriv.ocr import ENGINES, Registration
from docpriv.ocr.fake import FakeEngine


class ToyEngine(FakeEngine):
    def __init__(self, options):
        require(options)

    def identity(self):
        return EngineId(name="toy", version="1")


def require(options):
    if options.model_dir is None:
        raise EngineError("it lacks a folder of toys")


ENGINES.register("toy", Registration(load=ToyEngine, require=require), order=5)
"""

# Also in the processes that redact: what an installed package would do with an entry of its own.
SITE = "import docpriv.ocr\ndocpriv.ocr.__path__.append({folder!r})\n"


DOCTOR = """
from docpriv.cli import app, doctor_cmd

doctor_cmd.engines = lambda recipe: {"error": "left out", "what_to_do": "", "loaded": []}  # no page is read
app.main(["doctor", "--json"])
"""


def run(*arguments: str, code: str = "from docpriv.cli.app import main; import sys; sys.exit(main(sys.argv[1:]))") -> Run:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("more", "site", "in"):
        (tmp_path / name).mkdir()
    (tmp_path / "more" / "toy.py").write_text(TOY)
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE.format(folder=str(tmp_path / "more")))
    cv2.imwrite(str(tmp_path / "in" / "a.png"), page(["Some ordinary words"]))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{Path(docpriv.__file__).parent.parent}")
    return tmp_path


def test_one_file_is_all_that_an_engine_takes(folder: Path) -> None:
    assert [path.name for path in (folder / "more").iterdir()] == ["toy.py"]  # the files touched
    with_folder = ("--engine", "toy", "--model-dir", str(folder))
    done = run("redact", str(folder / "in"), "--out", str(folder / "out"), "--records", str(folder / "records"), *with_folder)
    assert done.returncode == 0, done.stdout
    records = [json.loads(path.read_text()) for path in (folder / "records").rglob("*.json")]
    (engines,) = [record["engines"] for record in records if "engines" in record]
    assert engines[0] == {"name": "toy", "version": "1", "models": {}}


def test_what_an_engine_lacks_is_said_by_the_run_and_by_doctor(folder: Path) -> None:
    done = run("redact", str(folder / "in"), "--out", str(folder / "out"), "--engine", "toy")
    assert done.returncode == 4
    assert "it lacks a folder of toys" in done.stdout
    done = run(code=DOCTOR)
    listed = json.loads(done.stdout)["reading_engines"]
    assert list(listed) == ["rapid", "paddle", "tesseract", "toy"]
    assert listed["toy"] == "it lacks a folder of toys"
