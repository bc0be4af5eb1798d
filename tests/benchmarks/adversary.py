"""Redact pages made to be hard and their clean twins, and print by kind what stays readable, is withheld and is lost.

    python -m tests.benchmarks.adversary [--pages N] [--seed S] [--kinds KIND,KIND] [--no-twins] [--work FOLDER] ...

The pages are those of `docpriv evaluate make adversary`; they are redacted by one `docpriv batch`. Of each kind there is a
row of hard pages and one of their twins: words that leak on released pages; those that leak or would, were every withheld
page released as it was planned (a tool that withholds everything has understood nothing); pages withheld, and why;
ordinary words lost on released pages, and on all. With --work the pages, what was made of them, the figures and a gallery
of all leaks (gallery/index.html) stay in that folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from docpriv.cli.app import main as docpriv
from docpriv.cli.evaluate_own import read_withheld
from docpriv.evaluation.figures import PageScore
from docpriv.evaluation.gallery import Gallery
from docpriv.evaluation.score_file import ScoreFile, write_figures
from docpriv.evaluation.scoring import Grey, score_sets
from docpriv.evaluation.truth import SetPage, page_set
from docpriv_lab.pages.adversary import LEVELS, ORDER
from docpriv_lab.pages.benchmark import make_adversary

HEAD = (
    f"{'kind':<12}{'level':<6}{'pages':>6}{'PII':>6}{'leak':>13}{'leak over all':>15}{'withheld':>10}{'lost':>13}"
    f"{'lost of all':>13}"
)


def redacted(work: Path, *, recipe: str, workers: int) -> float:
    """Redact the pages of a set in place; seconds that it took."""
    start = time.monotonic()
    docpriv(
        [
            *("batch", str(work / "set" / "pages"), str(work / "out"), "--job", str(work / "job")),
            *("--workers", str(workers), "--recipe", recipe, "--quiet"),
        ]
    )
    return time.monotonic() - start


def scored(work: Path, gallery: Gallery | None = None) -> list[PageScore]:
    """The scores of all pages; what leaks of released pages, and would of withheld ones, goes into the gallery."""
    withheld = read_withheld(work / "job")

    def show(page: SetPage, score: PageScore, before: Grey, after: Grey | None) -> None:
        known = withheld.of(page.original) if after is None else None
        planned = None if known is None else known.painted(before)
        leaks = score.leaked if after is not None else score.planned_leaks or {}
        if gallery is not None and leaks:
            gallery.add(
                page.labelled,
                before,
                planned if after is None else after,
                name="released" if after is not None else "withheld",
                leaks=[(n, "") for numbers in leaks.values() for n in numbers],
                lost=score.lost if after is not None else (),
            )

    report = score_sets([page_set("adversary", [work / "set", work / "out"])], on_page=show, withheld=withheld)
    write_figures(work / "figures.json", ScoreFile.of(report), force=True)
    return list(report.total.page_scores)


def row(name: str, level: str, pages: Sequence[PageScore]) -> str:
    """The figures of some pages, and why those of them that are were withheld."""
    released = [page for page in pages if not page.withheld]
    over_all = [page.leaks_over_all for page in pages]
    known = "?" if None in over_all else _of(sum(n or 0 for n in over_all), sum(p.pii for p in pages))
    why = Counter(reason for page in pages for reason in page.because).most_common()
    return (
        f"{name:<12}{level:<6}{len(pages):>6}{sum(p.pii for p in pages):>6}"
        f"{_of(sum(p.leaks for p in released), sum(p.pii for p in released)):>13}{known:>15}"
        f"{len(pages) - len(released):>10}{_of(sum(len(p.lost) for p in released), sum(p.plain for p in released)):>13}"
        f"{_of(sum(len(p.lost) for p in pages), sum(p.plain for p in pages)):>13}"
        + ("  " + ", ".join(f"{reason} {n}" for reason, n in why) if why else "")
    )


def table(scores: Iterable[PageScore]) -> str:
    """A row for each kind and level, and two for all."""
    pages = list(scores)
    groups = [(page, page.groups) for page in pages]
    rows = [HEAD]
    for kind in (*ORDER, "all"):
        for level in LEVELS:
            some = [page for page, group in groups if group["level"] == level and kind in ("all", group["kind"])]
            if some:
                rows.append(row(kind, level, some))
    return "\n".join(rows)


def _of(count: int, total: int) -> str:
    return f"{count}/{total} {count / total:.0%}" if total else "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, redact, score and print."""
    ask = argparse.ArgumentParser(prog="tests.benchmarks.adversary")
    ask.add_argument("--pages", type=int, default=len(ORDER), help="hard pages; each has a twin beside")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--kinds", default="", help="only pages of these kinds, of those that N pages hold")
    ask.add_argument("--no-twins", action="store_true")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--recipe", default="redact")
    ask.add_argument("--work", type=Path, help="a new folder, which is kept")
    given = ask.parse_args(arguments)
    with tempfile.TemporaryDirectory() as passing:
        work = given.work or Path(passing)
        work.mkdir(parents=True, exist_ok=True)
        kinds = tuple(kind for kind in given.kinds.split(",") if kind)
        levels = LEVELS[:1] if given.no_twins else LEVELS
        make_adversary(work / "set", pages=given.pages, seed=given.seed, kinds=kinds or None, levels=levels)
        seconds = redacted(work, recipe=given.recipe, workers=given.workers)
        gallery = Gallery(work / "gallery") if given.work else None
        scores = scored(work, gallery)
        if gallery is not None:
            gallery.finish()
        print(table(scores))
        print(f"{len(scores)} pages redacted in {seconds:.0f} s with {given.workers} workers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
