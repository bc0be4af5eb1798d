"""E-mail addresses as readers break them and as people spell them out; refuses a domain that no ending shows."""

from __future__ import annotations

import re

from docpriv.model import Kind
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.textspan import Hit
from docpriv.text.words import NOT_NAMES

DETECTOR = "emails"
RULES = (("email-spelled", Kind.EMAIL, 0.7, 0.85), ("email-sign-lost", Kind.EMAIL, 0.6, 0.6), ("handle", Kind.USERNAME, 0.5, 0.5))

_ENDINGS = (
    "com|org|net|edu|gov|mil|int|info|biz|name|io|eu|us|uk|ca|au|nz|ie|in|de|at|ch|fr|be|nl|lu|es|pt|it|dk|se|no|fi"
    "|pl|cz|sk|hu|ro|bg|gr|tr|il|za|br|mx|ar|cl|jp|cn|hk|sg|kr|ru"
)
_SURE_ENDINGS = "com|org|net|edu|gov|mil"
_LOCAL = r"(?<![\w.%+\-'])[\w+%'\-]{1,64}(?: ?[._] ?[\w+%'\-]{1,64}){0,4}"
_DOT = r"(?: ?[.,·] ?| ?[(\[{<] ?dot ?[)\]}>] ?)"
_LABELS = rf"[\w\-]{{1,63}}(?:{_DOT}[\w\-]{{1,63}}){{0,4}}"
# Providers of mailboxes for everybody: a word that ends in one of their domains is an address, whatever the sign became.
_PROVIDERS = (
    "gmail|googlemail|yahoo|hotmail|outlook|aol|icloud|msn|live|comcast|verizon|earthlink|compuserve|protonmail|gmx|juno"
    "|sbcglobal|bellsouth|btinternet|freenet|t-online|orange|wanadoo"
)

_SIGN, _SPELLED_SIGN = r"[@©®]", r"[(\[{<] ?(?:at|a|@) ?[)\]}>]"
_SPELLED = tuple(
    (re.compile(needed, re.I), re.compile(pattern, re.I), score)
    for needed, pattern, score in (
        # john . smith @ example . com
        (_SIGN, rf"{_LOCAL} ?{_SIGN} ?{_LABELS}{_DOT}(?:{_ENDINGS})(?![\w@])", 0.85),
        # john.smith@example com: the dot is lost
        (_SIGN, rf"{_LOCAL} ?@ ?[\w\-]{{2,63}} (?:{_SURE_ENDINGS})(?![\w@])", 0.7),
        # john.smith@ over the end of a line
        ("@\n", rf"{_LOCAL}@\n[\w\-]{{2,63}}(?:\.[\w\-]{{1,63}}){{0,3}}\.(?:{_ENDINGS})(?![\w@])", 0.8),
        (r"\.\n", rf"{_LOCAL}@[\w\-]{{1,63}}\.\n(?:{_SURE_ENDINGS})(?![\w@])", 0.8),
        # johnsmith(at)example.com, john [at] example [dot] com
        (_SPELLED_SIGN, rf"{_LOCAL} ?{_SPELLED_SIGN} ?{_LABELS}{_DOT}(?:{_ENDINGS})(?![\w@])", 0.8),
        # john at example dot com
        (r" dot ", rf"{_LOCAL} at [\w\-]{{2,63}}(?: dot [\w\-]{{1,63}}){{0,2}} dot (?:{_SURE_ENDINGS})(?!\w)", 0.75),
        # 75312,1234@compuserve.com: numbered mailboxes
        ("@", r"(?<![\w.,])\d{4,6}[.,]\d{2,5} ?@ ?[\w.\-]{3,80}", 0.85),
    )
)
# The sign read as a letter. Case decides here: Q between small letters, or a provider's domain behind.
_SIGN_LOST = re.compile(rf"(?<![\w.%+\-'/@])[a-z0-9][a-z0-9._\-]{{1,63}}[QO®©][a-z0-9\-]{{2,63}}\.(?:{_SURE_ENDINGS})(?!\w)")
_PROVIDED = re.compile(rf"(?:{_PROVIDERS}) ?[.,] ?(?:com|net|de|fr|co\.uk)(?!\w)", re.I)
_BEFORE_PROVIDER = re.compile(r"(?<![\w.%+\-'/@])[\w.+\-]{3,63}[®©&(]?$")
_HOSTS = re.compile(r"(?:www|web|mail|m|login|http\w*|my|accounts|support)[.\-]?$", re.I)
_HANDLE = re.compile(r"(?<![\w@.©])@[A-Za-z_](?=\w{0,28}[A-Za-z])\w{2,29}(?![\w@]|\.\w)")


@text_detector(DETECTOR, "address of a mailbox", *RULES, order=20, texts=Texts.EVERY)
def find_emails(text: str) -> list[Hit]:
    """Addresses with blanks, lost dots, spelled signs or signs read as letters; and `@handles`."""
    hits = []
    for needed, pattern, score in _SPELLED:
        if needed.search(text):
            hits += [_hit(m.start(), m.end(), Kind.EMAIL, score, "email-spelled") for m in pattern.finditer(text)]
    for m in _SIGN_LOST.finditer(text):
        hits.append(_hit(m.start(), m.end(), Kind.EMAIL, 0.6, "email-sign-lost"))
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
