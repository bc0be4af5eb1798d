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
    from docpriv.api import RunResult, apply_plan, redact, scan, verify
    from docpriv.errors import DocprivError, ExitCode
    from docpriv.options import Recipe
    from docpriv.recipes import load_recipe

__all__ = [
    "DocprivError",
    "ExitCode",
    "Recipe",
    "RunResult",
    "__version__",
    "apply_plan",
    "load_recipe",
    "redact",
    "scan",
    "verify",
]

_HOMES = {
    "redact": "docpriv.api",
    "scan": "docpriv.api",
    "verify": "docpriv.api",
    "apply_plan": "docpriv.api",
    "RunResult": "docpriv.api",
    "Recipe": "docpriv.options",
    "load_recipe": "docpriv.recipes",
    "DocprivError": "docpriv.errors",
    "ExitCode": "docpriv.errors",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'docpriv' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
