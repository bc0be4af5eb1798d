"""What a policy covers and for which reason, case by case."""

from __future__ import annotations

import pytest

from docpriv.decide import Why, decide
from docpriv.geometry import Box
from docpriv.model import CharId, Finding, Kind, Mark, NotUnderstood
from docpriv.options import Policy


@pytest.mark.parametrize(
    ("kind", "score", "why", "covered"),
    [
        (Kind.PERSON, 0.4, Why.KIND, True),
        (Kind.PERSON, 0.39, Why.LOW_SCORE, False),
        (Kind.DATE, 1.0, Why.KIND_LEFT, False),
        (Kind.DATE, 0.1, Why.KIND_LEFT, False),
    ],
)
def test_a_finding_is_covered_for_its_kind_and_score(kind: Kind, score: float, why: Why, covered: bool) -> None:
    found = Finding(page=0, kind=kind, score=score, detector="t", reason="t", chars=(CharId(0, 0),))
    decision = decide(found, Policy(cover=(Kind.PERSON,)), 0.4)
    assert (decision, decision.covered) == (why, covered)


@pytest.mark.parametrize(
    ("kind", "rule", "inside", "policy", "why", "covered"),
    [
        (Kind.FACE, "seen", (), {}, Why.KIND, True),
        (Kind.FACE, "seen", (), {"cover": ("CODE",)}, Why.KIND_LEFT, False),
        (Kind.CODE, "seen", (Kind.URL, Kind.PERSON), {"cover": ("PERSON",)}, Why.CONTENT, True),
        (Kind.CODE, "seen", (Kind.URL,), {"cover": ("PERSON",)}, Why.KIND_LEFT, False),
        (Kind.STAMP, "seen", (), {}, Why.KIND_LEFT, False),
        (Kind.UNREAD_INK, "ink", (), {}, Why.KIND_LEFT, False),
        *((Kind.UNREAD_INK, reason, (), {}, Why.NOT_UNDERSTOOD, True) for reason in NotUnderstood),
        (Kind.UNREAD_INK, "script", (), {"not_understood": "withhold"}, Why.NOT_UNDERSTOOD, True),
        (Kind.UNREAD_INK, "script", (), {"not_understood": "count"}, Why.KIND_LEFT, False),
        (Kind.STAMP, "unread", (), {}, Why.KIND_LEFT, False),
        (Kind.UNREAD_INK, "hand-line", (), {}, Why.HANDWRITING, True),
        (Kind.UNREAD_INK, "hand-ink", (), {"handwriting": "withhold"}, Why.HANDWRITING, True),
        (Kind.UNREAD_INK, "hand-line", (), {"handwriting": "count"}, Why.KIND_LEFT, False),
        (Kind.SIGNATURE, "hand-line", (), {"cover": ("PERSON",)}, Why.KIND_LEFT, False),
    ],
)
def test_a_mark_is_covered_for_its_kind_its_content_or_as_ink_that_nobody_read(
    kind: Kind, rule: str, inside: tuple[Kind, ...], policy: dict[str, object], why: Why, covered: bool
) -> None:
    mark = Mark(page=0, kind=kind, quad=Box(0, 0, 9, 9).quad(), score=0.01, detector="t", rule=rule, inside=inside)
    decision = decide(mark, Policy.model_validate(policy), 0.4)
    assert (decision, decision.covered) == (why, covered)
