"""Writes the benchmark: synthetic scans of every kind and level with their truth; refuses a folder that holds anything.

The same arguments give the same bytes with the same versions of numpy, Pillow and OpenCV (they draw, wear and
compress the pages; `manifest.json` names them) and the same fonts, which are in the package. A shorter benchmark is
the beginning of a longer one, and each page of it stands for as many of every kind and level as there can be.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from docpriv.errors import OutputError, OutputExists, UsageError
from docpriv_lab.pages import adversary, papers
from docpriv_lab.pages.adversary import adversary_pages
from docpriv_lab.pages.degrade import DIFFICULTIES
from docpriv_lab.pages.generator import SyntheticPage, generate
from docpriv_lab.pages.kinds import KINDS
from docpriv_lab.pages.samples import encode, pixel_digest, versions

VERSION = 1
"""Of the benchmark: another one where the same arguments would make other pages."""

BENCHMARK_KINDS = (
    "form",
    "letter",
    "invoice",
    "medical",
    "statement",
    "id_card",
    "receipt",
    "registration",
    "memo",
    "tax",
    "roster",
)
"""In the order in which they take turns; a kind that is added later needs another `VERSION`."""

BENCHMARK_LOCALES = ("US", "UK")
"""Countries whose paper is drawn: the languages that the default detectors cover, so that no page is withheld for
its language alone."""

MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkPage:
    """Page `number` (from 1) of the benchmark: what `generator.generate` is asked for."""

    number: int
    kind: str
    level: str
    seed: int
    locale: str

    @property
    def stem(self) -> str:
        """Name of its files without their ending."""
        return f"{self.number:05}-{self.kind}-{self.level}"

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {"kind": self.kind, "level": self.level, "locale": self.locale, "seed": self.seed}

    def make(self) -> SyntheticPage:
        """The page and its truth."""
        return generate(self.kind, self.seed, self.level, locale=self.locale)


def benchmark_pages(pages: int = 300, seed: int = 1, *, locales: Sequence[str] = BENCHMARK_LOCALES) -> Iterator[BenchmarkPage]:
    """What the pages of a benchmark are, without drawing one.

    Kinds and levels take turns, so that any `len(BENCHMARK_KINDS) * 3` pages in a row hold each pair once. A kind
    that knows none of `locales` is drawn in its own first one.
    Raises UsageError unless 1 <= pages <= 100,000, 0 <= seed < 1,000,000 and there is a locale.
    """
    if not 1 <= pages <= MOST_PAGES or not 0 <= seed < 1_000_000 or not locales:
        raise UsageError(f"a benchmark has 1 to {MOST_PAGES} pages, a seed of 0 to 999999 and a locale")
    for i in range(pages):
        kind = BENCHMARK_KINDS[i % len(BENCHMARK_KINDS)]
        known = [locale for locale in KINDS[kind].locales if locale in locales] or [KINDS[kind].locales[0]]
        yield BenchmarkPage(
            number=i + 1,
            kind=kind,
            level=DIFFICULTIES[i % len(DIFFICULTIES)],
            seed=seed * MOST_PAGES + i,
            locale=random.Random(f"benchmark/{seed}/{i}").choice(known),
        )


class PageToMake(Protocol):
    """A page of a set: the name of its files, what the manifest says of it, and how it is drawn."""

    @property
    def stem(self) -> str: ...

    @property
    def about(self) -> dict[str, Any]: ...

    def make(self) -> SyntheticPage: ...


def make_benchmark(
    folder: Path,
    *,
    pages: int = 300,
    seed: int = 1,
    locales: Sequence[str] = BENCHMARK_LOCALES,
    observer: Callable[[int, int], None] | None = None,
) -> None:
    """Write `folder`/pages/NAME.png, `folder`/labels/NAME.json and, last, `folder`/manifest.json.

    The manifest says of each page its kind, level, locale, seed, dpi, mode, and the SHA-256 of its file, its pixels
    and its truth. `observer` is told the pages done and the pages in all. One page is in memory at a time.
    Raises OutputExists if the folder holds anything, OutputError if it cannot be written, UsageError as
    `benchmark_pages` does.
    """
    plan = list(benchmark_pages(pages, seed, locales=locales))
    _make(folder, plan, {"version": VERSION, "seed": seed, "locales": list(locales)}, observer)


def make_adversary(
    folder: Path,
    *,
    pages: int = 100,
    seed: int = 1,
    kinds: Collection[str] | None = None,
    levels: Collection[str] = adversary.LEVELS,
    observer: Callable[[int, int], None] | None = None,
) -> None:
    """Write that many pages of `adversary.adversary_pages`, and the twin of each, as `make_benchmark` does; with `kinds`
    and `levels` ("hard", "twin") only those of them that are of these."""
    plan = [page for page in adversary_pages(pages, seed) if page.level in levels and (kinds is None or page.kind in kinds)]
    _make(folder, plan, {"version": adversary.VERSION, "seed": seed}, observer)


def make_languages(
    folder: Path,
    *,
    languages: Sequence[str],
    pages: int = 24,
    seed: int = 1,
    observer: Callable[[int, int], None] | None = None,
) -> None:
    """Write so many papers of each language (`papers.language_papers`), as `make_benchmark` does."""
    plan = list(papers.language_papers(languages, pages, seed))
    _make(folder, plan, {**_about_papers(seed), "languages": list(languages)}, observer)


def make_origins(folder: Path, *, pages: int = 300, seed: int = 1, observer: Callable[[int, int], None] | None = None) -> None:
    """Write that many English papers with names from all regions (`papers.origin_papers`), as `make_benchmark` does."""
    _make(folder, list(papers.origin_papers(pages, seed)), _about_papers(seed), observer)


def _about_papers(seed: int) -> dict[str, Any]:
    return {"version": papers.VERSION, "seed": seed, "names_of": f"faker {metadata.version('faker')}"}


def _make(folder: Path, plan: Sequence[PageToMake], about: dict[str, Any], observer: Callable[[int, int], None] | None) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            raise OutputExists("the folder for the benchmark is not empty", remedy="Choose a new or an empty folder.")
        (folder / "pages").mkdir(parents=True)
        (folder / "labels").mkdir()
        entries = []
        for done, spec in enumerate(plan, 1):
            entries.append(_write(folder, spec))
            if observer is not None:
                observer(done, len(plan))
        # last: a folder without it is a run that was cut short
        (folder / "manifest.json").write_bytes(
            _json(
                {
                    "about": "Synthetic scans with their truth; every person, firm and number in them is invented.",
                    **about,
                    "made_with": _versions(),
                    "pages": entries,
                }
            )
        )
    except OSError as failure:
        raise OutputError(f"the benchmark cannot be written ({type(failure).__name__})") from None


def _write(folder: Path, spec: PageToMake) -> dict[str, Any]:
    page = spec.make()
    data, truth = encode([page], ".png"), _json(page.truth)
    (folder / "pages" / f"{spec.stem}.png").write_bytes(data)
    (folder / "labels" / f"{spec.stem}.json").write_bytes(truth)
    return {
        "page": f"pages/{spec.stem}.png",
        "labels": f"labels/{spec.stem}.json",
        **spec.about,
        "dpi": page.dpi,
        "mode": page.mode,
        "sha256": hashlib.sha256(data).hexdigest(),
        "pixels_sha256": pixel_digest(page),
        "labels_sha256": hashlib.sha256(truth).hexdigest(),
    }


def _versions() -> dict[str, str]:
    import cv2  # in one of several distributions: its own word counts

    return {**versions(), "opencv": str(cv2.__version__)}


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()
