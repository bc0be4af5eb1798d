"""Finds names, addresses, places and organisations in text with a small model of our own.

Light to import: tokenizers and onnxruntime load when a `NerModel` is made.
"""

from __future__ import annotations

from docpriv.pii.ner.model import NerModel, NerSpan

__all__ = ["NerModel", "NerSpan"]
