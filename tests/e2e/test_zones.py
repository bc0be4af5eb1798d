"""Known forms from the command line: a template drafted, checked, used, and what its zones cover proved and recorded."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from docpriv.ocr import fake
from tests.e2e.runs import FAST, docpriv, write_page, write_pdf

PRINTED = [
    "APPLICATION TO JOIN",
    "",
    "Full name",
    "",
    "",
    "Postal address",
    "",
    "",
    "Member since",
    "",
    "Signed at",
    "",
    "",
    "Return to the office",
]
ZONE = (10, 80, 400, 120)  # the two rows below `Full name`, in pixels


def filled(name: str = "Juniper Vale", *more: str) -> list[str]:
    lines = list(PRINTED)
    lines[3] = name
    lines[6] = "14 Quarry Rise"
    return lines + list(more)


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def record_of(out: Path) -> dict[str, Any]:
    (path,) = Path(f"{out}.records").glob("doc-*.json")
    return dict(json.loads(path.read_text()))


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A template as a person makes one: drafted from the empty form, and given its zone."""
    empty, path = write_page(tmp_path / "empty.png", PRINTED), tmp_path / "join.yaml"
    done = docpriv("zones", "draft", empty, "--out", path, *FAST)
    assert done.returncode == 0, done.stderr
    draft = yaml.safe_load(path.read_text())
    assert draft["zones"] is None
    assert {a["text"] for a in draft["anchors"]} == {line for line in PRINTED if line}
    draft["zones"] = [{"name": "applicant", "kind": "PERSON", "box": list(ZONE)}]
    path.write_text(yaml.safe_dump(draft))
    return path


def required(form: Path) -> Path:
    form.write_text(yaml.safe_dump({**yaml.safe_load(form.read_text()), "required": True}))
    return form


def test_a_zone_is_covered_verified_and_recorded(tmp_path: Path, form: Path) -> None:
    """No detector finds the name; the zone covers it, and the address beside it stays."""
    source, out = write_page(tmp_path / "in" / "a.png", filled()), tmp_path / "out"
    assert docpriv("redact", source, "--out", out, "--zones", form, *FAST).returncode == 0
    before, after = cv2.imread(str(source)), cv2.imread(str(out / "a.png"))
    assert before is not None
    assert after is not None
    x0, y0, x1, y1 = ZONE
    assert not after[y0:y1, x0:x1].any()
    assert np.array_equal(before[y1 + 10 :], after[y1 + 10 :])
    record = record_of(out)
    (page,) = record["pages"]
    (region,) = page["regions"]
    assert region["reasons"] == [{"kind": "PERSON", "score": 1.0, "detector": "zones", "reason": "join/applicant"}]
    assert page["status"] == "verified"
    assert {"inside-filled", "nothing-new-found"} <= {c["name"] for c in page["checks"]}
    assert "Juniper" not in json.dumps(record)
    assert "Full name" not in json.dumps(record)


def test_what_a_zone_hides_may_not_stand_on_another_page(tmp_path: Path, form: Path) -> None:
    letter = ["A letter", "", "about Juniper Vale and others"]
    source, out = write_pdf(tmp_path / "in" / "a.pdf", [filled(), letter + [""] * 11]), tmp_path / "out"
    assert docpriv("redact", source, "--out", out, "--zones", form, *FAST).returncode == 0
    first, second = record_of(out)["pages"]
    assert [r["reasons"][0]["detector"] for r in first["regions"]] == ["zones"]
    reasons = [r["reasons"][0]["reason"] for r in second["regions"]]
    assert reasons[0] == "repair:stands-elsewhere"
    assert set(reasons[1:]) <= {reasons[0], "repair:covers-its-ink"}  # the fake engine's blanks hold ink, which blocks cut
    assert second["status"] == "verified"


def test_without_a_match_nothing_changes(tmp_path: Path, form: Path) -> None:
    source = write_page(tmp_path / "in" / "other.png", ["Dear @Rowan", "", "the office is closed on Monday"])
    out, plain = tmp_path / "out", tmp_path / "plain"
    assert docpriv("redact", source, "--out", out, "--zones", form, *FAST).returncode == 0
    assert docpriv("redact", source, "--out", plain, *FAST).returncode == 0
    assert (out / "other.png").read_bytes() == (plain / "other.png").read_bytes()
    assert record_of(out)["recipe"]["sha256"] != record_of(plain)["recipe"]["sha256"]


def test_a_page_that_is_no_required_form_is_withheld(tmp_path: Path, form: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    write_page(folder / "form.png", filled())
    write_page(folder / "other.png", ["Dear @Rowan", "", "the office is closed on Monday"])
    done = docpriv("redact", folder, "--out", out, "--zones", required(form), "--json", *FAST)
    assert done.returncode == 6
    assert [p.name for p in out.iterdir()] == ["form.png"]
    records = [json.loads(p.read_text()) for p in Path(f"{out}.records").rglob("doc-*.json")]
    (held,) = [r for r in records if r.get("status") == "withheld"]
    assert held["pages"][0]["withheld_because"] == ["no-template"]
    told = docpriv("scan", folder / "other.png", "--zones", form, *FAST)
    assert b"would be withheld: no-template" in told.stdout


def test_a_recipe_brings_its_forms(tmp_path: Path, form: Path) -> None:
    recipe = tmp_path / "office.yaml"
    recipe.write_text("extends: redact\nname: office\npolicy: {zones: [join.yaml], cover: []}\n")
    source, out = write_page(tmp_path / "in" / "a.png", filled()), tmp_path / "out"
    assert docpriv("redact", source, "--out", out, "--recipe", recipe, *FAST).returncode == 0
    assert len(record_of(out)["pages"][0]["regions"]) == 1  # a zone is covered whatever kinds the policy covers


def test_a_plan_holds_the_zones_and_a_person_may_take_them_out(tmp_path: Path, form: Path) -> None:
    source, plan = write_page(tmp_path / "in" / "a.png", filled()), tmp_path / "plan.json"
    assert docpriv("scan", source, "--plan", plan, "--zones", form, *FAST).returncode == 0
    drawn = json.loads(plan.read_text())
    assert [r["reasons"][0]["detector"] for r in drawn["pages"][0]["regions"]] == ["zones"]
    drawn["pages"][0]["regions"] = []
    plan.write_text(json.dumps(drawn))
    recipe, out = tmp_path / "office.yaml", tmp_path / "out"
    recipe.write_text("extends: redact\nname: office\npolicy: {zones: [join.yaml]}\n")
    assert docpriv("apply", plan, source, "--out", out, "--recipe", recipe, *FAST).returncode == 0
    assert record_of(out)["pages"][0]["regions"] == []


def test_verify_asks_whether_zones_still_show_something(tmp_path: Path, form: Path) -> None:
    source, out = write_page(tmp_path / "in" / "a.png", filled()), tmp_path / "out"
    assert docpriv("redact", source, "--out", out, "--zones", required(form), *FAST).returncode == 0
    assert docpriv("verify", out / "a.png", "--zones", form, *FAST).returncode == 0
    assert docpriv("verify", source, "--zones", form, *FAST).returncode == 5
    assert docpriv("verify", source, *FAST).returncode == 0  # without the template nothing is known of it
    empty = tmp_path / "empty.png"
    assert docpriv("verify", empty, "--zones", form, *FAST).returncode == 0


def test_check_says_whether_a_page_matches(tmp_path: Path, form: Path) -> None:
    good = docpriv("zones", "check", form, write_page(tmp_path / "in" / "a.png", filled()), *FAST, "--show", tmp_path / "shown")
    assert good.returncode == 0
    assert good.stdout.startswith(b"page 1: matches (6 of 6 anchors in place, off by 0.0 px; 1.000 px a unit, turned 0.0")
    (picture,) = (tmp_path / "shown").iterdir()
    assert (picture.name, picture.stat().st_mode & 0o777) == ("join-p1.png", 0o600)
    assert b"NOT redacted" in good.stderr
    bad = docpriv("zones", "check", form, write_page(tmp_path / "in" / "b.png", ["Dear Rowan", "Full name"]), *FAST)
    assert (bad.returncode, bad.stdout) == (5, b"page 1: no match (0 of 6 anchors in place)\n")
    for done in (good, bad):
        assert b"Juniper" not in done.stdout + done.stderr


def test_a_page_that_was_moved_is_covered_where_the_form_lies(tmp_path: Path, form: Path) -> None:
    """The form scanned onto a larger page, three columns to the right and two rows down."""
    pixels = np.full((22 * fake.CELL_H, 70 * fake.CELL_W, 3), 255, np.uint8)
    for row, text in enumerate(filled()):
        fake.draw(pixels, 1 + 3, row + 1 + 2, text)
    source, out = tmp_path / "in" / "moved.png", tmp_path / "out"
    source.parent.mkdir()
    cv2.imwrite(str(source), pixels)
    assert docpriv("redact", source, "--out", out, "--zones", form, *FAST).returncode == 0
    after = cv2.imread(str(out / "moved.png"))
    assert after is not None
    x0, y0, x1, y1 = ZONE
    assert not after[y0 + 40 : y1 + 40, x0 + 30 : x1 + 30].any()
    (region,) = record_of(out)["pages"][0]["regions"]
    assert sum((b[2] - b[0]) * (b[3] - b[1]) for b in region["boxes"]) < 1.2 * (x1 - x0) * (y1 - y0)


def test_a_draft_of_a_filled_form_warns_and_leaves_the_values_out(tmp_path: Path) -> None:
    source, path = write_page(tmp_path / "a.png", filled("@Marigold Vale")), tmp_path / "form.yaml"
    done = docpriv("zones", "draft", source, "--out", path, *FAST)
    assert done.returncode == 0
    assert b"1 value(s) on the page look personal" in done.stderr
    assert "Marigold" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    again = docpriv("zones", "draft", source, "--out", path, *FAST)
    assert (again.returncode, b"exists already" in again.stderr) == (7, True)
    assert docpriv("zones", "draft", source, "--out", path, "--force", *FAST).returncode == 0
    assert docpriv("zones", "draft", source, "--out", source, "--force", *FAST).returncode == 2
    assert docpriv("zones", "check", path, source, *FAST).returncode == 2  # no zone yet
    assert docpriv("zones", "draft", source, "--out", tmp_path / "b.yaml", "--page", "2", *FAST).returncode == 2
    blank = write_page(tmp_path / "blank.png", [""])
    assert docpriv("zones", "draft", blank, "--out", tmp_path / "b.yaml", *FAST).returncode == 2
    assert not (tmp_path / "b.yaml").exists()


def test_a_draft_proposes_the_empty_fields(tmp_path: Path, form: Path) -> None:
    empty, path = write_page(tmp_path / "empty.png", PRINTED), tmp_path / "again.yaml"
    assert docpriv("zones", "draft", empty, "--out", path, *FAST).returncode == 0
    proposed = [line[1:] for line in path.read_text().splitlines() if line.startswith("#  - {name:") and "x0" not in line]
    zones = yaml.safe_load("\n".join(proposed))
    assert {"PERSON", "ADDRESS"} <= {zone["kind"] for zone in zones}
    template = {**yaml.safe_load(path.read_text()), "zones": zones}
    path.write_text(yaml.safe_dump(template))
    assert docpriv("zones", "check", path, empty, *FAST).returncode == 0
