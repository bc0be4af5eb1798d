"""What README and manual tell a user to type works as it stands there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.manual import PAGES, ROOT, Session, blocks, command_of, prepare_papers
from tests.e2e.runs import environment
from tests.unit.encrypted.made import small_classifier

MOST_NOT_RUN = 12  # blocks of commands, of more than 50
RUN = [page for page in PAGES if any(b.commands or (b.language == "python" and not b.title) for b in blocks(page))]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", RUN, ids=named)
def test_the_commands_of_a_page_work(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one folder and in their order, on pages of a few words."""
    session = Session(tmp_path, monkeypatch)
    if page.name == "classify.md":
        prepare_papers(tmp_path)
    if page.name == "encrypted.md":
        pytest.importorskip("tenseal")
        small_classifier().save(tmp_path / "model.npz")
    for block in blocks(page):
        session.run(block)


@pytest.mark.parametrize("page", RUN, ids=named)
def test_the_commands_and_options_of_a_page_exist(page: Path) -> None:
    """Those of blocks that are not run, too."""
    for block in blocks(page):
        for words in block.commands:
            if words[0].startswith("-"):
                continue
            name, command, rest = command_of(words)
            known = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)} | {"--help"}
            given = {word.partition("=")[0] for word in rest if word.startswith("--")}
            assert given <= known, f"{name}: {sorted(given - known)}"


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    all_blocks = [block for page in PAGES for block in blocks(page) if block.commands]
    left = [block for block in all_blocks if block.not_run]
    assert all(len(block.not_run) > 10 for block in left)
    assert len(left) <= MOST_NOT_RUN
    assert len(all_blocks) - len(left) > 2 * len(left)


def test_commands_stand_in_blocks_that_are_run() -> None:
    """A block of commands whose language is not `sh` would be passed over."""
    missed = [
        (named(page), line)
        for page in PAGES
        for block in blocks(page)
        if block.language not in ("sh", "ini", "text", "yaml", "python")
        for line in block.lines
        if line.startswith("docpriv ")
    ]
    assert missed == []


EXAMPLES = """
import shutil
import sys
from pathlib import Path

import docpriv.formats
import docpriv.pii
import docpriv.styles
import docpriv.visual.detectors
from docpriv import locales

added = Path(sys.argv[1])
docpriv.formats.__path__.append(str(added / "docpriv/formats"))
docpriv.pii.__path__.append(str(added / "docpriv/pii"))
docpriv.styles.__path__.append(str(added / "docpriv/styles"))
docpriv.visual.detectors.__path__.append(str(added / "docpriv/visual/detectors"))
shutil.copytree(locales.FOLDER, added / "docpriv/locales", dirs_exist_ok=True)
locales.FOLDER = added / "docpriv/locales"

from docpriv.cli.app import main
from docpriv.formats.sniffing import is_document
from docpriv.options import Seeing
from docpriv.pii.analyzer import PatternAnalyzer
from docpriv.pii.labels import lexicon
from docpriv.visual.seeing import open_detectors

assert "is" in locales.languages() and "nafn" in str(locales.languages()["is"].labels)
(number,) = locales.countries()["is"].numbers
assert any(hit.kind is number.kind for hit in PatternAnalyzer(()).find(number.examples[0]))
assert any(hit.reason == "badge" for hit in docpriv.pii.detectors.DETECTORS["badges"].find("badge-abcd"))
assert is_document(b"cut off", "scan.pgm")
form = Seeing(faces=False, codes=False, writing=False, others=("hearts",))
assert any(one.detector == "hearts" for one in open_detectors(form))
sys.exit(main(["styles"]))
"""


def test_what_the_manual_adds_is_found(tmp_path: Path) -> None:
    """The files that the pages about additions show are all that it takes."""
    for name in ("add-style.md", "add-detector.md", "add-format.md", "add-language.md"):
        for block in blocks(ROOT / "docs" / "how-to" / name):
            if block.title:
                path = tmp_path / block.title
                path.parent.mkdir(parents=True)
                path.write_text(block.text, encoding="utf-8")
    env = environment(PYTHONPATH=str(ROOT))
    command = [sys.executable, "-c", EXAMPLES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "stripes  (FACE)" in done.stdout
