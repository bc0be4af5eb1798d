"""Presidio does not load what docpriv never uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_presidio_loads_no_transformers_where_they_are_installed(tmp_path: Path) -> None:
    (tmp_path / "transformers").mkdir()
    (tmp_path / "transformers" / "__init__.py").write_text("raise SystemExit('loaded')\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import docpriv.pii.analyzer; print('transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
