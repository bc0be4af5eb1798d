"""Plans cover what findings own, leave labels alone and say why."""

from __future__ import annotations

import numpy as np
import pytest

from docpriv.geometry import Box
from docpriv.model import Kind, Mark, Reason, Region
from docpriv.options import Policy
from docpriv.redaction.cover_map import CoverMap, boxes_of
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.plan import Reading, fill_colour, plan_page, with_regions
from tests.unit.redaction.pages import finding, text_page


def plan(page, findings, *, policy=None, colour="rgb", min_score=0.4, marks=(), extra=()):
    return plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour=colour,
        marks=marks,
        extra=extra,
        readings=[Reading(text=page, findings=tuple(findings))],
        policy=policy or Policy(),
        min_score=min_score,
    )


def hidden(page, made):
    """The page's text with a dash for each character most of whose area is covered."""
    return ["".join("-" if CoverMap(made).share(c.quad) > 0.5 else c.text for c in line.chars) for line in page.lines]


def test_value_is_covered_and_label_stays():
    page = text_page(["Name: John Smith, manager"])
    assert hidden(page, plan(page, [finding(page, "John Smith")])) == ["Name: ----------- manager"]


def test_glued_label_stays():
    page = text_page(["Name:John"])
    assert hidden(page, plan(page, [finding(page, "John")])) == ["Name:----"]


def test_first_and_last_name_become_one_area():
    page = text_page(["by John Smith."])
    made = plan(page, [finding(page, "John"), finding(page, "Smith")])
    assert hidden(page, made) == ["by -----------"]
    assert len(made.regions) == 1


def test_words_between_two_names_stay():
    page = text_page(["John and Mary"])
    assert hidden(page, plan(page, [finding(page, "John"), finding(page, "Mary")])) == ["---- and ----"]


def test_kinds_outside_the_policy_stay():
    page = text_page(["Acme Ltd, Leeds"])
    assert plan(page, [finding(page, "Acme Ltd", Kind.ORGANIZATION)]).regions == ()


def test_low_scores_are_left_to_the_threshold():
    page = text_page(["John Smith"])
    assert plan(page, [finding(page, "John", score=0.39)]).regions == ()
    assert plan(page, [finding(page, "John", score=0.40)]).regions != ()


def test_a_doubtful_line_is_covered_whole():
    page = text_page(["to J0hn Sm1th esq"], scores=[0.5])
    assert hidden(page, plan(page, [finding(page, "Sm1th")])) == ["-" * 17]


def test_regions_say_why():
    page = text_page(["John Smith"])
    reason = plan(page, [finding(page, "John Smith", score=0.8)]).regions[0].reasons[0]
    assert (reason.kind, reason.score, reason.detector, reason.reason) == (Kind.PERSON, 0.8, "test", "test")


def test_marks_are_covered():
    page = text_page(["photo"])
    mark = Mark(page=0, kind=Kind.FACE, quad=Box(300, 10, 400, 60).quad(), score=0.9, detector="t")
    assert boxes_of(plan(page, [], marks=[mark])) == (Box(300, 10, 400, 60),)


def test_areas_added_by_hand_are_clipped():
    page = text_page(["x"])
    by_hand = Reason(kind=Kind.MANUAL, score=1.0, detector="hand", reason="hand")
    made = with_regions(
        plan(page, []),
        [
            Region(boxes=(Box(-5, -5, 10_000, 30),), reasons=(by_hand,)),
            Region(boxes=(Box(5, 5, 5, 9),), reasons=(by_hand,)),
        ],
    )
    assert boxes_of(made) == (Box(0, 0, page.width, 30),)


@pytest.mark.parametrize(
    ("name", "colour", "fill"),
    [
        ("black", "rgb", (0, 0, 0)),
        ("#ff0000", "rgb", (255, 0, 0)),
        ("#ff0000", "grey", (76, 76, 76)),
        ("#ff0000", "bilevel", (0, 0, 0)),
        ("white", "bilevel", (255, 255, 255)),
    ],
)
def test_fill_is_what_the_page_can_hold(name, colour, fill):
    assert fill_colour(name, colour) == fill


def test_apply_changes_exactly_the_boxes():
    page = text_page(["John Smith"])
    made = plan(page, [finding(page, "John")])
    source = np.random.default_rng(1).integers(1, 255, (page.height, page.width, 3), dtype=np.uint8)
    kept = source.copy()
    out = apply_plan(source, made)
    mask = CoverMap(made).mask
    assert np.array_equal(source, kept)
    assert (out[mask] == 0).all()
    assert np.array_equal(out[~mask], source[~mask])


def test_apply_refuses_a_page_of_another_size():
    page = text_page(["x"])
    with pytest.raises(ValueError, match="another size"):
        apply_plan(np.zeros((5, 5, 3), np.uint8), plan(page, []))


def test_a_short_line_that_was_read_badly_is_covered_whole():
    page = text_page(["Call John now"], [0.6])
    assert hidden(page, plan(page, [finding(page, "John")])) == ["-" * 13]


def test_of_a_long_line_that_was_read_badly_most_stays():
    text = "as was said before the meeting John Smith left the room and nobody knew why or where to"
    page = text_page([text], [0.6], width=1000)
    read = text_page([text], width=1000)
    (sure,) = hidden(read, plan(read, [finding(read, "John Smith")]))
    (shown,) = hidden(page, plan(page, [finding(page, "John Smith")]))
    assert sure.count("-") < shown.count("-") < len(text) / 2
    assert "John" not in shown
    assert shown.startswith("as was said")
    assert shown.endswith("where to")
