"""Runs a user's own recognizers as Presidio would, context words included.

An expression that is still searching after its time is an error of the document, not a page that was not searched.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from docpriv.errors import RecipeError
from docpriv.pii.presidio import PATTERN, Presidio, Recognizer
from docpriv.pii.textspan import Hit
from docpriv.recognizers import CustomRecognizer, compiled, kind_of_entity

DETECTOR = "custom"
SECONDS = 2.0  # of CPU, for one expression on one text: an honest one needs a hundredth on a dense page


class _UsersRecognizer(Recognizer):
    """`entity` is its own alone, or Presidio would take two for one where they overlap."""

    def __init__(self, form: CustomRecognizer, entity: str) -> None:
        self._compiled = compiled(form)
        super().__init__(form.name, [entity], form.context)

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:
        found = []
        for one in self._compiled:
            if one.score <= 0:
                continue  # as in Presidio: a pattern with the score 0 is switched off, context or not
            try:
                spans = [m.span() for m in one.regex.finditer(text, timeout=SECONDS)]
            except TimeoutError:
                raise RecipeError(
                    f"recognizer {one.name} searched for more than {SECONDS:g} seconds in one text",
                    remedy="Write its expression without repeats inside repeats, such as (a+)+; "
                    "`docpriv recognizers test` tries it.",
                ) from None
            entity = self.supported_entities[0]
            found += [self.result(entity, start, end, one.score, one.name) for start, end in spans if end > start]
        return found


class CustomAnalyzer:
    """All recognizers of a recipe over one text at a time, with Presidio's own rules for context words."""

    def __init__(self, forms: Sequence[CustomRecognizer]) -> None:
        self._kinds = {f"CUSTOM_{i}": kind_of_entity(form.supported_entity) for i, form in enumerate(forms)}
        self._presidio = Presidio([_UsersRecognizer(form, entity) for form, entity in zip(forms, self._kinds, strict=True)])

    def find(self, text: str) -> list[Hit]:
        """Every match with its score, however low. RecipeError where an expression does not come to an end."""
        return [
            Hit(r.start, r.end, self._kinds[r.entity_type], r.score, DETECTOR, r.recognition_metadata[PATTERN])
            for r in self._presidio.results(text)
        ]
