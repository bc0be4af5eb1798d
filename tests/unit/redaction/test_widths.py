"""A neutral area is as wide as a number of steps, cuts no word, and leaves other cells alone."""

from __future__ import annotations

import math

import pytest

from docpriv.geometry import Quad
from docpriv.model import Char, CharId, Kind, PageText, TextLine
from docpriv.options import Policy
from docpriv.redaction.cover_map import CoverMap, boxes_of
from docpriv.redaction.plan import Reading, plan_page
from docpriv.redaction.widths import widened
from tests.unit.redaction.pages import REF, finding, text_page

STEP = 4.0  # heights: cells of 10 x 20 pixels make steps of some 96 pixels with the margin of a region


def plan(page, *names, style="neutral", step=STEP):
    policy = Policy(style=style, width_step=step)
    return plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        marks=(),
        policy=policy,
        min_score=0.4,
        readings=[Reading(text=page, findings=tuple(finding(page, n) for n in names))],
    )


def hidden(page, made):
    return ["".join("-" if CoverMap(made).share(c.quad) > 0.5 else c.text for c in line.chars) for line in page.lines]


def ends(made):
    (box,) = boxes_of(made)
    return box.x0, box.x1


@pytest.mark.parametrize("label", ["Name: ", "Name:", ""])
def test_names_of_other_lengths_get_the_same_area_in_a_field(label):
    areas = set()
    for name in ("Al Ox", "Ann Li", "Al Smith"):
        page = text_page([label + name])
        made = plan(page, name)
        areas.add(ends(made))
        assert hidden(page, made) == [label + "-" * len(name)]
    assert len(areas) == 1
    fills = {ends(plan(text_page([label + name]), name, style="fill")) for name in ("Al Ox", "Ann Li", "Al Smith")}
    assert len(fills) == 3


def test_the_width_is_a_number_of_steps():
    for length in range(2, 40):
        page = text_page(["x" * length])
        (box,) = boxes_of(plan(page, "x" * length))
        assert box.height == 24
        assert box.width % (STEP * box.height) == 0
        assert box.width >= 10 * length


def test_another_cell_is_left_alone_and_ends_the_area_at_one_place():
    rights = set()
    for name in ("Al Ox", "Ann Lindsey", "Al Smith"):
        page = text_page([(name + " " * 20)[:14] + "Sex: M"])
        made = plan(page, name)
        assert hidden(page, made)[0].endswith("Sex: M")
        rights.add(ends(made)[1])
    assert rights == {96, 144}  # one step, and before the cell: not three


def test_words_that_would_be_cut_are_covered_whole():
    page = text_page(["to Ann Li who is absent today"])
    assert hidden(page, plan(page, "Ann Li")) == ["to ---------- is absent today"]
    one = text_page(["to Ann Li and/or/someone/else here"])
    assert hidden(one, plan(one, "Ann Li")) == ["to " + "-" * 26 + " here"]


def test_text_before_the_area_stays_and_its_start_is_on_the_lattice_elsewhere():
    page = text_page([" " * 30 + "Ann Li"])
    assert ends(plan(page, "Ann Li"))[0] == 288  # a right-aligned column: from the step before
    beside = text_page(["Total" + " " * 25 + "Ann Li"])
    assert hidden(beside, plan(beside, "Ann Li"))[0].startswith("Total")


def test_other_findings_on_the_line_do_not_stand_in_the_way():
    page = text_page(["Ann Li 55 kg"])
    made = plan(page, "Ann Li", "55")
    assert hidden(page, made) == ["----------kg"] or hidden(page, made) == ["------------"]


def test_areas_of_pictures_and_of_other_styles_keep_their_size():
    page = text_page(["Name: Ann Li"])
    assert ends(plan(page, "Ann Li", style="label")) == ends(plan(page, "Ann Li", style="fill"))


@pytest.mark.parametrize("degrees", [0, 8, 90, 180, 270, 353])
def test_text_in_any_direction_grows_along_itself(degrees):
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)

    def at(x, y):
        return 400 + x * cos - y * sin, 400 + x * sin + y * cos

    def cell(i):
        return Quad(at(10 * i, 0), at(10 * i + 10, 0), at(10 * i + 10, 20), at(10 * i, 20))

    text = "Name: Ann Li"
    chars = tuple(Char(text=c, score=1.0, quad=cell(i)) for i, c in enumerate(text))
    page = PageText(
        ref=REF,
        width=800,
        height=800,
        lines=(TextLine(chars=chars, score=1.0, quad=Quad(cell(0).a, cell(11).b, cell(11).c, cell(0).d)),),
    )
    quad = Quad(cell(6).a, cell(11).b, cell(11).c, cell(6).d)
    wide = widened(quad, page, {CharId(0, i) for i in range(6, 12)}, STEP)
    assert wide.width == pytest.approx(round(wide.width / 80) * 80, abs=1e-4)
    assert wide.angle == pytest.approx(quad.angle)
    assert math.dist(wide.a, cell(4).b) == pytest.approx(5.0, abs=1e-4)  # a quarter of the height behind the label
    assert math.dist(wide.a, wide.b) > math.dist(wide.a, quad.b)


def test_a_flat_quad_is_left_as_it_is():
    flat = Quad((0, 0), (10, 0), (10, 0), (0, 0))
    assert widened(flat, text_page(["x"]), frozenset(), STEP) is flat


def test_lines_of_no_height_say_nothing_about_the_height_of_text():
    flat = TextLine(chars=(), quad=Quad((0, 5), (90, 5), (90, 5), (0, 5)), score=1.0)
    quad = Quad((100, 100), (160, 100), (160, 120), (100, 120))
    grown = widened(quad, PageText(ref=REF, width=900, height=400, lines=(flat, flat)), frozenset(), STEP)
    assert grown == widened(quad, PageText(ref=REF, width=900, height=400, lines=()), frozenset(), STEP)
    assert grown.width > quad.width


def test_kinds_can_be_neutral_by_themselves():
    page = text_page(["Ann Li"])
    policy = Policy(styles={Kind.PERSON: "neutral"})
    made = plan_page(
        page=0,
        width=page.width,
        height=page.height,
        colour="rgb",
        marks=(),
        policy=policy,
        min_score=0.4,
        readings=[Reading(text=page, findings=(finding(page, "Ann Li"),))],
    )
    assert [r.style for r in made.regions] == ["neutral"]
    assert boxes_of(made)[0].width > 80
