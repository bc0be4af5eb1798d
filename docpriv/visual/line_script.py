"""Says in which script a line is written, by its picture alone; reads nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from docpriv.errors import EngineError, ModelError
from docpriv.geometry import Quad
from docpriv.model import EngineId, Pixels
from docpriv.model_card import checked_bytes, read_card
from docpriv.raster import grey_of, strip_of

MODEL_DIR: Final = Path(__file__).parent / "models" / "line-script"
MODEL_FILE: Final = "line-script.onnx"

LATIN: Final = "latin"
NOTHING: Final = "nothing"
MIRRORED: Final = "mirrored"
UPSIDE_DOWN: Final = "upside-down"
NOT_SCRIPTS: Final = (LATIN, NOTHING, MIRRORED, UPSIDE_DOWN)

ROWS: Final = 32
WINDOW: Final = 96  # columns of the strip that the network judges at once: three heights, some four letters
STEP: Final = 48
_MOST_COLUMNS: Final = WINDOW + 40 * STEP  # a line of more than 63 heights is squeezed
_PAD: Final = 0.08  # share of the height added above and below: detection cuts marks off
_INK: Final = 96  # of 255: a column with that much has ink
_LEAST_CONTRAST: Final = 24  # grey levels
_LEAST_SHARE: Final = 0.25  # of the fullest window's inked columns: emptier windows do not count


@dataclass(frozen=True, slots=True, kw_only=True)
class LineScript:
    """What a line's picture looks like. All numbers are 0..1.

    `name` is the likeliest class: a script, or `nothing`, `mirrored`, `upside-down`; `probability` its own. `latin`,
    `nothing`, `mirrored`, `upside_down` are those of these classes, pooled over the line; what is missing to 1 are the
    other scripts. `foreign` is the largest probability of other scripts in two neighbouring windows (the line's only one
    where it is short): high where one word of a Latin line is in another script.
    """

    name: str
    probability: float
    latin: float
    nothing: float
    mirrored: float
    upside_down: float
    foreign: float

    @property
    def other(self) -> float:
        """The probability that the line is written in another script than Latin."""
        return max(0.0, 1.0 - self.latin - self.nothing - self.mirrored - self.upside_down)

    @property
    def strange(self) -> float:
        """The probability that it is writing, and not upright Latin."""
        return max(0.0, 1.0 - self.latin - self.nothing)


class LineScripts:
    """The line classifier on onnxruntime, loaded once; raises ModelError where a file is absent or not the card's."""

    def __init__(self, *, threads: int = 1, model_dir: Path = MODEL_DIR) -> None:
        import onnxruntime as ort

        card = read_card(model_dir, "the script model", _is_complete)
        content = checked_bytes(model_dir, MODEL_FILE, card, "the script model")
        self.classes: tuple[str, ...] = tuple(card["classes"])
        self._identity = EngineId(
            name="line-scripts", version=str(card["version"]), models=((MODEL_FILE, str(card["files"][MODEL_FILE]["sha256"])),)
        )
        options = ort.SessionOptions()
        options.intra_op_num_threads = max(1, threads)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as exc:  # its own exceptions have no common class
            raise ModelError(f"the script model cannot be loaded ({type(exc).__name__})") from None

    def identity(self) -> EngineId:
        return self._identity

    def classify(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[LineScript, ...]:
        """One result a quad, in order. `pixels` is u8, (H, W) grey or (H, W, 3) RGB; the top of a line's letters is at a-b.

        A quad without ink is `nothing`. Raises EngineError where the network fails.
        """
        if not quads:
            return ()
        grey = pixels if pixels.ndim == 2 else grey_of(pixels)
        return tuple(self._one(strip(grey, quad)) for quad in quads)

    def _one(self, band: Pixels | None) -> LineScript:
        if band is None:
            return LineScript(name=NOTHING, probability=1.0, latin=0.0, nothing=1.0, mirrored=0.0, upside_down=0.0, foreign=0.0)
        try:
            logits = self._session.run(None, {"strip": band[None, None].astype(np.float32) / 255})[0][0]
        except Exception as exc:
            raise EngineError(f"the script model failed ({type(exc).__name__})") from None
        if not np.isfinite(logits).all():
            raise EngineError("the script model gave no numbers")
        weights = window_weights(band)
        by_window = _shares(logits)
        # Windows overlap by half: together they say less than apart, and more than one.
        means = _shares((weights @ logits / weights.sum() * math.sqrt((weights > 0).sum()))[None])[0]
        of = {name: float(means[i]) for i, name in enumerate(self.classes)}
        others = by_window[:, [i for i, name in enumerate(self.classes) if name not in NOT_SCRIPTS]].sum(axis=1)
        others = others[weights > 0]
        pairs = np.minimum(others[:-1], others[1:]) if len(others) > 1 else others
        name = max(of, key=lambda key: of[key])
        return LineScript(
            name=name,
            probability=of[name],
            latin=of[LATIN],
            nothing=of[NOTHING],
            mirrored=of[MIRRORED],
            upside_down=of[UPSIDE_DOWN],
            foreign=float(pairs.max()),
        )


def strip(grey: Pixels, quad: Quad) -> Pixels | None:
    """The line brought to 32 rows, ink 255 and paper 0, its columns 96 and a multiple of 48 more; None where nothing is drawn.

    Light on dark becomes dark on light; the contrast is stretched.
    """
    if quad.height < 3 or quad.width < 3:
        return None
    tall = quad.pad(0.0, _PAD * quad.height)
    columns = int(min(_MOST_COLUMNS, max(8, round(tall.width * ROWS / tall.height))))
    fine = int(min(4, max(1, round(tall.height / ROWS))))
    x0, y0, x1, y1 = tall.bounds()
    left, top = max(0, math.floor(x0) - 2), max(0, math.floor(y0) - 2)
    cut = grey[top : math.ceil(y1) + 3, left : math.ceil(x1) + 3]
    if cut.size == 0:
        return None
    band = strip_of(np.ascontiguousarray(cut), tall.shift(-left, -top), columns * fine, ROWS * fine)
    if fine > 1:
        band = np.asarray(cv2.resize(band, (columns, ROWS), interpolation=cv2.INTER_AREA), np.uint8)
    inked = _inked(band)
    if inked is None:
        return None
    wide = WINDOW + STEP * max(0, math.ceil((columns - WINDOW) / STEP))
    out = np.zeros((ROWS, wide), np.uint8)
    out[:, :columns] = inked
    return out


def window_weights(band: Pixels) -> npt.NDArray[np.float64]:
    """The share of inked columns of each window of a strip, 0 for windows that hold too little to judge; not all 0."""
    inked = band.max(axis=0) > _INK
    shares = np.array([inked[x : x + WINDOW].mean() for x in range(0, band.shape[1] - WINDOW + 1, STEP)], np.float64)
    shares[shares < _LEAST_SHARE * shares.max()] = 0
    return shares if shares.any() else np.ones_like(shares)


def _shares(logits: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float64)


def _inked(band: Pixels) -> Pixels | None:
    counts = np.cumsum(np.bincount(band.ravel(), minlength=256))
    low, paper, high = (int(np.searchsorted(counts, share * counts[-1])) for share in (0.015, 0.5, 0.985))
    reach = max(paper - low, high - paper)
    if reach < _LEAST_CONTRAST:
        return None
    sign = 1.0 if paper - low >= high - paper else -1.0
    table = np.clip(sign * (paper - np.arange(256)) * (255.0 / reach), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(band, table), np.uint8)


def _is_complete(card: dict[str, Any]) -> bool:
    return (
        bool(card["version"])
        and set(NOT_SCRIPTS) <= set(card["classes"])
        and isinstance(card["files"][MODEL_FILE]["sha256"], str)
    )
