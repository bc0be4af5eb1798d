"""The commands as a person or a script meets them: exit codes, what is shown where, what is said when it goes wrong."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docpriv.errors import ExitCode
from docpriv.model import Kind
from docpriv.records import PlanFile, PlanPage, write_json
from docpriv.schemas import schema
from tests.unit.cli.runs import Ended, lines, picture, pretend, record, run

CANARY = "Canary Zebedee"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A function that runs `docpriv` in an empty folder with pretended workers; `.runs` are the runs it prepared."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, **how: Any) -> Ended:
        return run(monkeypatch, *arguments, **how)

    call.runs = pretend(monkeypatch)  # type: ignore[attr-defined]
    return call


def recipe_of(shell: Any) -> Any:
    return shell.runs[-1].recipe


def test_a_good_run_ends_with_0_and_a_summary(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.png", 1)
    picture(tmp_path / "in" / "deep" / "b.png", 2)
    (tmp_path / "in" / "notes.txt").write_text("x")
    ended = shell("redact", "in", "--out", "out")
    assert ended.code == 0
    assert "2 documents, 2 pages: 2 released, 0 withheld, 0 failed; 1 other file passed over" in ended.out
    assert "4 areas covered: PERSON 4" in ended.out
    made = [shell.runs[-1].make(one) for one in shell.runs[-1].documents]
    assert [job.target for job in made] == [Path("out/a.png"), Path("out/deep/b.png")]
    assert {job.records for job in made} == {tmp_path / "out.records"}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a", "b"], 0),
        (["held"], 5),
        (["bad"], 3),
        (["bug"], 1),
        (["a", "held"], 6),
        (["a", "bad", "held"], 6),
        (["held1", "held2"], 5),
        (["bad1", "bad2"], 3),
        (["bad", "held"], 3),
        (["bug", "bad", "held"], 1),
    ],
)
def test_the_exit_code_of_a_mixed_run(shell: Any, tmp_path: Path, names: list[str], code: int) -> None:
    for number, name in enumerate(names):
        picture(tmp_path / f"{name}.png", number)
    ended = shell("redact", *[f"{name}.png" for name in names], "--out", "out")
    assert ended.code == code


def test_an_interrupted_run_ends_with_130(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    pretend(monkeypatch, interrupt_after=1)
    picture(tmp_path / "a.png", 1)
    picture(tmp_path / "b.png", 2)
    ended = run(monkeypatch, "redact", "a.png", "b.png", "--out", "out", "--json")
    assert ended.code == 130
    summary = lines(ended.out)[-1]
    assert (summary["interrupted"], summary["ended_well"], summary["exit_code"]) == (True, 1, 130)


def test_elsewhere_than_on_a_terminal_no_path_is_shown(shell: Any, tmp_path: Path) -> None:
    for name in ("held", "bad", "fine"):
        picture(tmp_path / "in" / f"{name} {CANARY}.png", len(name))
    for how in ((), ("--json",), ("--quiet",)):
        ended = shell("redact", "in", "--out", "out", *how)
        assert ended.code == 6
        assert CANARY not in ended.out + ended.err


def test_on_a_terminal_the_path_is_shown_as_typed(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "in" / f"held {CANARY}.png")
    ended = shell("redact", "in", "--out", "out", terminal=True)
    assert f"withheld: in/held {CANARY}.png" in ended.out
    assert "page 1: check:values-gone" in ended.out
    assert "what to do: " in ended.out


def test_a_name_cannot_steer_the_terminal(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "held\x1b[2J.png")
    ended = shell("redact", "held\x1b[2J.png", "--out", "out", terminal=True)
    assert "\x1b[2J" not in ended.out
    assert "held?[2J.png" in ended.out


def test_piped_progress_is_one_line_a_document(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 1)
    picture(tmp_path / "bad.png", 2)
    ended = shell("redact", "a.png", "bad.png", "--out", "out")
    progress = ended.err.splitlines()
    assert len(progress) == 2
    assert progress[0].split()[1:3] == ["released", "pages=1"]
    assert progress[1].endswith("error=corrupt")


def test_json_is_lines_that_fit_their_schemas(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 1)
    picture(tmp_path / "held.png", 2)
    ended = shell("redact", "a.png", "held.png", "--out", "out", "--json")
    *documents, summary = lines(ended.out)
    for line in documents:
        jsonschema.validate(line, schema("document-line"))
    jsonschema.validate(summary, schema("run-summary"))
    assert [line["exit_code"] for line in documents] == [0, 5]
    assert documents[1]["error"] == "withheld"
    assert documents[1]["withheld_because"] == {"check:values-gone": 1}
    assert summary["exit_codes"] == {"0": 1, "5": 1}
    assert ended.err == ""


def test_quiet_says_only_what_went_wrong(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 1)
    assert shell("redact", "a.png", "--out", "out", "-q") == Ended(0, "", "")
    picture(tmp_path / "bad.png", 2)
    ended = shell("redact", "bad.png", "--out", "out", "-q")
    assert (ended.out, ended.err.splitlines()[1]) == ("", "  the data is damaged")


def test_flags_go_on_top_of_set_and_set_on_top_of_the_recipe(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "deny").write_text(f"# names\n{CANARY}\n\n{CANARY}\nre:AB\\d+\n", encoding="utf-8")
    ended = shell(
        "redact",
        "a.png",
        "--out",
        "out",
        "--recipe",
        "strict",
        "--set",
        "policy.colour=white",
        "--set",
        "policy.pad=0.2",
        "--colour",
        "grey",
        "--format",
        "pdf",
        "--text-layer",
        "--names",
        "digest",
        "--on-withheld",
        "placeholder",
        "--deny-file",
        "deny",
        "--allow-file",
        "-",
        "--max-megapixels",
        "7",
        "--max-pages",
        "8",
        "--max-input-mb",
        "9",
        "--page-seconds",
        "10",
        "--memory-mb",
        "300",
        stdin=b"Acme\n",
    )
    assert ended.code == 0
    chosen = recipe_of(shell)
    assert chosen.name == "strict"
    assert (chosen.policy.colour, chosen.policy.pad) == ("grey", 0.2)
    assert chosen.writing.model_dump() == {"format": "pdf", "text_layer": True, "names": "digest", "on_withheld": "placeholder"}
    assert chosen.finding.deny == (CANARY, "re:AB\\d+")
    assert chosen.finding.allow == ("Acme",)
    limits = chosen.limits
    assert (limits.megapixels, limits.pages, limits.input_megabytes, limits.page_seconds, limits.memory_megabytes) == (
        7,
        8,
        9,
        10,
        300,
    )
    assert CANARY not in ended.out + ended.err


def test_what_is_not_given_stays_as_the_recipe_says(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    shell("redact", "a.png", "--out", "out", "--set", "writing.text_layer=true", "--set", "writing.format=pdf")
    assert recipe_of(shell).writing.text_layer
    assert recipe_of(shell).writing.format == "pdf"


def test_a_bad_term_is_named_by_its_line(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "deny").write_text(f"fine\nre:({CANARY}\n", encoding="utf-8")
    ended = shell("redact", "a.png", "--out", "out", "--deny-file", "deny")
    assert ended.code == ExitCode.USAGE
    assert "line 2" in ended.err
    assert CANARY not in ended.err


def test_the_password_is_the_first_line_of_its_file(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "pw").write_text("öpen sesame\r\nrest\n", encoding="utf-8")
    shell("redact", "a.png", "--out", "out", "--password-file", "pw")
    job = shell.runs[-1].make(shell.runs[-1].documents[0])
    assert job.options.password == "öpen sesame"
    assert "sesame" not in repr(job)
    (tmp_path / "pw").write_text("\n")
    assert shell("redact", "a.png", "--out", "out", "--password-file", "pw").code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("redact", "in"), 2, "missing --out"),
        (("redact", "in", "--out", "out", "--workers", CANARY), 2, "invalid value for --workers"),
        (("redact", "in", "--out", "out", "--wrokers", "2"), 2, "unknown option; nearest: --workers"),
        (("redact", "in", "--out", "out", "--recipe", CANARY), 2, "no shipped recipe has that name"),
        (("redact", "in", "--out", "out", "--format", CANARY), 2, "writing.format: "),
        (("redact", "in", "--out", "out", "--set", f"policy.pad={CANARY}"), 2, "policy.pad: "),
        (("redact", f"{CANARY}.png", "--out", "out"), 3, "an input does not exist"),
        (("redact", "in", "--out", "in"), 2, "an input lies in the output folder"),
        (("redact", "in", "--out", "out", "--records", "out/records"), 2, "the records lie inside the output folder"),
        (("redact", "empty", "--out", "out"), 3, "no document was found in the inputs"),
        (("redact", "in", "--out", "out", "--set", "needs=[text, faces]", "--set", "seeing.faces=false"), 2, "switch off: faces"),
        (("scan", "in", "again", "--plan", "p.json"), 2, "a plan is of one document"),
        (("report", CANARY), 3, "the records cannot be read"),
        (("schema", CANARY), 2, "no schema of that name"),
        ((CANARY,), 2, "unknown command"),
        (("recipes", "show", CANARY), 2, "no shipped recipe"),
        (("apply", "plan.json", "in/a.png", "--out", "out"), 2, "the plan cannot be read"),
    ],
)
def test_a_refusal_says_what_and_what_to_do_and_never_the_value(
    shell: Any, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    picture(tmp_path / "in" / "a.png", 1)
    picture(tmp_path / "again" / "a.png", 2)
    (tmp_path / "empty").mkdir()
    ended = shell(*arguments)
    assert ended.code == code
    assert said in ended.err
    assert "what to do: " in ended.err
    assert CANARY not in ended.err + ended.out
    assert not (tmp_path / "out").exists()


def test_the_same_file_named_twice_is_one_document(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.png")
    ended = shell("redact", "in", "in/a.png", tmp_path / "in" / "a.png", "--out", "out")
    assert "1 document, " in ended.out


def test_a_link_into_the_output_is_not_an_input(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "out" / "a.png")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").symlink_to(tmp_path / "out" / "a.png")
    assert shell("redact", "in/a.png", "--out", "out", "--force").code == ExitCode.USAGE


def test_a_bug_is_shown_without_its_message(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("docpriv.cli.documents_cmd.prepare_redaction", broken)
    ended = shell("redact", "in", "--out", "out")
    assert ended.code == ExitCode.BUG
    assert ended.err.startswith("internal error: ValueError at ")
    assert CANARY not in ended.err + ended.out


def test_a_reader_that_leaves_is_not_an_error_message() -> None:
    code = (
        "import os, sys; r, w = os.pipe(); os.close(r); os.dup2(w, 1)\n"
        "from docpriv.cli.app import main\nsys.exit(main(['schema', 'document-record']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_scan_counts_by_page_and_kind(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    ended = shell("scan", "a.png")
    assert ended.code == 0
    assert "  page 1: PERSON 2" in ended.out
    assert "left by the recipe: DATE 1" in ended.out
    assert lines(shell("scan", "a.png", "--json").out)[0]["counts_by_page"] == [{"PERSON": 2}]


def test_pictures_of_scan_come_with_a_warning(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    assert "NOT redacted" in shell("scan", "a.png", "--show", "shown").err
    assert "NOT redacted" not in shell("scan", "a.png").err
    job = shell.runs[0].make(shell.runs[0].documents[0])
    assert job.pictures == Path("shown") / hashlib.sha256((tmp_path / "a.png").read_bytes()).hexdigest()[:16]
    assert f"  pictures: {job.pictures.name}-pN.png" in shell("scan", "a.png", "--show", "shown").out


def test_verify_gives_5_where_something_is_readable(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "clean.png", 1)
    picture(tmp_path / "found.png", 2)
    assert shell("verify", "clean.png").code == 0
    ended = shell("verify", "found.png", "clean.png")
    assert ended.code == 5
    assert "  page 1: PERSON at 1, 2, 3, 4" in ended.out
    assert "  in the file: had-javascript" in ended.out
    assert "1 clean, 1 not clean" in ended.out
    assert lines(shell("verify", "found.png", "--json").out)[0]["found"][0] == {
        "page": 1,
        "kind": "PERSON",
        "score": 0.9,
        "box": [1, 2, 3, 4],
    }


NOTHING = "nothing was detected by the engines of this recipe"


@pytest.mark.parametrize("command", ["scan", "verify"])
@pytest.mark.parametrize(
    ("names", "unsaid"),
    [
        (["bad.png"], "nothing is said of: 1 document failed"),
        (["blank.png", "bad.png"], "nothing is said of: 1 document failed"),
        (["blank.png", "bug.png"], "nothing is said of: 1 document failed"),
        (["blank.png", "unsure.png"], "nothing is said of: 1 document with pages that cannot be judged"),
        (["blank.png", "note.txt"], "nothing is said of: 1 other file passed over"),
        (["blank.png", ".hidden/blank.png"], "nothing is said of: 1 hidden file or folder not entered"),
        (["found.png", "bad.png"], "nothing is said of: 1 document failed"),
    ],
)
def test_that_nothing_was_detected_is_said_of_what_was_looked_at_alone(
    command: str, names: list[str], unsaid: str, shell: Any, tmp_path: Path
) -> None:
    for shade, name in enumerate(names):
        picture(tmp_path / "in" / name, shade)
    (tmp_path / "in" / "note.txt").write_text("x") if "note.txt" in names else None
    ended = shell(command, "in")
    assert NOTHING not in ended.out
    assert unsaid in ended.out.splitlines()
    assert ended.code != 0 or "blank.png" in names


def test_an_interrupted_verification_says_of_how_many_documents_it_says_nothing(
    shell: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(3):
        picture(tmp_path / "in" / f"blank{number}.png", number)
    shell.runs = pretend(monkeypatch, interrupt_after=0)
    ended = shell("verify", "in")
    assert ended.code == 130
    assert "detected" not in ended.out
    assert "no document could be judged" in ended.out
    assert "nothing is said of: 3 documents not reached" in ended.out
    pretend(monkeypatch, interrupt_after=1)
    assert "in 1 document\nnothing is said of: 2 documents not reached" in shell("verify", "in").out
    assert lines(shell("verify", "in", "--json").out)[-1]["unreached"] == 2


def test_a_clean_verification_says_so_and_a_file_with_a_script_is_not_clean(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "blank.png")
    assert NOTHING in shell("verify", "in").out.splitlines()
    picture(tmp_path / "in" / "extra.png", 3)
    ended = shell("verify", "in")
    assert "; 1 file holds more than the pages show" in ended.out
    assert NOTHING not in ended.out


def plan(path: Path, pages: int = 1) -> Path:
    write_json(
        path,
        PlanFile(
            input_sha256="ab" * 32,
            recipe_sha256="ab" * 32,
            pages=tuple(PlanPage(index=index, width=20, height=20, regions=()) for index in range(pages)),
        ),
    )
    return path


def test_apply_adds_regions_to_the_plan(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    plan(tmp_path / "plan.json", 2)
    ended = shell("apply", "plan.json", "a.png", "--out", "out", "--region", "2:1,2,3,4", "--region", "1:5,6,7,8:PHONE")
    assert ended.code == 0
    job = shell.runs[-1].make(shell.runs[-1].documents[0])
    assert [(page, region.boxes, region.reasons[0].kind) for page, region in job.extra_regions] == [
        (1, ((1, 2, 4, 6),), Kind.MANUAL),
        (0, ((5, 6, 12, 14),), Kind.PHONE),
    ]
    assert job.plan is not None


@pytest.mark.parametrize(
    "text", ["1:1,1,1", "0:1,1,1,1", "1:1,1,0,1", "1:-1,1,1,1", "1:1,1,1,1:NOBODY", "3:1,1,1,1", "x", "1:1.5,1,1,1"]
)
def test_a_region_that_cannot_be_placed_is_refused(shell: Any, tmp_path: Path, text: str) -> None:
    picture(tmp_path / "a.png")
    plan(tmp_path / "plan.json")
    assert shell("apply", "plan.json", "a.png", "--out", "out", "--region", text).code == ExitCode.USAGE
    assert shell.runs == []


def test_a_plan_that_does_not_hold_together_is_named_by_key(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    data = json.loads(plan(tmp_path / "plan.json").read_text())
    data["pages"][0]["width"] = CANARY
    (tmp_path / "plan.json").write_text(json.dumps(data))
    ended = shell("apply", "plan.json", "a.png", "--out", "out")
    assert ended.code == ExitCode.USAGE
    assert "pages.0.width" in ended.err
    assert CANARY not in ended.err


def test_a_report_is_written_once(shell: Any, tmp_path: Path) -> None:
    write_json(tmp_path / "records" / "doc-1.json", record("doc-1", "released"))
    assert shell("report", "records").out.splitlines()[1].startswith("doc-1,released,")
    assert shell("report", "records", "--format", "html", "--out", "r.html").code == 0
    assert "doc-1" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert shell("report", "records", "--format", "json", "--out", "r.html").code == ExitCode.OUTPUT
    assert shell("report", "records", "--format", "json", "--out", "r.html", "--force").code == 0
    assert json.loads((tmp_path / "r.html").read_text(encoding="utf-8"))["documents"] == 1


def test_recipes_are_listed_shown_and_validated(shell: Any, tmp_path: Path) -> None:
    names = ["identity-cards", "medical", "pseudonyms", "receipts", "redact", "strict"]
    assert [line.split()[0] for line in shell("recipes", "list").out.splitlines()] == names
    listed = json.loads(shell("recipes", "list", "--json").out)
    assert [one["name"] for one in listed] == names
    assert "# the default" in shell("recipes", "show", "redact").out.lower()
    assert json.loads(shell("recipes", "show", "strict", "--set", "policy.pad=0.3").out)["policy"]["pad"] == 0.3
    (tmp_path / "own.yaml").write_text(f"extends: redact\nfinding: {{deny: [{CANARY}]}}\n")
    assert shell("recipes", "validate", "own.yaml").out.startswith("valid: redact")
    assert CANARY not in shell("recipes", "show", "own.yaml").out
    (tmp_path / "own.yaml").write_text("needs: [codes]\nseeing: {codes: false}\n")
    assert shell("recipes", "validate", "own.yaml").code == ExitCode.USAGE


def test_a_schema_is_printed(shell: Any) -> None:
    assert json.loads(shell("schema", "recipe").out) == schema("recipe")
    assert "run-summary" in shell("schema").out.splitlines()


def test_help_and_version(shell: Any) -> None:
    import docpriv

    assert shell("--version").out == f"docpriv {docpriv.__version__}\n"
    assert "Exit codes:" in shell("--help").out
    bare = shell()
    assert bare.code == ExitCode.USAGE
    assert "Commands:" in bare.err


def test_evaluate_prints_rates(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "pages" / "p.png")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "p.json").write_text(
        json.dumps({"words": [{"text": CANARY, "box": [1, 1, 10, 10], "label": "PERSON"}]})
    )
    ended = shell("evaluate", "score", "labels", "pages", "pages", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)["pages"] == 1
    assert CANARY not in ended.out + shell("evaluate", "score", "labels", "pages", "pages").out
