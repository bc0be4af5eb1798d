"""Runs every detector of text over the pages of a document and unites what they find."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from importlib import metadata

from docpriv import options
from docpriv.locales import speaking, spoken
from docpriv.model import CharId, EngineId, Finding, Kind, PageText
from docpriv.pii import lists
from docpriv.pii.address_blocks import whole_addresses
from docpriv.pii.analyzer import NAME_MODEL, PatternAnalyzer
from docpriv.pii.cells import without_labels
from docpriv.pii.combs import whole_combs
from docpriv.pii.custom import CustomAnalyzer
from docpriv.pii.dates import born_behind_names, whole_births
from docpriv.pii.detectors import DETECTORS, Texts, detected
from docpriv.pii.fields import FieldReader
from docpriv.pii.language_model import language_model
from docpriv.pii.languages import languages_of
from docpriv.pii.name_lists import in_company
from docpriv.pii.names import NamesModels, NamesRecognizer, SpacyRecognizer, believable, completed, listed
from docpriv.pii.phones import behind_names
from docpriv.pii.propagate import judged, names_alone, propagate
from docpriv.pii.public_addresses import public_addresses
from docpriv.pii.readings import Readings, readings_of
from docpriv.pii.textspan import Hit, finding_of, unite
from docpriv.pii.wraps import end_of_value, halves_joined, wraps
from docpriv.protocols import ReadPage, Spoken
from docpriv.tape import TextTape


class Finder:
    """All text detectors over the pages of one document; keeps nothing between calls."""

    def __init__(self, form: options.Finding, *, threads: int = 1) -> None:
        self._covered = form.covered
        self._names = NamesModels(self._covered, threads=threads, bias=form.names_bias)
        recognizers: list[object] = [NamesRecognizer(self._names)]
        self._ids = [
            EngineId(name="presidio-analyzer", version=metadata.version("presidio-analyzer")),
            EngineId(name="fields", version=metadata.version("docpriv")),
            language_model().identity(),
        ]
        if form.spacy_model is not None:
            other = SpacyRecognizer(form.spacy_model)
            recognizers.append(other)
            self._ids.append(EngineId(name=other.model, version=other.model_version))
        self._analyzer = PatternAnalyzer(form.phone_regions, recognizers)
        self._custom = CustomAnalyzer(form.recognizers) if form.recognizers else None
        self._deny = lists.compile_terms(form.deny)
        self._allow = lists.compile_terms(form.allow)
        self._propagate = form.propagate
        len(DETECTORS)  # imports them

    def identity(self, languages: Collection[str] | None = None) -> tuple[EngineId, ...]:
        """The names models that read these languages, Presidio, the field rules, the language model and, where the recipe names
        one, a spaCy model."""
        return (*self._names.identities(languages), *self._ids)

    def find(self, pages: Sequence[ReadPage]) -> tuple[Finding, ...]:
        """Every finding of every kind with its score, in page order; nothing is dropped for its score."""
        found: list[Finding] = []
        labels: dict[int, frozenset[CharId]] = {}
        allowed: dict[int, list[frozenset[CharId]]] = {}
        heard: set[str] = set()
        for page in pages:
            reading, told = readings_of(page), self._spoken(page)
            heard.update(told.page)
            on_page, labels[reading.number] = self._on_page(reading, told)
            found += on_page
            if self._allow:
                allowed[reading.number] = lists.allowed_chars((reading.blocks, reading.rows), self._allow)
        united = list(unite(found))
        if self._propagate:
            modelled = frozenset((f.page, c) for f in found if f.kind is Kind.PERSON and f.reason == NAME_MODEL for c in f.chars)
            with speaking(tuple(sorted(heard))):
                alone = names_alone(united, pages, modelled)
                again = propagate(judged(united, pages, alone), pages)
                seen = [g for f in again for g in without_labels([f], labels[f.page])]
                united = judged(unite([*united, *seen]), pages, alone)  # for the check before release
        united = public_addresses(united, pages)
        return tuple(lists.without_allowed(united, allowed) if allowed else united)

    def _spoken(self, page: ReadPage) -> Spoken:
        """The languages in which a page and each of its lines are searched: those that the reading says, or else the text; all
        that the recipe looks for where neither does."""
        told = page.spoken
        if told is None or len(told.lines) != len(page.text.lines):
            elsewhere = () if told is None else told.page
            told = languages_of(page.text, page.layout, self._covered, language_model(), elsewhere).spoken
        return Spoken(page=told.page or self._covered, lines=tuple(codes or self._covered for codes in told.lines))

    def _wrapped(self, page: PageText, tape: TextTape) -> list[Hit]:
        """Numbers, e-mail and parts of addresses that go over the end of a line of running text."""
        breaks = wraps(page, tape)
        if not breaks:
            return []
        plain = list(tape.text)
        for at in breaks:
            plain[at] = " "
        joined = "".join(plain)
        hits = self._analyzer.find(joined, names=False) + detected(joined, Texts.COLUMNS)
        ends = [(h, end_of_value(joined, h.start, h.end, breaks)) for h in hits if h.score >= _WRAPPED_SCORE]
        return [replace(h, end=end) for h, end in ends if end is not None]

    def _on_page(self, reading: Readings, told: Spoken) -> tuple[list[Finding], frozenset[CharId]]:
        """Findings of one page and the characters of its labels."""
        with speaking(told.page):
            fields = FieldReader(reading.page, told)
            labels = fields.label_chars()
            found = fields.find()
        asked: list[Finding] = []  # what a user asks for is no label, whatever it looks like
        for tape in _tapes(reading):
            asked += _findings(lists.find_denied(tape.text, self._deny), tape, reading.number)
            asked += _findings(self._custom.find(tape.text), tape, reading.number) if self._custom is not None else []
        for codes in dict.fromkeys(told.lines):
            lines = {number for number, own in enumerate(told.lines) if own == codes}
            with speaking(codes):
                found += [f for f in self._in_texts(reading) if any(c.line in lines for c in f.chars)]
        return [*without_labels(whole_combs(found, reading.page), labels), *asked], labels

    def _in_texts(self, reading: Readings) -> list[Finding]:
        """What the detectors find in the texts of a page, for the languages of the text at hand."""
        found: list[Finding] = []
        for tape in _tapes(reading):
            named = in_company(tape.text, listed(tape.text, self._in_every(tape.text)))
            hits = named + detected(tape.text, Texts.AS_READ)
            if tape is reading.blocks:  # lines follow each other in a column, never along a row
                hits = whole_addresses(tape.text, hits + self._in_columns(reading.page.text, tape))
            found += _findings(hits, tape, reading.number)
        halves = halves_joined(reading.page.text, reading.blocks, self._names.knows) if spoken() == ENGLISH else None
        for other in (*reading.respaced, *([halves] if halves else [])):
            hits = self._in_every(other.tape.text) + self._in_columns(reading.page.text, other.tape)
            found += [f for f in _findings(hits, other.tape, reading.number) if not other.changed.isdisjoint(f.chars)]
        return found

    def _in_every(self, text: str) -> list[Hit]:
        """Numbers and names; a name grows by what stands beside it and is none of the numbers."""
        hits = completed(text, believable(text, self._analyzer.find(text)))
        return list(whole_births(text, hits + behind_names(text, hits) + born_behind_names(text, hits)))

    def _in_columns(self, page: PageText, tape: TextTape) -> list[Hit]:
        """What lines that follow each other hold together: addresses, and values that go over the end of a line."""
        return detected(tape.text, Texts.COLUMNS) + self._wrapped(page, tape)


_WRAPPED_SCORE = 0.5
ENGLISH = ("en",)


def _tapes(reading: Readings) -> Iterator[TextTape]:
    yield reading.blocks
    if reading.rows.text != reading.blocks.text:
        yield reading.rows


def _findings(hits: Sequence[Hit], tape: TextTape, page: int) -> list[Finding]:
    made = (finding_of(h, tape, page) for h in hits)
    return [f for f in made if f is not None]
