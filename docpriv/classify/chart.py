"""A confusion matrix as one SVG with its figures as text, without scripts or fonts from elsewhere."""

from __future__ import annotations

from xml.sax.saxutils import escape

from docpriv.classify.measure import Scores

_INK, _SOFT, _LINE = "#1b2430", "#5b6675", "#d5dae1"
_RIGHT, _WRONG = (44, 122, 83), (168, 50, 45)
_CELL, _TOP, _LETTER = 44, 150, 7.2


def confusion_svg(scores: Scores, title: str = "Held-out documents by true label and label given") -> str:
    """A standalone SVG: a row for each true label, a column for each label given, counts in the cells, shares as shade."""
    labels = [_cut(label) for label in scores.labels]
    left = 30 + _LETTER * max(map(len, labels))
    side = _CELL * len(labels)
    width, height = left + side + 110, _TOP + side + 44
    low, high = scores.interval
    said = f"{scores.documents} documents, {scores.accuracy:.1%} right (95 % interval {low:.1%} to {high:.1%}). " + "; ".join(
        f"{label}: {row[at]} of {row.sum()} right" for at, (label, row) in enumerate(zip(labels, scores.confusion, strict=True))
    )
    parts = [
        _text(12, 24, title, _INK, size=15),
        _text(12, 44, said.partition(". ")[0] + ".", _SOFT),
        _text(left + side + 12, _TOP - 8, "right", _SOFT),
    ]
    for at, label in enumerate(labels):
        x, y = left + _CELL * (at + 0.5), _TOP + _CELL * (at + 0.5)
        parts += [
            f'<g transform="rotate(-50 {x:.1f} {_TOP - 10})">{_text(x, _TOP - 10, label, _INK)}</g>',
            _text(left - 10, y + 4, label, _INK, anchor="end"),
        ]
        row = scores.confusion[at]
        total = int(row.sum())
        parts.append(_text(left + side + 12, y + 4, f"{int(row[at])} of {total}", _INK))
        for k, number in enumerate(int(n) for n in row):
            share = number / total if total else 0.0
            dark = share > 0.55
            parts.append(
                f'<rect x="{left + _CELL * k:.1f}" y="{_TOP + _CELL * at}" width="{_CELL}" height="{_CELL}" '
                f'fill="{_shade(_RIGHT if k == at else _WRONG, share)}" stroke="{_LINE}"/>'
            )
            if number:
                parts.append(_text(left + _CELL * (k + 0.5), y + 4, str(number), "#ffffff" if dark else _INK, anchor="middle"))
    parts.append(
        _text(left, _TOP + side + 26, "Rows: what the document is. Columns: the label given. Shade: share of the row.", _SOFT)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(said)}</desc>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, fill: str, *, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{escape(text)}</text>'


def _shade(colour: tuple[int, int, int], share: float) -> str:
    """The colour on white, by share; nothing stays white."""
    return "#" + "".join(f"{round(255 - (255 - c) * share):02x}" for c in colour)


def _cut(label: str) -> str:
    return label if len(label) <= 24 else label[:23] + "…"
