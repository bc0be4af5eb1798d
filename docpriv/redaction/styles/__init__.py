"""How covered areas look: one small module a style or family, and the one place that draws them; refuses unknown styles."""

from docpriv.options import SAFEST_FIRST, Style
from docpriv.redaction.styles.choice import settled, unfit
from docpriv.redaction.styles.inpaint import INPAINT
from docpriv.redaction.styles.label import LABEL, caption_of
from docpriv.redaction.styles.mosaic import BLUR, PIXELATE
from docpriv.redaction.styles.noise import NOISE
from docpriv.redaction.styles.opaque import FILL, NEUTRAL
from docpriv.redaction.styles.painter import Area, Painter, Patch, View
from docpriv.redaction.styles.painting import blind_boxes, drawn_boxes, paint, plain_boxes
from docpriv.redaction.styles.pseudonym import PSEUDONYM
from docpriv.redaction.styles.silhouette import SILHOUETTE

PAINTERS: dict[Style, Painter] = {
    painter.style: painter for painter in (NEUTRAL, FILL, LABEL, PSEUDONYM, SILHOUETTE, INPAINT, NOISE, PIXELATE, BLUR)
}


def guarantee(style: Style) -> str:
    """What a style promises, in one sentence."""
    return PAINTERS[style].guarantee


def style_guarantees() -> tuple[tuple[Style, str], ...]:
    """Every style that can be drawn, the safest first, with what it promises."""
    return tuple((style, PAINTERS[style].guarantee) for style in SAFEST_FIRST if style in PAINTERS)


__all__ = [
    "PAINTERS",
    "Area",
    "Painter",
    "Patch",
    "View",
    "blind_boxes",
    "caption_of",
    "drawn_boxes",
    "guarantee",
    "paint",
    "plain_boxes",
    "settled",
    "style_guarantees",
    "unfit",
]
