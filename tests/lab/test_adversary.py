"""The adversary's pages: the same bytes again, a twin for each, every kind, and truth that lies on the ink it names."""

from __future__ import annotations

import functools
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from docpriv.cli.app import app
from docpriv.errors import UsageError
from docpriv.evaluation.scoring import visible_share
from docpriv.evaluation.sets import read_manifest
from docpriv.evaluation.truth import LabelledWord, PageDict, WordDict
from docpriv_lab.pages import fonts
from docpriv_lab.pages.adversary import KINDS, LOW, MIXED, ORDER, AdversaryPage, adversary_pages, draw
from docpriv_lab.pages.adversary.languages import ENGLISH, LANGUAGES
from docpriv_lab.pages.benchmark import make_adversary
from docpriv_lab.pages.generator import SyntheticPage

FEW = {
    "language": ("tr-letter", "vi-form", "sw-letter"),
    "script": ("cyrillic-letter", "greek-name", "arabic-half", "hebrew-letter", "thai-half", "han-letter"),
}
"""Of kinds with very many forms, those that are drawn here."""
FORMS = [(kind, form) for kind in KINDS for form in KINDS[kind].forms if kind not in FEW or form in FEW[kind]]


@functools.cache
def _pair(kind: str, form: str) -> tuple[SyntheticPage, SyntheticPage]:
    """A hard page and its twin."""
    return draw(((kind, form),), 77, hard=True), draw(((kind, form),), 77, hard=False)


def _grey(pixels: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)


def _labelled(word: WordDict, number: int = 0) -> LabelledWord:
    x0, y0, x1, y1 = word["box"]
    return LabelledWord(
        number=number,
        text=word["text"],
        label=word["label"],
        box=(x0, y0, x1, y1),
        parts=tuple((a, b, c, d) for a, b, c, d in word.get("parts", [])),
        contrast=word.get("contrast"),
    )


def _labels(truth: PageDict) -> Counter[str]:
    return Counter(word["label"] or "ordinary" for word in truth["words"])


def test_any_pages_in_a_row_hold_every_kind_and_each_has_its_twin() -> None:
    plan = list(adversary_pages(3 * len(ORDER), 4))
    hard, twins = [p for p in plan if p.level == "hard"], [p for p in plan if p.level == "twin"]
    assert {*KINDS, MIXED} == set(ORDER)
    assert Counter(p.kind for p in hard) == dict.fromkeys(ORDER, 3)
    assert [(p.number, p.blocks, p.seed) for p in hard] == [(p.number, p.blocks, p.seed) for p in twins]
    assert len({p.stem for p in plan}) == len(plan)
    assert all(len({p.blocks for p in hard if p.kind == kind}) > 1 for kind in ORDER)
    assert set(LOW) <= set(KINDS)


def test_every_form_has_its_turn() -> None:
    longest = max(len(kind.forms) for kind in KINDS.values())
    plan = adversary_pages(len(ORDER) * longest, 9)
    shown = {block for page in plan if page.kind != MIXED for block in page.blocks}
    assert shown == {(kind, form) for kind in KINDS for form in KINDS[kind].forms}


def test_the_same_seed_makes_the_same_files_and_a_shorter_set_is_the_beginning(tmp_path: Path) -> None:
    for name, pages, seed in (("a", 2, 3), ("b", 1, 3), ("c", 1, 5)):
        make_adversary(tmp_path / name, pages=pages, seed=seed)
    made = {n: {p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.*") if p.name != "manifest.json"} for n in "abc"}
    assert len(made["a"]) == 8
    assert made["b"].items() < made["a"].items()
    assert not made["c"].items() & made["b"].items()
    groups = read_manifest(tmp_path / "b" / "manifest.json")
    assert {dict(g)["level"] for g in groups.values()} == {"hard", "twin"}


@pytest.mark.parametrize("form", ["left", "half", "right"])
def test_the_longest_value_fits_on_a_turned_block(form: str) -> None:
    # What did not fit would be named where upright print stands.
    for seed in range(40):
        page = draw((("turned", form),), seed, hard=True)
        boxes = np.array([word["box"] for word in page.truth["words"]])
        across = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
        shared = np.clip(across, 0, None).prod(axis=2) / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)[:, None]
        np.fill_diagonal(shared, 0)
        assert shared.max() < 0.2, seed


@pytest.mark.parametrize(("kind", "form"), FORMS, ids=lambda part: part)
def test_truth_lies_on_the_ink_it_names(kind: str, form: str) -> None:
    hard, twin = _pair(kind, form)
    assert hard.pixels.shape == twin.pixels.shape
    assert (hard.pixels != twin.pixels).any()
    for page in (hard, twin):
        grey = _grey(page.pixels)
        words = [_labelled(word) for word in page.truth["words"]]
        readable = [visible_share(word, grey, grey) for word in words]
        # commas and points are too small to count; all else is there, and seen
        assert [w.text for w, share in zip(words, readable, strict=True) if share is None and len(w.text) > 2] == []
        assert all(share == 1.0 for share in readable if share is not None)
    left, paper = _grey(twin.pixels).copy(), int(twin.pixels[0, 0, 0])
    for word in twin.truth["words"]:
        x0, y0, x1, y1 = word["box"]
        left[y0:y1, x0:x1] = paper
    assert form == "cheque" or left.min() > paper - 70, "ink on the twin belongs to no word"
    assert sum(_labels(twin.truth)[label] for label in ("PERSON", "ADDRESS", "PHONE", "EMAIL", "DOB", "ID")) >= 8
    assert _labels(twin.truth)["ordinary"] > 25


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("script", "language", "number", "wrapped", "clutter")])
def test_a_twin_says_what_the_hard_page_says(kind: str) -> None:
    for form in KINDS[kind].forms:
        hard, twin = (page.truth for page in _pair(kind, form))

        def said(truth: PageDict) -> Counter[tuple[str, str | None]]:
            return Counter((w["text"].upper(), w["label"]) for w in truth["words"])

        assert said(hard) == said(twin), form


def test_nothing_hidden_means_the_same_words_at_the_same_places() -> None:
    for form in KINDS["clutter"].forms:
        hard, twin = (page.truth for page in _pair("clutter", form))
        there = [word for word in hard["words"] if word in twin["words"]]
        assert there == twin["words"], form
        assert {w["label"] for w in hard["words"] if w not in twin["words"]} <= {"MAYBE", None}


def test_faint_words_say_how_faint_they_are() -> None:
    for form in KINDS["faint"].forms:
        page, _ = _pair("faint", form)
        grey, faint = _grey(page.pixels), [_labelled(w) for w in page.truth["words"] if "contrast" in w]
        assert len(faint) >= 7
        for word in faint:
            x0, y0, x1, y1 = word.box
            assert word.contrast is not None
            assert int(np.ptp(grey[y0:y1, x0:x1])) == word.contrast <= 12


def test_the_fonts_hold_the_letters_of_every_language() -> None:
    for name in fonts.LATIN:
        font = fonts.load(name, 40.0)
        missing = bytes(font.getmask("\u0bf5"))
        for code, language in (*LANGUAGES.items(), ("en", ENGLISH)):
            texts = (*language.names, *language.places, *language.sentences, *language.captions)
            letters = {letter for text in texts for letter in text if letter not in " {}"}
            assert [c for c in sorted(letters) if bytes(font.getmask(c)) == missing] == [], (name, code)


def test_every_language_says_what_the_english_says() -> None:
    for language in LANGUAGES.values():
        assert len(language.captions) == len(ENGLISH.captions)
        for sentence, english in zip(language.sentences, ENGLISH.sentences, strict=True):
            values = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (sentence, english)]
            assert values[0] == values[1]


def test_other_numbers_are_refused() -> None:
    for pages, seed in ((0, 1), (100_001, 1), (1, -1), (1, 1_000_000)):
        with pytest.raises(UsageError):
            list(adversary_pages(pages, seed))


@pytest.mark.usefixtures("laboratory")
def test_the_command_makes_it_and_refuses_a_name_without_a_folder(tmp_path: Path) -> None:
    run = CliRunner()
    done = run.invoke(app, ["evaluate", "make", "adversary", "--out", str(tmp_path / "set"), "--pages", "1"])
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "set" / "pages").iterdir())) == 2
    for arguments in (["adversary"], ["scans"], ["other", "--out", str(tmp_path / "x")]):
        refused = run.invoke(app, ["evaluate", "make", *arguments, "--pages", "1"])
        assert isinstance(refused.exception, UsageError)
    assert not Path("adversary").exists()


def test_a_page_says_of_itself_what_is_on_it() -> None:
    page = AdversaryPage(number=7, kind=MIXED, blocks=(("ring", "seal"), ("faint", "pale")), level="hard", seed=3)
    assert page.stem == "00007-mixed-hard"
    assert page.about["forms"] == ["ring/seal", "faint/pale"]
