"""A detector of text is a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docpriv.pii.detectors import DETECTORS

DETECTOR = """
import re
from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.textspan import Hit

@text_detector("badges", "a toy", ("badge", Kind.PERSONAL_ID, 0.9, 0.9), order=100, texts=Texts.COLUMNS)
def find_badges(text: str) -> list[Hit]:
    return [
        Hit(start=m.start(), end=m.end(), kind=Kind.PERSONAL_ID, score=0.9, detector="badges", reason="badge")
        for m in re.finditer(r"toy-[a-z]{4}", text)
    ]
"""
USE = """
import sys
import docpriv.pii
docpriv.pii.__path__.append(sys.argv[1])
from docpriv import options
from docpriv.pii import open_finder
from docpriv.pii.catalogue import catalogue
from docpriv.layout import analyse
from docpriv.pipeline.typed_text import page_of
from docpriv.protocols import ReadPage
form = options.Finding()
text, _ = page_of("Bring it along, toy-abcd and nothing else.")
found = open_finder(form).find([ReadPage(text=text, layout=analyse(text))])
print([(f.detector, f.reason, len(f.chars)) for f in found if f.detector == "badges"])
print([(r.name, r.source) for r in catalogue(form) if r.detector == "badges"])
"""


def test_a_file_is_a_detector_and_nothing_else_is_touched(tmp_path: Path) -> None:
    (tmp_path / "badges.py").write_text(DETECTOR)
    run = subprocess.run([sys.executable, "-c", USE, str(tmp_path)], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[('badges', 'badge', 8)]", "[('badge', 'a toy')]"]
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["badges.py"]


def test_detectors_run_in_one_order_whatever_is_imported_first() -> None:
    assert list(DETECTORS) == [
        "announced",
        "emails",
        "phones",
        "misread-numbers",
        "run-together",
        "typist",
        "particles",
        "syllables",
        "dates",
        "machine-lines",
        "addresses",
    ]
