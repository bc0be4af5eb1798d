"""The blocks of commands in README and manual: what they hold, whether they are run, and how they are run."""

from __future__ import annotations

import glob
import os
import re
import runpy
import shlex
import sys
from collections.abc import Iterator
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import docpriv
from docpriv.cli.app import main
from docpriv.ocr import fake
from tests.e2e.runs import write_page, write_pdf

ROOT = Path(docpriv.__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS: dict[str, Any] = dict(runpy.run_path(str(ROOT / "docs" / "reference.py"))["all_commands"]())
FAKE = "reading: {engine: fake}\n"
BLOCK = re.compile(
    r"(?:^<!-- *(?P<mark>[^\n]+?) *-->\n+)?^```(?P<language>\w*)(?P<rest>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. `title`: the file that it shows. `exit`: how its last command ends. `not_run`: why it cannot run here."""

    language: str
    title: str
    text: str
    exit: int = 0
    not_run: str = ""

    @property
    def lines(self) -> list[str]:
        """What would be typed, a command each: joined where a line goes on, without remarks."""
        joined = self.text.replace("\\\n", " ").splitlines()
        return [line for line in joined if line.strip() and not line.startswith("#")]

    @property
    def commands(self) -> list[list[str]]:
        """The words of each command of docpriv."""
        return [words[1:] for words in (shlex.split(line, comments=True) for line in self.lines) if words[0] == "docpriv"]


def blocks(page: Path) -> Iterator[Block]:
    """All fenced blocks of a page, in their order."""
    for found in BLOCK.finditer(page.read_text(encoding="utf-8")):
        mark, title = found["mark"] or "", re.search(r'title="([^"]+)"', found["rest"])
        ends = re.fullmatch(r"exit (\d+)", mark)
        yield Block(
            language=found["language"],
            title=title[1] if title else "",
            text=found["text"],
            exit=int(ends[1]) if ends else 0,
            not_run=mark.removeprefix("not run:").strip() if mark.startswith("not run:") else "",
        )


def command_of(words: list[str]) -> tuple[str, Any, list[str]]:
    """Name and command that the words begin with, and the words behind them."""
    name = words[0] if words[0] in COMMANDS else " ".join(words[:2])
    return name, COMMANDS[name], words[len(name.split()) :]


def prepare(folder: Path) -> None:
    """Pages of a line or two under the names that the manual uses, for the fake engine; `faded.png` cannot be read."""
    letter = ["Dear @Jane", "your account #4711 is open", "yours, @Mary"]
    for name in ("scan.png", "inbox/2024/letter.png", "archive/2019/a.png", "archive/2020/b.png"):
        write_page(folder / name, letter)
    for name in ("scans/card.png", "redacted-elsewhere/letter.png", "redacted/letter.png"):
        write_page(folder / name, ["plain words", "more words"])
    write_pdf(folder / "scan.pdf", [letter, ["plain words"]])
    form = ["APPLICATION TO JOIN", "", "Full name", "", "", "Postal address", "", "", "Member since", "", "Signed at"]
    write_page(folder / "empty.png", form)
    write_page(folder / "filled.png", [*form[:3], "Juniper Vale", *form[4:]])
    write_page(folder / "pages/letter.png", letter)
    (folder / "labels").mkdir()
    (folder / "labels/letter.json").write_text('{"words": [{"text": "@Jane", "box": [60, 20, 110, 40], "label": "PERSON"}]}')
    print_ = np.full((400, 500, 3), 255, np.uint8)
    for row in range(8):
        cv2.putText(print_, "ordinary print of a few words", (20, 50 + 40 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    cv2.imwrite(str(folder / "faded.png"), print_)
    (folder / "fake.yaml").write_text(f"extends: redact\nname: fake\n{FAKE}")


def prepare_papers(folder: Path) -> None:
    """A folder of invoices and one of letters, at the size that classification reads pages at."""
    rng = np.random.default_rng(1)
    kinds = {
        "invoice": "invoice total due amount payment terms net price quantity tax balance shipped",
        "letter": "dear thank you for your kind letter we write to inform please reply sincerely",
    }
    for kind, words in kinds.items():
        for number in range(6):
            lines = [" ".join(rng.choice(words.split(), 7)) for _ in range(8)]
            path = folder / f"papers/{kind}/{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), fake.page(lines, columns=80, rows=75))


class Session:
    """Runs the blocks of one page in one folder, in their order, each command in this process and with the fake engine."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv(fake.SWITCH, "1")
        prepare(folder)

    def run(self, block: Block) -> None:
        if block.title:
            Path(block.title).parent.mkdir(parents=True, exist_ok=True)
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "sh" and block.commands and not block.not_run:
            for number, line in enumerate(block.lines, 1):
                wanted = block.exit if number == len(block.lines) else 0
                ended = self._typed(line)
                assert ended == wanted, f"{line}: exit code {ended}"
        elif block.language == "python" and not block.not_run:
            self._program(block.text)

    def _typed(self, line: str) -> int:
        words = shlex.split(line, comments=True)
        if words[0] != "docpriv":
            return os.waitstatus_to_exitcode(os.system(line))  # noqa: S605  # what the manual says, in the test's folder
        words = words[1:]
        with ExitStack() as stack:
            if "<" in words:
                at = words.index("<")
                self._monkeypatch.setattr(sys, "stdin", stack.enter_context(Path(words[at + 1]).open(encoding="utf-8")))
                del words[at : at + 2]
            if ">" in words:
                at = words.index(">")
                stack.enter_context(redirect_stdout(stack.enter_context(Path(words[at + 1]).open("w", encoding="utf-8"))))
                del words[at : at + 2]
            words = [each for word in words for each in (sorted(glob.glob(word)) if "*" in word else [word])]
            return main([*words, *_with_fake(words)])

    def _program(self, text: str) -> None:
        from docpriv import api

        real = api.resolve

        def resolve(recipe: Any) -> Any:
            found = real(recipe)
            return found.model_copy(update={"reading": found.reading.model_copy(update={"engine": "fake"})})

        with self._monkeypatch.context() as patched:
            patched.setattr(api, "resolve", resolve)
            exec(compile(text, "manual", "exec"), {"__name__": "__main__"})  # noqa: S102  # what the manual says


def _with_fake(words: list[str]) -> list[str]:
    """The options that give a command the fake engine."""
    if words[0].startswith("-"):
        return []
    _, command, _ = command_of(words)
    options = {flag: one for one in command.params for flag in one.opts}
    if "--set" in options and "KEY" in str(options["--set"].metavar):
        return ["--set", "reading.engine=fake"]
    return ["--recipe", "fake.yaml"] if "--recipe" in options and "--recipe" not in words else []
