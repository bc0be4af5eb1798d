"""What the optional engines say where something is missing or misbehaves; neither engine is needed for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from docpriv.errors import EngineError, ModelError
from docpriv.ocr import missing_engines, networks, open_engine, paddle, tesseract
from docpriv.options import Reading

LINE = np.full((30, 90), 255, np.uint8)


def program(folder: Path, body: str) -> str:
    path = folder / "tesseract"
    path.write_text(f"#!/bin/sh\ncase \"$1\" in --version) echo 'tesseract 9.9'; exit 0;; esac\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def row(page: int, level: int = 1, text: str = "") -> str:
    return "\t".join(map(str, (level, page, 0, 0, 0, 0, 8, 8, 20, 20, 96 if text else -1, text)))


def opened(folder: Path, body: str, **options: object) -> tesseract._Program:
    return tesseract._Program(program(folder, body), folder, Reading(engine="tesseract", **options))


def test_a_tesseract_that_is_not_installed_is_an_error_with_advice(monkeypatch):
    monkeypatch.setattr(tesseract, "find_spec", lambda name: None)
    monkeypatch.setattr(tesseract.shutil, "which", lambda name: None)
    with pytest.raises(EngineError, match="neither") as caught:
        open_engine("tesseract")
    assert "apt-get install tesseract-ocr" in caught.value.advice
    assert "neither" in (missing_engines(Reading())["tesseract"] or "")


def test_missing_language_data_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(tesseract, "find_spec", lambda name: object())
    (tmp_path / "eng.traineddata").write_bytes(b"")
    with pytest.raises(EngineError, match=r"missing: deu, fra$") as caught:
        open_engine("tesseract", Reading(engine="tesseract", model_dir=str(tmp_path), languages=("eng", "deu", "fra")))
    assert "--model-dir" in caught.value.advice
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_that_is_given_is_the_only_one_looked_in(monkeypatch, tmp_path):
    monkeypatch.setattr(tesseract, "find_spec", lambda name: object())
    monkeypatch.setattr(tesseract, "_FOLDERS", (str(tmp_path),))
    (tmp_path / "eng.traineddata").write_bytes(b"")
    assert tesseract.data_folder(Reading(engine="tesseract")) == tmp_path
    with pytest.raises(EngineError):
        tesseract.data_folder(Reading(engine="tesseract", model_dir=str(tmp_path / "other")))


def test_lines_go_through_a_pipe_and_answers_are_told_apart(tmp_path):
    """The program counts the pages of the TIFF that it gets; arguments hold options only."""
    lines = "\n".join((row(1), row(1, 5, "one"), row(2), row(3), row(3, 5, "three")))
    script = (
        f'echo "$@ $OMP_THREAD_LIMIT" > {tmp_path}/arguments; cat > {tmp_path}/got\n'
        f"if [ -e {tmp_path}/many ]; then printf '%s\\n' '{lines}'; else printf '%s\\n' '{row(1)}'; fi"
    )
    run = opened(tmp_path, script, threads=3)
    (tmp_path / "many").touch()
    assert run.version == "9.9 (program)"
    tables = run.tables([LINE, LINE, LINE])
    assert [[w.text for w in tesseract._words(t, LINE)] for t in tables] == [["one"], [], ["three"]]
    assert (tmp_path / "got").read_bytes()[:2] in (b"II", b"MM")
    assert (tmp_path / "arguments").read_text(encoding="utf-8").split() == [
        "stdin",
        "stdout",
        "--tessdata-dir",
        str(tmp_path),
        "-l",
        "eng",
        "--psm",
        "7",
        "--oem",
        "1",
        "--dpi",
        "300",
        "tsv",
        "3",
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("cat >/dev/null; exit 3", "failed"),
        ("cat >/dev/null; exit 0", "did not answer"),
        (f"cat >/dev/null; printf '%s\\n' '{row(7)}'", "not given"),
    ],
)
def test_a_program_that_misbehaves_is_an_error(tmp_path, body, said):
    with pytest.raises(EngineError, match=said):
        opened(tmp_path, body)


def test_a_program_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(tesseract, "SECONDS", 0.3)
    with pytest.raises(EngineError, match="took longer"):
        opened(tmp_path, "exec sleep 60")


def test_a_line_is_prepared_dark_on_light_with_paper_around():
    light = np.full((20, 100), 10, np.uint8)
    light[5:15, 20:80] = 250
    ready = tesseract._prepared(light)
    assert ready.shape == (tesseract.HEIGHT + 2 * tesseract.BORDER, 240 + 2 * tesseract.BORDER)
    assert ready[0, 0] == 245
    assert ready.min() < 20
    assert tesseract._prepared(np.zeros((1, 5000), np.uint8)).shape[1] == tesseract.MOST_WIDTH + 2 * tesseract.BORDER


def test_a_paddleocr_that_is_not_installed_is_missed_only_to_fetch_its_models(monkeypatch):
    monkeypatch.setattr(paddle, "find_spec", lambda name: None)
    options = Reading(engine="paddle", download=True)
    with pytest.raises(EngineError, match="paddleocr, which fetches its models, is not installed") as caught:
        open_engine("paddle", options)
    assert "docpriv[paddle]" in caught.value.advice
    assert "paddleocr" in (missing_engines(options)["paddle"] or "")
    assert missing_engines(Reading())["paddle"] is None


def description(folder: Path, text: str) -> Path:
    (folder / "inference.yml").write_text(text, encoding="utf-8")
    return folder


GOOD = (
    "Global: {model_name: PP-OCRv5_server_det}\n"
    "PreProcess: {transform_ops: [{NormalizeImage: {scale: SCALE, mean: [0.5, 0, 0], std: [0.5, 1, 1]}}, {ToCHWImage: null}]}\n"
    "PostProcess: {character_dict: [a, '0']}\n"
)


@pytest.mark.parametrize(("scale", "white"), [("1./255.", 1.0), ("0.5", 254.0)])
def test_the_description_of_a_model_says_how_it_is_fed_and_what_it_reads(tmp_path, scale, white):
    levels, characters = paddle.described(description(tmp_path, GOOD.replace("SCALE", scale)))
    assert levels[:, 0].tolist() == [-1.0, 0.0, 0.0]
    assert levels[0, 255] == pytest.approx(white)
    assert characters == ["a", "0"]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("SCALE", "\"__import__('os').getpid()\""),
        GOOD.replace("SCALE", "1").replace("[0.5, 0, 0]", "[0.5, 0]"),
        GOOD.replace("SCALE", "1").replace("transform_ops: [", "transform_ops: [{DecodeImage: {img_mode: RGB}}, "),
        "Global: canary",
        "[1, 2",
        "",
        "Global: !!python/name:os.system canary",
    ],
)
def test_a_description_that_is_none_is_refused(tmp_path, text):
    with pytest.raises(ModelError) as caught:
        paddle.described(description(tmp_path, text))
    assert "canary" not in str(caught.value)


def step_every_8_columns(blob):
    return np.zeros((1, blob.shape[3] // 8, 5), np.float32)


@pytest.mark.parametrize(("height", "width"), [(24, 30), (24, 600), (20, 6000), (10, 40_000)])
@pytest.mark.parametrize("least", [networks.MIN_WIDTH, paddle.LEAST_WIDTH])
def test_a_step_of_the_recognizer_is_told_in_columns_of_the_line(height, width, least):
    recognizer = networks.RecognitionGraph(step_every_8_columns, least=least)
    out, stride = recognizer(np.zeros((height, width, 3), np.uint8))
    inked = min(48 * width / height, networks.MAX_WIDTH)
    assert stride == pytest.approx(8 * width / inked, rel=0.05)
    assert len(out) * stride >= width * 0.99
