"""Run the text detectors over labelled pages as if every word had been read right, and score what they would cover.

    python -m tests.benchmarks.labelled_text FOLDER [--recipe NAME] [--show]

FOLDER is one that `docpriv evaluate make` wrote; its pages are not read. Signatures, faces and values of one letter to a box are
left out: only a reading parts their groups, so they are measured on the pages. Whether a page would be withheld is not asked.
`--show` lists the words that leak and that are lost.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from docpriv.decide import decide
from docpriv.evaluation.figures import PageScore, report_of, report_table
from docpriv.evaluation.scoring import LEAK, LOST
from docpriv.evaluation.truth import MAYBE, LabelledPage, LabelledWord, read_label_file, read_manifest
from docpriv.geometry import Box
from docpriv.layout import analyse
from docpriv.model import Char, PageRef, PageText, TextLine
from docpriv.options import Recipe
from docpriv.pii.finder import Finder
from docpriv.protocols import ReadPage
from docpriv.recipes import load_recipe

DRAWN = ("SIGNATURE", "FACE")
NEAR = 1.6
"""Heights of a word between two words of one line."""

LEAST_BOXES = 3

Placed = tuple[LabelledWord, range]


def lines_of(page: LabelledPage) -> tuple[list[TextLine], list[list[Placed]]]:
    """Words that follow each other on a line, as lines of evenly wide characters, and where each word is in its line."""
    rows: list[list[LabelledWord]] = []
    boxed = in_boxes(page.words)
    for word in page.words:
        if word.label in DRAWN or not word.text or word.number in boxed:
            continue
        last = rows[-1][-1].box if rows else (0, 0, 0, 0)
        x0, y0, _, y1 = word.box
        overlap = min(y1, last[3]) - max(y0, last[1])
        high = max(y1 - y0, last[3] - last[1])
        beside = rows and overlap > 0.3 * min(y1 - y0, last[3] - last[1]) and -0.3 * high < x0 - last[2] < NEAR * high
        (rows[-1] if beside else rows).append(word if beside else [word])  # type: ignore[arg-type]
    lines, places = [], []
    for row in rows:
        chars: list[Char] = []
        placed: list[Placed] = []
        for word in row:
            if chars and not (placed and len(placed[-1][0].text) == len(word.text) == 1):  # letters in boxes are one word
                gap = (chars[-1].quad.bounds()[2], word.box[0])
                chars.append(_char(" ", min(gap), max(*gap, min(gap) + 1), word))
            start, wide = len(chars), (word.box[2] - word.box[0]) / len(word.text)
            for n, c in enumerate(word.text):
                chars.append(_char(c, word.box[0] + n * wide, word.box[0] + (n + 1) * wide, word))
            placed.append((word, range(start, len(chars))))
        box = Box(row[0].box[0], min(w.box[1] for w in row), row[-1].box[2], max(w.box[3] for w in row))
        lines.append(TextLine(chars=tuple(chars), quad=box.quad(), score=0.99))
        places.append(placed)
    return lines, places


def in_boxes(words: Sequence[LabelledWord]) -> set[int]:
    """Numbers of the words that are one sign of a value written a sign to a box, and of what parts its groups."""
    found: set[int] = set()
    run: list[LabelledWord] = []
    for word in (*words, None):
        if word is not None and len(word.text) == 1 and (word.label is not None or not word.text.isalnum()):
            run.append(word)
            continue
        if sum(w.label is not None for w in run) >= LEAST_BOXES:
            found |= {w.number for w in run}
        run = []
    return found


def score(page: LabelledPage, groups: dict[str, str], finder: Finder, recipe: Recipe, *, show: bool) -> PageScore:
    """What stays readable and what is lost of one page."""
    lines, places = lines_of(page)
    wide, high = (max((w.box[i] for w in page.words), default=1) + 60 for i in (2, 3))
    text = PageText(ref=PageRef(document=page.page, index=0), width=wide, height=high, lines=tuple(lines))
    found = finder.find([ReadPage(text=text, layout=analyse(text))])
    covered = {(c.line, c.char) for f in found if decide(f, recipe.policy, recipe.finding.min_score).covered for c in f.chars}
    words: dict[str, int] = {}
    leaked: dict[str, tuple[int, ...]] = {}
    plain, lost = 0, []
    for number, line in enumerate(places):
        for word, chars in line:
            telling = [n for n, c in zip(chars, word.text, strict=True) if c.isalnum()] or list(chars)
            left = sum((number, n) not in covered for n in telling) / len(telling)
            if word.label is None:
                plain += 1
                lost += [word] if left < LOST else []
            elif word.label != MAYBE:
                words[word.label] = words.get(word.label, 0) + 1
                if left > LEAK:
                    leaked[word.label] = (*leaked.get(word.label, ()), word.number)
    if show:
        _show(page, places, {n for numbers in leaked.values() for n in numbers}, {w.number for w in lost})
    return PageScore(
        set="pages",
        page=page.page,
        groups=groups,
        withheld=False,
        words=words,
        leaked=leaked,
        plain=plain,
        lost=tuple(w.number for w in lost),
    )


def _char(text: str, x0: float, x1: float, word: LabelledWord) -> Char:
    return Char(text=text, quad=Box(round(x0), word.box[1], max(round(x1), round(x0) + 1), word.box[3]).quad(), score=0.99)


def _show(page: LabelledPage, places: Sequence[Sequence[Placed]], leaked: set[int], lost: set[int]) -> None:
    for line in places:
        if any(word.number in leaked | lost for word, _ in line):
            marked = (
                f"[{w.label}!{w.text}]" if w.number in leaked else f"({w.text})" if w.number in lost else w.text for w, _ in line
            )
            print(f"{page.stem}: {' '.join(marked)}")


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--recipe", default="redact")
    ask.add_argument("--show", action="store_true")
    a = ask.parse_args()
    recipe = load_recipe(a.recipe)
    finder = Finder(recipe.finding)
    groups = read_manifest(a.folder / "manifest.json")
    pages = [read_label_file(file) for file in sorted((a.folder / "labels").glob("*.json"))]
    print(report_table(report_of([score(page, groups.get(page.stem, {}), finder, recipe, show=a.show) for page in pages])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
