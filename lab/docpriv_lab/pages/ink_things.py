"""Puts signatures, stamps, writing and fingerprints on a drawn sheet, as offices and people do."""

from __future__ import annotations

import random
from dataclasses import replace

from PIL import Image

from docpriv_lab.pages import drawings, marks
from docpriv_lab.pages.handwriting import Pen, draw_hand, draw_pen, strokes_of
from docpriv_lab.pages.ink_places import canvas_of, on_print, room
from docpriv_lab.pages.kinds.scene import Scene
from docpriv_lab.pages.signatures import STYLES, signature_strokes

PERSONAL = frozenset({"signature", "stamp", "handwriting", "fingerprint"})

_CAPTIONS = (
    "Signature",
    "Signature of applicant",
    "Authorized signature",
    "Witness",
    "Tenant",
    "For the client",
    "Signed",
    "Signature of parent or guardian",
    "Borrower",
)
_STAMP_LINES = (["RECEIVED"], ["PAID"], ["COPY"], ["APPROVED"], ["CONFIDENTIAL"], ["ENTERED", "BOOKS"], ["MAIL ROOM"])
_RINGS = (
    "COUNTY REGISTRY OFFICE",
    "NOTARY PUBLIC * STATE SEAL",
    "CHAMBER OF COMMERCE",
    "MUNICIPAL ARCHIVES * WEST",
    "BOARD OF TRADE *",
)
_NOTES = (
    "please call back",
    "see file",
    "ok, agreed",
    "check with bank",
    "not received",
    "copy to legal",
    "by Friday",
    "pay in two parts",
    "spoke on the phone",
    "urgent",
    "address changed",
    "who is this?",
    "return to sender",
    "discussed on site",
)
_LABELS = ("Name", "Remarks", "Date", "Telephone", "Occupation", "Place of birth", "Amount", "Address")


def plant_personal(scene: Scene) -> None:
    """One to four personal things, of which at least one finds room."""
    chosen = scene.rng.choices(
        (
            _signed_block,
            _labelled_left,
            _closing,
            _over_name,
            _bare,
            _across,
            _initialled,
            _stamped,
            _stamped,
            _stamped_over,
            _stamped_over,
            _margin_note,
            _filled_field,
            _filled_field,
            _long_note,
            _inserted,
            _thumb,
        ),
        weights=(3, 2, 2, 2, 2, 2, 1, 3, 3, 3, 3, 3, 2, 2, 2.5, 1.5, 0.8),
        k=scene.rng.randint(3, 5),
    )
    for plant in chosen:
        plant(scene)


# ---- signatures


def sign(scene: Scene, x: float, y: float, width: float, height: float, place: str) -> None:
    """A signature from (x, y), its line of writing, about `width` x `height` points."""
    canvas, rng = canvas_of(scene), scene.rng
    style = rng.choices(STYLES, weights=(3, 2, 4, 1, 3, 1))[0]
    pen = _signing_pen(rng)
    strokes, long, tall = signature_strokes(rng, style, scene.people.person().name, pen)
    unit = min(width / long, height / tall, 13.0)
    canvas.style, canvas.place = style, place
    canvas.record("[SIGNATURE]", "SIGNATURE", canvas.write(x, y, strokes, pen, unit, "signature"))


def _signing_pen(rng: random.Random) -> Pen:
    pen = draw_pen(rng)
    while pen.skip > 0.15 and rng.random() < 0.85:  # few sign in pencil
        pen = draw_pen(rng)
    return pen


def _signed_block(scene: Scene) -> None:
    """On a rule, the caption below it; at times two side by side."""
    at = room(scene, 200, 64, lower=True)
    if at is None:
        return
    canvas, style = scene.canvas, scene.style
    x, y = at[0], at[1] + 46
    canvas.line(x, y, x + 190, y, 0.6)
    canvas.text(x, y + 4 + style.small.size, scene.rng.choice(_CAPTIONS), style.small)
    sign(
        scene,
        x + scene.rng.uniform(4, 30),
        y - scene.rng.uniform(-3, 6),
        scene.rng.uniform(90, 170),
        scene.rng.uniform(24, 44),
        "rule",
    )


def _labelled_left(scene: Scene) -> None:
    at = room(scene, 250, 48, lower=scene.sure(0.7))
    if at is None:
        return
    canvas, style = scene.canvas, scene.style
    y = at[1] + 36
    end = canvas.text(at[0], y, scene.rng.choice(("Signature:", "Signed:", "By:", "X", "Authorized by:")), style.body) + 5
    canvas.line(end, y + 2, at[0] + 245, y + 2, 0.5)
    sign(
        scene,
        end + scene.rng.uniform(2, 20),
        y - scene.rng.uniform(-2, 5),
        scene.rng.uniform(80, 150),
        scene.rng.uniform(20, 36),
        "label-left",
    )


def _closing(scene: Scene) -> None:
    at = room(scene, 190, 90, lower=True)
    if at is None:
        return
    canvas, body, who = scene.canvas, scene.style.body, scene.people.person()
    canvas.text(
        at[0], at[1] + 12, scene.rng.choice(("Sincerely,", "Yours faithfully,", "With kind regards,", "Very truly yours,")), body
    )
    sign(scene, at[0] + scene.rng.uniform(0, 20), at[1] + 56, scene.rng.uniform(80, 150), scene.rng.uniform(26, 42), "closing")
    canvas.text(at[0], at[1] + 76, who.name, body, "PERSON")


def _over_name(scene: Scene) -> None:
    """Straight over the typed name, as on letters that were printed close."""
    at = room(scene, 170, 52, lower=True)
    if at is None:
        return
    body, who = scene.style.body, scene.people.person()
    scene.canvas.text(at[0] + 8, at[1] + 36, who.name, body, "PERSON")
    scene.canvas.text(at[0] + 8, at[1] + 49, scene.rng.choice(("Director", "Treasurer", "Secretary", "Manager")), body, None)
    sign(scene, at[0], at[1] + scene.rng.uniform(32, 44), scene.rng.uniform(100, 160), scene.rng.uniform(24, 40), "typed-name")


def _bare(scene: Scene) -> None:
    at = room(scene, 150, 56)
    if at is not None:
        sign(scene, at[0] + 6, at[1] + 40, scene.rng.uniform(70, 140), scene.rng.uniform(22, 38), "bare")


def _across(scene: Scene) -> None:
    at = on_print(scene)
    if at is not None:
        x = min(at[0], scene.canvas.width - 190)
        sign(scene, x, at[1] + scene.rng.uniform(-4, 8), scene.rng.uniform(90, 170), scene.rng.uniform(26, 48), "across")


def _initialled(scene: Scene) -> None:
    """Two letters at the foot or in the margin, as on every page of a contract."""
    canvas, rng = canvas_of(scene), scene.rng
    pen = _signing_pen(rng)
    strokes, long, tall = signature_strokes(rng, rng.choice(("initials", "monogram")), scene.people.person().name, pen)
    canvas.style, canvas.place = "initials", "margin"
    unit = min(38 / long, 22 / tall)
    y = canvas.height - 40 if rng.random() < 0.5 else rng.uniform(150, canvas.height - 150)
    canvas.record("[SIGNATURE]", "SIGNATURE", canvas.write(canvas.width - 52, y, strokes, pen, unit, "signature"))


# ---- stamps


def _stamp(scene: Scene, x: float, y: float, place: str) -> None:
    """A stamp with its middle at (x, y)."""
    canvas, rng = canvas_of(scene), scene.rng
    if rng.random() < 0.45:
        side = round(rng.uniform(62, 108) * canvas.scale)
        middle = rng.choice(([], ["FILED"], [scene.day(1).upper()], ["No.", str(rng.randint(100, 999))]))
        mask, style = drawings.round_stamp(rng, side, rng.choice(_RINGS), middle), "round"
    else:
        lines = list(rng.choice(_STAMP_LINES))
        if rng.random() < 0.6:
            lines.append(rng.choice((scene.day(1).upper(), scene.people.firm().name.upper()[:22])))
        if rng.random() < 0.3:
            lines.append("By ..............")
        mask, style = drawings.box_stamp(rng, round(rng.uniform(85, 165) * canvas.scale), lines), "box"
    mask = drawings.inked(rng, drawings.warped(rng, mask, 0.8 * canvas.scale), rng.uniform(0.75, 1.0))
    angle = rng.choice((rng.uniform(-8, 8), rng.uniform(-30, 30), rng.uniform(-95, 95)))
    mask = mask.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    colour = rng.choice((*marks.STAMP_COLOURS, (24, 24, 28), (20, 20, 22), (24, 110, 70)))
    canvas.style, canvas.place = style, place
    with canvas.drawing("stamp"):
        canvas.blot(mask, x * canvas.scale - mask.width / 2, y * canvas.scale - mask.height / 2, colour)


def _stamped(scene: Scene) -> None:
    at = room(scene, 130, 110)
    if at is not None:
        _stamp(scene, at[0] + 65, at[1] + 55, "free")


def _stamped_over(scene: Scene) -> None:
    at = on_print(scene)
    if at is not None:
        canvas = scene.canvas
        x = min(max(at[0] + scene.rng.uniform(-40, 60), 70), canvas.width - 75)
        _stamp(scene, x, min(max(at[1] + scene.rng.uniform(-40, 40), 60), canvas.height - 65), "over")


# ---- handwriting


def _write_lines(
    scene: Scene, x: float, y: float, lines: list[str], unit: float, place: str, *, angle: float = 0.0, width: float = 400
) -> None:
    canvas, rng = canvas_of(scene), scene.rng
    hand = draw_hand(rng)
    canvas.style, canvas.place = ("joined" if hand.joined else "unjoined"), place
    for text in lines:
        strokes, long = strokes_of(rng, text, hand)
        fit = min(unit, width / max(long, 1))
        pen = replace(hand.pen, width=min(hand.pen.width, 0.26 * fit))
        turn = angle + rng.uniform(-1.5, 1.5)
        canvas.record(
            text, "PERSON", canvas.write(x + rng.uniform(-3, 3), y, strokes, pen, fit, "handwriting", angle=turn, text=text)
        )
        y += unit * rng.uniform(3.2, 3.8)


def _margin_note(scene: Scene) -> None:
    """Beside the text, often at a slant."""
    wide = 104 if scene.sure(0.6) else 66
    at = room(scene, wide, 46) or room(scene, 56, 34)
    if at is not None:
        words = scene.rng.choice(_NOTES).split()
        half = max(1, len(words) // 2)
        lines = [t for t in (" ".join(words[:half]), " ".join(words[half:])) if t]
        angle = scene.rng.choice((0, scene.rng.uniform(-18, 18)))
        _write_lines(scene, at[0] + 4, at[1] + 18, lines, scene.rng.uniform(4.6, 7.0), "margin", angle=angle, width=wide)


def _inserted(scene: Scene) -> None:
    """Over a printed line, as corrections are, or into it."""
    at = on_print(scene)
    if at is not None:
        x = min(at[0], scene.canvas.width - 110)
        text = scene.rng.choice((*_NOTES, scene.people.person().name, scene.people.phone()))
        _write_lines(scene, x, at[1] - scene.rng.uniform(5, 10), [text], scene.rng.uniform(3.8, 5.5), "inserted", width=100)


def _filled_field(scene: Scene) -> None:
    """A label, a rule and the value on it, in writing."""
    at = room(scene, 240, 40)
    if at is None:
        return
    canvas, style, who = scene.canvas, scene.style, scene.people.person()
    label = scene.rng.choice(_LABELS)
    value = {
        "Name": who.name,
        "Date": scene.day(0),
        "Telephone": who.phone,
        "Address": who.address.lines[0],
        "Place of birth": who.address.lines[-1],
        "Amount": scene.people.amount(20, 900),
    }.get(label, scene.rng.choice(_NOTES))
    y = at[1] + 28
    end = canvas.text(at[0], y, label + ":", style.body) + 5
    canvas.line(end, y + 2, at[0] + 235, y + 2, 0.5)
    _write_lines(scene, end + 8, y, [value], scene.rng.uniform(4.6, 7.0), "field", width=at[0] + 228 - end)


def _long_note(scene: Scene) -> None:
    """Several lines of writing in free space."""
    at = room(scene, 210, 80)
    if at is None:
        return
    who = scene.people.person()
    lines = [f"{who.given} {scene.rng.choice(_NOTES)}", scene.rng.choice(_NOTES), f"{scene.rng.choice(_NOTES)} {scene.day(0)}"]
    _write_lines(scene, at[0] + 6, at[1] + 20, lines[: scene.rng.randint(2, 3)], scene.rng.uniform(5.0, 7.5), "note", width=195)


def _thumb(scene: Scene) -> None:
    at = room(scene, 80, 110)
    if at is None:
        return
    canvas, rng = canvas_of(scene), scene.rng
    canvas.frame(at[0], at[1], 72, 92, 0.7)
    canvas.text(at[0], at[1] + 102, rng.choice(("Right thumb", "Fingerprint", "Left thumb")), scene.style.small)
    mask = drawings.fingerprint(rng, round(56 * canvas.scale), round(76 * canvas.scale))
    canvas.style, canvas.place = "print", "box"
    with canvas.drawing("fingerprint"):
        canvas.blot(
            mask, (at[0] + 8) * canvas.scale, (at[1] + 8) * canvas.scale, rng.choice(((30, 30, 36), (44, 44, 90), (60, 60, 60)))
        )
