"""What README and manual tell a user to type works as it stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.manual import PAGES, ROOT, Session, blocks, command_of, prepare_papers
from tests.unit.encrypted.made import small_classifier

MOST_NOT_RUN = 20  # blocks of commands, of more than 60
RUN = [page for page in PAGES if any(b.commands or b.language == "python" for b in blocks(page))]


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
