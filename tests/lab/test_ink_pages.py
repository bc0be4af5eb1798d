"""Pages of known ink: every pixel has its owner, after the wear too; a clean page holds nothing personal."""

from __future__ import annotations

import random
import string

import cv2
import numpy as np
import pytest

from docpriv_lab.pages import drawings
from docpriv_lab.pages.canvas import Type
from docpriv_lab.pages.handwriting import ALPHABET, Hand, Pen, draw_pen, ink, strokes_of
from docpriv_lab.pages.ink_canvas import RULE, TEXT, InkCanvas
from docpriv_lab.pages.ink_pages import CLASSES, GROUNDS, ink_page
from docpriv_lab.pages.ink_things import PERSONAL
from docpriv_lab.pages.signatures import STYLES, signature_strokes

PEN = Pen(colour=(20, 20, 30), width=1.0)


def sheet() -> InkCanvas:
    return InkCanvas(width=300, height=200, dpi=100, rng=random.Random(1))


def test_the_same_seed_gives_the_same_page_and_map() -> None:
    one, two, other = (ink_page(seed, dpi=100) for seed in (2, 2, 3))
    assert np.array_equal(one.pixels, two.pixels)
    assert np.array_equal(one.owner, two.owner)
    assert one.items == two.items
    assert one.pixels.shape != other.pixels.shape or not np.array_equal(one.pixels, other.pixels)


@pytest.mark.parametrize("ground", ["form", "letter", "tax", "contract", "article"])
def test_clean_pages_hold_nothing_that_is_written_stamped_or_signed(ground: str) -> None:
    for seed in range(2):
        page = ink_page(seed, clean=True, ground=ground, dpi=90)
        assert page.clean
        assert not {item.what for item in page.items} & PERSONAL
        assert not any(word["label"] == "SIGNATURE" for word in page.truth["words"])
        assert (page.labels == CLASSES.index("text")).sum() > 500


def test_other_pages_hold_personal_ink_and_say_where() -> None:
    found = set()
    for seed in range(8):
        page = ink_page(seed, clean=False, dpi=90)
        shown = set(np.unique(page.owner).tolist())
        own = {page.items[n].what for n in shown} & PERSONAL
        assert own, seed
        found |= own
        assert page.labels.shape == page.pixels.shape[:2]
    assert {"signature", "stamp", "handwriting"} <= found


@pytest.mark.parametrize("mode", ["colour", "grey", "bilevel"])
def test_the_map_follows_the_ink_through_the_wear(mode: str) -> None:
    for seed in (1, 5):
        page = ink_page(seed, clean=False, dpi=120, mode=mode)
        grey = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY).astype(int)
        for number in range(3, len(page.items)):
            mine = page.owner == number
            if page.items[number].what not in ("signature", "stamp", "handwriting") or mine.sum() < 80:
                continue
            ring = cv2.dilate(mine.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool) & (page.owner == 0)
            assert grey[mine].mean() < grey[ring].mean() - 12, (seed, number)


def test_nearly_all_ink_of_a_bilevel_page_has_an_owner() -> None:
    page = ink_page(11, clean=False, dpi=150, mode="bilevel", ground="letter")
    owned = cv2.dilate((page.owner > 0).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    dark = page.pixels[..., 0] == 0
    inner = np.zeros_like(dark)
    inner[30:-30, 30:-30] = True  # a scanner's dark edge belongs to nothing on the sheet
    assert (dark & ~owned & inner).sum() < 0.05 * (dark & inner).sum()


def test_an_unknown_ground_is_refused() -> None:
    with pytest.raises(ValueError, match="ground"):
        ink_page(0, ground="papyrus")
    assert len(set(GROUNDS)) > 10


def test_a_thing_within_a_thing_is_part_of_it_and_later_ink_lies_on_top() -> None:
    canvas = sheet()
    with canvas.drawing("stamp"):
        canvas.frame(20, 20, 100, 60, 2.0)
        with canvas.drawing("logo"):
            canvas.fill(40, 40, 20, 20, (0, 0, 0))
    canvas.text(150, 100, "plain", Type(font="sans-a", size=12))
    canvas.line(10, 150, 290, 150, 1.0)
    with canvas.drawing("signature"):
        canvas.line(150, 96, 200, 96, 2.0, (0, 0, 200))
    owner = canvas.finished()
    assert [item.what for item in canvas.items] == ["paper", "text", "rule", "stamp", "signature"]
    at = canvas.scale
    assert owner[round(50 * at), round(50 * at)] == 3
    assert owner[round(96 * at), round(180 * at)] == 4
    assert owner[round(150 * at), round(20 * at)] == RULE
    assert (owner == TEXT).sum() > 20
    assert owner[0, 0] == 0


def test_what_is_refused_leaves_no_trace() -> None:
    canvas = sheet()
    canvas.refused = frozenset({"signature"})
    canvas.text(20, 60, "kept", Type(font="sans-a", size=12))
    before = np.asarray(canvas.image).copy()
    with canvas.drawing("signature"):
        canvas.line(10, 50, 200, 70, 2.0)
        canvas.text(50, 90, "gone", Type(font="sans-a", size=12), "PERSON")
    assert np.array_equal(np.asarray(canvas.image), before)
    assert [w.text for w in canvas.words] == ["kept"]
    assert len(canvas.items) == 3


def test_ink_that_sinks_in_never_lightens_what_it_crosses() -> None:
    canvas = sheet()
    canvas.fill(0, 0, 100, 100, (60, 60, 60))
    before = np.asarray(canvas.image).astype(int)
    mask = drawings.emblem(random.Random(3), 120)
    hull = canvas.blot(mask, 40, 40, (200, 40, 40))
    after = np.asarray(canvas.image).astype(int)
    assert hull is not None
    assert (after <= before).all()
    assert (after < before).any()
    assert canvas.blot(mask, 5000, 0, (0, 0, 0)) is None


def test_the_alphabet_has_every_letter_and_digit_and_a_joined_hand_lifts_the_pen_less() -> None:
    assert set(string.ascii_letters + string.digits) <= set(ALPHABET)
    hand = {joined: Hand(pen=PEN, slant=0.2, joined=joined, stretch=1.0, gap=0.2, unrest=0.5) for joined in (True, False)}
    counts = {joined: len(strokes_of(random.Random(4), "minimum", form)[0]) for joined, form in hand.items()}
    assert counts[True] < counts[False]
    short, long = (strokes_of(random.Random(4), text, hand[True])[1] for text in ("an", "annotation"))
    assert long > 2 * short


def test_ink_lies_where_its_strokes_lead() -> None:
    mask, left, top = ink(random.Random(0), [[(0, 0), (10, 0)]], PEN, 2.0, 5.0)
    ys, xs = np.nonzero(np.asarray(mask) > 100)
    assert abs(xs.min() + left) <= 3
    assert abs(xs.max() + left - 100) <= 3
    assert abs(ys.mean() + top) <= 1.5
    assert ink(random.Random(0), [], PEN, 2.0, 5.0)[0].size == (1, 1)


@pytest.mark.parametrize("style", STYLES)
def test_signatures_start_at_their_left_edge_and_differ_by_seed(style: str) -> None:
    drawn = [signature_strokes(random.Random(seed), style, "Wilma Okonjo", draw_pen(random.Random(seed))) for seed in range(4)]
    for strokes, wide, tall in drawn:
        xs = [u for stroke in strokes for u, _ in stroke]
        assert min(xs) == pytest.approx(0)
        assert max(xs) == pytest.approx(wide)
        assert tall > 0.5
    assert len({round(wide, 3) for _, wide, _ in drawn}) == 4


def test_an_unknown_style_of_signature_is_refused() -> None:
    with pytest.raises(KeyError):
        signature_strokes(random.Random(0), "cuneiform", "Wilma Okonjo", PEN)


def test_drawings_have_ink_and_keep_to_their_size() -> None:
    rng = random.Random(6)
    for mask in (
        drawings.round_stamp(rng, 150, "OFFICE OF WEIRS", ["FILED"]),
        drawings.fingerprint(rng, 80, 110),
        drawings.ring_stain(rng, 120),
        drawings.smudge(rng, 60, 40),
        drawings.hatching(rng, 90, 40),
    ):
        share = (np.asarray(mask) > 60).mean()
        assert 0.01 < share < 0.9
    seal = drawings.round_stamp(rng, 150, "OFFICE OF WEIRS", [])
    worn = drawings.inked(rng, seal, 0.9)
    assert worn.size == seal.size == (150, 150)
    assert 0.2 < np.asarray(worn).mean() / np.asarray(seal).mean() < 1.0
    assert drawings.photograph(rng, 90, 60).size == (90, 60)
    assert {drawings.code_lookalike(rng, 60)[1] for _ in range(40)} == {"chessboard", "mesh", "bars", "crossword"}
