"""Numbers, names of accounts and names in salutations that the word right before or behind them announces.

What stands further off is the business of the field rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docpriv import locales
from docpriv.locales import Regex, by_language
from docpriv.locales.forms import Announced
from docpriv.pii.detectors import Texts, text_detector
from docpriv.pii.digits import digits_guessed
from docpriv.pii.numbers import NUMBERS, check, rules_of
from docpriv.pii.textspan import Hit
from docpriv.text.words import ADDRESSEES, NOT_NAMES, TITLES, bare, no_name

DETECTOR = "announced"
_NAMED_SCORE = 0.65  # of a number by its word, its check digit failing: one misread digit makes a real number invalid
_REACH = 30  # characters before a word where its value may stand
_WORD = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,5}|[^\W\d_]+")


class Rule:
    """A rule of the tables, compiled. `ahead` is matched from the end of a word, `behind` up to its start."""

    def __init__(self, form: Announced) -> None:
        self.form = form
        self.ahead = Regex(rf"(?i:{form.lead}){form.value}")
        self.behind = Regex(rf"(?<![\w\-.,$/]){form.value}[ \t]?[(\-,:]?[ \t]?$") if form.behind else None
        self._check = _addressee if form.check == "addressee" else check(form.check) if form.check else None

    @property
    def words(self) -> tuple[str, ...]:
        return self.form.words + (locales.cues(self.form.cue) if self.form.cue else ())

    def allows(self, value: str) -> bool:
        """Whether a value is what the rule announces."""
        least, most = self.form.signs
        return (
            (self._check is None or self._check(value))
            and sum(c.isdigit() for c in value) >= self.form.digits
            and least <= sum(c.isalnum() for c in value) <= most
        )


def _addressee(value: str) -> bool:
    """Whether a letter is addressed to this by name, not by a role or a title alone."""
    words = [bare(word) for word in value.split()]
    return not any(no_name(word) or word in ADDRESSEES or word in TITLES for word in words)


def _all() -> Iterator[Announced]:
    yield from locales.common().announced
    for country in locales.countries().values():
        yield from country.announced
    for number in (n.form for n in NUMBERS if n.form.named):
        yield Announced(
            rule="named-number",
            kind=number.kind,
            words=number.named,
            value=f"((?i:{number.pattern}))",
            score=_NAMED_SCORE,
            source=number.source,
        )


RULES: tuple[Rule, ...] = tuple(map(Rule, _all()))


@by_language
def _table() -> dict[str, list[Rule]]:
    """The rules by each of their words."""
    found: dict[str, list[Rule]] = {}
    for rule in RULES:
        for word in rule.words:
            found.setdefault(word, []).append(rule)
    return found


@text_detector(DETECTOR, "word before or behind", *rules_of(r.form for r in RULES), order=10, texts=Texts.EVERY)
def find_announced(text: str) -> list[Hit]:
    """Values right behind the words that announce them, and right before those that may follow their value."""
    hits: list[Hit] = []
    guessed, table = "", _table()
    for word in _WORD.finditer(text):
        rules = table.get(word[0].lower().replace(".", ""))
        if rules is None:
            continue
        guessed = guessed or digits_guessed(text)
        for rule in rules:
            span = _ahead(rule, text, guessed, word.end()) or _behind(rule, text, guessed, word.start())
            if span is not None:
                hits.append(Hit(*span, rule.form.kind, rule.form.score, DETECTOR, rule.form.rule))
    return hits


def _ahead(rule: Rule, text: str, guessed: str, at: int) -> tuple[int, int] | None:
    found = rule.ahead.match(text, at) or (None if rule.form.everyday else rule.ahead.match(guessed, at))
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
    if rule.form.everyday and value.strip(".,;:!?()").lower() in NOT_NAMES:
        return False
    return rule.allows(value) or rule.allows(guessed[slice(*span)])
