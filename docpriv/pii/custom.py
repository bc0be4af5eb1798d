"""Runs a user's own recognizers as Presidio would, context words included; refuses expressions that do not come to an end.

An expression that is still searching after its time is an error of the document, not a page that was not searched.
"""

from __future__ import annotations

from collections.abc import Sequence

from presidio_analyzer import AnalysisExplanation, AnalyzerEngine, EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.recognizer_registry import RecognizerRegistry

from docpriv.errors import DocprivError, EngineError, RecipeError
from docpriv.pii.analyzer import BlankNlpEngine, silence_presidio
from docpriv.pii.textspan import Hit
from docpriv.recognizers import CustomRecognizer, compiled, kind_of_entity

DETECTOR = "custom"
SECONDS = 2.0  # of CPU, for one expression on one text: an honest one needs a hundredth on a dense page
_LANGUAGE = "en"
_PATTERN = "pattern"


class OwnRecognizer(EntityRecognizer):  # type: ignore[misc]
    """One recognizer of a user. `entity` is its own alone, or Presidio would take two for one where they overlap."""

    def __init__(self, form: CustomRecognizer, entity: str) -> None:
        self._form = form
        self._compiled = compiled(form)
        super().__init__(
            supported_entities=[entity],
            name=form.name,
            supported_language=_LANGUAGE,
            context=list(form.context) or None,
        )

    def load(self) -> None:
        """Nothing to load."""

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
            found += [self._result(one.name, start, end, one.score) for start, end in spans if end > start]
        return found

    def _result(self, pattern: str, start: int, end: int, score: float) -> RecognizerResult:
        return RecognizerResult(
            self.supported_entities[0],
            start,
            end,
            score,
            analysis_explanation=AnalysisExplanation(recognizer=self.name, original_score=score),
            recognition_metadata={
                _PATTERN: pattern,
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


class CustomAnalyzer:
    """All recognizers of a recipe over one text at a time, with Presidio's own rules for context words."""

    def __init__(self, forms: Sequence[CustomRecognizer]) -> None:
        silence_presidio()
        nlp = BlankNlpEngine()
        nlp.load()
        self._kinds = {f"CUSTOM_{i}": kind_of_entity(form.supported_entity) for i, form in enumerate(forms)}
        own = [OwnRecognizer(form, entity) for form, entity in zip(forms, self._kinds, strict=True)]
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=own, supported_languages=[_LANGUAGE]),
            nlp_engine=nlp,
            supported_languages=[_LANGUAGE],
            log_decision_process=False,
        )

    def find(self, text: str) -> list[Hit]:
        """Every match with its score, however low. RecipeError where an expression does not come to an end."""
        try:
            results = self._engine.analyze(text, _LANGUAGE)
        except DocprivError:
            raise
        except Exception as failure:  # Presidio puts words of the text into its messages
            raise EngineError(f"the analyzer of custom recognizers failed ({type(failure).__name__})") from None
        return [
            Hit(
                start=r.start,
                end=r.end,
                kind=self._kinds[r.entity_type],
                score=r.score,
                detector=DETECTOR,
                reason=r.recognition_metadata[_PATTERN],
            )
            for r in results
        ]
