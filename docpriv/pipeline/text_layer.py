"""The text that a PDF itself holds, as a second reader beside the engine: it takes back nothing that was found.

The layer may err or lie. So it only adds: its words are laid over the lines that were read, and what is found with them and
stands where the page shows something is covered too. Words that cannot be seen at their place, and all words of a layer that
says something else than the page, are used for one thing only: the values found in them are sought in what was read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from docpriv.geometry import Box
from docpriv.model import CharId, Finding, Kind, PageImage, PagePlan, PageText, Region
from docpriv.options import Recipe
from docpriv.pipeline.layer_words import MOST_WORDS, TELLING, LaidWord, corrected, lay
from docpriv.pipeline.typed_text import MOST_LINES, covered_values, find_in
from docpriv.protocols import PiiDetector, ReadPage, Spoken
from docpriv.text.search import ValueSearch
from docpriv.text.values import Value

DETECTOR = "text-layer"
ENOUGH = 10  # words by which a layer is judged; with fewer it is believed
ENOUGH_IN_LINE = 4  # likewise a line of it,
READ_WELL = 0.9  # where the line's score is at least this
BELIEVED = 0.3  # share of them that has to be read at their places
SURE = 0.8  # share from which the layer's places count more than those of a line that was read badly
TWINS = 0.12  # of the height of an area: what another may reach beyond it and still be the same place

NO_LAYER, NOTHING_NEW, USED, DISAGREES = "", "nothing-new", "used", "disagrees"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerReading:
    """What became of a page's layer. `text`: the page as read, with the lines that the layer writes otherwise; None if none.

    `use`: a code for the record, empty where the page has no layer. `counts`: words, those that can be seen, those at whose
    places something was read, those of them that were read alike, lines that read otherwise. `unseen`: lines of words whose
    places mean nothing.
    """

    text: PageText | None = None
    use: str = NO_LAYER
    counts: dict[str, int] = field(default_factory=dict)
    unseen: tuple[str, ...] = field(default=(), repr=False)


def read_layer(page: PageImage, text: PageText) -> LayerReading:
    """The layer of a page beside its first reading `text`."""
    if page.layer is None:
        return LayerReading()
    if page.layer.dropped:
        return LayerReading(use=page.layer.dropped)
    words = lay(page, text)
    if not words:
        return LayerReading()
    judged = [w for w in words if w.under and len(w.spelled) >= TELLING]
    agreed = sum(w.agreed for w in judged)
    counts = {"words": len(words), "seen": sum(w.seen for w in words), "judged": len(judged), "agreed": agreed}
    if len(judged) >= ENOUGH and agreed < BELIEVED * len(judged):
        return LayerReading(use=DISAGREES, counts=counts, unseen=_rows(words))
    wrong = _contradicted(text, judged)
    seen = [w for w in words if w.seen and w.line not in wrong]
    new = corrected(text, seen, len(judged) >= ENOUGH and agreed >= SURE * len(judged))
    if new is not None:
        counts["lines"] = sum(a is not b for a, b in zip(new.lines, text.lines, strict=False)) + len(new.lines) - len(text.lines)
    return LayerReading(
        text=new,
        use=NOTHING_NEW if new is None else USED,
        counts=counts,
        unseen=_rows([w for w in words if not w.seen or w.line in wrong]),
    )


def _contradicted(text: PageText, judged: Sequence[LaidWord]) -> frozenset[int]:
    """Lines that were read well and in which the layer says something else: such a layer is another engine's poor reading."""
    by_line: dict[int, list[bool]] = {}
    for one in judged:
        if one.line is not None and text.lines[one.line].score >= READ_WELL:
            by_line.setdefault(one.line, []).append(one.agreed)
    return frozenset(line for line, same in by_line.items() if len(same) >= ENOUGH_IN_LINE and sum(same) < BELIEVED * len(same))


def _rows(words: Sequence[LaidWord]) -> tuple[str, ...]:
    """The words as lines of the file, long ones cut."""
    rows: dict[int, list[str]] = {}
    for one in words:
        rows.setdefault(one.row, []).append(one.word.text)
    return tuple(" ".join(row[at : at + MOST_WORDS]) for row in rows.values() for at in range(0, len(row), MOST_WORDS))


def unseen_values(layer: LayerReading, finder: PiiDetector, recipe: Recipe, spoken: Spoken | None = None) -> frozenset[Value]:
    """Values of covered kinds in the words whose places mean nothing."""
    values: set[Value] = set()
    for first in range(0, len(layer.unseen), MOST_LINES):
        page, found = find_in("\n".join(layer.unseen[first : first + MOST_LINES]), finder, spoken)
        values |= covered_values(page, found, recipe)
    return frozenset(values)


def added(first: PageText, found: Collection[Finding], layer: PageText, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of the findings in a page with the layer's words those that the first reading has not, in the name of the layer."""
    same = {i for i, (a, b) in enumerate(zip(first.lines, layer.lines, strict=False)) if a is b or a == b}
    owned: dict[tuple[Kind, CharId], float] = {}
    for f in found:
        for char in f.chars:
            owned[f.kind, char] = max(f.score, owned.get((f.kind, char), 0.0))

    def known(f: Finding) -> bool:
        return all(c.line in same and owned.get((f.kind, c), -1.0) >= f.score for c in f.chars) if f.chars else f in found

    return tuple(replace(f, detector=DETECTOR) for f in findings if not known(f))


def standing(page: ReadPage, values: ValueSearch, known: Iterable[Finding]) -> list[Finding]:
    """Values found anywhere in the document that stand among the layer's words, and no finding owns there."""
    owned = {c for f in known for c in f.chars}
    number = page.text.ref.index
    return [
        Finding(page=number, kind=p.value.kind, score=1.0, detector=DETECTOR, reason="stands-elsewhere", chars=p.chars)
        for p in values.standing(page.text, page.layout)
        if not owned.issuperset(p.chars)
    ]


def joined(plan: PagePlan) -> PagePlan:
    """The plan with the areas that the layer alone gave joined to those of the same kind at the same place: one area with
    the reasons of both, that destroys the pixels of both."""
    own = [r for r in plan.regions if _of_layer(r)]
    if not own:
        return plan
    others = [r for r in plan.regions if not _of_layer(r)]
    for region in own:
        kinds = {reason.kind for reason in region.reasons}
        for at, other in enumerate(others):
            if kinds & {reason.kind for reason in other.reasons} and other.style == region.style and _twins(region, other):
                beyond = tuple(box for box in region.boxes if not any(_near(b).contains(box) for b in other.boxes))
                reasons = tuple(dict.fromkeys((*other.reasons, *region.reasons)))
                others[at] = replace(other, boxes=other.boxes + beyond, reasons=reasons)
                break
        else:
            others.append(region)
    return replace(plan, regions=tuple(others))


def _of_layer(region: Region) -> bool:
    return bool(region.reasons) and all(reason.detector == DETECTOR for reason in region.reasons)


def _twins(one: Region, other: Region) -> bool:
    """Whether most of each box of one lies in a box of the other."""
    return all(any(2 * box.intersect(b).area > box.area for b in other.boxes if box.overlaps(b)) for box in one.boxes)


def _near(box: Box) -> Box:
    return box.grow(int(TWINS * min(box.width, box.height)))
