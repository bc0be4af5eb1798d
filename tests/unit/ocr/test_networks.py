"""A device that is asked for is used or refused; onnxruntime's own fall back to the CPU is no answer."""

from __future__ import annotations

from pathlib import Path

import onnxruntime
import pytest

from docpriv.errors import EngineError
from docpriv.ocr import missing_engines, networks, open_engine
from docpriv.options import Reading

CUDA = Reading(device="cuda")


class FakeSession:
    """Stands for onnxruntime.InferenceSession and keeps what it was asked for."""

    asked: list[list[str]]
    works = True

    def __init__(self, model, options, providers):
        self.asked.append(providers)
        self.granted = providers if self.works else ["CPUExecutionProvider"]

    def get_providers(self):
        return self.granted

    def get_inputs(self):
        return [self]

    get_outputs = get_inputs
    name = "x"


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(FakeSession, "asked", [], raising=False)
    monkeypatch.setattr(onnxruntime, "InferenceSession", FakeSession)
    return FakeSession


def available(monkeypatch, *providers):
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(providers))


def test_cuda_is_asked_for_first(monkeypatch, fake):
    available(monkeypatch, "TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider")
    networks.Session(Path("m.onnx"), CUDA)
    assert fake.asked == [["CUDAExecutionProvider", "CPUExecutionProvider"]]


def test_the_cpu_is_asked_for_alone(monkeypatch, fake):
    available(monkeypatch, "CUDAExecutionProvider", "CPUExecutionProvider")
    networks.Session(Path("m.onnx"), Reading())
    assert fake.asked == [["CPUExecutionProvider"]]


@pytest.mark.parametrize("engine", ["rapid", "tesseract", "paddle"])
def test_cuda_that_is_not_there_is_an_error_with_advice(monkeypatch, engine):
    available(monkeypatch, "CPUExecutionProvider")
    if engine == "tesseract":
        monkeypatch.setattr("docpriv.ocr.tesseract.data_folder", lambda options: None)
    with pytest.raises(EngineError, match="no CUDA support") as caught:
        open_engine(engine, CUDA)
    assert "onnxruntime-gpu" in caught.value.advice
    assert "CUDA" in (missing_engines(CUDA)["rapid"] or "")


def test_a_quiet_fall_back_to_the_cpu_is_an_error(monkeypatch, fake):
    available(monkeypatch, "CUDAExecutionProvider", "CPUExecutionProvider")
    monkeypatch.setattr(fake, "works", False)
    with pytest.raises(EngineError, match="cannot be used"):
        networks.Session(Path("m.onnx"), CUDA)
