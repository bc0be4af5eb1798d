"""Turns samples into batches of arrays: pieces, shapes and target tags, several samples to a row; keeps no text."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from docpriv.pii.ner.encoding import Encoder, WordShape
from docpriv_lab.names_model.samples import UNTOLD, Sample

ROW_LENGTH: Final = 160
"""Longest row in pieces, without begin and end; the runtime's window has the same length."""

IGNORED: Final = -100  # the target that the loss skips
_SHORTEST_ROW: Final = 40  # rows are filled to a random length from here to ROW_LENGTH
_SORTED_TOGETHER: Final = 512  # rows among which those of like length go into one batch

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """int64[n] each: ids, shapes and tags (columns of the model's output) of n pieces, n at most ROW_LENGTH."""

    ids: Int64
    shapes: Int64
    tags: Int64

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """int64[rows, longest row + 2] each; `tags` is IGNORED at begin, end and padding, `mask` 0 at padding."""

    ids: Int64
    shapes: Int64
    tags: Int64
    mask: Int64


def tags_of(starts: Int64, ends: Int64, sample: Sample, labels: tuple[str, ...]) -> Int64:
    """Tags int64[n], columns of `labels`, for pieces at code points [starts, ends): any piece that touches a span belongs
    to it. IGNORED where the sample does not tell, 0 for kinds that are not among `labels`."""
    tags = np.zeros(len(starts), dtype=np.int64)
    for item in sample.annotations:
        touched = np.flatnonzero((ends > item.start) & (starts < item.end) & (ends > starts))
        if item.label == UNTOLD:
            tags[touched] = IGNORED
        elif len(touched) and "I-" + item.label in labels:
            tags[touched] = labels.index("I-" + item.label)
            tags[touched[0]] = labels.index("B-" + item.label)
    return tags


def rows_of(encoder: Encoder, samples: Sequence[Sample], labels: tuple[str, ...]) -> list[Row]:
    """The samples as rows, tagged by columns of `labels`; longer ones are cut."""
    rows: list[Row] = []
    for sample in samples:
        encoded = encoder.encode(sample.text)
        tags = tags_of(encoded.piece_starts, encoded.piece_ends, sample, labels)
        for start in range(0, len(tags), ROW_LENGTH):
            part = slice(start, start + ROW_LENGTH)
            rows.append(Row(ids=encoded.ids[part], shapes=encoded.shapes[part], tags=tags[part]))
    return rows


def packed(rows: Sequence[Row], newline_id: int, rng: random.Random) -> list[Row]:
    """The rows in random order, neighbours joined by a newline up to random lengths."""
    order = list(rows)
    rng.shuffle(order)
    done: list[Row] = []
    waiting: list[Row] = []
    target = rng.randint(_SHORTEST_ROW, ROW_LENGTH)
    for row in order:
        length = sum(map(len, waiting)) + len(waiting)
        if waiting and (length > target or length + len(row) > ROW_LENGTH):
            done.append(_joined(waiting, newline_id))
            waiting, target = [], rng.randint(_SHORTEST_ROW, ROW_LENGTH)
        waiting.append(row)
    return [*done, _joined(waiting, newline_id)] if waiting else done


def _joined(rows: Sequence[Row], newline_id: int) -> Row:
    ids, shapes, tags = [rows[0].ids], [rows[0].shapes], [rows[0].tags]
    for row in rows[1:]:
        ids += [np.array([newline_id], dtype=np.int64), row.ids]
        shapes += [np.array([WordShape.LAYOUT], dtype=np.int64), row.shapes]
        tags += [np.zeros(1, dtype=np.int64), row.tags]
    return Row(ids=np.concatenate(ids), shapes=np.concatenate(shapes), tags=np.concatenate(tags))


def batches(encoder: Encoder, rows: Sequence[Row], rows_per_batch: int, rng: random.Random) -> Iterator[Batch]:
    """Batches without end, each of at most `rows_per_batch` rows of full length or more short ones; packed anew at
    each pass. `rows` must not be empty."""
    while True:
        everything = packed(rows, encoder.newline_id, rng)
        groups: list[list[Row]] = []
        for begin in range(0, len(everything), _SORTED_TOGETHER):
            group: list[Row] = []
            for row in sorted(everything[begin : begin + _SORTED_TOGETHER], key=len):
                if group and len(row) * (len(group) + 1) > rows_per_batch * ROW_LENGTH:
                    groups.append(group)
                    group = []
                group.append(row)
            groups.append(group)
        rng.shuffle(groups)
        for group in groups:
            yield collated(encoder, group)


def collated(encoder: Encoder, rows: Sequence[Row]) -> Batch:
    """One batch of the given rows."""
    shape = (len(rows), max(map(len, rows)) + 2)
    ids = np.full(shape, encoder.pad_id, dtype=np.int64)
    shapes = np.full(shape, WordShape.LAYOUT, dtype=np.int64)
    tags = np.full(shape, IGNORED, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    for number, row in enumerate(rows):
        length = len(row)
        ids[number, 0] = encoder.begin_id
        ids[number, 1 : length + 1] = row.ids
        ids[number, length + 1] = encoder.end_id
        shapes[number, 1 : length + 1] = row.shapes
        tags[number, 1 : length + 1] = row.tags
        mask[number, : length + 2] = 1
    return Batch(ids=ids, shapes=shapes, tags=tags, mask=mask)
