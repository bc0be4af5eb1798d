"""Which files of a folder count as documents, by name or content, and what is said of those that are not read."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_files import coded, opened, picture

from docpriv.errors import CorruptInput, UnsupportedInput
from docpriv.formats.sniffing import _read, _unread, is_document, is_packed, sniff

READ, UNREAD = _read(), _unread()
ZIP, OLE, TEXT = b"PK\x03\x04" + bytes(60), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), b"just words, line after line\n"
TAR = bytes(257) + b"ustar\x0000" + bytes(300)


@pytest.mark.parametrize("suffix", [*READ, *(s.upper() for s in READ), *UNREAD.names, *sorted(UNREAD.packed)])
def test_a_document_s_name_is_enough(suffix: str) -> None:
    assert is_document(b"\x00\x01 no such signature", f"letter{suffix}")


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("scan.log", TEXT),
        ("scan.txt", TEXT),
        ("scan.json", b'{"a": 1}'),
        ("page.xml", b"<?xml version='1.0'?>"),
        ("index.html", b"<!doctype html>"),
        ("list.csv", b"a,b\n"),
        ("Thumbs.db", OLE),
        ("setup.msi", OLE),
        ("tool.jar", ZIP),
        ("app.apk", ZIP),
        ("viewer.exe", b"MZ" + bytes(60)),
        ("tool", b"\x7fELF" + bytes(60)),
        ("film.mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomavc1"),
        ("song.mp3", b"ID3\x03" + bytes(60)),
        ("access.log.gz", b"\x1f\x8b\x08" + bytes(60)),
        ("docx", TEXT),
        ("notes", TEXT),
    ],
)
def test_what_is_no_document_is_none(name: str, head: bytes) -> None:
    assert not is_document(head, name)
    with pytest.raises(UnsupportedInput):
        sniff(head, name)


@pytest.mark.parametrize(
    ("name", "head", "said"),
    [
        ("letter.docx", ZIP, "DOCX files are not read"),
        ("letter.DOC", OLE, "DOC files are not read"),
        ("letter.odt", ZIP, "ODT files are not read"),
        ("letter.rtf", b"{\\rtf1", "RTF files are not read"),
        ("unnamed", b"{\\rtf1", "RTF files are not read"),
        ("sheet.xlsx", b"cut off", "XLSX files are not read"),
        ("scan.gif", b"cut off", "GIF files are not read"),
        ("scan", b"GIF89a" + bytes(20), "GIF files are not read"),
        ("scan.png", b"GIF89a" + bytes(20), "GIF files are not read"),
        ("scan.jp2", b"\x00\x00\x00\x0cjP  ", "JPEG 2000 files are not read"),
        ("scan.avif", b"\0\0\0\x1cftypavif\0\0\0\0mif1", "AVIF files are not read"),
        ("scan.heic", b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1", "AVIF files are not read"),
        ("scan.djvu", b"AT&TFORM", "DjVu files are not read"),
        ("plan.ps", b"%!PS-Adobe", "PostScript files are not read"),
        ("plan.svg", b"<svg xmlns=", "SVG files are not read"),
        ("mail.eml", TEXT, "EML files are not read"),
        ("scan.tif.gz", b"\x1f\x8b\x08", "packed TIFF files are not read"),
        ("box.7z", b"7z\xbc\xaf\x27\x1c", "7Z archive files are not read"),
        ("box.rar", b"cut off", "RAR archive files are not read"),
        ("box.zip", ZIP, "an archive is not read here"),
        ("box.tar.gz", b"\x1f\x8b\x08", "an archive is not read here"),
        ("unnamed", ZIP, "ZIP or office document files are not read"),
        ("unnamed", OLE, "office document files are not read"),
        ("unnamed", TAR, "TAR archive files are not read"),
    ],
)
def test_a_document_that_is_not_read_is_called_by_its_name(name: str, head: bytes, said: str) -> None:
    assert is_document(head, name)
    with pytest.raises(UnsupportedInput, match=said):
        sniff(head, name)


@pytest.mark.parametrize("suffix", READ)
def test_a_name_of_what_is_read_with_other_content_is_damage(tmp_path: Path, suffix: str) -> None:
    broken = b"\x00" + coded(picture(), "PNG")[1:]
    with pytest.raises(CorruptInput, match=f"name of a {READ[suffix]} file"):
        opened(tmp_path, broken, name=f"scan{suffix}")


def test_the_content_decides_what_is_decoded(tmp_path: Path) -> None:
    with opened(tmp_path, coded(picture(), "PNG"), name="scan.docx") as document:
        assert document.info.media_type == "image/png"
    assert is_document(coded(picture(), "PNG"), "scan.log")


def test_a_tape_of_a_pdf_is_no_pdf() -> None:
    head = TAR[:512] + b"%PDF-1.7\n"
    with pytest.raises(UnsupportedInput):
        sniff(head, "box.tar")
    assert is_packed("box.tar")
    assert is_packed("BOX.Tar.GZ")
    assert not is_packed("box.tar.gz.txt")


def test_archives_say_what_reads_them() -> None:
    with pytest.raises(UnsupportedInput) as raised:
        sniff(ZIP, "box.zip")
    assert "docpriv batch" in raised.value.advice
