"""E-mail addresses as readers break them and as people spell them out, and `@handles`."""

from __future__ import annotations

from docpriv import locales
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.numbers import Pattern, hits_of, rules_of
from docpriv.pii.textspan import Hit

DETECTOR = "emails"
_MAILBOXES = tuple(map(Pattern, locales.common().mailboxes))


@text_detector(DETECTOR, "address of a mailbox", *rules_of(locales.common().mailboxes), order=20, texts=Texts.EVERY)
def find_emails(text: str) -> list[Hit]:
    """Addresses with blanks, lost dots, spelled signs or signs read as letters; and `@handles`."""
    return hits_of(_MAILBOXES, text, DETECTOR)
