"""`docpriv evaluate attack`: try to undo what every style covers; refuses to show a name or a picture of anybody."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli.streams import say, stderr_is_terminal, warn
from docpriv.cli.terms import read_terms
from docpriv.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from docpriv_lab.attacks.faces import FaceResult, Portraits
    from docpriv_lab.attacks.painting import Finder
    from docpriv_lab.attacks.report import AttackReport
    from docpriv_lab.attacks.text import TextResult
    from docpriv_lab.attacks.widths import WidthResult

NAMES = 1000
"""Names of the project's own stock that widths are tried on, where no file is given."""
FONTS = ("sans-a", "mono-a")
STEPS = (1.0, 2.0, 8.0)
"""Steps of `neutral`, in text heights, beside the default."""
RESOLUTIONS = (100, 200, 300)
PERSONS = 40
"""Heads that are drawn, where no folder is given."""


class Part(StrEnum):
    """What is attacked."""

    TEXT = "text"
    CODING = "coding"
    WIDTH = "width"
    FACES = "faces"


def attack_command(
    only: Annotated[list[Part] | None, typer.Option("--only", help="One part of the attacks; may be repeated.")] = None,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names",
            metavar="FILE",
            help="Names that a box may hide, one a line; - for standard input. Default: names of docpriv's own stock.",
        ),
    ] = None,
    faces: Annotated[
        Path | None,
        typer.Option(
            "--faces",
            metavar="FOLDER",
            help="Portraits: one folder a person, or files NAME1.jpg, NAME2.jpg. Default: heads that docpriv draws.",
        ),
    ] = None,
    numbers: Annotated[
        int,
        typer.Option(
            "--numbers",
            metavar="N",
            min=2,
            max=10_000,
            help="Numbers of nine digits that are covered and read back, for each style.",
        ),
    ] = 60,
    seed: Annotated[
        int,
        typer.Option(
            "--seed",
            metavar="S",
            min=0,
            help="The same seed covers the same things. The style noise draws from the system all the same.",
        ),
    ] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print one row for each style, as the README has them.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.json", help="Write the figures; no name, no picture.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an --out file that exists.")] = False,
) -> int:
    """Try to undo what the styles of redaction cover.

    The attacker knows everything but what was covered. Nine digits are read back from a line, and from what the coding of a
    JPEG spread beyond its cover; names are guessed by the width of their box, faces recognised in a gallery; each beside what
    guessing would give. Exit code 8 where an opaque style tells more than guessing.
    """
    from docpriv_lab.attacks.report import attack_table, markdown_table

    parts = frozenset(only or Part)
    if json and markdown:
        raise UsageError("--json and --markdown are two forms of one table", remedy="Give one of them.")
    for given, part in ((names, Part.WIDTH), (faces, Part.FACES)):
        if given is not None and part not in parts:
            raise UsageError(
                f"a file or folder is given for the part {part}, which --only leaves out",
                remedy=f"Add --only {part}, or leave it out.",
            )
    if out is not None:
        from docpriv.evaluation.score_file import check_free

        check_free(out, force=force)
    listed = None if names is None else _listed(names)
    report = run_attacks(parts, names=listed, faces=faces, numbers=numbers, seed=seed, on_step=_progress)
    if out is not None:
        _write(out, report, force=force)
    if json:
        say(json_module.dumps(report.as_dict()))
    elif markdown:
        from docpriv_lab.attacks.styles import style_notes

        say(markdown_table(report, style_notes()).rstrip("\n"))
    else:
        say(attack_table(report))
    return int(ExitCode.INTEGRITY if report.broken else ExitCode.OK)


def run_attacks(
    parts: frozenset[Part],
    *,
    names: Sequence[str] | None = None,
    faces: Path | None = None,
    numbers: int = 60,
    seed: int = 1,
    persons: int = PERSONS,
    on_step: Callable[[str], None] | None = None,
) -> AttackReport:
    """All attacks of the parts on docpriv's own styles; `on_step` gets what is tried next."""
    from docpriv_lab.attacks.report import AttackReport
    from docpriv_lab.attacks.widths import sampled, stock_names

    tell = on_step or (lambda what: None)
    text = tuple(_text(numbers, seed, tell)) if Part.TEXT in parts else ()
    widths: tuple[WidthResult, ...] = ()
    if Part.WIDTH in parts:
        widths = tuple(_widths(sampled(stock_names(), NAMES, seed) if names is None else names, seed, tell))
    coding = tuple(_coding(numbers, seed, tell)) if Part.CODING in parts else ()
    if Part.FACES not in parts:
        return AttackReport(seed=seed, text=text, coding=coding, widths=widths)
    people, finder, unseen = _people(faces, persons, seed)
    seen = tuple(_faces(people, finder, seed, tell))
    return AttackReport(seed=seed, text=text, coding=coding, widths=widths, faces=seen, drawn=people.drawn, unseen=unseen)


def _text(numbers: int, seed: int, tell: Callable[[str], None]) -> Iterator[TextResult]:
    from docpriv_lab.attacks.digits import DigitLine
    from docpriv_lab.attacks.styles import text_painters
    from docpriv_lab.attacks.text import attack_text

    line = DigitLine()
    for painter in text_painters():
        tell(f"text: {painter.name}")
        yield attack_text(painter, numbers=numbers, seed=seed, line=line)
        if painter.refused:
            yield attack_text(painter, numbers=numbers, seed=seed, line=line, scanned=True)


def _coding(numbers: int, seed: int, tell: Callable[[str], None]) -> Iterator[TextResult]:
    from docpriv_lab.attacks.coding import coded_painters
    from docpriv_lab.attacks.digits import DigitLine
    from docpriv_lab.attacks.text import attack_text

    line = DigitLine()
    for painter in coded_painters():
        tell(f"coding: {painter.name}")
        yield attack_text(painter, numbers=numbers, seed=seed, line=line)


def _widths(names: Sequence[str], seed: int, tell: Callable[[str], None]) -> Iterator[WidthResult]:
    from docpriv_lab.attacks.styles import width_painters
    from docpriv_lab.attacks.widths import EXACT, SCANNED, Setting, attack_widths

    known = [(Setting(font=font, jitter=EXACT), width_painters(steps=STEPS)) for font in FONTS]
    scans = [(Setting(dpi=dpi, jitter=SCANNED), width_painters(("fill", "neutral"))) for dpi in RESOLUTIONS]
    for setting, painters in (*known, *scans):
        for painter in painters:
            tell(f"width: {painter.name}")
            yield attack_widths(painter, names, setting, seed=seed)


def _people(folder: Path | None, persons: int, seed: int) -> tuple[Portraits, Finder, int]:
    from docpriv_lab.attacks.faces import drawn_people, looked_at
    from docpriv_lab.attacks.folder import read_people
    from docpriv_lab.attacks.painted import find_heads, find_upright_faces
    from docpriv_lab.attacks.styles import finder_of

    people, unseen = (drawn_people(persons, seed=seed), 0) if folder is None else read_people(folder, finder_of(find_heads()))
    finder = finder_of(find_upright_faces())
    return looked_at(people, finder), finder, unseen


def _faces(people: Portraits, finder: Finder, seed: int, tell: Callable[[str], None]) -> Iterator[FaceResult]:
    from docpriv_lab.attacks.faces import attack_faces
    from docpriv_lab.attacks.styles import face_painters

    for painter in face_painters():
        tell(f"faces: {painter.name}")
        yield attack_faces(painter, people, seed=seed, finder=finder)


def _listed(path: Path) -> tuple[str, ...]:
    names = read_terms(path, "the list of names")
    if len(names) < 2:
        raise UsageError("the list of names has fewer than two", remedy="Give a file with one name a line.")
    return names


def _write(path: Path, report: AttackReport, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(json_module.dumps(report.as_dict(), indent=1) + "\n")
    except OSError as exc:
        raise OutputError(f"the figures cannot be written ({exc.strerror})") from None


def _progress(what: str) -> None:
    """What is tried, on a terminal alone."""
    if stderr_is_terminal():
        warn(what)
