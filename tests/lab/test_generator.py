"""Synthetic pages: the same for the same seed, labelled as the policy asks, ink inside its word's box."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image

from docpriv.evaluation.truth import MAYBE, PII_LABELS, InkWord, outer_box, page_dict
from docpriv_lab.pages.canvas import Canvas, Type
from docpriv_lab.pages.degrade import DIFFICULTIES, MODES, Wear, degrade, draw_wear, map_points, matrix_of
from docpriv_lab.pages.generator import generate
from docpriv_lab.pages.kinds import KINDS

CLEAN = Wear()
PLACED = (
    Wear(rotation=2.7, shift=(5.3, -4.1)),
    Wear(rotation=-1.9, lean=0.012, shift=(-3.0, 2.5)),
)


def _ink_outside(pixels: np.ndarray, boxes: list[list[int]], grow: int = 0) -> int:
    dark = pixels[..., 0] < 128
    for x0, y0, x1, y1 in boxes:
        dark[max(y0 - grow, 0) : y1 + grow, max(x0 - grow, 0) : x1 + grow] = False
    return int(dark.sum())


def _text_sheet() -> Canvas:
    """A sheet that holds nothing but words, straight, turned, spaced out and by hand."""
    canvas = Canvas(width=400, height=300, dpi=120, rng=random.Random(3))
    canvas.paragraph(
        30,
        40,
        330,
        [("Jane Whitaker, of 12 Mill Road, fjord (quay) gypsy", "PERSON")],
        Type(font="serif-a", size=11),
    )
    canvas.text(30, 110, "Delgado Müller 4711", Type(font="hand-a", size=12, wobble=1.0), "PERSON")
    canvas.text(30, 150, "spaced out", Type(font="sans-b", size=10, spacing=3.0))
    canvas.text(200, 230, "RECEIVED COPY", Type(font="sans-a-bold", size=12), angle=17)
    canvas.text(380, 280, "998877", Type(font="mono-a", size=12), angle=90)
    return canvas


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_same_seed_gives_the_same_page_and_another_seed_another(kind: str) -> None:
    first = generate(kind, 7, "medium", dpi=72)
    again = generate(kind, 7, "medium", dpi=72)
    other = generate(kind, 8, "medium", dpi=72)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.truth == again.truth
    assert first.truth != other.truth


def test_a_page_does_not_depend_on_what_was_drawn_or_drawn_by_chance_before() -> None:
    first = generate("form", 5, "hard", dpi=72)
    random.seed(0)
    np.random.seed(0)
    generate("letter", 9, "easy", dpi=72)
    assert np.array_equal(first.pixels, generate("form", 5, "hard", dpi=72).pixels)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_labels_are_of_the_set_and_every_kind_holds_personal_data(kind: str) -> None:
    seen = set()
    for seed in range(3):
        page = generate(kind, seed, "medium", dpi=60)
        height, width = page.pixels.shape[:2]
        for word in page.truth["words"]:
            assert word["label"] in (*PII_LABELS, MAYBE, None)
            x0, y0, x1, y1 = word["box"]
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height
            seen.add(word["label"])
    assert {"PERSON", None, MAYBE} <= seen
    assert "ADDRESS" in seen


def test_the_kinds_together_hold_every_label() -> None:
    pages = [generate(kind, 2, "easy", dpi=60) for kind in KINDS]
    assert {w["label"] for p in pages for w in p.truth["words"]} == {*PII_LABELS, MAYBE, None}


def test_every_country_and_mode_can_be_asked_for_and_others_are_refused() -> None:
    for kind, entry in KINDS.items():
        for locale in sorted(set(entry.locales)):
            assert generate(kind, 1, "easy", dpi=36, locale=locale).truth["words"]
    for mode in MODES:
        page = generate("receipt", 1, "easy", dpi=60, mode=mode)
        channels = page.pixels.astype(int)
        assert page.mode == mode
        assert (np.ptp(channels, axis=2).max() == 0) == (mode != "colour")
        assert (set(np.unique(channels)) == {0, 255}) == (mode == "bilevel")
    for bad in ({"kind": "novel"}, {"difficulty": "brutal"}, {"mode": "sepia"}, {"locale": "FR"}):
        asked: dict[str, str] = {"kind": "form", "difficulty": "easy", **bad}
        kind, difficulty = asked.pop("kind"), asked.pop("difficulty")
        with pytest.raises(ValueError):
            generate(kind, 1, difficulty, **asked)  # type: ignore[arg-type]


def test_all_ink_of_a_sheet_of_words_lies_in_their_boxes_and_each_box_touches_its_ink() -> None:
    canvas = _text_sheet()
    pixels = np.asarray(canvas.image)
    height, width = pixels.shape[:2]
    boxes = [list(outer_box(w.hull, width, height)) for w in canvas.words]
    assert len(boxes) == 9 + 3 + 2 + 2 + 1
    assert (pixels[..., 0] < 128).sum() > 2000
    assert _ink_outside(pixels, boxes) == 0
    shrunk = [[x0 + 2, y0 + 2, x1 - 2, y1 - 2] for x0, y0, x1, y1 in boxes]
    assert _ink_outside(pixels, shrunk) > 100
    for box in boxes:
        others = [b for b in boxes if b is not box]
        assert _ink_outside(pixels, others) > 0


@pytest.mark.parametrize("wear", PLACED)
def test_boxes_follow_the_page_when_it_is_turned_leant_and_shifted(wear: Wear) -> None:
    canvas = _text_sheet()
    pixels, matrix = degrade(canvas.image, wear, seed=1)
    height, width = pixels.shape[:2]
    moved = [list(outer_box(map_points(matrix, w.hull), width, height)) for w in canvas.words]
    still = [list(outer_box(w.hull, width, height)) for w in canvas.words]
    assert _ink_outside(pixels, moved, grow=1) == 0
    assert _ink_outside(pixels, still, grow=1) > 500


def test_a_worn_page_keeps_the_ink_of_its_words_in_their_boxes() -> None:
    page = generate("letter", 3, "easy", dpi=100, wear=Wear(rotation=1.5, blur=0.4))
    grey = page.pixels[..., 0]
    held = [grey[y0:y1, x0:x1].min() for x0, y0, x1, y1 in (w["box"] for w in page.truth["words"])]
    assert max(held) < 150


def test_the_matrix_agrees_with_the_pixels() -> None:
    sheet = Image.new("RGB", (300, 200), (255, 255, 255))
    sheet.paste((0, 0, 0), (40, 30, 46, 36))
    for wear in PLACED:
        pixels, matrix = degrade(sheet, wear, seed=0)
        assert np.allclose(matrix, matrix_of(wear, 300, 200))
        ys, xs = np.nonzero(pixels[..., 0] < 128)
        expected = map_points(matrix, np.array([[43.0, 33.0]]))[0]
        assert np.hypot(xs.mean() + 0.5 - expected[0], ys.mean() + 0.5 - expected[1]) < 0.3


def test_each_difficulty_wears_more_than_the_one_before() -> None:
    skews = []
    for difficulty in DIFFICULTIES:
        wears = [draw_wear(random.Random(i), difficulty, dpi=150) for i in range(40)]
        skews.append((np.mean([abs(w.rotation) for w in wears]), np.mean([w.grain for w in wears])))
    assert skews[0] < skews[1] < skews[2]
    assert skews[0][1] < skews[1][1] < skews[2][1]


def test_no_wear_changes_nothing() -> None:
    image = _text_sheet().image
    pixels, matrix = degrade(image, CLEAN, seed=9)
    assert np.array_equal(pixels, np.asarray(image))
    assert np.array_equal(matrix, np.eye(3))


def test_a_word_with_an_unknown_label_or_no_ink_is_refused_and_hides_its_text() -> None:
    hull = np.array([[1.0, 1.0], [4.0, 3.0]])
    with pytest.raises(ValueError):
        InkWord(text="x", label="NAME", hull=hull)
    with pytest.raises(ValueError):
        InkWord(text="x", label=None, hull=np.zeros((0, 2)))
    word = InkWord(text="Whitaker", label="PERSON", hull=hull)
    assert "Whitaker" not in repr(word)
    outside = InkWord(text="off", label=None, hull=hull + 100)
    assert page_dict([word, outside], 50, 50) == {"words": [{"text": "Whitaker", "box": [1, 1, 4, 3], "label": "PERSON"}]}
