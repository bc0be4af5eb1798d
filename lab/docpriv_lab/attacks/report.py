"""Puts the results of all attacks together: the verdict, tables for a terminal and for a README; it attacks nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docpriv_lab.attacks.chance import ALPHA, LEVEL, Rate
from docpriv_lab.attacks.faces import FaceResult
from docpriv_lab.attacks.painting import Promise
from docpriv_lab.attacks.text import TextResult
from docpriv_lab.attacks.widths import EXACT, WidthResult

FORMAT = "docpriv/attacks/1"
DOUBTFUL = 0.01
"""Guessing reaches a rate less often than this: a style that promises nothing is called recovered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleNote:
    """A style as the README lists it: what it is for and what it promises, each a few words."""

    style: str
    use: str
    guarantee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackReport:
    """Results of one run; a part that was left out is empty. `drawn`: the faces were invented ones."""

    seed: int
    text: tuple[TextResult, ...] = ()
    coding: tuple[TextResult, ...] = ()
    widths: tuple[WidthResult, ...] = ()
    faces: tuple[FaceResult, ...] = ()
    drawn: bool = True
    unseen: int = 0

    @property
    def broken(self) -> tuple[str, ...]:
        """Opaque styles that told something they promise to hide: `text fill`, `face silhouette`."""
        text = [f"text {r.style}" for r in self.text if r.promise == Promise.OPAQUE and not r.holds]
        text += [f"coding {r.style}" for r in self.coding if r.promise == Promise.OPAQUE and not r.holds]
        faces = [f"face {r.style}" for r in self.faces if r.promise == Promise.OPAQUE and not r.holds]
        return tuple(text + faces)

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain JSON values; no name, no picture."""
        return {
            "format": FORMAT,
            "seed": self.seed,
            "holds": not self.broken,
            "broken": list(self.broken),
            "alpha": ALPHA,
            "interval_level": LEVEL,
            "text": [r.as_dict() for r in self.text],
            "coding": [r.as_dict() for r in self.coding],
            "widths": [r.as_dict() for r in self.widths],
            "faces": {"drawn": self.drawn, "pictures_without_face": self.unseen, "styles": [r.as_dict() for r in self.faces]},
        }


def attack_table(report: AttackReport) -> str:
    """The figures as plain text for a terminal."""
    parts = []
    if report.text:
        parts.append(_text_table(report.text, "nine digits in a known font, read back from the covered line"))
    if report.coding:
        parts.append(_text_table(report.coding, "the same on a page that was a JPEG, by what its coding spread beyond the cover"))
    if report.widths:
        parts.append(_width_table(report.widths))
    if report.faces:
        parts.append(_face_table(report))
    verdict = (
        "every opaque style is at chance"
        if not report.broken
        else f"NOT at chance, though they promise it: {', '.join(report.broken)}"
    )
    return "\n\n".join([*parts, verdict])


def _text_table(results: Sequence[TextResult], title: str) -> str:
    low = f"{LEVEL:.0%} interval"
    rows = [
        title,
        f"{'style':<18}{'attacker knows':<16}{'numbers found':>14}{'digits right':>14}   {low:<18}{'chance':>7}  pictures",
    ]
    for r in results:
        verdict = _mark(r.promise, r.holds, r.refused, min(r.whole.p_value, r.digits.p_value))
        rows.append(
            f"{r.style:<18}{'all but place' if r.scanned else 'everything':<16}{_of(r.whole):>14}{r.digits.share:>14.1%}"
            f"   {_between(r.digits):<18}{r.digits.chance:>7.0%}  {r.pictures:>8}{verdict}"
        )
    return "\n".join(rows)


def _width_table(results: Sequence[WidthResult]) -> str:
    first = results[0]
    rows = [
        "a name guessed by the width of its box",
        f"{'':<37}{'':>10}{f'one of {first.all.names} names':>21}{f'one of {first.short.names}':>32}",
        f"{'style':<14}{'font':<10}{'dpi':>4}{'jitter':>9}{'wider by':>10}{'bits':>7}{'rank':>7}{'first':>7}"
        f"{'bits':>8}{'rank':>8}{'first':>7}{'certain':>9}",
    ]
    for r in results:
        jitter = "none" if r.setting.jitter == EXACT else f"{r.setting.jitter.edge:g} px"
        rows.append(
            f"{r.style:<14}{r.setting.font:<10}{r.setting.dpi:>4}{jitter:>9}{r.extra:>8.1f} h{r.all.bits:>7.2f}"
            f"{r.all.rank:>7.0f}{r.all.first:>7.1%}{r.short.bits:>8.2f}{r.short.rank:>8.1f}{r.short.first:>7.0%}"
            f"{r.short.certain:>9.0%}"
        )
    rows.append(
        "wider by: text heights covered beyond the name; rank: tries until the name is found; first: best guess right; "
        "certain: told with 90 %"
    )
    return "\n".join(rows)


def _face_table(report: AttackReport) -> str:
    first = report.faces[0]
    kind = "drawn heads" if report.drawn else "portraits of the folder"
    rows = [
        f"{kind}, recognised among {round(1 / first.same.chance)} persons by the best of "
        f"{first.same.tries} matchers (chance {first.same.chance:.1%})",
        f"{'style':<18}{'same picture':>14}   {'interval':<18}{'another picture':>16}   {'interval':<18}{'still detected':>14}",
    ]
    for r in report.faces:
        other = ("-", "") if r.other is None else (f"{r.other.share:.0%}", _between(r.other))
        found = "-" if r.found is None else _of(r.found)
        rows.append(
            f"{r.style:<18}{r.same.share:>14.0%}   {_between(r.same):<18}{other[0]:>16}   {other[1]:<18}{found:>14}"
            f"{_mark(r.promise, r.holds, r.refused, r.p_value)}"
        )
    if report.unseen:
        rows.append(f"pictures in which no face was found, left out: {report.unseen}")
    return "\n".join(rows)


def markdown_table(report: AttackReport, notes: Sequence[StyleNote]) -> str:
    """One row a style, for a README: what it is for, what the attacks recovered, what it promises."""
    rows = ["| style | for | what an attacker who knows everything recovers | guarantee |", "|---|---|---|---|"]
    for note in notes:
        cells = [*_text_cell(report, note.style), *_width_cell(report, note.style), *_face_cell(report, note.style)]
        rows.append(f"| `{note.style}` | {note.use} | {'; '.join(cells) or 'not attacked'} | {note.guarantee} |")
    return "\n".join(rows) + "\n"


def _text_cell(report: AttackReport, style: str) -> list[str]:
    own = [r for r in report.text if _is(r.style, style) and not r.scanned]
    if not own:
        return []
    if len(own) == 1:
        return [f"text: {_of(own[0].whole)} numbers, {own[0].digits.share:.0%} of digits (guessing: {own[0].digits.chance:.0%})"]
    each = ", ".join(f"{_of(r.whole)} at {_strength(r.style)}" for r in own)
    return [f"text{', for which it is refused' if own[0].refused else ''}: numbers {each}"]


def _width_cell(report: AttackReport, style: str) -> list[str]:
    own = [r for r in report.widths if r.style == style and r.setting.jitter == EXACT]
    if not own:
        return []
    worst = max(own, key=lambda r: r.short.bits)
    return [
        f"a name by its width: the right one of {worst.short.names} at the first guess in {worst.short.first:.0%} "
        f"(guessing: {1 / worst.short.names:.0%}; {worst.all.bits:.1f} of {math.log2(worst.all.names):.1f} bits)"
    ]


def _face_cell(report: AttackReport, style: str) -> list[str]:
    own = [r for r in report.faces if _is(r.style, style)]
    if not own:
        return []
    each = []
    for r in own:
        shares = f"{r.same.share:.0%}" + ("" if r.other is None else f" / {r.other.share:.0%}")
        each.append(shares + (f" at {_strength(r.style)}" if len(own) > 1 else ""))
    two = "" if own[0].other is None else ", in the same / another picture"
    return [f"faces recognised{two}: {', '.join(each)} (guessing: {own[0].same.chance:.1%})"]


def _is(name: str, style: str) -> bool:
    """Whether `pixelate 8 px` is of the style `pixelate`."""
    return re.split(r"[ ,]", name, maxsplit=1)[0] == style


def _strength(name: str) -> str:
    """`8 px` of `pixelate 8 px`."""
    return re.split(r"[ ,]+", name, maxsplit=1)[-1]


def _of(rate: Rate) -> str:
    return f"{rate.hits} of {rate.count}"


def _between(rate: Rate) -> str:
    low, high = rate.interval
    return f"{low:.1%} to {high:.1%}"


def _mark(promise: str, holds: bool, refused: bool, p_value: float) -> str:
    """A style that promises nothing counts as undone on less evidence than one that is accused of breaking its promise."""
    if promise == Promise.OPAQUE:
        return "  at chance" if holds else "  BROKEN"
    note = "  at chance" if p_value >= DOUBTFUL else "  recovered"
    return note + (" (refused for text)" if refused else "")
