"""Turns text into the model's input (word pieces, letter-case shapes, words).

Two things set these encodings apart from plain BERT, because pages are not prose:

- Newline, tab and double space are tokens, so that the model sees lines, columns and gaps.
- Letter case travels beside the (uncased) word pieces as a *shape* in `token_type_ids`, so that a page in capitals
  keeps its word pieces and only changes its shapes.

All offsets are code points of the text exactly as given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTokens:
    """What a tokenizer calls padding, unknown pieces, begin and end of a window, and what a piece that begins a word
    starts with."""

    pad: str
    unknown: str
    begin: str
    end: str
    word_start: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter((self.pad, self.unknown, self.begin, self.end))


ENCODINGS: Final = {
    "layout-shape-1": OwnTokens(pad="[PAD]", unknown="[UNK]", begin="[CLS]", end="[SEP]"),
    "layout-shape-2": OwnTokens(pad="<pad>", unknown="<unk>", begin="<s>", end="</s>", word_start="▁"),
}
"""By the name in the model's card: word pieces of BERT, and pieces of SentencePiece with punctuation by itself. A model
trained on one encoding must not be used with another."""

LAYOUT_TOKENS: Final = ("\n", "\t", "  ")

_LONG_NUMBER: Final = 5  # digits: longer runs are identifiers, shorter ones house numbers, years and zip codes


class WordShape(IntEnum):
    """Letter case and make-up of a word; the value is its `token_type_ids` entry."""

    LAYOUT = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    INITIAL = 4
    MIXED = 5
    NUMBER = 6
    WITH_DIGITS = 7
    PUNCTUATION = 8
    LONG_NUMBER = 9


def word_shape(word: str) -> WordShape:
    """The shape of one non-empty word (a run without white space)."""
    if word.isalpha():
        if word.islower():
            return WordShape.LOWER
        if word.isupper():
            return WordShape.UPPER if len(word) > 1 else WordShape.INITIAL
        return WordShape.TITLE if word[0].isupper() and word[1:].islower() else WordShape.MIXED
    if word.isdigit():
        return WordShape.NUMBER if len(word) < _LONG_NUMBER else WordShape.LONG_NUMBER
    if any(char.isdigit() for char in word):
        return WordShape.WITH_DIGITS
    return WordShape.MIXED if any(char.isalpha() for char in word) else WordShape.PUNCTUATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A text as the model sees it, without begin and end. Holds no text.

    `ids` and `shapes` are int64[n], one entry a piece; `piece_starts` and `piece_ends` int64[n] are its code points.
    `first_pieces` int64[m] is the index of the first piece of each word (layout tokens belong to no word);
    `word_starts`, `word_ends` int64[m] its code points.
    """

    ids: NDArray[np.int64]
    shapes: NDArray[np.int64]
    piece_starts: NDArray[np.int64]
    piece_ends: NDArray[np.int64]
    first_pieces: NDArray[np.int64]
    piece_counts: NDArray[np.int64]
    word_starts: NDArray[np.int64]
    word_ends: NDArray[np.int64]

    def __repr__(self) -> str:
        return f"Encoded(pieces={len(self.ids)}, words={len(self.first_pieces)})"


def bio_tags(kinds: Sequence[str]) -> tuple[str, ...]:
    """Columns of a model's output for these kinds of spans; column 0 is "no entity"."""
    return ("O", *(f"{prefix}-{kind}" for kind in kinds for prefix in "BI"))


class Encoder:
    """The tokenizer with its layout tokens; pure, so one instance serves any number of texts and threads.

    `name` is the one of `ENCODINGS` whose tokens it has.
    """

    def __init__(self, tokenizer: Any) -> None:
        """Take a `tokenizers.Tokenizer` that lower-cases; the layout tokens are added when it lacks them.

        KeyError where its vocabulary lacks a token that every encoding needs.
        """
        from tokenizers import AddedToken

        if tokenizer.token_to_id("\n") is None:
            tokenizer.add_tokens([AddedToken(token, normalized=False) for token in LAYOUT_TOKENS])
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.tokenizer = tokenizer
        self.vocabulary_size = int(tokenizer.get_vocab_size())
        known = (name for name, own in ENCODINGS.items() if tokenizer.token_to_id(own.begin) is not None)
        self.name = next(known, next(iter(ENCODINGS)))
        self.pad_id, self.unk_id, self.begin_id, self.end_id = map(self.token_id, ENCODINGS[self.name])
        self.newline_id = self.token_id("\n")
        # Looked up once: a page whose text spells "[SEP]" must not be able to insert that token (see `encode`).
        self._layout_ids = frozenset(map(self.token_id, LAYOUT_TOKENS))
        self._reserved_ids = frozenset((self.pad_id, self.begin_id, self.end_id))

    @classmethod
    def from_file(cls, path: Path) -> Encoder:
        """Load a `tokenizer.json`. Raises whatever `tokenizers` raises for a broken file."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)))

    def token_id(self, token: str) -> int:
        """Id of a token. Raises KeyError when the vocabulary lacks it."""
        found = self.tokenizer.token_to_id(token)
        if found is None:
            raise KeyError("the tokenizer lacks one of the tokens that the encoding needs")
        return int(found)

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is one piece."""
        return self.tokenizer.token_to_id(ENCODINGS[self.name].word_start + word) is not None

    def encode(self, text: str) -> Encoded:
        """Encode one text of any length; an empty text gives empty arrays."""
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        ids = np.array(encoding.ids, dtype=np.int64)
        for reserved in self._reserved_ids:
            ids[ids == reserved] = self.unk_id
        offsets = [_without_blank(text, start, end) for start, end in encoding.offsets]
        word_ids: Sequence[int | None] = encoding.word_ids
        first_pieces: list[int] = []
        counts: list[int] = []
        previous: int | None = None
        reach = -1
        for index, ((start, end), word) in enumerate(zip(offsets, word_ids, strict=True)):
            if start == end or ids[index] in self._layout_ids or text[start:end].isspace():
                previous = None
                continue
            # Word numbers start again after every layout token: pieces are one word only if they also touch. Several
            # pieces of one sign ("…", and a first sign with the mark of a word's start) are never apart.
            if (
                first_pieces
                and previous is not None
                and (start < reach or (word == previous and start <= _past_marks(text, reach)))
            ):
                counts[-1] += 1
            else:
                first_pieces.append(index)
                counts.append(1)
            previous, reach = word, end
        starts = np.array([start for start, _ in offsets], dtype=np.int64)
        ends = np.array([end for _, end in offsets], dtype=np.int64)
        first = np.array(first_pieces, dtype=np.int64)
        count = np.array(counts, dtype=np.int64)
        word_starts = starts[first]
        word_ends = ends[first + count - 1]
        shapes = np.full(len(ids), WordShape.LAYOUT, dtype=np.int64)
        for number, (piece, pieces) in enumerate(zip(first_pieces, counts, strict=True)):
            word_end = _past_marks(text, int(word_ends[number]))
            word_ends[number] = word_end
            shapes[piece : piece + pieces] = word_shape(text[int(word_starts[number]) : word_end])
        return Encoded(
            ids=ids,
            shapes=shapes,
            piece_starts=starts,
            piece_ends=ends,
            first_pieces=first,
            piece_counts=count,
            word_starts=word_starts,
            word_ends=word_ends,
        )


def _without_blank(text: str, start: int, end: int) -> tuple[int, int]:
    """SentencePiece counts the blank before a word as its first sign; a blank alone stays."""
    while start < end - 1 and text[start].isspace():
        start += 1
    return start, end


def _past_marks(text: str, end: int) -> int:
    """Move `end` past combining marks and soft hyphens: the tokenizer strips them, but a redacted letter takes its accent
    along."""
    while end < len(text) and (unicodedata.combining(text[end]) or unicodedata.category(text[end]) == "Cf"):
        end += 1
    return end
