"""Find the recognition models inside the installed wheel and check their digests; refuses to download anything."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from docpriv.errors import ModelError

# Digests as published in the `default_models.yaml` of rapidocr 3.10 (PP-OCRv6 small, multi-language).
DETECTION = ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
RECOGNITION = ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A model file that was checked against its digest."""

    path: Path
    sha256: str


@lru_cache(maxsize=8)
def checked(path: Path, sha256: str) -> ModelFile:
    """The file if its SHA-256 is the expected one; ModelError otherwise."""
    try:
        data = path.read_bytes()
    except OSError:
        raise ModelError(f"model file {path.name} is missing") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"model file {path.name} is not the one this version was built with")
    return ModelFile(path=path, sha256=sha256)


def wheel_models() -> tuple[ModelFile, ModelFile, str]:
    """Detection model, recognition model and version of the wheel that holds them; the wheel's code is not imported."""
    spec = find_spec("rapidocr")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the package rapidocr, which holds the reading models, is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "models"
    try:
        release = version("rapidocr")
    except PackageNotFoundError:
        release = "unknown"
    return checked(folder / DETECTION[0], DETECTION[1]), checked(folder / RECOGNITION[0], RECOGNITION[1]), release
