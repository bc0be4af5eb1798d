"""Signs that recognizers take for one another: one table, and views of it. Whoever compares what was read takes one of them.

Two tables elsewhere mean something else. `docpriv_lab.names_model.noise` says what a reader may write for a sign, likely or not,
to damage texts for training; nothing is compared by it. `tape._PLAIN` changes how a sign is written, never which sign it is.
"""

from __future__ import annotations

LOOK_ALIKE = {"0": "oOQD", "1": "lI|i!L", "2": "zZ", "5": "sS$", "6": "Gb", "8": "B", "9": "gq"}
"""By digit the signs that are read for it, and it for them."""

LETTERS_ALIKE = {"i": "l", "j": "l", "q": "g"}
"""Small letters that are read for one another, and the one that stands for them in folded text."""

PAIRS_ALIKE = {"rn": "m", "vv": "w", "cl": "d"}
"""Two letters that are read as one, and it as them."""

IN_WORDS = {**dict(zip("0125689", "olzsgbg", strict=True)), **dict.fromkeys("|!", "l"), "$": "s", **LETTERS_ALIKE}
"""The letter that stands for a sign within words. D and b stay: of the signs like 0 and 6 they are far likelier letters."""

IN_NUMBERS = {sign: letter for sign, letter in IN_WORDS.items() if sign != "9"}
"""Within numbers: 6 and 9 are both read for g, but never for one another."""

IN_NAMES_OF_PEOPLE = {sign: IN_WORDS[sign] for sign in "01i|!5$8"}
"""The likeliest alone, for who gets which pseudonym: two people must not become one."""

IN_RUNNING_TEXT = "oOlI|"
"""Letters that are digits in running text, where a number stands around them."""

IN_CAPITALS = "OQDILZSBG"
"""Capitals that are digits where a form says that a digit stands there."""

WHERE_CHECKED = "oOQDlI|iSsBZzGb"
"""Signs that are digits only where a check digit or a label says so."""

_IN_CAPTIONS = "OoQIl|!LSsBGbZ"


def as_digits(signs: str) -> dict[int, str]:
    """The digit that each of these signs is read for, for `str.translate`."""
    return {ord(sign): digit for digit, like in LOOK_ALIKE.items() for sign in like if sign in signs}


def in_captions() -> dict[str, str]:
    """For each digit or letter of a caption all signs that it may be read as, itself among them."""
    groups = [digit + "".join(s for s in like if s in _IN_CAPTIONS) for digit, like in LOOK_ALIKE.items() if digit != "9"]
    return {sign: group for group in groups for sign in group}
