"""Known forms are recognised however they were scanned, others are not, and zones land where they belong."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from docpriv.geometry import Affine, Box
from docpriv.model import Kind, PagePlan, PageText
from docpriv.options import ZoneTemplate
from docpriv.redaction.anchors import MOST_PLACES, PageWords
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.zones import (
    NO_TEMPLATE,
    PlacedForm,
    forms_of_page,
    match_template,
    read_in_zones,
    still_showing,
)
from tests.unit.redaction.known_forms import (
    CLAIM,
    HEIGHT,
    PERMIT,
    WIDTH,
    ZONES,
    filled,
    misread,
    on_its_side,
    page_of,
    scanned,
    template,
    upside_down,
    worst_corner,
)

SCANS = {
    "as it is": Affine(),
    "half": scanned(scale=0.5),
    "double": scanned(scale=2.0),
    "shifted": scanned(shift=(70, -45)),
    "skewed": scanned(degrees=3),
    "skewed back": scanned(degrees=-3, scale=1.4, shift=(-30, 60)),
    "upside down": upside_down(),
    "on its side": on_its_side(),
    "stretched": scanned(degrees=0.7, stretch=1.012),
}


def placed(page: PageText, form: ZoneTemplate) -> PlacedForm:
    match = match_template(page, form)
    assert match.form is not None
    return match.form


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("to_page", SCANS.values(), ids=SCANS.keys())
def test_a_filled_form_is_known_and_its_zones_lie_within_3_pixels(to_page: Affine, seed: int) -> None:
    """A third of the words misread, values written in, and lines that are a pixel off."""
    scale = math.sqrt(abs(to_page.a * to_page.e - to_page.b * to_page.d))
    page = page_of(filled(misread(CLAIM, 0.3, seed), seed), to_page, jitter=scale, seed=seed)
    form = placed(page, template())
    for zone, area in zip(form.template.zones, form.areas(), strict=True):
        assert worst_corner(zone.name, area, to_page) <= 3.0 * scale


@pytest.mark.parametrize("to_page", SCANS.values(), ids=SCANS.keys())
def test_the_regions_hold_the_whole_of_each_zone(to_page: Affine) -> None:
    page = page_of(filled(misread(CLAIM, 0.3, 5), 5), to_page, jitter=1.0, seed=5)
    regions = placed(page, template()).regions()
    assert [r.reasons[0].kind for r in regions] == [kind for kind, _ in ZONES.values()]
    for region, (name, (_, (x0, y0, x1, y1))) in zip(regions, ZONES.items(), strict=True):
        assert region.reasons[0].reason == f"travel-claim/{name}"
        assert region.reasons[0].detector == "zones"
        covers = CoverMap(PagePlan(page=0, width=page.width, height=page.height, regions=(region,)))
        for i in range(21):
            for j in range(21):
                x, y = to_page.point((x0 + (x1 - x0) * i / 20, y0 + (y1 - y0) * j / 20))
                if 0 <= x < page.width - 1 and 0 <= y < page.height - 1:
                    assert covers.share(Box(int(x), int(y), int(x) + 1, int(y) + 1)) == 1.0


def test_the_units_of_the_template_are_its_own() -> None:
    """A template in points of a letter page, on a scan at 200 dpi."""
    page = page_of(CLAIM, jitter=0.5, seed=1)
    form = placed(page, template(unit=200 / 72))
    assert form.to_page.a == pytest.approx(200 / 72, rel=0.002)
    assert all(worst_corner(z.name, a, Affine()) <= 3.0 for z, a in zip(form.template.zones, form.areas(), strict=True))


def test_the_margin_grows_with_what_the_words_disagree_by() -> None:
    margins = [placed(page_of(CLAIM, jitter=jitter, seed=4), template()).margins for jitter in (0.0, 1.5, 3.0)]
    for small, middle, large in zip(*margins, strict=True):
        assert small < middle < large
    assert margins[0][0] == pytest.approx(0.0012 * math.hypot(WIDTH, HEIGHT), rel=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_another_form_is_not_known(seed: int) -> None:
    """It shares words that stand on every form, such as a name, a telephone and a signature."""
    assert match_template(page_of(filled(PERMIT, seed), scanned(degrees=seed - 2)), template()).form is None
    assert match_template(page_of(filled(CLAIM, seed)), template(PERMIT)).form is None


def test_the_same_words_in_other_places_are_another_form() -> None:
    moved = tuple((text, x, 2150 - y) for text, x, y in CLAIM)
    assert match_template(page_of(moved), template()).form is None


def test_a_revised_form_whose_lower_half_moved_is_not_taken_for_the_old_one() -> None:
    revised = tuple((text, x, y + (90 if y > 900 else 0)) for text, x, y in CLAIM)
    assert match_template(page_of(revised), template()).form is None


def test_words_of_one_corner_alone_do_not_place_the_rest() -> None:
    corner = tuple(word for word in CLAIM if word[2] < 440)
    near = tuple((text, 100 + x / 8, 100 + y / 8) for text, x, y in corner[:5])
    assert match_template(page_of(near), template(near)).form is None


def test_an_empty_page_matches_nothing() -> None:
    match = match_template(page_of(()), template())
    assert (match.form, match.anchors, match.scale) == (None, (), 0.0)


def test_a_mirrored_page_is_no_match() -> None:
    assert match_template(page_of(CLAIM, Affine(-1.0, 0.0, float(WIDTH), 0.0, 1.0, 0.0)), template()).form is None


def test_three_anchors_are_enough_where_all_are_found() -> None:
    words = (CLAIM[0], CLAIM[10], CLAIM[20])
    page = page_of(filled(CLAIM, 3), scanned(degrees=-2, shift=(20, 10)))
    form = placed(page, template(words))
    assert all(
        worst_corner(z.name, a, scanned(degrees=-2, shift=(20, 10))) < 3
        for z, a in zip(form.template.zones, form.areas(), strict=True)
    )
    broken = tuple(("#" * len(w[0]), w[1], w[2]) if w == CLAIM[10] else w for w in CLAIM)
    assert match_template(page_of(broken), template(words)).form is None


def test_repeated_words_find_their_own_place() -> None:
    rows = tuple(
        (text, 150.0 + 500 * column, 300.0 + 170 * row)
        for row in range(8)
        for column, text in enumerate(("Surname", "First name", "Born on"))
    )
    page = page_of(filled((*rows, ("List of passengers", 500, 120)), 6), scanned(degrees=1.5, scale=1.2))
    form = placed(page, template((*rows, ("List of passengers", 500, 120))))
    assert all(
        worst_corner(z.name, a, scanned(degrees=1.5, scale=1.2)) <= 3
        for z, a in zip(form.template.zones, form.areas(), strict=True)
    )


# --- pages and required templates -----------------------------------------------------------------------------------


def test_a_page_that_is_no_required_form_is_withheld() -> None:
    other = page_of(PERMIT)
    assert forms_of_page(other, [template(required=True)]).withheld_because == (NO_TEMPLATE,)
    assert forms_of_page(other, [template()]).withheld_because == ()
    assert forms_of_page(page_of(CLAIM), [template(required=True)]).withheld_because == ()


def test_one_of_the_required_forms_is_enough() -> None:
    permit = template(PERMIT, required=True).model_copy(update={"name": "permit"})
    both = [template(required=True), permit]
    for words in (CLAIM, PERMIT):
        found = forms_of_page(page_of(words), both)
        assert (len(found.forms), found.withheld_because) == (1, ())
    optional = permit.model_copy(update={"required": False})
    assert forms_of_page(page_of(PERMIT), [template(required=True), optional]).withheld_because == (NO_TEMPLATE,)


def test_a_template_is_for_its_pages_alone() -> None:
    second = [template(required=True, pages=(2,))]
    assert forms_of_page(page_of(CLAIM, index=0), second).forms == ()
    assert forms_of_page(page_of(PERMIT, index=0), second).withheld_because == ()
    assert len(forms_of_page(page_of(CLAIM, index=1), second).forms) == 1
    assert forms_of_page(page_of(PERMIT, index=1), second).withheld_because == (NO_TEMPLATE,)


# --- anchors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "slips"),
    [
        ("Date of birth", 0),
        ("DATE OF BIRTH:", 0),
        ("Dateofbirth 4 May", 0),
        ("Dote of birtn", 2),
        ("1. Date  0f  birth", 0),
        ("Datte of brth", 2),
        ("see Date of birlh above", 1),
    ],
)
def test_an_anchor_is_found_in_spite_of_how_it_was_read(read: str, slips: int) -> None:
    (place,) = PageWords(page_of([(read, 100, 100)])).places("Date of birth")
    assert place.slips == slips
    left = 100 + 13 * (read.lower().index("d"))
    assert place.ends[0] == pytest.approx((left, 113), abs=14)


@pytest.mark.parametrize("read", ["Date of death", "Place of residence", "births", "", "#"])
def test_other_words_are_not_the_anchor(read: str) -> None:
    assert PageWords(page_of([(read, 100, 100)] if read else [])).places("Date of birth") == ()


def test_every_place_of_a_word_is_told_once() -> None:
    page = page_of([("Name and name", 100, 100), ("Surname", 100, 300), ("Nane", 100, 500)])
    places = PageWords(page).places("Name")
    assert [(p.chars[0].line, p.chars[0].char, p.slips) for p in places] == [(0, 0, 0), (0, 9, 0), (1, 3, 0), (2, 0, 1)]


def test_a_page_full_of_one_word_takes_no_longer_than_a_page() -> None:
    page = page_of([("Date of birlh " * 40, 0, 20 * row) for row in range(100)])
    words = PageWords(page)
    began = time.process_time()
    places = words.places("Date of birth")
    assert time.process_time() - began < 2
    assert (len(places), {p.slips for p in places}) == (MOST_PLACES, {1})


# --- what zones hide ------------------------------------------------------------------------------------------------


def test_what_was_read_under_a_zone_is_told_with_its_kind() -> None:
    written = (*CLAIM, ("Juniper Vale", 200, 345), ("by rail", 200, 920))
    page = page_of(written)
    found = {
        f.kind: "".join(page.lines[c.line].chars[c.char].text for c in f.chars)
        for f in read_in_zones(page, (placed(page, template()),))
    }
    assert found[Kind.PERSON] == "Juniper Vale"
    assert "by rail" not in found.values()


def test_of_a_redacted_page_only_open_zones_count() -> None:
    page = page_of(CLAIM)
    form = placed(page, template())
    white = np.full((page.height, page.width, 3), 255, np.uint8)
    white[345:365, 200:500:4] = 0  # writing in the first zone
    white[1285:1300, 200:500:4] = 0  # and in the third
    plan = PagePlan(page=0, width=page.width, height=page.height, regions=form.regions()[:1])
    left = still_showing(form, apply_plan(white, plan))
    assert [zone.name for zone in left.template.zones] == ["account"]
    assert len(left.margins) == len(left.regions()) == 1
    assert [zone.name for zone in still_showing(form, white).template.zones] == ["claimant", "account"]
