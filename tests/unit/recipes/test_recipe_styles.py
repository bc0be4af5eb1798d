"""A recipe may ask for a style where the style is for that kind; what can be undone needs a word more, and text never has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from docpriv.errors import RecipeError
from docpriv.model import Kind
from docpriv.options import Policy
from docpriv.recipes import load_recipe, override, recipe_sha256
from docpriv.styles import PICTURES, STYLES, problem_of

REVERSIBLE = {style.name for style in STYLES.values() if style.reversible}


def refused(*sets: str) -> RecipeError:
    with pytest.raises(RecipeError) as caught:
        load_recipe("redact", sets)
    return caught.value


@pytest.mark.parametrize("style", sorted(REVERSIBLE))
@pytest.mark.parametrize("allowed", ["true", "false"])
def test_reversible_styles_are_refused_for_text_whatever_is_allowed(style: str, allowed: str) -> None:
    for sets in ([f"policy.style={style}"], [f"policy.styles={{PERSON: {style}}}"]):
        error = refused(*sets, f"policy.allow_reversible={allowed}")
        assert error.exit_code == 2
        assert "never used for text" in error.message
        assert style in error.message
        assert "PERSON" in error.message
        assert "fill" in error.advice
        assert style not in error.advice


@pytest.mark.parametrize("style", sorted(REVERSIBLE))
def test_reversible_styles_of_pictures_need_permission(style: str) -> None:
    error = refused(f"policy.styles={{FACE: {style}}}")
    assert "can be undone" in error.message
    assert "--allow-reversible" in error.advice
    recipe = load_recipe("redact", [f"policy.styles={{FACE: {style}}}", "policy.allow_reversible=true"])
    assert recipe.policy.styles == {Kind.FACE: style}


@pytest.mark.parametrize(
    ("style", "kind", "said"),
    [
        ("silhouette", "PERSON", "is text"),
        ("inpaint", "ADDRESS", "is text"),
        ("noise", "CODE", "it is for"),
        ("silhouette", "CODE", "it is for"),
        ("pseudonym", "FACE", "is for text"),
        ("blur", "UNREAD_INK", "it is for"),
    ],
)
def test_a_style_is_refused_for_kinds_that_it_is_not_for(style: str, kind: str, said: str) -> None:
    error = refused(f"policy.styles={{{kind}: {style}}}", "policy.allow_reversible=true")
    assert said in error.message
    assert kind in error.message


def test_a_style_for_all_must_fit_every_kind_that_is_covered() -> None:
    assert "text" in refused("policy.style=silhouette").message
    pictures = load_recipe("redact", ["policy.style=silhouette", "policy.cover=[FACE, SIGNATURE]"])
    assert pictures.policy.style == "silhouette"
    zoned = {
        "size": [10, 10],
        "name": "z",
        "anchors": [{"text": t, "box": [0, 0, 5, 5]} for t in ("abcd", "efgh", "ijkl")],
        "zones": [{"name": "a", "kind": "PERSON", "box": [0, 0, 5, 5]}],
    }
    with pytest.raises(RecipeError, match="PERSON"):
        override(pictures, {"policy.zones": [zoned]})


def test_the_remedy_names_styles_that_would_be_accepted() -> None:
    for kind in Kind:
        for style in STYLES.values():
            problem = problem_of(style, kind, allow_reversible=False)
            if problem is None:
                continue
            named = [s for s in STYLES if f" {s}," in problem[1] or f" {s}." in problem[1]]
            assert named
            assert all(problem_of(STYLES[s], kind, allow_reversible=False) is None for s in named)


def test_every_kind_may_be_filled_labelled_or_neutral_and_no_text_may_be_shaded() -> None:
    for kind in Kind:
        assert all(kind in STYLES[style].kinds for style in ("fill", "label", "neutral"))
    assert all(STYLES[style].kinds <= PICTURES for style in ("noise", "pixelate", "blur", "inpaint"))


def test_a_policy_made_in_code_is_checked_too() -> None:
    with pytest.raises(ValidationError, match="can be undone"):
        Policy(styles={Kind.FACE: "blur"})


@pytest.mark.parametrize("caption", ["", " x", "two\nlines", "é", "x" * 25])
def test_captions_are_short_and_plain_and_an_error_does_not_repeat_them(caption: str) -> None:
    with pytest.raises(RecipeError) as caught:
        override(load_recipe("redact"), {"policy.captions": {Kind.PERSON: caption}})
    assert "PERSON" in caught.value.message
    assert not caption.strip() or caption.strip() not in caught.value.message


def test_looks_decide_so_the_digest_covers_them() -> None:
    plain = load_recipe("redact")
    digests = {
        recipe_sha256(override(plain, values))
        for values in (
            {},
            {"policy.style": "label"},
            {"policy.styles": {"PERSON": "label"}},
            {"policy.captions": {"PERSON": "(b)(6)"}},
            {"policy.width_step": 3.0},
            {"policy.epsilon": 0.5},
            {"policy.allow_reversible": True},
        )
    }
    assert len(digests) == 7
    assert recipe_sha256(override(plain, {"policy.styles": {"FACE": "noise", "PERSON": "label"}})) == recipe_sha256(
        override(plain, {"policy.styles": {"PERSON": "label", "FACE": "noise"}})
    )


def test_styles_of_a_recipe_join_those_of_the_one_that_it_extends(tmp_path: Path) -> None:
    base, own = tmp_path / "base.yaml", tmp_path / "own.yaml"
    base.write_text("extends: redact\npolicy: {styles: {FACE: noise, PERSON: label}}\n")
    own.write_text("extends: ./base.yaml\npolicy: {styles: {FACE: silhouette}}\n")
    assert load_recipe(str(own)).policy.styles == {Kind.FACE: "silhouette", Kind.PERSON: "label"}
