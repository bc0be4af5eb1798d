"""The sample documents: what the manifest promises is what the generator makes and what the files hold."""

from __future__ import annotations

import hashlib
import io
import json
import pathlib
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageSequence

from docpriv.evaluation.scoring import score_pages
from docpriv_lab.pages import samples

FOLDER = pathlib.Path(__file__).parents[2] / "sample_docs"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
BY_FILE = {entry["file"]: entry for entry in MANIFEST["files"]}
SAME_LIBRARIES = MANIFEST["made_with"] == samples.versions()


def _decoded(path: pathlib.Path) -> list[np.ndarray]:
    if path.suffix == ".pdf":
        with pikepdf.open(path) as document:
            images = [pikepdf.PdfImage(page.images["/Scan"]).as_pil_image() for page in document.pages]
            return [np.asarray(image.convert("RGB")) for image in images]
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def test_the_manifest_lists_every_file_with_its_digest_and_they_are_small() -> None:
    held = {p.name for p in FOLDER.iterdir() if p.is_file()} - {"MANIFEST.json", "README.md"}
    assert held == set(BY_FILE) == {s.file for s in samples.SAMPLES}
    for name, entry in BY_FILE.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == entry["sha256"]
    names = [name for sample in samples.SAMPLES for name in sample.truth_names()]
    assert len(names) == len(set(names))
    truth = {p.relative_to(FOLDER).as_posix() for p in (FOLDER / "truth").iterdir()}
    assert truth == {page["truth"] for entry in BY_FILE.values() for page in entry["pages"]}
    assert sum(p.stat().st_size for p in FOLDER.rglob("*") if p.is_file()) < 3_000_000


@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda s: s.file)
def test_regenerating_gives_the_stored_pixels_and_truth(sample: samples.Sample) -> None:
    stored = _decoded(FOLDER / sample.file)
    entry = BY_FILE[sample.file]
    assert len(stored) == len(sample.pages) == len(entry["pages"])
    lossless = sample.file.endswith((".png", ".tif"))
    for spec, listed, pixels in zip(sample.pages, entry["pages"], stored, strict=True):
        page = spec.make()
        assert json.loads((FOLDER / listed["truth"]).read_text(encoding="utf-8")) == page.truth
        assert page.pixels.shape == pixels.shape
        if SAME_LIBRARIES:
            assert samples.pixel_digest(page) == listed["pixels_sha256"]
        if lossless and SAME_LIBRARIES:
            assert np.array_equal(pixels, page.pixels)
        else:
            # lossy, or another release of the libraries: the same page, not the same bytes
            assert np.abs(pixels.astype(int) - page.pixels).mean() < 4


def test_the_command_writes_what_it_promises(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(s for s in samples.SAMPLES if s.file == "receipt.png")
    monkeypatch.setattr(samples.write_samples, "__defaults__", (few,))
    assert samples.main(["--out", str(tmp_path)]) == 0
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} == {
        "receipt.png",
        "truth/receipt.json",
        "MANIFEST.json",
    }
    assert (tmp_path / "truth/receipt.json").read_bytes() == (FOLDER / "truth/receipt.json").read_bytes()


def test_files_are_of_the_kinds_they_claim() -> None:
    with Image.open(FOLDER / "packet-fax.tif") as image:
        assert (image.mode, image.n_frames, image.info["compression"]) == ("1", 3, "group4")
    with pikepdf.open(FOLDER / "packet.pdf") as document:
        assert len(document.pages) == 2
        assert not document.docinfo
        assert all(page.Resources.keys() == {"/XObject"} for page in document.pages)
    modes = {Image.open(FOLDER / name).mode for name in BY_FILE if not name.endswith(".pdf")}
    assert modes == {"1", "L", "RGB"}


def test_encoding_refuses_what_a_kind_cannot_hold() -> None:
    page = samples.SAMPLES[10].pages[0].make()
    again = samples.encode([page, page], ".pdf")
    assert again == samples.encode([page, page], ".pdf")
    assert len(list(ImageSequence.Iterator(Image.open(io.BytesIO(samples.encode([page, page], ".tif")))))) == 2
    for pages, suffix in (([page, page], ".png"), ([page], ".gif")):
        with pytest.raises(ValueError):
            samples.encode(pages, suffix)


def test_the_truth_of_a_sample_scores_an_untouched_page_as_one_full_leak(tmp_path: pathlib.Path) -> None:
    labels, pages = tmp_path / "labels", tmp_path / "pages"
    labels.mkdir()
    pages.mkdir()
    for name in ("form-typed.png", "receipt.png"):
        (pages / name).write_bytes((FOLDER / name).read_bytes())
        stem = pathlib.PurePath(name).stem
        (labels / f"{stem}.json").write_bytes((FOLDER / "truth" / f"{stem}.json").read_bytes())
    score = score_pages(labels, pages, pages)
    assert score.pii_words > 30
    assert score.leak_rate == 1.0
    assert score.lost_rate == 0.0
