"""Two runs compared: what was fixed, what broke, and how certain that is."""

from __future__ import annotations

import json
import pathlib

import pytest

from docpriv.errors import InputError, OutputExists
from docpriv.evaluation.compare import Comparison, compare, comparison_table
from docpriv.evaluation.figures import PageScore
from docpriv.evaluation.score_file import ScoreFile, read_score_file, write_figures
from docpriv.evaluation.scoring import score_sets
from docpriv.evaluation.truth import PageSet
from tests.unit.evaluation.folders import cover, save, strokes


def entry(
    number: int,
    *,
    leaked: dict[str, tuple[int, ...]] | None = None,
    lost: tuple[int, ...] = (),
    withheld: bool = False,
    words: dict[str, int] | None = None,
) -> PageScore:
    return PageScore(
        set="pages",
        page=f"page-{number:020x}",
        withheld=withheld,
        words=words or {"PERSON": 2, "PHONE": 2},
        leaked=leaked or {},
        plain=10,
        lost=lost,
    )


def run(*pages: PageScore) -> ScoreFile:
    return ScoreFile(figures={}, pages=pages)


def change(comparison: Comparison, name: str) -> tuple[int, int, int, float]:
    one = comparison.changes[name]
    return one.count, one.before, one.after, one.difference


def test_words_fixed_and_newly_leaked_are_told_apart_though_the_rate_stays() -> None:
    before = run(entry(1, leaked={"PERSON": (0,)}), entry(2))
    after = run(entry(1, leaked={"PERSON": (1,)}), entry(2))
    comparison = compare(before, after)
    assert (comparison.fixed, comparison.newly_leaked) == (1, 1)
    assert change(comparison, "PERSON") == (4, 1, 1, 0.0)
    assert [(p.page, p.fixed, p.newly_leaked) for p in comparison.page_changes] == [(f"page-{1:020x}", 1, 1)]


def test_differences_are_by_class_pooled_and_of_lost_words() -> None:
    before = run(entry(1, leaked={"PERSON": (0, 1)}, lost=(7,)), entry(2, leaked={"PHONE": (2,)}))
    after = run(entry(1, lost=(7, 8)), entry(2, leaked={"PHONE": (2,)}))
    comparison = compare(before, after)
    assert change(comparison, "PERSON") == (4, 2, 0, -0.5)
    assert change(comparison, "PHONE") == (4, 1, 1, 0.0)
    assert change(comparison, "all PII") == (8, 3, 1, -0.25)
    assert change(comparison, "lost") == (20, 1, 2, 0.05)
    assert [(p.kept_again, p.newly_lost) for p in comparison.page_changes] == [(0, 1)]


def test_words_hidden_by_withholding_are_not_sold_as_repaired() -> None:
    comparison = compare(
        run(entry(1, leaked={"PERSON": (0,)}), entry(2, leaked={"PERSON": (0,)})), run(entry(1, withheld=True), entry(2))
    )
    assert (comparison.fixed, comparison.fixed_by_withholding) == (2, 1)
    assert change(comparison, "withheld") == (2, 0, 1, 0.5)
    assert "withheld now" in comparison_table(comparison)


def test_the_interval_is_paired() -> None:
    """Pages differ wildly and every one improves alike: a paired interval is narrow, and leaves out zero."""
    before = run(*(entry(n, words={"PERSON": 10}, leaked={"PERSON": tuple(range(1 + n))}) for n in range(9)))
    after = run(*(entry(n, words={"PERSON": 10}, leaked={"PERSON": tuple(range(n))}) for n in range(9)))
    one = compare(before, after).changes["PERSON"]
    assert one.difference == pytest.approx(-0.1)
    assert one.interval == pytest.approx((-0.1, -0.1))
    assert one.certain


def test_a_change_on_one_page_of_many_may_be_chance() -> None:
    before = run(*(entry(n, leaked={"PERSON": (0,)} if n == 0 else None) for n in range(20)))
    comparison = compare(before, run(*(entry(n) for n in range(20))))
    one = comparison.changes["PERSON"]
    assert not one.certain
    assert one.interval[0] < one.difference < one.interval[1]
    assert "may be chance" in comparison_table(comparison)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (run(entry(1)), "alone"),
        (run(entry(1), entry(3)), "alone"),
        (run(entry(1), entry(2, words={"PERSON": 3})), "other words"),
    ],
)
def test_runs_of_other_labels_are_refused(after: ScoreFile, said: str) -> None:
    with pytest.raises(InputError, match=said):
        compare(run(entry(1), entry(2)), after)


def test_runs_without_pages_are_refused() -> None:
    with pytest.raises(InputError, match="no page"):
        compare(run(), run())


def scored(folder: pathlib.Path, out: str = "out") -> ScoreFile:
    one = PageSet(name="a", labels=folder / "labels", pages=folder / "pages", redacted=folder / out)
    return ScoreFile.of(score_sets([one]))


def test_a_file_of_figures_holds_no_name_and_no_text_and_comes_back(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    save(tmp_path, "zebedee-canary", [{**w, "text": "canary"} for w in words], page, cover(page, words[:1]))
    file = tmp_path / "figures.json"
    write_figures(file, scored(tmp_path))
    text = file.read_text()
    assert "canary" not in text
    assert read_score_file(file) == scored(tmp_path)
    (entry_,) = json.loads(text)["pages"]
    assert (entry_["leaked"], entry_["lost"]) == ({"PHONE": [1]}, [])
    with pytest.raises(OutputExists):
        write_figures(file, scored(tmp_path))
    write_figures(file, scored(tmp_path), force=True)


def test_the_digest_of_a_page_is_of_its_name_and_its_labels(tmp_path: pathlib.Path) -> None:
    page, words = strokes()
    for folder, stem, entries in (("a", "p", words), ("b", "p", words), ("c", "q", words), ("d", "p", words[:2])):
        save(tmp_path / folder, stem, entries, page, page)
    a, b, c, d = (scored(tmp_path / folder).pages[0].page for folder in "abcd")
    assert a == b
    assert len({a, c, d}) == 3


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": "docpriv/evaluation-score/2", "figures": {}, "pages": []}'])
def test_another_file_is_refused(tmp_path: pathlib.Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(InputError, match="the first file is no output"):
        read_score_file(tmp_path / "x.json", "the first file")
    with pytest.raises(InputError, match="cannot be read"):
        read_score_file(tmp_path / "none.json")
