"""Pages of known glyphs: the ink that a page shows is the ink that its glyphs claim, also when turned."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from docpriv_lab.pages import fonts
from docpriv_lab.pages.geometry_pages import geometry_page


@pytest.mark.parametrize("font", fonts.GEOMETRY)
def test_glyphs_own_all_ink_of_their_page_and_stand_in_their_boxes(font: str) -> None:
    page = geometry_page(3, font=font, points=9, dpi=150, rotation=2.2, lines=3, clean=True)
    grey = page.pixels[..., 0].astype(int)
    dark = grey < (grey.min() + grey.max()) / 2 - 2
    assert dark.sum() > 1000
    assert not (dark & (page.owner == 0)).any()
    seen = 0
    for line in page.lines:
        for glyph in line.glyphs:
            assert line.text[glyph.index] == glyph.text
            ys, xs = np.nonzero(page.owner == glyph.owner)
            if xs.size:
                x0, y0, x1, y1 = glyph.box
                assert x0 <= xs.min()
                assert xs.max() < x1
                assert y0 <= ys.min()
                assert ys.max() < y1
                seen += 1
    assert seen > 0.98 * sum(len(line.glyphs) for line in page.lines)


def test_every_letter_but_blanks_has_a_glyph_and_they_run_from_left_to_right() -> None:
    page = geometry_page(11, lines=5)
    for line in page.lines:
        assert "".join(g.text for g in line.glyphs) == line.text.replace(" ", "")
        middles = [(g.box[0] + g.box[2]) / 2 for g in line.glyphs]
        assert all(b > a - 2 for a, b in itertools.pairwise(middles))
        for start, end in line.words():
            assert " " not in line.text[start:end]


def test_a_turned_line_climbs_by_its_angle() -> None:
    page = geometry_page(5, font="sans-a", points=10, dpi=150, rotation=3.0, lines=1, clean=True)
    first, last = page.lines[0].glyphs[0], page.lines[0].glyphs[-1]
    run = last.hull[:, 0].mean() - first.hull[:, 0].mean()
    rise = first.hull[:, 1].max() - last.hull[:, 1].max()
    assert abs(rise / run - np.tan(np.radians(3.0))) < 0.02


def test_scans_are_noisy_repeatable_and_leave_the_ink_where_it_was() -> None:
    clean = geometry_page(2, lines=3, clean=True, dpi=150, points=10, rotation=1.0, font="serif-a")
    noisy = geometry_page(2, lines=3, dpi=150, points=10, rotation=1.0, font="serif-a")
    again = geometry_page(2, lines=3, dpi=150, points=10, rotation=1.0, font="serif-a")
    assert np.array_equal(noisy.pixels, again.pixels)
    assert not np.array_equal(noisy.pixels, clean.pixels)
    assert np.array_equal(noisy.owner, clean.owner)
    assert noisy.pixels[noisy.owner > 0].mean() < noisy.pixels[noisy.owner == 0].mean() - 60


def test_the_drawn_parameters_stay_in_their_ranges() -> None:
    for seed in range(12):
        page = geometry_page(seed, lines=1)
        assert page.font in fonts.GEOMETRY
        assert 8 <= page.points <= 16
        assert 100 <= page.dpi <= 300
        assert 0 <= page.rotation <= 3
    with pytest.raises(ValueError):
        geometry_page(0, lines=0)
