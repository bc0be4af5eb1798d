"""Runs a user's own recognizers as Presidio would, context words included.

An expression that is still searching after its time is an error of the document, not a page that was not searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docpriv.errors import RecipeError
from docpriv.pii.presidio import PATTERN, Found, Presidio, Recognizer
from docpriv.pii.textspan import Hit
from docpriv.recognizers import CustomRecognizer, compiled, kind_of_entity

DETECTOR = "custom"
SECONDS = 2.0  # of CPU, for one expression on one text: an honest one needs a hundredth on a dense page


def _recognizer(form: CustomRecognizer, entity: str) -> Recognizer:
    """`entity` is its own alone, or Presidio would take two for one where they overlap."""
    patterns = [one for one in compiled(form) if one.score > 0]  # as in Presidio: the score 0 is off, context or not

    def find(text: str) -> Iterator[Found]:
        for one in patterns:
            try:
                spans = [m.span() for m in one.regex.finditer(text, timeout=SECONDS)]
            except TimeoutError:
                raise RecipeError(
                    f"recognizer {one.name} searched for more than {SECONDS:g} seconds in one text",
                    remedy="Write its expression without repeats inside repeats, such as (a+)+; "
                    "`docpriv recognizers test` tries it.",
                ) from None
            yield from ((entity, start, end, one.score, one.name) for start, end in spans if end > start)

    return Recognizer(form.name, [entity], find, form.context)


class CustomAnalyzer:
    """All recognizers of a recipe over one text at a time, with Presidio's own rules for context words."""

    def __init__(self, forms: Sequence[CustomRecognizer]) -> None:
        self._kinds = {f"CUSTOM_{i}": kind_of_entity(form.supported_entity) for i, form in enumerate(forms)}
        self._presidio = Presidio(list(map(_recognizer, forms, self._kinds)))

    def find(self, text: str) -> list[Hit]:
        """Every match with its score, however low. RecipeError where an expression does not come to an end."""
        return [
            Hit(r.start, r.end, self._kinds[r.entity_type], r.score, DETECTOR, r.recognition_metadata[PATTERN])
            for r in self._presidio.results(text)
        ]
