"""Numbers, names of accounts and names in salutations that the word right before or behind them announces.

What stands further off is the business of the field rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docpriv import locales
from docpriv.locales.forms import Announced
from docpriv.model import Kind
from docpriv.pii.checksums import Check, check
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.digits import digits_guessed
from docpriv.pii.numbers import NUMBERS
from docpriv.pii.textspan import Hit
from docpriv.text.words import ADDRESSEES, NOT_NAMES, TITLES, bare, no_name

DETECTOR = "announced"
_NAMED_SCORE = 0.65  # of a number by its word, its check digit failing: one misread digit makes a real number invalid
_REACH = 30  # characters before a word where its value may stand
_WORD = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,5}|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the tables, compiled. `ahead` is matched from the end of a word, `behind` up to its start."""

    reason: str
    kind: Kind
    words: tuple[str, ...]
    ahead: re.Pattern[str]
    behind: re.Pattern[str] | None = None
    score: float
    check: Check | None = None
    digits: int = 0
    signs: tuple[int, int] = (1, 99)
    everyday: bool = False

    def allows(self, value: str) -> bool:
        """Whether a value is what the rule announces."""
        signs = sum(c.isalnum() for c in value)
        return (
            (self.check is None or self.check(value))
            and sum(c.isdigit() for c in value) >= self.digits
            and self.signs[0] <= signs <= self.signs[1]
        )


def _addressee(value: str) -> bool:
    """Whether a letter is addressed to this by name, not by a role or a title alone."""
    words = [bare(word) for word in value.split()]
    return not any(no_name(word) or word in ADDRESSEES or word in TITLES for word in words)


def _rule(form: Announced) -> Rule:
    lead, value = locales.expanded(form.lead), locales.expanded(form.value)
    return Rule(
        reason=form.rule,
        kind=form.kind,
        words=form.words + (locales.cues(form.cue) if form.cue else ()),
        ahead=re.compile(rf"(?i:{lead}){value}"),
        behind=re.compile(rf"(?<![\w\-.,$/]){value}[ \t]?[(\-,:]?[ \t]?$") if form.behind else None,
        score=form.score,
        check=_addressee if form.check == "addressee" else check(form.check) if form.check else None,
        digits=form.digits,
        signs=form.signs,
        everyday=form.everyday,
    )


def _all() -> Iterator[Rule]:
    for form in locales.common().announced:
        yield _rule(form)
    for country in locales.countries().values():
        yield from map(_rule, country.announced)
    lead = locales.expanded("{{lead}}")
    for number in NUMBERS:
        if number.named:
            ahead = re.compile(rf"(?i:{lead})((?i:{number.regex.pattern}))")
            yield Rule(reason="named-number", kind=number.kind, words=number.named, ahead=ahead, score=_NAMED_SCORE)


RULES: tuple[Rule, ...] = tuple(_all())


def _by_word() -> dict[str, list[Rule]]:
    table: dict[str, list[Rule]] = {}
    for rule in RULES:
        for word in rule.words:
            table.setdefault(word, []).append(rule)
    return table


_TABLE = _by_word()


def _scores_of(reason: str) -> tuple[float, float]:
    scores = [r.score for r in RULES if r.reason == reason]
    return min(scores), max(scores)


@text_detector(
    DETECTOR,
    "word before or behind",
    *dict.fromkeys((r.reason, r.kind, *_scores_of(r.reason)) for r in RULES),
    order=10,
    texts=Texts.EVERY,
)
def find_announced(text: str) -> list[Hit]:
    """Values right behind the words that announce them, and right before those that may follow their value."""
    hits: list[Hit] = []
    guessed = ""
    for word in _WORD.finditer(text):
        rules = _TABLE.get(word[0].lower().replace(".", ""))
        if rules is None:
            continue
        guessed = guessed or digits_guessed(text)
        for rule in rules:
            span = _ahead(rule, text, guessed, word.end()) or _behind(rule, text, guessed, word.start())
            if span is not None:
                start, end = span
                hits.append(Hit(start=start, end=end, kind=rule.kind, score=rule.score, detector=DETECTOR, reason=rule.reason))
    return hits


def _ahead(rule: Rule, text: str, guessed: str, at: int) -> tuple[int, int] | None:
    found = rule.ahead.match(text, at) or (None if rule.everyday else rule.ahead.match(guessed, at))
    return found.span(1) if found is not None and _holds(rule, text, guessed, found.span(1)) else None


def _behind(rule: Rule, text: str, guessed: str, at: int) -> tuple[int, int] | None:
    if rule.behind is None:
        return None
    start = max(text.rfind("\n", 0, at) + 1, text.rfind("\t", 0, at) + 1, at - _REACH)
    found = rule.behind.search(text[start:at]) or rule.behind.search(guessed[start:at])
    if found is None:
        return None
    span = start + found.start(1), start + found.end(1)
    return span if _holds(rule, text, guessed, span) else None


def _holds(rule: Rule, text: str, guessed: str, span: tuple[int, int]) -> bool:
    value = text[slice(*span)]
    if rule.everyday and value.strip(".,;:!?()").lower() in NOT_NAMES:
        return False
    return rule.allows(value) or rule.allows(guessed[slice(*span)])
