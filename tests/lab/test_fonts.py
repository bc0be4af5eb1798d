"""The bundled fonts: complete, licensed, small, and able to draw what the generator writes."""

from __future__ import annotations

import hashlib
import json

from docpriv_lab.pages import fonts

MANIFEST = json.loads((fonts.FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))


def test_every_font_is_listed_with_its_licence_and_unchanged() -> None:
    listed = {entry["file"]: entry for entry in MANIFEST["fonts"]}
    held = {p.name for p in fonts.FOLDER.iterdir() if p.suffix in (".ttf", ".otf")}
    assert held == set(listed)
    assert {face.file for face in fonts.FACES.values()} <= held
    for name, entry in listed.items():
        assert hashlib.sha256((fonts.FOLDER / name).read_bytes()).hexdigest() == entry["sha256"]
        assert len((fonts.FOLDER / entry["licence_file"]).read_text(encoding="utf-8")) > 400
    assert sum(p.stat().st_size for p in fonts.FOLDER.iterdir()) < 3_000_000


def test_fonts_draw_the_letters_they_are_asked_for() -> None:
    text = "AZaz09 Müßé@(),.:/-'"
    for name in fonts.FACES:
        font = fonts.load(name, 40)
        missing = font.getmask("\u0bf5").getbbox()  # a sign that none of them has
        shape = bytes(font.getmask("\u0bf5"))
        for letter in fonts.drawable(name, text).replace(" ", ""):
            mask = font.getmask(letter)
            assert mask.getbbox() is not None, (name, letter)
            assert (mask.getbbox(), bytes(mask)) != (missing, shape), (name, letter)


def test_fonts_without_accents_get_plain_letters() -> None:
    assert fonts.drawable("hand-f", "Müßé €5") == "Musse EUR5"
    assert fonts.drawable("hand-a", "Müßé €5") == "Müßé EUR5"
    assert fonts.drawable("sans-a", "Müßé €5 Łuków") == "Müßé €5 Luków"
