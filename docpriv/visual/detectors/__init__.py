"""Detectors of what is not text: each file of this package is one, and registers itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from docpriv.model import Kind
from docpriv.options import Seeing
from docpriv.protocols import VisualDetector
from docpriv.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a detector's file says of it; it looks after those of a smaller `order`, whose marks it is shown.

    `kinds`: of its marks. `load`: makes it for so many threads; ModelError where its model is not its card's. `switch`: the key
    of `seeing` by which recipes ask for it; None: they name it among `seeing.others`.
    """

    kinds: frozenset[Kind]
    load: Callable[[int], VisualDetector]
    switch: Literal["faces", "codes", "plates", "writing"] | None = None

    def wanted(self, name: str, form: Seeing) -> bool:
        return name in form.others if self.switch is None else bool(getattr(form, self.switch))


DETECTORS: Registry[Registration] = Registry("docpriv.visual.detectors")
