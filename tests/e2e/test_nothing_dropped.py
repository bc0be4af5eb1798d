"""Whatever lies in a folder or an archive is released, fails by its own reason, or is counted: of no file is nothing said."""

from __future__ import annotations

import io
import json
import os
import tarfile
import zipfile
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from docpriv.ocr import fake
from docpriv.run_options import RunOptions
from tests.e2e.runs import FAST, docpriv, tree, write_page, write_pdf

PLAIN = ["Dear @Jane", "plain words"]
NOT_READ = (
    "a.docx",
    "a.odt",
    "a.rtf",
    "a.doc",
    "a.gif",
    "a.jp2",
    "a.avif",
    "a.djvu",
    "a.ps",
    "a.xlsx",
)
TEXT = b"lines of a program that says what it does\n"
OTHERS = {
    "a.log": TEXT,
    "a.txt": TEXT,
    "a.json": TEXT,
    "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(60),
    "a.exe": b"MZ" + TEXT,
}


def png() -> bytes:
    ok, data = cv2.imencode(".png", fake.page(PLAIN))
    assert ok
    return data.tobytes()


def contents() -> dict[str, bytes]:
    """Files by name: one good page, one that is damaged, some that are not read, some that are no documents."""
    return {
        "good.png": png(),
        "damaged.png": b"\x00" + png()[1:],
        **dict.fromkeys(NOT_READ, b"whatever it holds, line after line\n"),
        **OTHERS,
        ".hidden.png": png(),
        ".cache/one.png": png(),
        ".cache/two.png": png(),
        "sub/.secret/three.png": png(),
    }


FAILED = 1 + len(NOT_READ)


def packed(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as box:
        for name, data in files.items():
            box.writestr(name, data)
    return held.getvalue()


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def lines(output: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def messages(records: Path) -> Counter[str]:
    found = [json.loads(path.read_text())["error"] for path in records.rglob("doc-*.json") if path.parent.name != "private"]
    return Counter(error["message"] for error in found if error)


@pytest.mark.parametrize("command", ["redact", "scan", "verify"])
def test_a_folder(tmp_path: Path, command: str) -> None:
    folder = lay(tmp_path / "in", {**contents(), "box.zip": packed({"a.png": png()}), "sub/tape.tar.gz": b"damaged"})
    (folder / ".docpriv").mkdir()
    out = ["--out", tmp_path / "out"] if command == "redact" else []
    said = lines(docpriv(command, folder, *out, *FAST, "--json").stdout)
    assert Counter(line["error"] for line in said[:-1]) == {None: 1, "corrupt": 1, "unsupported": len(NOT_READ)}
    summary = said[-1]
    assert (summary["documents"], summary["failed"], summary["skipped"]) == (1 + FAILED, FAILED, len(OTHERS))
    assert (summary["hidden"], summary["archives"]) == (3, 2), "a hidden folder is one entry; docpriv's own is none"
    if command == "redact":
        assert summary["exit_code"] == 6
        done = docpriv(command, folder, *out, *FAST)
        assert f"{len(OTHERS)} other files passed over".encode() in done.stdout
        assert b"3 hidden entries (with a dot in front of the name) not entered" in done.stdout
        assert b"2 archives not opened; `docpriv batch` reads zip and tar archives" in done.stdout
        assert messages(tmp_path / "out.records")["DOCX files are not read"] == 1
        assert list(tree(tmp_path / "out")) == ["good.png"]


def test_an_archive_job(tmp_path: Path) -> None:
    inner = packed({"a.png": png()})
    within = {**contents(), "inner.zip": inner, "inner.tar.gz": b"\x1f\x8b\x08", "inner.rar": b"Rar!\x1a\x07", "unnamed": inner}
    lay(
        tmp_path / "in",
        {**contents(), "box.zip": packed({**within, "__MACOSX/._good.png": b"\0\5\x16\7"}), "broken.zip": b"no zip"},
    )
    with tarfile.open(tmp_path / "in" / "tape.tar", "w") as tape:
        for name, data in within.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size = len(data)
            tape.addfile(entry, io.BytesIO(data))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "good.png"
        tape.addfile(link)
    done = docpriv("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST)
    said = json.loads((tmp_path / "job" / "summary.json").read_text())
    assert said["states"] == {"released": 3, "failed": 3 * FAILED + 2 * 4 + 1}
    assert said["errors"] == {"corrupt": 2, "unsupported": 3 * len(NOT_READ) + 2 * 4 + 2}
    assert (said["passed_over"], said["hidden"]) == (3 * len(OTHERS) + 1, 3 + 5 + 4)
    assert f"passed over: {3 * len(OTHERS) + 1} other files, 0 linked folders, 12 hidden entries".encode() in done.stdout
    found = messages(tmp_path / "job")
    assert found["an archive is not read here"] == 4, "inner.zip and inner.tar.gz, twice"
    assert found["DOCX files are not read"] == 3
    assert found["the archive is damaged or incomplete"] == 1


def test_a_hot_folder(tmp_path: Path) -> None:
    lay(tmp_path / "in", contents())
    pace = ["--until-idle", "--settle", "0", "--rescan", "0.2"]
    docpriv("watch", tmp_path / "in", "--out", tmp_path / "out", "--job", tmp_path / "job", *pace, *FAST)
    said = json.loads((tmp_path / "job" / "summary.json").read_text())
    assert said["states"] == {"released": 1, "failed": FAILED + len(OTHERS)}, "what lies in an inbox was meant for it"
    assert said["hidden"] == 3


def test_a_folder_without_documents_says_what_it_holds(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"box.zip": packed({"a.png": png()}), ".a.png": png(), "a.txt": TEXT})
    done = docpriv("redact", tmp_path / "in", "--out", tmp_path / "out", *FAST)
    assert done.returncode == 3
    assert b"no document was found in the inputs (passed over: 1 other file, 1 archive, 1 hidden)" in done.stderr
    assert b"docpriv batch" in done.stderr


LONG = {
    "deep": "/".join(["folder"] * 860) + "/a.png",  # 6,000 bytes
    "wide": "x" * 300 + ".png",
    "line\nbreak.png": "line\nbreak.png",
    "nul": "nul%00\\0.png",
    "full": "/".join(["y" * 190] * 30) + "/a.png",
}


def test_a_path_that_no_file_can_have_costs_its_document_alone(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "box.zip").write_bytes(packed({**dict.fromkeys(LONG.values(), png()), "good.png": png()}))
    with tarfile.open(tmp_path / "in" / "tape.tar", "w", format=tarfile.PAX_FORMAT) as tape:
        for name in (*LONG.values(), *(f"{n}/{LONG['deep']}" for n in range(4)), "good.png"):
            entry = tarfile.TarInfo(name)
            entry.size = len(png())
            tape.addfile(entry, io.BytesIO(png()))
    for _ in range(2):
        done = docpriv("batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job", *FAST)
        assert done.returncode == 6, done.stderr
        said = json.loads((tmp_path / "job" / "summary.json").read_text())
        assert said["complete"] is True
        assert said["states"] == {"released": 8, "failed": 8}, "those under a name that no system has got a number for it"
        assert said["errors"] == {"input": 8}
    by_id = docpriv("batch", tmp_path / "in", tmp_path / "ids", "--job", tmp_path / "job2", "--names", "digest", *FAST)
    assert by_id.returncode == 0, by_id.stdout


def test_a_long_path_of_a_folder_costs_its_document_alone(tmp_path: Path) -> None:
    lay(tmp_path / "in", {"good.png": png()})
    here = os.getcwd()
    (tmp_path / "deep").mkdir()
    os.chdir(tmp_path / "deep")
    try:
        for _ in range((4080 - len(os.getcwd())) // 201):
            os.mkdir("z" * 200)
            os.chdir("z" * 200)
        Path("a.png").write_bytes(png())
    finally:
        os.chdir(here)
    longer = tmp_path / ("o" * 240) / ("o" * 240)
    done = docpriv("redact", tmp_path / "in", tmp_path / "deep", "--out", longer, *FAST, "--json")
    said = lines(done.stdout)
    assert Counter(line["error"] for line in said[:-1]) == {None: 1, "input": 1}, done.stderr
    assert done.returncode == 6


def test_inputs_that_would_become_one_output_fail_alone(tmp_path: Path) -> None:
    lay(tmp_path / "one", {"a.png": png(), "b.png": png()})
    write_page(tmp_path / "two" / "a.png", ["other words"])
    out = ["--out", tmp_path / "out"]
    said = lines(docpriv("redact", tmp_path / "one", tmp_path / "two", *out, *FAST, "--json").stdout)
    assert sorted(line["error"] or "" for line in said[:-1]) == ["", "output", "output"]
    assert (said[-1]["exit_code"], said[-1]["ended_well"]) == (6, 1)
    assert list(tree(tmp_path / "out")) == ["b.png"]
    done = docpriv("redact", tmp_path / "one" / "a.png", tmp_path / "two", "--out", tmp_path / "none", *FAST)
    assert (done.returncode, tree(tmp_path / "none")) == (7, {})
    assert done.stdout.count(b"another input would become the same output") == 2
    by_id = docpriv("redact", tmp_path / "one", tmp_path / "two", "--out", tmp_path / "ids", "--names", "digest", *FAST)
    assert (by_id.returncode, len(tree(tmp_path / "ids"))) == (0, 3)


def swapped(tmp_path: Path, side: str) -> None:
    """`redact` on two documents in folders of their own; once the first is released, the second's folder becomes a link."""
    from docpriv.api import carry_out, prepare_redaction, resolve

    for name in ("a", "b"):
        write_page(tmp_path / "in" / name / "page.png", PLAIN)
        (tmp_path / "out" / name).mkdir(parents=True)
        (tmp_path / "away").mkdir(exist_ok=True)
    write_page(tmp_path / "away" / "page.png", ["another secret @Jane"])
    recipe = resolve("redact").model_copy(update={"reading": resolve("redact").reading.model_copy(update={"engine": "fake"})})
    run = prepare_redaction([tmp_path / "in"], tmp_path / "out", RunOptions(recipe=recipe))
    outcomes = carry_out(run, workers=1)
    _, first = next(outcomes)
    assert first.error is None
    folder = tmp_path / side / "b"
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "away")
    ((_, second),) = outcomes
    assert second.error is not None
    assert second.error.code == ("input" if side == "in" else "output")
    assert "link" in second.error.message


@pytest.mark.parametrize("side", ["in", "out"])
def test_a_folder_that_becomes_a_link_is_not_followed(tmp_path: Path, side: str, fakes: None) -> None:
    swapped(tmp_path, side)
    assert list(tree(tmp_path / "away")) == ["page.png"]
    assert list(tree(tmp_path / "out")) == ["a/page.png"]


def test_a_phone_s_picture_is_released_as_a_jpeg(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    made = heif.from_pillow(Image.fromarray(fake.page(PLAIN)))
    (tmp_path / "in").mkdir()
    made.save(tmp_path / "in" / "IMG_1.HEIC", quality=-1)
    done = docpriv("redact", tmp_path / "in", "--out", tmp_path / "out", *FAST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tree(tmp_path / "out")) == ["IMG_1.jpg"]
    with Image.open(tmp_path / "out" / "IMG_1.jpg") as image:
        assert (image.format, image.size) == ("JPEG", fake.page(PLAIN).shape[1::-1])
    again = docpriv("redact", tmp_path / "in", "--out", tmp_path / "pdf", "--format", "pdf", *FAST)
    assert (again.returncode, list(tree(tmp_path / "pdf"))) == (0, ["IMG_1.pdf"])


def test_a_large_drawing_is_done_at_the_resolution_that_fits(tmp_path: Path) -> None:
    source = write_pdf(tmp_path / "plan.pdf", [PLAIN])
    import pikepdf

    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.MediaBox = [0, 0, 3370, 2384]  # A0, in points
        page.Contents = pdf.make_stream(b"0 0 0 RG 100 100 m 600 100 l S")
        pdf.save(source)
    done = docpriv("redact", source, "--out", tmp_path / "out", *FAST)
    (record,) = [json.loads(path.read_text()) for path in (tmp_path / "out.records").glob("doc-*.json")]
    assert "resolution-lowered" in record["input"]["notes"], done.stdout
    (page_record,) = record["pages"]
    assert 150 < page_record["dpi"][0] < 200
    assert page_record["width"] * page_record["height"] <= 50e6
    refused = docpriv("redact", source, "--out", tmp_path / "out2", *FAST, "--max-megapixels", "10")
    assert refused.returncode == 3
    assert b"--max-megapixels 16 or --set limits.megapixels=16" in refused.stdout
    assert np.ceil(3370 / 72 * 100) * np.ceil(2384 / 72 * 100) <= 16e6
