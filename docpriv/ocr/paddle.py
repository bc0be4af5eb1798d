"""Reading with PaddleOCR's own detector and recognizer; refuses to fetch models unasked, and to take its word boxes.

PaddleOCR prepares the images and runs the networks, on onnxruntime. Its post-processing is not used: it drops lines below
a score, rounds their corners, and gives boxes of words that leave ink visible. Lines and characters are placed from the
networks' outputs as for the default engine. The models are those of the rapidocr wheel, a folder's, or PaddleOCR's.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import yaml

from docpriv.errors import EngineError, ModelError
from docpriv.geometry import Quad
from docpriv.model import EngineId, PageRef, PageText, Pixels, TextLine
from docpriv.ocr.graphs import MAX_WIDTH, Session, on_device, providers
from docpriv.ocr.modelfiles import wheel_models
from docpriv.ocr.pages import PageReader
from docpriv.ocr.recognize import CtcLines
from docpriv.options import Reading

DETECTION, RECOGNITION = "PP-OCRv6_small_det", "PP-OCRv6_small_rec"  # what PaddleOCR calls the models of the wheel
DETECTION_FETCHED, RECOGNITION_FETCHED = "PP-OCRv6_medium_det", "PP-OCRv6_medium_rec"  # its own defaults

_OWN_ENVIRONMENT = (
    "Install `docpriv[paddle]` in an environment of its own: PaddleOCR pins other versions of OpenCV and "
    "numpy than docpriv would take."
)
_MODEL_REMEDY = (
    "Give a folder with det and rec, each with inference.yml and inference.onnx (`paddlex --paddle2onnx "
    "--paddle_model_dir DIR --onnx_model_dir DIR` makes one from a Paddle model)."
)


class PaddleEngine:
    """PaddleOCR 3.7 on onnxruntime. Re-entrant within one process.

    With the runtime's arena off, as here, its memory was level over 60 pages. PaddleOCR as it comes grows from page to
    page, so a process is replaced all the same after `recycle_after` pages.
    """

    recycle_after: int | None = 500

    def __init__(self, options: Reading | None = None) -> None:
        chosen = options or Reading(engine="paddle")
        providers(chosen.device)
        release = installed()
        with tempfile.TemporaryDirectory(prefix="docpriv-paddle-") as private:
            own = _imported(Path(private), chosen)
            detector, recognizer, files = _predictors(own, Path(private), chosen)
        for predictor in (detector, recognizer):
            on_device(predictor.runner.session, chosen.device)
        self._id = EngineId(name="paddle", version=release, models=files)
        lines = CtcLines(PaddleRecognition(recognizer), _alphabet(recognizer))
        self._pages = PageReader(PaddleDetection(detector), lines, chosen)

    def identity(self) -> EngineId:
        return self._id

    def read(self, pixels: Pixels, ref: PageRef) -> PageText:
        return self._pages.read(pixels, ref)

    def read_lines(self, pixels: Pixels, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        return self._pages.read_lines(pixels, quads)


class PaddleDetection:
    """A text detector of PaddleOCR up to its map of probabilities."""

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor

    def __call__(self, image: Pixels) -> npt.NDArray[np.float32]:
        steps = self._predictor.pre_tfs
        with _failing("the detector"):
            batch = steps["Read"](imgs=[_bgr(image)])
            batch = steps["ToCHW"](imgs=steps["Normalize"](imgs=batch))
            probability: npt.NDArray[np.float32] = self._predictor.runner(x=steps["ToBatch"](imgs=batch))[0][0, 0]
        if probability.shape != image.shape[:2]:
            raise ModelError("the model in det is no text detector", remedy=_MODEL_REMEDY)
        return probability


class PaddleRecognition:
    """A text recognizer of PaddleOCR up to its probabilities of characters."""

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor
        self._resize = predictor.pre_tfs["ReisizeNorm"]
        self._resize.max_imgW = MAX_WIDTH  # PaddleOCR squeezes longer lines

    def __call__(self, crop: Pixels) -> tuple[npt.NDArray[np.float32], float]:
        steps = self._predictor.pre_tfs
        with _failing("the recognizer"):
            blob = steps["ToBatch"](imgs=self._resize(steps["Read"](imgs=[_bgr(crop)])))
            out: npt.NDArray[np.float32] = self._predictor.runner(x=blob)[0][0]
        h, w = crop.shape[:2]
        rows, columns = blob[0].shape[2:]
        inked = min(columns, math.ceil(rows * w / h))  # the rest is padding
        return out, columns / len(out) * w / inked


@contextmanager
def _failing(what: str) -> Iterator[None]:
    """Only the kind of an error is told: its message may be about the page."""
    try:
        yield
    except EngineError:
        raise
    except Exception as exc:
        raise EngineError(f"{what} of PaddleOCR failed ({type(exc).__name__})") from None


def _bgr(image: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _alphabet(recognizer: Any) -> list[str]:
    """Characters by class, the blank first; ModelError where a class is not one code point."""
    known = [str(c) for c in recognizer.post_op.character]
    shape = recognizer.runner.session.get_outputs()[0].shape
    classes = shape[-1] if isinstance(shape[-1], int) else len(known)
    if classes != len(known) or any(len(c) != 1 for c in known[1:]):
        raise ModelError("the model in rec and its list of characters do not belong together", remedy=_MODEL_REMEDY)
    return ["", *known[1:]]


def installed() -> str:
    """Versions of PaddleOCR and PaddleX; EngineError where one is missing."""
    if find_spec("paddleocr") is None:
        raise EngineError("the package paddleocr is not installed", remedy=_OWN_ENVIRONMENT)
    try:
        return f"paddleocr-{version('paddleocr')}, paddlex-{version('paddlex')}"
    except PackageNotFoundError:
        raise EngineError("the package paddlex is not installed", remedy=_OWN_ENVIRONMENT) from None


def _imported(private: Path, options: Reading) -> Any:
    """PaddleOCR, told before it is loaded to look for no network and to write nothing to the home folder."""
    settings = {"PADDLE_PDX_EAGER_INIT": "False"}
    if not options.download:
        settings |= {"PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True", "PADDLE_PDX_CACHE_HOME": str(private / "cache")}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        import paddleocr
    except Exception as exc:
        raise EngineError(
            f"PaddleOCR is installed but cannot be loaded ({type(exc).__name__})", remedy=_OWN_ENVIRONMENT
        ) from None
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    logging.getLogger("paddlex").setLevel(logging.CRITICAL)
    return paddleocr


def _predictors(own: Any, private: Path, options: Reading) -> tuple[Any, Any, tuple[tuple[str, str], ...]]:
    """Detector, recognizer and the digests of their files."""
    names: tuple[str, str] = (DETECTION_FETCHED, RECOGNITION_FETCHED)
    folders: tuple[Path | None, Path | None] = (None, None)
    if options.model_dir is not None or not options.download:
        there = _wrapped(private) if options.model_dir is None else _given(Path(options.model_dir))
        folders, names = there, (_model_name(there[0]), _model_name(there[1]))
    made = [
        _predictor(kind, name, folder, options)
        for kind, name, folder in zip((own.TextDetection, own.TextRecognition), names, folders, strict=True)
    ]
    files = tuple(
        (f"{part}/{path.name}", hashlib.sha256(path.read_bytes()).hexdigest())
        for part, one in zip(("det", "rec"), made, strict=True)
        for path in sorted(Path(one.model_dir).glob("inference.*"))
        if path.suffix in (".onnx", ".yml")
    )
    return made[0], made[1], files


def _predictor(kind: Any, name: str, folder: Path | None, options: Reading) -> Any:
    config = {
        "intra_op_num_threads": options.threads,
        "inter_op_num_threads": 1,
        "enable_cpu_mem_arena": False,
        "log_severity_level": 4,
    }
    try:
        return kind(
            model_name=name,
            model_dir=None if folder is None else str(folder),
            engine="onnxruntime",
            engine_config=config,
            device="gpu:0" if options.device == "cuda" else "cpu",
        ).paddlex_predictor
    except Exception as exc:
        if folder is None:
            raise EngineError(
                f"PaddleOCR's model {name} cannot be fetched ({type(exc).__name__})",
                remedy="Check the network, or leave reading.download off: the models that come with "
                "docpriv, or those in reading.model_dir, need none.",
            ) from None
        raise ModelError(f"PaddleOCR cannot load the model {name} ({type(exc).__name__})", remedy=_MODEL_REMEDY) from None


def _given(folder: Path) -> tuple[Path, Path]:
    """The two folders of a folder of models."""
    for part in ("det", "rec"):
        for name in ("inference.yml", "inference.onnx"):
            if not (folder / part / name).is_file():
                raise ModelError(f"the folder of models has no {part}/{name}", remedy=_MODEL_REMEDY)
    return folder / "det", folder / "rec"


def _model_name(folder: Path) -> str:
    """What its inference.yml calls a model; refuses one whose numbers are expressions, which PaddleX would evaluate."""
    try:
        told = yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))
        name = told["Global"]["model_name"]
        scales = [
            step["NormalizeImage"].get("scale") for step in told["PreProcess"]["transform_ops"] if step.get("NormalizeImage")
        ]
        plain = all(not isinstance(s, str) or re.fullmatch(r"[0-9. /]+", s) for s in scales)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        plain, name = False, None
    if not plain or not isinstance(name, str):
        raise ModelError(f"{folder.name}/inference.yml is not the description of a PaddleOCR model", remedy=_MODEL_REMEDY)
    return name


def _wrapped(private: Path) -> tuple[Path, Path]:
    """The models of the rapidocr wheel as PaddleX takes them: links to the files and a description beside each."""
    detection, recognition, _ = wheel_models()
    characters = Session(str(recognition.path), threads=1, device="cpu").metadata("character").splitlines()
    read = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
    described = {
        "det": (
            detection,
            DETECTION,
            [
                read,
                {"DetResizeForTest": {"resize_long": 960}},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "scale": "1./255.",
                        "order": "hwc",
                    }
                },
                {"ToCHWImage": None},
            ],
            {"name": "DBPostProcess", "thresh": 0.3, "box_thresh": 0.6, "unclip_ratio": 1.5},
        ),
        "rec": (
            recognition,
            RECOGNITION,
            [read, {"RecResizeImg": {"image_shape": [3, 48, 320]}}],
            {"name": "CTCLabelDecode", "character_dict": characters},
        ),
    }
    for part, (file, name, before, after) in described.items():
        folder = private / part
        folder.mkdir()
        (folder / "inference.onnx").symlink_to(file.path)
        told = {"Global": {"model_name": name}, "PreProcess": {"transform_ops": before}, "PostProcess": after}
        (folder / "inference.yml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return private / "det", private / "rec"


def missing(options: Reading) -> str | None:
    """What the engine lacks here, in words; None where it can be opened."""
    try:
        installed()
        providers(options.device)
        if options.model_dir is not None:
            _given(Path(options.model_dir))
        else:
            wheel_models()
    except EngineError as exc:
        return exc.message
    return None
