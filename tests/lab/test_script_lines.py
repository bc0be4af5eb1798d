"""Lines of other scripts: fonts licensed and unchanged, every word drawable by every font, and shaped."""

from __future__ import annotations

import hashlib
import json

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from docpriv_lab.pages import script_lines
from docpriv_lab.pages.script_lines import FOLDER

MANIFEST = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))


def test_every_font_is_listed_with_its_licence_and_unchanged() -> None:
    listed = {entry["file"]: entry for entry in MANIFEST["fonts"]}
    assert {p.name for p in FOLDER.iterdir() if p.suffix in (".ttf", ".otf")} == set(listed)
    for name, entry in listed.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == entry["sha256"]
        assert len((FOLDER / entry["licence_file"]).read_text(encoding="utf-8")) > 400
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < 4_500_000


def test_every_script_has_words_fonts_and_one_family_put_aside() -> None:
    assert len(script_lines.scripts()) >= 25
    assert script_lines.scripts()[0] == "latin"
    for script, lists in script_lines.words().items():
        assert len(lists.words) >= 60, script
        assert len(lists.names) + len(lists.towns) >= 35, script
        assert not set(script_lines.fonts_of(script, "train")) & set(script_lines.fonts_of(script, "test")), script
    assert set(script_lines.scripts()) == {font.script for font in script_lines.fonts()}


@pytest.mark.parametrize("script", script_lines.scripts())
def test_every_font_has_every_letter_of_its_words(script: str) -> None:
    lists = script_lines.words()[script]
    letters = sorted({c for text in lists.words + lists.names + lists.towns for c in text} - set(" \u200c\u200d"))
    for font in script_lines.fonts():
        if font.script == script:
            plain = ImageFont.truetype(
                str(FOLDER / font.file), size=24, layout_engine=ImageFont.Layout.BASIC
            )  # one glyph a letter
            absent = bytes(plain.getmask("\U0010fffd"))
            assert not [c for c in letters if bytes(plain.getmask(c)) == absent and len(absent)], font.file


def test_letters_are_joined_and_turned_into_conjuncts() -> None:
    def width(script: str, text: str) -> int:
        return int(script_lines.draw_line(script, text, pixels=60, margin=0).shape[1])

    def pieces(script: str, text: str) -> int:
        return _pieces(script_lines.draw_line(script, text, pixels=60))

    # Two consonants and a virama between them are one conjunct, narrower than the two alone.
    assert width("devanagari", "क्ष") < 0.8 * (width("devanagari", "क") + width("devanagari", "ष"))
    # Three Arabic letters without dots that join are one piece of ink; letters that do not are apart.
    assert pieces("arabic", "سلم") == 1
    assert pieces("arabic", "ورد") == 3
    # Arabic is written from the right: the dotless word, one piece, is on the right.
    line = script_lines.draw_line("arabic", "سلم ورد", pixels=60)
    assert _pieces(line[:, line.shape[1] * 55 // 100 :]) < _pieces(line[:, : line.shape[1] * 45 // 100])


def _pieces(line: script_lines.Grey) -> int:
    return int(cv2.connectedComponents((line < 128).astype(np.uint8))[0]) - 1


def test_unknown_scripts_and_empty_lines_are_refused() -> None:
    with pytest.raises(KeyError):
        script_lines.fonts_of("runic", "train")
    with pytest.raises(ValueError, match="nothing"):
        script_lines.draw_line("latin", " ")
