"""Typed papers of three kinds, read without a picture, for the tests of the classifier."""

from __future__ import annotations

import random
from collections.abc import Sequence

from docpriv.classify.features import Prepared, prepared
from docpriv.classify.text import Document
from docpriv.layout import analyse
from docpriv.model import CharId, Finding, Kind
from docpriv.pipeline.typed_text import page_of
from docpriv.protocols import ReadPage

_WORDS = {
    "invoice": "invoice total due amount payment terms net days unit price quantity subtotal tax balance remit order shipped",
    "letter": "dear thank you for your letter sincerely regards we write to inform please find enclosed further question reply",
    "report": "results method figure table analysis measured sample model error section study data observed mean value shown",
}
KINDS = tuple(_WORDS)


def read(lines: Sequence[str], found: Sequence[tuple[str, Kind]] = ()) -> Document:
    """A page with these lines; each value in `found` is a finding wherever it stands in a line."""
    text, _ = page_of("\n".join(lines))
    findings = []
    for value, kind in found:
        for number, line in enumerate(text.lines):
            at = line.text.find(value)
            if at >= 0:
                findings.append(
                    Finding(
                        page=0,
                        kind=kind,
                        score=0.9,
                        detector="test",
                        reason="test",
                        chars=tuple(CharId(number, at + k) for k in range(len(value))),
                    )
                )
    return Document(pages=(ReadPage(text=text, layout=analyse(text)),), findings=tuple(findings))


def paper(kind: str, seed: int) -> Prepared:
    """A paper of a kind, with words that others of its kind have too; the same for the same seed."""
    rng = random.Random(f"{kind} {seed}")
    words = _WORDS[kind].split()
    if kind == "invoice":
        lines = [f"{rng.choice(words)}     {rng.choice(words)}     {rng.randint(1, 999)}" for _ in range(rng.randint(8, 14))]
    else:
        lines = [" ".join(rng.choice(words) for _ in range(9)) for _ in range(rng.randint(6, 16))]
    return prepared(read(["The paper of the day", *lines]))


def papers(each: int) -> tuple[list[Prepared], list[str]]:
    """`each` papers of every kind, and their labels."""
    labels = [kind for kind in KINDS for _ in range(each)]
    return [paper(kind, seed) for kind in KINDS for seed in range(each)], labels
