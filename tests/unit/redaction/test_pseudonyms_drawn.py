"""The style pseudonym as it is drawn: on the paper's tone, within its box, never from the pixels that stood there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.model import Colour, Kind, PagePlan, Pixels, Reason, Region
from docpriv.redaction.painting import apply_plan
from docpriv.styles.pseudonym import shorter, text_line

HEIGHT, WIDTH = 200, 600
REASON = Reason(kind=Kind.PERSON, score=1.0, detector="test", reason="test")


def region(box: Box, caption: str, quad: Quad | None = None) -> Region:
    text = quad or box.quad()
    return Region(boxes=(box,), reasons=(REASON,), style="pseudonym", caption=caption, settings=text_line(text, text.height))


def plan(*regions: Region, tones: Colour = "rgb") -> PagePlan:
    return PagePlan(page=0, width=WIDTH, height=HEIGHT, regions=regions, tones=tones)


def paper(tone: tuple[int, int, int] = (240, 235, 220)) -> Pixels:
    return np.full((HEIGHT, WIDTH, 3), tone, dtype=np.uint8)


def inked(page: Pixels, tone: tuple[int, int, int] = (240, 235, 220)) -> np.ndarray:  # type: ignore[type-arg]
    return np.argwhere(np.abs(page.astype(int) - tone).max(axis=2) > 60)


BOX = Box(100, 80, 340, 110)


def test_what_stood_there_does_not_matter() -> None:
    rng = np.random.default_rng(4)
    first, second = paper(), paper()
    first[BOX.slices] = rng.integers(0, 256, (BOX.height, BOX.width, 3))
    second[BOX.slices] = 0
    drawn = plan(region(BOX, "Riley Waters"))
    assert np.array_equal(apply_plan(first, drawn), apply_plan(second, drawn))


def test_it_is_written_on_the_papers_tone_and_within_its_box() -> None:
    page = paper()
    page[85:105, 110:330] = 0
    out = apply_plan(page, plan(region(BOX, "Riley Waters")))
    ink = inked(out)
    assert len(ink) > 200
    assert ink[:, 0].min() >= BOX.y0
    assert ink[:, 0].max() < BOX.y1
    assert ink[:, 1].min() >= BOX.x0 + 0.15 * BOX.height  # a line that is read again reaches less far
    assert ink[:, 1].max() < BOX.x1 - 0.15 * BOX.height
    assert (out[BOX.slices].reshape(-1, 3) == (240, 235, 220)).all(axis=1).mean() > 0.5
    outside = np.ones((HEIGHT, WIDTH), dtype=bool)
    outside[BOX.slices] = False
    assert np.array_equal(out[outside], page[outside])


def test_writing_is_light_on_dark_ground() -> None:
    out = apply_plan(paper((20, 20, 20)), plan(region(BOX, "Riley Waters")))
    assert out[BOX.slices].max() > 180
    assert np.median(out[BOX.slices]) == 20


@pytest.mark.parametrize("tones", ["bilevel", "grey"])
def test_a_page_keeps_its_tones(tones: Colour) -> None:
    out = apply_plan(paper((255, 255, 255)), plan(region(BOX, "Riley Waters"), tones=tones))
    assert np.array_equal(out[:, :, 0], out[:, :, 1])
    assert np.array_equal(out[:, :, 0], out[:, :, 2])
    if tones == "bilevel":
        assert set(np.unique(out)) == {0, 255}


def test_text_that_is_too_long_becomes_shorter_and_stays_inside() -> None:
    small = Box(100, 80, 150, 102)
    out = apply_plan(paper(), plan(region(small, "Bartholomew Constantine Featherstonehaugh")))
    ink = inked(out)
    assert len(ink) > 0
    assert ink[:, 1].max() < small.x1
    tiny = Box(100, 80, 106, 86)
    assert len(inked(apply_plan(paper(), plan(region(tiny, "Riley Waters"))))) == 0


def test_names_shorten_to_initials_and_numbers_to_their_first_part() -> None:
    assert list(shorter("Riley Q. Waters"))[1:] == ["R. Q. Waters", "Waters", "R.Q.W."]
    assert list(shorter("riley.waters@example.com"))[1] == "riley.waters"
    assert list(shorter("408 Mcgee Street"))[-1] == "408"


@pytest.mark.parametrize(
    ("quad", "frame"),
    [
        (Quad((100, 60), (340, 60), (340, 90), (100, 90)), "level"),
        (Quad((340, 90), (100, 90), (100, 60), (340, 60)), "upside down"),
        (Quad((130, 20), (130, 180), (100, 180), (100, 20)), "down"),
        (Quad((100, 180), (100, 20), (130, 20), (130, 180)), "up"),
    ],
)
def test_it_runs_as_the_text_ran(quad: Quad, frame: str) -> None:
    x0, y0, x1, y1 = (int(n) for n in quad.bounds())
    out = apply_plan(paper(), plan(region(Box(x0, y0, x1, y1), "Lo", quad)))
    ink = inked(out)
    middle = {
        "level": ink[:, 1].mean() < (x0 + x1) / 2,
        "upside down": ink[:, 1].mean() > (x0 + x1) / 2,
        "down": ink[:, 0].mean() < (y0 + y1) / 2,
        "up": ink[:, 0].mean() > (y0 + y1) / 2,
    }
    assert middle[frame]  # writing begins where the text began


def test_a_skewed_line_is_followed() -> None:
    boxes = tuple(Box(100 + 40 * i, 60 + 4 * i, 140 + 40 * i, 90 + 4 * i) for i in range(8))
    skewed = Quad((100, 60), (420, 92), (420, 122), (100, 90))
    whole = Region(
        boxes=boxes, reasons=(REASON,), style="pseudonym", caption="Bartholomew Featherstone", settings=text_line(skewed, 30)
    )
    ink = inked(apply_plan(paper(), plan(whole)))
    left, right = ink[ink[:, 1] < 180], ink[ink[:, 1] > 280]
    rise = (right[:, 1].mean() - left[:, 1].mean()) * 32 / 320
    assert rise > 10
    assert right[:, 0].mean() - left[:, 0].mean() == pytest.approx(rise, abs=2)


def test_lines_of_a_block_whose_boxes_overlap_are_all_written() -> None:
    rows = [Box(100, 20 + 22 * i, 340, 50 + 22 * i) for i in range(4)]
    one_by_one = [len(inked(apply_plan(paper(), plan(region(row, "Riley Waters"))))) for row in rows]
    together = len(inked(apply_plan(paper(), plan(*(region(row, "Riley Waters") for row in rows)))))
    assert together > 0.85 * sum(one_by_one)


def test_a_region_without_text_or_line_is_paper_or_written_in_its_largest_box() -> None:
    blank = apply_plan(paper(), plan(region(BOX, "")))
    assert np.array_equal(blank, paper())
    by_hand = replace(region(BOX, "Riley Waters"), settings=())
    assert len(inked(apply_plan(paper(), plan(by_hand)))) > 200


@pytest.mark.parametrize("numbers", [{"height": 1e12}, {"x1": 1e9}, {"height": -5.0}, {"y0": -1e6, "y1": 1e6}])
def test_numbers_of_an_edited_plan_draw_nothing_elsewhere(numbers: dict[str, float]) -> None:
    edited = replace(region(BOX, "Riley Waters"), settings=tuple({**dict(region(BOX, "x").settings), **numbers}.items()))
    ink = inked(apply_plan(paper(), plan(edited)))
    assert len(ink) > 200
    assert ink[:, 0].min() >= BOX.y0


def test_the_same_twice() -> None:
    drawn = plan(region(BOX, "Riley Waters"))
    assert np.array_equal(apply_plan(paper(), drawn), apply_plan(paper(), drawn))
