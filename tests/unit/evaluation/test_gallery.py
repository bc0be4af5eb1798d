"""The gallery: shows every leaked and lost word to its owner, and to nobody else."""

from __future__ import annotations

import pathlib
import re
import stat

import cv2
import numpy as np
import pytest

from docpriv.errors import OutputExists
from docpriv.evaluation.gallery import NOTICE, Gallery
from docpriv.evaluation.truth import LabelledPage, LabelledWord
from tests.unit.evaluation.folders import cover, strokes


def labelled(words: list[dict], stem: str = "p") -> LabelledPage:
    return LabelledPage(
        page="page-0",
        stem=stem,
        words=tuple(LabelledWord(number=n, text=w["text"], box=tuple(w["box"]), label=w["label"]) for n, w in enumerate(words)),
    )


def made(folder: pathlib.Path, stem: str = "p") -> str:
    page, words = strokes(("PHONE", "PERSON", None))
    of = labelled(words, stem)
    gallery = Gallery(folder)
    gallery.add(of, page, cover(page, words[2:]), leaks=[(0, ""), (1, "not-found")], lost=[2], name="pages")
    gallery.add(labelled(words, "held"), page, None, leaks=[], lost=[2], name="pages")
    return gallery.finish().read_text(encoding="utf-8")


def test_nobody_else_can_read_it(tmp_path: pathlib.Path) -> None:
    (tmp_path / "g").mkdir(mode=0o755)
    made(tmp_path / "g")
    assert stat.S_IMODE((tmp_path / "g").stat().st_mode) == 0o700
    files = list((tmp_path / "g").iterdir())
    assert len(files) == 7
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_it_says_what_it_is_and_asks_nothing_of_the_net(tmp_path: pathlib.Path) -> None:
    html = made(tmp_path / "g")
    assert NOTICE.split(":")[0] in html
    assert "default-src 'none'" in html
    assert "<script" not in html
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert sources
    assert all(source.startswith("#") or (tmp_path / "g" / source).is_file() for source in sources)


def test_every_word_is_shown_by_class_with_its_stage(tmp_path: pathlib.Path) -> None:
    html = made(tmp_path / "g")
    headings = re.findall(r"<h2[^>]*>([^<]+?) <span", html)
    assert headings == ["leaked: PERSON", "leaked: PHONE", "lost: ordinary", "Withheld pages"]
    assert html.index("word1") < html.index("word0") < html.index("word2")
    assert re.search(r'class="tag">not-found</span> <b>word1', html)
    assert html.count('class="tag"') == 1
    assert "held: 1 ordinary word" in html


def test_the_pictures_show_the_word_before_and_after(tmp_path: pathlib.Path) -> None:
    html = made(tmp_path / "g")
    lost = html[html.index('id="lost-ordinary"') :]
    before, after = (
        cv2.imread(str(tmp_path / "g" / name), cv2.IMREAD_GRAYSCALE) for name in re.findall(r'src="([^"]+)"', lost)[:2]
    )
    assert before.shape == after.shape
    assert np.mean(before > 200) > 0.5  # paper around the word
    height, width = before.shape
    middle = (slice(height * 2 // 5, height * 3 // 5), slice(width // 2 - 5, width // 2 + 5))
    assert before[middle].max() > 200
    assert after[middle].max() < 60


def test_what_stands_on_a_page_is_no_markup(tmp_path: pathlib.Path) -> None:
    html = made(tmp_path / "g", stem="<img onerror=x>")
    assert "<img onerror" not in html
    assert "&lt;img onerror" in html


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(OutputExists):
        Gallery(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_run_that_failed_leaves_no_picture(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    of = labelled(words)
    gallery = Gallery(tmp_path / "g")
    gallery.add(of, page, page, leaks=[(0, "")], lost=[], name="pages")
    assert len(list((tmp_path / "g").iterdir())) == 2
    gallery.discard()
    assert list((tmp_path / "g").iterdir()) == []
