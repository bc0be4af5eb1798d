"""Fill and neutral: one colour and nothing else; neither refuses any kind."""

from __future__ import annotations

from docpriv.options import Style
from docpriv.redaction.styles.painter import Painter

FILL = Painter(
    style=Style.FILL,
    guarantee="Every pixel of the area becomes one colour: what stood there is gone, and only its place and its width are left.",
)

NEUTRAL = Painter(  # its boxes are widened where the plan is made
    style=Style.NEUTRAL,
    guarantee="A fill that is as wide as a multiple of a fixed step, wherever no other text stands in the way: the width tells "
    "how many steps, not how many letters.",
)
