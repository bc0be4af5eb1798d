"""Training end to end on typed papers: what was held out is judged right, and the same papers give the same model."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from docpriv.classify.chart import confusion_svg
from docpriv.classify.features import prepared
from docpriv.classify.measure import calibration_error, scores, scores_from, wilson
from docpriv.classify.tables import TableOptions, fit_tables
from docpriv.classify.training import temperature_of, threshold_of, train
from docpriv.errors import EngineError, ModelError, UsageError
from tests.unit.classify.papers import KINDS, paper, papers, read

OPTIONS = TableOptions(least=3, components=12)


@pytest.fixture(scope="module")
def trained():  # type: ignore[no-untyped-def]
    return train(*papers(10), options=OPTIONS)


def test_papers_that_were_held_out_are_told_apart(trained) -> None:  # type: ignore[no-untyped-def]
    assert trained.held_out.documents == 30
    assert trained.held_out.accuracy >= 0.9
    assert trained.layout_only.accuracy < trained.held_out.accuracy  # reports and letters look alike
    unseen = np.array([paper(kind, 1000).features(trained.classifier.schema) for kind in KINDS])
    judged = trained.classifier.judge(unseen)
    assert [one.label for one in judged] == list(KINDS)
    assert trained.classifier.card["documents"] == dict.fromkeys(sorted(KINDS), 10)


def test_labels_that_mean_nothing_are_held_out_as_chance() -> None:
    documents, labels = papers(10)
    shuffled = [labels[k] for k in np.random.default_rng(3).permutation(len(labels))]
    assert train(documents, shuffled, options=OPTIONS).held_out.accuracy < 0.65  # else the folds leak


def test_the_same_papers_in_any_order_give_the_same_model(trained) -> None:  # type: ignore[no-untyped-def]
    documents, labels = papers(10)
    order = np.random.default_rng(8).permutation(len(labels))
    again = train([documents[k] for k in order], [labels[k] for k in order], options=OPTIONS)
    assert again.classifier.packed() == trained.classifier.packed()


def test_a_head_on_given_tables_leaves_them_as_they_are(trained) -> None:  # type: ignore[no-untyped-def]
    schema = trained.classifier.schema
    again = train(*papers(6), tables=schema)
    assert again.classifier.schema.digest == schema.digest
    assert again.classifier.model_id != trained.classifier.model_id
    assert again.held_out.accuracy >= 0.9


def test_two_classes_are_as_good_as_more() -> None:
    documents, labels = papers(8)
    kept = [k for k, label in enumerate(labels) if label != "report"]
    made = train([documents[k] for k in kept], [labels[k] for k in kept], options=OPTIONS)
    assert made.classifier.head is not None
    assert made.classifier.head.weights.shape[0] == 2
    assert made.held_out.accuracy >= 0.9


@pytest.mark.parametrize(
    "change",
    [
        lambda d, labels: (d[:10], labels[:10]),
        lambda d, labels: (d[:14], labels[:14]),
        lambda d, labels: (d, ["a\nb" if label == "letter" else label for label in labels]),
    ],
)
def test_too_little_to_learn_from_is_said(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError):
        train(*change(*papers(10)), options=OPTIONS)


def test_papers_that_share_no_text_make_no_tables() -> None:
    with pytest.raises(UsageError, match="share too little"):
        fit_tables([prepared(read([word])) for word in ("alpha", "bravo", "charlie", "delta")], OPTIONS)


@pytest.mark.parametrize("options", [{"least": 1}, {"components": 0}, {"components": 241}, {"layout_weight": -1.0}])
def test_options_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        TableOptions(**options)  # type: ignore[arg-type]


def test_training_without_scikit_learn_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(EngineError) as told:
        train(*papers(5), options=OPTIONS)
    assert "docpriv[classify]" in told.value.advice


def test_the_temperature_mends_logits_that_are_too_sure() -> None:
    rng = np.random.default_rng(6)
    truth = rng.integers(0, 3, 3000)
    logits = rng.normal(size=(3000, 3)) + 1.5 * np.eye(3)[truth]
    honest = temperature_of(logits, truth)
    assert temperature_of(4 * logits, truth) == pytest.approx(4 * honest, rel=1e-3)


def test_the_threshold_lets_one_in_a_hundred_be_wrong() -> None:
    surest = np.linspace(0.5, 1, 1000)
    truth = np.where((surest < 0.7) & (np.arange(1000) % 2 == 0), 1, 0)  # a coin below 0.7, right above
    shares = np.stack([surest, 1 - surest], axis=1)
    at = threshold_of(shares, truth)
    assert 0.66 <= at <= 0.71
    decided = surest >= at
    assert np.mean(truth[decided] != 0) <= 0.01


def test_figures_are_those_of_the_documents() -> None:
    truth = np.array([0, 0, 1, 1])
    shares = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7]])
    made = scores(("x", "y"), truth, shares, 0.65)
    assert made.confusion.tolist() == [[1, 1], [0, 2]]
    assert (made.accuracy, made.balanced, made.decided, made.decided_right) == (0.75, 0.75, 3, 3)
    assert calibration_error(np.array([0.95, 0.95]), np.array([True, False])) == pytest.approx(0.45)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(98, 100) == pytest.approx((0.930, 0.9945), abs=1e-3)
    assert np.array_equal(scores_from(made.facts()).confusion, made.confusion)
    for broken in (None, {}, {**made.facts(), "confusion": [[1, 2]]}, {**made.facts(), "confusion": [[1, -2], [0, 0]]}):
        with pytest.raises(ModelError):
            scores_from(broken)


def test_the_matrix_is_drawn_with_its_figures_and_nothing_that_runs() -> None:
    made = scores(("<b>bold", "y" * 40), np.array([0, 0, 1]), np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]]), 0.5)
    tree = ElementTree.fromstring(confusion_svg(made))  # noqa: S314
    texts = [element.text for element in tree.iter() if element.text]
    assert "1 of 2" in texts
    assert "<b>bold" in texts
    assert any("66.7% right" in text for text in texts)
    assert not [element for element in tree.iter() if element.tag.endswith(("script", "image", "foreignObject"))]
