"""Generates labelled business documents (forms, letters, invoices, receipts, records, identity cards) as plain text;
the same seed gives the same documents, and the test half shares no wording and no person with the training half."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docpriv_lab.names_model.english import english_slots
from docpriv_lab.names_model.layouts import Layouts, LayoutStyle, drawn, side_by_side
from docpriv_lab.names_model.noise import rewrapped, scanned, spaced_letters, unaccented
from docpriv_lab.names_model.pools import Pools, load_pools
from docpriv_lab.names_model.samples import Casing, Draft, Sample
from docpriv_lab.names_model.slots import Slots
from docpriv_lab.names_model.tables import Tables
from docpriv_lab.names_model.tongues import load_tongue, wording_of
from docpriv_lab.names_model.tongues.english import english_wording, with_numbers
from docpriv_lab.names_model.tongues.makers import TongueMakers
from docpriv_lab.names_model.tongues.names import load_names
from docpriv_lab.names_model.wording import Wording
from docpriv_lab.names_model.wording_test import WORDING as TEST_WORDING
from docpriv_lab.names_model.wording_train import WORDING as TRAIN_WORDING

SOURCE: Final = "documents"
HELD_OUT_SOURCE: Final = "documents-held-out"

_KINDS: Final = {
    "form": 21,
    "letter": 16,
    "table": 7,
    "people": 16,
    "mixed": 22,
    "fragments": 9,
    "grid": 13,
    "blocks": 8,
    "roster": 4,
}
_SECOND_COLUMN: Final = 0.18  # of forms and mixed documents have another document beside them
_SHORTEST: Final = 4  # code points: less holds nothing to learn
_WIDTHS: Final = (28, 90)  # characters in a line of running text

# How often documents of several languages are laid out or read in ways that English ones were not:
_UNACCENTED: Final = 0.2  # read without accents
_SPACED: Final = 0.025  # letters read one by one, as in boxes
_SECOND_LANGUAGE: Final = 0.08  # labels in two languages, where labels of others are known
_LABELS_BELOW: Final = 0.2  # of grids
_TOUCHING: Final = 0.05  # nothing between label and value
_WRAPPED: Final = 0.4  # of passages are in lines of one width


class Documents:
    """An endless supply of documents of one half."""

    def __init__(self, wording: Wording, slots: Slots, rng: random.Random, *, source: str, varied: bool = False) -> None:
        """`slots` draw from `rng` too, and from names of the same half as `wording`; `source` goes into the samples,
        and if `varied` they are laid out and read in more ways."""
        self._rng = rng
        self._wording = wording
        self._source = source
        self._varied = varied
        self._slots = slots
        self._layouts = Layouts(wording, slots, rng)
        self._tables = Tables(wording, slots, rng)

    @classmethod
    def english(cls, pools: Pools, wording: Wording, *, seed: int, source: str) -> Documents:
        """English documents; `pools` and `wording` must be of the same half."""
        rng = random.Random(seed)
        return cls(wording, english_slots(pools, wording.negatives, rng), rng, source=source)

    @classmethod
    def for_training(cls, root: Path, *, seed: int) -> Documents:
        """The training half, from the name and address lists under `root`."""
        return cls.english(load_pools(root, held_out=False), TRAIN_WORDING, seed=seed, source=SOURCE)

    @classmethod
    def held_out(cls, root: Path, *, seed: int) -> Documents:
        """The test half, from the same lists."""
        return cls.english(load_pools(root, held_out=True), TEST_WORDING, seed=seed, source=HELD_OUT_SOURCE)

    @classmethod
    def for_language(cls, root: Path, code: str, *, held_out: bool, seed: int) -> Documents:
        """One half of the documents in a language (ISO 639-1) of `tongues`, from the lists of names under `root`;
        telephones, dates of birth and numbers of persons are labelled too. Raises TongueError."""
        source = f"{HELD_OUT_SOURCE if held_out else SOURCE}-{code}"
        rng = random.Random(seed)
        if code == "en":
            wording = english_wording(held_out=held_out)
            slots = with_numbers(english_slots(load_pools(root, held_out=held_out), wording.negatives, rng), rng)
        else:
            wording = wording_of(code, held_out=held_out)
            slots = TongueMakers(load_tongue(code), load_names(root, code, held_out=held_out), wording, rng).slots()
        return cls(wording, slots, rng, source=source, varied=True)

    def __iter__(self) -> Iterator[Sample]:
        """Documents without end."""
        while True:
            draft = self.draft()
            if self._happens(_UNACCENTED):
                draft = unaccented(draft, self._rng)
            if self._happens(_SPACED):
                draft = spaced_letters(draft, self._rng.choice((0.2, 0.5, 1.0)), self._rng)
            sample = scanned(draft, self._rng).sample(self._source)
            if len(sample.text) >= _SHORTEST:
                yield sample

    def take(self, count: int) -> list[Sample]:
        """The next `count` documents."""
        return [sample for sample, _ in zip(self, range(count), strict=False)]

    def draft(self) -> Draft:
        """One document before scanning."""
        kind = drawn(_KINDS, self._rng)
        style = self._style()
        if kind == "form":
            draft = self._maybe_heading(style).extend(self._layouts.fields(self._rng.randint(3, 11), style))
            if self._rng.random() < 0.3:
                draft.extend(self._line(self._wording.instructions, style))
        elif kind == "grid":
            draft = self._maybe_heading(style).extend(self._layouts.grid(style))
            if self._rng.random() < 0.4:
                draft.extend(self._layouts.fields(self._rng.randint(1, 4), style))
        elif kind == "letter":
            draft = Draft()
            for _ in range(self._rng.randint(2, 7)):
                passage = self._plain(style) if self._rng.random() < 0.2 else self._passage(style)
                draft.extend(passage).add(self._rng.choice(("\n", "\n", "\n\n", " ")))
        elif kind == "table":
            draft = self._maybe_heading(style).extend(self._layouts.table(style))
        elif kind == "people":
            draft = self._maybe_heading(style).extend(self._people(style))
        elif kind == "roster":
            draft = self._maybe_heading(style).extend(self._layouts.roster(style))
        elif kind == "blocks":
            draft = self._maybe_heading(style).extend(self._layouts.address_blocks(style))
        elif kind == "fragments":
            draft = self._layouts.fragments(style)
        else:
            draft = self._mixed(style)
        if kind in ("form", "mixed") and self._rng.random() < _SECOND_COLUMN:
            gap = self._rng.choice(("   ", "   ", "  ", "      ", "\t"))
            draft = side_by_side(draft, self._second_column(style), gap)
        return draft

    def _people(self, style: LayoutStyle) -> Draft:
        weights = {"directory": 9, "split": 4, "listing": 7, "distribution": 4, "heads": 5}
        makers = {
            "directory": self._tables.directory,
            "split": self._tables.split_names,
            "listing": self._tables.listing,
            "distribution": self._tables.distribution,
            "heads": self._tables.heads,
        }
        return makers[drawn(weights, self._rng)](style)

    def _mixed(self, style: LayoutStyle) -> Draft:
        draft = Draft()
        parts = {
            "heading": 18,
            "instruction": 14,
            "fields": 24,
            "table": 4,
            "people": 6,
            "words": 5,
            "plain": 12,
            "negative": 10,
            "passage": 26,
            "blocks": 6,
        }
        for _ in range(self._rng.randint(2, 6)):
            part = drawn(parts, self._rng)
            if part == "heading":
                draft.extend(self._line(self._wording.headings, style))
            elif part == "instruction":
                draft.extend(self._line(self._wording.instructions, style))
            elif part == "negative":
                draft.extend(self._line(self._wording.negatives, style))
            elif part == "fields":
                draft.extend(self._layouts.fields(self._rng.randint(1, 5), style))
            elif part == "table":
                draft.extend(self._layouts.table(style))
            elif part == "people":
                draft.extend(self._people(style))
            elif part == "plain":
                draft.extend(self._plain(style)).add("\n")
            elif part == "blocks":
                draft.extend(self._layouts.address_blocks(style))
            elif part == "words":
                casing = self._rng.choice((style.text, Casing.TITLE, self._wording.upper))
                draft.add(casing.apply(self._slots.plain("words")) + "\n")
            else:
                draft.extend(self._passage(style)).add("\n")
        return draft

    def _second_column(self, style: LayoutStyle) -> Draft:
        if self._rng.random() < 0.5:
            return self._layouts.fields(self._rng.randint(2, 6), style)
        return self._passage(style).add("\n").extend(self._passage(style))

    def _style(self) -> LayoutStyle:
        """Most documents are written normally, a quarter in capitals; labels and values also apart from the text."""
        upper = self._wording.upper
        text = self._rng.choices((Casing.AS_IS, upper, Casing.LOWER), (70, 27, 3))[0]
        ways = {
            "second_language": self._happens(_SECOND_LANGUAGE),
            "labels_below": self._happens(_LABELS_BELOW),
            "touching": self._happens(_TOUCHING),
        }
        if text is not Casing.AS_IS:
            return LayoutStyle(text=text, labels=text, values=text, **ways)
        return LayoutStyle(
            text=text,
            labels=self._rng.choices((Casing.AS_IS, upper, Casing.TITLE), (6, 3, 1))[0],
            values=self._rng.choices((Casing.AS_IS, upper), (75, 25))[0],
            **ways,
        )

    def _happens(self, share: float) -> bool:
        return self._varied and self._rng.random() < share

    def _passage(self, style: LayoutStyle) -> Draft:
        return self._set(self._slots.fill(self._rng.choice(self._wording.passages), style.text))

    def _plain(self, style: LayoutStyle) -> Draft:
        return self._set(self._slots.fill(self._rng.choice(self._wording.plain_passages), style.text))

    def _set(self, passage: Draft) -> Draft:
        return rewrapped(passage, self._rng.randint(*_WIDTHS), self._rng) if self._happens(_WRAPPED) else passage

    def _maybe_heading(self, style: LayoutStyle) -> Draft:
        return self._line(self._wording.headings, style) if self._rng.random() < 0.55 else Draft()

    def _line(self, choices: tuple[str, ...], style: LayoutStyle) -> Draft:
        return Draft(style.text.apply(self._rng.choice(choices)) + "\n")
