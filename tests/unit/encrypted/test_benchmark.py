"""The benchmark of the encrypted path runs, counts what it says, and times every way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.encrypted import agreement, main, race
from tests.unit.encrypted.made import make_pair, unit_rows

pytestmark = pytest.mark.usefixtures("he")


def test_agreement_counts_labels_and_what_is_undecided(tmp_path: Path) -> None:
    weights, bias = np.random.default_rng(3).normal(size=(3, 8)), np.zeros(3)
    weights[1] = weights[0]
    pair = make_pair(tmp_path, weights, bias)
    rows = unit_rows(30, 8)
    tied = pair.plain(rows).argmax(axis=1) != 2
    with pair.server:
        found = agreement(pair, rows, "rcp")
    assert 0 < tied.sum() < 30
    assert (found.documents, found.undecided, found.wrong) == (30, tied.sum(), 0)
    assert found.clear == found.clear_equal == 30 - tied.sum()
    assert 0 < found.error < 1e-6
    assert found.up > 15_000


def test_every_way_is_timed(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, dimension=8, classes=3)
    with pair.server:
        for batch, names in (
            (1, ["docpriv", "ckks_vector.mm"]),
            (130, ["docpriv", "ckks_tensor, documented", "ckks_tensor, no rescale"]),
        ):
            ways = race(pair, unit_rows(130, 8), batch, 2)
            assert [way.name for way in ways] == names
            assert [way.documents for way in ways] == [batch] * len(ways)
            assert all(len(way.seconds) == 2 and min(way.seconds) > 0 for way in ways)


def test_the_benchmark_prints_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.encrypted.made.digits", lambda: (unit_rows(20, 4), np.eye(4)[:3], np.zeros(3)))
    assert main(["--batches", "1", "--rounds", "1", "--dimension", "8", "--classes", "2", "--without-tenseal"]) == 0
    shown = capsys.readouterr().out
    assert "20 vectors, 4 features, 3 classes" in shown
    assert "docpriv" in shown
