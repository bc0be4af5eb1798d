"""What people wrote, signed and stamped is found and covered; print, boxes and rules are left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from docpriv.geometry import Box
from docpriv.model import Char, Kind, Mark, PageFormat, PageImage, PageRef, TextLine
from docpriv.protocols import Scene
from docpriv.visual.detectors.writing import WritingDetector

BLACK, BLUE, RED = (20, 20, 20), (40, 60, 190), (200, 30, 40)
ROWS = 12


class Sheet:
    """A page with lines of print that were read, at 30 pixels a line."""

    def __init__(self) -> None:
        self.pixels = np.full((1100, 850, 3), 255, np.uint8)
        self.lines: list[TextLine] = []

    def print(self, text: str, x: int, y: int, *, score: float = 0.99, read: bool = True) -> Box:
        """Printed words with their foot at y; the box that holds them."""
        (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.7, 1)
        cv2.putText(self.pixels, text, (x, y), cv2.FONT_HERSHEY_DUPLEX, 0.7, BLACK, 1, cv2.LINE_AA)
        box = Box(x - 2, y - 20, x + width + 2, y + 8)
        if read:
            step = width / len(text)
            places = [Box(round(x + i * step), box.y0, round(x + (i + 1) * step), box.y1) for i in range(len(text))]
            chars = tuple(Char(text=c, score=score, quad=place.quad()) for c, place in zip(text, places, strict=True))
            self.lines.append(TextLine(chars=chars, quad=box.quad(), score=score))
        return box

    def letter(self, rows: int = ROWS) -> Sheet:
        for i in range(rows):
            self.print("Plain words of a printed letter about the delivery of goods", 60, 80 + 34 * i)
        return self

    def stroke(self, points: list[tuple[float, float]], ink: tuple[int, int, int] = BLACK, width: int = 2) -> np.ndarray:
        """One stroke of a pen; the pixels it covers."""
        mask = np.zeros(self.pixels.shape[:2], np.uint8)
        cv2.polylines(mask, [np.round(np.array(points)).astype(np.int32)], False, 1, width)
        self.pixels[mask > 0] = ink
        return mask > 0

    def sign(self, x: int, y: int, *, width: int = 230, height: int = 55, ink: tuple[int, int, int] = BLACK) -> np.ndarray:
        """A looping line of writing whose foot is at y; its pixels."""
        t = np.linspace(0, 1, 240)
        xs = x + width * t + 9 * np.sin(2 * np.pi * 7 * t)
        ys = y - height / 2 - height / 2 * np.sin(2 * np.pi * 7 * t + 1) * (0.55 + 0.45 * np.cos(9 * t))
        return self.stroke(list(zip(xs.tolist(), ys.tolist(), strict=True)), ink)

    def marks(self, seen: tuple[Mark, ...] = ()) -> tuple[Mark, ...]:
        pixels = self.pixels.copy()
        pixels.flags.writeable = False
        page = PageImage(ref=PageRef(document="d", index=3), pixels=pixels, format=PageFormat(colour="rgb"))
        return WritingDetector().see(Scene(page=page, lines=tuple(self.lines), marks=seen))

    def covered(self, marks: tuple[Mark, ...], *kinds: Kind) -> np.ndarray:
        out = np.zeros(self.pixels.shape[:2], bool)
        for mark in marks:
            if mark.kind in kinds:
                for box in mark.parts or (Box(*(round(v) for v in mark.quad.bounds())),):
                    out[box.slices] = True
        return out


def test_clean_print_with_rules_boxes_and_a_tick_gives_nothing():
    sheet = Sheet().letter()
    for y in (560, 640, 720):
        cv2.line(sheet.pixels, (60, y), (780, y), BLACK, 2)
    cv2.line(sheet.pixels, (60, 560), (60, 720), BLACK, 2)
    cv2.rectangle(sheet.pixels, (100, 590), (118, 608), BLACK, 2)
    cv2.rectangle(sheet.pixels, (200, 590), (218, 608), BLACK, 2)
    cv2.line(sheet.pixels, (202, 592), (216, 606), BLACK, 2)
    assert sheet.marks() == ()


@pytest.mark.parametrize(
    ("label", "at", "pen"),
    [
        ("Signature", (120, 735), (120, 690)),  # printed below the line
        ("Notary Public", (120, 735), (120, 690)),
        ("Authorised signatory:", (60, 690), (330, 695)),  # left of it
        ("By:", (60, 690), (110, 695)),
        ("Yours sincerely", (60, 560), (80, 650)),  # above it
        ("Mit freundlichen Grüßen", (60, 560), (80, 650)),
        ("Handtekening", (120, 735), (120, 690)),
        ("Firma del solicitante", (120, 735), (120, 690)),
    ],
)
def test_writing_where_people_sign_is_a_signature_and_is_covered(label, at, pen):
    sheet = Sheet().letter()
    sheet.print(label, *at)
    cv2.line(sheet.pixels, (110, 700), (420, 700), BLACK, 1)
    ink = sheet.sign(*pen)
    marks = sheet.marks()
    found = [m for m in marks if m.kind == Kind.SIGNATURE]
    assert len(found) == 1
    assert (found[0].rule, found[0].page) == ("signature-label", 3)
    assert (sheet.covered(marks, Kind.SIGNATURE) & ink).sum() >= 0.99 * ink.sum()


def test_a_small_scrawl_is_a_signature_beside_a_label_only():
    def marks(label):
        sheet = Sheet().letter()
        sheet.print(label, 60, 700)
        sheet.sign(250, 700, width=60, height=34)
        return [m.kind for m in sheet.marks()]

    assert marks("Signed by:") == [Kind.SIGNATURE]
    assert marks("Quantity:") == [Kind.UNREAD_INK]


def test_words_that_speak_of_signing_are_no_place_to_sign():
    sheet = Sheet().letter()
    sheet.print("Date of signature", 60, 735)
    sheet.sign(70, 700, width=70, height=34)
    assert [m.kind for m in sheet.marks()] == [Kind.UNREAD_INK]


def test_a_large_joined_line_of_writing_is_a_signature_without_a_label():
    sheet = Sheet().letter()
    ink = sheet.sign(300, 650, width=260, height=70)
    marks = sheet.marks()
    assert [(m.kind, m.rule) for m in marks] == [(Kind.SIGNATURE, "signature-form")]
    assert (sheet.covered(marks, Kind.SIGNATURE) & ink).sum() >= 0.99 * ink.sum()


def test_a_signature_that_was_read_with_doubt_is_not_print():
    sheet = Sheet().letter()
    sheet.print("Signature", 120, 735)
    ink = sheet.sign(120, 690)
    quad = Box(115, 620, 360, 700).quad()
    sheet.lines.append(TextLine(chars=tuple(Char(text="m", quad=quad, score=0.7) for _ in range(6)), quad=quad, score=0.7))
    assert (sheet.covered(sheet.marks(), Kind.SIGNATURE) & ink).sum() >= 0.99 * ink.sum()


def test_a_typed_name_over_the_label_is_left():
    sheet = Sheet().letter()
    sheet.print("/s/ Ada Okafor", 120, 690)
    sheet.print("Signature", 120, 735)
    assert sheet.marks() == ()


def test_a_signature_that_crosses_print_is_followed_and_the_line_stays_legible():
    sheet = Sheet().letter()
    row = sheet.print("Printed words that someone signed across in the end", 60, 620)
    sheet.print("Signature", 120, 735)
    ink = sheet.sign(150, 680, width=200, height=130)
    marks = sheet.marks()
    covered = sheet.covered(marks, Kind.SIGNATURE)
    assert (covered & ink).sum() >= 0.97 * ink.sum()
    assert covered[row.slices].mean() < 0.5
    assert all(m.parts for m in marks if m.kind == Kind.SIGNATURE)


@pytest.mark.parametrize("tone", [(20, 20, 20), BLUE, (150, 150, 150), (185, 185, 185)])
def test_writing_by_hand_is_one_mark_a_line_in_pen_and_pencil(tone):
    sheet = Sheet().letter()
    sheet.print("Remarks", 60, 620)
    for i in range(6):
        sheet.stroke([(200 + 40 * i + 14 * t, 612 - 9 * np.sin(5 * t)) for t in np.linspace(0, 2, 30)], tone)
    cv2.line(sheet.pixels, (190, 618), (480, 618), BLACK, 1)  # letters stand on the rule
    marks = sheet.marks()
    assert [(m.kind, m.rule) for m in marks] == [(Kind.UNREAD_INK, "handwriting")]
    x0, y0, x1, y1 = marks[0].quad.bounds()
    assert x0 <= 202
    assert x1 >= 426
    assert y0 <= 605
    assert y1 >= 618


def test_coloured_and_black_round_stamps_are_stamps():
    for tone in (RED, BLACK):
        sheet = Sheet().letter()
        cv2.circle(sheet.pixels, (400, 700), 80, tone, 3)
        cv2.putText(sheet.pixels, "PAID", (362, 708), cv2.FONT_HERSHEY_DUPLEX, 1.0, tone, 2, cv2.LINE_AA)
        marks = sheet.marks()
        assert [m.kind for m in marks if m.kind is not Kind.UNREAD_INK] == [Kind.STAMP]
        x0, y0, x1, y1 = marks[0].quad.bounds()
        assert x0 <= 320
        assert y0 <= 620
        assert x1 >= 480
        assert y1 >= 780


def test_a_signature_across_a_stamp_is_a_signature_too():
    sheet = Sheet().letter()
    cv2.circle(sheet.pixels, (400, 700), 80, RED, 3)
    sheet.print("Signature", 330, 830)
    ink = sheet.sign(420, 760, width=230, height=80)
    marks = sheet.marks()
    assert Kind.SIGNATURE in {m.kind for m in marks}
    assert (sheet.covered(marks, Kind.SIGNATURE) & ink).sum() >= 0.97 * ink.sum()


def test_hatching_is_no_signature_also_beside_a_label():
    sheet = Sheet().letter()
    sheet.print("Signature:", 60, 700)
    for i in range(14):
        sheet.stroke([(240 + 16 * i, 720), (300 + 16 * i, 640)])
    assert sheet.marks() == ()


def test_a_bold_emblem_is_no_writing_but_a_monogram_at_its_label_is():
    def marks(*, label):
        sheet = Sheet().letter()
        if label:
            sheet.print("Signature:", 60, 700)
        cv2.circle(sheet.pixels, (300, 690), 38, BLACK, 14)
        return [m.kind for m in sheet.marks()]

    assert marks(label=False) == []
    assert marks(label=True) == [Kind.SIGNATURE]


@pytest.mark.parametrize("angle", [3.5, 12.0, -25.0])
def test_a_turned_frame_partly_over_print_with_breaks_is_a_stamp(angle):
    sheet = Sheet().letter()
    sides = cv2.boxPoints(((400, 560), (300, 190), angle))
    for i in range(4):
        start, end = sides[i], sides[(i + 1) % 4]
        for t0, t1 in ((0, 0.5), (0.56, 1)):
            sheet.stroke([tuple(start + t0 * (end - start)), tuple(start + t1 * (end - start))], width=3)
    sheet.print("RECEIVED", 340, 570)
    marks = [m for m in sheet.marks() if m.kind == Kind.STAMP]
    assert len(marks) == 1
    assert all(cv2.pointPolygonTest(marks[0].quad.array().astype(np.float32), (float(x), float(y)), True) >= -6 for x, y in sides)


def test_a_line_whose_box_a_signature_grew_explains_its_own_row_alone():
    sheet = Sheet().letter()
    row = sheet.print("Printed words that someone signed across in the end", 60, 620)
    line = sheet.lines.pop()
    top, bottom = row.y0 - 20, row.y1 + 20
    chars = tuple(
        Char(text=c.text, score=c.score, quad=Box(round(c.quad.a[0]), top, round(c.quad.b[0]), bottom).quad()) for c in line.chars
    )
    sheet.lines.append(TextLine(chars=chars, quad=Box(row.x0, top, row.x1, bottom).quad(), score=0.97))
    ink = sheet.sign(150, 648, width=240, height=68)
    assert (sheet.covered(sheet.marks(), Kind.SIGNATURE) & ink).sum() >= 0.8 * ink.sum()


def test_what_another_detector_saw_is_no_writing():
    sheet = Sheet().letter()
    sheet.sign(300, 650, width=260, height=70)
    code = Mark(page=3, kind=Kind.CODE, quad=Box(280, 560, 590, 670).quad(), score=1.0, detector="codes")
    assert sheet.marks((code,)) == ()


def test_a_page_without_lines_and_a_tiny_page_are_seen_without_fault():
    blank = Sheet()
    assert blank.marks() == ()
    blank.pixels = np.full((3, 2, 3), 255, np.uint8)
    assert blank.marks() == ()


def test_a_coloured_page_without_ink_is_seen_without_fault():
    sheet = Sheet()
    sheet.pixels[:] = (210, 190, 120)
    assert sheet.marks() == ()


def test_a_large_page_gives_marks_of_its_own_size():
    sheet = Sheet().letter()
    ink = sheet.sign(300, 650, width=260, height=70)
    sheet.pixels = cv2.resize(sheet.pixels, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    sheet.lines = [
        TextLine(
            chars=tuple(Char(text=c.text, quad=c.quad.scale(4, 4), score=c.score) for c in ln.chars),
            quad=ln.quad.scale(4, 4),
            score=ln.score,
        )
        for ln in sheet.lines
    ]
    large = cv2.resize(ink.astype(np.uint8), None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST) > 0
    assert (sheet.covered(sheet.marks(), Kind.SIGNATURE) & large).sum() >= 0.99 * large.sum()


def test_a_stamp_that_was_signed_keeps_its_signature_marked():
    def scribble(pixels):
        points = np.array([(330 + 6 * i, 700 + round(34 * np.sin(i * 0.9) * (1 - i / 60))) for i in range(34)], np.int32)
        cv2.polylines(pixels, [points], False, BLACK, 3, cv2.LINE_AA)

    alone, stamped = Sheet().letter(), Sheet().letter()
    for sheet in (alone, stamped):
        scribble(sheet.pixels)
    frame = cv2.boxPoints(((430, 700), (320, 150), 6)).astype(np.int32)
    cv2.polylines(stamped.pixels, [frame], True, BLACK, 4, cv2.LINE_AA)
    wanted = {m.kind for m in alone.marks()}
    assert Kind.SIGNATURE in wanted
    assert Kind.SIGNATURE in {m.kind for m in stamped.marks()}
