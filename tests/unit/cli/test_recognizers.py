"""`docpriv recognizers` and --recognizers as a person meets them; text of a document is shown on a terminal alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from docpriv.errors import ExitCode
from docpriv.geometry import Box
from docpriv.model import Explanation, Kind
from docpriv.pii.fake import FakeFinder
from tests.unit.cli.runs import Ended, lines, picture, pretend, run

CANARY = "Canaryzebedee"
OWN = r"""
recognizers:
  - name: badge number
    supported_entity: BADGE
    supported_language: en
    patterns: [{name: long form, regex: 'B-\d{4}', score: 0.5}]
    context: [badge]
  - name: site phone
    supported_entity: PHONE_NUMBER
    supported_language: en
    deny_list: [CANARY-7]
"""


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.yaml").write_text(OWN.replace("CANARY", CANARY), encoding="utf-8")

    def call(*arguments: str | Path, **how: Any) -> Ended:
        return run(monkeypatch, *arguments, **how)

    call.runs = pretend(monkeypatch)  # type: ignore[attr-defined]
    return call


@pytest.fixture
def fake_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docpriv.pipeline.typed_text.open_finder", lambda form, **_: FakeFinder())


@pytest.mark.parametrize("command", [("redact", "a.png", "--out", "out"), ("scan", "a.png"), ("verify", "a.png")])
def test_recognizers_join_those_of_the_recipe(shell: Any, tmp_path: Path, command: tuple[str, ...]) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "r.yaml").write_text("finding: {recognizers: [{name: mine, supported_entity: X, deny_list: [y]}]}\n")
    ended = shell(*command, "--recipe", "r.yaml", "--recognizers", "own.yaml", "--recognizers", "own.yaml")
    assert ended.code == 0
    assert [one.name for one in shell.runs[-1].recipe.finding.recognizers] == ["mine", "badge number", "site phone"]
    assert CANARY not in ended.out + ended.err + repr(shell.runs[-1])


def test_a_broken_expression_ends_with_2_and_names_its_recognizer(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "own.yaml").write_text(OWN.replace(r"B-\d{4}", f"({CANARY}"))
    ended = shell("redact", "a.png", "--out", "out", "--recognizers", "own.yaml")
    assert ended.code == ExitCode.USAGE
    assert "(badge number): pattern long form is not a regular expression" in ended.err
    assert CANARY not in ended.err
    assert shell.runs == []


def test_a_recognizer_of_a_kind_that_is_left_comes_with_a_warning(shell: Any, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    warned = shell("scan", "a.png", "--recognizers", "own.yaml", "--set", "policy.cover=[PERSON, PHONE]").err
    assert "the recognizer badge number finds CUSTOM, a kind that policy.cover of this recipe leaves readable" in warned
    assert "site phone" not in warned
    assert "warning" not in shell("scan", "a.png", "--recognizers", "own.yaml").err


def test_the_list_names_kinds_scores_and_sources(shell: Any) -> None:
    ended = shell("recognizers", "list", "--recognizers", "own.yaml")
    rows = {line.split("  ")[0]: line.split() for line in ended.out.splitlines()}
    assert rows["badge number"][2:] == ["CUSTOM", "custom", "0.50-0.85", "yes", "custom"]
    assert rows["site phone"][2:] == ["PHONE", "custom", "1.00", "yes", "custom"]
    assert rows["us-ssn"][1:] == ["NATIONAL_ID", "presidio", "0.75-1.00", "yes", "built-in", "shape"]
    assert {"person-short", "date", "address-lines", "name-model", "phone-number", "seen-elsewhere"} <= set(rows)
    assert rows["url"][4] == "no"
    assert CANARY not in ended.out
    as_json = json.loads(shell("recognizers", "list", "--recognizers", "own.yaml", "--json").out)
    assert as_json[0] == {
        "name": "badge number",
        "kind": "CUSTOM",
        "detector": "custom",
        "least": 0.5,
        "most": 0.85,
        "source": "custom",
        "covered": True,
    }


@pytest.mark.usefixtures("fake_finder")
def test_a_text_is_searched_and_not_shown(shell: Any) -> None:
    text = f"Dear @{CANARY},\naccount #4711".encode()
    ended = shell("recognizers", "test", stdin=text)
    assert ended.code == 0
    assert ended.out.splitlines() == [
        f"line 1, 5-{6 + len(CANARY)}: PERSON 0.99 by fake-finder (marked), covered: the policy covers the kind",
        "line 2, 29-34: ACCOUNT_NUMBER 0.99 by fake-finder (marked), covered: the policy covers the kind",
    ]
    as_json = json.loads(shell("recognizers", "test", "--json", "--set", "policy.cover=[]", stdin=text).out)
    assert as_json["found"][1] == {
        "spans": [[29, 34]],
        "line": 2,
        "kind": "ACCOUNT_NUMBER",
        "score": 0.99,
        "detector": "fake-finder",
        "rule": "marked",
        "covered": False,
        "why": "the policy leaves the kind",
    }
    assert CANARY not in json.dumps(as_json)
    assert "nothing was detected" in shell("recognizers", "test", stdin=b"nothing").out


@pytest.mark.usefixtures("fake_finder")
def test_the_text_is_revealed_on_a_terminal_alone(shell: Any) -> None:
    text = f"Dear @{CANARY}\n".encode()
    assert f': "@{CANARY}"' in shell("recognizers", "test", "--reveal", stdin=text, terminal=True).out
    shown = json.loads(shell("recognizers", "test", "--reveal", "--json", stdin=text, terminal=True).out)
    assert shown["found"][0]["text"] == f"@{CANARY}"
    for how in ((), ("--json",)):
        ended = shell("recognizers", "test", "--reveal", *how, stdin=text)
        assert (ended.code, ended.out) == (ExitCode.USAGE, "")
        assert "no terminal" in ended.err


def test_a_text_cannot_be_an_argument(shell: Any) -> None:
    ended = shell("recognizers", "test", CANARY)
    assert ended.code == ExitCode.USAGE
    assert CANARY not in ended.err
    assert shell("recognizers", "test", "--deny-file", "-", stdin=b"x").code == ExitCode.USAGE
    assert shell("recognizers", "test", stdin=b"\xff\xfe").code == ExitCode.USAGE


def test_a_text_goes_through_the_real_detectors(shell: Any) -> None:
    ended = shell(
        "recognizers", "test", "--recognizers", "own.yaml", stdin=f"badge B-1234\nSSN: 457-55-5462\n{CANARY}-7 calls".encode()
    )
    assert "line 1, 6-12: CUSTOM 0.85 by custom (badge number/long form), covered" in ended.out
    assert "line 2, 18-29: NATIONAL_ID" in ended.out
    assert f"line 3, 30-{32 + len(CANARY)}: PHONE 1.00 by custom (site phone/deny list), covered" in ended.out
    assert CANARY not in ended.out


# --- scan --explain ---------------------------------------------------------------------------------------------------


def explaining(monkeypatch: pytest.MonkeyPatch, text: str | None) -> None:
    """Let the pretended workers answer as one does that explains."""
    import dataclasses

    import docpriv.cli.outcome as module

    pretended = module.carry_out

    def carry_out(prepared, **how):
        for index, outcome in pretended(prepared, **how):
            one = Explanation(
                page=0,
                boxes=(Box(1, 2, 3, 4), Box(5, 6, 7, 8)),
                kind=Kind.PERSON,
                score=0.876,
                covered=True,
                detector="fields",
                rule="person-short-right",
                why="the policy covers the kind",
                text=text,
            )
            yield index, dataclasses.replace(outcome, explained=(one,) if outcome.job.options.explain else ())

    monkeypatch.setattr("docpriv.cli.outcome.carry_out", carry_out)


def test_explain_lists_each_finding_under_its_page(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explaining(monkeypatch, None)
    picture(tmp_path / "a.png")
    ended = shell("scan", "a.png", "--explain")
    assert ended.out.splitlines()[1:3] == [
        "  page 1: PERSON 2",
        "    [1, 2, 3, 4] [5, 6, 7, 8] PERSON 0.88 by fields (person-short-right), covered: the policy covers the kind",
    ]
    line = lines(shell("scan", "a.png", "--explain", "--json").out)[0]
    assert line["explained"] == [
        {
            "page": 1,
            "boxes": [[1, 2, 3, 4], [5, 6, 7, 8]],
            "kind": "PERSON",
            "score": 0.876,
            "detector": "fields",
            "rule": "person-short-right",
            "covered": True,
            "why": "the policy covers the kind",
            "text": None,
        }
    ]
    assert lines(shell("scan", "a.png", "--json").out)[0]["explained"] == []


def test_reveal_needs_explain_and_a_terminal(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    explaining(monkeypatch, f"{CANARY}\x1b[2J")
    picture(tmp_path / "a.png")
    for words, terminal in (
        (("--reveal",), True),
        (("--explain", "--reveal"), False),
        (("--explain", "--reveal", "--json"), False),
    ):
        ended = shell("scan", "a.png", *words, terminal=terminal)
        assert ended.code == ExitCode.USAGE
        assert CANARY not in ended.out + ended.err
    assert shell.runs == []
    monkeypatch.setenv("COLUMNS", "300")
    ended = shell("scan", "a.png", "--explain", "--reveal", terminal=True)
    assert f': "{CANARY}?[2J"' in ended.out + ended.err, "while the bar runs, it prints on the terminal of standard error"
    assert "\x1b[2J" not in ended.out + ended.err
    job = shell.runs[-1].make(shell.runs[-1].documents[0])
    assert (job.options.explain, job.options.reveal) == (True, True)
    assert (
        lines(shell("scan", "a.png", "--explain", "--reveal", "--json", terminal=True).out)[0]["explained"][0]["text"]
        == f"{CANARY}?[2J"
    )
