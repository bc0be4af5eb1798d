"""Archives with members that are broken, packed oddly or dated impossibly: none costs its neighbours."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from docpriv.batch.packed import EntryKind, OpenArchive, members
from docpriv.errors import CorruptInput, InputError

PNG = b"\x89PNG\r\n\x1a\n"
PAGES = {f"{name}.png": PNG + name.encode() * 400 for name in ("first", "odd", "last")}


def zipped(path: Path, how: int) -> Path:
    with zipfile.ZipFile(path, "w") as box:
        for name, data in PAGES.items():
            box.writestr(name, data, compress_type=how if name == "odd.png" else zipfile.ZIP_STORED)
    return path


def spoilt(path: Path) -> Path:
    """With other bytes in place of the packed ones of the member in the middle."""
    with zipfile.ZipFile(path) as box:
        entry = box.getinfo("odd.png")
    data = bytearray(path.read_bytes())
    start = entry.header_offset + 30 + len(entry.filename) + (9 if entry.compress_type == zipfile.ZIP_LZMA else 0)
    data[start : start + entry.compress_size - 12] = bytes([0xA5]) * (entry.compress_size - 12)
    path.write_bytes(data)
    return path


def contents(path: Path) -> dict[str, bytes | str]:
    """What each member that counts as a document holds, or the code of the error by which it fails."""
    found: dict[str, bytes | str] = {}
    archive = OpenArchive()
    for member in list(members(path)):
        if member.kind is EntryKind.DOCUMENT:
            assert member.number is not None
            try:
                with archive.member(path, member.number, megabytes=1) as copy:
                    found[str(member.relative)] = copy.read_bytes()
            except InputError as exc:
                found[str(member.relative)] = exc.code
    archive.close()
    return found


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_members_packed_in_any_way_are_read(how: int, tmp_path: Path) -> None:
    assert contents(zipped(tmp_path / "box.zip", how)) == PAGES


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_broken_member_fails_and_its_neighbours_do_not(how: int, tmp_path: Path) -> None:
    assert contents(spoilt(zipped(tmp_path / "box.zip", how))) == {**PAGES, "odd.png": "corrupt"}


def test_a_member_packed_in_a_way_that_nobody_knows_fails_alone(tmp_path: Path) -> None:
    path = zipped(tmp_path / "box.zip", zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(path) as box:
        entry = box.getinfo("odd.png")
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    for at in (entry.header_offset + 8, central + 10):  # the method, in the member's own header and in the list
        data[at : at + 2] = (97).to_bytes(2, "little")
    path.write_bytes(data)
    assert contents(path) == {**PAGES, "odd.png": "corrupt"}


def taped(path: Path, mtime: str, mode: str) -> Path:
    with tarfile.open(path, mode, format=tarfile.PAX_FORMAT) as tape:  # type: ignore[call-overload]
        for name, data in PAGES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            if name == "odd.png":
                entry.pax_headers = {"mtime": mtime}
            tape.addfile(entry, io.BytesIO(data))
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
@pytest.mark.parametrize("mtime", ["1e400", "-1e400", "nan", "-5", "1e30", "9" * 20, "0.000000001", "1_0", "yesterday", ""])
def test_a_time_that_cannot_be_costs_no_member(mtime: str, mode: str, tmp_path: Path) -> None:
    path = taped(tmp_path / ("tape.tar" + {"w": "", "w:gz": ".gz", "w:xz": ".xz"}[mode]), mtime, mode)
    assert contents(path) == PAGES
    assert all(abs(member.mtime_ns) <= 2**62 for member in members(path)), "what a ledger can hold"


def test_a_tape_that_is_cut_off_gives_what_lies_before(tmp_path: Path) -> None:
    path = taped(tmp_path / "tape.tar", "5", "w")
    path.write_bytes(path.read_bytes()[:4700])
    walk = members(path)
    assert str(next(walk).relative) == "first.png"
    with pytest.raises(CorruptInput):
        list(walk)
    with OpenArchive().member(path, 0, megabytes=1) as copy:
        assert copy.read_bytes() == PAGES["first.png"]
