"""Pseudonyms in whole runs: one job one key, the same bytes twice, no value anywhere, a mapping for its recipients alone."""

from __future__ import annotations

import json
import os
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

from docpriv.api import prepare_redaction
from docpriv.errors import ExitCode, RecipeError, UsageError
from docpriv.recipes import load_recipe
from docpriv.records import DocumentRecord, PlanFile
from docpriv.run_options import RunOptions
from tests.e2e.runs import FAST, docpriv, write_page

STYLED = [*FAST, "--style", "PERSON=pseudonym", "--style", "ACCOUNT_NUMBER=pseudonym"]
NAME, NUMBER = "Quintessa", "7718820394"


def letter(path: Path) -> Path:
    return write_page(path, [f"Dear @{NAME} of ours", f"your account #{NUMBER} is closed."])


def redact(source: Path, out: Path, *more: object) -> subprocess.CompletedProcess[bytes]:
    done = docpriv("redact", source, "--out", out, *STYLED, *more)
    assert done.returncode == 0, done.stderr
    return done


def captions(out: Path) -> dict[str, list[str]]:
    """Captions of each document of a run by its id."""
    found = {}
    for path in sorted(out.with_name(out.name + ".records").glob("doc-*.json")):
        record = DocumentRecord.model_validate_json(path.read_bytes())
        found[record.document] = [region.caption for page in record.pages for region in page.regions]
    return found


def everything(folder: Path) -> bytes:
    return b"\0".join(
        os.fsencode(str(p.relative_to(folder))) + b"\0" + (p.read_bytes() if p.is_file() else b"")
        for p in sorted(folder.rglob("*"))
    )


def test_a_job_has_one_pseudonym_for_a_value_and_another_job_another(tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        letter(tmp_path / "in" / name)
    write_page(tmp_path / "in" / "three.png", [f"Again @{NAME}", "and no number."])
    redact(tmp_path / "in", tmp_path / "out", "--workers", 2)
    redact(tmp_path / "in", tmp_path / "other")
    mine, other = captions(tmp_path / "out"), captions(tmp_path / "other")
    assert len(mine) == 3
    assert len({said[0] for said in mine.values()}) == 1
    assert len({said[1] for said in mine.values() if len(said) > 1}) == 1
    assert {said[0] for said in mine.values()} != {said[0] for said in other.values()}
    ids = {
        engine["models"]["key-id"]
        for out in ("out", "other")
        for path in (tmp_path / f"{out}.records").glob("doc-*.json")
        for engine in json.loads(path.read_text())["engines"]
        if engine["name"] == "pseudonyms"
    }
    assert len(ids) == 2


def test_jobs_with_one_key_file_agree(tmp_path: Path) -> None:
    source = letter(tmp_path / "in" / "one.png")
    assert docpriv("pseudonyms", "key", tmp_path / "key").returncode == 0
    for out in ("a", "b"):
        redact(source, tmp_path / out, "--pseudonym-key", tmp_path / "key")
    assert list(captions(tmp_path / "a").values()) == list(captions(tmp_path / "b").values())
    assert (tmp_path / "a" / "one.png").read_bytes() == (tmp_path / "b" / "one.png").read_bytes()
    redact(source, tmp_path / "c")
    assert (tmp_path / "c" / "one.png").read_bytes() != (tmp_path / "a" / "one.png").read_bytes()
    again = docpriv("redact", source, "--out", tmp_path / "c", *STYLED, "--pseudonym-key", tmp_path / "key")
    assert again.returncode == int(ExitCode.OUTPUT)  # not done with this key, and nothing is replaced unasked


def test_twice_gives_the_same_bytes_and_the_page_is_verified(tmp_path: Path) -> None:
    source = letter(tmp_path / "in" / "one.png")
    redact(source, tmp_path / "out")
    first = (tmp_path / "out" / "one.png").read_bytes()
    redact(source, tmp_path / "out", "--force")
    assert (tmp_path / "out" / "one.png").read_bytes() == first
    record = DocumentRecord.model_validate_json(next((tmp_path / "out.records").glob("doc-*.json")).read_bytes())
    assert record.pages[0].repairs == 0
    assert all(check.ok for check in record.pages[0].checks)
    assert {region.style for region in record.pages[0].regions} == {"pseudonym"}


def test_no_value_is_left_anywhere_and_no_mapping_unless_asked(tmp_path: Path) -> None:
    source = letter(tmp_path / "in" / "one.png")
    done = redact(source, tmp_path / "out", "--json")
    planned = docpriv("scan", source, "--plan", tmp_path / "plan.json", *STYLED)
    assert planned.returncode == 0
    left = everything(tmp_path / "out") + everything(tmp_path / "out.records") + (tmp_path / "plan.json").read_bytes()
    for value in (NAME, NUMBER):
        assert value.lower().encode() not in (left + done.stdout + done.stderr + planned.stdout + planned.stderr).lower()
    assert not list(tmp_path.rglob("*.age"))
    plan = PlanFile.model_validate_json((tmp_path / "plan.json").read_bytes())
    assert all(region.caption for page in plan.pages for region in page.regions)


def test_a_plan_carries_its_pseudonyms_to_apply(tmp_path: Path) -> None:
    source = letter(tmp_path / "in" / "one.png")
    assert docpriv("pseudonyms", "key", tmp_path / "key").returncode == 0
    assert docpriv("scan", source, "--plan", tmp_path / "plan.json", *STYLED, "--pseudonym-key", tmp_path / "key").returncode == 0
    assert docpriv("apply", tmp_path / "plan.json", source, "--out", tmp_path / "applied", *FAST).returncode == 0
    redact(source, tmp_path / "out", "--pseudonym-key", tmp_path / "key")
    assert (tmp_path / "applied" / "one.png").read_bytes() == (tmp_path / "out" / "one.png").read_bytes()


def test_a_mapping_is_kept_for_its_recipients_and_opened_by_them(tmp_path: Path) -> None:
    pyrage = pytest.importorskip("pyrage")
    mine = pyrage.x25519.Identity.generate()
    identity = tmp_path / "identity.txt"
    identity.write_text(f"{mine}\n")
    identity.chmod(0o600)
    source = letter(tmp_path / "in" / "one.png")
    redact(source, tmp_path / "out", "--keep-mapping", mine.to_public())
    (mapping,) = (tmp_path / "out.records").rglob("*.age")
    assert mapping.parent.name == "private"
    assert mapping.stat().st_mode & 0o777 == 0o600
    left = everything(tmp_path / "out") + everything(tmp_path / "out.records")
    assert NAME.encode() not in left
    assert NUMBER.encode() not in left

    unasked = docpriv("pseudonyms", "open", mapping, "--identity", identity)
    assert unasked.returncode == int(ExitCode.USAGE)
    assert NAME.encode() not in unasked.stdout + unasked.stderr
    opened = docpriv("pseudonyms", "open", mapping, "--identity", identity, "--reveal", "--json")
    assert opened.returncode == 0
    entries = {entry["value"]: entry["pseudonym"] for entry in json.loads(opened.stdout)["entries"]}
    said = next(iter(captions(tmp_path / "out").values()))
    assert entries == {f"@{NAME}": said[0], f"#{NUMBER}": said[1]}
    assert docpriv("redact", source, "--out", tmp_path / "out", *STYLED).returncode == 0  # done, and the mapping stays
    assert mapping.exists()


def test_without_faker_nothing_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = load_recipe("redact", ["policy.styles={PERSON: pseudonym}", "reading.engine=fake"])
    monkeypatch.setattr(metadata, "version", _no_faker)
    with pytest.raises(RecipeError) as caught:
        prepare_redaction([tmp_path / "missing.png"], tmp_path / "out", RunOptions(recipe=recipe))
    assert "docpriv[pseudonyms]" in caught.value.advice
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(metadata, "version", lambda name: "1.0")
    with pytest.raises(RecipeError, match="another version"):
        prepare_redaction([tmp_path / "missing.png"], tmp_path / "out", RunOptions(recipe=recipe))


def _no_faker(name: str) -> str:
    raise metadata.PackageNotFoundError(name)


def test_a_key_or_mapping_without_the_style_is_a_mistake(tmp_path: Path) -> None:
    source = letter(tmp_path / "in" / "one.png")
    recipe = load_recipe("redact")
    for more in ({"pseudonym_key": tmp_path / "key"}, {"keep_mapping": ("age1x",)}):
        with pytest.raises(UsageError, match="style pseudonym"):
            prepare_redaction([source], tmp_path / "out", RunOptions(recipe=recipe, **more))


def test_the_shipped_recipe_writes_pseudonyms_for_all_text_that_has_some() -> None:
    from docpriv.pseudonyms import REPLACED

    recipe = load_recipe("pseudonyms")
    unlike = {kind for kind in REPLACED if recipe.policy.styles.get(kind) != "pseudonym"}
    assert unlike == {"LICENCE_PLATE"}  # seen in photographs, not read


@pytest.mark.slow
def test_a_letter_of_the_samples_with_the_real_engines(tmp_path: Path) -> None:
    sample = Path(__file__).parents[3] / "sample_docs" / "letter-english.png"
    unseen = [word for what in ("faces", "codes", "plates", "writing") for word in ("--set", f"seeing.{what}=false")]
    done = docpriv("redact", sample, "--out", tmp_path / "out", "--recipe", "pseudonyms", *unseen, timeout=300)
    assert done.returncode == 0, done.stderr
    record = DocumentRecord.model_validate_json(next((tmp_path / "out.records").glob("doc-*.json")).read_bytes())
    said = " | ".join(region.caption for region in record.pages[0].regions)
    assert record.pages[0].repairs == 0
    truth = (sample.parent / "truth" / "letter-english.json").read_text()
    words = {word["text"].strip(",.;()") for word in json.loads(truth)["words"] if word.get("label") == "PERSON"}
    assert words
    assert not [word for word in words if len(word) > 3 and word in said]
