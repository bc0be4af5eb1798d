"""A file in a package's folder is a member of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from docpriv.registry import Registry


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "toys"
    folder.mkdir()
    folder.joinpath("__init__.py").write_text("from docpriv.registry import Registry\nTOYS = Registry[int]('toys')\n")
    folder.joinpath("late.py").write_text("from toys import TOYS\nTOYS.register('late', 1, order=9)\n")
    folder.joinpath("early.py").write_text("from toys import TOYS\nTOYS.register('early', 2)\n")
    folder.joinpath("_inner.py").write_text("raise AssertionError('no member')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "toys"
    for name in [name for name in sys.modules if name.split(".")[0] == "toys"]:
        del sys.modules[name]


def registry(package: str) -> Registry[int]:
    return __import__(package).TOYS


def test_every_file_is_a_member_in_its_order(package: str) -> None:
    assert dict(registry(package)) == {"early": 2, "late": 1}
    assert list(registry(package)) == ["early", "late"]


def test_a_file_in_a_folder_added_later_is_a_member_too(package: str, tmp_path: Path) -> None:
    assert len(registry(package)) == 2
    more = tmp_path / "more"
    more.mkdir()
    more.joinpath("added.py").write_text("from toys import TOYS\nTOYS.register('added', 3)\n")
    __import__(package).__path__.append(str(more))
    assert registry(package)["added"] == 3


def test_a_name_is_given_once(package: str) -> None:
    registry(package).register("late", 3)
    with pytest.raises(ValueError, match="late already"):
        list(registry(package))


def test_a_file_that_cannot_be_imported_is_no_silent_loss(package: str, tmp_path: Path) -> None:
    tmp_path.joinpath("toys", "broken.py").write_text("import no_such_module\n")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            len(registry(package))
