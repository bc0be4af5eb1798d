"""A form drafted from a drawn scan and read again by the default engine, filled in, askew and smaller."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from docpriv.geometry import Affine
from docpriv.options import Recipe, Zone, ZoneTemplate
from docpriv.pipeline.zone_draft import compare_pages, draft_form
from docpriv_lab.pages import fonts
from tests.unit.redaction.known_forms import CLAIM, HEIGHT, WIDTH, ZONES, scanned, worst_corner

WRITTEN = (
    ("Juniper Vale", 200, 345),
    ("14 Quarry Rise, Tolverton", 200, 480),
    ("8841 2290 11", 200, 1280),
    ("by rail", 200, 925),
    ("3 nights", 1000, 1045),
)


def drawn(path: Path, *, written: bool, to_page: Affine, size: tuple[int, int]) -> Path:
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    face = fonts.load(fonts.GEOMETRY[0], 26)
    for text, x, y in CLAIM:
        pen.text((x, y), text, font=face, fill="black")
        pen.line((x, y + 95, x + 600, y + 95), fill="black", width=2)
    for text, x, y in WRITTEN if written else ():
        pen.text((x, y), text, font=face, fill=(20, 20, 90))
    matrix = np.array([[to_page.a, to_page.b, to_page.c], [to_page.d, to_page.e, to_page.f]])
    page = cv2.warpAffine(np.asarray(image), matrix, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255))
    assert cv2.imwrite(str(path), page)
    return path


@pytest.mark.slow
def test_zones_of_a_drafted_form_land_within_3_pixels_at_200_dpi(tmp_path: Path) -> None:
    empty = drawn(tmp_path / "empty.png", written=False, to_page=Affine(), size=(WIDTH, HEIGHT))
    draft = draft_form(empty, 0, Recipe())
    assert draft.size == (WIDTH, HEIGHT)
    assert draft.personal == 0
    assert len(draft.anchors) >= 0.8 * len(CLAIM)
    form = ZoneTemplate(
        name="claim",
        size=draft.size,
        anchors=draft.anchors,
        zones=tuple(Zone(name=name, kind=kind, box=box) for name, (kind, box) in ZONES.items()),
    )
    askew = scanned(scale=0.75, degrees=2, shift=(30, 40))
    (page,) = compare_pages(drawn(tmp_path / "filled.png", written=True, to_page=askew, size=(1400, 1750)), form, Recipe())
    placed = page.match.form
    assert placed is not None
    for zone, area in zip(form.zones, placed.areas(), strict=True):
        assert worst_corner(zone.name, area, askew) <= 3.0 * 0.75
