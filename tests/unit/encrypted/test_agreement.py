"""Labels are those of the plaintext in both layouts, the error is that of the profile, and what is close is undecided."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from docpriv.encrypted.profile import LIN_1
from docpriv.encrypted.station import Station
from tests.unit.encrypted import made
from tests.unit.encrypted.made import Pair, make_pair

pytestmark = pytest.mark.usefixtures("he")


def raw_scores(pair: Pair, features: np.ndarray, layout: str, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Decrypted scores, which no public call gives."""
    from docpriv.encrypted import station

    seen: list[np.ndarray] = []
    real = station.scores
    with monkeypatch.context() as patch:
        patch.setattr(station, "scores", lambda shape, slots: seen.append(real(shape, slots)) or seen[-1])
        pair.answers(features, layout)
    return np.concatenate(seen)


@pytest.mark.parametrize("layout", ["rcp", "rfm"])
def test_500_scans_get_the_labels_of_the_plaintext(layout: str, tmp_path: Path) -> None:
    rows, weights, bias = made.digits()
    pair, rows = make_pair(tmp_path, weights, bias), rows[:520]
    with pair.server:
        answers = pair.answers(rows, layout)
    margins, labels = pair.margins(rows), pair.labels(rows)
    clear = margins > LIN_1.undecided_below + 2 * LIN_1.error
    assert clear.mean() > 0.99
    assert [one.label for one, sure in zip(answers, clear, strict=True) if sure] == [
        label for label, sure in zip(labels, clear, strict=True) if sure
    ]
    assert all(one.label in (None, label) for one, label in zip(answers, labels, strict=True))


@pytest.mark.parametrize("layout", ["rcp", "rfm"])
@pytest.mark.parametrize(("dimension", "classes"), [(64, 10), (256, 16)])
def test_the_error_is_within_what_the_profile_states(
    layout: str, dimension: int, classes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(tmp_path, dimension=dimension, classes=classes)
    rows = made.unit_rows(128, dimension)
    with pair.server:
        error = np.abs(raw_scores(pair, rows, layout, monkeypatch) - pair.plain(rows) / pair.model.card.tau)
    assert LIN_1.error / 20 < error.max() < LIN_1.error


@pytest.mark.parametrize("layout", ["rcp", "rfm"])
def test_extreme_documents_do_not_wrap(layout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores of 1 and -1 for every document: the largest values there can be, all in one polynomial."""
    weights = np.zeros((3, 8))
    weights[0], weights[1], weights[2, 0] = 5.0, -5.0, 1.0
    bias = np.array([4.0, -4.0, 0.0])
    pair = make_pair(tmp_path, weights, bias)
    rows = np.full((256, 8), 1 / np.sqrt(8), np.float32)
    rows[128:] *= -1
    with pair.server:
        found = raw_scores(pair, rows, layout, monkeypatch)
    assert np.abs(found).max() == pytest.approx(1.0, abs=1e-5)
    assert np.abs(found - pair.plain(rows) / pair.model.card.tau).max() < 2 * LIN_1.error


@pytest.mark.parametrize("layout", ["rcp", "rfm"])
def test_documents_whose_best_scores_are_close_are_undecided(layout: str, tmp_path: Path) -> None:
    weights, bias = made.head(16, 4)
    weights[1] = weights[0]  # the classes 0 and 1 differ by their bias alone
    bias[0], bias[1] = 9.0, 9.0
    for apart, decided in ((0.2, False), (40.0, True)):
        gap = apart * LIN_1.undecided_below
        tau = make_pair(tmp_path / f"t{decided}", weights, bias).model.card.tau
        shifted = bias + np.array([gap * tau, 0, 0, 0])
        pair = make_pair(tmp_path / f"{decided}", weights, shifted)
        rows = made.unit_rows(12, 16) * np.float32(0.1)  # so that no other class comes near
        assert set(pair.labels(rows)) == {"kind 0"}
        with pair.server:
            answers = pair.answers(rows, layout, scores=True)
        assert {one.label for one in answers} == ({"kind 0"} if decided else {None})
        assert {one.decided for one in answers} == {decided}


def test_the_classifiers_threshold_and_scores_hold_as_in_plaintext(tmp_path: Path) -> None:
    from docpriv.encrypted.model_file import export_head
    from docpriv.encrypted.server import Server

    pair = make_pair(tmp_path)
    model = export_head(weights=pair.weights, bias=pair.bias, labels=made.names(5), schema=made.SCHEMA, threshold=0.6)
    rows = made.unit_rows(100, 24)
    raised = np.exp(pair.plain(rows) - pair.plain(rows).max(axis=1, keepdims=True))
    shares = (raised / raised.sum(axis=1, keepdims=True)).max(axis=1)
    with Server(model, pair.book) as server:
        station = Station(pair.folder, model.card)
        answers = [a for f in station.encrypt(rows) for a in station.decrypt(server.evaluate(f), with_scores=True).answers]
    sure = np.abs(shares - 0.6) > 1e-4
    assert 10 < (shares >= 0.6).sum() < 90
    assert [a.decided for a, s in zip(answers, sure, strict=True) if s] == (shares >= 0.6)[sure].tolist()
    assert max(abs(a.score - s) for a, s in zip(answers, shares, strict=True)) < 0.00501


def test_batches_longer_than_a_frame_come_back_in_order(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, dimension=4, classes=2)
    rows = made.unit_rows(2048 + 60, 4)
    with pair.server:
        frames = list(pair.station.encrypt(rows))
        assert len(frames) == 2
        found = [pair.station.decrypt(pair.server.evaluate(frame)) for frame in reversed(frames)]
    answers = [a for part in sorted(found, key=lambda p: p.first) for a in part.answers]
    assert all(a.label in (None, label) for a, label in zip(answers, pair.labels(rows), strict=True))
    assert sum(a.label is None for a in answers) < 5
