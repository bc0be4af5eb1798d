"""`docpriv zones`: draft a template of a known form, and see whether pages match one."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import say, warn
from docpriv.errors import ExitCode, OutputError, OutputExists, UsageError
from docpriv.files import write_whole
from docpriv.recipes import load_template

if TYPE_CHECKING:
    from docpriv.pipeline.zone_draft import Compared

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Draft and check templates of known forms.")

Source = Annotated[Path, typer.Argument(metavar="IN", help="A scan: PNG, JPEG, TIFF, BMP, WebP, HEIC or PDF.")]


@app.command("draft")
def draft_command(
    source: Source,
    out: Annotated[Path, typer.Option("--out", metavar="FORM.yaml", help="Where to write the template.")],
    page: Annotated[int, typer.Option("--page", min=1, help="Page of the scan that is the form.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace a template that exists.")] = False,
    recipe: o.RecipeName = "redact",
    sets: o.Sets = None,
) -> int:
    """Draft a template from a scan of an EMPTY form.

    The template holds words of the page. Use a form that nobody has filled in: what stands on a filled one would stand in
    the template too. Zones are proposed in comments; a person decides about each.
    """
    from docpriv.pipeline.zone_draft import draft_form, template_text

    if os.path.lexists(out):
        if source.exists() and out.exists() and out.samefile(source):
            raise UsageError("the template would replace the scan", remedy="Give --out a name of its own.")
        if not force:
            raise OutputExists("the template exists already", remedy="Choose another --out, or replace it with --force.")
    draft = draft_form(source, page - 1, o.chosen_recipe(o.TermFlags(recipe=recipe, sets=sets)))
    name = re.sub(r"[^a-z0-9]+", "-", out.stem.lower()).strip("-")[:64] or "form"
    _write(out, template_text(draft, name))
    if draft.personal:
        warn(
            f"warning: {draft.personal} value(s) on the page look personal: the form is not empty. None of them is in the "
            "template, but others may be; draft it from an empty form"
        )
    say(f"{len(draft.anchors)} anchors, {len(draft.proposals)} proposed zones to judge; a template needs at least one zone")
    return 0


@app.command("check")
def check_command(
    form: Annotated[Path, typer.Argument(metavar="FORM.yaml", help="The template.")],
    source: Source,
    show: Annotated[
        Path | None,
        typer.Option(
            "--show",
            metavar="DIR",
            help="Draw the anchors in their places and the zones on copies of the pages. The copies are NOT redacted.",
        ),
    ] = None,
    recipe: o.RecipeName = "redact",
    sets: o.Sets = None,
) -> int:
    """Say whether pages match a template.

    For each page that the template is for: anchors in their places, how far they are off, and how the page lies. Exit
    code 5 where a page does not match.
    """
    from docpriv.pipeline.zone_draft import compare_pages

    template = load_template(form)
    if show is not None:
        warn("warning: the pictures that --show writes are NOT redacted; delete them when you have looked at them")
    missing = pages = 0
    for page in compare_pages(source, template, o.chosen_recipe(o.TermFlags(recipe=recipe, sets=sets))):
        pages += 1
        missing += page.match.form is None
        say(f"page {page.index + 1}: {described(page)}")
        if show is not None:
            _draw(show / template.name, page)
    if not pages:
        raise UsageError("the document has none of the pages that the template is for", remedy="See `pages` in the template.")
    return int(ExitCode.WITHHELD if missing else ExitCode.OK)


def described(page: Compared) -> str:
    """One comparison in words: numbers alone, no text of the page."""
    match = page.match
    found = f"{len(match.anchors)} of {len(match.template.anchors)} anchors in place"
    if match.form is None:
        return f"no match ({found})"
    m = match.form.to_page
    return (
        f"matches ({found}, off by {match.residual:.1f} px; {match.scale:.3f} px a unit, turned "
        f"{math.degrees(math.atan2(m.d, m.a)):.1f} degrees; zones grow by {max(match.form.margins):.0f} px)"
    )


def _draw(path: Path, page: Compared) -> None:
    import cv2
    import numpy as np

    from docpriv.batch.pictures import write_picture
    from docpriv.model import PagePlan

    picture = page.pixels.copy()
    height, width = picture.shape[:2]
    for quad in page.match.anchors:
        cv2.polylines(
            picture, [np.round(quad.array()).astype(np.int32)], True, (20, 150, 60), max(1, round(max(height, width) / 900))
        )
    regions = () if page.match.form is None else page.match.form.regions()
    write_picture(path, page.index, picture, PagePlan(page=page.index, width=width, height=height, regions=regions))


def _write(path: Path, text: str) -> None:
    """A file that its owner alone can read, whole or not at all."""
    try:
        write_whole(path, text.encode(), replace=True)
    except OSError as exc:
        raise OutputError(f"the template cannot be written ({exc.strerror})") from None
