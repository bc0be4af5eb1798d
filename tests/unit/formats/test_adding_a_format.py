"""A format is a file: one in a folder of its own is read, redacted, written and checked like those of docpriv."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import docpriv
from docpriv.ocr.fake import page

pytestmark = pytest.mark.usefixtures("fakes")

PGM = '''
"""PGM: plain grey pixels behind a short header (Netpbm)."""

import re

from PIL import PpmImagePlugin

from docpriv.formats.extra import Extra
from docpriv.formats.form import FORMATS, Problem
from docpriv.formats.held import holds_more
from docpriv.formats.image import ImageFormat

HEADER = re.compile(rb"P5\\n(\\d+) (\\d+)\\n255\\n")


class Pgm(ImageFormat):
    name = "PGM"
    media_type = "image/x-portable-graymap"
    suffixes = (".pgm",)
    magic = b"P5\\n"
    plugin = PpmImagePlugin.PpmImageFile

    def whole(self, held):
        return held.size >= self._end(held)

    def extra_data(self, held):
        if holds_more(held, self._end(held)):
            yield Extra.TRAILING

    def _end(self, held):
        head = HEADER.match(held.at(0, 64))
        return head.end() + int(head[1]) * int(head[2])

    def file(self, samples, colour, dpi):
        return b"P5\\n%d %d\\n255\\n" % (samples.shape[1], samples.shape[0]) + samples.tobytes()

    def check_parts(self, view, spec):
        start = b"P5\\n%d %d\\n255\\n" % (spec.width, spec.height)
        if bytes(view[: len(start)]) != start:
            yield Problem("structure", "not a PGM of that size")
        if len(view) != len(start) + spec.width * spec.height:
            yield Problem("contents", "more or less than the pixels")


FORMATS.register("pgm", Pgm(), order=9)
'''

# Also in the processes that redact: what an installed package would do with an entry of its own.
SITE = "import docpriv.formats\ndocpriv.formats.__path__.append({folder!r})\n"

RUN = """
import sys
from pathlib import Path
import docpriv
from docpriv.batch.wholeness import why_unfinished
from docpriv.formats.document import open_document
from docpriv.formats.form import FORMATS
from docpriv.formats.sniffing import is_document
from docpriv.options import Limits
from docpriv.recipes import load_recipe

folder = Path(sys.argv[1])
assert [*FORMATS][-1] == "pgm"
assert is_document(b"cut off", "scan.pgm")
with (folder / "in" / "letter.pgm").open("rb") as file:
    assert why_unfinished(file) is None
(folder / "half.pgm").write_bytes((folder / "in" / "letter.pgm").read_bytes()[:-100])
with (folder / "half.pgm").open("rb") as file:
    assert why_unfinished(file) == "cut-off"
result = docpriv.redact(folder / "in", folder / "out", recipe=load_recipe("redact", ["reading.engine=fake"]), workers=1)
(done,) = result.documents
assert result.ok, (done.status, done.error)
assert done.target == folder / "out" / "letter.pgm"
assert done.record.input.media_type == done.record.output.media_type == "image/x-portable-graymap"
assert {c.name for c in done.record.pages[0].checks} >= {"container-" + n for n in ("pages", "structure", "contents", "bytes")}
with open_document(done.target, document="d", limits=Limits()) as after, open_document(
    folder / "in" / "letter.pgm", document="d", limits=Limits()
) as before:
    assert before.info.notes == ("trailing-bytes",) and after.info.notes == ()
    differ = (before.page(0).pixels != after.page(0).pixels).any(axis=2)
assert 0 < differ.sum() < differ.size // 2
"""


def test_one_file_is_all_that_a_format_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = tmp_path / "more"
    for folder in (added, tmp_path / "site", tmp_path / "in"):
        folder.mkdir()
    (added / "pgm.py").write_text(PGM)
    assert [path.name for path in added.iterdir()] == ["pgm.py"]  # the files touched
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE.format(folder=str(added)))
    grey = page(["Dear reader,", "this is from @anna and others", "and good bye"])[..., 0]
    head = b"P5\n%d %d\n255\n" % (grey.shape[1], grey.shape[0])
    (tmp_path / "in" / "letter.pgm").write_bytes(head + grey.tobytes() + b"kept back")
    root = str(Path(docpriv.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{root}")
    done = subprocess.run([sys.executable, "-c", RUN, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
