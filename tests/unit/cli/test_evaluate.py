"""`docpriv evaluate` as its user meets it, with the fake reading engine where docpriv itself runs."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from docpriv.errors import ExitCode
from docpriv.evaluation.stages import STAGES
from docpriv.ocr import fake
from tests.unit.cli.runs import Ended, run
from tests.unit.evaluation.folders import cover, save, strokes

CANARY = "zebedee"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(fake.SWITCH, "1")

    def call(*arguments: str | Path, **how: Any) -> Ended:
        return run(monkeypatch, *arguments, **how)

    return call


def pages_for_scoring(folder: Path) -> None:
    page, words = strokes()
    words = [{**word, "text": f"{CANARY}{n}"} for n, word in enumerate(words)]
    save(folder, CANARY, words, page, cover(page, words[1:]))
    save(folder, "other", words, page, None)


def box_of(column: int, row: int, text: str) -> list[int]:
    return [column * fake.CELL_W, row * fake.CELL_H, (column + len(text)) * fake.CELL_W, (row + 1) * fake.CELL_H]


def pages_for_reading(folder: Path) -> None:
    """One page on which each stage loses a word; @ marks what the fake finder takes for a person, # for an account."""
    pixels = np.full((12 * fake.CELL_H, 60 * fake.CELL_W, 3), 255, np.uint8)
    words = []

    def put(row: int, drawn: str, label: str | None, text: str | None = None, more: int = 0) -> None:
        fake.draw(pixels, 2, row, drawn)
        box = box_of(2, row, drawn)
        words.append({"text": text or drawn, "box": [*box[:3], box[3] + more], "label": label})

    put(1, "@" + CANARY, "PERSON")  # found and covered
    put(2, "#12345", "ID")  # found, and left by a recipe that does not cover it
    put(3, "zabadee", "PERSON", CANARY)  # misread
    put(4, CANARY, "PERSON")  # read, and no finder names it
    put(6, "@beneath", "PERSON", more=2 * fake.CELL_H)  # covered, with unread ink in its box
    put(9, "ordinary", None)
    pixels[7 * fake.CELL_H + 4 : 8 * fake.CELL_H : 4, 20:100] = 0
    for x in range(200, 400, 6):
        pixels[10 * fake.CELL_H : 11 * fake.CELL_H, x : x + 3] = 0
    words.append({"text": CANARY, "box": [195, 10 * fake.CELL_H - 3, 405, 11 * fake.CELL_H + 3], "label": "PHONE"})
    for name in ("labels", "pages"):
        (folder / name).mkdir(parents=True)
    (folder / "labels" / f"{CANARY}.json").write_text(json.dumps({"words": words}))
    cv2.imwrite(str(folder / "pages" / f"{CANARY}.png"), pixels)
    (folder / "fake.yaml").write_text(
        "extends: redact\nname: fake\nreading: {engine: fake}\n"
        "policy: {cover: [PERSON], unread_share: 1.0, not_understood: count}\n"
    )


def test_score_prints_and_writes_figures_without_names(shell: Any, tmp_path: Path) -> None:
    pages_for_scoring(tmp_path)
    ended = shell("evaluate", "score", "labels", "pages", "out", "--json", "--out", "a.json")
    assert ended.code == 0
    figures = json.loads(ended.out)
    assert (figures["pages"], figures["withheld"], figures["leaked"], figures["pii_words"]) == (2, 1, 1, 4)
    assert json.loads((tmp_path / "a.json").read_text())["figures"] == figures
    table = shell("evaluate", "score", ".", "out")  # the same folders, named shortly
    assert "25.00%" in table.out
    for text in (ended.out, ended.err, table.out, table.err, (tmp_path / "a.json").read_text()):
        assert CANARY not in text


def test_score_takes_several_sets(shell: Any, tmp_path: Path) -> None:
    pages_for_scoring(tmp_path / "one")
    pages_for_scoring(tmp_path / "two")
    ended = shell("evaluate", "score", "--set", "first=one,one/out", "--set", "second=two/labels,two/pages,two/pages", "--json")
    figures = json.loads(ended.out)
    assert figures["pages"] == 4
    assert {name: part["leaked"] for name, part in figures["by_set"].items()} == {"first": 1, "second": 4}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), ExitCode.USAGE),
        (("labels", "pages", "out", "--set", "a=.,out"), ExitCode.USAGE),
        (("--set", "a=.,out", "--set", "a=.,out"), ExitCode.USAGE),
        (("--set", "nothing"), ExitCode.USAGE),
        ((".", "none"), ExitCode.INPUT),
        (("out", "out"), ExitCode.INPUT),
        ((".", "out", "--out", "taken.json"), ExitCode.OUTPUT),
        ((".", "out", "--gallery", "labels"), ExitCode.OUTPUT),
        ((".", "out", "--stages", "taken.json"), ExitCode.USAGE),
        ((".", "out", "--gallery", "g", "--stages", "taken.json"), ExitCode.INPUT),
    ],
)
def test_score_says_what_is_wrong(shell: Any, tmp_path: Path, arguments: tuple[str, ...], code: ExitCode) -> None:
    pages_for_scoring(tmp_path)
    (tmp_path / "taken.json").write_text("{}")
    ended = shell("evaluate", "score", *arguments)
    assert ended.code == code
    assert "what to do:" in ended.err
    assert (tmp_path / "taken.json").read_text() == "{}"


def test_the_gallery_is_private_and_announced(shell: Any, tmp_path: Path) -> None:
    pages_for_scoring(tmp_path)
    ended = shell("evaluate", "score", ".", "out", "--gallery", "g")
    assert ended.code == 0
    assert "personal data" in ended.err
    assert CANARY not in ended.out + ended.err
    assert CANARY in (tmp_path / "g" / "index.html").read_text()
    assert stat.S_IMODE((tmp_path / "g" / "index.html").stat().st_mode) == 0o600


def test_a_failed_run_leaves_no_picture(shell: Any, tmp_path: Path) -> None:
    pages_for_scoring(tmp_path)
    (tmp_path / "pages" / "other.png").write_bytes(b"no picture")
    assert shell("evaluate", "score", ".", "out", "--gallery", "g").code == ExitCode.INPUT
    assert list((tmp_path / "g").iterdir()) == []


def test_compare_shows_names_on_a_terminal_alone(shell: Any, tmp_path: Path) -> None:
    pages_for_scoring(tmp_path)
    shell("evaluate", "score", ".", "out", "--out", "a.json")
    shell("evaluate", "score", ".", "pages", "--out", "b.json")
    ended = shell("evaluate", "compare", "a.json", "b.json", "--labels", "labels", "--json")
    assert ended.code == 0
    comparison = json.loads(ended.out)
    assert (comparison["fixed"], comparison["newly_leaked"]) == (0, 3)
    assert comparison["changes"]["all PII"]["difference"] == 0.75
    assert CANARY not in ended.out + shell("evaluate", "compare", "a.json", "b.json", "--labels", "labels").out
    assert CANARY in shell("evaluate", "compare", "a.json", "b.json", "--labels", "labels", terminal=True).out
    assert CANARY not in shell("evaluate", "compare", "a.json", "b.json", terminal=True).out
    assert shell("evaluate", "compare", "a.json", "labels").code == ExitCode.INPUT


def test_stages_says_where_each_word_was_lost(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    ended = shell("evaluate", "stages", ".", "--recipe", "./fake.yaml", "--json", "--out", "stages.json")
    assert ended.code == 0, ended.err
    figures = json.loads(ended.out)
    assert figures["stages"] == dict.fromkeys(STAGES, 1)
    assert (figures["pii_words"], figures["leaked"], figures["withheld"], figures["lost"]) == (6, 5, 0, 0)
    assert figures["by_class"]["ID"]["stages"]["left-by-policy"] == 1
    kept = json.loads((tmp_path / "stages.json").read_text())
    assert [(leak["word"], leak["stage"]) for leak in kept["pages"][0]["leaks"]] == [
        (1, "left-by-policy"),
        (2, "misread"),
        (3, "not-found"),
        (4, "geometry"),
        (6, "not-read"),
    ]
    assert CANARY not in ended.out + ended.err + json.dumps(kept)


def test_the_words_are_revealed_on_a_terminal_alone(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    how = ("evaluate", "stages", "labels", "pages", "--recipe", "./fake.yaml")
    shown = shell(*how, "--reveal", terminal=True)
    assert f"{CANARY}  read as: zabadee" in shown.out
    assert CANARY not in shell(*how, terminal=True).out
    for more in (("--reveal",), ("--reveal", "--json")):
        ended = shell(*how, *more)
        assert ended.code == ExitCode.USAGE
        assert CANARY not in ended.out + ended.err


def test_the_gallery_knows_the_stages(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    shell("evaluate", "stages", ".", "--recipe", "./fake.yaml", "--out", "s.json", "--gallery", "g1")
    shell("evaluate", "score", ".", "pages", "--gallery", "g2", "--stages", "s.json")
    for folder, leaks in (("g1", 5), ("g2", 6)):
        html = (tmp_path / folder / "index.html").read_text()
        assert html.count("<figure>") == leaks
        assert html.count('class="tag"') == 5
        assert all(f'class="tag">{stage}<' in html for stage in STAGES)


def test_a_page_that_would_be_withheld_counts_apart(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    (tmp_path / "fake.yaml").write_text("extends: redact\nname: fake\nreading: {engine: fake}\npolicy: {unread_share: 0.0}\n")
    figures = json.loads(shell("evaluate", "stages", ".", "--recipe", "./fake.yaml", "--json").out)
    assert (figures["withheld"], figures["leaked"], figures["lost"], figures["plain_words"]) == (1, 0, 1, 1)
    assert figures["withheld_leaks"] > 0


def test_stages_of_a_pdf_are_told_in_the_frame_of_its_labels(shell: Any, tmp_path: Path) -> None:
    """Labels of a PDF are in pixels at 200 dpi; docpriv takes the scan out of it at its own 100."""
    pages_for_reading(tmp_path)
    scan = tmp_path / "pages" / f"{CANARY}.png"
    Image.open(scan).save(scan.with_suffix(".pdf"), resolution=100)
    scan.unlink()
    labels = tmp_path / "labels" / f"{CANARY}.json"
    words = json.loads(labels.read_text())["words"]
    labels.write_text(json.dumps({"words": [{**word, "box": [2 * v for v in word["box"]]} for word in words]}))
    figures = json.loads(shell("evaluate", "stages", ".", "--recipe", "./fake.yaml", "--json").out)
    assert figures["stages"] == dict.fromkeys(STAGES, 1)
    assert (figures["pii_words"], figures["leaked"]) == (6, 5)


def test_a_page_that_cannot_be_read_is_told_by_its_number(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    (tmp_path / "pages" / f"{CANARY}.png").write_bytes(b"no picture")
    ended = shell("evaluate", "stages", ".", "--recipe", "./fake.yaml")
    assert ended.code == ExitCode.INPUT
    assert "label file 1 of 1" in ended.err
    assert CANARY not in ended.err


@pytest.mark.parametrize("command", ["make", "attack"])
def test_what_is_in_the_laboratory_says_how_to_install_it(shell: Any, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docpriv.cli.evaluate_cmd.entry_points", lambda **_: ())
    for arguments in ((), ("bench", "--pages", "2"), ("--help",)):
        ended = shell("evaluate", command, *arguments)
        assert (ended.code, ended.out) == (ExitCode.ENGINE, "")
        assert "what to do: Install it from a checkout of docpriv: pip install ./lab\n" in ended.err
    assert (Path(__file__).parents[3] / "lab" / "pyproject.toml").is_file()


@pytest.mark.usefixtures("laboratory")
@pytest.mark.parametrize("command", ["make", "attack"])
def test_the_laboratory_explains_its_options(shell: Any, command: str) -> None:
    ended = shell("evaluate", command, "--help")
    assert ended.code == 0
    assert f"Usage: docpriv evaluate {command}" in ended.out
    assert "--seed" in ended.out
    assert shell("evaluate", command, "--sede", "1").code == ExitCode.USAGE


@pytest.mark.usefixtures("laboratory")
def test_make_makes_pages_that_score(shell: Any, tmp_path: Path) -> None:
    ended = shell("evaluate", "make", "bench", "--pages", "2", "--seed", "5")
    assert ended.code == 0, ended.err
    figures = json.loads(shell("evaluate", "score", "bench", "bench/pages", "--json").out)
    assert figures["pages"] == 2
    assert figures["leak_rate"] == 1.0
    assert sum(part["pages"] for part in figures["by_level"].values()) == 2
    assert sum(part["pages"] for part in figures["by_kind"].values()) == 2
    assert shell("evaluate", "make", "bench").code == ExitCode.OUTPUT


def test_records_tell_what_a_withheld_page_would_have_left_and_why(shell: Any, tmp_path: Path) -> None:
    pages_for_reading(tmp_path)
    strict = (tmp_path / "fake.yaml").read_text().replace("unread_share: 1.0", "unread_share: 0.0")
    (tmp_path / "fake.yaml").write_text(strict)
    released = shell("redact", "pages", "--out", "out", "--recipe", "fake.yaml", "--workers", "1")
    assert released.code == ExitCode.WITHHELD
    without = json.loads(shell("evaluate", "score", ".", "out", "--json").out)
    assert (without["withheld"], without["leaked"], without["leaked_over_all"]) == (1, 0, None)
    ended = shell("evaluate", "score", ".", "out", "--records", "out.records", "--json")
    figures = json.loads(ended.out)
    record = next(iter((tmp_path / "out.records").glob("*.json")))
    why = json.loads(record.read_text())["pages"][0]["withheld_because"]
    assert (figures["leaked"], figures["withheld_because"]) == (0, dict.fromkeys(why, 1))
    assert why
    staged = json.loads(shell("evaluate", "stages", ".", "--recipe", "fake.yaml", "--json").out)
    assert figures["leaked_over_all"] == staged["withheld_leaks"] > 0
    table = shell("evaluate", "score", ".", "out", "--records", "out.records").out
    assert f"were the withheld pages released as planned, {figures['leaked_over_all']} words would leak" in table
    (tmp_path / "none").mkdir()
    refused = shell("evaluate", "score", ".", "out", "--records", "none")
    assert refused.code == ExitCode.INPUT
    assert "holds no record" in refused.err
    assert CANARY not in ended.out + table + refused.err
