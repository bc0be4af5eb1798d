"""Neutral: a fill whose width tells less; its boxes are widened where the plan is made."""

from docpriv.styles import Style, register

NEUTRAL = register(
    Style(
        name="neutral",
        guarantee="A fill that is as wide as a multiple of a fixed step, wherever no other text stands in the way: the width "
        "tells how many steps, not how many letters.",
        leaves_nothing=True,
        widened=True,
    ),
    order=10,
)
