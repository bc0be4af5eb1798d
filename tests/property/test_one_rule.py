"""Whatever is found and whatever the policy: plan, check, values, sums, explanation and evaluation do as the one rule says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docpriv.cli.evaluate_own import _sight
from docpriv.decide import Why, decide
from docpriv.evaluation.stages import Fate
from docpriv.geometry import Box
from docpriv.model import BY_HAND, CharId, Finding, Kind, Layout, Mark, PageFormat, PagePlan, PageText
from docpriv.options import Finding as FindingForm
from docpriv.options import Policy, Recipe
from docpriv.pipeline.context import SeenPage
from docpriv.pipeline.explain import explain_page, why_covered
from docpriv.pipeline.reading import page_record
from docpriv.pipeline.second_pass import _values
from docpriv.pipeline.text_layer import LayerReading, unseen_values
from docpriv.pipeline.typed_text import open_payloads
from docpriv.protocols import ReadPage
from docpriv.records import PageRecord
from docpriv.redaction.cover_map import CoverMap
from docpriv.redaction.plan import Reading, plan_page
from docpriv.redaction.verify import new_findings
from docpriv.text.values import values_of
from tests.unit.redaction.pages import text_page

VALUES = ("Adela Quillfeather", "4711 0815 3141", "Marrowby Tamsin 77", "Bo Whitlock 2718", "qf77@example.org", "Elm Row 9, Yare")
KINDS = (Kind.PERSON, Kind.ACCOUNT_NUMBER, Kind.ADDRESS, Kind.EMAIL, Kind.DATE, Kind.ORGANIZATION, Kind.CUSTOM)
SEEN = (Kind.FACE, Kind.CODE, Kind.SIGNATURE, Kind.STAMP, Kind.UNREAD_INK)
MARKS_X = 400  # right of all text


def place(number: int) -> Box:
    """Where the mark with that number is."""
    return Box(MARKS_X, 10 + 40 * number, MARKS_X + 60, 34 + 40 * number)


scores = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0]))
findings = st.lists(st.tuples(st.sampled_from(KINDS), scores), min_size=1, max_size=len(VALUES))
marks = st.lists(
    st.tuples(
        st.sampled_from(SEEN),
        scores,
        st.sampled_from(["seen", "unread", *sorted(BY_HAND)]),
        st.lists(st.sampled_from(KINDS), max_size=2, unique=True),
    ),
    max_size=5,
)
recipes = st.builds(
    lambda cover, unread, hand, least: Recipe(
        policy=Policy(cover=tuple(cover), not_understood=unread, handwriting=hand), finding=FindingForm(min_score=least)
    ),
    st.lists(st.sampled_from((*KINDS, *SEEN)), unique=True),
    st.sampled_from(["cover", "withhold", "count"]),
    st.sampled_from(["cover", "withhold", "count"]),
    scores,
)


class Told:
    """A finder that answers with the same findings whatever it is given."""

    def __init__(self, found: list[Finding]) -> None:
        self._found = tuple(found)

    def identity(self) -> tuple[()]:
        return ()

    def find(self, pages: object) -> tuple[Finding, ...]:
        return self._found


def made(found: list[tuple[Kind, float]]) -> tuple[PageText, list[Finding]]:
    """A page with a value a line, each owned by one finding; pages of tests have their text at the left."""
    text = text_page([value for value, _ in zip(VALUES, found, strict=False)], width=500)
    return text, [
        Finding(
            page=0,
            kind=kind,
            score=score,
            detector="t",
            reason=f"rule-{line}",
            chars=tuple(CharId(line, i) for i in range(len(text.lines[line].chars))),
        )
        for line, (kind, score) in enumerate(found)
    ]


def planned(text: PageText, found: list[Finding], seen: list[Mark], recipe: Recipe) -> PagePlan:
    return plan_page(
        page=0,
        width=text.width,
        height=max(text.height, 300),
        colour="rgb",
        readings=[Reading(text=text, findings=tuple(found))],
        marks=seen,
        policy=recipe.policy,
        min_score=recipe.finding.min_score,
    )


@given(findings, marks, recipes)
def test_everything_that_asks_gets_the_same_answer(
    found_as: list[tuple[Kind, float]], seen_as: list[tuple[Kind, float, str, list[Kind]]], recipe: Recipe
) -> None:
    text, found = made(found_as)
    seen = [
        Mark(page=0, kind=kind, quad=place(i).quad(), score=score, detector="t", rule=rule, inside=tuple(inside))
        for i, (kind, score, rule, inside) in enumerate(seen_as)
    ]
    policy, least = recipe.policy, recipe.finding.min_score
    rule = {id(item): decide(item, policy, least) for item in [*found, *seen]}
    covered = [f for f in found if rule[id(f)].covered]

    # the plan
    plan = planned(text, found, seen, recipe)
    hidden = CoverMap(plan)
    for f in found:
        assert (hidden.share(text.lines[f.chars[0].line].quad) > 0.9) is rule[id(f)].covered
    for i, mark in enumerate(seen):
        assert hidden.touches(place(i).quad()) is rule[id(mark)].covered

    # the explanation, of the scan and of a typed text
    said = explain_page([text], [found], plan, recipe, marks=seen)[: len(found) + len(seen)]
    assert [one.covered for one in said] == [rule[id(item)].covered for item in [*found, *seen]]
    assert all(one.why.startswith(rule[id(item)]) for one, item in zip(said, [*found, *seen], strict=True))
    assert [why_covered(f, recipe)[0] for f in found] == [rule[id(f)].covered for f in found]

    # the check: with nothing covered, it asks for what the plan would have covered
    bare = PagePlan(page=0, width=plan.width, height=plan.height, regions=())
    left = new_findings(text, found, CoverMap(bare), recipe)
    assert [r.reason for region in left.regions for r in region.reasons] == [f"repair:{f.reason}" for f in covered]
    assert left.ok is not bool(covered)

    # the values that are sought: of the pages, of the content of a code, of a file's own text that cannot be seen
    page = ReadPage(text=text, layout=Layout(), marks=tuple(seen))
    kept = SeenPage(
        index=0,
        width=text.width,
        height=text.height,
        format=PageFormat(colour="rgb"),
        kept=(page,),
        record=PageRecord(index=0, status="scanned", width=text.width, height=text.height, colour="rgb"),
        seconds={},
    )
    assert _values([kept], ((tuple(found),),), recipe) == values_of(text, covered)
    typed = "\n".join("x" * 40 for _ in found)
    code = Mark(page=0, kind=Kind.CODE, quad=place(0).quad(), score=1.0, detector="t", payload=typed)
    (opened,), values = open_payloads([code], Told(found), recipe)
    assert len(values) <= len(covered)
    assert bool(values) is bool(unseen_values(LayerReading(unseen=tuple(typed.split("\n"))), Told(found), recipe))
    assert {*opened.inside} == {f.kind for f in found if f.score >= least}

    # the sums of the record
    record = page_record(kept, (tuple(found),), recipe)
    for why, sums in ((Why.KIND_LEFT, record.not_covered), (Why.LOW_SCORE, record.below_score)):
        kinds = [str(item.kind) for item in [*found, *seen] if rule[id(item)] is why]
        assert sums == {kind: kinds.count(kind) for kind in kinds}

    # the account by stages
    sight = _sight([(page, tuple(found))], [], recipe, (1.0, 1.0), ())
    fates = {char.line: char.fate for char in sight.readings[0]}
    assert all((fates[f.chars[0].line] is Fate.COVERED) is rule[id(f)].covered for f in found)
    for i, mark in enumerate(seen):
        got = {area.fate for area in sight.areas if area.box == place(i).quad().bounds()}
        expected = {Fate.COVERED} if rule[id(mark)].covered else set() if mark.kind is Kind.UNREAD_INK else {Fate.LEFT}
        assert got == expected
