"""The shipped classifier on drawn pages it was not trained on: the same page at several resolutions, and once redacted.

    python -m tests.benchmarks.classify [--kinds memo receipt] [--dpi 100 200 300] [--seed 9100]

Prints for each page the label, its probability, and the cosine of its vector with that of the first resolution. This shows
robustness; accuracy is what `docpriv classify report --on FOLDER` says of real documents. A reading takes seconds of CPU.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docpriv.classify.features import prepared
from docpriv.classify.model import Classifier, Features
from docpriv.classify.text import Document
from docpriv.model import Pixels
from docpriv_lab.pages.generator import generate
from docpriv_lab.pages.kinds import KINDS

LABELS = {"id_card": "identity_card", "medical": "medical_record", "registration": "registration_form", "tax": "tax_form"}
"""Labels of the shipped model for kinds that are called otherwise."""

Read = Callable[[Pixels], tuple[Document, Pixels]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One reading of one page; `what`: a resolution, or redacted. `cosine`: with the first reading of the page."""

    kind: str
    what: str
    label: str
    probability: float
    cosine: float
    right: bool
    milliseconds: float


def measure(classifier: Classifier, kinds: Sequence[str], dpis: Sequence[int], seed: int, read: Read) -> list[Row]:
    """Rows of every kind at every resolution, then redacted at the first. `read` gives what was read and the redacted page."""
    rows = []
    for kind in kinds:
        first: Features | None = None
        redacted: Pixels | None = None
        pages = [(f"{dpi} dpi", generate(kind, seed, "easy", dpi=dpi).pixels) for dpi in dpis]
        for what, pixels in [*pages, ("redacted", None)]:
            page = redacted if pixels is None else pixels
            assert page is not None
            document, covered = read(page)
            began = time.process_time()
            vector = prepared(document).features(classifier.schema)
            spent = (time.process_time() - began) * 1000
            if first is None:
                first, redacted = vector, covered
            judged = classifier.judge(vector[None])[0]
            rows.append(
                Row(
                    kind=kind,
                    what=what,
                    label=judged.label,
                    probability=judged.probability,
                    cosine=float(vector @ first),
                    right=judged.label == LABELS.get(kind, kind),
                    milliseconds=spent,
                )
            )
    return rows


def table(rows: Sequence[Row]) -> str:
    lines = [f"{'page':<14}{'as':<10}{'label':<20}{'prob.':>7}{'cosine':>8}{'ms CPU':>8}"]
    lines += [
        f"{r.kind:<14}{r.what:<10}{r.label + ('' if r.right else ' (wrong)'):<20}{r.probability:7.3f}{r.cosine:8.3f}"
        f"{r.milliseconds:8.1f}"
        for r in rows
    ]
    lines.append(f"{sum(r.right for r in rows)} of {len(rows)} right; least cosine {min(r.cosine for r in rows):.3f}")
    return "\n".join(lines)


def reader() -> Read:
    """Reads with the default engines, and covers what the default recipe covers."""
    from docpriv.classify.raster import alike
    from docpriv.layout import analyse
    from docpriv.model import PageRef
    from docpriv.options import Recipe
    from docpriv.pipeline import open_engines
    from docpriv.protocols import ReadPage
    from docpriv.redaction.painting import apply_plan
    from docpriv.redaction.plan import Reading, plan_page

    recipe = Recipe()
    engines = open_engines(recipe)

    def read(pixels: Pixels) -> tuple[Document, Pixels]:
        small = alike(pixels)
        text = engines.ocr.read(small, PageRef(document="page", index=0))
        page = ReadPage(text=text, layout=analyse(text, small))
        findings = engines.finder.find([page])
        plan = plan_page(
            page=0,
            width=text.width,
            height=text.height,
            colour="grey",
            readings=[Reading(text=text, findings=findings)],
            marks=[],
            policy=recipe.policy,
            min_score=recipe.finding.min_score,
        )
        return Document(pages=(page,), findings=findings), apply_plan(small, plan)

    return read


def main(arguments: Sequence[str] | None = None) -> int:
    from docpriv.classify.model import open_classifier

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="+", choices=sorted(KINDS), default=sorted(KINDS))
    parser.add_argument("--dpi", nargs="+", type=int, default=[100, 200, 300])
    parser.add_argument("--seed", type=int, default=9100)
    chosen = parser.parse_args(arguments)
    print(table(measure(open_classifier(), chosen.kinds, chosen.dpi, chosen.seed, reader())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
