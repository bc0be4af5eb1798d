"""Reading with Tesseract, which reads lines that docpriv's own network found; its boxes below a word are not used.

Tesseract's layout analysis loses lines of forms and turned pages, so lines are found as for the default engine. Of each
it gives words; the characters of a word share the word's area (`wordplace`). The library (tesserocr) is used where it
can be imported, else the program, which gets lines through a pipe: no page comes into a file or an argument.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from PIL import Image

from docpriv.errors import EngineError
from docpriv.geometry import Quad
from docpriv.model import EngineId, Pixels, TextLine
from docpriv.ocr import ENGINES, Registration
from docpriv.ocr.networks import DETECTION, DetectionGraph, Session, wheel_models
from docpriv.ocr.pages import PageEngine
from docpriv.ocr.placing import Word, ink_is_dark, line_of_words
from docpriv.ocr.recognize import rectify
from docpriv.options import Reading
from docpriv.raster import Plane, grey_of

HEIGHT = 48  # rows of the line that Tesseract gets: more costs time and reads no better
BORDER = 8  # pixels of paper around it: glyphs at the very edge are not read
MOST_WIDTH = 30_000  # columns; Tesseract takes 32767
LEAST_CONTRAST = 12  # grey levels between the darkest and the lightest pixel of a line
BATCH = 64  # lines given to one run of the program
SECONDS = 300  # for one run of the program

_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


class _Tesseract(Protocol):
    version: str

    def tables(self, lines: Sequence[Plane]) -> list[str]:
        """Tesseract's TSV for each u8 (h, w) image of one line."""
        ...


class TesseractEngine(PageEngine):
    """Tesseract 4 or 5 with its LSTM models. Re-entrant within one process."""

    def __init__(self, options: Reading) -> None:
        folder, detection = _require(options)
        network = DetectionGraph(Session(detection, options))
        reader = _Library(folder, options) if find_spec("tesserocr") is not None else _Program(_program(), folder, options)
        data = tuple((f"{name}.traineddata", _sha256(folder / f"{name}.traineddata")) for name in options.languages)
        identity = EngineId(name="tesseract", version=reader.version, models=(DETECTION, *data))
        super().__init__(identity, network, WordLines(reader), options)


class WordLines:
    """Lines read as words with boxes."""

    def __init__(self, tesseract: _Tesseract) -> None:
        self._tesseract = tesseract

    def read_all(self, pixels: Pixels, quads: Sequence[Quad]) -> list[TextLine]:
        greys = [grey_of(rectify(pixels, quad)) for quad in quads]
        tables = iter(self._tesseract.tables([_prepared(grey) for grey in greys if not _blank(grey)]))
        return [
            line_of_words([] if _blank(grey) else list(_words(next(tables), grey)), quad, grey)
            for grey, quad in zip(greys, quads, strict=True)
        ]

    def scores(self, pixels: Pixels, quads: Sequence[Quad]) -> list[float]:
        return [line.score for line in self.read_all(pixels, quads)]


def _blank(grey: Plane) -> bool:
    """Whether not one pixel differs from the others: there Tesseract reads words that are none."""
    return int(grey.max()) - int(grey.min()) < LEAST_CONTRAST


def _width(grey: Plane) -> int:
    height, width = (int(n) for n in grey.shape)
    return min(MOST_WIDTH, max(1, round(width * HEIGHT / height)))


def _prepared(grey: Plane) -> Plane:
    """Dark on light, 48 rows, and paper around it."""
    if not ink_is_dark(grey):
        grey = np.asarray(255 - grey, dtype=np.uint8)
    how = cv2.INTER_CUBIC if grey.shape[0] < HEIGHT else cv2.INTER_AREA
    scaled = cv2.resize(grey, (_width(grey), HEIGHT), interpolation=how)
    return np.ascontiguousarray(
        cv2.copyMakeBorder(scaled, BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=float(np.median(scaled))),
        dtype=np.uint8,
    )


def _words(table: str, grey: Plane) -> Iterator[Word]:
    """The words of one line from its TSV, in columns of the line as it stands on the page."""
    scale = grey.shape[1] / _width(grey)
    for row in table.splitlines():
        cells = row.split("\t", 11)
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            left, width = int(cells[6]) - BORDER, int(cells[8])
            score = min(1.0, max(0.0, float(cells[10]) / 100))
            yield Word(text=cells[11].strip(), left=left * scale, right=(left + width) * scale, score=score)


class _Library:
    """tesserocr: Tesseract in this process."""

    def __init__(self, folder: Path, options: Reading) -> None:
        os.environ.setdefault("OMP_THREAD_LIMIT", str(options.threads))  # read when the library is loaded
        import tesserocr

        self.version = f"{tesserocr.tesseract_version().split()[1]} (tesserocr {tesserocr.__version__})"
        try:
            self._api: Any = tesserocr.PyTessBaseAPI(
                path=str(folder), lang="+".join(options.languages), psm=tesserocr.PSM.SINGLE_LINE, oem=tesserocr.OEM.LSTM_ONLY
            )
        except RuntimeError:
            raise EngineError("Tesseract cannot use its language data", remedy=_data_remedy(options)) from None
        self._api.SetVariable("debug_file", os.devnull)
        self._lock = threading.Lock()

    def tables(self, lines: Sequence[Plane]) -> list[str]:
        with self._lock:
            return [self._table(line) for line in lines]

    def _table(self, line: Plane) -> str:
        height, width = line.shape
        try:
            self._api.SetImageBytes(line.tobytes(), width, height, 1, width)
            self._api.SetSourceResolution(300)
            self._api.Recognize()
            table = str(self._api.GetTSVText(0))
            self._api.Clear()
        except RuntimeError:
            raise EngineError("Tesseract failed on a line") from None
        return table


class _Program:
    """The program `tesseract`: lines go in through a pipe as pages of one TIFF, tables come out through another."""

    def __init__(self, program: str, folder: Path, options: Reading) -> None:
        settings = {"--tessdata-dir": str(folder), "-l": "+".join(options.languages), "--psm": "7", "--oem": "1", "--dpi": "300"}
        self._command = [program, "stdin", "stdout", *chain.from_iterable(settings.items()), "tsv"]
        self._environment = {**os.environ, "OMP_THREAD_LIMIT": str(options.threads)}
        said = self._run([program, "--version"], b"").split()
        self.version = f"{said[1] if len(said) > 1 else 'unknown'} (program)"
        self.tables([np.full((HEIGHT, HEIGHT), 255, np.uint8)])  # language data that it cannot use shows here

    def tables(self, lines: Sequence[Plane]) -> list[str]:
        return [table for at in range(0, len(lines), BATCH) for table in self._batch(lines[at : at + BATCH])]

    def _batch(self, lines: Sequence[Plane]) -> list[str]:
        pages = [Image.fromarray(line) for line in lines]
        coded = io.BytesIO()
        pages[0].save(coded, "TIFF", save_all=True, append_images=pages[1:])
        rows = [row for row in self._run(self._command, coded.getvalue()).splitlines() if row[:1].isdigit()]
        tables: list[list[str]] = [[] for _ in lines]
        for row in rows:
            number = int(row.split("\t", 2)[1])
            if not 1 <= number <= len(lines):
                raise EngineError("Tesseract answered for a line that it was not given")
            tables[number - 1].append(row)
        if not all(tables):  # even an empty line has a row of its own
            raise EngineError("Tesseract did not answer for every line")
        return ["\n".join(table) for table in tables]

    def _run(self, command: Sequence[str], data: bytes) -> str:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env=self._environment, check=False)
        except subprocess.TimeoutExpired:
            raise EngineError(f"Tesseract took longer than {SECONDS} seconds for {BATCH} lines") from None
        except OSError as exc:
            raise EngineError(f"the program tesseract cannot be started ({type(exc).__name__})") from None
        if done.returncode != 0:
            raise EngineError(
                f"the program tesseract failed (status {done.returncode})",
                remedy="Check its language data with `docpriv doctor` and `tesseract --list-langs`.",
            )
        return done.stdout.decode("utf-8", errors="replace")


def _program() -> str:
    """The path of the program tesseract; empty where it is not installed."""
    return shutil.which("tesseract") or ""


def data_folder(options: Reading) -> Path:
    """The folder that holds all language data asked for; EngineError names what no folder holds."""
    if find_spec("tesserocr") is None and not _program():
        raise EngineError(
            "neither the package tesserocr nor the program tesseract is installed",
            remedy="Run `pip install 'docpriv[tesseract]'`, or install the program (Debian and Ubuntu: apt-get "
            "install tesseract-ocr). Language data comes with the program, not with the package.",
        )
    best: list[str] = list(options.languages)
    for folder in _folders(options):
        lacking = [name for name in options.languages if not (folder / f"{name}.traineddata").is_file()]
        if not lacking:
            return folder
        best = min(best, lacking, key=len)
    raise EngineError(f"Tesseract's language data is missing: {', '.join(best)}", remedy=_data_remedy(options))


def _data_remedy(options: Reading) -> str:
    return (
        "Install it (Debian and Ubuntu: apt-get install tesseract-ocr-LANGUAGE), or give the folder of LANGUAGE."
        "traineddata with reading.model_dir (--model-dir)."
    )


def _folders(options: Reading) -> Iterator[Path]:
    """Where language data may be: the folder that was given and no other, else the usual ones."""
    if options.model_dir is not None:
        yield Path(options.model_dir)
        return
    if os.environ.get("TESSDATA_PREFIX"):
        yield Path(os.environ["TESSDATA_PREFIX"])
        yield Path(os.environ["TESSDATA_PREFIX"]) / "tessdata"
    yield from map(Path, _FOLDERS)
    if _program():
        with suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run([_program(), "--list-langs"], capture_output=True, timeout=20, check=False).stdout
            yield from map(Path, re.findall(r'"(.+)"', said.decode("utf-8", errors="replace"))[:1])


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise EngineError(f"Tesseract's language data cannot be read: {path.name}") from None


def _require(options: Reading) -> tuple[Path, Path]:
    """The folder of language data, and the detection model."""
    folder = data_folder(options)
    detection, _, _ = wheel_models()
    return folder, detection


ENGINES.register("tesseract", Registration(load=TesseractEngine, require=_require), order=2)
