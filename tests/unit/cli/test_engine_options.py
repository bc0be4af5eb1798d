"""Choosing a reading engine on the command line, and what is said where it cannot be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docpriv.cli.app import main
from docpriv.errors import ExitCode
from tests.unit.cli.runs import picture, pretend, run


@pytest.mark.parametrize("command", ["redact", "scan"])
def test_engine_and_folder_reach_the_recipe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    runs = pretend(monkeypatch)
    picture(tmp_path / "a.png")
    more = ["--out", "out"] if command == "redact" else []
    assert run(monkeypatch, command, "a.png", *more, "--engine", "paddle", "--model-dir", "models").code == 0
    reading = runs[-1].recipe.reading
    assert (reading.engine, reading.model_dir) == ("paddle", str(tmp_path / "models"))
    assert run(monkeypatch, command, "a.png", *more, "--set", "reading.engine=tesseract", "--force").code == 0
    assert (runs[-1].recipe.reading.engine, runs[-1].recipe.reading.model_dir) == ("tesseract", None)


def test_an_engine_that_is_none_fails_every_document_and_names_the_known_ones(tmp_path: Path, capfd: Any) -> None:
    picture(tmp_path / "a.png")
    code = main(["redact", str(tmp_path / "a.png"), "--out", str(tmp_path / "out"), "--engine", "abbyy"])
    assert code == ExitCode.ENGINE
    assert "known: fake, paddle, rapid, tesseract" in capfd.readouterr().out
    assert not (tmp_path / "out" / "a.png").exists()


def test_doctor_lists_engines_and_what_they_lack(monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setattr("docpriv.ocr.tesseract.find_spec", lambda name: None)
    monkeypatch.setattr("docpriv.ocr.tesseract.shutil.which", lambda name: None)
    monkeypatch.setattr("docpriv.cli.doctor_cmd.engines", lambda recipe: {"error": "left out", "what_to_do": "", "loaded": []})
    main(["doctor", "--json"])
    listed = json.loads(capfd.readouterr().out)["reading_engines"]
    assert set(listed) == {"rapid", "paddle", "tesseract"}
    assert listed["rapid"] is None
    assert listed["paddle"] is None
    lacks = "neither the package tesserocr nor the program tesseract is installed"
    assert listed["tesseract"] == lacks
    main(["doctor"])
    assert f"reading engines: rapid, paddle, tesseract (not here: {lacks})" in capfd.readouterr().out
