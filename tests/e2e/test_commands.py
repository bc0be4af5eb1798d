"""What a user does after a page was withheld, and what must not pass: plans, areas, slip pages, repairs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from docpriv.ocr import fake
from tests.e2e.runs import FAST, docpriv, environment, tree, write_page, write_pdf


def plan_of(source: Path, folder: Path) -> Path:
    path = folder / "plan.json"
    done = docpriv("scan", source, "--plan", path, *FAST)
    assert done.returncode == 0, done.stderr.decode()
    return path


def apply(plan: Path, source: Path, out: Path, *more: object) -> int:
    return docpriv("apply", plan, source, "--out", out, *FAST, *more).returncode


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    return write_page(tmp_path / "in" / "letter.png", ["Dear @Jane", "plain words", "more words"])


def test_a_plan_is_drawn_as_it_stands(letter: Path, tmp_path: Path) -> None:
    plan = plan_of(letter, tmp_path)
    edited = json.loads(plan.read_text())
    edited["pages"][0]["regions"] = []
    plan.write_text(json.dumps(edited))
    assert apply(plan, letter, tmp_path / "out", "--region", "1:10,40,60,20") == 0
    before, after = np.asarray(Image.open(letter)), np.asarray(Image.open(tmp_path / "out" / "letter.png"))
    expected = before.copy()
    expected[40:60, 10:70] = 0
    assert np.array_equal(
        after[..., :3] if after.ndim == 3 else after[..., None].repeat(3, 2),
        expected[..., :3] if expected.ndim == 3 else expected[..., None].repeat(3, 2),
    )
    record = json.loads(next(Path(f"{tmp_path}/out.records").glob("doc-*.json")).read_text())
    assert record["reviewed"] is True


def test_a_plan_of_another_document_is_refused(letter: Path, tmp_path: Path) -> None:
    other = write_page(tmp_path / "in" / "other.png", ["Dear @Mary", "other words", "more words"])
    assert apply(plan_of(letter, tmp_path), other, tmp_path / "out") == 2
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda pages: pages[:1],
        lambda pages: [],
        lambda pages: [*pages, pages[0]],
        lambda pages: [pages[0], {**pages[1], "width": 3}],
    ],
)
def test_a_plan_that_does_not_name_every_page_once_is_refused(change, tmp_path: Path) -> None:
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [["of @Mary"], ["of @John"]])
    plan = plan_of(packet, tmp_path)
    edited = json.loads(plan.read_text())
    edited["pages"] = change(edited["pages"])
    plan.write_text(json.dumps(edited))
    assert apply(plan, packet, tmp_path / "out") == 2
    assert tree(tmp_path / "out") == {}


@pytest.mark.parametrize("area", ["1:99999,5,10,10", "2:5,5,10,10", "1:5,5,0,10"])
def test_an_area_that_would_cover_nothing_is_refused(area: str, letter: Path, tmp_path: Path) -> None:
    assert apply(plan_of(letter, tmp_path), letter, tmp_path / "out", "--region", area) == 2
    assert tree(tmp_path / "out") == {}


def test_the_plan_holds_what_repairs_cover(tmp_path: Path) -> None:
    """The plain copy of a name is covered by a repair; the plan that a person gets shows it."""
    source = write_page(tmp_path / "in" / "a.png", ["Dear @Marigold", "and Marigold again"])
    reasons = [
        r["reason"]
        for page in json.loads(plan_of(source, tmp_path).read_text())["pages"]
        for region in page["regions"]
        for r in region["reasons"]
    ]
    assert "marked" in reasons
    assert "repair:stands-elsewhere" in reasons


def test_a_name_found_on_one_page_is_covered_on_all(tmp_path: Path) -> None:
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [["Marigold was here"], ["signed @Marigold"], ["to Marigold"]])
    done = docpriv("redact", packet, "--out", tmp_path / "out", *FAST)
    assert done.returncode == 0, done.stdout.decode()
    again = docpriv("verify", tmp_path / "out" / "packet.pdf", *FAST, "--json")
    assert again.returncode == 0, again.stdout.decode()
    engine_free = [fake.CELL_W * len("Marigold")]
    record = json.loads(next(Path(f"{tmp_path}/out.records").glob("doc-*.json")).read_text())
    widths = [max(b[2] - b[0] for r in page["regions"] for b in r["boxes"]) for page in record["pages"]]
    assert all(w >= engine_free[0] for w in widths)


@pytest.mark.parametrize(
    ("more", "code"), [((), 5), (("--on-withheld", "placeholder"), 5), (("--on-withheld", "placeholder", "--dry-run"), 5)]
)
def test_a_withheld_page_never_ends_with_0(more, code: int, tmp_path: Path) -> None:
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [["of @Johnny"], ["@Marigold and Marigold"]])
    done = docpriv("redact", packet, "--out", tmp_path / "out", *FAST, "--set", "verifying.repairs=0", *more)
    assert done.returncode == code, done.stdout.decode()
    written = tree(tmp_path / "out")
    assert len(written) == (1 if "placeholder" in more and "--dry-run" not in more else 0)


def test_a_slip_page_stands_for_a_withheld_page(tmp_path: Path) -> None:
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [["of @Johnny"], ["@Marigold and Marigold"]])
    done = docpriv(
        "redact", packet, "--out", tmp_path / "out", *FAST, "--set", "verifying.repairs=0", "--on-withheld", "placeholder"
    )
    assert done.returncode == 5
    record = json.loads(next(Path(f"{tmp_path}/out.records").glob("doc-*.json")).read_text())
    assert [p["status"] for p in record["pages"]] == ["verified", "placeholder"]
    again = docpriv(
        "redact", packet, "--out", tmp_path / "out", *FAST, "--set", "verifying.repairs=0", "--on-withheld", "placeholder"
    )
    assert again.returncode == 5  # done already, and still not all of it


def test_pages_of_which_nothing_is_read_are_withheld(tmp_path: Path) -> None:
    """The fake engine reads nothing of ordinary print: whatever looks like writing must not pass."""
    from docpriv_lab.pages.generator import generate

    path = tmp_path / "in" / "print.png"
    path.parent.mkdir()
    Image.fromarray(generate("letter", 5, "easy").pixels).save(path)
    done = docpriv("redact", path, "--out", tmp_path / "out", *FAST)
    assert done.returncode == 5
    assert tree(tmp_path / "out") == {}


def test_pictures_of_a_scan_are_matched_to_records_and_reports(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_pdf(tmp_path / "in" / f"{name}.pdf", [[f"of @Johnny{name}"], ["plain words"]])
    assert docpriv("redact", tmp_path / "in", "--out", tmp_path / "out", *FAST).returncode == 0
    assert docpriv("scan", tmp_path / "in", "--show", tmp_path / "shown", *FAST).returncode == 0
    report = docpriv("report", tmp_path / "out.records", "--format", "html").stdout.decode()
    for path in Path(f"{tmp_path}/out.records").glob("doc-*.json"):
        digest = json.loads(path.read_text())["input"]["sha256"][:16]
        assert {p.name for p in (tmp_path / "shown").glob(f"{digest}-*")} == {f"{digest}-p1.png", f"{digest}-p2.png"}
        assert digest in report
    assert len(list((tmp_path / "shown").iterdir())) == 4


def test_the_commands_that_are_printed_for_a_withheld_page_work_as_they_are_typed(tmp_path: Path) -> None:
    """Also where a slip page was released, which the same --out holds then."""
    packet = write_pdf(tmp_path / "in" / "packet.pdf", [["of @Johnny"], ["@Marigold and Marigold"]])
    for number, more in enumerate([(), ("--on-withheld", "placeholder")]):
        names = {"IN": str(packet), "PLAN.json": str(tmp_path / f"{number}.json"), "OUT": str(tmp_path / f"out{number}")}
        strict = [*FAST, "--set", "verifying.repairs=0"]
        done = docpriv("redact", packet, "--out", names["OUT"], *strict, *more)
        assert done.returncode == 5
        (advice,) = [line for line in done.stdout.decode().splitlines() if "what to do" in line]
        commands = re.findall(r"`docpriv (.+?)`", advice)
        assert [command.split()[0] for command in commands] == ["scan", "apply"]
        for command in commands:
            again = docpriv(*(names.get(word, word) for word in command.split()), *strict)
            assert again.returncode == 0, again.stderr.decode() + again.stdout.decode()
        record = json.loads(next(Path(f"{names['OUT']}.records").glob("doc-*.json")).read_text())
        assert [page["status"] for page in record["pages"]] == ["verified", "verified"]


def test_same_input_same_bytes(letter: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert docpriv("redact", letter.parent, "--out", tmp_path / name, *FAST, "--format", "pdf").returncode == 0
    assert tree(tmp_path / "one") == tree(tmp_path / "two") != {}


def test_what_only_a_repair_found_is_sought_on_every_page_in_memory() -> None:
    """A page that stays withheld still tells which values it could not cover."""
    from docpriv.model import Kind
    from docpriv.options import Recipe
    from docpriv.redaction.cover_map import CoverMap
    from docpriv.redaction.plan import Reading, plan_page
    from docpriv.redaction.verify import masked, new_findings
    from tests.unit.redaction.pages import finding, text_page

    page = text_page(["Dear Zeldamaria"])
    plan = plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        marks=(),
        min_score=0.4,
        readings=[Reading(text=page, findings=())],
        policy=Recipe().policy,
    )
    left = new_findings(masked(page, CoverMap(plan), {}), [finding(page, "Zeldamaria")], CoverMap(plan), Recipe())
    assert [(v.kind, len(v.words)) for v in left.values] == [(Kind.PERSON, 1)]


def test_same_input_same_record_but_for_its_times(tmp_path: Path) -> None:
    """In processes whose hashes differ, with findings enough to change places; ids are keyed by the folder of records."""
    own = {"document", "run", "started", "finished", "seconds"}

    def without(value: object) -> object:
        if isinstance(value, dict):
            return {key: without(one) for key, one in value.items() if key not in own}
        return [without(one) for one in value] if isinstance(value, list) else value

    lines = ["Dear @Jane and @Mary", "your #4711 and #4712 of @Bob", "plain words", "yours @Anna"]
    write_pdf(tmp_path / "in" / "letter.pdf", [lines, [*reversed(lines)]])
    records = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        done = docpriv("redact", tmp_path / "in", "--out", out, *FAST, env=environment(PYTHONHASHSEED=seed))
        assert done.returncode == 0, done.stderr.decode()
        (path,) = Path(f"{out}.records").glob("doc-*.json")
        records.append(without(json.loads(path.read_text())))
    assert records[0] == records[1]
    assert sum(len(page["regions"]) for page in records[0]["pages"]) >= 8  # type: ignore[index]
