"""--style, --caption and --allow-reversible become the recipe; `docpriv styles` says what each style guarantees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docpriv.model import Kind
from docpriv.recipes import load_recipe, recipe_sha256
from docpriv.styles import STYLES
from tests.unit.cli.runs import Ended, picture, pretend, run

REVERSIBLE = {style.name for style in STYLES.values() if style.reversible}


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    picture(tmp_path / "a.png", 1)

    def call(*arguments: str) -> Ended:
        return run(monkeypatch, *arguments)

    call.runs = pretend(monkeypatch)  # type: ignore[attr-defined]
    return call


REDACT = ("redact", "a.png", "--out", "out")


def test_styles_and_captions_reach_the_recipe(shell: Any) -> None:
    assert (
        shell(
            *REDACT,
            "--style",
            "label",
            "--style",
            "FACE=silhouette",
            "--style",
            "SIGNATURE=inpaint",
            "--caption",
            "PERSON=(b)(6)",
            "--caption",
            "PHONE=a=b",
        ).code
        == 0
    )
    policy = shell.runs[-1].recipe.policy
    assert policy.style == "label"
    assert policy.styles == {Kind.FACE: "silhouette", Kind.SIGNATURE: "inpaint"}
    assert policy.captions == {Kind.PERSON: "(b)(6)", Kind.PHONE: "a=b"}
    assert recipe_sha256(shell.runs[-1].recipe) != recipe_sha256(load_recipe("redact"))


def test_without_them_the_recipe_is_as_it_was(shell: Any) -> None:
    assert shell(*REDACT).code == 0
    assert recipe_sha256(shell.runs[-1].recipe) == recipe_sha256(load_recipe("redact"))


def test_scan_takes_them_too(shell: Any) -> None:
    assert shell("scan", "a.png", "--style", "PERSON=label", "--caption", "PERSON=x").code == 0
    assert shell.runs[-1].recipe.policy.styles == {Kind.PERSON: "label"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--style", "sepia"), "styles: neutral, fill, label"),
        (("--style", "PERSON="), "styles: neutral, fill"),
        (("--style", "FROG=fill"), "known kind"),
        (("--caption", "PERSON"), "KIND=TEXT"),
        (("--caption", "FROG=x"), "known kind"),
        (("--caption", "PERSON="), "PERSON"),
        (("--style", "blur"), "can be undone"),
        (("--style", "PERSON=pixelate", "--allow-reversible"), "never used for text"),
        (("--style", "silhouette"), "text"),
        (("--style", "FACE=blur"), "can be undone"),
    ],
)
def test_what_is_refused_ends_with_2_and_a_remedy(shell: Any, words: tuple[str, ...], said: str) -> None:
    ended = shell(*REDACT, *words)
    assert ended.code == 2
    assert said in ended.err
    assert "what to do: " in ended.err


@pytest.mark.parametrize("style", sorted(REVERSIBLE))
def test_reversible_styles_need_the_flag_and_warn(shell: Any, tmp_path: Path, style: str) -> None:
    ended = shell(*REDACT, "--style", f"FACE={style}", "--allow-reversible")
    assert ended.code == 0
    assert f"warning: the style {style} can be undone" in ended.err
    own = tmp_path / "own.yaml"  # a recipe that asks for it without permitting it
    own.write_text(f"extends: redact\npolicy: {{styles: {{FACE: {style}}}}}\n")
    assert shell(*REDACT, "--recipe", "./own.yaml", "--force").code == 2
    assert shell(*REDACT, "--recipe", "./own.yaml", "--force", "--allow-reversible").code == 0


def test_a_caption_that_nobody_will_write_is_said(shell: Any) -> None:
    assert (
        "warning: only the style label writes captions, and PHONE"
        in shell(*REDACT, "--style", "PERSON=label", "--caption", "PERSON=x", "--caption", "PHONE=y").err
    )
    assert "warning" not in shell(*REDACT, "--force", "--style", "label", "--caption", "PERSON=x").err


def test_styles_are_listed_with_their_guarantees(shell: Any) -> None:
    ended = shell("styles")
    assert ended.code == 0
    shown = " ".join(ended.out.split())
    assert all(f"{name} (" in shown and style.guarantee in shown for name, style in STYLES.items())
    rows = json.loads(shell("styles", "--json").out)
    assert [row["style"] for row in rows] == list(STYLES)
    assert {row["style"] for row in rows if row["reversible"]} == REVERSIBLE
    assert "every kind of text" in shown
