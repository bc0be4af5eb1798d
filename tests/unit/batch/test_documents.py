"""Walking folders, keys and records on disk: what cannot be read is a document that fails, never one that is not there."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from docpriv.batch.identity import document_key
from docpriv.batch.locks import records_lock
from docpriv.batch.walk import find_documents
from docpriv.errors import ExitCode, IntegrityError, OutputError
from docpriv.files import path_from, path_text
from docpriv.records import PrivateRecord, read_private, write_json
from tests.unit.cli.runs import picture


def test_a_folder_that_cannot_be_read_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docpriv import redact

    picture(tmp_path / "in" / "shut" / "a.png")
    (tmp_path / "in" / "more").mkdir()
    real = os.scandir

    def scandir(path: Any) -> Any:
        if os.fspath(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (found,) = find_documents([tmp_path / "in"]).documents
    assert found.relative == Path("shut")
    assert found.problem == "a folder cannot be read (Permission denied)"
    result = redact(tmp_path / "in", tmp_path / "out")
    assert (result.exit_code, result.documents[0].status) == (ExitCode.INPUT, "failed")
    assert len(list((tmp_path / "out.records").glob("doc-*.json"))) == 1
    (top,) = find_documents([tmp_path / "in" / "shut"]).documents
    assert top.problem is not None


def test_a_file_that_cannot_be_looked_at_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "in" / "a.png")
    real = os.open

    def refuse(path: Any, *more: Any, **named: Any) -> int:
        if os.fspath(path).endswith("a.png"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return real(path, *more, **named)

    monkeypatch.setattr(os, "open", refuse)
    assert len(find_documents([tmp_path / "in"]).documents) == 1


@pytest.mark.parametrize("name", [b"plain", b"100%", b"\xff\xfe", "näme".encode(), b"%FF", b"%25\x80", b"a\nb"])
def test_paths_of_any_bytes_survive_json(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(b"/folder/" + name))
    path_text(path).encode("utf-8")
    assert path_from(path_text(path)) == path
    write_json(tmp_path / "p.json", PrivateRecord.of("doc-1", path, None), private=True)
    assert path_from(read_private(tmp_path / "p.json").source) == path
    if name in (b"plain", "näme".encode()):
        assert path_text(path) == str(path)


def test_two_runs_make_one_key(tmp_path: Path) -> None:
    """Even where nothing locks: the key gets its name when it is whole, and once."""
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(document_key(tmp_path))) for _ in range(2)]
    with records_lock(tmp_path):
        keys.append(document_key(tmp_path))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    write_json(tmp_path / "private" / "doc-1.json", PrivateRecord(document="doc-1", source="x"), private=True)
    (tmp_path / "private" / "key").unlink()
    with pytest.raises(IntegrityError):  # ids would change without a word
        document_key(tmp_path)


def test_a_lock_is_held_once_and_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docpriv.batch.locks._PATIENCE", 0.1)
    with records_lock(tmp_path):
        with pytest.raises(OutputError, match="another run"), records_lock(tmp_path):
            pass
        assert (tmp_path / "private" / "lock").stat().st_mode & 0o777 == 0o600
    with records_lock(tmp_path):
        pass
