"""Reads a folder of portraits by person for the attack on faces; it keeps neither names nor whole pictures.

One folder a person, or files whose names differ in a number at their end: `anna1.jpg`, `anna2.jpg`.
"""

from __future__ import annotations

import pathlib
import re

import numpy as np
from PIL import Image, ImageOps

from docpriv.errors import InputError, UnsupportedInput
from docpriv_lab.attacks.faces import People, portrait
from docpriv_lab.attacks.painting import Finder, Picture

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
MOST_PIXELS = 50_000_000
_NUMBER = re.compile(r"[\s_.-]*\(?\d+\)?$")
_REMEDY = "Give a folder that holds one folder of pictures for each person, or files NAME1.jpg, NAME2.jpg; one face a picture."


def read_people(folder: pathlib.Path, finder: Finder) -> tuple[People, int]:
    """The portraits in a folder, cut out where the finder sees the first face, and how many pictures showed none.

    Raises InputError where there are not two persons, UnsupportedInput for a picture that cannot be read.
    """
    if not folder.is_dir():
        raise InputError("the folder of faces does not exist", remedy=_REMEDY)
    files = _by_person(folder)
    total, number, missed = sum(map(len, files)), 0, 0
    people: list[tuple[Picture, ...]] = []
    for own in files:
        portraits = []
        for path in own:
            number += 1
            picture = _read(path, f"picture {number} of {total} (sorted by name)")
            areas = finder(picture)
            if areas:
                portraits.append(portrait(picture, areas[0]))
            else:
                missed += 1
        if portraits:
            people.append(tuple(portraits))
    if len(people) < 2:
        raise InputError(f"the folder of faces shows {len(people)} person(s), and a gallery has at least two", remedy=_REMEDY)
    return People(pictures=tuple(people), drawn=False), missed


def _by_person(folder: pathlib.Path) -> list[list[pathlib.Path]]:
    inner = sorted(path for path in folder.iterdir() if path.is_dir())
    if inner:
        return [own for person in inner if (own := _pictures(person))]
    persons: dict[str, list[pathlib.Path]] = {}
    for path in _pictures(folder):
        persons.setdefault(_NUMBER.sub("", path.stem).casefold(), []).append(path)
    return list(persons.values())


def _pictures(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


def _read(path: pathlib.Path, where: str) -> Picture:
    try:
        with Image.open(path) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UnsupportedInput(
                    f"{where} has more than {MOST_PIXELS // 1_000_000} million pixels",
                    remedy="Make it smaller, or take it out of the folder.",
                )
            return np.ascontiguousarray(ImageOps.exif_transpose(image).convert("RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UnsupportedInput(f"{where} cannot be read", remedy="Take it out of the folder, or save it as PNG.") from None
