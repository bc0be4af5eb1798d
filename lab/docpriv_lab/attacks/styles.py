"""Hands the product's own painting to the attacks of `docpriv evaluate attack`; refuses to paint in any other way."""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.geometry import Box
from docpriv.model import Kind
from docpriv.options import STYLE_KINDS, Policy, Style
from docpriv.pipeline.painted import FindFaces, cover_line, cover_picture, cover_with, drawn_styles, guarantees, settings_for
from docpriv.pipeline.pseudonyms import StandIns
from docpriv_lab.attacks.painting import Finder, Paint, Painter, Picture, Promise, Rect
from docpriv_lab.attacks.report import StyleNote
from docpriv_lab.pages.heads import HEIGHT, WIDTH

PROMISES = {Style.NOISE: Promise.PRIVATE, Style.PIXELATE: Promise.REVERSIBLE, Style.BLUR: Promise.REVERSIBLE}
"""All other styles are opaque."""
EPSILONS = (0.1, 1.0, 10.0)
_KEY = bytes(range(32))  # of the pseudonyms: the attacker may know pairs made with it, never the key itself


def text_painters() -> list[Painter]:
    """Every style that text may have, and what is refused for it at several strengths."""
    out = [_text(style) for style in drawn_styles(Kind.NATIONAL_ID)]
    out += [_with(Style.PIXELATE, "cell", cell, refused=True) for cell in (8, 16, 24)]
    return out + [_with(Style.BLUR, "sigma", sigma, refused=True) for sigma in (6, 12)]


def width_painters(styles: Sequence[Style] = (), steps: Sequence[float] = ()) -> list[Painter]:
    """Styles whose boxes are measured (default: all for text), and neutral at each of the steps."""
    out = [_text(style) for style in drawn_styles(Kind.PERSON) if style in (styles or Style)]
    return out + [_text(Style.NEUTRAL, f"neutral {step:g}", width_step=step) for step in steps]


def face_painters() -> list[Painter]:
    """Every style that a face may have, those with a strength at several."""
    plain = [_face(style, style.value) for style in drawn_styles(Kind.FACE) if style not in PROMISES]
    noise = [_face(Style.NOISE, f"noise, e = {e:g}", epsilon=e) for e in EPSILONS]
    cells = [_with(Style.PIXELATE, "cell", cell) for cell in (10, 20, 40)]
    return plain + noise + cells + [_with(Style.BLUR, "sigma", sigma) for sigma in (10, 20, 40)]


def finder_of(find: FindFaces) -> Finder:
    """A detector of the product as the attacks call it."""
    return lambda page: [(box.x0, box.y0, box.x1, box.y1) for box in find(page)]


def style_notes() -> list[StyleNote]:
    """The styles in the order of their safety, with what they are for and what they promise."""
    notes = []
    for style, guarantee in guarantees().items():
        text, pictures = (kind in STYLE_KINDS[style] for kind in (Kind.PERSON, Kind.FACE))
        use = "text and pictures" if text and pictures else "text" if text else "pictures"
        allowed = f"{use}, with `--allow-reversible`" if PROMISES.get(style) is Promise.REVERSIBLE else use
        notes.append(StyleNote(style=style.value, use=allowed, guarantee=guarantee))
    return notes


def _text(style: Style, name: str = "", **policy: float) -> Painter:
    form = Policy.model_validate({"style": style, "cover": (Kind.PERSON, Kind.NATIONAL_ID), **policy})
    stand_ins = StandIns(_KEY, form) if style is Style.PSEUDONYM else None

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_line(page, Box(*area), value, Kind.NATIONAL_ID if value.isdigit() else Kind.PERSON, form, stand_ins)

    return _painter(style, name or style.value, paint)


def _face(style: Style, name: str, **policy: float) -> Painter:
    form = Policy.model_validate({"style": style, "cover": (Kind.FACE,), "allow_reversible": True, **policy})

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_picture(page, Box(*area), Kind.FACE, form)

    if style is not Style.NOISE:
        return _painter(style, name, paint)
    cell = settings_for(Style.NOISE, Box(0, 0, WIDTH, HEIGHT), form)["cell"]
    return _painter(style, name, paint, expected=_with(Style.PIXELATE, "cell", cell).paint)


def _with(style: Style, setting: str, pixels: float, *, refused: bool = False) -> Painter:
    """A style with one of its numbers given, drawn past the policy."""

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_with(page, Box(*area), style, {setting: float(pixels)})

    return _painter(style, f"{style} {pixels:g} px", paint, refused=refused)


def _painter(style: Style, name: str, paint: Paint, *, expected: Paint | None = None, refused: bool = False) -> Painter:
    return Painter(name=name, promise=PROMISES.get(style, Promise.OPAQUE), paint=paint, expected=expected, refused=refused)
