"""Styles from the command line to the file and its record: drawn, proved, kept in a plan, and refused where they must be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.e2e.runs import FAST, docpriv, write_page

LETTER = ["Dear @Juniper,", "", "your account #99887766 is open", "", "and nothing else happened here"]
# Cells of 10 x 20 pixels from the second row and column on: @Juniper and its comma, #99887766.
NAME, ACCOUNT = (slice(20, 40), slice(60, 150)), (slice(60, 80), slice(140, 230))


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_page(tmp_path_factory.mktemp("in") / "a.png", LETTER)


@pytest.fixture(scope="module")
def filled_plan(letter: Path) -> dict[str, Any]:
    """The plan of the letter with fills."""
    plan = letter.parent / "plan.json"
    assert docpriv("scan", letter, "--plan", plan, *FAST).returncode == 0
    return dict(json.loads(plan.read_text()))


def edited(plan: dict[str, Any], path: Path, **changes: str) -> Path:
    """A plan file whose first region has another style or kind."""
    new = json.loads(json.dumps(plan))
    region = new["pages"][0]["regions"][0]
    region["style"], region["reasons"][0]["kind"] = changes["style"], changes["kind"]
    path.write_text(json.dumps(new))
    return path


def pixels(path: Path) -> Any:
    read = cv2.imread(str(path))
    assert read is not None
    return read


def record_of(out: Path) -> dict[str, Any]:
    (path,) = Path(f"{out}.records").glob("doc-*.json")
    return dict(json.loads(path.read_text()))


def drawn(out: Path, area: tuple[slice, slice]) -> bool:
    """Whether a covered area holds more than the fill."""
    return bool(pixels(out / "a.png")[area].any())


def test_a_labelled_document_is_verified_and_its_record_says_how(letter: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = docpriv("redact", letter, "--out", out, "--style", "PERSON=label", "--caption", "PERSON=(b)(6)", *FAST)
    assert done.returncode == 0, done.stderr
    assert drawn(out, NAME)
    assert not drawn(out, ACCOUNT)
    (page,) = record_of(out)["pages"]
    assert {(r["reasons"][0]["kind"], r["style"], r["caption"]) for r in page["regions"]} == {
        ("PERSON", "label", "(b)(6)"),
        ("ACCOUNT_NUMBER", "fill", ""),
    }
    assert {"inside-filled", "inside-drawn", "nothing-new-found"} <= {c["name"] for c in page["checks"] if c["ok"]}
    assert record_of(out)["warnings"] == []
    before, after = pixels(letter), pixels(out / "a.png")
    changed = (before != after).any(axis=2)
    changed[18:42, 58:160] = changed[58:82, 138:232] = False
    assert not changed.any()


def test_a_plan_keeps_style_and_caption_and_apply_draws_them(letter: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert docpriv("scan", letter, "--plan", plan, "--style", "label", *FAST).returncode == 0
    changed = json.loads(plan.read_text())
    (page,) = changed["pages"]
    by_kind = {r["reasons"][0]["kind"]: r for r in page["regions"]}
    assert {kind: (r["style"], r["caption"]) for kind, r in by_kind.items()} == {
        "PERSON": ("label", "[PERSON]"),
        "ACCOUNT_NUMBER": ("label", "[ACCOUNT NUMBER]"),
    }
    by_kind["PERSON"]["caption"] = "X"
    by_kind["ACCOUNT_NUMBER"]["style"], by_kind["ACCOUNT_NUMBER"]["caption"] = "fill", ""
    plan.write_text(json.dumps(changed))
    out = tmp_path / "out"
    # The recipe here says fill for all but what the person adds: the plan decides for its own areas.
    done = docpriv("apply", plan, letter, "--out", out, "--region", "1:10,100,300,20:PHONE", "--style", "PHONE=label", *FAST)
    assert done.returncode == 0, done.stderr
    assert drawn(out, NAME)
    assert not drawn(out, ACCOUNT)
    assert drawn(out, (slice(100, 120), slice(10, 310)))
    (page,) = record_of(out)["pages"]
    assert [(r["style"], r["caption"]) for r in page["regions"]] == [("label", "[PHONE]"), ("label", "X"), ("fill", "")]


def test_an_empty_style_of_a_plan_is_the_recipes(letter: Path, filled_plan: dict[str, Any], tmp_path: Path) -> None:
    plan, out = tmp_path / "plan.json", tmp_path / "out"
    changed = json.loads(json.dumps(filled_plan))
    for region in changed["pages"][0]["regions"]:
        assert region.pop("style") == "fill"
    plan.write_text(json.dumps(changed))
    assert docpriv("apply", plan, letter, "--out", out, "--style", "label", *FAST).returncode == 0
    assert drawn(out, NAME)
    assert drawn(out, ACCOUNT)


@pytest.mark.parametrize(
    ("style", "kind", "flags", "code"),
    [
        ("sepia", "FACE", (), 2),
        ("blur", "FACE", (), 2),
        ("blur", "FACE", ("--allow-reversible",), 0),
        ("pixelate", "PERSON", ("--allow-reversible",), 2),
        ("silhouette", "PERSON", (), 2),
    ],
)
def test_styles_that_a_plan_may_not_ask_for(
    letter: Path, filled_plan: dict[str, Any], tmp_path: Path, style: str, kind: str, flags: tuple[str, ...], code: int
) -> None:
    plan, out = edited(filled_plan, tmp_path / "plan.json", style=style, kind=kind), tmp_path / "out"
    done = docpriv("apply", plan, letter, "--out", out, *flags, *FAST)
    assert done.returncode == code, done.stderr
    assert (out / "a.png").exists() is (code == 0)
    if code:
        assert b"page 1 of the plan" in done.stdout + done.stderr
        assert b"what to do" in done.stdout + done.stderr
    else:
        assert record_of(out)["warnings"] == ["reversible-style:blur:FACE"]


def test_noise_says_with_which_budget_it_was_drawn(letter: Path, filled_plan: dict[str, Any], tmp_path: Path) -> None:
    plan, out = edited(filled_plan, tmp_path / "plan.json", style="noise", kind="FACE"), tmp_path / "out"
    assert docpriv("apply", plan, letter, "--out", out, "--set", "policy.epsilon=0.5", *FAST).returncode == 0
    settings = record_of(out)["pages"][0]["regions"][0]["settings"]
    assert settings == {"cell": 16.0, "epsilon": 0.5, "pixels": 16.0}


def test_neutral_areas_do_not_tell_the_length_of_a_name(tmp_path: Path) -> None:
    rights = set()
    for number, name in enumerate(("@Al", "@Alexa", "@Amy")):
        source = write_page(tmp_path / "in" / f"{number}.png", ["", f"Name: {name}", ""])
        out = tmp_path / f"out{number}"
        assert docpriv("redact", source, "--out", out, "--style", "neutral", *FAST).returncode == 0
        row = (pixels(out / f"{number}.png")[50] == 0).all(axis=1)
        rights.add(int(np.flatnonzero(row[70:]).max()))
    assert len(rights) == 1


def test_the_same_labels_again(letter: Path, tmp_path: Path) -> None:
    for out in ("one", "two"):
        assert docpriv("redact", letter, "--out", tmp_path / out, "--style", "label", *FAST).returncode == 0
    assert (tmp_path / "one" / "a.png").read_bytes() == (tmp_path / "two" / "a.png").read_bytes()
