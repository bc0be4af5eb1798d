"""Fill: one colour and nothing else."""

from docpriv.styles import Style, register

FILL = register(
    Style(
        name="fill",
        guarantee="Every pixel of the area becomes one colour: what stood there is gone, and only its place and its width are "
        "left.",
        leaves_nothing=True,
    ),
    order=20,
)
