"""The classifier that ships with the package, and any other by its path; fetches nothing."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Final

from docpriv.classify import container
from docpriv.classify.model import Classifier
from docpriv.errors import ModelError

SHIPPED: Final = "paper-en"
FILE: Final = "model.npz"
CARD: Final = "card.json"


def open_classifier(path: Path | None = None) -> Classifier:
    """The classifier in a file, or the one that ships; ModelError where it is missing or not what it says."""
    if path is not None:
        return Classifier.load(path)
    folder = resources.files("docpriv.classify").joinpath("models", SHIPPED)
    try:
        data = folder.joinpath(FILE).read_bytes()
        named = json.loads(folder.joinpath(CARD).read_bytes())["files"][FILE]["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ModelError("the classifier that ships is not there") from None
    if hashlib.sha256(data).hexdigest() != named:
        raise ModelError("the classifier that ships is not the one that its card names")
    return Classifier.of(container.unpacked(data))
