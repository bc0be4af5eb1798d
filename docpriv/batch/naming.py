"""Names for files that arrive: free, short enough, and possible where they go; refuses to give one that something has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

_LONGEST = 200           # bytes of a name; a suffix and a number may be added
_DEEPEST = 1500          # bytes of a path below the inbox


def short_name(relative: Path, token: str) -> Path:
    """A path below the inbox that leaves room for suffixes and numbers on any file system."""
    parts = [_short(part) for part in relative.parts]
    if sum(len(os.fsencode(part)) + 1 for part in parts) > _DEEPEST:
        parts = [f"deep-{token}", parts[-1]]
    return Path(*parts)


def _short(name: str) -> str:
    if len(os.fsencode(name)) <= _LONGEST:
        return name
    suffix = Path(name).suffix if len(os.fsencode(Path(name).suffix)) < 20 else ""
    stem = name[:len(name) - len(suffix)]
    while len(os.fsencode(stem)) > _LONGEST - len(os.fsencode(suffix)):
        stem = stem[:-1]
    return stem + suffix


def free_name(home: Path, relative: Path, token: str, *, free: Callable[[Path], bool] | None = None) -> Path:
    """A path below a folder that nothing has: the wanted one, or with a number, as in `scan-2.pdf`; by the token where even
    that cannot be. The end of a long row of numbers is found by halving.
    """
    wanted = free or is_free
    try:
        last = 1
        while not wanted(_numbered(home, relative, last)):
            last *= 2
        first = last // 2 + 1
        while first < last:
            middle = (first + last) // 2
            first, last = (first, middle) if wanted(_numbered(home, relative, middle)) else (middle + 1, last)
        return _numbered(home, relative, last)
    except OSError:         # a file where a folder is needed, or a name that this file system cannot hold
        return home / f"arrival-{token}{relative.suffix if relative.suffix.isascii() else ''}"


def _numbered(home: Path, relative: Path, number: int) -> Path:
    return home / relative if number == 1 else home / relative.with_name(f"{relative.stem}-{number}{relative.suffix}")


def taken_names(home: Path, relative: Path) -> Iterator[Path]:
    """The names of a row of numbers that something has."""
    number = 1
    while os.path.lexists(path := _numbered(home, relative, number)):
        yield path
        number += 1


def is_free(path: Path) -> bool:
    """Whether nothing has a name; OSError where nothing could have it."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return True
    return False
