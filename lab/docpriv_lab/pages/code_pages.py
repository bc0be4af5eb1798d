"""Text pages with barcodes and 2D codes whose every dark module is known; draws no real person's data.

A page is set at its resolution, codes are drawn from their modules with the page's skew and anti-aliasing, then the whole
is worn: blur, noise, weak print, damage to the codes, bilevel conversion, JPEG. The same seed gives the same pixels.
"""

from __future__ import annotations

import io
import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image, ImageDraw

from docpriv.evaluation.truth import Points
from docpriv_lab.pages import fonts

KINDS = ("qr-code", "data-matrix", "pdf417", "aztec", "code-128", "code-39", "ean-13", "itf")
LINEAR = frozenset({"code-128", "code-39", "ean-13", "itf"})
# Printed size of a module (the narrowest bar) in millimetres, least and most: GS1 General Specifications, section 5.12
# (EAN-13 at 80 to 150 %), ISO/IEC 15415 practice for 2D codes on office print, AAMVA DL/ID Card Design Standard (PDF417).
MODULE_MM = {
    "qr-code": (0.33, 0.6),
    "data-matrix": (0.33, 0.6),
    "pdf417": (0.25, 0.4),
    "aztec": (0.35, 0.6),
    "code-128": (0.25, 0.5),
    "code-39": (0.25, 0.4),
    "ean-13": (0.264, 0.4),
    "itf": (0.3, 0.6),
}
BAR_MM = {"code-128": (8, 16), "code-39": (7, 14), "ean-13": (12, 23), "itf": (9, 18)}
DAMAGES = ("none", "none", "none", "pen", "scratch", "corner", "stamp")
_FORMATS = {
    "qr-code": "QRCode",
    "data-matrix": "DataMatrix",
    "pdf417": "PDF417",
    "aztec": "Aztec",
    "code-128": "Code128",
    "code-39": "Code39",
    "ean-13": "EAN13",
    "itf": "ITF",
}
_WORDS = (
    "the",
    "account",
    "shall",
    "be",
    "settled",
    "within",
    "thirty",
    "days",
    "of",
    "receipt",
    "unless",
    "both",
    "parties",
    "agree",
    "in",
    "writing",
    "upon",
    "another",
    "term",
    "please",
    "quote",
    "this",
    "reference",
    "in",
    "all",
    "letters",
    "amount",
    "due",
    "total",
    "balance",
    "carried",
    "forward",
    "net",
    "gross",
    "section",
    "holder",
    "policy",
    "premium",
    "delivery",
    "notice",
    "office",
    "department",
    "authority",
    "applicant",
    "form",
    "copy",
    "original",
    "date",
    "place",
)
_FINE = 4  # sub-pixels a side when a code is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCode:
    """One code. `quad` (4, 2) holds its modules (not the quiet zone); `ink` u8 (H, W) of the page says how dark its modules
    made a pixel, without those that damage took off; `digits` is the quad of the number under its bars, `size` the module in mm.
    """

    kind: str
    quad: Points
    ink: npt.NDArray[np.uint8]
    size: float
    damage: str = "none"
    digits: Points | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePage:
    """A page u8 (H, W, 3) and its codes; `text_lines` are the boxes of other text, as quads of the page."""

    pixels: npt.NDArray[np.uint8]
    codes: tuple[DrawnCode, ...]
    text_lines: tuple[Points, ...]
    dpi: int
    rotation: float
    wear: str


@dataclass(slots=True, kw_only=True)
class _Plan:
    kind: str
    modules: npt.NDArray[np.uint8]  # 255 dark
    mm: float
    box: tuple[float, float, float, float]
    digits: str = ""
    digit_box: tuple[float, float, float, float] | None = None


def code_page(
    seed: int,
    *,
    dpi: int,
    kinds: tuple[str, ...] = KINDS[:4],
    rotation: float | None = None,
    clean: bool = False,
    width_mm: float = 210,
    height_mm: float = 297,
) -> CodePage:
    """A page of text with one code of each of `kinds`. `rotation` in degrees, drawn from 0..20 where None; `clean` leaves
    out all wear. Raises KeyError for an unknown kind."""
    rng = random.Random(f"codes/{seed}/{dpi}")
    turns = (0.0, rng.uniform(-1.5, 1.5), rng.uniform(-6, 6), rng.uniform(-20, 20))
    angle = rotation if rotation is not None else rng.choice(turns)
    px = dpi / 25.4
    width, height = round(width_mm * px), round(height_mm * px)
    plans = _placed(rng, kinds, px, width, height, angle)
    sheet = Image.new("L", (width, height), 255)
    lines = _text(rng, sheet, plans, px)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    page = np.asarray(sheet)
    if angle:
        page = cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    black, paper = (0, 255) if clean else (rng.choice((10, 30, 60)), rng.randint(232, 255))
    print_ink = black if clean else rng.choice((black, black, black + 40, 120))
    sheet_grey = np.asarray(paper - (paper - black) * (1 - page.astype(np.float32) / 255), np.float32)
    codes = []
    for plan in plans:
        ink = _ink(plan, turn, px, width, height)
        damage = "none" if clean else rng.choice(DAMAGES)
        marks = _damaged(rng, ink, plan, turn, damage)
        np.minimum(sheet_grey, paper - (paper - print_ink) * (marks.astype(np.float32) / 255), out=sheet_grey)
        digits = _turned(plan.digit_box, turn) if plan.digit_box else None
        codes.append(
            DrawnCode(
                kind=plan.kind,
                quad=_turned(plan.box, turn),
                ink=np.minimum(ink, marks),
                size=plan.mm,
                damage=damage,
                digits=digits,
            )
        )
        if damage == "pen":
            _pen(rng, sheet_grey, plan, turn, px, black)
    pixels, wear = (np.rint(sheet_grey).astype(np.uint8), "clean") if clean else _scan(sheet_grey, rng, seed, dpi)
    return CodePage(
        pixels=np.repeat(pixels[..., None], 3, axis=2),
        codes=tuple(codes),
        dpi=dpi,
        rotation=angle,
        wear=wear,
        text_lines=tuple(_turned(box, turn) for box in lines),
    )


def code_modules(rng: random.Random, kind: str) -> tuple[npt.NDArray[np.uint8], str]:
    """The modules of a random code of that kind, 255 dark and without quiet zone, and what is printed under it."""
    digits = "".join(rng.choice("0123456789") for _ in range(14))
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(6))
    content = {
        "code-128": letters[: rng.randint(0, 4)] + digits[: rng.randint(8, 14)],
        "code-39": letters[: rng.randint(1, 3)] + digits[: rng.randint(5, 9)],
        "ean-13": digits[:12] + str((10 - sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits[:12]))) % 10),
        "itf": digits[: 2 * rng.randint(5, 7)],
    }.get(kind)
    shown = content or ""
    if content is None:
        wordy = " ".join(rng.choice(_WORDS) for _ in range(rng.randint(2, 26)))
        content = f"{letters}|{digits}|{wordy}"
    extra: dict[str, object] = {"ec_level": rng.choice(("L", "M", "Q"))} if kind == "qr-code" else {}
    if kind == "data-matrix" and rng.random() < 0.85:
        extra["force_square"] = True  # oblong ones stand on small parts, seldom on paper
    made = zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, _FORMATS[kind]), **extra)
    grey = np.array(made.to_image(scale=1, add_quiet_zones=False))
    dark = np.where(grey < 128, 255, 0).astype(np.uint8)
    if kind in LINEAR:
        dark = dark[:1]
    return dark, shown


def _placed(rng: random.Random, kinds: tuple[str, ...], px: float, width: int, height: int, angle: float) -> list[_Plan]:
    """Codes one below the other in bands of the page, near enough to its middle to stay on it when it is turned."""
    plans = []
    lean = abs(math.sin(math.radians(angle)))
    inset_x, inset_y = 12 * px + lean * height / 2, 12 * px + lean * width / 2
    band = (height - 2 * inset_y) / max(1, len(kinds))
    for number, kind in enumerate(kinds):
        modules, shown = code_modules(rng, kind)
        least, most = MODULE_MM[kind]
        mm = rng.uniform(least, most)
        rows, cols = modules.shape
        mm = max(least, min(mm, (width - 2 * inset_x) / px / cols, (band - 6 * px) / px / rows))
        w = cols * mm * px
        h = rng.uniform(*BAR_MM[kind]) * px if kind in LINEAR else rows * mm * px
        h = min(h, band - 8 * px) if kind in LINEAR else h
        x = inset_x + rng.random() * max(0.0, width - 2 * inset_x - w)
        y = inset_y + number * band + rng.random() * max(0.0, band - h - 6 * px)
        plan = _Plan(kind=kind, modules=modules, mm=mm, box=(x, y, x + w, y + h))
        if shown and rng.random() < 0.7:
            size = rng.uniform(2.2, 3.4) * px
            plan.digits = shown
            plan.digit_box = (x + 0.1 * w, y + h + 0.8 * px, x + 0.9 * w, y + h + 0.8 * px + size)
        plans.append(plan)
    return plans


def _text(rng: random.Random, sheet: Image.Image, plans: list[_Plan], px: float) -> list[tuple[float, float, float, float]]:
    """Lines of words around the codes, a table here and there; the boxes of what was drawn."""
    draw = ImageDraw.Draw(sheet)
    face = fonts.load(rng.choice(fonts.GEOMETRY), rng.uniform(2.6, 4.2) * px)
    step = face.size * rng.uniform(1.15, 1.6)
    y, lines = 14 * px, []
    while y < sheet.height - 16 * px:
        x = 16 * px
        while x < sheet.width - 16 * px:
            word = rng.choice(_WORDS) if rng.random() < 0.8 else f"{rng.randint(1, 9999)}.{rng.randint(10, 99)}"
            w = face.getlength(word)
            box = (x, y, x + w, y + face.size)
            if x + w < sheet.width - 16 * px and not any(_near(box, p, px) for p in plans):
                draw.text((x, y + face.size * 0.8), word, fill=0, font=face, anchor="ls")
                lines.append(box)
            x += w + face.size * 0.35
        y += step
    for plan in plans:
        if plan.digit_box is not None:
            x0, y0, x1, y1 = plan.digit_box
            small = fonts.load("sans-a", (y1 - y0) * 1.2)
            w = small.getlength(plan.digits)
            at = (x0 + x1) / 2 - w / 2
            draw.text((at, y1), plan.digits, fill=0, font=small, anchor="ls")
            plan.digit_box = (at, y0, at + w, y1)
    return lines


def _near(box: tuple[float, float, float, float], plan: _Plan, px: float) -> bool:
    """Whether a word would stand in a code's quiet zone: four modules of a 2D code, ten of bars."""
    gap = (10 if plan.kind in LINEAR else 4) * plan.mm * px
    x0, y0, x1, y1 = plan.box
    low = plan.digit_box[3] if plan.digit_box else y1
    return box[0] < x1 + gap and box[2] > x0 - gap and box[1] < low + 1.5 * px and box[3] > y0 - 1.5 * px


def _ink(plan: _Plan, turn: npt.NDArray[np.float64], px: float, width: int, height: int) -> npt.NDArray[np.uint8]:
    """Coverage 0..255 of each page pixel by dark modules, drawn on a finer grid and averaged."""
    x0, y0, x1, y1 = plan.box
    rows, cols = plan.modules.shape
    grain = max(2, math.ceil(plan.mm * px * _FINE))
    tall = max(1, math.ceil((y1 - y0) * _FINE / rows))
    big = np.repeat(np.repeat(plan.modules, tall, axis=0), grain, axis=1)
    (least_x, least_y), (most_x, most_y) = (of(_turned(plan.box, turn), axis=0) for of in (np.min, np.max))
    left, top = max(0, math.floor(least_x) - 1), max(0, math.floor(least_y) - 1)
    right, low = min(width, math.ceil(most_x) + 2), min(height, math.ceil(most_y) + 2)
    to_page = np.array([[(x1 - x0) / (cols * grain), 0, x0], [0, (y1 - y0) / (rows * tall), y0], [0, 0, 1]])
    to_fine = np.array([[_FINE, 0, -left * _FINE], [0, _FINE, -top * _FINE], [0, 0, 1]], float)
    matrix = (to_fine @ np.vstack([turn, [0, 0, 1]]) @ to_page)[:2]
    fine = cv2.warpAffine(big, matrix, ((right - left) * _FINE, (low - top) * _FINE), flags=cv2.INTER_LINEAR, borderValue=0)
    ink = np.zeros((height, width), np.uint8)
    ink[top:low, left:right] = cv2.resize(fine, (right - left, low - top), interpolation=cv2.INTER_AREA)
    return ink


def _damaged(
    rng: random.Random, ink: npt.NDArray[np.uint8], plan: _Plan, turn: npt.NDArray[np.float64], damage: str
) -> npt.NDArray[np.uint8]:
    """What is left in print: a scratch takes a stripe off, a torn corner up to a quarter, a stamp adds blots."""
    x0, y0, x1, y1 = plan.box
    w, h = x1 - x0, y1 - y0
    if damage == "scratch":
        at, thick = rng.uniform(0.2, 0.8), rng.uniform(0.04, 0.1)
        strip = (
            (x0, y0 + (at - thick) * h, x1, y0 + (at + thick) * h)
            if plan.kind not in LINEAR
            else (x0 + (at - thick) * w, y0, x0 + (at + thick) * w, y1)
        )
        return _wiped(ink, _turned(strip, turn), 0)
    if damage == "corner":
        share = rng.uniform(0.25, 0.45)
        return _wiped(ink, _turned((x0, y0, x0 + share * w, y0 + share * h), turn), 0)
    if damage == "stamp":
        out = ink
        for _ in range(3):
            x, y, r = x0 + rng.random() * w, y0 + rng.random() * h, 0.12 * min(w, h)
            out = _wiped(out, _turned((x - r, y - r, x + r, y + r), turn), 255)
        return out
    return ink


def _wiped(ink: npt.NDArray[np.uint8], quad: Points, level: int) -> npt.NDArray[np.uint8]:
    out = ink.copy()
    cv2.fillConvexPoly(out, np.round(quad).astype(np.int32), level)
    return out


def _pen(
    rng: random.Random, page: npt.NDArray[np.float32], plan: _Plan, turn: npt.NDArray[np.float64], px: float, black: int
) -> None:
    """A stroke across the code and beyond it."""
    x0, y0, x1, y1 = plan.box
    points = [
        (x0 - 2 * px, y0 + rng.random() * (y1 - y0)),
        ((x0 + x1) / 2, y0 + rng.random() * (y1 - y0)),
        (x1 + 2 * px, y0 + rng.random() * (y1 - y0)),
    ]
    placed = np.round([turn[:, :2] @ p + turn[:, 2] for p in points]).astype(np.int32)
    cv2.polylines(page, [placed], False, float(black), max(1, round(0.5 * px)), cv2.LINE_AA)


def _scan(page: npt.NDArray[np.float32], rng: random.Random, seed: int, dpi: int) -> tuple[npt.NDArray[np.uint8], str]:
    blur = rng.uniform(0.15, 0.75) * dpi / 150
    noise = rng.uniform(0, 9)
    soft = cv2.GaussianBlur(page, (0, 0), blur)
    grain = np.random.default_rng(seed).standard_normal(page.shape, dtype=np.float32) * np.float32(noise)
    grey = np.clip(np.rint(soft + grain), 0, 255).astype(np.uint8)
    if rng.random() < 0.2:
        level, out = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        return out, f"blur {blur:.2f} noise {noise:.0f} bilevel {level:.0f}"
    quality = rng.randint(35, 92)
    store = io.BytesIO()
    Image.fromarray(grey).save(store, "JPEG", quality=quality)
    return np.array(Image.open(store).convert("L"), np.uint8), f"blur {blur:.2f} noise {noise:.0f} jpeg {quality}"


def _turned(box: tuple[float, float, float, float], turn: npt.NDArray[np.float64]) -> Points:
    x0, y0, x1, y1 = box
    return np.array([turn[:, :2] @ p + turn[:, 2] for p in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])
