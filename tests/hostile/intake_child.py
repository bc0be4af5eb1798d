"""Open every file of a folder and print one JSON line each; run by the hostile test as its child."""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import numpy as np

from docpriv.errors import DocprivError
from docpriv.formats.document import open_document
from docpriv.options import Limits


def outcome(path: Path) -> dict[str, object]:
    count = 0
    try:
        with open_document(path, document="doc-1", limits=Limits()) as document:
            for page in document.pages():
                assert page.pixels.dtype == np.uint8
                assert page.pixels.ndim == 3
                assert page.pixels.shape[2] == 3
                assert not page.pixels.flags.writeable
                assert min(page.pixels.shape[:2]) >= 16
                count += 1
            assert count == document.info.pages
        return {"outcome": f"pages:{count}", "notes": document.info.notes}
    except DocprivError as error:
        chained = repr(error.__cause__) + repr(error.__context__)
        return {"outcome": error.code, "message": error.message + " " + error.advice, "chained": chained}
    except Exception as error:
        return {"outcome": f"escaped:{type(error).__name__}", "message": str(error)}


def peak_megabytes() -> float:
    """High-water mark of this process alone; ru_maxrss would start at that of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    done = set(sys.argv[2:])
    for path in sorted(Path(sys.argv[1]).iterdir()):
        if path.name in done:
            continue
        print(json.dumps({"start": path.name}), flush=True)
        began = time.monotonic()
        result = outcome(path)
        result["name"] = path.name
        result["seconds"] = time.monotonic() - began
        result["peak_mb"] = peak_megabytes()
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
