"""README, help, schemas and recipes say what the code says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

import docpriv
from docpriv.cli.app import EPILOG, app
from docpriv.errors import EXIT_MEANING, ExitCode
from docpriv.options import Recipe
from docpriv.recipes import load_recipe, recipe_keys, recipe_names, recipe_text
from docpriv.schemas import differing, schema, schema_names

ROOT = Path(docpriv.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, Any]]:
    """Every command with its whole name."""
    top: Any = typer.main.get_command(app)
    found = []
    for name, command in top.commands.items():
        inner = getattr(command, "commands", None)
        found += [(f"{name} {sub}", one) for sub, one in inner.items()] if inner else [(name, command)]
    return found


COMMANDS = commands()


def test_the_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    table = README[README.index("## Exit codes") :]
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", table, re.MULTILINE)
    assert rows == [(str(int(code)), EXIT_MEANING[code]) for code in ExitCode]


def test_the_help_lists_the_exit_codes() -> None:
    for code in ExitCode:
        assert re.search(rf"^\s+{int(code)}  {re.escape(EXIT_MEANING[code])}$", EPILOG, re.MULTILINE)


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
def test_the_readme_names_every_command(name: str) -> None:
    command, _, sub = name.partition(" ")
    row = next((line for line in README.splitlines() if line.startswith(f"| `docpriv {command}")), "")
    assert f"`docpriv {command}" in row
    assert f"`{sub}`" in row or not sub


def test_the_commands_and_options_of_the_readme_exist() -> None:
    known = dict(COMMANDS)
    checked = 0
    blocks = "\n".join(re.findall(r"^```\n(.+?)^```", README, re.MULTILINE | re.DOTALL))
    for line in re.findall(r"^docpriv (.+)$", blocks, re.MULTILINE):
        words = line.split("#")[0].split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        options = {flag for parameter in known[name].params for flag in [*parameter.opts, *parameter.secondary_opts]}
        for word in words[1:]:
            if word.startswith("--"):
                assert word in options, line
                checked += 1
    assert checked > 5


def test_the_recipes_of_the_readme_are_those_that_ship() -> None:
    table = README[README.index("## Recipes") : README.index("## Records")]
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE)) == list(recipe_names())


def test_the_recipe_of_the_readme_is_valid(tmp_path: Path) -> None:
    text = re.search(r"```yaml\n(.+?)```", README, re.DOTALL)
    assert text is not None
    (tmp_path / "r.yaml").write_text(text.group(1))
    assert load_recipe(str(tmp_path / "r.yaml")).name == "our-office"


def test_the_documents_link_to_files_that_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


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
