"""Styles for pictures: the noise has the scale that its budget asks for, and what is refused is refused."""

from __future__ import annotations

import math
from fractions import Fraction

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box
from docpriv.model import Kind, PagePlan, Reason, Region
from docpriv.options import Policy
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.style_choice import settled
from docpriv.styles import noise

WIDTH, HEIGHT = 400, 300


def plan_of(style, *boxes, kind=Kind.FACE, tones="grey", epsilon=1.0):
    reasons = (Reason(kind=kind, score=1.0, detector="t", reason="t"),)
    policy = Policy(allow_reversible=True, epsilon=epsilon)
    return PagePlan(
        page=0,
        width=WIDTH,
        height=HEIGHT,
        tones=tones,
        colour=(0, 0, 0),
        regions=tuple(settled(Region(boxes=(box,), reasons=reasons, style=style), policy) for box in boxes),
    )


def shaded():
    """A smooth page without black or white, so that nothing is clipped that a little noise moves."""
    ramp = np.linspace(100, 150, WIDTH)[None, :] + np.linspace(-10, 10, HEIGHT)[:, None]
    return np.repeat(np.rint(ramp).astype(np.uint8)[:, :, None], 3, axis=2)


# --- noise ----------------------------------------------------------------------------------------------------------


def laplace_moments(rate):
    """Mean of the absolute value and variance of the discrete Laplace distribution, in closed form."""
    q = math.exp(-rate)
    return 2 * q / (1 - q * q), 2 * q / (1 - q) ** 2


@pytest.mark.parametrize("rate", [Fraction(1, 40), Fraction(3, 10), Fraction(2)])
def test_the_noise_has_the_distribution_that_its_rate_says(rate):
    """8,000 draws against the closed form, within five standard errors: one false alarm in a million runs."""
    count = 8_000
    drawn = np.array([noise.discrete_laplace(rate) for _ in range(count)])
    size, variance = laplace_moments(float(rate))
    assert abs(drawn.mean()) < 5 * math.sqrt(variance / count)
    assert abs(np.abs(drawn).mean() - size) < 5 * math.sqrt((variance - size**2) / count)
    zero = (1 - math.exp(-rate)) / (1 + math.exp(-rate))
    assert abs((drawn == 0).mean() - zero) < 5 * math.sqrt(zero * (1 - zero) / count)
    fourth = np.mean(drawn.astype(float) ** 4)
    assert abs(np.mean(drawn.astype(float) ** 2) - variance) < 5 * math.sqrt(fourth / count)


@pytest.mark.parametrize(("tones", "epsilon", "channels"), [("grey", 1.0, 1), ("grey", 0.5, 1), ("rgb", 1.0, 3)])
def test_cells_are_off_by_what_the_budget_asks_for(tones, epsilon, channels):
    """Sensitivity 255 * pixels * channels over the cell's pixels, divided by epsilon: Fan 2018, for every channel."""
    page, box = shaded(), Box(40, 20, 360, 276)
    plan = plan_of("noise", box, tones=tones, epsilon=epsilon)
    numbers = dict(plan.regions[0].settings)
    cell = int(numbers["cell"])
    assert (cell, numbers["pixels"], numbers["epsilon"]) == (32, 64, epsilon)
    scale = 255 * numbers["pixels"] * channels / (cell * cell * epsilon)
    off = []
    for _ in range(6):
        out = apply_plan(page, plan).astype(float)
        for y in range(box.y0, box.y1, cell):
            for x in range(box.x0, box.x1, cell):
                part = out[y : y + cell, x : x + cell]
                assert (part == part[0, 0]).all()
                off.append(part[0, 0] - page[y : y + cell, x : x + cell].mean(axis=(0, 1)))
    errors = np.abs(np.array(off))[:, : 1 if channels == 1 else 3]
    expected = scale * (1 - math.exp(-120 / scale))  # what is clipped at 0 and 255 is missing from the mean
    assert 0.8 * expected < errors.mean() < 1.2 * expected


def test_noise_is_new_each_time_and_grey_stays_grey():
    plan = plan_of("noise", Box(40, 20, 360, 276))
    one, two = apply_plan(shaded(), plan), apply_plan(shaded(), plan)
    assert (one != two).any()
    assert (one[:, :, 0] == one[:, :, 1]).all()


def test_areas_that_overlap_spend_the_budget_on_each_pixel_once(monkeypatch):
    """The second area draws from what the first one left: a constant page with the noise off stays as it is, a page whose
    first area shows something else than the source tells it apart.
    """
    seen = []

    def remember(shown, rate, *, coloured):
        seen.append(set(np.unique(shown).tolist()))
        return [7, 7, 7]

    monkeypatch.setattr(noise, "_noisy_mean", remember)
    page = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    apply_plan(page, plan_of("noise", Box(0, 0, 64, 64), Box(0, 0, 64, 64)))
    assert seen[: len(seen) // 2] == [{90}] * (len(seen) // 2)
    assert seen[len(seen) // 2 :] == [{7}] * (len(seen) // 2)


def test_a_smaller_budget_of_a_plan_is_kept_and_a_larger_one_is_not():
    reasons = (Reason(kind=Kind.FACE, score=1.0, detector="t", reason="t"),)
    for given, kept in ((0.1, 0.1), (50.0, 2.0), (-1.0, 2.0)):
        region = Region(
            boxes=(Box(0, 0, 99, 99),),
            reasons=reasons,
            style="noise",
            settings=(("epsilon", given), ("pixels", 1.0), ("cell", 1.0)),
        )
        done = dict(settled(region, Policy(epsilon=2.0)).settings)
        assert done == {"epsilon": kept, "cell": 16.0, "pixels": 16.0}


# --- the others -----------------------------------------------------------------------------------------------------


def test_inpainting_carries_on_what_is_around():
    page = shaded()
    holed = page.copy()
    holed[100:200, 150:260] = 255
    out = apply_plan(holed, plan_of("inpaint", Box(150, 100, 260, 200)))
    assert np.abs(out[100:200, 150:260].astype(int) - page[100:200, 150:260]).mean() < 6


def test_large_areas_are_inpainted_too(monkeypatch):
    from docpriv.styles import inpaint

    monkeypatch.setattr(inpaint, "_MOST", 5000)
    page, hole = shaded(), Box(100, 60, 300, 240)
    plan = plan_of("inpaint", hole)
    other = page.copy()
    other[hole.slices] = 0
    out = apply_plan(page, plan)
    assert np.array_equal(out, apply_plan(other, plan))
    assert np.abs(out[hole.slices].astype(int) - page[hole.slices]).mean() < 10


def test_inpainting_looks_at_no_area_that_any_region_covers():
    face, name = Box(150, 100, 260, 200), Box(265, 120, 330, 140)
    reasons = (Reason(kind=Kind.PERSON, score=1.0, detector="t", reason="t"),)
    plan = plan_of("inpaint", face)
    plan = PagePlan(page=0, width=WIDTH, height=HEIGHT, regions=(*plan.regions, Region(boxes=(name,), reasons=reasons)))
    page, other = shaded(), shaded()
    other[name.slices] = 0
    assert np.array_equal(apply_plan(page, plan), apply_plan(other, plan))


@pytest.mark.parametrize("kind", [Kind.FACE, Kind.FINGERPRINT, Kind.SIGNATURE])
@pytest.mark.parametrize("size", [(40, 52), (200, 260), (260, 90)])
def test_silhouettes_are_one_drawing_for_every_picture_of_a_size(kind, size):
    here, there = Box(10, 10, 10 + size[0], 10 + size[1]), Box(130, 30, 130 + size[0], 30 + size[1])
    one, two = (
        apply_plan(page, plan_of("silhouette", box, kind=kind))[box.slices]
        for page, box in ((shaded(), here), (255 - shaded(), there))
    )
    assert np.array_equal(one, two)
    assert 0.02 < (one > 0).mean() < 0.8


def test_a_silhouette_is_not_drawn_on_scraps():
    reasons = (Reason(kind=Kind.SIGNATURE, score=1.0, detector="t", reason="t"),)
    strokes = Region(
        boxes=tuple(Box(20 + 12 * i, 20 + 9 * i, 32 + 12 * i, 30 + 9 * i) for i in range(9)), reasons=reasons, style="silhouette"
    )
    out = apply_plan(shaded(), PagePlan(page=0, width=WIDTH, height=HEIGHT, regions=(strokes,)))
    assert all(not out[box.slices].any() for box in strokes.boxes)


def test_pixelate_and_blur_are_what_they_say():
    page = np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    box = Box(40, 40, 200, 200)
    cells = apply_plan(page, plan_of("pixelate", box, tones="rgb"))[box.slices]
    assert len(np.unique(cells.reshape(-1, 3), axis=0)) <= 64
    soft = apply_plan(page, plan_of("blur", box, tones="rgb"))[box.slices]
    assert cv2.Laplacian(soft, cv2.CV_64F).std() < 0.05 * cv2.Laplacian(page[box.slices], cv2.CV_64F).std()
