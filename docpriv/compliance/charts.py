"""Charts of a report as inline SVG without scripts, each with its figures as text: colour is never the only sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import ceil, floor, log10

from markupsafe import Markup

from docpriv.compliance.job_rows import moment

INK, SOFT, LINE = "#1b2430", "#5b6675", "#d5dae1"
BLUE, GREEN, AMBER, RED, PURPLE, GREY = "#2f5d8a", "#2c7a53", "#8a5a00", "#a8322d", "#6b3f78", "#7b8694"
STATE_COLOUR = {"released": GREEN, "withheld": AMBER, "failed": RED, "quarantined": PURPLE, "leased": BLUE, "waiting": GREY}
_WIDTH = 736
_MOST_BARS = 40  # of a bar chart; what is less is summed up in a last one
_COLUMNS = 72  # of a chart over time, at most
_SLOT = 300  # seconds, of what is counted over time
_DAY = 288  # slots
_STEPS = (1, 2, 3, 6, 12, 24, 36, 72, 144, _DAY, 2 * _DAY, 7 * _DAY)  # slots a column
_LEFT, _BOTTOM, _HIGH = 64, 200, 176  # of the columns


def bars(
    name: str, title: str, counts: Mapping[str, float], *, unit: str, colour: str = BLUE, colours: Mapping[str, str] | None = None
) -> Markup:
    """A bar for each count, with its name, its figure and its share. `name`: of the chart, unlike any other of the page."""
    shown = dict(list(counts.items())[:_MOST_BARS])
    if rest := list(counts.values())[_MOST_BARS:]:
        shown[f"{len(rest)} more"] = sum(rest)
    whole, top, height = sum(counts.values()) or 1, max(counts.values(), default=0) or 1, 24
    left = min(240, 20 + 9 * max((len(_cut(label)) for label in shown), default=0))
    room = _WIDTH - left - 150
    parts = []
    for place, (label, number) in enumerate(shown.items()):
        y, width = place * height, max(room * number / top, 1.0)
        fill = (colours or {}).get(label, colour)
        parts += [
            _text(left - 10, y + 16, _cut(label), INK, anchor="end"),
            _rect(left, y + 4, width if number else 0, 16, fill),
            _text(left + width + 8, y + 16, f"{_figure(number)}  ({_share(number, whole)})", INK),
        ]
    parts.append(_line(left, 0, left, len(shown) * height, SOFT))
    said = "; ".join(f"{label} {_figure(number)} ({_share(number, whole)})" for label, number in shown.items())
    return _svg(name, title, f"{unit}: {said}.", len(shown) * height, parts)


def over_time(name: str, title: str, ended: Mapping[tuple[int, bool], int]) -> Markup:
    """Documents by when they ended: a column for a stretch of time, released ones below the others, as a rate an hour.

    `ended`: documents by five minutes since 1970 and whether they were released; not empty.
    """
    first, last = min(slot for slot, _ in ended), max(slot for slot, _ in ended)
    step = _step(first, last)
    start, hours = first // step * step, step * _SLOT / 3600
    columns = [[0, 0] for _ in range((last - start) // step + 1)]
    for (slot, released), number in ended.items():
        columns[(slot - start) // step][0 if released else 1] += number
    rates, parts = [sum(column) / hours for column in columns], []
    top, grid = _nice(max(rates))
    for number in range(grid + 1):
        y = _BOTTOM - _HIGH * number / grid
        parts += [
            _line(_LEFT, y, _WIDTH - 8, y, LINE if number else SOFT),
            _text(_LEFT - 8, y + 4, _figure(top * number / grid), SOFT, anchor="end"),
        ]
    width = (_WIDTH - _LEFT - 8) / len(columns)
    gap = min(12.0, width / 8)
    for place, column in enumerate(columns):
        y = float(_BOTTOM)
        for number, colour in zip(column, (GREEN, AMBER), strict=True):
            tall = _HIGH * number / hours / top
            y -= tall
            if number:
                parts.append(_rect(_LEFT + place * width + gap / 2, y, width - gap, tall, colour))
    for place in range(0, len(columns), ceil(len(columns) / 7)):
        x, when = _LEFT + place * width, moment((start + place * step) * _SLOT)
        parts.append(_line(x, _BOTTOM, x, _BOTTOM + 5, SOFT))
        if x < _WIDTH - 72:
            parts += [
                _text(x, _BOTTOM + 18 + 14 * row, said, SOFT)
                for row, said in enumerate((when[11:16], when[:10]) if step < _DAY else (when[:10],))
            ]
    for x, colour, label in ((_LEFT, GREEN, "released"), (_LEFT + 96, AMBER, "withheld, failed or put aside")):
        parts += [_rect(x, _BOTTOM + 44, 11, 11, colour), _text(x + 17, _BOTTOM + 54, label, INK)]
    busiest = rates.index(max(rates))
    said = (
        f"{_figure(sum(ended.values()))} documents ended from {moment(first * _SLOT)} to {moment((last + 1) * _SLOT)}, "
        f"by stretches of {_length(step)}; most in the stretch from {moment((start + busiest * step) * _SLOT)}, "
        f"at {_figure(round(rates[busiest], 1))} an hour."
    )
    return _svg(name, title, said, _BOTTOM + 60, parts)


def stretch(ended: Mapping[tuple[int, bool], int]) -> str:
    """How long a column of `over_time` is; empty where there would be no more than one."""
    slots = {slot for slot, _ in ended}
    return _length(_step(min(slots), max(slots))) if len(slots) > 1 else ""


def _svg(name: str, title: str, said: str, height: int, parts: Iterable[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 -2 {} {}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{}</title><desc id="{name}-d">{}</desc>{}</svg>'
    ).format(_WIDTH, height + 4, title, said, Markup("").join(parts), name=name)


def _text(x: float, y: float, text: str, fill: str, *, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>').format(_place(x), _place(y), anchor, fill, text)


def _rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    sides = map(_place, (x, y, width, height))
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(*sides, fill)


def _line(x0: float, y0: float, x1: float, y1: float, stroke: str) -> Markup:
    ends = map(_place, (x0, y0, x1, y1))
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}"/>').format(*ends, stroke)


def _place(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _step(first: int, last: int) -> int:
    return next(
        (step for step in _STEPS if (last // step - first // step) < _COLUMNS),
        ceil((last - first + 1) / (_COLUMNS - 1) / _DAY) * _DAY,
    )


def _length(step: int) -> str:
    minutes = step * _SLOT // 60
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return f"{minutes // size} {name}{'' if minutes == size else 's'}"
    raise AssertionError


def _nice(most: float) -> tuple[float, int]:
    """A round number that is not less, and into how many parts it is cut."""
    scale = 10.0 ** floor(log10(most))
    return next(
        (size * scale, cut)
        for size, cut in ((1, 4), (2, 4), (3, 3), (4, 4), (5, 5), (6, 3), (8, 4), (10, 5))
        if size * scale >= most
    )


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}" if number >= 1 else f"{number:.2g}"


def _share(number: float, whole: float) -> str:
    share = 100 * number / whole
    return f"{share:.1f} %" if share >= 0.05 or number == 0 else "< 0.1 %"


def _cut(label: str) -> str:
    return label if len(label) <= 30 else label[:29] + "…"
