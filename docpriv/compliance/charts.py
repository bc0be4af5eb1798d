"""Charts of a report as inline SVG, each with its figures as text; refuses scripts, colour as the only sign, and any font file."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, log10

from markupsafe import Markup, escape

from docpriv.compliance.job_rows import moment

INK, SOFT, LINE = "#1b2430", "#5b6675", "#d5dae1"
BLUE, GREEN, AMBER, RED, PURPLE, GREY = "#2f5d8a", "#2c7a53", "#8a5a00", "#a8322d", "#6b3f78", "#7b8694"
STATE_COLOUR = {"released": GREEN, "withheld": AMBER, "failed": RED, "quarantined": PURPLE, "leased": BLUE, "waiting": GREY}
_WIDTH = 736
_MOST_BARS = 40        # of a bar chart; what is less is summed up in a last one
_COLUMNS = 72          # of a chart over time, at most
_SLOT = 300            # seconds, of what is counted over time
_STEPS = (1, 2, 3, 6, 12, 24, 36, 72, 144, 288, 576, 2016)      # slots a column: 5, 10, 15, 30 minutes, 1, 2, 3, 6, 12 h, 1, 2, 7 days


def bars(name: str, title: str, counts: Mapping[str, float], *, unit: str, colour: str = BLUE,
         colours: Mapping[str, str] | None = None) -> Markup:
    """A bar for each count, with its name, its figure and its share. `name`: of the chart, unlike any other of the page."""
    shown = dict(list(counts.items())[:_MOST_BARS])
    rest = len(counts) - len(shown)
    if rest:
        shown[f"{rest} more"] = sum(list(counts.values())[_MOST_BARS:])
    whole, top, left, height = sum(counts.values()) or 1, max(counts.values(), default=0) or 1, 210, 24
    room = _WIDTH - left - 150
    parts = []
    for place, (label, number) in enumerate(shown.items()):
        y, width = place * height, room * number / top
        parts.append(
            f'<text x="{left - 10}" y="{y + 16}" text-anchor="end" fill="{INK}">{escape(_cut(label))}</text>'
            f'<rect x="{left}" y="{y + 4}" width="{max(width, 1 if number else 0):.1f}" height="16" '
            f'fill="{(colours or {}).get(label, colour)}"/>'
            f'<text x="{left + max(width, 1) + 8:.1f}" y="{y + 16}" fill="{INK}">{_figure(number)}'
            f'<tspan fill="{SOFT}" dx="8">{_share(number, whole)}</tspan></text>')
    parts.append(f'<line x1="{left}" y1="0" x2="{left}" y2="{len(shown) * height}" stroke="{SOFT}"/>')
    said = "; ".join(f"{label} {_figure(number)} ({_share(number, whole)})" for label, number in shown.items())
    return _svg(name, title, f"{unit}: {said}.", len(shown) * height, "".join(parts))


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
    rates = [sum(column) / hours for column in columns]
    top, grid = _nice(max(rates))
    left, bottom, high = 64, 200, 176
    width = (_WIDTH - left - 8) / len(columns)
    parts = []
    for number in range(grid + 1):
        y = bottom - high * number / grid
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{_WIDTH - 8}" y2="{y:.1f}" stroke="{LINE if number else SOFT}"/>'
                     f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end" fill="{SOFT}">{_figure(top * number / grid)}</text>')
    for place, column in enumerate(columns):
        y = float(bottom)
        for number, colour in zip(column, (GREEN, AMBER), strict=True):
            tall = high * number / hours / top
            y -= tall
            if number:
                gap = 1.0 if width > 4 else 0.0
                parts.append(f'<rect x="{left + place * width + gap / 2:.2f}" y="{y:.2f}" width="{min(width - gap, 48):.2f}" '
                             f'height="{tall:.2f}" fill="{colour}"/>')
    every = max(1, ceil(len(columns) / 7))
    for place in range(0, len(columns), every):
        when = moment((start + place * step) * _SLOT)
        x = left + place * width
        parts.append(f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 5}" stroke="{SOFT}"/>')
        if x < _WIDTH - 60:
            parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" fill="{SOFT}">{when[11:16] if step < 288 else when[:10]}</text>')
            if step < 288:
                parts.append(f'<text x="{x:.1f}" y="{bottom + 32}" fill="{SOFT}">{when[:10]}</text>')
    for x, colour, label in ((left, GREEN, "released"), (left + 96, AMBER, "withheld, failed or put aside")):
        parts.append(f'<rect x="{x}" y="{bottom + 44}" width="11" height="11" fill="{colour}"/>'
                     f'<text x="{x + 17}" y="{bottom + 54}" fill="{INK}">{label}</text>')
    busiest = rates.index(max(rates))
    said = (f"{_figure(sum(ended.values()))} documents ended from {moment(first * _SLOT)} to {moment((last + 1) * _SLOT)}, "
            f"by stretches of {_length(step)}; most in the stretch from {moment((start + busiest * step) * _SLOT)}, "
            f"at {_figure(round(rates[busiest], 1))} an hour.")
    return _svg(name, title, said, bottom + 60, "".join(parts))


def stretch(ended: Mapping[tuple[int, bool], int]) -> str:
    """How long a column of `over_time` is."""
    return _length(_step(min(slot for slot, _ in ended), max(slot for slot, _ in ended)))


def _svg(name: str, title: str, said: str, height: int, parts: str) -> Markup:
    return Markup(f'<svg class="chart" viewBox="0 -2 {_WIDTH} {height + 4}" role="img" aria-labelledby="{name}-t {name}-d">'
                  f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>{parts}</svg>')


def _step(first: int, last: int) -> int:
    return next((step for step in _STEPS if (last // step - first // step) < _COLUMNS),
                ceil((last - first + 1) / (_COLUMNS - 1) / 288) * 288)


def _length(step: int) -> str:
    minutes = step * _SLOT // 60
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return f"{minutes // size} {name}{'' if minutes == size else 's'}"
    raise AssertionError


def _nice(most: float) -> tuple[float, int]:
    """A round number that is not less, and into how many parts it is cut."""
    scale = 10.0 ** floor(log10(most))
    return next((size * scale, cut) for size, cut in ((1, 4), (2, 4), (3, 3), (4, 4), (5, 5), (6, 3), (8, 4), (10, 5))
                if size * scale >= most)


def _figure(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}" if number >= 1 else f"{number:.2g}"


def _share(number: float, whole: float) -> str:
    share = 100 * number / whole
    return f"{share:.1f} %" if share >= 0.05 or number == 0 else "< 0.1 %"


def _cut(label: str) -> str:
    return label if len(label) <= 30 else label[:29] + "…"
