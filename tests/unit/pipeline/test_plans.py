"""Of a plan that a person gave nothing is covered twice, and nothing that the person took out."""

from __future__ import annotations

import pytest

from docpriv.decide import decide
from docpriv.geometry import Box
from docpriv.model import Kind, Mark
from docpriv.options import Recipe
from docpriv.pipeline.given_plan import without_findings
from docpriv.recipes import load_recipe


@pytest.mark.parametrize("name", ["redact", "strict", "identity-cards"])
@pytest.mark.parametrize("kind", [Kind.CODE, Kind.FACE, Kind.SIGNATURE, Kind.STAMP, Kind.UNREAD_INK])
def test_what_was_seen_is_not_covered_beside_the_plan(name: str, kind: Kind) -> None:
    recipe: Recipe = load_recipe(name)
    for rule in ("seen", "code:qr-code"):
        mark = Mark(page=0, quad=Box(1, 1, 9, 9).quad(), kind=kind, score=1.0, detector="x", rule=rule, inside=(Kind.PERSON,))
        assert decide(mark, recipe.policy, 0.0).covered
        assert not decide(mark, without_findings(recipe).policy, 0.0).covered
