"""Presidio offline: a blank tokenizer, recognizers that keep their own scores, and an engine that logs nothing it reads."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import spacy

from docpriv.errors import DocprivError, EngineError


@contextmanager
def _without(module: str) -> Iterator[None]:
    """While the body imports, a module that is not loaded yet counts as not installed."""
    loaded = module in sys.modules
    sys.modules.setdefault(module, None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        if not loaded:
            del sys.modules[module]


# Where transformers is installed Presidio loads it with all of torch: seconds, and a temporary folder that a confined process
# does not have. Nothing of it is used here.
with _without("transformers"):
    from presidio_analyzer import (
        AnalysisExplanation,
        AnalyzerEngine,
        EntityRecognizer,
        LemmaContextAwareEnhancer,
        RecognizerResult,
    )
    from presidio_analyzer.nlp_engine import NlpArtifacts
    from presidio_analyzer.nlp_engine.spacy_nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import CryptoRecognizer, IbanRecognizer, IpRecognizer, MacAddressRecognizer
    from presidio_analyzer.recognizer_registry import RecognizerRegistry

__all__ = ["BUILT_IN", "EntityRecognizer", "Found", "Presidio", "Recognizer", "RecognizerResult"]
BUILT_IN = (IbanRecognizer, CryptoRecognizer, IpRecognizer, MacAddressRecognizer)

LANGUAGE = "en"
PATTERN = "pattern"
"""Key of a result's metadata: which pattern of its recognizer it is of."""


Found = tuple[str, int, int, float, str]
"""An entity, where it begins and ends, its score, and which pattern of its recognizer it is of."""


class Recognizer(EntityRecognizer):  # type: ignore[misc]
    """Entities that a function finds in a text.

    None is a PatternRecognizer of Presidio: that one gives a validated match the score 1, whatever the table says, and drops
    what it has not matched within its time limit with nothing but a log line.
    """

    def __init__(
        self, name: str, entities: Sequence[str], find: Callable[[str], Iterable[Found]], context: Sequence[str] = ()
    ) -> None:
        super().__init__(supported_entities=list(entities), name=name, supported_language=LANGUAGE, context=list(context) or None)
        self._find = find

    def load(self) -> None:
        """Presidio calls this; nothing is left to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:
        return [
            RecognizerResult(
                entity,
                start,
                end,
                score,
                analysis_explanation=AnalysisExplanation(recognizer=self.name, original_score=score),
                recognition_metadata={
                    PATTERN: pattern,
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for entity, start, end, score, pattern in self._find(text)
            if entity in entities
        ]


class _BlankNlpEngine(SpacyNlpEngine):  # type: ignore[misc]
    """Tokens of a blank spaCy pipeline; nothing is loaded from disk or fetched.

    Lemmas are lower-cased tokens, since Presidio's context words are compared with them and a blank pipeline has none; white
    space counts as punctuation, so that line breaks do not use up the context window.
    """

    engine_name = "docpriv-blank"

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
        self.nlp = {LANGUAGE: spacy.blank(LANGUAGE)}

    def get_supported_entities(self) -> list[str]:
        return []

    def _doc_to_nlp_artifact(self, doc: Any, language: str) -> NlpArtifacts:
        tokens = list(doc)  # the enhancer walks all of them for each result; a list is walked faster than a document
        return NlpArtifacts(
            entities=[],
            tokens=tokens,
            tokens_indices=[t.idx for t in tokens],
            nlp_engine=self,
            lemmas=["." if t.is_space else t.lower_ for t in tokens],
            language=language,
            scores=[],
        )


class Presidio:
    """Presidio's engine over one text at a time. Thread-safe after construction; keeps nothing of a text."""

    def __init__(self, recognizers: Sequence[EntityRecognizer], *, least: float = 0.0, whole_words: bool = False) -> None:
        """`least`: the score below which a result is dropped. `whole_words`: context words count as whole words only."""
        _silence()
        enhancer = LemmaContextAwareEnhancer(context_matching_mode="whole_word", context_prefix_count=6) if whole_words else None
        self._engine = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=list(recognizers), supported_languages=[LANGUAGE]),
            nlp_engine=_BlankNlpEngine(),
            supported_languages=[LANGUAGE],
            default_score_threshold=least,
            context_aware_enhancer=enhancer,
            log_decision_process=False,
        )

    def results(self, text: str, entities: Sequence[str] | None = None) -> list[RecognizerResult]:
        """What is found of these entities, of all for None. EngineError, without a word of the text, where it fails."""
        try:
            found: list[RecognizerResult] = self._engine.analyze(
                text, LANGUAGE, entities=None if entities is None else list(entities)
            )
        except DocprivError:
            raise
        except Exception as failure:  # Presidio puts words of the text into its messages
            raise EngineError(f"the analyzer of patterns failed ({type(failure).__name__})") from None
        return found


def _silence() -> None:
    """Presidio writes context words and, on request, whole decisions to its loggers; neither may ever leave."""
    for name in ("presidio-analyzer", "decision_process"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
        logger.disabled = True
