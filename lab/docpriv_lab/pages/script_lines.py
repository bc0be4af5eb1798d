"""Draws lines of text in many scripts with their own bundled fonts and true shaping; it reads no font of the system."""

from __future__ import annotations

import functools
import json
import pathlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, features

Grey = NDArray[np.uint8]
Use = Literal["train", "test"]

FOLDER: Final = pathlib.Path(__file__).parent / "fonts" / "scripts"
RIGHT_TO_LEFT: Final = frozenset({"arabic", "hebrew"})
UNSPACED: Final = frozenset({"thai", "lao", "khmer", "myanmar", "han", "kana", "tibetan"})
"""Scripts that put no space between words."""
_JOINT: Final = {"tibetan": "\u0f0b"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What there is to write in one script: ordinary words, names of persons, towns."""

    words: tuple[str, ...]
    names: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFont:
    """One font of one script; those for `test` were not used to train anything."""

    file: str
    script: str
    use: Use


@functools.cache
def fonts() -> tuple[ScriptFont, ...]:
    """All fonts, in the order of the manifest."""
    listed = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))["fonts"]
    return tuple(ScriptFont(file=entry["file"], script=entry["script"], use=entry["use"]) for entry in listed)


@functools.cache
def words() -> Mapping[str, Words]:
    """The word lists by script."""
    listed = cast(dict[str, dict[str, list[str]]], yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8")))
    return {
        script: Words(words=tuple(lists["words"]), names=tuple(lists["names"]), towns=tuple(lists["towns"]))
        for script, lists in listed.items()
    }


def scripts() -> tuple[str, ...]:
    """The scripts that can be drawn, Latin first."""
    return tuple(words())


def fonts_of(script: str, use: Use) -> tuple[str, ...]:
    """Files of the fonts of `script` for that use. Raises KeyError for an unknown script."""
    found = tuple(font.file for font in fonts() if font.script == script and font.use == use)
    if not found:
        raise KeyError(script)
    return found


def sentence(script: str, rng: random.Random, count: int) -> str:
    """`count` words in a row, as the script spaces them; a name or a town among them now and then."""
    lists = words()[script]
    chosen = [rng.choice(rng.choice((lists.words,) * 6 + (lists.names, lists.towns))) for _ in range(count)]
    return (_JOINT.get(script, "") if script in UNSPACED else " ").join(chosen)


def draw_line(
    script: str,
    text: str,
    *,
    file: str | None = None,
    pixels: float = 40.0,
    ink: int = 0,
    paper: int = 255,
    margin: int = 8,
) -> Grey:
    """The line as grey pixels (H, W), H of the font's own line height, with `margin` pixels of paper around.

    `file` is one of `fonts_of`, the first for training where None; `pixels` per em. The words of the lists are shaped
    as the whole font would; other words may lack conjuncts. Raises RuntimeError where Pillow cannot shape, and
    ValueError for a text with nothing to draw.
    """
    face = font(file or fonts_of(script, "train")[0], pixels)
    right = script in RIGHT_TO_LEFT
    direction: Literal["rtl", "ltr"] = "rtl" if right else "ltr"
    left, top, far, low = face.getbbox(text, direction=direction)
    if far <= left or low <= top:
        raise ValueError("the text draws nothing")
    ascent, descent = face.getmetrics()
    top, low = min(top, 0), max(low, ascent + descent)
    size = (int(far - left) + 2 * margin + 1, int(low - top) + 2 * margin + 1)
    image = Image.new("L", size, paper)
    ImageDraw.Draw(image).text((margin - left, margin - top), text, font=face, fill=ink, direction=direction)
    return np.asarray(image, np.uint8)


@functools.lru_cache(maxsize=256)
def font(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    """The font of that file with its shaping. Raises RuntimeError where Pillow was built without Raqm or lacks FriBiDi."""
    if not features.check("raqm"):
        raise RuntimeError("drawing other scripts needs a Pillow with Raqm, and the library FriBiDi on the machine")
    return ImageFont.truetype(str(FOLDER / file), size=pixels, layout_engine=ImageFont.Layout.RAQM)
