"""The commands from a new key to labels, as a station and a server would type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from docpriv.classify.model import Classifier
from docpriv.cli.app import main
from docpriv.encrypted.model_file import load_card, load_model
from docpriv.encrypted.profile import LIN_1
from tests.unit.encrypted.made import DIMENSION, small_classifier, unit_rows

pytestmark = pytest.mark.usefixtures("he")

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `docpriv encrypted` with these words; gives standard output, or standard error of a run that ends with `code`."""

    def go(*words: object, code: int = 0) -> str:
        ended = main(["encrypted", *map(str, words)])
        shown = capsys.readouterr()
        assert ended == code, shown.err
        return shown.err if code else shown.out

    return go


@pytest.fixture
def classifier(tmp_path: Path) -> Classifier:
    made = small_classifier()
    made.save(tmp_path / "classifier.npz")
    return made


@pytest.fixture
def ready(run: Run, classifier: Classifier, tmp_path: Path) -> Path:
    """A station, a server that knows it, a head and its card."""
    at = tmp_path
    run("keygen", at / "station")
    run("enroll", "--server", at / "server", "--token", at / "token")
    run("enroll", "--station", at / "station", "--token", at / "token", "--out", at / "redemption")
    run("enroll", "--server", at / "server", "--redeem", at / "redemption", "--out", at / "receipt")
    run("enroll", "--station", at / "station", "--receipt", at / "receipt")
    run("export-model", "--model", at / "classifier.npz", "--out", at / "head", "--card", at / "card")
    return at


def reader(at: Path, name: str = "station") -> tuple[str | Path, ...]:
    return "decrypt", "--station", at / name, "--card", at / "card"


def sent(run: Run, at: Path, rows: np.ndarray, name: str = "") -> Path:
    np.save(at / f"features{name}.npy", rows)
    run(
        "encrypt",
        "--station",
        at / "station",
        "--card",
        at / "card",
        "--features",
        at / f"features{name}.npy",
        "--out",
        at / f"requests{name}",
    )
    run("evaluate", "--server", at / "server", "--model", at / "head", at / f"requests{name}", "--out", at / f"replies{name}")
    return at / f"replies{name}"


@pytest.mark.parametrize("count", [1, 150])
def test_from_a_key_to_the_labels_of_the_plaintext(count: int, run: Run, ready: Path, classifier: Classifier) -> None:
    rows = unit_rows(count, DIMENSION)
    out = run(*reader(ready), sent(run, ready, rows), "--json", "--scores")
    said = [json.loads(line) for line in out.splitlines()]
    judged = classifier.judge(rows)
    assert [one["document"] for one in said] == list(range(1, count + 1))
    compared = 0
    for one, plain in zip(said, judged, strict=True):
        if plain.margin > 1e-3 and abs(plain.probability - 0.5) > 1e-4:
            assert one["label"] == (plain.label if plain.decided else "undecided")
            assert one["decided"] == plain.decided
            compared += 1
        assert abs(one["score"] - plain.probability) < 0.006
        assert set(one) == {"document", "label", "decided", "score"}
    assert compared > 0.95 * count


def test_the_text_counts_what_is_undecided(run: Run, ready: Path, classifier: Classifier) -> None:
    rows = unit_rows(20, DIMENSION)
    out = run(*reader(ready), sent(run, ready, rows)).splitlines()
    under = sum(not one.decided for one in classifier.judge(rows))
    assert under > 0
    assert len(out) == 21
    assert sum(line.endswith("\tundecided") for line in out) == under
    assert out[-1] == f"20 documents: 0 undecided by their margin, {under} under the threshold"


def test_the_exported_head_is_the_classifiers_with_its_temperature(ready: Path, classifier: Classifier) -> None:
    model, card = load_model(ready / "head"), load_card(ready / "card")
    assert model.card == card
    assert card.schema == classifier.schema.digest
    assert classifier.head is not None
    assert model.scaled_weights() * card.tau == pytest.approx(classifier.head.weights / 1.7, abs=card.tau / LIN_1.weight_scale)
    assert "weights" not in json.loads((ready / "card").read_text())


def test_a_reply_is_read_once_and_only_at_its_station(run: Run, ready: Path) -> None:
    replies = sent(run, ready, unit_rows(2, DIMENSION))
    run("keygen", ready / "other")
    said = run(*reader(ready, "other"), replies, code=2)
    assert "not enrolled" in said
    run(*reader(ready), replies)
    said = run(*reader(ready), replies, code=9)
    assert "no request of this station waits" in said


def test_a_changed_request_ends_with_9_and_writes_nothing(run: Run, ready: Path) -> None:
    sent(run, ready, unit_rows(2, DIMENSION))
    data = bytearray((ready / "requests").read_bytes())
    data[3000] ^= 1
    (ready / "changed").write_bytes(data)
    said = run(
        "evaluate", "--server", ready / "server", "--model", ready / "head", ready / "changed", "--out", ready / "none", code=9
    )
    assert "authenticate" in said
    assert not (ready / "none").exists()


def test_a_token_a_key_and_files_are_used_and_kept_as_the_help_says(run: Run, ready: Path) -> None:
    run("enroll", "--station", ready / "station", "--token", ready / "token", "--out", ready / "again")
    said = run("enroll", "--server", ready / "server", "--redeem", ready / "again", "--out", ready / "r2", code=9)
    assert "used before" in said
    assert not (ready / "r2").exists()
    assert "holds something" in run("keygen", ready / "station", code=7)
    (ready / "station" / "secret.key").chmod(0o644)
    np.save(ready / "f.npy", unit_rows(1, DIMENSION))
    words = (
        "encrypt",
        "--station",
        ready / "station",
        "--card",
        ready / "card",
        "--features",
        ready / "f.npy",
        "--out",
        ready / "q",
    )
    assert "read by others" in run(*words, code=2)
    (ready / "station" / "secret.key").chmod(0o600)
    run(*words)
    assert "stands already" in run(*words, code=7)
    words = ("export-model", "--model", ready / "classifier.npz", "--out", ready / "head", "--card", ready / "c2")
    assert "stands already" in run(*words, code=7)


def test_the_server_lists_and_revokes_stations(run: Run, ready: Path) -> None:
    station = run("enroll", "--server", ready / "server").splitlines()[0]
    assert json.loads((ready / "station" / "station.json").read_text())["station"] == station
    run("enroll", "--server", ready / "server", "--revoke", station)
    assert run("enroll", "--server", ready / "server").splitlines() == ["0 stations enrolled"]


def test_a_rotation_says_what_it_forgets_and_keeps_the_enrolment(run: Run, ready: Path) -> None:
    replies = sent(run, ready, unit_rows(2, DIMENSION))
    assert "1 request under way forgotten" in run("keygen", ready / "station", "--rotate")
    run(*reader(ready), replies, code=9)
    out = run(*reader(ready), sent(run, ready, unit_rows(2, DIMENSION), "2"))
    assert len(out.splitlines()) == 3


def test_a_passphrase_is_asked_for(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("pyrage")
    (tmp_path / "phrase").write_text("correct horse\n")
    run("keygen", tmp_path / "station", "--passphrase-file", tmp_path / "phrase")
    assert (tmp_path / "station" / "secret.key").read_bytes().startswith(b"age-encryption.org/v1")


@pytest.mark.parametrize(
    "words",
    [
        ("enroll",),
        ("enroll", "--server", "a", "--station", "b"),
        ("enroll", "--server", "a", "--redeem", "x"),
        ("enroll", "--station", "a"),
        ("enroll", "--station", "a", "--token", "x"),
        ("enroll", "--server", "a", "--token", "x", "--out", "y"),
    ],
)
def test_options_that_make_no_step_are_refused(
    words: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "step of an enrolment" in run(*words, code=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "write",
    [
        lambda p: p.write_text("1,2,3"),
        lambda p: np.save(p.open("wb"), np.arange(5)),
        lambda p: np.save(p.open("wb"), np.ones((2, 3))),
        lambda p: np.save(p.open("wb"), np.array([{"a": 1}], dtype=object), allow_pickle=True),
        lambda p: np.savez(p.open("wb"), a=np.ones((2, 2))),
    ],
    ids=["text", "integers", "another length", "pickle", "npz"],
)
def test_files_that_are_no_features_are_refused(write: Callable[[Path], None], run: Run, ready: Path) -> None:
    write(ready / "bad.npy")
    run(
        "encrypt",
        "--station",
        ready / "station",
        "--card",
        ready / "card",
        "--features",
        ready / "bad.npy",
        "--out",
        ready / "q",
        code=2,
    )
    assert not (ready / "q").exists()
