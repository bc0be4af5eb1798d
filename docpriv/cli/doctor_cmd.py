"""`docpriv doctor`: what this installation and machine can do; it fetches nothing and reads no user's file."""

from __future__ import annotations

import json as json_module
import os
import platform
import re
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from docpriv.cli import options as o
from docpriv.cli.streams import say
from docpriv.errors import DocprivError, ExitCode
from docpriv.options import Capability, Recipe
from docpriv.provenance import versions
from docpriv.recipes import load_recipe, recipe_names
from docpriv.work.sandbox import described

_PAGE = (1240, 1754)  # A4 at 150 dpi, in pixels
_LINES = 32


def doctor(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder whose file system is tried.")] = Path(),
    recipe: o.RecipeName = "redact",
    json: o.Json = False,
) -> int:
    """Check engines, models and this machine.

    Reads one page that it draws itself. Exit code 4 where an engine or model does not work, 7 where the folder cannot
    be written.
    """
    from docpriv.batch.runner import processors  # not for --help: it loads the decoders
    from docpriv.ocr import missing_engines
    from docpriv.pipeline.engines import missing_formats

    chosen = load_recipe(recipe)
    facts: dict[str, Any] = {
        "platform": platform.platform(),
        "python": sys.version.split()[0],
        "versions": versions(),
        "memory": memory(),
        "processors": processors(),
        "capabilities": [str(one) for one in Capability],
        "recipes": list(recipe_names()),
        "output": file_system(out),
        "workers": described(),
        "formats": missing_formats(),
        "reading_engines": missing_engines(chosen.reading),
        "engines": engines(chosen),
    }
    code = ExitCode.OK
    if facts["output"]["error"] is not None:
        code = ExitCode.OUTPUT
    if facts["engines"]["error"] is not None:
        code = ExitCode.ENGINE
    facts["exit_code"] = int(code)
    say(json_module.dumps(facts) if json else text_of(facts))
    return int(code)


def memory() -> dict[str, int | None]:
    """Total and available memory in MB (10^6 bytes); None where the system does not say."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        text = ""
    found = {name: int(amount) * 1024 // 1_000_000 for name, amount in re.findall(r"^(\w+): *(\d+) kB", text, re.MULTILINE)}
    return {"total_mb": found.get("MemTotal"), "available_mb": found.get("MemAvailable")}


def file_system(folder: Path) -> dict[str, Any]:
    """Whether verified files can come into being there without ever having had a name (O_TMPFILE), and the space."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        stats = os.statvfs(folder)
        free = stats.f_bavail * stats.f_frsize // 1_000_000
    except (OSError, AttributeError):
        free = None
    if not os.access(folder, os.W_OK):
        return {"unnamed_files": False, "free_mb": free, "error": "the folder cannot be written"}
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600))
        unnamed = True
    except (OSError, AttributeError):
        unnamed = False  # the private staging folder is used instead
    return {"unnamed_files": unnamed, "free_mb": free, "error": None}


def engines(recipe: Recipe) -> dict[str, Any]:
    """The engines of a recipe with their models, how long they take to load, and to read a page; or what is wrong."""
    from docpriv.model import PageRef
    from docpriv.pipeline import open_engines

    began = time.monotonic()
    try:
        opened = open_engines(recipe)
        identities = opened.identities()
        loaded = time.monotonic() - began
        page = drawn_page()
        opened.ocr.read(page[:200], PageRef(document="doctor", index=0))  # the first call allocates
        wall, cpu = time.monotonic(), time.process_time()
        text = opened.ocr.read(page, PageRef(document="doctor", index=0))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    except DocprivError as exc:
        return {"error": exc.message, "what_to_do": exc.advice, "loaded": []}
    return {
        "error": None,
        "load_seconds": round(loaded, 2),
        "loaded": [{"name": one.name, "version": one.version, "models": dict(one.models)} for one in identities],
        "page": {"lines": len(text.lines), "of_lines": _LINES, "wall_seconds": round(wall, 2), "cpu_seconds": round(cpu, 2)},
    }


def drawn_page() -> Any:
    """A page of plain lines, u8 (H, W, 3): the same on every machine, so that its time can be compared."""
    import cv2
    import numpy as np

    page = np.full((_PAGE[1], _PAGE[0], 3), 255, np.uint8)
    for number in range(_LINES):
        text, place = f"Line {number + 1} of a page that docpriv draws to measure reading", (80, 100 + 50 * number)
        cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2, cv2.LINE_AA)
    page.setflags(write=False)
    return page


def text_of(facts: dict[str, Any]) -> str:
    """The facts for people."""
    lines = [f"docpriv {facts['versions']['docpriv']}, Python {facts['python']}, {facts['platform']}"]
    amount = facts["memory"]["available_mb"]
    lines.append(f"{facts['processors']} processors, " + (f"{amount} MB of memory free" if amount else "memory unknown"))
    lines.append(
        "libraries: "
        + ", ".join(f"{name} {found}" for name, found in facts["versions"].items() if name not in ("docpriv", "python"))
    )
    lines.append(f"can do: {', '.join(facts['capabilities'])}")
    lines.append(f"recipes: {', '.join(facts['recipes'])}")
    place = facts["output"]
    if place["error"]:
        lines.append(f"output folder: {place['error']}")
    else:
        how = "unnamed files (best)" if place["unnamed_files"] else "a private folder (no O_TMPFILE there)"
        lines.append(f"output folder: staging by {how}, {place['free_mb']} MB free")
    lines.append(f"workers: {facts['workers']}")
    lines += [f"{name}: {'is read' if lacks is None else f'not read here. {lacks}'}" for name, lacks in facts["formats"].items()]
    lines.append(
        "reading engines: "
        + ", ".join(name if lacks is None else f"{name} (not here: {lacks})" for name, lacks in facts["reading_engines"].items())
    )
    found = facts["engines"]
    if found["error"]:
        return "\n".join([*lines, f"engines: {found['error']}", f"what to do: {found['what_to_do']}"])
    lines.append(f"engines, loaded in {found['load_seconds']} s:")
    for one in found["loaded"]:
        lines.append(f"  {one['name']} {one['version']}")
        lines += [f"    {name} {digest}" for name, digest in one["models"].items()]
    page = found["page"]
    lines.append(
        f"speed: one drawn A4 page at 150 dpi read in {page['wall_seconds']} s ({page['cpu_seconds']} s of "
        f"CPU), {page['lines']} of {page['of_lines']} lines"
    )
    return "\n".join(lines)
