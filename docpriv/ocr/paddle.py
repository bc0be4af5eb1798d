"""Reading with models in PaddleOCR's layout: a folder `det` and a folder `rec`, each with `inference.yml` and `inference.onnx`.

They run on onnxruntime, on pictures prepared as PaddleOCR does; lines and characters are placed as for the default engine,
because PaddleOCR drops lines below a score, rounds their corners, and gives boxes of words that leave ink visible. Without a
folder the models are those of the rapidocr wheel. PaddleOCR itself is asked only to fetch its own models, where that is wanted.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from docpriv.errors import EngineError, ModelError
from docpriv.model import EngineId
from docpriv.ocr import ENGINES, Registration
from docpriv.ocr.networks import DetectionGraph, Levels, RecognitionGraph, Session, providers, wheel_models
from docpriv.ocr.pages import PageEngine
from docpriv.ocr.recognize import CtcLines
from docpriv.options import Reading

FETCHED = {"det": ("TextDetection", "PP-OCRv6_medium_det"), "rec": ("TextRecognition", "PP-OCRv6_medium_rec")}
"""PaddleOCR's classes that fetch a model, and its own defaults."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of PaddleOCR's detectors, in the order of the channels
LEAST_WIDTH = 320  # columns of the recognizer's input
CENTRED: Levels = np.tile((np.arange(256, dtype=np.float32) / 255 - np.float32(0.5)) / np.float32(0.5), (3, 1))

_MODEL_REMEDY = (
    "Give a folder with det and rec, each with inference.yml and inference.onnx (`paddlex --paddle2onnx "
    "--paddle_model_dir DIR --onnx_model_dir DIR` makes one from a Paddle model)."
)


class PaddleEngine(PageEngine):
    """A detector and a recognizer of PaddleOCR. Re-entrant within one process."""

    def __init__(self, options: Reading) -> None:
        _require(options)
        if options.model_dir is None and not options.download:
            detection, recognition, _ = wheel_models()
            files = {"det": detection, "rec": recognition}
            levels, characters = detector_levels({}), None
        else:
            folders = {part: _fetched(part) if options.model_dir is None else Path(options.model_dir, part) for part in FETCHED}
            files = {part: folder / "inference.onnx" for part, folder in folders.items()}
            levels, _ = described(folders["det"])
            _, characters = described(folders["rec"])
        recognizer = Session(files["rec"], options)
        super().__init__(
            EngineId(
                name="paddle",
                version=f"onnxruntime-{version('onnxruntime')}",
                models=tuple(
                    (f"{part}/{path.name}", hashlib.sha256(path.read_bytes()).hexdigest()) for part, path in files.items()
                ),
            ),
            DetectionGraph(Session(files["det"], options), levels),
            CtcLines(RecognitionGraph(recognizer, CENTRED, LEAST_WIDTH), recognizer.alphabet(characters)),
            options,
        )


def described(folder: Path) -> tuple[Levels, list[str]]:
    """What the inference.yml of a model says of it: the levels that a detector is fed, and the characters of a recognizer.

    ModelError where it is no description of a model, or of one whose picture is prepared another way.
    """
    try:
        told = yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))
        steps: dict[str, Any] = {name: more or {} for step in told["PreProcess"]["transform_ops"] for name, more in step.items()}
        if steps.get("DecodeImage", {}).get("img_mode", "BGR") != "BGR":
            raise ValueError
        return detector_levels(steps.get("NormalizeImage", {})), [
            str(c) for c in told.get("PostProcess", {}).get("character_dict", ())
        ]
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise ModelError(
            f"{folder.name}/inference.yml is not the description of a PaddleOCR model", remedy=_MODEL_REMEDY
        ) from None


def detector_levels(normalize: Mapping[str, Any]) -> Levels:
    """Levels less a mean, by a deviation; `scale` is a number, or a quotient such as `1./255.`."""
    part, _, whole = str(normalize.get("scale", "1/255")).partition("/")
    scale = float(part) / float(whole or 1)
    channels = zip(normalize.get("mean", MEAN), normalize.get("std", DEVIATION), strict=True)
    grey = np.arange(256, dtype=np.float32)
    levels = np.stack([grey * np.float32(scale / std) + np.float32(-mean / std) for mean, std in channels])
    if levels.shape != (3, 256):
        raise ValueError("a picture has three channels")
    return levels


def _fetched(part: str) -> Path:
    """The folder of PaddleOCR's own model, which it fetches the first time into the place that its documentation names."""
    kind, name = FETCHED[part]
    folder = Path(os.environ.get("PADDLE_PDX_CACHE_HOME") or Path.home() / ".paddlex", "official_models", f"{name}_onnx")
    try:
        if not (folder / "inference.onnx").is_file():
            import paddleocr

            getattr(paddleocr, kind)(model_name=name, engine="onnxruntime", device="cpu").close()
        if not (folder / "inference.onnx").is_file():
            raise FileNotFoundError
    except Exception as exc:
        raise EngineError(
            f"PaddleOCR's model {name} cannot be fetched ({type(exc).__name__})",
            remedy="Install `docpriv[paddle]` in an environment of its own and check the network, or leave reading.download off: "
            "the models that come with docpriv, or those in reading.model_dir, need none.",
        ) from None
    return folder


def _require(options: Reading) -> None:
    providers(options.device)
    if options.model_dir is not None:
        for name in (f"{part}/inference.{kind}" for part in FETCHED for kind in ("yml", "onnx")):
            if not Path(options.model_dir, name).is_file():
                raise ModelError(f"the folder of models has no {name}", remedy=_MODEL_REMEDY)
    elif options.download and find_spec("paddleocr") is None:
        raise EngineError(
            "the package paddleocr, which fetches its models, is not installed",
            remedy="Install `docpriv[paddle]` in an environment of its own: PaddleOCR pins other versions of OpenCV and numpy "
            "than docpriv would take.",
        )
    elif not options.download:
        wheel_models()


ENGINES.register("paddle", Registration(load=PaddleEngine, require=_require), order=1)
