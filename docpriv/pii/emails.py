"""E-mail addresses as readers break them and as people spell them out; refuses a domain that no ending shows."""

from __future__ import annotations

import re

from docpriv import locales
from docpriv.locales import expanded
from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.numbers import compiled_print
from docpriv.pii.textspan import Hit
from docpriv.text.words import NOT_NAMES

DETECTOR = "emails"
RULES = (("email-spelled", Kind.EMAIL, 0.7, 0.85), ("email-sign-lost", Kind.EMAIL, 0.6, 0.6), ("handle", Kind.USERNAME, 0.5, 0.5))

_PRINTS = tuple(map(compiled_print, locales.common().mailboxes))
# Providers of mailboxes for everybody: a word that ends in one of their domains is an address, whatever the sign became.
_PROVIDED = re.compile(expanded(r"{{providers}} ?[.,] ?(?:com|net|de|fr|co\.uk)(?!\w)"), re.I)
_BEFORE_PROVIDER = re.compile(r"(?<![\w.%+\-'/@])[\w.+\-]{3,63}[®©&(]?$")
_HOSTS = re.compile(r"(?:www|web|mail|m|login|http\w*|my|accounts|support)[.\-]?$", re.I)
_HANDLE = re.compile(r"(?<![\w@.©])@[A-Za-z_](?=\w{0,28}[A-Za-z])\w{2,29}(?![\w@]|\.\w)")


@text_detector(DETECTOR, "address of a mailbox", *RULES, order=20, texts=Texts.EVERY)
def find_emails(text: str) -> list[Hit]:
    """Addresses with blanks, lost dots, spelled signs or signs read as letters; and `@handles`."""
    hits = [_hit(*span, Kind.EMAIL, one.score, one.rule) for one in _PRINTS for span in one.spans(text)]
    for m in _PROVIDED.finditer(text):
        before = _BEFORE_PROVIDER.search(text, max(0, m.start() - 64), m.start())
        if before is not None and "www" not in before[0].lower() and not _HOSTS.fullmatch(before[0]):
            hits.append(_hit(before.start(), m.end(), Kind.EMAIL, 0.6, "email-sign-lost"))
    for m in _HANDLE.finditer(text):
        if m[0][1:].lower() not in NOT_NAMES:
            hits.append(_hit(m.start(), m.end(), Kind.USERNAME, 0.5, "handle"))
    return hits


def _hit(start: int, end: int, kind: Kind, score: float, reason: str) -> Hit:
    return Hit(start=start, end=end, kind=kind, score=score, detector=DETECTOR, reason=reason)
