"""What a written page must be, as the checks of a file need it; refuses to hold the page's bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from docpriv.model import Colour
from docpriv.output.coded import Codec, CodedPage

Aspect = Literal["pages", "structure", "contents", "bytes"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a written file: which check it fails and what it is, without content."""

    aspect: Aspect
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """A page as it was verified. `data_sha256`: of `CodedPage.data`, in hex. `words`: how many words its text
    layer was given, 0 for none; only PDF has one.
    """

    width: int
    height: int
    colour: Colour
    codec: Codec
    dpi: tuple[float, float] | None
    size_pt: tuple[float, float] | None
    data_sha256: str
    words: int = 0

    @staticmethod
    def of(coded: CodedPage, words: int = 0) -> PageSpec:
        """The specification of a coded page; keep it and let the page go."""
        return PageSpec(
            width=coded.width,
            height=coded.height,
            colour=coded.colour,
            codec=coded.codec,
            dpi=coded.dpi,
            size_pt=coded.size_pt,
            data_sha256=hashlib.sha256(coded.data).hexdigest(),
            words=words,
        )
