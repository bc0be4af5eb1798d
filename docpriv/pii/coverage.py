"""Says whether the detectors cover a page's scripts and languages, and which of its lines they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from docpriv import options
from docpriv.pii.language_model import language_model
from docpriv.pii.languages import languages_of
from docpriv.pii.scripts import letters_by_script, lines_in_other_scripts
from docpriv.protocols import ReadPage, Spoken

_MOST = 0.5  # share of a page's letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What of a page no detector covers.

    `scripts`: letters by Unicode script. `languages`: letters by language (ISO 639), "und" where it is not covered and not
    known by name, "" where nothing is known; `language`: the one that most letters are in, None where none is known.
    `foreign_lines`: indexes of lines in a language that is not covered; `foreign_lines_by_script`: those in a script that is
    not. `spoken`: the covered languages of the page and of its lines.
    `covered`: at most half of the page's letters stand in such lines; `reason`: where not, "script" or "language".
    """

    scripts: Mapping[str, int]
    language: str | None
    covered: bool
    reason: str = ""
    languages: Mapping[str, int] = field(default_factory=dict)
    spoken: Spoken = field(default_factory=Spoken)
    foreign_lines: frozenset[int] = frozenset()
    foreign_lines_by_script: frozenset[int] = frozenset()


def coverage(page: ReadPage, form: options.Finding) -> Coverage:
    """What is written on a page against the scripts and languages that the recipe's detectors cover.

    Loads the language model at the first call; EngineError or ModelError where it is missing or another one.
    """
    told = languages_of(page.text, page.layout, form.covered, language_model())
    by_script = lines_in_other_scripts(page.text, form.scripts)
    by_language = told.foreign - by_script
    letters = [sum(c.text.isalpha() for c in line.chars) for line in page.text.lines]
    in_script, in_language = (sum(letters[i] for i in lines) for lines in (by_script, by_language))
    covered = in_script + in_language <= _MOST * sum(letters)
    return Coverage(
        scripts=letters_by_script(page.text),
        language=told.language,
        covered=covered,
        reason="" if covered else "script" if in_script >= in_language else "language",
        languages=told.letters,
        spoken=told.spoken,
        foreign_lines=by_language,
        foreign_lines_by_script=by_script,
    )
