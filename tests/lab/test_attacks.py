"""The attacks on covered areas: they undo what can be undone, and find nothing where nothing is left."""

from __future__ import annotations

import math
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from docpriv.errors import InputError, UnsupportedInput
from docpriv_lab.attacks.chance import Rate, exact_interval, upper_tail
from docpriv_lab.attacks.digits import DigitLine
from docpriv_lab.attacks.faces import People, attack_faces, drawn_people, looked_at
from docpriv_lab.attacks.folder import read_people
from docpriv_lab.attacks.matching import likenesses
from docpriv_lab.attacks.painting import Painter, Picture, Promise, Rect
from docpriv_lab.attacks.report import AttackReport, StyleNote, attack_table, markdown_table
from docpriv_lab.attacks.text import attack_text
from docpriv_lab.attacks.widths import EXACT, SCANNED, Setting, attack_widths, sampled, stock_names, told
from docpriv_lab.pages.heads import HEIGHT, WIDTH, draw_head, picture_of

CANARY = "zebedee"


def painter(paint: object, name: str = "fill", promise: Promise = Promise.OPAQUE) -> Painter:
    return Painter(name=name, promise=promise, paint=paint)  # type: ignore[arg-type]


def fill(page: Picture, area: Rect, value: str) -> Picture:
    x0, y0, x1, y1 = area
    out = page.copy()
    out[y0:y1, x0:x1] = 0
    return out


def pixelate(page: Picture, area: Rect, value: str, cell: int = 8) -> Picture:
    x0, y0, x1, y1 = area
    out = page.copy()
    for y in range(y0, y1, cell):
        for x in range(x0, x1, cell):
            part = out[y : min(y + cell, y1), x : min(x + cell, x1)]
            part[:] = np.rint(part.reshape(-1, 3).mean(axis=0))
    return out


def blur(page: Picture, area: Rect, value: str) -> Picture:
    x0, y0, x1, y1 = area
    out = page.copy()
    out[y0:y1, x0:x1] = cv2.GaussianBlur(out[y0:y1, x0:x1], (0, 0), 6)
    return out


def shaded(page: Picture, area: Rect, value: str) -> Picture:
    """A fill that gives its first three digits away, each by the shade of a strip."""
    out = fill(page, area, value)
    for strip, digit in enumerate(value[:3]):
        out[area[1] + 4 * strip : area[1] + 4 * strip + 4, area[0] : area[2]] = int(digit)
    return out


def mean_fill(page: Picture, area: Rect, value: str) -> Picture:
    """A fill in the mean colour of what it covers."""
    x0, y0, x1, y1 = area
    out = page.copy()
    out[y0:y1, x0:x1] = np.rint(page[y0:y1, x0:x1].reshape(-1, 3).mean(axis=0))
    return out


# ---- chance


def test_tails_and_intervals_are_those_of_the_books() -> None:
    assert upper_tail(10, 10, 0.5) == pytest.approx(1 / 1024)
    assert upper_tail(1, 3, 0.1) == pytest.approx(1 - 0.9**3)
    assert (upper_tail(0, 5, 0.1), upper_tail(6, 5, 0.1)) == (1.0, 0.0)
    assert exact_interval(5, 10) == pytest.approx((0.1871, 0.8129), abs=1e-4)  # Clopper and Pearson 1934
    assert exact_interval(0, 10) == pytest.approx((0.0, 0.3085), abs=1e-4)


def test_the_best_of_several_attacks_needs_more_hits() -> None:
    alone = Rate(hits=8, count=40, chance=0.025)
    assert Rate(hits=8, count=40, chance=0.025, tries=6).p_value == pytest.approx(6 * alone.p_value)
    assert alone.above_chance
    assert not Rate(hits=3, count=40, chance=0.025).above_chance


# ---- digits


@pytest.fixture(scope="module")
def line() -> DigitLine:
    return DigitLine()


def test_a_fill_is_at_chance_and_always_the_same(line: DigitLine) -> None:
    result = attack_text(painter(fill), numbers=20, line=line)
    assert result.holds
    assert (result.whole.hits, result.pictures) == (0, 1)


@pytest.mark.parametrize("paint", [pixelate, blur])
def test_pixelation_and_blur_give_numbers_back(line: DigitLine, paint: object) -> None:
    result = attack_text(painter(paint), numbers=8, line=line)
    assert result.whole.hits >= 7
    assert not result.holds


def test_numbers_come_back_through_grain_from_an_unknown_place(line: DigitLine) -> None:
    result = attack_text(painter(pixelate), numbers=2, scanned=True, line=line)
    assert result.digits.share > 0.9


def test_a_fill_that_gives_some_digits_away_is_caught(line: DigitLine) -> None:
    result = attack_text(painter(shaded), numbers=20, line=line)
    assert result.whole.hits == 0
    assert not result.holds


def test_digits_are_drawn_at_eighths_of_a_pixel(line: DigitLine) -> None:
    ids = np.zeros((1, 9), np.intp)
    here, (there,) = line.pages(ids)[0].astype(float), line.pages(ids, (8, 0))
    assert np.abs(here[:, :-1] - there[:, 1:]).max() <= 1  # eight eighths are one pixel
    (half,) = line.pages(ids, (4, 0))
    assert np.abs(half - here).max() > 20


def test_a_font_whose_digits_differ_in_width_is_refused() -> None:
    with pytest.raises(ValueError, match="differ in width"):
        DigitLine(font="hand-a")


# ---- widths


def lattice(page: Picture, area: Rect, value: str) -> Picture:
    step = 4 * (area[3] - area[1])
    return fill(page, (area[0], area[1], area[0] + -(-(area[2] - area[0]) // step) * step, area[3]), value)


def test_told_counts_bits_ranks_and_certainties() -> None:
    every = told(np.eye(8))
    assert (every.bits, every.rank, every.first, every.certain) == pytest.approx((3, 1, 1, 1))
    nothing = told(np.ones((8, 1)))
    assert (nothing.bits, nothing.rank, nothing.first, nothing.certain) == pytest.approx((0, 4.5, 1 / 8, 0))
    halves = told(np.repeat(np.eye(2), 4, axis=0))
    assert (halves.bits, halves.rank, halves.first, halves.certain) == pytest.approx((1, 2.5, 1 / 4, 0))


def test_a_fill_tells_much_more_of_a_name_than_a_lattice() -> None:
    names = sampled(stock_names(), 80, 0)
    bare, stepped = (attack_widths(painter(paint), names, Setting()) for paint in (fill, lattice))
    assert bare.all.bits > 4
    assert stepped.all.bits < bare.all.bits / 3
    assert stepped.extra > bare.extra + 0.5
    assert 1 / 20 <= stepped.short.first < bare.short.first


def test_jitter_and_fixed_pitch_take_bits_away() -> None:
    names = sampled(stock_names(), 80, 0)
    exact, worn, typed = (
        attack_widths(painter(fill), names, setting).all.bits
        for setting in (Setting(jitter=EXACT), Setting(jitter=SCANNED), Setting(font="mono-a"))
    )
    assert exact > worn > 0
    assert exact > typed
    lengths = {len(name) for name in names}
    assert typed <= math.log2(len(lengths)) + 0.1  # a typewriter tells the number of letters and no more


# ---- faces


@pytest.fixture(scope="module")
def people() -> People:
    return drawn_people(14)


def test_drawn_heads_are_persons(people: People) -> None:
    assert {picture.shape for own in people.pictures for picture in own} == {(HEIGHT, WIDTH, 3)}
    first, second = ([own[i] for own in people.pictures] for i in range(2))
    right = likenesses(second, first)["hues"].argmax(axis=1) == np.arange(14)
    assert right.sum() >= 9
    head = draw_head(random.Random(3))
    assert (picture_of(head, random.Random(4)) == picture_of(head, random.Random(4))).all()


def test_faces_under_a_fill_are_nobody(people: People) -> None:
    result = attack_faces(painter(fill), people)
    assert result.holds
    assert result.pictures == 1
    assert result.other is not None
    assert result.other.hits <= 4


def test_faces_under_coarse_cells_are_recognised(people: People) -> None:
    result = attack_faces(painter(lambda *given: pixelate(*given, cell=20)), people)
    assert result.same.hits == 14
    assert result.other is not None
    assert result.other.above_chance


def test_a_fill_in_the_mean_colour_is_caught(people: People) -> None:
    assert not attack_faces(painter(mean_fill), people).holds


def test_noise_is_compared_with_what_it_hides(people: People) -> None:
    noise = np.random.default_rng(0)

    def noisy(page: Picture, area: Rect, value: str, spread: float) -> Picture:
        x0, y0, x1, y1 = area
        out = pixelate(page, area, value, 20).astype(float)
        cells = noise.laplace(0, spread, (-(-(y1 - y0) // 20), -(-(x1 - x0) // 20), 3))
        out[y0:y1, x0:x1] += np.kron(cells, np.ones((20, 20, 1)))[: y1 - y0, : x1 - x0]
        return np.clip(np.rint(out), 0, 255).astype(np.uint8)

    shares = []
    for spread in (20.0, 2000.0):
        style = Painter(
            name="noise",
            promise=Promise.PRIVATE,
            paint=lambda *given, s=spread: noisy(*given, s),  # type: ignore
            expected=lambda *given: pixelate(*given, cell=20),
        )
        shares.append(attack_faces(style, people).same.share)
    assert shares[0] > 0.9
    assert shares[1] < 0.4


def test_detection_is_counted_among_faces_that_were_found_before(people: People) -> None:
    def bright(page: Picture) -> list[Rect]:
        middle = page[page.shape[0] // 2, page.shape[1] // 2]
        return [(0, 0, page.shape[1], page.shape[0])] if int(middle.max()) > 60 else []

    seen = looked_at(people, bright)
    result = attack_faces(painter(fill), seen, finder=bright)
    assert result.found is not None
    assert (result.found.hits, result.found.count) == (0, len(seen.detected))
    assert seen.detected


# ---- a folder of portraits


def everything(page: Picture) -> list[Rect]:
    return [] if page.min() == 255 else [(0, 0, page.shape[1], page.shape[0])]


def write(path: Path, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((50, 40, 3), shade, np.uint8))


def test_persons_are_folders_or_names_without_their_number(tmp_path: Path) -> None:
    for name, shade in ((f"{CANARY}1", 10), (f"{CANARY}-2", 20), ("other 3", 30), ("white", 255)):
        write(tmp_path / "flat" / f"{name}.png", shade)
        write(tmp_path / "deep" / name[:-1].rstrip("-") / f"{name}.png", shade)
    for folder in ("flat", "deep"):
        people, missed = read_people(tmp_path / folder, everything)
        assert sorted(len(own) for own in people.pictures) == [1, 2]
        assert missed == 1
        assert not people.drawn
        assert CANARY not in repr(people)


def test_errors_of_a_folder_name_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_people(tmp_path / "absent", everything)
    write(tmp_path / f"{CANARY}1.png", 10)
    with pytest.raises(InputError, match=r"shows 1 person"):
        read_people(tmp_path, everything)
    (tmp_path / f"{CANARY}2.png").write_bytes(b"no picture")
    with pytest.raises(UnsupportedInput) as refused:
        read_people(tmp_path, everything)
    assert CANARY not in str(refused.value)
    assert "picture 2 of 2" in str(refused.value)


# ---- the report


def test_the_verdict_names_styles_that_break_their_promise(line: DigitLine, people: People) -> None:
    leaky = attack_text(painter(shaded, "label"), numbers=20, line=line)
    open_about_it = attack_text(painter(pixelate, "pixelate 8 px", Promise.REVERSIBLE), numbers=8, line=line)
    report = AttackReport(seed=0, text=(leaky, open_about_it), faces=(attack_faces(painter(mean_fill), people),))
    assert report.broken == ("text label", "face fill")
    assert "NOT at chance" in attack_table(report)
    assert report.as_dict()["holds"] is False
    assert AttackReport(seed=0, text=(open_about_it,)).broken == ()


def test_the_markdown_table_has_a_row_for_every_style(line: DigitLine) -> None:
    text = [
        attack_text(style, numbers=8, line=line)
        for style in (
            painter(fill),
            painter(pixelate, "pixelate 8 px", Promise.REVERSIBLE),
            painter(blur, "pixelate 9 px", Promise.REVERSIBLE),
        )
    ]
    report = AttackReport(
        seed=0, text=tuple(text), widths=(attack_widths(painter(fill), sampled(stock_names(), 30, 0), Setting()),)
    )
    table = markdown_table(
        report, [StyleNote(style=name, use="text", guarantee="So it is.") for name in ("fill", "pixelate", "inpaint")]
    )
    fill_row, pixel_row, other = table.strip().split("\n")[2:]
    assert "0 of 8 numbers" in fill_row
    assert "bits" in fill_row
    assert "8 of 8 at 8 px" in pixel_row
    assert "not attacked" in other
    assert all(row.endswith("| So it is. |") for row in (fill_row, pixel_row, other))
