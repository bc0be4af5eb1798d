"""`docpriv evaluate attack` and docpriv's own styles under it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from docpriv.errors import ExitCode
from docpriv.geometry import Box
from docpriv.model import EngineId, Kind, Mark
from docpriv.protocols import Scene
from docpriv.styles import STYLES, Style
from docpriv_lab.attacks import command, styles
from docpriv_lab.attacks.digits import DigitLine
from docpriv_lab.attacks.faces import attack_faces, drawn_people
from docpriv_lab.attacks.painted import find_heads
from docpriv_lab.attacks.painting import Painter, Picture, Promise, Rect
from docpriv_lab.attacks.styles import face_painters, finder_of, style_notes, text_painters, width_painters
from docpriv_lab.attacks.text import attack_text
from docpriv_lab.attacks.widths import Setting, attack_widths, sampled, stock_names
from tests.unit.cli.runs import Ended, run

CANARY = "zebedee"


@pytest.fixture(scope="module")
def line() -> DigitLine:
    return DigitLine()


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, laboratory: None) -> Any:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, **how: Any) -> Ended:
        return run(monkeypatch, "evaluate", "attack", *arguments, **how)

    return call


# ---- docpriv's own styles


@pytest.mark.parametrize("style", [style for style in STYLES.values() if Kind.NATIONAL_ID in style.kinds])
def test_every_style_for_text_hides_the_number(style: Style, line: DigitLine) -> None:
    (chosen,) = [painter for painter in text_painters() if painter.name == style.name]
    result = attack_text(chosen, numbers=20, line=line)
    assert chosen.promise is Promise.OPAQUE
    assert result.holds
    assert result.pictures == (20 if style.text == "pseudonym" else 1)


def test_what_is_refused_for_text_gives_it_back(line: DigitLine) -> None:
    refused = {painter.name: painter for painter in text_painters() if painter.refused}
    assert {name.split()[0] for name in refused} == {"pixelate", "blur"}
    for name in ("pixelate 8 px", "blur 6 px"):
        assert attack_text(refused[name], numbers=6, line=line).whole.hits >= 5


def test_the_neutral_width_tells_less_of_a_name_than_a_fill() -> None:
    names = sampled(stock_names(), 60, 0)
    bits = {
        painter.name: attack_widths(painter, names, Setting(dpi=100)).all.bits
        for painter in width_painters(("fill", "neutral"), steps=(1.0,))
    }
    assert bits["neutral"] < bits["neutral 1"] < bits["fill"]
    assert bits["neutral"] < bits["fill"] / 3


def test_the_styles_for_faces_keep_their_promises() -> None:
    people, painters = drawn_people(10), face_painters()
    assert {p.name.split()[0].rstrip(",") for p in painters} == {s.name for s in STYLES.values() if Kind.FACE in s.kinds}
    known = ("pixelate 10 px", "noise, e = 0.1", "noise, e = 10")
    tried = [p for p in painters if p.promise is Promise.OPAQUE or p.name in known]
    results = {painter.name: (painter.promise, attack_faces(painter, people)) for painter in tried}
    assert all(result.holds for promise, result in results.values() if promise is Promise.OPAQUE)
    assert results["pixelate 10 px"][1].same.hits == 10
    assert results["noise, e = 10"][1].same.hits > results["noise, e = 0.1"][1].same.hits


def test_every_style_has_a_row_in_the_table() -> None:
    assert [note.style for note in style_notes()] == list(STYLES)
    assert all(note.use and note.guarantee for note in style_notes())


def test_the_finder_takes_faces_alone_the_surest_first() -> None:
    class Eyes:
        def identity(self) -> EngineId:
            return EngineId(name="eyes", version="1")

        def see(self, scene: Scene) -> tuple[Mark, ...]:
            assert scene.pictures == (Box(0, 0, 30, 20),)
            return tuple(
                Mark(page=0, kind=kind, quad=Box(x, 0, x + 5, 5).quad(), score=score, detector="eyes")
                for kind, x, score in ((Kind.FACE, 1, 0.3), (Kind.FINGERPRINT, 2, 0.9), (Kind.FACE, 3, 0.6))
            )

    assert finder_of(find_heads(Eyes()))(np.zeros((20, 30, 3), np.uint8)) == [(3, 0, 8, 5), (1, 0, 6, 5)]


# ---- the command


def test_names_of_a_file_are_tried_and_never_shown(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "FONTS", ("mono-a",))
    monkeypatch.setattr(command, "RESOLUTIONS", ())
    (tmp_path / "names").write_text("\n".join(f"{CANARY}{'x' * n}" for n in range(8)))
    ended = shell("--only", "width", "--names", "names", "--json", "--out", "figures.json")
    assert ended.code == 0
    figures = json.loads(ended.out)
    assert figures == json.loads((tmp_path / "figures.json").read_text())
    fill = next(row for row in figures["widths"] if row["style"] == "fill")
    assert (fill["all"]["names"], fill["all"]["bits"]) == (8, pytest.approx(3.0))
    assert figures["text"] == []
    assert CANARY not in ended.out + ended.err + (tmp_path / "figures.json").read_text()


def leaky() -> list[Painter]:
    def paint(page: Picture, area: Rect, value: str) -> Picture:
        x0, y0, x1, y1 = area
        out = page.copy()
        out[y0:y1, x0:x1] = 0
        for strip, digit in enumerate(value):
            out[y0 + strip : y0 + strip + 1, x0:x1] = int(digit)
        return out

    return [Painter(name="fill", promise=Promise.OPAQUE, paint=paint)]


def test_a_style_that_breaks_its_promise_fails_the_command(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles, "text_painters", leaky)
    ended = shell("--only", "text", "--numbers", "4")
    assert ended.code == ExitCode.INTEGRITY
    assert "NOT at chance, though they promise it: text fill" in ended.out


def test_the_same_seed_gives_the_same_figures(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    painters = [painter for painter in text_painters() if painter.name == "fill"]
    monkeypatch.setattr(styles, "text_painters", lambda: painters)
    one, again, other = (
        json.loads(shell("--only", "text", "--numbers", "6", "--seed", seed, "--json").out)["text"] for seed in ("1", "1", "2")
    )
    assert one == again != other
    table = shell("--only", "text", "--numbers", "6", "--markdown")
    assert table.code == 0
    assert len(table.out.strip().split("\n")) == 2 + len(STYLES)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--markdown"),
        ("--only", "text", "--names", "names"),
        ("--only", "text", "--faces", "."),
        ("--only", "width", "--names", "empty"),
        ("--only", "width", "--names", "absent"),
        ("--only", "nothing"),
    ],
)
def test_options_that_do_not_fit_are_refused(shell: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "names").write_text("A\nB\n")
    (tmp_path / "empty").write_text("# nobody\n")
    assert shell(*arguments).code == ExitCode.USAGE


def test_figures_that_exist_are_kept(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "figures.json").write_text("mine")
    assert shell("--only", "text", "--numbers", "2", "--out", "figures.json").code == ExitCode.OUTPUT
    assert (tmp_path / "figures.json").read_text() == "mine"
    assert shell("--only", "faces", "--faces", "absent").code == ExitCode.INPUT
