"""A run that lost a document is a bug, whatever the others say; linked folders and several pages a file are said."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import docpriv.cli.outcome as outcome_module
from docpriv import api
from docpriv.errors import ExitCode
from tests.unit.cli.runs import lines, picture, pretend, run


def test_a_document_that_did_not_end_is_a_bug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    pretend(monkeypatch)
    whole = outcome_module.carry_out

    def lossy(prepared, **how):
        for index, ended in whole(prepared, **how):
            if index:
                yield index, ended

    monkeypatch.setattr("docpriv.cli.outcome.carry_out", lossy)
    monkeypatch.setattr(api, "carry_out", lossy)
    picture(tmp_path / "a.png", 1)
    picture(tmp_path / "b.png", 2)
    ended = run(monkeypatch, "redact", "a.png", "b.png", "--out", "out")
    assert ended.code == ExitCode.BUG
    assert "1 document did not end" in ended.out
    summary = lines(run(monkeypatch, "redact", "a.png", "b.png", "--out", "out", "--json").out)[-1]
    assert (summary["exit_code"], summary["missing"]) == (1, 1)
    assert api.redact([tmp_path / "a.png", tmp_path / "b.png"], tmp_path / "out").exit_code is ExitCode.BUG


@pytest.mark.parametrize("suffix", [".tif", ".pdf"])
def test_evaluating_a_file_of_several_pages_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.json").write_text('{"words": []}')
    page = Image.fromarray(np.full((40, 40), 255, np.uint8))
    page.save(tmp_path / "pages" / f"a{suffix}", save_all=True, append_images=[page])
    ended = run(monkeypatch, "evaluate", "score", tmp_path / "labels", tmp_path / "pages", tmp_path / "pages")
    assert ended.code == ExitCode.INPUT
    assert "2 pages in one file" in ended.err
    assert "One page a file" in ended.err
    (tmp_path / "pages" / f"a{suffix}").unlink()
    missing = run(monkeypatch, "evaluate", "score", tmp_path / "labels", tmp_path / "pages", tmp_path / "pages")
    assert "One page a file" in missing.err
    cv2.imwrite(str(tmp_path / "pages" / "a.png"), np.full((40, 40), 255, np.uint8))
    assert run(monkeypatch, "evaluate", "score", tmp_path / "labels", tmp_path / "pages", tmp_path / "pages").code == 0
