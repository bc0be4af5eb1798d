"""Runs a finished model over the held-out sets and states its figures, with and without the recall dial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from docpriv.pii.ner.model import DEFAULT_O_BIAS, NerModel
from docpriv_lab.names_model.samples import UNTOLD, Annotation, Sample
from docpriv_lab.names_model.scoring import score

Figures = dict[str, dict[str, dict[str, float]]]
"""By set, then by setting ("o_bias 0" and so on), then by measure, in per cent."""

_SETTINGS: Final = (0.0, DEFAULT_O_BIAS)


def measure(model_dir: Path, sets: Mapping[str, Sequence[Sample]]) -> Figures:
    """Figures of the model in `model_dir` on each set. Raises `ModelError` as `NerModel` does."""
    model = NerModel(model_dir)
    figures: Figures = {}
    told = {*model.kinds, UNTOLD}
    for name, complete in sets.items():
        samples = [replace(s, annotations=tuple(item for item in s.annotations if item.label in told)) for s in complete]
        found: dict[float, list[list[Annotation]]] = {o_bias: [] for o_bias in _SETTINGS}
        for sample in samples:
            encoded, scores = model.log_probabilities(sample.text)
            for o_bias, spans in found.items():
                decoded = model.decoded(encoded, scores, o_bias)
                spans.append([Annotation(start=start, end=end, label=label) for start, end, label, _ in decoded])
        figures[name] = {f"o_bias {o_bias:g}": score(samples, spans).figures() for o_bias, spans in found.items()}
    return figures
