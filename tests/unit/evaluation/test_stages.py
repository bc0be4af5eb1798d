"""Which stage lost a word: on a page of strokes with what docpriv is said to have seen of it."""

from __future__ import annotations

import pytest

from docpriv.evaluation.stages import (
    STAGES,
    Fate,
    SeenArea,
    SeenChar,
    Sight,
    StageReport,
    stage_of,
    stage_page,
    stage_table,
)
from docpriv.evaluation.truth import LabelledPage, LabelledWord
from tests.unit.evaluation.folders import cover, strokes

WORD = LabelledWord(number=0, text="Smith,", box=(100, 50, 160, 70), label="PERSON")


def chars(text: str, fate: Fate | list[Fate] = Fate.UNFOUND, *, line: int = 0, x: float = 105) -> tuple[SeenChar, ...]:
    """Characters from x on, ten pixels each."""
    fates = fate if isinstance(fate, list) else [fate] * len(text)
    return tuple(
        SeenChar(text=c, line=line, x=x + 10 * i, y=60, fate=f) for i, (c, f) in enumerate(zip(text, fates, strict=True))
    )


C, L, U = Fate.COVERED, Fate.LEFT, Fate.UNFOUND


@pytest.mark.parametrize(
    ("read", "stage"),
    [
        ((), "not-read"),
        (chars("Smith,", x=300), "not-read"),  # read elsewhere
        (chars("      "), "not-read"),
        (chars("Smyth,"), "misread"),
        (chars("smith"), "not-found"),  # case and marks are no misreading
        (chars("Smith,", [C, C, C, U, U, U]), "not-found"),  # found in part
        (chars("Smyth,", [C, C, C, U, U, U]), "misread"),
        (chars("Smith,", L), "left-by-policy"),
        (chars("Smyth,", L), "left-by-policy"),  # found although misread
        (chars("Smith,", [C, C, C, L, L, U]), "left-by-policy"),
        (chars("Smith,", [C] * 5 + [U]), "geometry"),  # the comma is not what makes it readable
        (chars("Smith,", C), "geometry"),
        (chars("Smi") + chars("th", x=135, line=1), "not-found"),
        (chars("Smith") + chars("mitn", x=115, line=1), "not-found"),  # one of two overlapping lines is right
    ],
)
def test_the_stage_of_a_word(read: tuple[SeenChar, ...], stage: str) -> None:
    assert stage_of(WORD, Sight(readings=(read,)))[0] == stage


@pytest.mark.parametrize(("fate", "stage"), [(C, "geometry"), (L, "left-by-policy")])
def test_an_area_counts_where_no_character_does(fate: Fate, stage: str) -> None:
    over, beside = (SeenArea(box=box, fate=fate) for box in ((90, 40, 150, 80), (90, 75, 150, 90)))
    assert stage_of(WORD, Sight(readings=((),), areas=(over,)))[0] == stage
    assert stage_of(WORD, Sight(readings=((),), areas=(beside,)))[0] == "not-read"
    assert stage_of(WORD, Sight(readings=(chars("Smyth,"),), areas=(over,)))[0] == stage


def test_a_signature_is_compared_with_no_text() -> None:
    drawn = LabelledWord(number=0, text="[SIGNATURE]", box=(100, 50, 160, 70), label="SIGNATURE")
    assert stage_of(drawn, Sight(readings=((),)))[0] == "not-read"
    assert stage_of(drawn, Sight(readings=(chars("Jyn"),)))[0] == "not-found"
    assert stage_of(drawn, Sight(readings=(chars("Jyn"),), areas=(SeenArea(box=(90, 40, 170, 80), fate=C),)))[0] == "geometry"


def test_of_two_readings_the_one_that_came_furthest_counts() -> None:
    assert stage_of(WORD, Sight(readings=((), chars("Smith,")))) == ("not-found", "Smith,")
    assert stage_of(WORD, Sight(readings=(chars("Smith,", L), chars("Snith,")))) == ("left-by-policy", "Smith,")


def page_of(words: list[dict]) -> LabelledPage:
    return LabelledPage(
        page=f"page-{0:020}",
        stem="zebedee",
        words=tuple(LabelledWord(number=n, text=w["text"], box=tuple(w["box"]), label=w["label"]) for n, w in enumerate(words)),
    )


def test_a_page_counts_what_stays_readable_alone() -> None:
    page, words = strokes(("PERSON", "PERSON", "PHONE", None, None, "MAYBE"))
    after = cover(page, [words[0], words[3]])
    staged = stage_page(page_of(words), page, after, Sight(readings=((),)))
    assert [(leak.word, leak.stage) for leak in staged.leaks] == [(1, "not-read"), (2, "not-read")]
    assert all(leak.visible == 1.0 for leak in staged.leaks)
    assert (staged.words, staged.plain, staged.lost) == ({"PERSON": 2, "PHONE": 1}, 2, (3,))


def test_withheld_pages_are_counted_apart() -> None:
    page, words = strokes()
    shown = stage_page(page_of(words), page, page, Sight(readings=((),)))
    held = stage_page(page_of(words), page, page, Sight(readings=((),), withheld_because=("ink-not-read",)))
    report = StageReport((shown, held))
    figures = report.as_dict()
    assert (figures["pages"], figures["withheld"], figures["leaked"], figures["withheld_leaks"]) == (2, 1, 2, 2)
    assert (figures["pii_words"], figures["lost"], figures["plain_words"]) == (4, 1, 2)
    assert figures["by_class"]["PERSON"] == {"words": 2, "leaked": 1, "stages": {**dict.fromkeys(STAGES, 0), "not-read": 1}}
    text = stage_table(report)
    assert re_row(text, "all PII") == ["4", "2", "2", "0", "0", "0", "0"]
    assert "zebedee" not in text + str(figures) + repr(report) + repr(shown)
    assert "word0" not in text + repr(report) + repr(shown)


def re_row(text: str, name: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(name)).removeprefix(name).split()
