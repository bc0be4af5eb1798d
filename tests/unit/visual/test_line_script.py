"""The line classifier: scripts in fonts it never saw, English in peace, what is no writing, its speed and its files."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from docpriv.errors import ModelError
from docpriv.geometry import Quad
from docpriv.model import Pixels
from docpriv.model_card import CARD_FILE
from docpriv.visual.line_script import MODEL_DIR, MODEL_FILE, LineScript, LineScripts, strip
from docpriv_lab.pages import fonts, script_lines
from docpriv_lab.script_model import measure, texts
from docpriv_lab.script_model.lines import HELD_LATIN, line
from docpriv_lab.script_model.not_lines import not_line

STRANGE, PIECE = measure.FOREIGN, measure.PIECE


@pytest.fixture(scope="module")
def scripts() -> LineScripts:
    return LineScripts()


def whole(pixels: Pixels) -> Quad:
    h, w = pixels.shape[:2]
    return Quad.of(np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float64))


def worn_lines(scripts: LineScripts, name: str, count: int, seed: int) -> Sequence[LineScript]:
    rng = random.Random(seed)
    found: list[LineScript] = []
    for _ in range(count):
        pixels, quad = not_line(rng) if name == "nothing" else line(name, rng, "test")
        found += scripts.classify(pixels, [quad])
    return found


def clean(script: str, text: str, file: str | None = None) -> tuple[Pixels, Quad]:
    pixels = script_lines.draw_line(script, text, file=file, pixels=30, margin=4)
    rows = np.flatnonzero(pixels.min(axis=1) < 128)
    pixels = np.ascontiguousarray(pixels[max(0, rows[0] - 3) : rows[-1] + 4])
    return pixels, whole(pixels)


def test_it_knows_every_script_that_can_be_drawn(scripts: LineScripts) -> None:
    assert set(scripts.classes) == {*script_lines.scripts(), "nothing", "mirrored", "upside-down"}


@pytest.fixture(scope="module")
def clean_names(scripts: LineScripts) -> dict[str, list[LineScript]]:
    """What names and towns alone look like, clean, in the font put aside of every script."""
    found = {}
    for script, lists in script_lines.words().items():
        (file,) = script_lines.fonts_of(script, "test")
        texts = (lists.towns[:12] if script == "kana" else lists.names[:12]) + lists.towns[12:20]
        found[script] = [r for text in texts for r in scripts.classify(*_one(script, text, file))]
    return found


@pytest.mark.parametrize("script", script_lines.scripts()[1:])
def test_clean_names_in_a_font_it_never_saw_are_not_latin(clean_names: dict[str, list[LineScript]], script: str) -> None:
    found = clean_names[script]
    assert sum(r.strange >= STRANGE for r in found) >= 0.6 * len(found), [(r.name, round(r.strange, 2)) for r in found]
    assert sum(r.name in ("latin", "nothing") for r in found) <= 0.25 * len(found), [r.name for r in found]


def test_clean_names_are_called_by_their_script(clean_names: dict[str, list[LineScript]]) -> None:
    others = {script: found for script, found in clean_names.items() if script != "latin"}
    assert sum(r.strange >= STRANGE for found in others.values() for r in found) >= 0.85 * sum(map(len, others.values()))
    right = {script: sum(r.name == script for r in found) / len(found) for script, found in others.items()}
    assert sum(right.values()) / len(right) >= 0.75, right
    assert sum(r.strange >= STRANGE for r in clean_names["latin"]) == 0


def _one(script: str, text: str, file: str) -> tuple[Pixels, list[Quad]]:
    pixels, quad = clean(script, text, file)
    return pixels, [quad]


def test_worn_lines_of_all_scripts_are_mostly_told(scripts: LineScripts) -> None:
    found = [r for i, script in enumerate(script_lines.scripts()[1:]) for r in worn_lines(scripts, script, 8, 300 + i)]
    assert sum(r.strange >= STRANGE for r in found) >= 0.75 * len(found)


def test_worn_latin_in_fonts_it_never_saw_is_latin(scripts: LineScripts) -> None:
    found = worn_lines(scripts, "latin", 300, 7)
    assert sum(r.name == "latin" for r in found) >= 0.93 * len(found)
    assert sum(r.strange >= STRANGE or r.foreign >= PIECE for r in found) <= 6


@pytest.mark.parametrize(
    "text",
    ["07/11/1984", "(415) 555-0142", "$1,204.50", "GB29 NWBK 6016 1331 9268 19", "jane.roe@mail.example", "INVOICE NO. 40312",
     "Prénom : Zoë Lefèvre", "Dear Ms Quillfeather,", "WITNESSETH"],
)  # fmt: skip
def test_figures_capitals_and_addresses_are_left_in_peace(scripts: LineScripts, text: str) -> None:
    for name in ("sans-a", "serif-a", *HELD_LATIN[:4]):
        mask = fonts.load(name, 28).getmask(text, mode="L")
        ink = np.asarray(mask, np.uint8).reshape(mask.size[::-1])
        (found,) = scripts.classify(np.pad(255 - ink, 4, constant_values=255), [whole(np.pad(ink, 4))])
        assert found.strange < STRANGE, (name, found)
        if any(c.isalpha() for c in text):
            assert found.name == "latin", (name, found)


@pytest.mark.parametrize("text", ["Nguyễn Thị Hồng, phố Huế", "Şükrü Çağlayan, İstanbul", "Łączna kwota: źródło"])
def test_accents_of_all_kinds_are_latin(scripts: LineScripts, text: str) -> None:
    letters = {c for lists in [script_lines.words()["latin"]] for t in lists.words + lists.names + lists.towns for c in t}
    text = "".join(c for c in text if c in letters or c.isascii())
    for file in script_lines.fonts_of("latin", "test"):
        (found,) = scripts.classify(*_one("latin", text, file))
        assert found.name == "latin", found


@pytest.mark.parametrize("name", ["mirrored", "upside-down"])
def test_turned_and_mirrored_print_is_told(scripts: LineScripts, name: str) -> None:
    found = worn_lines(scripts, name, 60, 11)
    assert sum(r.name == name for r in found) >= 48, [r.name for r in found]


def test_rules_boxes_screens_and_pictures_are_no_writing(scripts: LineScripts) -> None:
    found = worn_lines(scripts, "nothing", 200, 13)
    assert sum(r.name == "nothing" for r in found) >= 180
    assert sum(r.strange >= STRANGE for r in found) <= 6


def test_a_foreign_name_at_the_end_of_an_english_line_shows(scripts: LineScripts) -> None:
    seen = 0
    for script in ("cyrillic", "arabic", "devanagari", "thai", "georgian", "han"):
        first, _ = clean("latin", "Please pay to our customer", script_lines.fonts_of("latin", "test")[0])
        second, _ = clean(script, " ".join(script_lines.words()[script].names[2:4]), script_lines.fonts_of(script, "test")[0])
        high = max(len(first), len(second))
        both = [np.pad(p, ((high - len(p), 0), (4, 12)), constant_values=255) for p in (first, second)]
        pixels = np.hstack(both)
        (found,) = scripts.classify(pixels, [whole(pixels)])
        seen += found.foreign >= PIECE
        (alone,) = scripts.classify(both[0], [whole(both[0])])
        assert alone.foreign < PIECE
    assert seen >= 5


def test_empty_paper_is_nothing_and_costs_no_network(scripts: LineScripts) -> None:
    paper = np.full((40, 300, 3), 250, np.uint8)
    (found,) = scripts.classify(paper, [whole(paper)])
    assert (found.name, found.probability, found.other) == ("nothing", 1.0, 0.0)
    assert scripts.classify(paper, []) == ()


def test_light_print_on_dark_and_colour_change_nothing(scripts: LineScripts) -> None:
    pixels, quad = clean("cyrillic", "Уважаемый директор")
    dark = np.repeat((255 - pixels)[..., None], 3, axis=2)
    (a,), (b,) = scripts.classify(pixels, [quad]), scripts.classify(dark, [quad])
    assert a.name == b.name == "cyrillic"
    band, other = strip(pixels, quad), strip(255 - pixels, quad)
    assert band is not None
    assert other is not None
    assert np.abs(band.astype(int) - other.astype(int)).max() <= 3


def test_a_line_takes_a_few_milliseconds(scripts: LineScripts) -> None:
    rng = random.Random(1)
    drawn = [clean("latin", texts.prose(rng, 8)) for _ in range(60)]
    begun = time.process_time()
    for pixels, quad in drawn:
        scripts.classify(pixels, [quad])
    assert (time.process_time() - begun) / len(drawn) < 0.006  # about 2 ms; twice as slow a machine passes


def test_the_card_tells_the_files_and_where_they_come_from(scripts: LineScripts) -> None:
    card = json.loads((MODEL_DIR / CARD_FILE).read_text(encoding="utf-8"))
    assert scripts.identity().models == ((MODEL_FILE, card["files"][MODEL_FILE]["sha256"]),)
    assert (MODEL_DIR / MODEL_FILE).stat().st_size == card["files"][MODEL_FILE]["bytes"] < 600_000
    assert card["training"]["data"]
    assert card["figures"]


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(MODEL_DIR, copy)
    data = bytearray((copy / MODEL_FILE).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / MODEL_FILE).write_bytes(data)
    with pytest.raises(ModelError, match="SHA-256"):
        LineScripts(model_dir=copy)
    (copy / MODEL_FILE).unlink()
    with pytest.raises(ModelError, match="lacks"):
        LineScripts(model_dir=copy)
    (copy / CARD_FILE).write_text("{}")
    with pytest.raises(ModelError, match="cannot be read"):
        LineScripts(model_dir=copy)
    (copy / CARD_FILE).unlink()
    with pytest.raises(ModelError, match="has no"):
        LineScripts(model_dir=copy)
