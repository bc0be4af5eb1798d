"""README, manual, help, schemas and recipes say what the code says."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

import docpriv
from docpriv.cli.app import EPILOG, app
from docpriv.errors import ExitCode
from docpriv.model import Kind
from docpriv.options import Recipe
from docpriv.recipes import load_recipe, recipe_keys, recipe_names, recipe_text
from docpriv.schemas import differing, schema, schema_names
from docpriv.styles import STYLES

ROOT = Path(docpriv.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


MANUAL = {path.relative_to(ROOT / "docs").as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
REFERENCE = runpy.run_path(str(ROOT / "docs" / "reference.py"))
COMMANDS: list[tuple[str, Any]] = REFERENCE["all_commands"]()


def page(name: str) -> str:
    """A page of the manual, filled from the code as a reader sees it."""
    return str(REFERENCE["on_page_markdown"](MANUAL[name]))


def rows(name: str) -> list[list[str]]:
    """The cells of every row of the tables of a page."""
    cells = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in page(name).splitlines() if line.startswith("| ")]
    return [row for row in cells if set(row[0]) != {"-"}]


def test_the_exit_codes_of_the_manual_are_those_of_the_program() -> None:
    listed = [row for row in rows("reference/exit-codes.md") if row[0].isdigit()]
    assert listed == [[str(int(code)), code.meaning] for code in ExitCode]


def test_the_help_lists_the_exit_codes() -> None:
    for code in ExitCode:
        assert re.search(rf"^\s+{int(code)}  {re.escape(code.meaning)}$", EPILOG, re.MULTILINE)


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_and_option_has_help(name: str, command: Any) -> None:
    assert len(command.help or "") > 10
    for parameter in command.params:
        assert len(getattr(parameter, "help", None) or "") > 5, parameter.name


def test_the_first_line_of_a_help_is_not_cut_in_the_list() -> None:
    top: Any = typer.main.get_command(app)
    for command in top.commands.values():
        assert not command.get_short_help_str(60).endswith("..."), command.name


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_the_manual_names_and_explains_every_command(name: str) -> None:
    command, _, sub = name.partition(" ")
    text = MANUAL["reference/commands.md"]
    row = next((line for line in text.splitlines() if line.startswith(f"| `docpriv {command}")), "")
    assert f"\n## docpriv {name}\n" in page("reference/commands.md")
    assert f"`docpriv {command}" in row
    assert f"`{sub}`" in row or not sub


def test_the_manual_explains_every_option_of_a_command() -> None:
    text = page("reference/commands.md")
    shared = text[text.index("## Options that many commands have") :]
    for name, command in COMMANDS:
        own = text.split(f"## docpriv {name}\n", 1)[1].split("\n## ", 1)[0]
        for option in (one for one in command.params if one.param_type_name == "option" and one.name != "help"):
            longest = max(option.opts, key=len)
            assert f"{longest}" in own, (name, longest)
            assert option.help.split(".")[0][:40] in own + shared, (name, longest)


def test_the_recipes_of_the_manual_are_those_that_ship() -> None:
    assert sorted(row[0].strip("`") for row in rows("reference/recipes.md")[1:]) == list(recipe_names())


def test_the_manual_explains_every_key_of_a_recipe() -> None:
    listed = {row[0].strip("`"): row for row in rows("reference/recipe-keys.md")}
    assert set(recipe_keys()) <= set(listed)
    assert all(len(listed[key][-1]) > 10 for key in recipe_keys())


def test_the_manual_tells_what_attackers_recovered_of_every_style() -> None:
    measured = [row[0].split("`")[1] for row in rows("how-to/styles.md")[1:]]
    guaranteed = [row[0].strip("`") for row in rows("reference/styles.md")[1:]]
    assert sorted(measured) == sorted(guaranteed) == sorted(STYLES)


def test_the_manual_lists_every_kind_and_check_and_schema() -> None:
    assert [row[0].strip("`") for row in rows("reference/kinds.md")[1:]] == [kind.value for kind in Kind]
    assert [row[0].strip("`") for row in rows("reference/schemas.md")[1:]] == list(schema_names())
    named = [row[0].strip("`") for row in rows("reference/checks.md")]
    assert {"no-value-elsewhere", "container-bytes", "not-understood:script", "had-hidden-text"} <= set(named)


def test_a_check_that_the_manual_does_not_explain_is_an_error() -> None:
    with pytest.raises(Exception, match="a-new-check"):
        REFERENCE["_explained"]({"known": "text"}, ["known", "a-new-check"], "Check")


def test_the_recipe_of_the_manual_is_valid(tmp_path: Path) -> None:
    text = re.search(r"```yaml[^\n]*\n(.+?)```", MANUAL["how-to/recipe.md"], re.DOTALL)
    assert text is not None
    (tmp_path / "r.yaml").write_text(text.group(1))
    assert load_recipe(str(tmp_path / "r.yaml")).name == "our-office"


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name)
def test_the_documents_link_to_files_that_exist(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
    assert links or path.parent.name != ROOT.name


def test_the_manual_fetches_nothing() -> None:
    """Neither an address in a page nor a font or script in its settings."""
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert "font: false" in settings
    assert [name for name, text in {**MANUAL, "mkdocs.yml": settings}.items() if re.search(r"https?://(?!HOST)", text)] == []


def test_the_readme_is_one_screen() -> None:
    assert len(README.splitlines()) <= 65
    assert (ROOT / "docs" / "images" / "before-after.png").stat().st_size < 200_000


def test_the_two_commands_of_the_readme_install_and_test() -> None:
    setups = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert len(setups) == 2
    assert "docpriv redact sample_docs --out out" in setups[0]
    assert setups[1].endswith("-m pytest")
    assert '-m pytest -n 2 --dist loadfile "$@"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_schemas_are_those_of_the_code() -> None:
    assert differing(ROOT / "schemas") == ()


def test_a_stale_or_superfluous_schema_is_seen(tmp_path: Path) -> None:
    from docpriv.schemas import write

    write(tmp_path)
    assert differing(tmp_path) == ()
    (tmp_path / "plan.schema.json").write_text("{}")
    (tmp_path / "other.schema.json").write_text("{}")
    (tmp_path / "recipe.schema.json").unlink()
    assert differing(tmp_path) == ("other.schema.json", "plan.schema.json", "recipe.schema.json")


@pytest.mark.parametrize("name", schema_names())
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", recipe_names())
def test_a_shipped_recipe_is_valid_by_its_schema(name: str) -> None:
    data = yaml.safe_load(recipe_text(name))
    jsonschema.validate(data, schema("recipe"), jsonschema.Draft202012Validator)
    assert load_recipe(name).name == name
    assert load_recipe(name).description


def test_the_schema_refuses_an_unknown_key() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"policy": {"color": "white"}}, schema("recipe"))


def test_the_default_recipe_is_the_form_itself() -> None:
    """A user who reads redact.yaml reads every default."""
    assert load_recipe("redact").model_dump(exclude={"description"}) == Recipe().model_dump(exclude={"description"})


def test_the_default_recipe_explains_every_key() -> None:
    lines = recipe_text("redact").splitlines()
    assert len(lines) <= 80
    written = set()
    group = ""
    for line in lines:
        match = re.match(r"( *)([a-z_]+):(.*)", line)
        if match is None:
            continue
        indent, key, rest = match.groups()
        if not indent:
            group = key
        written.add(f"{group}.{key}" if indent else key)
        explains_itself = key in ("name", "version", "description") or (not indent and not rest.strip())
        assert "#" in rest or explains_itself, key
    assert set(recipe_keys()) <= written


@pytest.mark.parametrize("name", [name for name in recipe_names() if name != "redact"])
def test_the_other_recipes_explain_what_they_change(name: str) -> None:
    for line in recipe_text(name).splitlines():
        if re.match(r"  [a-z_]+:", line):
            assert "#" in line, line


def test_every_key_of_the_form_has_a_description() -> None:
    def walk(node: dict[str, Any]) -> None:
        for key, value in node.get("properties", {}).items():
            described = value.get("description") or "$ref" in value
            assert described, key

    whole = schema("recipe")
    walk(whole)
    for form in whole["$defs"].values():
        walk(form)


def test_json_examples_hold_no_path(tmp_path: Path) -> None:
    """No schema of what leaves the machine has a field for a path, but the private record, which has no schema."""
    for name in ("document-record", "document-line", "run-summary", "report", "page-record", "plan", "job-report", "job-summary"):
        assert not re.search(r'"(path|source|target|file_name|filename)"', json.dumps(schema(name))), name
