"""The benchmarks of archive jobs, small: they run, they count right, and a goal that is missed shows."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.benchmarks import archive, archive_kills, archive_memory
from tests.benchmarks.archive_kills import Trial, draw_fakes, kill_at_points, kill_at_random
from tests.benchmarks.archive_memory import Sample, growth, long_document, many_documents, tenths, write_long
from tests.benchmarks.kill_points import POINTS
from tests.e2e.runs import write_page


def test_the_cost_of_pages_one_by_one_and_as_a_job(tmp_path: Path) -> None:
    pages = [write_page(tmp_path / "in" / f"{i}.png", [f"Dear @Jane{i}"]) for i in range(2)]
    (cost,) = archive.page_by_page(pages, {"fake": sys.executable}, rounds=1, sets=[]).values()
    assert (cost.pages, cost.documents, cost.released, cost.alone) == (2, 2, 2, 0.0)
    assert 0 < cost.verify < cost.total
    job = archive.batch(tmp_path / "in", 2, engine="fake", sets=[])
    assert job.pages == 2
    assert 0 <= job.stages < job.cpu


def test_pages_are_gathered_and_drawn(tmp_path: Path) -> None:
    samples = sorted(archive.SAMPLES.glob("packet*"))
    taken = archive.gather(tmp_path / "in", samples, 1)
    assert len(taken) == 1
    assert sum(map(archive._pages, archive.gather(tmp_path / "all", samples, 99))) > len(samples), "of many pages"
    (drawn,) = archive.draw(tmp_path / "in", 1)
    assert Image.open(drawn).width > 500


def test_memory_over_a_long_document(tmp_path: Path) -> None:
    samples = long_document("pdf", 6, engine="fake", every=3)
    assert [(s.stage, s.page) for s in samples] == [("read", 3), ("read", 6), ("written", 3), ("written", 6)]
    assert all(10 < s.runner < 2000 and 10 < s.worker < 2000 for s in samples)
    write_long(tmp_path / "in" / "long.tiff", "fake", 3)
    with Image.open(tmp_path / "in" / "long.tiff") as image:
        assert image.n_frames == 3


def test_growth_counts_from_page_100_on() -> None:
    def sample(page: int, worker: float) -> Sample:
        return Sample(stage="read", page=page, runner=50.0, worker=worker)

    assert growth([sample(50, 100.0), sample(100, 200.0), sample(1000, 260.0)], "read") == 60.0
    assert growth([sample(5, 100.0), sample(10, 101.0)], "read") == 1.0


def test_time_over_many_documents(capsys: pytest.CaptureFixture[str]) -> None:
    parts = many_documents(20)
    assert [part.documents for part in parts] == [2] * 10
    assert all(part.runner_ms > 0 for part in parts)
    said = [{"runner": i * 0.01, "worker": (i + 1) * 0.04 + max(0, i - 90) * 0.04, "mb": 0.0} for i in range(100)]
    slower = tenths(said)
    assert slower[0].runner_ms == pytest.approx(10)
    assert slower[0].worker_ms == pytest.approx(40)
    assert slower[9].worker_ms > 70
    assert not archive_memory._show_many(slower), "the last tenth took longer"
    assert archive_memory._show_many([slower[0]] * 10)
    assert "goal" in capsys.readouterr().out


def test_kills_at_steps_of_the_ledger(tmp_path: Path) -> None:
    lines: list[str] = []
    trial = Trial(root=tmp_path, engine="fake", ledger=None, expected=draw_fakes(tmp_path / "in", 9), say=lines.append)
    assert trial.expected == {"failed": 1, "quarantined": 1, "released": 6, "withheld": 1}
    kill_at_points(trial, random.Random(3), rounds=1, documents=9, points=("claim:done", "fence:open"))
    assert trial.kills == {"claim:done": 1, "fence:open": 1}
    assert any("leased" in line for line in lines)
    trial.finish()
    assert trial.problems == []


def test_every_step_and_moment_has_a_kill() -> None:
    assert len(POINTS) == 15
    assert {"add:open", "fence:held", "fence:open", "fence:done", "back-all:done"} <= set(POINTS)


def test_kills_at_random_moments(tmp_path: Path) -> None:
    rng = random.Random(1)
    trial = Trial(root=tmp_path, engine="fake", ledger=None, expected={}, say=lambda line: None)
    for i in range(40):
        write_page(tmp_path / "in" / f"{i}.png", [f"Dear @Jane{i}"])
    kill_at_random(trial, rng, kills=1)
    assert trial.problems == []
    archive_kills.draw_small(tmp_path / "small", 1, rng)
    assert Image.open(next((tmp_path / "small").rglob("*.png"))).size == (640, 200)
