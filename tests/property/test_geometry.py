"""Boxes never lose a pixel of what they cover, whatever the numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docpriv.geometry import Affine, Box, Quad, cover, hull
from docpriv.redaction.plan import strips

numbers = st.floats(-50, 350, allow_nan=False)
points = st.tuples(numbers, numbers)
quads = st.builds(Quad, points, points, points, points)
boxes = st.builds(Box, *[st.integers(-20, 220)] * 4)


def line_quads() -> st.SearchStrategy[Quad]:
    """Turned rectangles, as lines of text are."""

    def build(cx: float, cy: float, w: float, h: float, angle: float) -> Quad:
        c, s = math.cos(angle), math.sin(angle)
        return Quad(
            *(
                (cx + x * c - y * s, cy + x * s + y * c)
                for x, y in ((-w / 2, -h / 2), (w / 2, -h / 2), (w / 2, h / 2), (-w / 2, h / 2))
            )
        )

    return st.builds(
        build, st.floats(0, 300), st.floats(0, 300), st.floats(1, 300), st.floats(1, 40), st.floats(-math.pi, math.pi)
    )


@given(quads)
def test_cover_holds_every_point(quad):
    box = cover(quad, 10_000, 10_000)
    for x, y in quad.points:
        if x >= 0 and y >= 0:
            assert box.x0 <= x <= box.x1
            assert box.y0 <= y <= box.y1


@given(boxes, st.integers(1, 200), st.integers(1, 200))
def test_a_clipped_box_is_a_slice_of_the_page(box, width, height):
    page = np.zeros((height, width), bool)
    clipped = box.clip(width, height)
    page[clipped.slices] = True
    inside = [
        (x, y) for x in (box.x0, box.x1 - 1) for y in (box.y0, box.y1 - 1) if 0 <= x < width and 0 <= y < height and not box.empty
    ]
    assert all(page[y, x] for x, y in inside)
    assert page.sum() == clipped.area


@given(boxes, st.sampled_from([1, 8, 16]), st.sampled_from([1, 8, 16]))
def test_snapped_boxes_hold_the_box_and_lie_on_the_grid(box, sx, sy):
    snapped = box.snap(sx, sy)
    assert snapped.contains(box)
    assert (snapped.x0 % sx, snapped.x1 % sx, snapped.y0 % sy, snapped.y1 % sy) == (0, 0, 0, 0)


@given(st.lists(quads, min_size=1, max_size=5))
def test_hull_holds_all(many):
    box = hull(many)
    assert all(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for q in many for x, y in q.points)


@settings(max_examples=200)
@given(line_quads(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=5, max_size=20))
def test_strips_hold_every_point_of_the_quad(quad, inner):
    parts = strips(quad)
    for u, v in inner:
        top = (quad.a[0] + (quad.b[0] - quad.a[0]) * u, quad.a[1] + (quad.b[1] - quad.a[1]) * u)
        low = (quad.d[0] + (quad.c[0] - quad.d[0]) * u, quad.d[1] + (quad.c[1] - quad.d[1]) * u)
        x, y = top[0] + (low[0] - top[0]) * v, top[1] + (low[1] - top[1]) * v
        assert any(b.x0 - 1e-6 <= x <= b.x1 + 1e-6 and b.y0 - 1e-6 <= y <= b.y1 + 1e-6 for b in parts)


def test_strips_of_a_skewed_line_cover_less_than_its_box():
    quad = Quad((0, 0), (1000, 40), (1000, 70), (0, 30))
    assert sum(b.area for b in strips(quad)) < 0.7 * cover(quad, 2000, 2000).area


@given(st.integers(0, 3), st.integers(1, 40), st.integers(1, 40), st.data())
def test_unturn_inverts_rot90(quarters, width, height, data):
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    page = np.zeros((height, width), bool)
    page[y, x] = True
    turned = np.rot90(page, quarters)
    ty, tx = (int(v[0]) for v in np.nonzero(turned))
    back = Affine.unturn(quarters, width, height).point((tx + 0.5, ty + 0.5))
    assert back == pytest.approx((x + 0.5, y + 0.5))


@given(line_quads(), st.floats(0, 20), st.floats(0, 20))
def test_pad_grows_by_that_much(quad, dx, dy):
    grown = quad.pad(dx, dy)
    assert grown.width == pytest.approx(quad.width + 2 * dx, abs=1e-3)
    assert grown.height == pytest.approx(quad.height + 2 * dy, abs=1e-3)
