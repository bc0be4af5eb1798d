"""Check the final pixels of a page against its plan and against what can still be found; refuses to trust the plan.

(i) inside the regions nothing but the fill, outside the source's pixels; (ii) lines that touch a region, read again,
give no new finding; (iii) no redacted value stands anywhere else. (iv), the container, is checked by `output`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docpriv.model import Check, Finding, Kind, PageText, Pixels, Region, TextLine
from docpriv.options import Recipe
from docpriv.protocols import OcrEngine
from docpriv.redaction.apply import CoverMap
from docpriv.redaction.survivors import Value, ValueSearch, masked, region_over, values_of, visible

LEAST_VISIBLE = 2      # characters: a single one beside a box is what is left of the box's own edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What is still readable: checks for the record, regions that would cover it, values that no page may show now."""

    checks: tuple[Check, ...]
    regions: tuple[Region, ...]
    values: frozenset[Value] = frozenset()


def touched_lines(text: PageText, covered: CoverMap) -> dict[int, TextLine]:
    """Lines that a covered area touches and does not hide whole, by index."""
    return {index: line for index, line in enumerate(text.lines)
            if covered.touches(line.quad) and covered.share(line.quad) < 0.99}


def surviving_text(text: PageText, covered: CoverMap, final: Pixels, ocr: OcrEngine, reread: bool) -> PageText:
    """The page's text as it can be read on the final pixels."""
    touched = touched_lines(text, covered)
    if not reread or not touched:
        return masked(text, covered, {})
    again = ocr.read_lines(final, [line.quad for line in touched.values()])
    return masked(text, covered, dict(zip(touched, again, strict=True)))


def residue(survivors: PageText, findings: Sequence[Finding], covered: CoverMap, search: ValueSearch,
            allowed: frozenset[str], recipe: Recipe, before: PageText | None = None) -> Residue:
    """New findings of covered kinds in the surviving text, and redacted values that stand in it.

    `before`: the page as first read; values are sought in what it leaves too, since two readings err in two places.
    """
    kinds = frozenset(recipe.policy.cover)
    regions: list[Region] = []
    fresh: dict[Kind, int] = {}
    values: set[Value] = set()
    for finding in findings:
        if finding.kind not in kinds or finding.score < recipe.finding.min_score:
            continue
        # Findings of bare ink are of the source page; the pixels that were not covered then are the same now.
        left = visible(survivors, finding, covered)
        if len(left) < LEAST_VISIBLE:
            continue
        regions.append(region_over(survivors, left, finding.kind, finding.detector, f"repair:{finding.reason}",
                                   recipe.policy.pad))
        fresh[finding.kind] = fresh.get(finding.kind, 0) + 1
        values |= values_of(survivors, [finding])
    standing: dict[Kind, int] = {}
    for text in (survivors,) if before is None else (survivors, masked(before, covered, {})):
        for kind, chars in search.find(text, allowed):
            hit = Finding(page=survivors.ref.index, kind=kind, score=1.0, detector="values", reason="stands-elsewhere",
                          chars=chars)
            left = visible(text, hit, covered)
            if len(left) < LEAST_VISIBLE:
                continue
            regions.append(region_over(text, left, kind, "values", "repair:stands-elsewhere", recipe.policy.pad))
            standing[kind] = standing.get(kind, 0) + 1
    checks = (Check(name="nothing-new-found", ok=not fresh, detail=_counts(fresh)),
              Check(name="no-value-elsewhere", ok=not standing, detail=_counts(standing)))
    return Residue(checks=checks, regions=tuple(regions), values=frozenset(values))


def _counts(by_kind: dict[Kind, int]) -> str:
    return " ".join(f"{kind}:{n}" for kind, n in sorted(by_kind.items()))
