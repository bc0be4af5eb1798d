"""What styles draw depends on nothing that they cover, stays in the page's tones, and is weakened by no other region."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.geometry import Box
from docpriv.model import Kind, PagePlan, Reason, Region
from docpriv.options import Policy
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.painting import apply_plan, connected, drawn_boxes
from docpriv.redaction.style_choice import chosen_style, settled, unfit
from docpriv.styles import PICTURES, STYLES
from docpriv.styles._lettering import written
from docpriv.styles.label import short_of

WIDTH, HEIGHT = 320, 200
BLIND = [style.name for style in STYLES.values() if style.sees != "inside"]

REVERSIBLE = {style.name for style in STYLES.values() if style.reversible}


def region(kind, *boxes, style="fill", caption=""):
    return Region(boxes=boxes, reasons=(Reason(kind=kind, score=1.0, detector="t", reason="t"),), style=style, caption=caption)


def plan_of(*regions, tones="rgb", colour=(0, 0, 0), policy=None):
    chosen = policy or Policy(allow_reversible=True)
    return PagePlan(
        page=0,
        width=WIDTH,
        height=HEIGHT,
        tones=tones,
        colour=colour,
        regions=tuple(settled(r, chosen) for r in regions),
    )


def page_of(seed, tones="rgb"):
    page = np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    if tones != "rgb":
        page[:] = page[:, :, :1]
    return page if tones != "bilevel" else np.where(page < 128, 0, 255).astype(np.uint8)


def one_of(style, tones="rgb", colour=(0, 0, 0)):
    """A plan with a region of that style for a kind that it is for, and a caption where it writes."""
    kind = sorted(STYLES[style].kinds)[-1] if style not in ("label", "pseudonym") else Kind.PERSON
    caption = "[PERSON]" if STYLES[style].apart else ""
    return plan_of(
        region(kind, Box(40, 40, 200, 104), Box(200, 41, 260, 105), style=style, caption=caption), tones=tones, colour=colour
    )


@pytest.mark.parametrize("style", BLIND)
@pytest.mark.parametrize("tones", ["rgb", "grey", "bilevel"])
@settings(max_examples=6)
@given(seed=st.integers(1, 10_000))
def test_what_is_drawn_does_not_depend_on_what_is_covered(style, tones, seed):
    plan = one_of(style, tones)
    mask = CoverMap(plan).mask
    first, second = page_of(0, tones), page_of(0, tones)
    second[mask] = page_of(seed, tones)[mask]
    assert np.array_equal(apply_plan(first, plan), apply_plan(second, plan))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("tones", ["rgb", "grey", "bilevel"])
def test_styles_change_their_boxes_alone_and_keep_the_tones(style, tones):
    page, plan = page_of(1, tones), one_of(style, tones)
    before = page.copy()
    out = apply_plan(page, plan)
    mask = CoverMap(plan).mask
    assert np.array_equal(page, before)
    assert np.array_equal(out[~mask], page[~mask])
    assert (out[mask] != page[mask]).any(axis=1).mean() > 0.3
    if tones != "rgb":
        assert (out[:, :, 0] == out[:, :, 1]).all()
        assert (out[:, :, 0] == out[:, :, 2]).all()
    if tones == "bilevel":
        assert set(np.unique(out)) <= {0, 255}


@pytest.mark.parametrize("style", [s for s in STYLES if s != "noise"])
def test_styles_draw_the_same_twice(style):
    assert np.array_equal(apply_plan(page_of(2), one_of(style)), apply_plan(page_of(2), one_of(style)))


@pytest.mark.parametrize("below", [s for s in STYLES if s not in ("fill", "neutral")])
@pytest.mark.parametrize("first", [True, False])
def test_a_fill_is_never_weakened_by_what_overlaps_it(below, first):
    kind = next(k for k in sorted(STYLES[below].kinds) if k is not Kind.UNREAD_INK)
    under = region(kind, Box(30, 30, 200, 150), style=below, caption="[PERSON]" if STYLES[below].apart else "")
    over = region(Kind.MANUAL, Box(100, 60, 260, 90))
    out = apply_plan(page_of(3), plan_of(*((under, over) if first else (over, under)), colour=(9, 8, 7)))
    assert (out[60:90, 100:260] == (9, 8, 7)).all()


@pytest.mark.parametrize("style", ["pixelate", "blur", "noise"])
def test_what_lies_under_a_fill_does_not_seep_out_of_a_picture_around_it(style):
    plan = plan_of(region(Kind.FACE, Box(30, 30, 200, 150), style=style), region(Kind.PERSON, Box(60, 80, 160, 100)))
    plan = PagePlan(page=0, width=WIDTH, height=HEIGHT, tones="grey", regions=plan.regions)
    white, black = np.full((HEIGHT, WIDTH, 3), 128, np.uint8), np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    white[80:100, 60:160], black[80:100, 60:160] = 255, 0
    if style != "noise":
        assert np.array_equal(apply_plan(white, plan), apply_plan(black, plan))
    else:  # cells of 16 rows of which 6 are covered: those would shift the mean by 95, which the noise shifts by some 6
        means = [np.mean([apply_plan(page, plan)[101:109, 63:157].mean() for _ in range(12)]) for page in (white, black)]
        assert abs(means[0] - means[1]) < 45


def test_a_style_that_draws_nothing_leaves_a_fill():
    out = apply_plan(page_of(4), plan_of(region(Kind.STAMP, Box(0, 0, WIDTH, HEIGHT), style="inpaint"), colour=(1, 2, 3)))
    assert (out == (1, 2, 3)).all()  # nothing around it is known


# --- captions -------------------------------------------------------------------------------------------------------


def test_a_label_is_written_clear_of_its_ends():
    out = apply_plan(page_of(5), plan_of(region(Kind.PERSON, Box(40, 40, 240, 72), style="label")))
    part = out[40:72, 40:240]
    assert (part == 255).any()
    assert (part[:, :8] == 0).all()  # a line that is read again reaches 0.15 of its height into the box
    assert (part[:, -8:] == 0).all()
    assert (part[:4] == 0).all()
    assert (part[-4:] == 0).all()


def test_a_label_is_of_its_kind_or_the_code_that_was_given():
    policy = Policy(style="label", captions={Kind.PERSON: "(b)(6)"})
    person, birth = (
        settled(Region(boxes=(Box(0, 0, 9, 9),), reasons=region(kind).reasons), policy)
        for kind in (Kind.PERSON, Kind.DATE_OF_BIRTH)
    )
    assert (person.caption, birth.caption) == ("(b)(6)", "[DATE OF BIRTH]")


def test_long_labels_are_shortened_and_codes_are_not():
    assert short_of("[DATE OF BIRTH]") == "[DOB]"
    assert short_of("[PERSON]") == "[PER]"
    assert short_of("(b)(6)") is None
    small = Box(40, 40, 88, 60)
    draw = {
        caption: (
            apply_plan(page_of(6), plan_of(region(Kind.DATE_OF_BIRTH, small, style="label", caption=caption)))[small.slices] > 0
        ).any()
        for caption in ("[DATE OF BIRTH]", "a long reason code")
    }
    assert draw == {"[DATE OF BIRTH]": True, "a long reason code": False}


def test_text_is_turned_in_tall_boxes_and_left_out_where_it_cannot_be_read():
    level, turned = written(["[PERSON]"], 120, 24), written(["[PERSON]"], 24, 120)
    assert level is not None
    assert np.array_equal(np.rot90(level), turned)
    assert written(["[PERSON]"], 120, 12) is None
    assert written(["[PERSON]"], 40, 24) is None
    assert set(np.unique(written(["[PERSON]"], 120, 24, crisp=True))) == {0, 255}


def test_a_caption_stands_once_on_the_largest_box():
    parts = region(Kind.PERSON, Box(10, 10, 60, 40), Box(10, 80, 200, 110), Box(10, 150, 60, 180), style="label")
    out = apply_plan(page_of(7), plan_of(parts))
    assert [(out[box.slices] > 0).any() for box in parts.boxes] == [False, True, False]


def test_captions_of_areas_that_overlap_do_not_garble_each_other():
    one = region(Kind.PERSON, Box(10, 10, 200, 40), style="label")
    other = region(Kind.PHONE, Box(14, 10, 206, 40), style="label")
    alone = apply_plan(page_of(8), plan_of(one))[10:40, 10:200]
    assert np.array_equal(apply_plan(page_of(8), plan_of(one, other))[10:40, 10:200], alone)
    hidden = apply_plan(page_of(8), plan_of(one, region(Kind.MANUAL, Box(90, 12, 130, 38))))[10:40, 10:200]
    assert (hidden == 0).all()  # a fill would cut it in two, so it is left out


# --- which style ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "policy", "style", "kind"),
    [
        ((Kind.PERSON,), {}, "fill", Kind.PERSON),
        ((Kind.PERSON, Kind.PHONE), {"style": "label", "styles": {"PHONE": "fill"}}, "fill", Kind.PHONE),
        ((Kind.PERSON, Kind.PHONE), {"styles": {"PHONE": "label"}}, "label", Kind.PHONE),  # a default gives way
        ((Kind.PERSON, Kind.PHONE), {"styles": {"PHONE": "label", "PERSON": "neutral"}}, "neutral", Kind.PERSON),
        ((Kind.PERSON, Kind.CODE), {"styles": {"CODE": "inpaint"}}, "fill", Kind.PERSON),  # text in a code
        ((Kind.FACE,), {"styles": {"FACE": "noise"}}, "noise", Kind.FACE),
        ((Kind.FACE, Kind.SIGNATURE), {"styles": {"FACE": "noise", "SIGNATURE": "silhouette"}}, "silhouette", Kind.SIGNATURE),
        ((Kind.FACE, Kind.UNREAD_INK), {"styles": {"FACE": "noise", "UNREAD_INK": "inpaint"}}, "fill", Kind.FACE),
        ((), {"style": "label"}, "label", Kind.MANUAL),
    ],
)
def test_the_safest_style_of_several_kinds_wins(kinds, policy, style, kind):
    chosen, of = chosen_style(kinds, Policy(**policy))
    assert (chosen.name, of) == (style, kind)


def test_the_order_of_safety_has_every_style_once_and_fills_come_first():
    rank = {style: i for i, style in enumerate(STYLES)}
    assert all(rank[style] < rank[other] for style in ("neutral", "fill") for other in set(STYLES) - {"neutral", "fill"})
    assert all(rank[style] > rank[other] for style in REVERSIBLE for other in set(STYLES) - REVERSIBLE)
    inside = [style.sees == "inside" for style in STYLES.values()]
    assert all(not a or b for a, b in pairwise(inside))  # those that look inside come last


@pytest.mark.parametrize("kind", [k for k in Kind if k not in PICTURES])
def test_no_kind_of_text_may_keep_anything_of_its_pixels(kind):
    for style in STYLES:
        if STYLES[style].sees == "inside":
            assert kind not in STYLES[style].kinds
            assert unfit(region(kind, Box(0, 0, 9, 9), style=style), Policy(allow_reversible=True)) is not None


@pytest.mark.parametrize("style", STYLES)
def test_every_style_says_in_a_sentence_what_it_guarantees(style):
    sentence = STYLES[style].guarantee
    assert sentence.endswith(".")
    assert 40 < len(sentence) < 400
    assert sentence.startswith("None:") == (style in REVERSIBLE)


def test_plan_names_that_are_no_style_or_caption_are_unfit():
    box = Box(0, 0, 9, 9)
    unknown = Region(boxes=(box,), reasons=region(Kind.FACE).reasons, style="sepia")
    assert "not known" in unfit(unknown, Policy())[0]
    assert "--allow-reversible" in unfit(region(Kind.FACE, box, style="blur"), Policy())[1]
    assert unfit(region(Kind.FACE, box, style="blur"), Policy(allow_reversible=True)) is None
    for style in REVERSIBLE:  # of an area that a person drew nobody knows what it hides
        bare = Region(boxes=(box,), reasons=(), style=style)
        assert unfit(bare, Policy()) is not None
        assert unfit(bare, Policy(allow_reversible=True)) is not None
    assert unfit(region(Kind.PERSON, box, style="label", caption="a\nb"), Policy()) is not None
    assert unfit(region(Kind.PERSON, box, style="label", caption="x" * 101), Policy()) is not None
    assert unfit(Region(boxes=(box,), reasons=()), Policy()) is None


def test_boxes_are_plain_or_drawn():
    label = region(Kind.PERSON, Box(0, 0, 50, 20), Box(60, 0, 90, 20), style="label")
    plan = plan_of(label, region(Kind.MANUAL, Box(60, 0, 90, 20), Box(0, 50, 9, 60)))
    assert drawn_boxes(plan).plain == (Box(60, 0, 90, 20), Box(0, 50, 9, 60))
    assert drawn_boxes(plan).drawn == (Box(0, 0, 50, 20),)


def test_boxes_that_touch_are_one_part():
    strips = [Box(i * 10, i, i * 10 + 10, i + 20) for i in range(5)]
    assert connected([*strips, Box(200, 0, 220, 20)]) == [strips, [Box(200, 0, 220, 20)]]
    bridged = [Box(0, 0, 10, 10), Box(20, 0, 30, 10), Box(10, 0, 20, 10)]
    assert [sorted(part) for part in connected(bridged)] == [sorted(bridged)]
    assert connected([]) == []


def pairwise_connected(boxes):
    """The same by its definition: every box with every other."""
    groups = []
    for box in boxes:
        near = [group for group in groups if any(box.grow(1).overlaps(other) for other in group)]
        groups = sorted(
            [*(g for g in groups if g not in near), [b for group in near for b in group] + [box]],
            key=lambda g: min(map(boxes.index, g)),
        )
    return groups


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 14), st.integers(0, 14)), max_size=30, unique=True)
)
def test_parts_are_those_of_comparing_every_box_with_every_other(drawn):
    boxes = [Box(x, y, x + w, y + h) for x, y, w, h in drawn]
    assert [sorted(part) for part in connected(boxes)] == [sorted(part) for part in pairwise_connected(boxes)]


def test_parts_of_very_many_boxes_come_at_once():
    rng = np.random.default_rng(5)
    boxes = [Box(int(x), int(y), int(x) + 30, int(y) + 12) for x, y in rng.integers(0, 20_000, (8000, 2))]
    start = time.process_time()
    assert sum(map(len, connected(boxes))) == 8000
    assert time.process_time() - start < 2
