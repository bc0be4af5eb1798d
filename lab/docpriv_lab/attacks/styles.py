"""Hands the product's own painting to the attacks of `docpriv evaluate attack`; refuses to paint in any other way."""

from __future__ import annotations

from collections.abc import Sequence

from docpriv.geometry import Box
from docpriv.model import Kind
from docpriv.options import Policy
from docpriv.pipeline.pseudonyms import RegionPseudonyms
from docpriv.styles import STYLES, Style
from docpriv_lab.attacks.painted import FindFaces, cover_line, cover_picture, cover_with
from docpriv_lab.attacks.painting import Finder, Paint, Painter, Picture, Promise, Rect
from docpriv_lab.attacks.report import StyleNote
from docpriv_lab.pages.heads import HEIGHT, WIDTH

_KEY = bytes(range(32))  # of the pseudonyms: the attacker may know pairs made with it, never the key itself


def text_painters() -> list[Painter]:
    """Every style that text may have, and what is refused for it at several strengths."""
    out = [_text(style) for style in styles_for(Kind.NATIONAL_ID)]
    return out + [
        _with(style, style.tried.setting, pixels, refused=True)
        for style in STYLES.values()
        if style.tried is not None
        for pixels in style.tried.text
    ]


def width_painters(styles: Sequence[str] = (), steps: Sequence[float] = ()) -> list[Painter]:
    """Styles whose boxes are measured (default: all for text), and those that widen them at each of the steps."""
    drawn = styles_for(Kind.PERSON)
    out = [_text(style) for style in drawn if style.name in (styles or STYLES)]
    widened = [style for style in drawn if style.widened]
    return out + [_text(style, f"{style.name} {step:g}", width_step=step) for style in widened for step in steps]


def face_painters() -> list[Painter]:
    """Every style that a face may have, those with a strength at several."""
    out = []
    for style in styles_for(Kind.FACE):
        if style.tried is None:
            out.append(_face(style, style.name))
        elif style.promise == "private":
            out += [_face(style, f"{style.name}, e = {e:g}", epsilon=e) for e in style.tried.pictures]
        else:
            out += [_with(style, style.tried.setting, pixels) for pixels in style.tried.pictures]
    return out


def styles_for(kind: Kind) -> list[Style]:
    """The styles that are drawn for a kind, the safest first, whether or not the policy has to allow them."""
    return [style for style in STYLES.values() if kind in style.kinds]


def finder_of(find: FindFaces) -> Finder:
    """A detector of the product as the attacks call it."""
    return lambda page: [(box.x0, box.y0, box.x1, box.y1) for box in find(page)]


def style_notes() -> list[StyleNote]:
    """The styles in the order of their safety, with what they are for and what they promise."""
    notes = []
    for style in STYLES.values():
        text, pictures = (kind in style.kinds for kind in (Kind.PERSON, Kind.FACE))
        use = "text and pictures" if text and pictures else "text" if text else "pictures"
        allowed = f"{use}, with `--allow-reversible`" if style.reversible else use
        notes.append(StyleNote(style=style.name, use=allowed, guarantee=style.guarantee))
    return notes


def _text(style: Style, name: str = "", **policy: float) -> Painter:
    form = Policy.model_validate({"style": style.name, "cover": (Kind.PERSON, Kind.NATIONAL_ID), **policy})
    pseudonyms = RegionPseudonyms(_KEY, form) if style.text == "pseudonym" else None

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_line(page, Box(*area), value, Kind.NATIONAL_ID if value.isdigit() else Kind.PERSON, form, pseudonyms)

    return _painter(style, name or style.name, paint)


def _face(style: Style, name: str, **policy: float) -> Painter:
    form = Policy.model_validate({"style": style.name, "cover": (Kind.FACE,), "allow_reversible": True, **policy})

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_picture(page, Box(*area), Kind.FACE, form)

    if style.promise != "private":
        return _painter(style, name, paint)
    cell = dict(style.settings((Box(0, 0, WIDTH, HEIGHT),), (), form.epsilon))["cell"]
    return _painter(style, name, paint, expected=_with(STYLES["pixelate"], "cell", cell).paint)


def _with(style: Style, setting: str, pixels: float, *, refused: bool = False) -> Painter:
    """A style with one of its numbers given, drawn past the policy."""

    def paint(page: Picture, area: Rect, value: str) -> Picture:
        return cover_with(page, Box(*area), style, {setting: float(pixels)})

    return _painter(style, f"{style.name} {pixels:g} px", paint, refused=refused)


def _painter(style: Style, name: str, paint: Paint, *, expected: Paint | None = None, refused: bool = False) -> Painter:
    return Painter(name=name, promise=Promise(style.promise), paint=paint, expected=expected, refused=refused)
