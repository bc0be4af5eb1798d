"""What the measures of an upright area say: bars, modules or neither, and nothing that text and tables measure as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["bars", "modules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Measures of an upright patch.

    `coherence`: 0..1, how far all edges run one way; `lying`: the bars lie. `rows`, `columns`: the least share of dark of a
    row and of a column.
    `level`: how alike bands of the patch across the bars are. `edges`: changes between dark and light along a band.
    `spread`: variation of the widths of dark and of light runs, the smaller of both. `dark`: share of dark. `steps`: mean
    step from pixel to pixel in shares of the contrast. `across`, `down`: changes a row and a column. `comb_x`, `comb_y`:
    share of the edges that stand in one raster, `pitch_x`, `pitch_y` its period in pixels. `quiet`: dark around the patch.
    `fenced`: bars stand over the whole height at both ends.
    """

    coherence: float
    lying: bool
    rows: float
    columns: float
    level: float
    edges: int
    spread: float
    dark: float
    steps: float
    across: float
    down: float
    comb_x: float
    comb_y: float
    pitch_x: float
    pitch_y: float
    quiet: float
    fenced: bool
    width: int
    height: int


def classify(f: Features) -> Form | None:
    """Bars, modules or neither. The limits were drawn between drawn codes, worn, and what else is dense on real pages."""
    # Lying bars must be the clearer: lines of a table are alike over its width.
    clear = f.coherence >= (0.74 if f.lying else 0.55) and f.level >= 0.8
    many = f.edges >= 40 or (f.edges >= 20 and f.level >= 0.93)
    if clear and many and f.spread >= 0.25 and 0.33 <= f.dark <= 0.66:
        return "bars"
    if 0.36 <= f.dark <= 0.64 and f.coherence < 0.72 and min(f.width, f.height) >= 16 and (_raster(f) or _fine(f) or _stack(f)):
        return "modules"
    return None


def doubtful(f: Features) -> bool:
    """What may be modules, crossed out or worn, and is believed where a reader of codes finds the frame of one in it."""
    return (
        0.34 <= f.dark <= 0.68
        and f.coherence < 0.72
        and min(f.rows, f.columns) >= 0.12
        and f.quiet < 0.12
        and min(f.across, f.down) >= 3
    )


def _raster(f: Features) -> bool:
    """Edges of both directions stand in one raster of ten or more modules: QR, Data Matrix, Aztec."""
    if min(f.across, f.down) < 2.5 or min(f.pitch_x, f.pitch_y) <= 0:
        return False
    if min(f.across, f.down) < 4 and max(f.across, f.down) < 20:
        return False
    comb, pitch = min(f.comb_x, f.comb_y), max(f.pitch_x, f.pitch_y)
    count = min(f.width, f.height) / pitch
    sure = count >= (16 if comb < 0.42 else 11 if comb < 0.6 else 8) and (comb >= 0.55 or pitch <= 7)
    return (
        abs(f.pitch_x - f.pitch_y) <= 0.08 * pitch
        and comb >= 0.3
        and sure
        and (min(f.rows, f.columns) >= 0.08 or f.comb_x + f.comb_y >= 1.1)
    )


def _fine(f: Features) -> bool:
    """Too fine for a raster to be seen: as many edges each way, dark everywhere, white around."""
    apart_x, apart_y = f.width / max(f.across, 0.1), f.height / max(f.down, 0.1)
    most = 7.2 if min(f.across, f.down) >= 10 and f.quiet < 0.06 else 6.4  # blots and noise hide some of many edges
    return (
        min(f.rows, f.columns) >= 0.2
        and f.steps >= 0.19
        and max(apart_x, apart_y) <= min(most, 1.5 * min(apart_x, apart_y))
        and 0.37 <= f.dark <= 0.6
        and min(f.across, f.down) >= 6
    )


def _stack(f: Features) -> bool:
    """Rows of bars between bars over the whole height: PDF417."""
    along = f.down if f.lying else f.across
    return (
        f.fenced
        and f.coherence >= 0.42
        and f.level <= 0.86
        and min(f.rows, f.columns) >= 0.05
        and along >= 30
        and f.spread >= 0.25
    )
