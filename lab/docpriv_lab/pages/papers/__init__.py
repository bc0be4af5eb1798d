"""Papers to measure redaction on in several languages, and English ones whose people are named as in a region.

Wording and names are of the halves that nothing learns from. The same arguments give the same bytes, as for `benchmark`,
with the same version of Faker, whose lists the names are drawn from.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docpriv.errors import UsageError
from docpriv_lab.names_model.tongues import codes
from docpriv_lab.pages.canvas import Canvas
from docpriv_lab.pages.degrade import DIFFICULTIES, degrade, draw_wear, map_points
from docpriv_lab.pages.generator import SyntheticPage
from docpriv_lab.pages.papers.content import Content
from docpriv_lab.pages.papers.forms import form, payslip
from docpriv_lab.pages.papers.identity import identity
from docpriv_lab.pages.papers.letters import court, letter, mail, medical
from docpriv_lab.pages.papers.names import drawn_region
from docpriv_lab.pages.papers.sheet import Sheet, typefaces
from docpriv_lab.pages.papers.tables import invoice, roster
from docpriv_lab.pages.style import choose
from docpriv_lab.pages.truth import InkWord, page_dict
from docpriv_lab.synthesis.regions import regions

VERSION = 1
"""Of these pages: another one where the same arguments would make other pages."""

KINDS: dict[str, Callable[[Sheet], None]] = {
    "letter": letter,
    "form": form,
    "invoice": invoice,
    "identity": identity,
    "medical": medical,
    "roster": roster,
    "court": court,
    "payslip": payslip,
}
"""In the order in which they take turns; a kind that is added later needs another `VERSION`."""
TYPED = frozenset({"letter", "invoice", "identity", "court", "payslip", "roster", "mail"})
ORIGIN_KINDS: dict[str, Callable[[Sheet], None]] = {"letter": letter, "form": form, "roster": roster, "mail": mail}
"""Kinds that papers of regions are of: names in sentences, in fields, in lists, in heads and under mail."""

A4 = (595.0, 842.0)
LETTER = (612.0, 792.0)
MOST_PAGES = 10_000
_DPI = {"easy": (200, 200, 150), "medium": (200, 150, 150), "hard": (150, 150, 200)}
_BILINGUAL = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Page `number` (from 1) of a language; of a region where `origin` names one."""

    number: int
    kind: str
    level: str
    seed: int
    language: str
    origin: str = ""

    @property
    def stem(self) -> str:
        """Name of its files without their ending."""
        return f"{self.origin or self.language}-{self.number:04}-{self.kind}-{self.level}"

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        about = {"kind": self.kind, "level": self.level, "language": self.language, "seed": self.seed}
        return about | ({"origin": self.origin} if self.origin else {})

    def sheet(self, dpi: int | None = None) -> Sheet:
        """The paper as printed."""
        rng = self._stream("content")
        text = Content.of_region(self.origin, rng) if self.origin else Content.of_language(self.language, rng)
        width, height = LETTER if self.origin else A4
        canvas = Canvas(width=width, height=height, dpi=dpi or self.dpi, rng=self._stream("hand"))
        style = choose(rng, self.level, typed=self.kind in TYPED)
        style = typefaces(style, rng, extended=text.extended)
        bilingual = not self.origin and rng.random() < _BILINGUAL
        sheet = Sheet(canvas=canvas, style=style, text=text, rng=rng, difficulty=self.level, bilingual=bilingual)
        (ORIGIN_KINDS if self.origin else KINDS)[self.kind](sheet)
        return sheet

    @property
    def dpi(self) -> int:
        """Pixels an inch of the scan."""
        return self._stream("resolution").choice(_DPI[self.level])

    def make(self) -> SyntheticPage:
        """The scan and its truth."""
        canvas = self.sheet().canvas
        worn = draw_wear(self._stream("wear"), self.level, dpi=self.dpi)
        pixels, matrix = degrade(canvas.image, worn, zlib.crc32(f"{self._key}/noise".encode()))
        height, width = pixels.shape[:2]
        words = [InkWord(text=w.text, label=w.label, hull=map_points(matrix, w.hull)) for w in canvas.words]
        return SyntheticPage(pixels=pixels, truth=page_dict(words, width, height), dpi=self.dpi, mode=worn.mode)

    @property
    def _key(self) -> str:
        return f"paper/{self.language}/{self.origin}/{self.seed}/{self.number}"

    def _stream(self, purpose: str) -> random.Random:
        return random.Random(f"{self._key}/{purpose}")


def language_papers(languages: Sequence[str], pages: int, seed: int) -> Iterator[Paper]:
    """So many papers of each language; kinds and levels take turns.

    Raises UsageError for a language without wording, or unless 1 <= pages <= 10,000.
    """
    unknown = sorted(set(languages) - set(codes()))
    if unknown or not languages or not 1 <= pages <= MOST_PAGES:
        what = f"no papers can be drawn in {', '.join(unknown)}" if unknown else f"a language has 1 to {MOST_PAGES} pages"
        raise UsageError(what, remedy=f"There are {', '.join(codes())}.")
    kinds = list(KINDS)
    for language in dict.fromkeys(languages):
        for i in range(pages):
            level = DIFFICULTIES[i % len(DIFFICULTIES)]
            yield Paper(number=i + 1, kind=kinds[i % len(kinds)], level=level, seed=seed, language=language)


def origin_papers(pages: int, seed: int) -> Iterator[Paper]:
    """English papers; kinds take turns, and so do regions. All are scanned well: origin alone is to tell."""
    if not 1 <= pages <= MOST_PAGES:
        raise UsageError(f"there are 1 to {MOST_PAGES} pages")
    kinds = list(ORIGIN_KINDS)
    for i in range(pages):
        region = drawn_region(seed, i)
        kind = kinds[i // len(regions()) % len(kinds)]
        yield Paper(number=i + 1, kind=kind, level="easy", seed=seed, language="en", origin=region)
