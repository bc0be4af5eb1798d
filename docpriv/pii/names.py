"""Persons, addresses, places and organisations by models; refuses to fetch a model or to hide its own scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from docpriv.errors import ModelError
from docpriv.model import EngineId, Kind
from docpriv.pii.ner import NerModel
from docpriv.pii.textspan import Hit
from docpriv.pii.words import NOT_NAMES, ORGANISATION_WORDS, SUFFIXES, TITLES, bare, namelike, tokens_of

MODEL_DIR = Path(__file__).parent / "models" / "names-en"
MODEL_FILE = "model.int8.onnx"
ENTITIES = {"PERSON": Kind.PERSON, "ADDRESS": Kind.ADDRESS, "LOCATION": Kind.LOCATION, "ORGANIZATION": Kind.ORGANIZATION}
_SPACY_LABELS = {"PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION",
                 "ORG": "ORGANIZATION"}
_SPACY_SCORE = 0.6  # spaCy gives no score: above the default threshold, below any labelled field


class NamesRecognizer(EntityRecognizer):  # type: ignore[misc]
    """docpriv's own model as a Presidio recognizer, with the model's own scores."""

    def __init__(self, model: NerModel) -> None:
        self._model = model
        super().__init__(supported_entities=list(ENTITIES), name="docpriv-names", supported_language="en")

    def load(self) -> None:
        """The model was loaded before."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:
        return [self._result(s, e, label, score) for s, e, label, score in joined_parts(
            text, [(s.start, s.end, s.label, s.score) for s in self._model.find(text)]) if label in entities]

    def _result(self, start: int, end: int, label: str, score: float) -> RecognizerResult:
        return RecognizerResult(label, start, end, score, recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id})


class SpacyRecognizer(EntityRecognizer):  # type: ignore[misc]
    """Entities of an installed spaCy model, beside our own."""

    def __init__(self, name: str) -> None:
        try:
            self._nlp: Any = spacy.load(name)
        except (OSError, ImportError, ValueError):
            raise ModelError("the spaCy model that the recipe names is not installed",
                             remedy="Install the model, or remove finding.spacy_model from the recipe.") from None
        self.model = f"{self._nlp.meta.get('lang', '')}_{self._nlp.meta.get('name', '')}"
        self.model_version = str(self._nlp.meta.get("version", ""))
        super().__init__(supported_entities=["PERSON", "LOCATION", "ORGANIZATION"], name="spacy", supported_language="en")

    def load(self) -> None:
        """The model was loaded before."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None) -> list[RecognizerResult]:
        return [RecognizerResult(_SPACY_LABELS[e.label_], e.start_char, e.end_char, _SPACY_SCORE, recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id})
                for e in self._nlp(text).ents if _SPACY_LABELS.get(e.label_) in entities]


def open_model(threads: int, bias: float, model_dir: Path = MODEL_DIR) -> tuple[NerModel, EngineId]:
    """The model that ships with the package and its identity. ModelError where it is missing or changed."""
    model = NerModel(model_dir, threads=threads, o_bias=bias)
    name, version, digest = model.identity()
    return model, EngineId(name=name, version=version, models=((MODEL_FILE, digest),))


def joined_parts(text: str, spans: Sequence[tuple[int, int, str, float]]) -> list[tuple[int, int, str, float]]:
    """Neighbouring parts of one address become one, over at most one line break."""
    out: list[tuple[int, int, str, float]] = []
    for start, end, label, score in spans:
        if out and label in {"ADDRESS", "LOCATION"} and "ADDRESS" in {label, out[-1][2]} and out[-1][2] in {"ADDRESS", "LOCATION"}:
            between = text[out[-1][1] : start]
            if len(between) <= 4 and "\t" not in between and between.count("\n") <= 1 and not any(c.isalnum() for c in between):
                out[-1] = (out[-1][0], end, "ADDRESS", max(out[-1][3], score))
                continue
        out.append((start, end, label, score))
    return out


_BESIDE = re.compile(r"[ ,.]{1,2}")


def completed(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """PERSON hits grown over a neighbouring initial, or over the surname where only a first name was found."""
    taken = {i for h in hits if h.kind is not Kind.PERSON for i in range(h.start, h.end)}
    words = tokens_of(text)
    starts, ends = {m.start(): m for m in words}, {m.end(): m for m in words}
    grown = []
    for h in hits:
        if h.kind is not Kind.PERSON or h.score < 0.5:
            grown.append(h)
            continue
        start, end = h.start, h.end
        inside = [m for m in words if m.start() >= start and m.end() <= end]
        long = [m for m in inside if len(bare(m[0])) > 1 and bare(m[0]) not in TITLES]
        while (before := _before(text, start, ends)) is not None and _initial(before[0]) and before.start() not in taken:
            start = before.start()
        after = _after(text, end, starts)
        if after is not None and after.start() not in taken and len(long) == 1 and _surname(after[0], long[0][0]):
            end = after.end()
        elif after is not None and bare(after[0]) in SUFFIXES:
            end = after.end()
        grown.append(Hit(start=start, end=end, kind=h.kind, score=h.score, detector=h.detector, reason=h.reason))
    return grown


def _initial(token: str) -> bool:
    return re.fullmatch(r"(?:[A-Z]\.?){1,2}", token) is not None and token.lower() != "a" and token != "I"


def _surname(token: str, first: str) -> bool:
    word = bare(token)
    if len(word) < 3 or word in NOT_NAMES or word in ORGANISATION_WORDS or not namelike(token):
        return False
    # The same way of writing: JOHN DOE or John Doe, not John ACCOUNT.
    return token.isupper() == first.isupper() and bare(first) not in ORGANISATION_WORDS


def _before(text: str, start: int, ends: dict[int, re.Match[str]]) -> re.Match[str] | None:
    for width in (1, 2, 0):
        m = ends.get(start - width)
        if m is not None and (width == 0 or _BESIDE.fullmatch(text[start - width : start])):
            return m if "," not in text[start - width : start] else None
    return None


def _after(text: str, end: int, starts: dict[int, re.Match[str]]) -> re.Match[str] | None:
    for width in (1, 2):
        m = starts.get(end + width)
        if m is not None and text[end : end + width].strip(".") in {" ", ""} and " " in text[end : end + width]:
            return m
    return None
