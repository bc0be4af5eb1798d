"""The benchmark: the same bytes again, every kind at every level, digests that hold, and no folder overwritten."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv.evaluation.truth import MAYBE, PII_LABELS
from docpriv_lab.pages.benchmark import BENCHMARK_KINDS, benchmark_pages, make_benchmark
from docpriv_lab.pages.degrade import DIFFICULTIES
from docpriv_lab.pages.kinds import KINDS


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pages of seed 1: 1 to 6 of the benchmark."""
    folder = tmp_path_factory.mktemp("benchmark") / "six"
    make_benchmark(folder, pages=6, seed=1)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_it_gives_the_same_bytes_again_and_a_shorter_one_is_its_beginning(six: Path, tmp_path: Path) -> None:
    first = _files(six)
    assert len(first) == 6 + 6 + 1
    make_benchmark(tmp_path / "short", pages=3, seed=1)
    short = _files(tmp_path / "short")
    brief, whole = (json.loads(files.pop("manifest.json")) for files in (short, first))
    assert len(short) == 6
    assert short.items() < first.items()
    assert (brief.pop("pages"), brief) == (whole.pop("pages")[:3], whole)


def test_the_manifest_says_what_each_page_is_and_its_digests_hold(six: Path) -> None:
    manifest = json.loads((six / "manifest.json").read_bytes())
    assert (manifest["version"], manifest["seed"]) == (1, 1)
    assert set(manifest["made_with"]) == {"numpy", "pillow", "opencv"}
    assert [e["kind"] for e in manifest["pages"]] == list(BENCHMARK_KINDS[:6])
    assert [e["level"] for e in manifest["pages"]] == list(DIFFICULTIES) * 2
    for entry in manifest["pages"]:
        data, truth = (six / entry["page"]).read_bytes(), (six / entry["labels"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
        assert hashlib.sha256(truth).hexdigest() == entry["labels_sha256"]
        with Image.open(six / entry["page"]) as image:
            pixels = np.asarray(image.convert("RGB"))
            assert image.info["dpi"] == pytest.approx((entry["dpi"],) * 2, abs=0.1)
        height, width = pixels.shape[:2]
        shape = f"{width}x{height};".encode()
        assert hashlib.sha256(shape + pixels.tobytes()).hexdigest() == entry["pixels_sha256"]
        words = json.loads(truth)["words"]
        assert any(word["label"] == "PERSON" for word in words)
        for word in words:
            x0, y0, x1, y1 = word["box"]
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height
            assert word["label"] in (*PII_LABELS, MAYBE, None)


def test_any_33_pages_in_a_row_hold_every_kind_at_every_level() -> None:
    plan = list(benchmark_pages(300, 1))
    assert set(BENCHMARK_KINDS) == set(KINDS)
    for start in (0, 17, 267):
        pairs = Counter((page.kind, page.level) for page in plan[start : start + 33])
        assert len(pairs) == len(BENCHMARK_KINDS) * len(DIFFICULTIES)
        assert set(pairs.values()) == {1}


def test_pages_differ_in_seed_and_name_and_another_seed_makes_others() -> None:
    plan, other = list(benchmark_pages(300, 1)), list(benchmark_pages(300, 2))
    assert len({page.stem for page in plan}) == 300
    assert len({page.seed for page in (*plan, *other)}) == 600
    assert {page.locale for page in plan} == {"US", "UK"}
    german = {page.kind: page.locale for page in benchmark_pages(33, 1, locales=("DE",))}
    assert (german["letter"], german["form"]) == ("DE", "US")


@pytest.mark.parametrize(("pages", "seed"), [(0, 1), (-3, 1), (100_001, 1), (10, -1), (10, 1_000_000)])
def test_other_numbers_are_refused_before_anything_is_written(pages: int, seed: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        make_benchmark(tmp_path / "none", pages=pages, seed=seed)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_holds_anything_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(OutputExists) as refused:
        make_benchmark(tmp_path / "mine", pages=1)
    assert "mine" not in str(refused.value)
    assert _files(tmp_path / "mine") == {"notes.txt": b"keep"}
    with pytest.raises(OutputError):
        make_benchmark(tmp_path / "mine" / "notes.txt", pages=1)


def test_the_observer_counts_and_a_run_that_stops_leaves_no_manifest(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, pages: int) -> None:
        seen.append((done, pages))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_benchmark(tmp_path / "cut", pages=3, observer=stop)
    assert seen == [(1, 3), (2, 3)]
    assert len(list((tmp_path / "cut" / "pages").iterdir())) == 2
    assert not (tmp_path / "cut" / "manifest.json").exists()
