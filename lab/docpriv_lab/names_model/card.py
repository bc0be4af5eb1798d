"""Writes the model's card: what it is, what it was made from, what it scores, what it cannot do; holds no date."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from docpriv.model_card import CARD_FILE
from docpriv.pii.ner.encoding import Encoder
from docpriv.pii.ner.model import MODEL_FILE, TOKENIZER_FILE
from docpriv_lab.names_model.families import Family
from docpriv_lab.names_model.measure import Figures
from docpriv_lab.names_model.packing import ROW_LENGTH

TEXT_FILE: Final = "MODEL_CARD.md"

_COLUMNS: Final = (
    ("span_f1", "span F1"),
    ("person_word_precision", "PERSON P"),
    ("person_word_recall", "PERSON R"),
    ("person_whole_under_any_label", "whole names covered"),
    ("location_word_precision", "LOC+ADDR P"),
    ("location_word_recall", "LOC+ADDR R"),
    ("phone_word_recall", "PHONE R"),
    ("dob_word_recall", "DOB R"),
    ("id_word_recall", "ID R"),
    ("any_word_precision", "any P"),
    ("any_word_recall", "any R"),
)


def write_card(family: Family, folder: Path, version: str, training: Mapping[str, Any], figures: Figures) -> None:
    """Write `card.json` and `MODEL_CARD.md` for the model files in `folder`; with empty `figures` for measuring."""
    files = {}
    for name in (MODEL_FILE, TOKENIZER_FILE):
        content = (folder / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    card: dict[str, Any] = {
        "name": family.name,
        "version": version,
        "languages": list(family.languages),
        "licence": "Apache-2.0",
        "encoding": Encoder.from_file(folder / TOKENIZER_FILE).name,
        "labels": list(family.labels),
        "window": ROW_LENGTH,
        "files": files,
        "base": dataclasses.asdict(family.base),
        "training": dict(training),
        "trained_on": [dataclasses.asdict(work) for work in family.trained_on],
        "measured_on": dict(family.measured_on),
        "figures": figures,
        "limits": list(family.limits),
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / TEXT_FILE).write_text(_as_text(family, card), encoding="utf-8")


def _as_text(family: Family, card: Mapping[str, Any]) -> str:
    made_from = family.base
    training = card["training"]
    size = card["files"][MODEL_FILE]["bytes"] / 1e6
    parts = [
        f"# {card['name']} {card['version']}",
        "",
        f"Finds {', '.join(family.kinds)} in {family.summary}, int8 ONNX, {size:.1f} MB. Languages: "
        f"{', '.join(family.languages)}. Licence: Apache-2.0. Full card with checksums: `{CARD_FILE}`.",
        "",
        f"Base weights: {made_from.name} ({made_from.authors}), {made_from.licence}, {made_from.address}. Used as "
        f"{made_from.used}.",
        "",
        "Licensed under the Apache License, Version 2.0; you may obtain a copy at "
        "https://www.apache.org/licenses/LICENSE-2.0. Distributed on an 'AS IS' basis, without warranties or "
        "conditions of any kind.",
        "",
        *(_round(number, part) for number, part in enumerate(_rounds(training), 1)),
        "Repeat it with `python -m docpriv_lab.names_model` on the corpora below.",
        "",
        "## Figures (per cent)",
        "",
        "Words are counted one by one; LOC+ADDR are taken together. `o_bias` is the recall dial, 1.5 by default.",
        "",
        "| set | o_bias | " + " | ".join(title for _, title in _COLUMNS) + " |",
        "|---|---|" + "---|" * len(_COLUMNS),
    ]
    for name, settings in card["figures"].items():
        for setting, values in settings.items():
            cells = (str(values.get(measure, "")) for measure, _ in _COLUMNS)
            parts.append(f"| {name} | {setting.removeprefix('o_bias ')} | " + " | ".join(cells) + " |")
    parts += ["", *(f"- {name}: {text}." for name, text in family.measured_on), "", "## Limits", ""]
    parts += [f"- {limit}" for limit in family.limits]
    parts += ["", "## Made from", ""]
    parts += [f"- {work.name} ({work.authors}), {work.licence}, {work.address}: {work.used}." for work in family.trained_on]
    notices = [f"{work.name}: {work.notice}" for work in (family.base, *family.trained_on) if work.notice]
    parts += ["", "## Notices", "", *notices] if notices else []
    return "\n".join(parts) + "\n"


def _rounds(training: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All rounds of training, the first one first."""
    return [part for earlier in training["earlier_rounds"] for part in _rounds(earlier)] + [training]


def _round(number: int, training: Mapping[str, Any]) -> str:
    return (
        f"Training, round {number}: {training['steps']} steps, {training['pieces'] / 1e6:.2f} M word pieces, "
        f"{training['cpu_minutes']:.0f} CPU minutes, {training['documents']} generated documents, "
        f"seed {training['schedule']['seed']}, learning rate {training['schedule']['learning_rate']:g}{_mixture(training)}."
    )


def _mixture(training: Mapping[str, Any]) -> str:
    share = training.get("share", 1.0)
    return f"; the weights are {share:.0%} this round's and {1 - share:.0%} the round before's" if share < 1 else ""
