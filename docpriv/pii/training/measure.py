"""Runs a finished model over the held-out sets and states its figures, with and without the recall dial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from docpriv.pii.ner.model import DEFAULT_O_BIAS, NerModel
from docpriv.pii.training.samples import Annotation, Sample
from docpriv.pii.training.scoring import score

Figures = dict[str, dict[str, dict[str, float]]]
"""By set, then by setting ("o_bias 0" and so on), then by measure, in per cent."""

_SETTINGS: Final = (0.0, DEFAULT_O_BIAS)


def measure(model_dir: Path, sets: Mapping[str, Sequence[Sample]]) -> Figures:
    """Figures of the model in `model_dir` on each set. Raises `ModelError` as `NerModel` does."""
    figures: Figures = {name: {} for name in sets}
    for o_bias in _SETTINGS:
        model = NerModel(model_dir, o_bias=o_bias)
        for name, samples in sets.items():
            found = (model.find(sample.text) for sample in samples)
            predictions = [
                [Annotation(start=span.start, end=span.end, label=span.label) for span in spans] for spans in found
            ]
            figures[name][f"o_bias {o_bias:g}"] = score(samples, predictions).figures()
    return figures
