"""Where the value of each possible label stands, by geometry; whether a text is a label is not asked here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from docpriv.geometry import Box
from docpriv.layout.frame import Frame
from docpriv.model import PageText, Pair, Segment
from docpriv.raster import Floats

_LONGEST_LABEL = 90  # characters; longer text is prose
_MOST_BOXES = 34  # boxes of a comb: an IBAN has so many letters and digits
_BOX_GAP = 2.6  # line heights between two boxes of one comb, with the gap between its groups
_MOST_RIGHT = 4  # segments that may share a value to the right: split boxes of a date, parts of a name
_MOST_BELOW = 5  # lines of a value below
_REACH_RIGHT = 30.0  # line heights from a label to its value
_REACH_BELOW = 2.2  # line heights of white between a label and the value below it
_AREA_WIDTH = 18.0  # line heights of the place of an unread value


def same_pairs(text: PageText, segments: Sequence[Segment]) -> list[Pair]:
    """`Label: value` within one segment, cut at the first colon that has text on both sides."""
    found = []
    for s in segments:
        chars = text.lines[s.line].chars
        for i in range(s.start + 1, s.end - 1):
            if chars[i].text not in ":：" or i - s.start > _LONGEST_LABEL:
                continue
            if chars[i - 1].text.isdigit() and chars[i + 1].text.isdigit():
                continue  # a time or a ratio
            value = next((j for j in range(i + 1, s.end) if not chars[j].text.isspace()), None)
            if value is None:
                continue
            width = s.end - s.start
            label = Segment(line=s.line, start=s.start, end=i + 1, quad=s.quad.part(0, (i + 1 - s.start) / width))
            rest = Segment(line=s.line, start=value, end=s.end, quad=s.quad.part((value - s.start) / width, 1))
            found.append(Pair(label=label, values=(rest,), where="same"))
            break
    return found


class Neighbours:
    """Answers "what stands right of, or below, this segment" for one page."""

    def __init__(
        self,
        text: PageText,
        frame: Frame,
        segments: Sequence[Segment],
        boxes: Floats,
        rows: Sequence[Sequence[int]],
        floors: Floats,
        walls: Floats,
    ) -> None:
        self._text, self._frame, self._segments, self._boxes = text, frame, segments, boxes
        self._floors, self._walls = floors, walls
        self._heights = boxes[:, 3] - boxes[:, 1]
        self._next = {row[k]: list(row[k + 1 : k + 1 + _MOST_RIGHT]) for row in rows for k in range(len(row))}

    def pairs(self) -> list[Pair]:
        found = []
        for i, segment in enumerate(self._segments):
            if 0 < segment.end - segment.start <= _LONGEST_LABEL:
                found += [self._right(i), self._below(i)]
        return found

    def _right(self, i: int) -> Pair:
        _, y0, x1, y1 = self._boxes[i]
        height, limit = y1 - y0, x1 + _REACH_RIGHT * (y1 - y0)
        walls = sorted(float(w[0]) for w in self._walls if w[0] > x1 - 2 and min(y1, w[3]) - max(y0, w[1]) > 0.5 * height)
        values: list[int] = []
        end = walls[1] if len(walls) > 1 else limit
        for j in self._next.get(i, []):
            left = float(self._boxes[j, 0])
            if left > limit:
                break
            # One wall may part a label from its value; a second one ends the value's cell.
            passed = [w for w in walls if w < left + 0.3 * height]
            if values and len(passed) > self._passed(walls, values[0], height):
                break
            values.append(j)
        if values:
            return self._pair(i, self._comb(values), "right")
        wall = walls[0] if walls and walls[0] > x1 + 2 * height else end
        edge = min(wall, x1 + _AREA_WIDTH * height, limit)
        return self._pair(i, [], "right", self._area(x1 + 0.2 * height, y0 - 0.3 * height, edge, y1 + 0.2 * height))

    def _passed(self, walls: Sequence[float], j: int, height: float) -> int:
        return sum(w < float(self._boxes[j, 0]) + 0.3 * height for w in walls)

    def _below(self, i: int) -> Pair:
        x0, y0, x1, y1 = (float(v) for v in self._boxes[i])
        height = y1 - y0
        right = min(
            [float(w[0]) for w in self._walls if w[0] > x0 + height and w[1] < y1 + height and w[3] > y1],
            default=max(x1, x0 + _AREA_WIDTH * height),
        )
        values: list[int] = []
        bottom, allowed = y1, self._floors_between(x0, x1, y0 + 0.7 * height, y1 + _REACH_BELOW * height)[:1]
        while len(values) < _MOST_BELOW:
            reach = _REACH_BELOW if not values else 0.9
            near = self._under(i, values, x0, max(x1, right), bottom, reach * height)
            if not near:
                break
            floor = self._floors_between(x0, x1, bottom - 0.3 * height, float(self._boxes[near[0], 3]) - 0.5 * height)
            # A rule directly under a header belongs to the header; any further one ends the cell.
            if floor and (values or floor[0] not in allowed):
                break
            values += near
            bottom = float(np.max(self._boxes[near, 3]))
        if values:
            return self._pair(i, values, "below")
        return self._pair(i, [], "below", self._area(x0, y1, max(x0 + height, right), y1 + 1.6 * height))

    def _under(self, i: int, values: Sequence[int], x0: float, right: float, bottom: float, reach: float) -> list[int]:
        """Segments of the next line below `bottom` that start within the label's column, left to right."""
        boxes, height = self._boxes, float(self._heights[i])
        middle = (boxes[:, 1] + boxes[:, 3]) / 2
        starts = (boxes[:, 0] > x0 - 2.0 * height) & (boxes[:, 0] < max(right, x0 + height))
        overlaps = (boxes[:, 0] < right) & (boxes[:, 2] > x0)
        mask = starts & overlaps & (middle > bottom) & (boxes[:, 1] - bottom < reach) & (boxes[:, 1] > bottom - 0.6 * height)
        mask[[i, *values]] = False
        hits = np.flatnonzero(mask)
        if not len(hits):
            return []
        top = hits[int(np.argmin(middle[hits]))]
        row = [int(j) for j in hits if abs(middle[j] - middle[top]) < 0.5 * self._heights[top]]
        row.sort(key=lambda j: float(boxes[j, 0]))
        # What starts in the label's own column is the value; the rest of the row belongs to other columns.
        own = [j for j in row if boxes[j, 0] < float(boxes[i, 2]) + height]
        return self._comb(own[:_MOST_RIGHT])

    def _comb(self, values: list[int]) -> list[int]:
        """The values, or, where they are boxes of a comb with one sign each, all of the comb's boxes."""
        if not values or not self._single(values[0]):
            return values
        found = [values[0]]
        while len(found) < _MOST_BOXES:
            last = found[-1]
            following = self._next.get(last, [])[:1]
            if not following or not self._single(following[0]):
                break
            if float(self._boxes[following[0], 0] - self._boxes[last, 2]) > _BOX_GAP * float(self._heights[last]):
                break
            found += following
        return found if len(found) > len(values) else values

    def _single(self, j: int) -> bool:
        """One sign alone, or two digits: what stands in a box of a comb."""
        segment = self._segments[j]
        return 0 < segment.end - segment.start <= 2 and float(self._boxes[j, 2] - self._boxes[j, 0]) < 2.0 * float(
            self._heights[j]
        )

    def _floors_between(self, x0: float, x1: float, y0: float, y1: float) -> list[float]:
        floors = self._floors
        middle = (floors[:, 1] + floors[:, 3]) / 2
        hit = (middle > y0) & (middle < y1) & (np.minimum(floors[:, 2], x1) - np.maximum(floors[:, 0], x0) > 0.5 * (x1 - x0))
        return sorted(float(m) for m in middle[hit])

    def _area(self, x0: float, y0: float, x1: float, y1: float) -> Box | None:
        box = self._frame.box(x0, y0, max(x0, x1), y1).clip(self._text.width, self._text.height)
        return None if box.empty else box

    def _pair(self, i: int, values: Sequence[int], where: Literal["right", "below"], area: Box | None = None) -> Pair:
        return Pair(label=self._segments[i], values=tuple(self._segments[j] for j in values), where=where, area=area)
