"""A document of a thousand pages costs no more memory than one of a hundred."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import sys
from pathlib import Path
import numpy as np
from docpriv.geometry import Quad
from docpriv.model import PageFormat
from docpriv.formats.form import PageSpec, PlacedWord
from docpriv.formats.writing import check_container, encode_page, open_writer
from docpriv.staging import stage

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

target, folder = sys.argv[1], Path(sys.argv[2])
random, specs = np.random.default_rng(0), []
words = [PlacedWord(text="word", quad=Quad((9, 9), (60, 9), (60, 20), (9, 20)))] * 20
with stage(folder) as staged:
    writer = open_writer(staged.file, target, pages=1000)
    for index in range(1000):
        pixels = np.repeat(random.integers(0, 256, (120, 100, 1), np.uint8), 3, axis=2)
        coded = encode_page(pixels, PageFormat(colour="grey", dpi=(200, 200)), target, keep_outside=None)
        writer.add(coded, words)
        specs.append(PageSpec.of(coded, 20 if target == "application/pdf" else 0))
        if index == 99:
            early = resident()
    writer.finish()
    written = resident() - early
    checks = check_container(staged.file, target, specs)
    assert all(c.ok for c in checks), checks
    print(written, resident() - early, staged.file.seek(0, 2))
    staged.release(folder / "out")
"""


@pytest.mark.slow
@pytest.mark.parametrize("target", ["application/pdf", "image/tiff"])
def test_memory_does_not_grow_with_pages(tmp_path: Path, target: str) -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT, target, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written, checked, size = (float(v) for v in done.stdout.split())
    assert size > 12e6  # far more than what may stay in memory while it is written
    assert written < 10, f"writing grew by {written:.1f} MB"
    assert checked < 20, f"with the check it grew by {checked:.1f} MB"
