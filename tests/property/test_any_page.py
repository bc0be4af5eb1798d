"""Whatever a page holds, it is understood without a crash: empty pages and lines, single signs, labels at edges and without
values, tables with holes, text of no size, ink in any place.

Pages are drawn from seeds, so that a failure is the same one again: `_drawn(SEED)` is its page.
"""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box, Quad
from docpriv.layout import analyse
from docpriv.model import (
    Char,
    CharId,
    Finding,
    Kind,
    Mark,
    PageFormat,
    PageImage,
    PageRef,
    PageText,
    Pixels,
    TextLayer,
    TextLine,
)
from docpriv.ocr.trimming import trim_overlaps
from docpriv.options import Policy
from docpriv.pii.fields import FieldReader
from docpriv.pii.payloads import spelled_out
from docpriv.pipeline.layer_words import corrected, lay
from docpriv.pipeline.pseudonyms import RegionPseudonyms
from docpriv.pipeline.typed_text import page_of
from docpriv.protocols import PiiDetector, ReadPage, Scene
from docpriv.redaction.painting import apply_plan
from docpriv.redaction.plan import Reading, plan_page
from docpriv.visual.detectors.codes import CodeDetector
from docpriv.visual.detectors.plates import PlateDetector
from docpriv.visual.detectors.writing import WritingDetector
from docpriv.visual.ink import look_at_ink
from docpriv.visual.pictures import find_pictures
from tests.unit.pii.conftest import finder

__all__ = ["finder"]

PAGES = range(60)
SIZES = ((600, 800), (600, 800), (300, 200), (40, 30), (16, 400), (1, 1))
TEXTS = (
    *("Patient Name", "Name:", "Name::", "DOB", "Date of birth:", "Insured's Address (No., Street)", "SSN:", "Phone", "E-mail:"),
    *(
        "Account No.",
        "Signature",
        "Signed:",
        "Geburtsdatum",
        "Nom / Surname",
        "4b.",
        "cc:",
        "From",
        "Sex/Age M/45",
        "aged",
        "born",
    ),
    *("X", "1", "12", "03", "1988", "03/23/1988", "John Smith", "MAJOR, Mary A.", "5500 Cicero Ave", "Springfield, IL 62704"),
    *("(312) 555-0100", "a@b.org", "a@", "@", "QQ 12 34 56 C", "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "MRN 12", "b. "),
    *(
        "",
        " ",
        "\t",
        "_____",
        "....",
        "[ ]",
        "(",
        "/",
        "|",
        ":",
        "::",
        "-",
        "the",
        "of",
        "Dr.",
        "C/O",
        "©",
        "²",
        "\u0301",
        "\u200b",
    ),
    *("姓名", "張", "д", "ا", "١٩"),
)
CODES = (
    "BEGIN:VCARD",
    "N:",
    "N:\\,",
    "FN:",
    "MECARD:N:;;",
    "TEL:",
    "ADR:;;",
    "ANSI ",
    "DAC",
    "DBB12",
    "SPC",
    "BCD",
    "M1",
    "\n",
    ";",
    ",",
)


def _quad(random: Random, width: int, height: int, signs: int) -> Quad:
    """Where text of so many signs stands: most of it in columns and rows, some askew, upright, off the page or of no size."""
    x, y = random.uniform(-20, width), random.uniform(-20, height)
    long, tall = 10 * signs * random.choice((0.5, 1, 1, 2)), random.choice((3, 20, 20, 20, 60))
    match random.randrange(10):
        case 0:
            return Quad(*random.choice((((x, y),) * 4, ((x, y), (x + long, y), (x + long, y), (x, y)))))
        case 1:
            return Quad(*((x + random.uniform(-30, 30), y + random.uniform(-30, 30)) for _ in range(4)))
        case 2:
            return Quad((x + tall, y), (x + tall, y + long), (x, y + long), (x, y))
        case 3:
            return Box(round(width - long), round(y), width, round(y) + tall).quad()
        case _:
            x, y = random.choice((x, 0, 50, 300)), random.choice((y, 0, 30, 60, height - tall))
            return Box(round(x), round(y), round(x + long), round(y + tall)).quad()


def _line(random: Random, width: int, height: int) -> TextLine:
    text = " ".join(random.choice(TEXTS) for _ in range(random.choice((1, 1, 1, 3))))
    score, place = random.choice((0.0, 0.4, 0.7, 0.9, 1.0)), _quad(random, width, height, max(1, len(text)))
    together = random.random() < 0.1  # as engines do that place words, not signs
    chars = tuple(
        Char(text=sign, quad=place if together else place.part(i / len(text), (i + 1) / len(text)), score=score)
        for i, sign in enumerate(text)
    )
    return TextLine(chars=chars, quad=place, score=score if chars else 0.0)


def _drawn(seed: int) -> tuple[PageImage, PageText, tuple[Mark, ...]]:
    """A page as an engine might read it, with words of its own text, and what was seen on it."""
    random = Random(seed)
    width, height = random.choice(SIZES)
    pixels: Pixels = np.full((height, width, 3), random.choice((255, 255, 255, 128, 0)), np.uint8)
    lines = tuple(_line(random, width, height) for _ in range(random.choice((0, 1, 2, 3, 8, 14))))
    for _ in range(random.choice((0, 2, 5))):  # rules
        at = slice(random.randrange(width), None), slice(random.randrange(height), None)
        pixels[at[1], at[0].start : at[0].start + 2] = 0
        pixels[at[1].start : at[1].start + 2, at[0]] = 0
    for _ in range(random.choice((0, 1, 4))):  # strokes
        points = [(random.randrange(width), random.randrange(height)) for _ in range(random.randint(1, 8))]
        cv2.polylines(pixels, [np.array(points, np.int32)], False, (random.randrange(256), 0, random.randrange(256)), 2)
    marks = []
    for _ in range(random.choice((0, 2, 5))):
        quad = _quad(random, width, height, random.randint(1, 9))
        if lines and random.random() < 0.6:
            label = random.choice(lines).quad
            quad = label.shift(random.choice((0, label.width + 20)), random.choice((0, label.height))).pad(20, 2)
        kind = random.choice((Kind.UNREAD_INK, Kind.UNREAD_INK, Kind.SIGNATURE, Kind.CODE))
        marks.append(Mark(page=0, kind=kind, quad=quad, score=0.5, detector="drawn"))
    words = tuple(
        tuple(word for word in (_line(random, width, height) for _ in range(3)) if word.chars) for _ in range(random.randrange(3))
    )
    ref = PageRef(document="d", index=0)
    page = PageImage(ref=ref, pixels=pixels, format=PageFormat(colour="rgb"), layer=TextLayer(lines=words))
    turn = random.choice((0, 0, 0, 1, 2, 3))
    return page, PageText(ref=ref, width=width, height=height, lines=lines, turn=turn), tuple(marks)


def _on_the_page(findings: tuple[Finding, ...] | list[Finding], text: PageText) -> bool:
    return all((f.chars or f.quads) and all(c.char < len(text.lines[c.line].chars) for c in f.chars) for f in findings)


@pytest.mark.parametrize("seed", PAGES)
def test_every_page_has_a_layout_that_loses_nothing_and_fields_that_are_on_it(seed: int) -> None:
    page, text, marks = _drawn(seed)
    layout = analyse(text, page.pixels)
    inked = {(i, j) for i, line in enumerate(text.lines) for j, char in enumerate(line.chars) if char.text.strip()}
    assert inked <= {(s.line, j) for s in layout.segments for j in range(s.start, s.end)}
    assert sorted(s.line for row in layout.rows for s in row) == sorted(s.line for s in layout.segments)
    assert _on_the_page(FieldReader(ReadPage(text=text, layout=layout, marks=marks)).find(), text)


@pytest.mark.parametrize("start", PAGES[::20])
def test_every_page_is_searched(finder: PiiDetector, start: int) -> None:
    for seed in range(start, start + 20):
        page, text, marks = _drawn(seed)
        assert _on_the_page(finder.find([ReadPage(text=text, layout=analyse(text, page.pixels), marks=marks)]), text), seed


@pytest.mark.parametrize("seed", PAGES[::3])
def test_every_page_is_looked_at(seed: int) -> None:
    page, text, marks = _drawn(seed)
    look = look_at_ink(page.pixels, text.lines, 0.5, marks=marks)
    assert 0.0 <= look.share <= 1.0
    scene = Scene(page=page, lines=tuple(trim_overlaps(text.lines, page.pixels)), marks=marks)
    boxes = list(find_pictures(page.pixels, text.lines))
    for eye in (CodeDetector(), PlateDetector(), WritingDetector()):
        boxes += [box for mark in eye.see(scene) for box in mark.parts]
    assert all(Box(0, 0, page.width, page.height).contains(box) for box in boxes)


@pytest.mark.parametrize("style", ["fill", "label", "neutral", "pseudonym"])
def test_every_stretch_of_every_page_is_covered_in_every_style_for_text(style: str) -> None:
    policy = Policy(styles={"PERSON": style, "ADDRESS": style})
    for seed in PAGES[::2]:
        page, text, marks = _drawn(seed)
        chars = [CharId(i, j) for i, line in enumerate(text.lines) for j in range(len(line.chars))]
        random = Random(seed)
        found = [
            Finding(
                page=0, kind=random.choice((Kind.PERSON, Kind.ADDRESS)), score=0.9, detector="d", reason="r", chars=tuple(part)
            )
            for at in range(0, len(chars), 7)
            if (part := chars[at : at + random.randint(1, 5)])
        ]
        plan = plan_page(
            page=0,
            width=page.width,
            height=page.height,
            colour="rgb",
            readings=[Reading(text=text, findings=tuple(found))],
            marks=marks,
            policy=policy,
            min_score=0.0,
            pseudonym_of=RegionPseudonyms(bytes(32), policy),
        )
        assert apply_plan(page.pixels, plan).shape == page.pixels.shape, seed


def test_the_words_of_a_page_that_says_them_itself_come_into_any_reading() -> None:
    for seed in PAGES:
        page, text, _ = _drawn(seed)
        words = lay(page, text)
        merged = corrected(text, words, seed % 2 == 0)
        assert merged is None or len(merged.lines) >= len(text.lines), seed


def test_what_any_code_holds_is_spelled_out_and_laid_out() -> None:
    for seed in range(1500):
        random = Random(seed)
        content = "".join(random.choice(CODES + TEXTS) for _ in range(random.randint(0, 8)))
        text = spelled_out(content)
        assert bool(text.strip()) == bool(content.strip()), seed
        page, _ = page_of(text)
        assert len(analyse(page).segments) >= len(page.lines), seed
