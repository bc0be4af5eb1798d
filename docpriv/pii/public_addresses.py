"""Tells the seats of public bodies, as they are printed on every copy of a form, from addresses of persons and firms.

`U.S. Department of Justice, Washington, DC 20530` above a form says nothing of whoever fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from docpriv.geometry import hull
from docpriv.locales import one_of, words
from docpriv.model import Finding, Kind, PageText
from docpriv.pii.addresses import town_with_state
from docpriv.protocols import ReadPage

_BODY = re.compile(rf"\b{one_of(words('public_bodies'))}", re.I)
_NO_BODY = re.compile(r"\b(?:care of|c/o|attn|attention)\b", re.I)
_POSTCODE = re.compile(r"[ .,]*\d{5}(?:-\d{4})?[ .,;]*$")
_ABOVE = 3.0  # heights of its line in which a body's name stands above its town
_BEFORE = 60  # letters before the town on its line among which the name of its body ends


def public_addresses(findings: Sequence[Finding], pages: Sequence[ReadPage]) -> list[Finding]:
    """The findings, those that are a town of a public body, with state and postcode but without a street, as PUBLIC_ADDRESS."""
    texts = {page.text.ref.index: page.text for page in pages}
    return [
        replace(f, kind=Kind.PUBLIC_ADDRESS) if f.kind is Kind.ADDRESS and f.chars and _of_body(f, texts[f.page]) else f
        for f in findings
    ]


def _of_body(finding: Finding, page: PageText) -> bool:
    parts = [(line, [c.char for c in chars]) for line, chars in groupby(finding.chars, key=lambda c: c.line)]
    own = "\n".join("".join(page.lines[line].chars[i].text for i in chars) for line, chars in parts)
    named = list(_BODY.finditer(own))
    town = _POSTCODE.sub("", own)
    if named:  # the body's own name goes on to the last comma or line before its town
        head, town = _split(town)
        if not _BODY.search(head):
            return False
    if any(c.isdigit() for c in town) or not town_with_state(" ".join(town.split())):
        return False
    return bool(named) or _named_beside(parts[0][0], parts[0][1][0], page)


def _split(text: str) -> tuple[str, str]:
    """What stands before the town and its state, and these."""
    *head, town = re.split(r"\n|,(?=[^,\n]*,[^,\n]*$)", text)
    return "\n".join(head), town


def _named_beside(number: int, start: int, page: PageText) -> bool:
    """Whether a public body is named before the town on its line, or right above it."""
    line = page.lines[number]
    before = "".join(c.text for c in line.chars[max(0, start - _BEFORE) : start])
    if _BODY.search(before) and not _NO_BODY.search(before):
        return True
    box, height = hull([line.quad]), line.quad.height
    reach = box.shift(0, -round(_ABOVE * height))
    above = [other for i, other in enumerate(page.lines) if i != number and hull([other.quad]).overlaps(box.union(reach))]
    return any(_BODY.search(other.text) and not _NO_BODY.search(other.text) for other in above if other.quad.centre[1] < box.y1)
