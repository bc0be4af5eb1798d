"""`docpriv evaluate`: measure redaction on labelled pages."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import counter, printable, say, stdout_is_terminal, warn
from docpriv.errors import EngineError, InputError, UsageError

if TYPE_CHECKING:
    from docpriv.evaluation.gallery import Gallery
    from docpriv.evaluation.stages import StageReport
    from docpriv.evaluation.truth import PageSet

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Measure redaction on labelled pages, and attack it.")

Labels = Annotated[
    Path | None,
    typer.Argument(
        metavar="LABELS",
        show_default=False,
        help="Folder of NAME.json, the words "
        "of each page with their boxes and classes (`docpriv schema labels`); or a folder that holds labels/ "
        "and pages/, and then no PAGES.",
    ),
]
Pages = Annotated[
    Path | None,
    typer.Argument(metavar="PAGES", show_default=False, help="Folder of the pages as scanned, NAME.png, .jpg or .tif."),
]
Redacted = Annotated[
    Path | None,
    typer.Argument(
        metavar="REDACTED", show_default=False, help="Folder of what a tool made of them; a page that is missing was withheld."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE.json",
        help="Write the figures and, for each page by a digest of its name, the numbers of the words concerned; no text.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace an --out file that exists.")]
GalleryFolder = Annotated[
    Path | None,
    typer.Option(
        "--gallery",
        metavar="FOLDER",
        help="Write pictures of every leaked and "
        "lost word into a new or empty folder, for your eyes only: they show personal data.",
    ),
]


@app.command("score")
def score_command(
    labels: Labels = None,
    pages: Pages = None,
    redacted: Redacted = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=LABELS,PAGES,REDACTED",
            help="One set of several, scored together and each alone; or NAME=FOLDER,REDACTED. The name stands in the output.",
        ),
    ] = None,
    json: o.PrintJson = False,
    out: Out = None,
    force: Force = False,
    gallery: GalleryFolder = None,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="DIR",
            help="Records of the run, or the folder of the job: they tell why pages were withheld, and what would leak were they "
            "released as planned.",
        ),
    ] = None,
    stages: Annotated[
        Path | None,
        typer.Option(
            "--stages",
            metavar="FILE.json",
            help="What `docpriv evaluate stages --out` wrote, to tell the stage of each leak in the gallery.",
        ),
    ] = None,
) -> int:
    """Score redacted pages against labelled words.

    Leak rate and lost rate, of docpriv or of any other tool, from pixels alone, with intervals over pages.
    """
    from docpriv.cli.evaluate_own import read_withheld
    from docpriv.evaluation.figures import PageScore, report_table
    from docpriv.evaluation.score_file import ScoreFile, check_free, read_stage_file, write_figures
    from docpriv.evaluation.scoring import Grey, score_sets
    from docpriv.evaluation.truth import SetPage

    chosen = _sets((labels, pages, redacted), sets, redacted=True)
    withheld = None if records is None else read_withheld(records)
    if out is not None:
        check_free(out, force=force)
    if stages is not None and gallery is None:
        raise UsageError("--stages is for the gallery", remedy="Add --gallery FOLDER, or leave --stages out.")
    lost_by = read_stage_file(stages).by_word() if stages is not None else {}
    with _gallery(gallery) as shown:

        def show(page: SetPage, score: PageScore, before: Grey, after: Grey | None) -> None:
            if shown is not None:
                leaks = [(n, lost_by.get((score.page, n), "")) for numbers in score.leaked.values() for n in numbers]
                shown.add(page.labelled, before, after, name=page.set, lost=score.lost, leaks=leaks)

        report = score_sets(chosen, on_page=show, withheld=withheld)
        if out is not None:
            write_figures(out, ScoreFile.of(report), force=force)
    say(json_module.dumps(report.as_dict()) if json else printable_lines(report_table(report)))
    return 0


@app.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(metavar="A.json", help="`score --out` of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="B.json", help="`score --out` of the later run, of the same labels.")],
    labels: Annotated[
        list[Path] | None,
        typer.Option(
            "--labels", metavar="FOLDER", help="Folder of the labels, to show pages by name on a terminal; may be repeated."
        ),
    ] = None,
    json: o.PrintJson = False,
) -> int:
    """Compare two scorings of the same labels.

    Differences by class, after minus before, with paired intervals over pages, and words fixed and newly leaked.
    """
    from docpriv.evaluation.compare import compare, comparison_table
    from docpriv.evaluation.score_file import read_score_file

    comparison = compare(read_score_file(before, "the first file"), read_score_file(after, "the second file"))
    names = _names(labels or ()) if stdout_is_terminal() else {}
    say(json_module.dumps(comparison.as_dict()) if json else printable_lines(comparison_table(comparison, names)))
    return 0


@app.command("stages")
def stages_command(
    labels: Labels = None,
    pages: Pages = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=LABELS,PAGES", help="One set of several; or NAME=FOLDER. The name stands in the output."
        ),
    ] = None,
    recipe: o.RecipeName = "redact",
    json: o.PrintJson = False,
    out: Out = None,
    force: Force = False,
    gallery: GalleryFolder = None,
    reveal: Annotated[
        bool,
        typer.Option(
            "--reveal", help="List the words by page, as labelled and as read. This shows personal data, and only on a terminal."
        ),
    ] = False,
) -> int:
    """Say which stage lost each word that would leak.

    Runs docpriv up to its plan, without verification and its repairs: not-read, misread, not-found, left-by-policy
    (found, but its kind is not covered or its score too low), geometry (covered, and its ink stays visible).
    """
    from docpriv.cli.evaluate_own import stage_sets
    from docpriv.evaluation.score_file import StageFile, check_free, write_figures
    from docpriv.evaluation.stages import stage_table

    if reveal and (json or not stdout_is_terminal()):
        raise UsageError("--reveal shows words on a terminal alone", remedy="Use --gallery FOLDER to keep them.")
    chosen = _sets((labels, pages), sets, redacted=False)
    if out is not None:
        check_free(out, force=force)
    made = o.chosen_recipe(o.TermFlags(recipe=recipe))
    with _gallery(gallery) as shown:
        report = stage_sets(chosen, made, gallery=shown, observer=counter)
        if out is not None:
            write_figures(out, StageFile.of(report), force=force)
    say(json_module.dumps(report.as_dict()) if json else printable_lines(stage_table(report)))
    if reveal:
        _reveal(report)
    return 0


_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@app.command("attack", context_settings=_PASSED_ON, help="Try to undo what the styles of redaction cover (needs docpriv-lab).")
@app.command("make", context_settings=_PASSED_ON, help="Make labelled synthetic pages to score on (needs docpriv-lab).")
def in_laboratory(context: typer.Context) -> int:
    """A command of docpriv-lab, found by its entry point. Raises EngineError where it is not installed."""
    command = str(context.info_name)
    found = next(iter(entry_points(group="docpriv.evaluate", name=command)), None)
    if found is None:
        raise EngineError(
            f"`docpriv evaluate {command}` needs docpriv-lab, which is not installed",
            remedy="Install it from a checkout of docpriv: pip install ./lab",
        )
    laboratory: typer.Typer = found.load()
    return int(laboratory(args=[command, *context.args], prog_name="docpriv evaluate", standalone_mode=False) or 0)


def printable_lines(text: str) -> str:
    """Names of sets are the user's own: they may not steer the terminal."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _sets(folders: tuple[Path | None, ...], named: list[str] | None, *, redacted: bool) -> list[PageSet]:
    from docpriv.evaluation.truth import named_set, page_set

    given = [folder for folder in folders if folder is not None]
    if given and named:
        raise UsageError(
            "folders are given as arguments and with --set", remedy="Give all of them with --set, or one set as arguments."
        )
    if not given and not named:
        raise UsageError("no folders are named", remedy="See the command with --help.")
    if given:
        return [page_set("pages", given, redacted=redacted)]
    sets = [named_set(text, redacted=redacted) for text in named or ()]
    if len({one.name for one in sets}) < len(sets):
        raise UsageError("two sets have the same name", remedy="Give each --set a name of its own.")
    return sets


@contextmanager
def _gallery(folder: Path | None) -> Iterator[Gallery | None]:
    """The gallery, if one was asked for; what is in it goes again where the work does not end well."""
    if folder is None:
        yield None
        return
    from docpriv.evaluation.gallery import Gallery

    shown = Gallery(folder)
    try:
        yield shown
    except BaseException:
        shown.discard()
        raise
    shown.finish()
    warn(
        "warning: the gallery shows personal data; open index.html in its folder, hand it to nobody, and delete it when you have "
        "looked at it"
    )


def _names(folders: Sequence[Path]) -> dict[str, str]:
    from docpriv.evaluation.truth import read_label_file

    names = {}
    for folder in folders:
        files = sorted(folder.glob("*.json"))
        if not files:
            raise InputError("a folder of labels holds no label file (STEM.json)")
        for number, file in enumerate(files, 1):
            page = read_label_file(file, f"label file {number} of {len(files)} (sorted by name)")
            names[page.page] = page.stem
    return names


def _reveal(report: StageReport) -> None:
    for page in report.pages:
        if page.leaks:
            say(printable(f"{page.stem}{' (would be withheld)' if page.withheld else ''}"))
        for leak in page.leaks:
            read = f"  read as: {leak.read}" if leak.read else ""
            say(printable(f"  {leak.label:<10} {leak.stage:<14} {leak.visible:>4.0%}  {leak.text}{read}"))
