"""What ends in a traceback, a log or a debugger shows no text of a document, no term of a user and no path."""

from __future__ import annotations

from pathlib import Path

import pytest

from docpriv.batch.jobs import Job, Task
from docpriv.geometry import Box
from docpriv.model import Char, Explanation, Kind, Mark, PageRef, PageText, Region, TextLayer, TextLine
from docpriv.options import Anchor, Policy, Recipe
from docpriv.output import PlacedWord
from docpriv.pipeline import Request
from docpriv.pipeline.text_layer import LayerReading
from docpriv.pipeline.typed_text import TrialFinding
from docpriv.recipes import override
from docpriv.run_options import RunOptions
from docpriv.text.values import Value

CANARY = "Quintessa"
PATH = Path("/in/Quintessa.png")
QUAD = Box(0, 0, 9, 9).quad()
CHARS = tuple(Char(text=c, quad=QUAD, score=0.5) for c in CANARY)
LINE = TextLine(chars=CHARS, quad=QUAD, score=0.5)
REF = PageRef(document="d", index=0)

SHOWN = {
    "char": Char(text=CANARY, quad=QUAD, score=0.5),
    "line": LINE,
    "page": PageText(ref=REF, width=9, height=9, lines=(LINE,)),
    "layer": TextLayer(lines=((LINE,),)),
    "layer reading": LayerReading(text=PageText(ref=REF, width=9, height=9, lines=(LINE,)), unseen=(CANARY,)),
    "code": Mark(page=0, kind=Kind.CODE, quad=QUAD, score=0.5, detector="t", payload=CANARY),
    "stand-in": Region(boxes=(), reasons=(), caption=CANARY),
    "explanation": Explanation(
        page=0, boxes=(), kind=Kind.PERSON, score=0.5, detector="t", rule="t", covered=True, why="t", text=CANARY
    ),
    "trial": TrialFinding(
        spans=(), line=1, kind=Kind.PERSON, score=0.5, detector="t", rule="t", covered=True, why="t", text=CANARY
    ),
    "value": Value(Kind.PERSON, (CANARY,)),
    "placed word": PlacedWord(text=CANARY, quad=QUAD),
    "terms": override(Recipe(), {"finding.deny": (CANARY,), "finding.allow": (CANARY,)}),
    "captions": Policy(captions={Kind.PERSON: CANARY}),
    "anchor": Anchor(text=CANARY, box=(0, 0, 1, 1)),
    "request": Request(document="d", source=PATH, target=PATH, records=PATH, origin=PATH, options=RunOptions(password=CANARY)),
    "job": Job(document="d", task=Task.SCAN, source=PATH, shown=CANARY, options=RunOptions(password=CANARY)),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_repr_shows_no_content(name: str) -> None:
    shown = repr(SHOWN[name])
    assert CANARY not in shown
    assert "text='Q'" not in shown, "nor sign by sign"
