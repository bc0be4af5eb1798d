"""The leak score: against an independent small computation, and at its edges."""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from docpriv.errors import InputError, UsageError
from docpriv.evaluation import figures
from docpriv.evaluation.figures import PageScore, Score, report_of, report_table, table
from docpriv.evaluation.scoring import WithheldPage, WithheldPages, score_sets
from docpriv.evaluation.truth import PageSet, named_set, page_set
from docpriv_lab.pages.generator import generate
from tests.unit.evaluation.folders import cover, save, strokes


class Folders:
    """Labels, originals and redacted pages on disk."""

    def __init__(self, root: pathlib.Path) -> None:
        self.labels, self.originals, self.redacted = (root / n for n in ("labels", "pages", "out"))
        for folder in (self.labels, self.originals, self.redacted):
            folder.mkdir()

    def add(self, stem: str, words: list[Any], before: np.ndarray, after: np.ndarray | None) -> None:
        (self.labels / f"{stem}.json").write_text(json.dumps({"words": words}))
        Image.fromarray(before).save(self.originals / f"{stem}.png")
        if after is not None:
            Image.fromarray(after).save(self.redacted / f"{stem}.png")

    def score(self, **options: Any) -> Score:
        one = PageSet(name="pages", labels=self.labels, pages=self.originals, redacted=self.redacted)
        return score_sets([one], **options).total

    def by_stem(self) -> dict[str, tuple[int, int]]:
        """PII words with ink and leaks of each page."""
        stems = sorted(path.stem for path in self.labels.iterdir())
        return {stem: (page.pii, page.leaks) for stem, page in zip(stems, self.score().page_scores, strict=True)}


@pytest.fixture
def folders(tmp_path: pathlib.Path) -> Folders:
    return Folders(tmp_path)


def _paper() -> tuple[np.ndarray, list[dict[str, Any]]]:
    """A page of four words of strokes: two PII, one ordinary, one that is counted neither way."""
    page = np.full((120, 260), 245, np.uint8)
    words = []
    for i, label in enumerate(("PERSON", "PHONE", None, "MAYBE")):
        x = 10 + 60 * i
        for k in range(5):
            page[40:60, x + 8 * k : x + 8 * k + 3] = 20
        words.append({"text": "w", "box": [x - 2, 38, x + 40, 62], "label": label})
    return page, words


def _cover(page: np.ndarray, box: list[int], shade: int = 0) -> np.ndarray:
    x0, y0, x1, y1 = box
    out = page.copy()
    out[y0:y1, x0:x1] = shade
    return out


def test_a_covered_word_does_not_leak_and_an_open_one_does(folders: Folders) -> None:
    page, words = _paper()
    folders.add("a", words, page, _cover(page, words[0]["box"]))
    score = folders.score()
    assert (score.leaks.count, score.leaks.hits, score.lost.count, score.lost.hits) == (2, 1, 1, 0)
    assert {label: (c.count, c.hits) for label, c in score.by_class.items()} == {"PERSON": (1, 0), "PHONE": (1, 1)}
    assert score.pages_without_leak == 0


def test_a_white_box_covers_as_well_as_a_black_one(folders: Folders) -> None:
    page, words = _paper()
    after = _cover(_cover(page, words[0]["box"], 255), words[1]["box"], 255)
    folders.add("a", words, page, after)
    assert folders.score().leaks.hits == 0


def test_a_tenth_of_a_word_may_stay_but_not_more(folders: Folders) -> None:
    page, words = _paper()
    x0, y0, x1, y1 = words[0]["box"]
    # one of the strokes' twenty rows stays, then six; grey, for black on black counts as kept ink
    folders.add("a", words[:1], page, _cover(page, [x0, y0 + 3, x1, y1], 128))
    folders.add("b", words[:1], page, _cover(page, [x0, y0 + 8, x1, y1], 128))
    score = folders.score()
    assert [p.leaks for p in score.page_scores] == [0, 1]


def test_an_ordinary_word_half_covered_is_lost(folders: Folders) -> None:
    page, words = _paper()
    x0, y0, x1, y1 = words[2]["box"]
    folders.add("a", words[2:3], page, _cover(page, [x0, y0, x0 + 12, y1]))
    folders.add("b", words[2:3], page, _cover(page, [x0, y0, x1 - 12, y1]))
    assert [len(p.lost) for p in folders.score().page_scores] == [0, 1]


def test_a_missing_page_is_withheld_leaks_nothing_and_loses_every_ordinary_word(folders: Folders) -> None:
    page, words = _paper()
    folders.add("a", words, page, None)
    folders.add("b", words, page, _cover(_cover(page, words[0]["box"]), words[1]["box"]))
    score = folders.score()
    assert (score.withheld.count, score.withheld.hits, score.withheld.share) == (2, 1, 0.5)
    assert (score.leaks.hits, score.lost.hits, score.lost.count) == (0, 1, 2)
    assert score.pages_without_leak == 1


def test_an_inverted_page_shows_nothing_of_the_original_values(folders: Folders) -> None:
    page, words = _paper()
    folders.add("a", words, page, 255 - page)
    score = folders.score()
    assert (score.leaks.hits, score.lost.hits) == (0, 1)


def test_light_words_on_dark_count_as_words(folders: Folders) -> None:
    page, words = _paper()
    folders.add("a", words, 255 - page, 255 - page)
    assert folders.score().leaks.hits == 2


def test_a_word_without_ink_or_outside_the_page_is_not_counted(folders: Folders) -> None:
    page, words = _paper()
    bare = [
        {"text": "w", "box": [10, 80, 50, 100], "label": "PERSON"},
        {"text": "w", "box": [300, 80, 350, 100], "label": "PERSON"},
        {"text": "w", "box": [50, 60, 40, 30], "label": None},
    ]
    folders.add("a", [*words[3:], *bare], page, page)
    score = folders.score()
    assert (score.leaks.count, score.lost.count, score.leaks.share, score.lost.share) == (0, 0, 0.0, 0.0)


def test_names_with_a_suffix_other_sizes_and_pdfs_are_found(folders: Folders) -> None:
    page, words = _paper()
    for stem in ("a", "b", "c"):
        folders.add(stem, words, page, None)
    safe = _cover(_cover(page, words[0]["box"]), words[1]["box"])
    Image.fromarray(safe).save(folders.redacted / "a.redacted.png")
    deep = folders.redacted / "deep"
    deep.mkdir()
    Image.fromarray(safe).resize((520, 240), Image.Resampling.NEAREST).save(deep / "b_redacted.png")
    Image.fromarray(safe).save(folders.redacted / "c-redacted.pdf", resolution=72.0, quality=95)
    score = folders.score()
    assert (score.withheld.hits, score.leaks.hits, score.lost.hits) == (0, 0, 0)


def test_faults_of_the_input_are_said_without_names(folders: Folders) -> None:
    with pytest.raises(InputError, match="no label file"):
        folders.score()
    page, words = _paper()
    folders.add("john-doe", words, page, page)
    (folders.originals / "john-doe.png").rename(folders.originals / "other.png")
    with pytest.raises(InputError, match="no original") as caught:
        folders.score()
    assert "john" not in str(caught.value)
    (folders.originals / "john-doe.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="cannot be read"):
        folders.score()
    (folders.originals / "other.png").replace(folders.originals / "john-doe.png")
    for text in (
        "[]",
        "{",
        '{"words": 3}',
        '{"words": [{"box": [1, 2, 3, 4]}]}',
        '{"words": [{"label": null}]}',
    ):
        (folders.labels / "john-doe.json").write_text(text)
        with pytest.raises(InputError):
            folders.score()


def test_the_intervals_hold_the_rate_repeat_and_narrow_to_nothing_when_pages_agree(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, words = _paper()
    safe = _cover(_cover(page, words[0]["box"]), words[1]["box"])
    for i in range(8):
        folders.add(f"p{i}", words, page, page if i < 2 else safe)
    score = folders.score()
    assert score.leaks.share == 0.25
    assert score.leaks.interval[0] < 0.25 < score.leaks.interval[1]
    assert score.lost.interval == (0.0, 0.0)
    assert folders.score() == score
    monkeypatch.setattr(figures, "LEVEL", 0.5)
    narrower = folders.score().leaks.interval
    assert narrower[1] - narrower[0] < score.leaks.interval[1] - score.leaks.interval[0]


def test_the_table_and_the_dictionary_say_the_same_and_name_no_file(folders: Folders) -> None:
    page, words = _paper()
    folders.add("secret-name", words, page, page)
    score = folders.score()
    told = score.as_dict()
    assert json.loads(json.dumps(told)) == told
    assert (told["leaked"], told["pii_words"], told["leak_rate"]) == (2, 2, 1.0)
    assert told["by_class"]["PHONE"] == {"leaked": 1, "words": 1, "leak_rate": 1.0, "leak_interval": [1.0, 1.0]}
    text = table(score)
    assert "100.00%" in text
    assert "PHONE" in text
    assert "secret" not in text + json.dumps(told) + repr(score)


def _plain_computation(words: list[Any], before: np.ndarray, after: np.ndarray) -> tuple[int, int, int, int]:
    """Leaks, PII words, losses, ordinary words: pixel by pixel, as the definition reads."""
    counts = [0, 0, 0, 0]
    for word in words:
        x0, y0, x1, y1 = word["box"]
        a, b = before[y0:y1, x0:x1].astype(int), after[y0:y1, x0:x1].astype(int)
        if word["label"] == "MAYBE" or a.size == 0 or a.max() - a.min() < 30:
            continue
        level = cv2.threshold(a.astype(np.uint8), 0, 255, cv2.THRESH_OTSU)[0]
        ink = a <= level
        ink = ink if ink.mean() <= 0.5 else ~ink
        kept = abs(a - b) <= 40
        outline = shown = 0
        for y, x in zip(*np.nonzero(ink), strict=True):
            around = (slice(max(y - 3, 0), y + 4), slice(max(x - 3, 0), x + 4))
            if (~ink[around]).any():
                outline += 1
                shown += bool(kept[y, x] and (~ink & kept)[around].any())
        if outline >= 8:
            offset = 0 if word["label"] else 2
            share = shown / outline
            counts[offset] += share > 0.10 if word["label"] else share < 0.50
            counts[offset + 1] += 1
    return counts[0], counts[1], counts[2], counts[3]


def test_figures_equal_those_of_an_independent_computation(folders: Folders) -> None:
    expected = np.zeros(4, int)
    for seed, kind in enumerate(("receipt", "id_card")):
        page = generate(kind, seed, "medium", dpi=60, mode="grey")
        before = page.pixels[..., 0].copy()
        words = page.truth["words"]
        after = before.copy()
        for i, word in enumerate(words):
            x0, y0, x1, y1 = word["box"]
            if i % 3 == 0:
                after[y0:y1, x0:x1] = 0
            elif i % 3 == 1:
                after[y0 : (y0 + y1) // 2, x0 : x1 - (x1 - x0) // 4] = 0
        folders.add(f"s{seed}", list(words), before, after)
        expected += np.array(_plain_computation(list(words), before, after))
    score = folders.score()
    assert (score.leaks.hits, score.leaks.count, score.lost.hits, score.lost.count) == tuple(expected)
    assert 0 < score.leaks.hits < score.leaks.count
    assert 0 < score.lost.hits < score.lost.count


def test_each_class_and_the_withheld_share_have_intervals(folders: Folders) -> None:
    page, words = _paper()
    for i in range(10):
        after = None if i == 0 else _cover(page, words[0]["box"]) if i % 2 else _cover(page, words[1]["box"])
        folders.add(f"p{i}", words, page, after)
    score = folders.score()
    person, phone = score.by_class.values()
    assert (person.share, phone.share, score.withheld.share) == (0.4, 0.5, 0.1)
    for interval, rate in ((person.interval, 0.4), (phone.interval, 0.5), (score.withheld.interval, 0.1)):
        assert 0 <= interval[0] < rate < interval[1] <= 1


def test_a_draw_without_a_class_says_nothing_of_it(folders: Folders) -> None:
    """A class on one page of three: draws that miss the page would pull its interval to 0."""
    page, words = _paper()
    folders.add("a", words, page, page)
    folders.add("b", words[1:], page, page)
    folders.add("c", words[1:], page, page)
    assert folders.score().by_class["PERSON"].interval == (1.0, 1.0)


def test_no_leak_at_all_is_not_sold_as_certain(folders: Folders) -> None:
    page, words = _paper()
    safe = _cover(_cover(page, words[0]["box"]), words[1]["box"])
    for i in range(5):
        folders.add(f"p{i}", words, page, safe)
    assert "up to 45.1% of such pages may" in table(folders.score())  # 1 - 0.05 ** (1 / 5)
    folders.add("open", words, page, page)
    assert "of such pages may" not in table(folders.score())


def test_several_sets_are_scored_together_and_alone(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    save(tmp_path / "one", "p", words, page, page)
    save(tmp_path / "two", "p", words, page, cover(page, words[:2]))
    save(tmp_path / "two", "q", words, page, None)
    one = named_set(f"first={tmp_path}/one/labels,{tmp_path}/one/pages,{tmp_path}/one/out")
    two = named_set(f"second={tmp_path}/two,{tmp_path}/two/out")
    report = score_sets([one, two])
    assert (report.total.withheld.count, report.total.leaks.hits, report.total.withheld.hits) == (3, 2, 1)
    ((part, scores),) = report.parts.items()
    assert part == "set"
    assert [(name, s.withheld.count, s.leaks.hits) for name, s in scores.items()] == [("first", 1, 2), ("second", 2, 0)]
    assert report.as_dict()["by_set"]["second"] == score_sets([two]).total.as_dict()
    assert report_table(report).splitlines()[-1].split()[:4] == ["second", "2", "1", "4"]


def test_a_manifest_gives_figures_by_level_and_kind(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    for stem, after in (("a", page), ("b", cover(page, words[:2])), ("c", page)):
        save(tmp_path, stem, words, page, after)
    (tmp_path / "manifest.json").write_text(
        json.dumps(
            {
                "pages": [
                    {"page": "pages/a.png", "kind": "letter", "level": "hard"},
                    {"page": "pages/b.png", "kind": "letter", "level": "easy"},
                ]
            }
        )
    )
    report = score_sets([page_set("x", [tmp_path, tmp_path / "out"])])
    parts = {
        part: {name: (s.withheld.count, s.leaks.hits) for name, s in scores.items()} for part, scores in report.parts.items()
    }
    assert parts == {"level": {"easy": (1, 0), "hard": (1, 2), "-": (1, 2)}, "kind": {"letter": (2, 2), "-": (1, 2)}}
    assert list(parts["level"])[:2] == ["easy", "hard"]


def test_a_folder_that_is_not_there_is_no_withheld_page(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    save(tmp_path, "zebedee", words, page, page)
    for folders in (
        [tmp_path, tmp_path / "none"],
        [tmp_path / "none", tmp_path / "pages", tmp_path / "out"],
        [tmp_path / "pages", tmp_path / "out"],
    ):
        with pytest.raises(InputError) as caught:
            page_set("x", folders)
        assert str(tmp_path) not in caught.value.message
    for text in ("", "x", "=a,b,c", "x=", f"x={tmp_path}", f"x={tmp_path},a,b,c"):
        with pytest.raises(UsageError):
            named_set(text)


def test_a_withheld_page_tells_why_and_what_its_plan_would_have_left(folders: Folders) -> None:
    page, words = _paper()
    folders.add("a", words, page, None)
    folders.add("b", words, page, _cover(_cover(page, words[0]["box"]), words[1]["box"]))
    x0, y0, x1, y1 = words[0]["box"]
    digest = hashlib.sha256((folders.originals / "a.png").read_bytes()).hexdigest()
    # the plan is of a page twice as large and covers one of the two words
    plan = WithheldPage(because=("script",), width=520, height=240, boxes=((2 * x0, 2 * y0, 2 * x1, 2 * y1),))
    score = folders.score(withheld=WithheldPages({digest: plan}))
    assert (score.leaks.hits, score.leaked_over_all, score.withheld_because) == (0, 1, {"script": 1})
    assert "were the withheld pages released as planned, 1 words would leak (25.00%)" in table(score)
    assert "withheld for script (1)" in table(score)
    nothing = folders.score(withheld=WithheldPages({digest: WithheldPage(because=("limit",))}))
    assert nothing.leaked_over_all == 2
    assert folders.score().leaked_over_all is None


def test_faint_ink_counts_where_the_truth_says_how_faint_it_is(folders: Folders) -> None:
    page, words = _paper()
    faint = np.where(page < 100, np.uint8(243), np.uint8(245))
    word = words[0] | {"contrast": 2}
    folders.add("bare", words[:1], faint, faint)
    folders.add("left", [word], faint, faint)
    folders.add("black", [word], faint, _cover(faint, word["box"]))
    folders.add("wiped", [word], faint, _cover(faint, word["box"], 245))
    pages = folders.by_stem()
    assert pages == {"bare": (0, 0), "left": (1, 1), "black": (1, 0), "wiped": (1, 0)}


def test_ink_between_the_letters_of_a_word_is_not_its_own(folders: Folders) -> None:
    page, words = _paper()
    x0, y0, x1, y1 = words[0]["box"]
    letters = [[x0 + 2 + 8 * k, y0, x0 + 5 + 8 * k, y1] for k in range(5)]
    parts = [[x - 1, y, far + 1, low] for x, y, far, low in letters]
    page[y0 + 4 : y1 - 4, x0 + 6 : x1 : 8] = 20  # walls between the letters
    after = page.copy()
    for x, y, far, low in parts:
        after[y:low, x:far] = 128
    folders.add("whole", words[:1], page, after)
    folders.add("parts", [words[0] | {"parts": parts}], page, after)
    pages = folders.by_stem()
    assert pages == {"whole": (1, 1), "parts": (1, 0)}


def test_languages_and_origins_are_shown_by_class_and_unfair_origins_named() -> None:
    def page(number: int, origin: str, leaked: tuple[int, ...]) -> PageScore:
        return PageScore(
            set="a",
            page=f"page-{number:020x}",
            groups={"language": "en", "origin": origin},
            withheld=False,
            words={"PERSON": 10, "PHONE": 1},
            leaked={"PERSON": leaked},
            plain=5,
            lost=(),
        )

    shown = report_table(report_of([page(0, "greek", ()), page(1, "korean", (1, 2, 3, 4)), page(2, "nordic", (1,))]))
    rows = [line.split() for line in shown.splitlines()]
    assert ["en", "5/30", "0/3"] in rows
    assert ["korean", "4/10", "0/1"] in rows
    assert "more than twice as often: korean 40.0%" in shown
