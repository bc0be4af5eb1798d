"""Writes the model's card: what it is, what it was made from, what it scores, what it cannot do; holds no date."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from docpriv.model_card import CARD_FILE
from docpriv.pii.ner.encoding import ENCODING_NAME, LABEL_TYPES, LABELS
from docpriv.pii.ner.model import MODEL_FILE, TOKENIZER_FILE
from docpriv_lab.names_model.attribution import BASE, MEASURED_ON, TRAINED_ON
from docpriv_lab.names_model.measure import Figures
from docpriv_lab.names_model.packing import ROW_LENGTH

NAME: Final = "docpriv-names-en"
TEXT_FILE: Final = "MODEL_CARD.md"

_LIMITS: Final = (
    "English documents in Latin letters. Names of other languages inside English documents are found; running text of "
    "other languages is not what it learnt.",
    "A surname or first name alone, without a label, a title or neighbours of its kind, is often taken for a word.",
    "Handles, nicknames and names of fictional characters are found about half of the time.",
    "Brands, studies and firms named after people are sometimes taken for people, above all in capitals.",
    "Names inside e-mail addresses are often found as people; sets that label the address alone count it as wrong.",
    "It reads a window of 160 word pieces: what is said further away does not help.",
    "PERSON against ORGANIZATION, and ADDRESS against LOCATION, are its weakest distinctions; the score says how "
    "surely words are any of the four.",
    "The figures come from clean or synthetic text; characters that the reading engine gets wrong cost recall.",
    "Rounds 1 to 3 drew people's names from lists that also held names of docpriv's sample documents and benchmark; from "
    "round 4 on the lists hold none of them. The figures above use none of those documents.",
)
_COLUMNS: Final = (
    ("span_f1", "span F1"),
    ("person_word_precision", "PERSON P"),
    ("person_word_recall", "PERSON R"),
    ("person_whole_under_any_label", "whole names covered"),
    ("location_word_precision", "LOC+ADDR P"),
    ("location_word_recall", "LOC+ADDR R"),
    ("any_word_precision", "any P"),
    ("any_word_recall", "any R"),
)


def write_card(folder: Path, version: str, training: Mapping[str, Any], figures: Figures) -> None:
    """Write `card.json` and `MODEL_CARD.md` for the model files in `folder`; with empty `figures` for measuring."""
    files = {}
    for name in (MODEL_FILE, TOKENIZER_FILE):
        content = (folder / name).read_bytes()
        files[name] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    card: dict[str, Any] = {
        "name": NAME,
        "version": version,
        "language": "en",
        "licence": "Apache-2.0",
        "encoding": ENCODING_NAME,
        "labels": list(LABELS),
        "window": ROW_LENGTH,
        "files": files,
        "base": dataclasses.asdict(BASE),
        "training": dict(training),
        "trained_on": [dataclasses.asdict(work) for work in TRAINED_ON],
        "measured_on": dict(MEASURED_ON),
        "figures": figures,
        "limits": list(_LIMITS),
    }
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / TEXT_FILE).write_text(_as_text(card), encoding="utf-8")


def _as_text(card: Mapping[str, Any]) -> str:
    training = card["training"]
    size = card["files"][MODEL_FILE]["bytes"] / 1e6
    parts = [
        f"# {card['name']} {card['version']}",
        "",
        f"Finds {', '.join(LABEL_TYPES)} in English documents as they come from text recognition. A six-layer MiniLM "
        f"token classifier, int8 ONNX, {size:.1f} MB. Licence: Apache-2.0. Full card with checksums: `{CARD_FILE}`.",
        "",
        f"Base weights: {BASE.name} ({BASE.authors}), {BASE.licence}, {BASE.address}. Used as {BASE.used}.",
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
    parts += ["", *(f"- {name}: {text}." for name, text in MEASURED_ON), "", "## Limits", ""]
    parts += [f"- {limit}" for limit in _LIMITS]
    parts += ["", "## Made from", ""]
    parts += [f"- {work.name} ({work.authors}), {work.licence}, {work.address}: {work.used}." for work in TRAINED_ON]
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
