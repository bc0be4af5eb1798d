"""The one rule that says whether a policy covers what was found or seen, and why; knows neither text nor pixels.

Plan, check of the written page, values that are sought, sums of a record, explanations and evaluations all ask it, so that what
one of them covers another cannot leave.
"""

from __future__ import annotations

from enum import StrEnum

from docpriv.model import BY_HAND, Finding, Kind, Mark, NotUnderstood
from docpriv.options import Policy


class Why(StrEnum):
    """Why something is covered or left, as `scan --explain` says it."""

    KIND = "the policy covers the kind"
    CONTENT = "the policy covers a kind that it holds"
    NOT_UNDERSTOOD = "the policy covers what was not understood"
    HANDWRITING = "the policy covers writing by hand that was read with doubt"
    KIND_LEFT = "the policy leaves the kind"
    LOW_SCORE = "the score is below min_score"

    @property
    def covered(self) -> bool:
        return self not in {Why.KIND_LEFT, Why.LOW_SCORE}


_REASONS = frozenset(NotUnderstood)


def decide(found: Finding | Mark, policy: Policy, min_score: float) -> Why:
    """Whether and why `policy` covers a finding or mark. `min_score`, 0..1: findings below it are left.

    A mark is judged without its score: what sees it reports only what it stands by. What lies in an allowed term never
    becomes a finding, and what a person or a zone adds is covered without being asked about here.
    """
    if covers_kind(found.kind, policy):
        return Why.KIND if isinstance(found, Mark) or is_believed(found, min_score) else Why.LOW_SCORE
    return _seen(found, policy) if isinstance(found, Mark) else Why.KIND_LEFT


def covers_kind(kind: Kind, policy: Policy) -> bool:
    """Whether a policy covers a kind, wherever it is found with a sufficient score."""
    return kind in policy.cover


def is_believed(finding: Finding, min_score: float) -> bool:
    """Whether the score of a finding suffices, whatever the policy does with its kind."""
    return finding.score >= min_score


def _seen(mark: Mark, policy: Policy) -> Why:
    """What is done with a mark whose own kind the policy leaves."""
    if any(covers_kind(kind, policy) for kind in mark.inside):
        return Why.CONTENT
    if policy.not_understood != "count" and mark.kind is Kind.UNREAD_INK and mark.rule in _REASONS:
        return Why.NOT_UNDERSTOOD
    if policy.handwriting != "count" and mark.kind is Kind.UNREAD_INK and mark.rule in BY_HAND:
        return Why.HANDWRITING
    return Why.KIND_LEFT
