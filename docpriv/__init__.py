"""Redact scanned documents, prove it on the written file, and keep a record; importing this loads nothing heavy.

from docpriv import redact, scan, verify, Recipe

result = redact(["inbox"], "outbox")
for document in result.documents:
    print(document.document, document.status)
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0.dev0"

# From 1.29 on, onnxruntime tells its maker over the network what it runs, and keeps an id of the machine in the home
# folder, unless this stands in the environment before it is loaded. Worker processes inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from docpriv.api import RunResult as RunResult
    from docpriv.api import apply_plan as apply_plan
    from docpriv.api import redact as redact
    from docpriv.api import scan as scan
    from docpriv.api import verify as verify
    from docpriv.errors import DocprivError as DocprivError
    from docpriv.errors import ExitCode as ExitCode
    from docpriv.options import Recipe as Recipe
    from docpriv.recipes import load_recipe as load_recipe

_HOMES = {
    **dict.fromkeys(("redact", "scan", "verify", "apply_plan", "RunResult"), "docpriv.api"),
    **dict.fromkeys(("DocprivError", "ExitCode"), "docpriv.errors"),
    "Recipe": "docpriv.options",
    "load_recipe": "docpriv.recipes",
}
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docpriv' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
