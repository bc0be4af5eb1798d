"""Files of zone templates: named in a recipe, on the command line, hostile ones, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from docpriv.cli.app import main
from docpriv.errors import ExitCode, RecipeError
from docpriv.model import Kind
from docpriv.options import Recipe
from docpriv.recipes import MAX_BYTES, canonical_recipe, load_recipe, load_template, override, recipe_sha256

ANCHORS = """
anchors:
  - {text: Canary one, box: [10, 10, 90, 20]}
  - {text: Canary two, box: [10, 110, 90, 120]}
  - {text: Canary three, box: [110, 110, 190, 120]}
"""
ZONES = "zones: [{name: signer, kind: SIGNATURE, box: [10, 150, 190, 190]}]\n"
FORM = f"name: claim\nsize: [200, 300]\n{ANCHORS}{ZONES}"


def file(folder: Path, text: str, name: str = "form.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        load_template(file(folder, text))
    assert caught.value.exit_code is ExitCode.USAGE
    assert "anary" not in str(caught.value)
    return str(caught.value)


def test_a_template_says_what_it_is(tmp_path: Path) -> None:
    template = load_template(file(tmp_path, FORM))
    assert (template.name, template.size, template.required, template.pages) == ("claim", (200, 300), False, ())
    assert template.zones[0].kind is Kind.SIGNATURE
    assert template.anchors[1].box == (10, 110, 90, 120)
    assert "anary" not in repr(template)
    kindless = load_template(file(tmp_path, FORM.replace("kind: SIGNATURE, ", "")))
    assert kindless.zones[0].kind is Kind.MANUAL


def test_a_recipe_names_files_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(tmp_path / "office" / "forms", FORM, "claim.yaml")
    base = file(tmp_path / "office", "extends: redact\nname: base\npolicy: {zones: [forms/claim.yaml]}\n", "base.yaml")
    monkeypatch.chdir(tmp_path)
    assert [t.name for t in load_recipe(str(base)).policy.zones] == ["claim"]
    # What a recipe in another folder inherits was found beside the recipe that named it.
    top = file(tmp_path / "other", "extends: ../office/base.yaml\nname: top\n", "top.yaml")
    assert [t.name for t in load_recipe(str(top)).policy.zones] == ["claim"]
    assert [t.name for t in load_recipe("redact", ["policy.zones=[office/forms/claim.yaml]"]).policy.zones] == ["claim"]


def test_the_digest_covers_the_content_and_not_the_place(tmp_path: Path) -> None:
    text = "extends: redact\nname: mine\npolicy: {zones: [form.yaml]}\n"
    digests = []
    moved, worded = FORM.replace("190]", "191]"), FORM.replace("Canary one", "Canary won")
    for folder, form in (("a", FORM), ("b", FORM), ("c", moved), ("d", worded)):
        file(tmp_path / folder, form)
        digests.append(recipe_sha256(load_recipe(str(file(tmp_path / folder, text, "r.yaml")))))
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    plain = load_recipe(str(file(tmp_path, "extends: redact\nname: mine\n", "plain.yaml")))
    assert recipe_sha256(plain) not in digests


def test_a_recipe_survives_its_way_to_a_worker(tmp_path: Path) -> None:
    recipe = override(Recipe(), {"policy.zones": (load_template(file(tmp_path, FORM)),)})
    again = Recipe.model_validate(yaml.safe_load(yaml.safe_dump(recipe.model_dump(mode="json"))))
    assert again == recipe
    assert canonical_recipe(again) == canonical_recipe(recipe)


def test_two_templates_of_one_name_are_refused_where_they_differ(tmp_path: Path) -> None:
    one = load_template(file(tmp_path, FORM))
    other = load_template(file(tmp_path, FORM.replace("190]", "191]")))
    assert override(Recipe(), {"policy.zones": (one, one)}).policy.zones == (one,)
    with pytest.raises(RecipeError, match="two templates that differ have one name"):
        override(Recipe(), {"policy.zones": (one, other)})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FORM.replace("[200, 300]", "[.nan, 300]"), "size"),
        (FORM.replace("[200, 300]", "[.inf, 300]"), "size"),
        (FORM.replace("[200, 300]", "[0, 300]"), "size is a width and a height above 0"),
        (FORM.replace("[200, 300]", "[-200, 300]"), "size"),
        (FORM.replace("[200, 300]", "[1e400, 300]"), "size"),
        (FORM.replace("[10, 150, 190, 190]", "[10, 150, 10, 190]"), "zones[0].box is empty"),
        (FORM.replace("[10, 150, 190, 190]", "[190, 150, 10, 190]"), "zones[0].box is empty"),
        (FORM.replace("[10, 150, 190, 190]", "[.nan, 150, 190, 190]"), "zones[0].box"),
        (FORM.replace("[10, 150, 190, 190]", "[10, 150, 190]"), "zones[0].box"),
        (FORM.replace("[10, 150, 190, 190]", "[10, 250, 190, 301]"), "zones[0].box reaches beyond"),
        (FORM.replace("[10, 150, 190, 190]", "Canary"), "zones[0].box"),
        (FORM.replace("[10, 110, 90, 120]", "[10, 110, 290, 120]"), "anchors[1].box reaches beyond"),
        (FORM.replace("Canary two", "C 2!"), "anchors[1].text has fewer than 4 letters and digits"),
        (FORM.replace("Canary two", "Canary " * 20), "anchors[1].text"),
        (FORM.replace("SIGNATURE", "CANARY"), "zones[0].kind"),
        (FORM.replace("name: signer", "name: Signed by Canary"), "zones[0].name"),
        (FORM.replace("name: claim", "name: Canary claim"), "name"),
        (FORM.replace("zones:", "zones: [] # "), "no zone yet"),
        (f"name: claim\nsize: [200, 300]\n{ANCHORS}zones:\n# - none\n", "no zone yet"),
        (FORM.replace(ANCHORS, "\nanchors: [{text: Canary, box: [1, 1, 2, 2]}]\n"), "anchors"),
        (FORM + "required: perhaps Canary\n", "required"),
        (FORM + "pages: [0]\n", "pages[0]"),
        (FORM + "keep: []\n", "keep"),
        (FORM.replace("zones: [", "zones: [{name: signer, box: [1, 1, 2, 2]}, "), "two zones have one name"),
        ("- Canary\n", "a mapping"),
        ("Canary: [", "not valid YAML"),
        ("", "a mapping"),
        ("\0", "not valid YAML"),
        ("a: &a [Canary, Canary]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "an alias"),
        ("name: claim\nname: Canary\n", "a key given twice"),
        ("a: " + "[" * 50_000, "not valid YAML"),
        ("#" * (MAX_BYTES + 1), "larger than 1 MB"),
        (f"size: [{'9' * 5000}, 1]\n", "not valid YAML"),
        (f"name: claim\nsize: [200, 300]\n{ZONES}anchors:\n" + "  - {text: Canary, box: [1, 1, 2, 2]}\n" * 201, "anchors"),
        ("name: !!python/object/apply:os.system [Canary]\n", "not valid YAML"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    message = refusal(tmp_path, text)
    assert said in message
    assert message.isprintable()


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(RecipeError, match="the zone template cannot be read"):
            load_template(path)


def test_a_recipe_names_files_and_not_too_many(tmp_path: Path) -> None:
    for zones in ("Canary.yaml", "[5]", "[[a]]", "{a: b}", "[null]", "[" + "x.yaml, " * 51 + "]"):
        with pytest.raises(RecipeError) as caught:
            load_recipe(str(file(tmp_path, f"extends: redact\npolicy: {{zones: {zones}}}\n", "r.yaml")))
        assert "zones" in str(caught.value)
        assert "anary" not in str(caught.value)


@pytest.mark.parametrize("command", ["redact", "scan", "verify"])
def test_a_broken_template_ends_the_run_before_it_begins(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = file(tmp_path, FORM.replace("[200, 300]", "[.nan, 300]"))
    out = ["--out", str(tmp_path / "out")] if command == "redact" else []
    assert main([command, str(tmp_path), "--zones", str(broken), *out]) == 2
    said = capsys.readouterr().err
    assert said.count("error: ") == 1
    assert "zones draft" in said
    assert not (tmp_path / "out").exists()
