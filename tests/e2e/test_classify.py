"""Classification as a user meets it: train on folders, judge documents, make features, and leave no name anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.ocr import fake
from tests.e2e.runs import FAST, docpriv

WORDS = {
    "invoice": "invoice total due amount payment terms net price quantity tax balance shipped",
    "letter": "dear thank you for your kind letter we write to inform please reply sincerely",
}
CANARY = "Zyxwvutt"


def draw(path: Path, kind: str, seed: int, more: Sequence[str] = ()) -> Path:
    """A page of 800 x 1500 pixels, the size that pages are read at, so that the fake engine can read its cells."""
    words = WORDS[kind].split()
    rng = np.random.default_rng(seed)
    lines = [" ".join(rng.choice(words, 7)) for _ in range(8 + seed % 3)] + list(more)
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), fake.page(lines, columns=80, rows=75))
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `papers`, `model.npz` and the report of its training."""
    base = tmp_path_factory.mktemp("classify")
    for kind in WORDS:
        for seed in range(6):
            draw(base / "papers" / kind / f"{CANARY}{seed}.png", kind, seed, [f"signed @{CANARY}"])
    done = docpriv(
        "classify",
        "train",
        base / "papers",
        "--out",
        base / "model.npz",
        "--tables",
        "own",
        "--report",
        base / "report",
        "--workers",
        1,
        "--json",
        *FAST,
    )
    assert done.returncode == 0, done.stderr.decode()
    (base / "stdout").write_bytes(done.stdout + done.stderr)
    return base


def test_documents_are_judged_by_what_was_learnt(trained: Path, tmp_path: Path) -> None:
    facts = json.loads(next(line for line in (trained / "stdout").read_text().splitlines() if line.startswith("{")))
    assert facts["labels"] == ["invoice", "letter"]
    assert facts["card"]["held_out"]["accuracy"] >= 0.9
    for kind in WORDS:
        draw(tmp_path / "in" / f"{CANARY}-{kind}.png", kind, 77)
    done = docpriv(
        "classify", "run", tmp_path / "in", "--model", trained / "model.npz", "--format", "json", "--workers", 1, *FAST
    )
    assert done.returncode == 0, done.stderr.decode()
    judged = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(one["likeliest"] for one in judged) == ["invoice", "letter"]
    assert all(one["document"].startswith("doc-") and one["margin"] > 0 and one["pages"] == 1 for one in judged)
    assert CANARY.lower().encode() not in (done.stdout + done.stderr).lower()
    strict = docpriv(
        "classify", "run", tmp_path / "in", "--model", trained / "model.npz", "--threshold", 1.0, "--workers", 1, *FAST
    )
    assert strict.stdout.count(b"undecided") == 2


def test_no_name_is_in_anything_that_training_leaves(trained: Path) -> None:
    left = [path for path in trained.rglob("*") if path.is_file() and "papers" not in path.parts]
    assert len(left) == 4
    for path in left:
        assert CANARY.lower().encode() not in path.read_bytes().lower(), path.name


def test_the_report_is_of_what_was_held_out(trained: Path, tmp_path: Path) -> None:
    written = json.loads((trained / "report" / "report.json").read_text())
    assert (written["documents"], written["labels"]) == (12, ["invoice", "letter"])
    assert (trained / "report" / "confusion.svg").read_text().startswith("<svg")
    shown = docpriv("classify", "report", "--model", trained / "model.npz", "--json")
    assert json.loads(shown.stdout)["scores"] == written
    other = docpriv(
        "classify",
        "report",
        "--model",
        trained / "model.npz",
        "--on",
        trained / "papers",
        "--out",
        tmp_path / "r",
        "--workers",
        1,
        *FAST,
    )
    assert other.returncode == 0, other.stderr.decode()
    assert json.loads((tmp_path / "r" / "report.json").read_text())["accuracy"] == 1.0


def test_features_need_the_public_part_alone_and_replace_nothing(trained: Path, tmp_path: Path) -> None:
    public = tmp_path / "public.npz"
    assert docpriv("classify", "export", "--model", trained / "model.npz", "--out", public).returncode == 0
    assert docpriv("classify", "export", "--model", trained / "model.npz", "--out", public).returncode == 7
    one, two = draw(tmp_path / "a.png", "letter", 5, ["signed @Ann"]), draw(tmp_path / "b.png", "letter", 5, ["signed @Otto"])
    words = ["classify", "features", one, two, "--model", public, "--out", tmp_path / "x.npy", "--workers", 1, *FAST]
    done = docpriv(*words)
    assert done.returncode == 0, done.stderr.decode()
    rows = np.load(tmp_path / "x.npy", allow_pickle=False)
    assert rows.dtype == np.float32
    assert rows.shape[0] == 2
    assert np.all(np.linalg.norm(rows.astype(np.float64), axis=1) <= 1)
    assert np.allclose(rows[0], rows[1], atol=0.05)  # a name of another length moves the end of its line
    assert docpriv(*words).returncode == 7
    assert docpriv("classify", "run", one, "--model", public, *FAST).returncode == 2


@pytest.mark.parametrize("word", ["!crash!", "!error!"])
def test_a_document_that_cannot_be_read_costs_itself_alone(trained: Path, tmp_path: Path, word: str) -> None:
    draw(tmp_path / "in" / "a.png", "letter", 1)
    draw(tmp_path / "in" / "b.png", "letter", 2, [word])
    (tmp_path / "in" / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    draw(tmp_path / "in" / "d.png", "invoice", 3)
    done = docpriv(
        "classify", "run", tmp_path / "in", "--model", trained / "model.npz", "--format", "json", "--workers", 1, *FAST
    )
    assert done.returncode == 6
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum("error" in one for one in lines) == 2
    assert sorted(one["likeliest"] for one in lines if "error" not in one) == ["invoice", "letter"]


def test_what_cannot_be_trained_on_is_said(trained: Path, tmp_path: Path) -> None:
    draw(tmp_path / "only" / "one" / "a.png", "letter", 1)
    assert docpriv("classify", "train", tmp_path / "only", "--out", tmp_path / "m.npz", *FAST).returncode == 2
    assert docpriv("classify", "train", trained / "papers", "--out", trained / "model.npz", *FAST).returncode == 7
    assert docpriv("classify", "run", tmp_path / "only", "--model", tmp_path / "none.npz", *FAST).returncode == 4


def train_on(folder: Path) -> subprocess.CompletedProcess[bytes]:
    out = folder.with_name("model.npz")
    return docpriv("classify", "train", folder, "--out", out, "--tables", "shipped", "--workers", 1, "--quiet", *FAST)


def test_a_class_that_lost_its_documents_is_named_and_the_layout_is_not_blamed(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    for seed in range(5):
        draw(papers / "letter" / f"{CANARY}{seed}.png", "letter", seed)
        (papers / "invoice").mkdir(exist_ok=True)
        (papers / "invoice" / f"{CANARY}{seed}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes([seed]) * 9)
    done = train_on(papers)
    said = done.stderr.decode()
    assert done.returncode == 3, said
    assert "too few documents could be read: class invoice: 5 of 5 documents not read (corrupt 5); a class needs 5" in said
    assert "folder of documents for each class" not in said
    assert "plain names" not in said
    assert CANARY not in said
    draw(papers / "letter" / "more.png", "letter", 9)
    (papers / "letter" / f"{CANARY}0.png").write_bytes(b"\x89PNG\r\n\x1a\nx")
    assert "class letter: 1 of 6 documents not read (corrupt 1)\n" in train_on(papers).stderr.decode()


def test_a_class_that_is_too_small_is_named_before_anything_is_read(tmp_path: Path) -> None:
    for seed in range(5):
        draw(tmp_path / "papers" / "letter" / f"{seed}.png", "letter", seed)
    (tmp_path / "papers" / "invoice").mkdir()
    assert "class invoice: no document was found" in train_on(tmp_path / "papers").stderr.decode()
    (tmp_path / "papers" / "invoice" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\nx")
    done = train_on(tmp_path / "papers")
    assert done.returncode == 2
    assert "a class needs 5 documents: invoice has 1" in done.stderr.decode()
    assert "failed:" not in done.stderr.decode()


@pytest.mark.slow
def test_the_model_that_ships_knows_a_drawn_receipt_at_two_resolutions(tmp_path: Path) -> None:
    from docpriv_lab.pages.generator import generate

    for dpi in (110, 260):
        page = generate("receipt", 4711, "easy", dpi=dpi)
        assert cv2.imwrite(str(tmp_path / f"{dpi}.png"), page.pixels[:, :, ::-1])
    done = docpriv("classify", "run", tmp_path, "--format", "json", "--workers", 1, timeout=600)
    assert done.returncode == 0, done.stderr.decode()
    judged = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["label"] for one in judged] == ["receipt", "receipt"]
    assert abs(judged[0]["probability"] - judged[1]["probability"]) < 0.1


def test_from_scan_to_label_by_a_server_that_sees_none_of_it(trained: Path, tmp_path: Path) -> None:
    pytest.importorskip("tenseal")
    pytest.importorskip("starlette")
    for kind in WORDS:
        draw(tmp_path / "in" / f"{CANARY}-{kind}.png", kind, 78, [f"signed @{CANARY}"])
    server, station, head, public = (tmp_path / name for name in ("server", "station", "head.json", "public.npz"))
    steps = [
        ("keygen", station),
        ("export-model", "--model", trained / "model.npz", "--out", head, "--card", tmp_path / "card"),
        ("enroll", "--server", server, "--token", tmp_path / "token"),
    ]
    for step in steps:
        assert docpriv("encrypted", *step).returncode == 0
    assert docpriv("classify", "export", "--model", trained / "model.npz", "--out", public).returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "docpriv.cli.app", "encrypted", "serve", "--server", server, "--model", head, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as serving:
        try:
            assert serving.stdout is not None
            url = serving.stdout.readline().split()[-1]
            enrolled = docpriv("encrypted", "enroll", "--station", station, "--token", tmp_path / "token", "--url", url)
            assert enrolled.returncode == 0
            done = docpriv(
                "encrypted",
                "classify",
                tmp_path / "in",
                "--server",
                url,
                "--station",
                station,
                "--model",
                public,
                "--json",
                "--workers",
                1,
                *FAST,
            )
        finally:
            serving.terminate()
            assert serving.wait(30) == 130
    assert done.returncode == 0, done.stderr.decode()
    plain = docpriv(
        "classify", "run", tmp_path / "in", "--model", trained / "model.npz", "--format", "json", "--workers", 1, *FAST
    )
    labels, expected = (
        {one["index"]: one["label"] for one in map(json.loads, text.splitlines())} for text in (done.stdout, plain.stdout)
    )
    assert labels == expected
    audit = (server / "audit.jsonl").read_bytes()
    assert json.loads(audit.splitlines()[-1])["documents"] == 2
    assert CANARY.lower().encode() not in (audit + done.stdout + done.stderr).lower()
