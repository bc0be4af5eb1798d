"""A style is one file: in a folder of the package's path it is listed, accepted by recipes, painted and checked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

STRIPES = '''
"""Stripes: a toy of this test."""

import numpy as np

from docpriv.model import Kind
from docpriv.styles import Style, register


def draw(area):
    pixels = np.zeros((area.frame.height, area.frame.width, 3), np.uint8)
    pixels[::4] = (200, 30, 30)
    return [(area.frame, pixels)]


register(Style(name="stripes", guarantee="Stripes that show nothing.", kinds=frozenset({Kind.FACE}), draw=draw), order=25)
'''

RUN = """
import sys
from pathlib import Path

import docpriv.styles

docpriv.styles.__path__.append(sys.argv[1])

import json

from docpriv.cli.app import main
from docpriv.geometry import Box
from docpriv.model import Kind
from docpriv.options import Recipe
from docpriv.recipes import load_recipe
from tests.unit.pipeline.test_marks import MAGENTA, ColourEye, run

main(["styles", "--json"])
code = main(["redact", "none.png", "--out", "out", "--style", "PERSON=stripes"])
recipe = load_recipe("redact", ["policy.styles={FACE: stripes}", "seeing.faces=true"])
record, error, out = run(Path(sys.argv[2]), [ColourEye(MAGENTA, Kind.FACE)], {MAGENTA: Box(100, 200, 160, 280)}, recipe=recipe)
part = out[200:280, 100:160]
checks = {c.name: c.ok for c in record.pages[0].checks}
schema = Recipe.model_json_schema()["$defs"]["Style"]["enum"]
print(json.dumps({
    "refused for text": code,
    "painted": sorted({tuple(int(v) for v in p) for p in part.reshape(-1, 3)}),
    "error": str(error),
    "checked": checks["style-shows-nothing"],
    "schema": "stripes" in schema,
    "regions": sorted({r.style for r in record.pages[0].regions}),
}))
"""


def test_adding_a_style_touches_one_file(tmp_path: Path) -> None:
    """Files touched: stripes.py."""
    folder, work = tmp_path / "more", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    (folder / "stripes.py").write_text(STRIPES)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), str(work)],
        capture_output=True,
        text=True,
        cwd=work,
        env={**os.environ, "DOCPRIV_TESTING": "1", "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    listed, result = (json.loads(line) for line in done.stdout.strip().splitlines())
    names = [row["style"] for row in listed]
    assert names.index("fill") < names.index("stripes") < names.index("label")
    assert result == {
        "refused for text": 2,
        "painted": [[0, 0, 0], [200, 30, 30]],
        "error": "None",
        "checked": True,
        "schema": True,
        "regions": ["stripes"],
    }
    assert "stripes is not for PERSON" in " ".join(done.stderr.split())
