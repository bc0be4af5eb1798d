"""Recognizers of a user's own, as Presidio's YAML has them: what is taken, what a digest tells, what is refused and how."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest

from docpriv.errors import ExitCode, RecipeError
from docpriv.model import Kind
from docpriv.options import Recipe
from docpriv.recipes import canonical_recipe, list_recipes, load_recipe, load_recognizers, override, recipe_sha256
from docpriv.recognizers import MAX_UNFOLDED, CustomRecognizer, kind_of_entity
from docpriv.schemas import schema

# The shape of the examples in Presidio's own documentation.
PRESIDIO = r"""
supported_languages: [en, de]
global_regex_flags: 26
recognizers:
  - name: "Zip code Recognizer"
    supported_languages:
      - language: en
        context: [zip, code]
      - language: de
        context: [plz]
    patterns:
      - name: "zip code (weak)"
        regex: "(\\b\\d{5}(?:\\-\\d{4})?\\b)"
        score: 0.01
    supported_entity: "ZIP"
  - name: Titles recognizer
    type: custom
    supported_language: en
    supported_entity: TITLE
    deny_list: [Mr., Dr.]
    deny_list_score: 0.7
  - name: switched off
    enabled: false
    supported_entity: X
    deny_list: [x]
"""


def file(folder: Path, text: str, name: str = "own.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def one(**keys: object) -> dict[str, object]:
    return {"name": "badge", "supported_entity": "BADGE", "patterns": [{"name": "p", "regex": r"B-\d+", "score": 0.5}], **keys}


def with_recognizers(*items: object) -> Recipe:
    return override(Recipe(), {"finding.recognizers": items})


def refusal(folder: Path, *items: dict[str, object]) -> str:
    with pytest.raises(RecipeError) as caught:
        load_recognizers(file(folder, json.dumps({"recognizers": items})))
    assert caught.value.exit_code is ExitCode.USAGE
    return str(caught.value)


def test_presidios_own_format_is_read(tmp_path: Path) -> None:
    zips, titles = load_recognizers(file(tmp_path, PRESIDIO))
    assert (zips.name, zips.supported_entity, zips.context) == ("Zip code Recognizer", "ZIP", ("zip", "code", "plz"))
    assert (zips.patterns[0].name, zips.patterns[0].score) == ("zip code (weak)", 0.01)
    assert (titles.deny_list, titles.deny_list_score, titles.global_regex_flags) == (("Mr.", "Dr."), 0.7, 26)


def test_presidio_reads_the_same_file(tmp_path: Path) -> None:
    """What docpriv takes is what Presidio takes: the same names, entities, patterns and words."""
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    path = file(tmp_path, PRESIDIO)
    theirs = RecognizerRegistryProvider(conf_file=path).create_recognizer_registry().recognizers
    mine = load_recognizers(path)
    assert {r.name for r in theirs} == {r.name for r in mine}
    for recognizer in mine:
        twins = [r for r in theirs if r.name == recognizer.name]
        assert {e for r in twins for e in r.supported_entities} == {recognizer.supported_entity}
        assert {w for r in twins for w in r.context or ()} == set(recognizer.context)
        assert {p.regex for r in twins for p in r.patterns if p.name != "deny_list"} == {p.regex for p in recognizer.patterns}
        assert {w for r in twins for w in r.deny_list} == set(recognizer.deny_list)


@pytest.mark.parametrize(
    ("entity", "kind"),
    [
        ("PHONE_NUMBER", Kind.PHONE),
        ("EMAIL_ADDRESS", Kind.EMAIL),
        ("US_SSN", Kind.NATIONAL_ID),
        ("PERSON", Kind.PERSON),
        ("CREDIT_CARD", Kind.CARD_NUMBER),
        ("DATE_TIME", Kind.DATE),
        ("MEMBER_ID", Kind.MEMBER_ID),
        ("BADGE", Kind.CUSTOM),
        ("FACE", Kind.CUSTOM),
        ("MANUAL", Kind.CUSTOM),
        ("DENIED_TERM", Kind.CUSTOM),
    ],
)
def test_an_entity_is_a_kind(entity: str, kind: Kind) -> None:
    assert kind_of_entity(entity) is kind


def test_every_shipped_recipe_covers_what_nobody_else_knows() -> None:
    for info in list_recipes():
        assert Kind.CUSTOM in load_recipe(info.name).policy.cover
    assert Kind.CUSTOM in Recipe().policy.cover


def test_files_are_named_relative_to_the_recipe_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file(tmp_path / "deep", PRESIDIO)
    file(tmp_path / "deep", "extends: redact\nfinding: {recognizers: [own.yaml]}\n", "base.yaml")
    named = load_recipe(str(file(tmp_path, "extends: ./deep/base.yaml\nname: top\n", "top.yaml")))
    assert [r.name for r in named.finding.recognizers] == ["Zip code Recognizer", "Titles recognizer"]
    inline = load_recipe(
        str(
            file(
                tmp_path,
                "finding:\n  recognizers:\n    - ./deep/own.yaml\n    - name: badge\n"
                "      supported_entity: BADGE\n      supported_language: en\n"
                "      deny_list: [B]\n",
                "both.yaml",
            )
        )
    )
    assert [r.name for r in inline.finding.recognizers] == ["Zip code Recognizer", "Titles recognizer", "badge"]


def test_the_digest_is_of_the_content_and_not_of_the_file(tmp_path: Path) -> None:
    def digest(text: str, name: str = "own.yaml") -> str:
        file(tmp_path, text, name)
        return recipe_sha256(load_recipe(str(file(tmp_path, f"finding: {{recognizers: [{name}]}}\n", "r.yaml"))))

    base = digest(PRESIDIO)
    assert base == digest(PRESIDIO, "renamed.yaml") == digest("# a remark\n" + PRESIDIO)
    assert base != recipe_sha256(Recipe())
    changes = [
        ("d{4}", "d{3}"),
        ("0.01", "0.02"),
        ("[plz]", "[post]"),
        ("Dr.", "Prof."),
        ("0.7", "0.8"),
        ("TITLE", "RANK"),
        ("Titles", "Title"),
        ("zip code (weak)", "zip code"),
        ("flags: 26", "flags: 24"),
        ("enabled: false", "type: custom"),
    ]
    digests = {digest(PRESIDIO.replace(old, new)) for old, new in changes}
    assert len(digests | {base}) == len(changes) + 1


def test_neither_the_canonical_form_nor_a_repr_shows_what_is_looked_for() -> None:
    recipe = with_recognizers(
        one(context=["Canary-word"], deny_list=["Canary-term"], patterns=[{"name": "p", "regex": "Canary-regex", "score": 0.5}])
    )
    form = canonical_recipe(recipe)["finding"]["recognizers"]
    assert "Canary" not in json.dumps(form) + repr(recipe)
    assert [r["name"] for r in form["named"]] == ["badge"]


def test_a_recipe_survives_the_way_to_a_worker() -> None:
    recipe = with_recognizers(one())
    assert Recipe.model_validate(json.loads(json.dumps(recipe.model_dump(mode="json")))) == recipe


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (one(patterns=[{"name": "long", "regex": "(Canary", "score": 0.5}]), "(badge): pattern long is not a regular expression"),
        (
            one(patterns=[{"name": "long", "regex": "(" * 3000 + "Canary" + ")" * 3000, "score": 0.5}]),
            "(badge): patterns.0.regex",
        ),
        (one(patterns=[{"name": "long", "regex": "Canary(?P=x)", "score": 0.5}]), "(badge): pattern long"),
        (
            one(patterns=[{"name": "long", "regex": "(?:(?:Canary{999}){999}){999}", "score": 0.5}]),
            "(badge): pattern long repeats",
        ),
        (one(patterns=[{"name": "long", "regex": "Canary", "score": 1.5}]), "(badge): patterns.0.score"),
        (one(patterns=[{"name": "long", "regex": "Canary"}]), "(badge): patterns.0.score"),
        (one(patterns=[{"regex": "Canary", "score": 1}]), "(badge): patterns.0.name"),
        (one(deny_list=["Canary", "  "]), "(badge): a term of the deny_list is empty"),
        (one(deny_list=["Canary", 7]), "(badge): deny_list.1"),
        (one(deny_list_score="Canary"), "(badge): deny_list_score"),
        (one(supported_entity="Canary x"), "(badge): supported_entity"),
        (one(supported_entity=None), "(badge): supported_entity"),
        (one(context="Canary"), "(badge): context"),
        (one(global_regex_flags=64), "(badge): global_regex_flags"),
        (one(supported_languages=["Canary word"]), "(badge): supported_languages"),
        (one(score_thresholds={"a": "Canary"}), "(badge) has an unknown key score_thresholds"),
        (one(patterns=None), "(badge) has neither patterns nor a deny_list"),
        (one(patterns=[]), "(badge): there are neither patterns nor a deny_list"),
        (one(type="predefined"), "(badge) has neither patterns nor a deny_list; recognizers of Presidio itself"),
        (one(name="Canary\n"), "recognizer 1: name"),
    ],
)
def test_a_refusal_names_the_recognizer_and_never_what_it_looks_for(tmp_path: Path, item: dict[str, object], said: str) -> None:
    message = refusal(tmp_path, item)
    assert said in message
    assert "Canary" not in message


@pytest.mark.parametrize(
    "text",
    [
        "- Canary\n",
        "recognizers: Canary\n",
        "recognizers: [Canary]\n",
        "recognizers: &x []\nb: *x\n",
        "recognisers: []\n",
        "recognizers: []\nregistry: Canary\n",
        "recognizers: [{Canary\n",
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recognizers(file(tmp_path, text))
    assert "Canary" not in str(caught.value)
    assert "recognizers" in str(caught.value)


def test_a_missing_file_is_an_error_of_the_recipe(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        load_recipe(str(file(tmp_path, "finding: {recognizers: [none.yaml]}\n", "r.yaml")))


def test_an_expression_that_would_unfold_is_refused_at_once() -> None:
    """Compiling this one would take all memory: the counts are multiplied before."""
    began = time.monotonic()
    with pytest.raises(RecipeError, match="repeats too often"):
        with_recognizers(one(patterns=[{"name": "p", "regex": "(?:(?:(?:ab){999}){999}){999}", "score": 1}]))
    assert time.monotonic() - began < 5
    assert MAX_UNFOLDED > 10_000
    with_recognizers(one(patterns=[{"name": "p", "regex": r"\b(?:\d{4}[ -]?){3}\d{4}\b|[({]{3}\{9\}", "score": 1}]))


def test_one_name_is_one_recognizer() -> None:
    assert len(with_recognizers(one(), one()).finding.recognizers) == 1
    with pytest.raises(RecipeError, match="two recognizers that differ have the name badge"):
        with_recognizers(one(), one(deny_list=["x"]))


def test_recognizers_are_not_taken_from_the_command_line() -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe("redact", ["finding.recognizers=[x.yaml]"])
    assert "--recognizers" in caught.value.advice


def test_the_schema_takes_files_and_recognizers() -> None:
    jsonschema.validate({"finding": {"recognizers": ["own.yaml", one()]}}, schema("recipe"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"finding": {"recognizers": [7]}}, schema("recipe"))
    assert CustomRecognizer.model_validate(one()).context == ()
