"""Codes that are hard to see as codes, and pages on which nothing is hidden: stains, signs, pictures, folds, patterns.

The text of the latter is in clean print; ordinary words have to stay readable on them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from docpriv_lab.pages import drawings, fonts
from docpriv_lab.pages.adversary.sheet import Sheet, write_fields
from docpriv_lab.pages.adversary.wordings import SENTENCES
from docpriv_lab.pages.canvas import BLACK, Colour
from docpriv_lab.pages.code_pages import code_modules

CODE_FORMS = ("dots", "cut", "vertical", "four_state", "cut_bars", "dots_colour")


def code(sheet: Sheet, form: str, y: float) -> float:
    """A code of round dots, one that the edge of the page cuts off, bars up the edge, a postal code of four states; the
    twin's is square, whole and upright."""
    bars, state = form in ("vertical", "cut_bars"), form == "four_state"
    modules, _ = code_modules(sheet.rng, "code-128" if bars or state else sheet.rng.choice(("qr-code", "data-matrix")))
    unit = 3 if bars or state else 4
    if state and sheet.hard:
        mask = _four_state(sheet.form)
    elif form.startswith("dots") and sheet.hard:
        mask = _dots(modules, unit, sheet.form.uniform(0.45, 0.9))
    else:
        tall = 70 if bars or state else unit
        mask = Image.fromarray(np.repeat(np.repeat(modules, tall, axis=0), unit, axis=1))
    colour: Colour = (
        sheet.form.choice(((150, 170, 215), (215, 150, 160), (120, 120, 124))) if form == "dots_colour" and sheet.hard else BLACK
    )
    if form == "vertical" and sheet.hard:
        mask = mask.rotate(90, expand=True)
    canvas, scale = sheet.canvas, sheet.canvas.scale
    wide, high = mask.width / scale, mask.height / scale
    x = sheet.left
    if sheet.hard and form in ("cut", "cut_bars"):
        x = canvas.width - wide * sheet.form.uniform(0.55, 0.75)
    elif sheet.hard and form == "vertical":
        x = canvas.width - wide - sheet.form.uniform(1, 6)
    canvas.record("[code]", "ID", canvas.shape(mask, x, y - sheet.body.size * 0.6, colour))
    # bars lie above the fields, whether they are drawn there or up the edge
    below, high = bars or state, 70 / scale if bars or state else high
    top, side = (y + high + sheet.step, sheet.left) if below else (y, sheet.left + wide + 16)
    if x > sheet.left:
        side = sheet.left
    write_fields(canvas, side, top, sheet.fields(4), sheet.body, sheet.body, sheet.step)
    return y + max(high, 4 * sheet.step) + sheet.step * (5.5 if below else 2)


def _dots(modules: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], unit: int, share: float) -> Image.Image:
    """Each dark module as a disc of `share` of its width."""
    over = 4
    rows, columns = modules.shape
    mask = Image.new("L", (columns * unit * over, rows * unit * over))
    pen, r = ImageDraw.Draw(mask), share * unit * over / 2
    for row, column in zip(*np.nonzero(modules), strict=True):
        x, y = (column + 0.5) * unit * over, (row + 0.5) * unit * over
        pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return mask.reduce(over)


def _four_state(rng: random.Random) -> Image.Image:
    """65 bars that rise, hang, do both or neither."""
    mask = Image.new("L", (65 * 7, 24))
    pen = ImageDraw.Draw(mask)
    for i in range(65):
        top, low = rng.choice(((0, 23), (0, 15), (8, 23), (8, 15)))
        pen.rectangle((i * 7, top, i * 7 + 2, low), fill=255)
    return mask


# ---- nothing hidden

CLUTTER_FORMS = (
    "stain",
    "emblem",
    "wordmark",
    "halftone",
    "show_through",
    "folds",
    "grid",
    "hatching",
    "ruler",
    "smudge",
    "empty_comb",
    "picture",
)


def plain_fields(sheet: Sheet, form: str, y: float) -> float:
    """Fields in clean print with room beside them."""
    return max(
        write_fields(sheet.canvas, sheet.left, y, sheet.fields(4), sheet.body, sheet.body, sheet.step) + sheet.step * 5, y + 130
    )


def clutter(sheet: Sheet, form: str, y: float) -> None:
    """What lies on or beside the text of a hard page: none of it says anything. `y`: where the fields began."""
    canvas, rng = sheet.canvas, sheet.form
    s = canvas.scale
    free = (round(sheet.left * s), round((y + sheet.step * 4) * s), round(sheet.width * s), round(sheet.step * 4 * s))
    x0, y0, w, h = free
    page = canvas.image.size
    side = min(w, h)
    make: dict[str, Callable[[], None]] = {
        "stain": lambda: _soak(sheet, drawings.ring_stain(rng, rng.randint(220, 340)), rng.randint(80, page[0] - 400), y0 - 220),
        "smudge": lambda: _soak(sheet, drawings.smudge(rng, 260, 180), rng.randint(60, page[0] - 320), y0 - 120, (90, 90, 90)),
        "emblem": lambda: _set(sheet, drawings.emblem(rng, side), x0 + rng.randrange(w - side), y0),
        "wordmark": lambda: _wordmark(sheet, x0, y0 + 20, round(h * 0.6)),
        "halftone": lambda: _picture(sheet, x0, y0, round(h * 1.5), h, dots=True),
        "picture": lambda: _picture(sheet, x0, y0, round(h * 1.5), h, dots=False),
        "hatching": lambda: _set(sheet, drawings.hatching(rng, round(w * 0.6), h - 20), x0, y0),
        "show_through": lambda: _show_through(sheet),
        "folds": lambda: _folds(sheet),
        "grid": lambda: _grid(sheet),
        "ruler": lambda: _ruler(sheet),
        "empty_comb": lambda: _empty_comb(sheet, y + sheet.step * 4),
    }
    make[form]()


def _soak(sheet: Sheet, mask: Image.Image, left: int, top: int, colour: Colour = (150, 105, 60)) -> None:
    """Darken the page through a mask; print under it stays as dark as it was or darker."""
    box = (left, top, left + mask.width, top + mask.height)
    under = np.asarray(sheet.canvas.image.crop(box), np.float32)
    cover = np.asarray(mask, np.float32)[..., None] / 255 * 0.8
    over = under * (1 - cover * (1 - np.array(colour, np.float32) / 255))
    sheet.canvas.image.paste(Image.fromarray(np.rint(over).astype(np.uint8)), box[:2])


def _set(sheet: Sheet, mask: Image.Image, left: int, top: int) -> None:
    colour = sheet.form.choice(((24, 62, 120), (120, 30, 36), (30, 92, 70), BLACK))
    sheet.canvas.image.paste(colour, (left, top), mask)


def _wordmark(sheet: Sheet, left: int, top: int, height: int) -> None:
    """A firm's sign with its name, which is counted neither way."""
    firm = sheet.people.firm()
    mask = drawings.wordmark(sheet.form, height, firm.name.split()[0])
    hull = sheet.canvas.shape(mask, left / sheet.canvas.scale, top / sheet.canvas.scale, (24, 62, 120))
    sheet.canvas.record(firm.name.split()[0], "MAYBE", hull)


def _picture(sheet: Sheet, left: int, top: int, width: int, height: int, *, dots: bool) -> None:
    picture = drawings.photograph(sheet.form, width, height).convert("L")
    if dots:
        pitch = sheet.form.choice((4, 5, 6))
        ys, xs = np.mgrid[0:height, 0:width] * (2 * math.pi / pitch)
        u, v = (xs + ys) * math.sqrt(0.5), (xs - ys) * math.sqrt(0.5)
        raster = 127.5 + 63 * (np.cos(u) + np.cos(v))
        picture = Image.fromarray(np.where(np.asarray(picture, np.float32) > raster, 255, 20).astype(np.uint8))
    sheet.canvas.image.paste(picture.convert("RGB"), (left, top))


def _show_through(sheet: Sheet) -> None:
    """The other side of thin paper: mirrored, so blurred that nobody reads it."""
    image = sheet.canvas.image
    back = Image.new("L", image.size)
    pen, font = ImageDraw.Draw(back), fonts.load("serif-a", 21)
    for i in range(8, image.height // 33 - 4):
        pen.text((90, i * 33), sheet.form.choice(SENTENCES)[: sheet.form.randint(30, 60)], fill=255, font=font)
    seen = back.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(6))
    _darken(sheet, np.asarray(seen, np.float32) * (sheet.form.uniform(20, 40) / 255))


def _folds(sheet: Sheet) -> None:
    """Creases across the page: a dark line beside a light one, with a soft shade."""
    width, height = sheet.canvas.image.size
    shade = np.zeros((height, width), np.float32)
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    for share in (1 / 3, 2 / 3):
        shade += sheet.form.uniform(12, 34) * np.exp(-(np.abs(rows - height * share) / sheet.form.uniform(4, 12)))
    shade += sheet.form.uniform(12, 30) * np.exp(-(np.abs(columns - width * sheet.form.uniform(0.4, 0.6)) / 6))
    _darken(sheet, shade)


def _grid(sheet: Sheet) -> None:
    """Paper with squares or lines."""
    width, height = sheet.canvas.image.size
    shade = np.zeros((height, width), np.float32)
    step, depth = sheet.form.choice((18, 24, 30)), sheet.form.uniform(14, 60)
    shade[::step] = depth
    if sheet.form.random() < 0.7:
        shade[:, ::step] = depth
    _darken(sheet, shade)


def _ruler(sheet: Sheet) -> None:
    """A scale with its numbers down the left edge or along the foot."""
    canvas = sheet.canvas
    down, kind = sheet.form.random() < 0.5, sheet.body.at(5.0)
    length = canvas.height if down else canvas.width
    for i in range(int(length / 2.835)):  # a millimetre
        reach = 11 if i % 10 == 0 else 8 if i % 5 == 0 else 5
        at = i * 2.835
        if down:
            canvas.line(0, at, reach, at, 0.4)
        else:
            canvas.line(at, canvas.height, at, canvas.height - reach, 0.4)
        if i % 10 == 0 and i:
            spot = (13, at + 2) if down else (at - 2, canvas.height - 13)
            canvas.text(spot[0], spot[1], str(i // 10), kind, "MAYBE")


def _empty_comb(sheet: Sheet, y: float) -> None:
    """Rows of cells that nobody filled in, with captions."""
    for row, caption in enumerate(("For office use", "Reference")):
        sheet.canvas.text(sheet.left, y + row * 2 * sheet.step + 10, caption, sheet.body)
        for i in range(12):
            sheet.canvas.frame(sheet.left + 110 + i * 15, y + row * 2 * sheet.step, 14, 16, 0.6)


def _darken(sheet: Sheet, shade: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    under = np.asarray(sheet.canvas.image, np.float32)
    over = under * (1 - shade[..., None] / 255)
    sheet.canvas.image.paste(Image.fromarray(np.rint(over).astype(np.uint8)), (0, 0))
