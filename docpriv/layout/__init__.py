"""Structure of a page by geometry alone: cells, rows, columns, label-value pairs."""

from __future__ import annotations

from docpriv.layout.analysis import analyse

__all__ = ["analyse"]
