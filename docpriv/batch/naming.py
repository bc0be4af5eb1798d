"""Names for files that arrive: free, short enough, and possible where they go; refuses to give one that something has."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

_LONGEST = 200  # bytes of a name; a suffix and a number may be added
_DEEPEST = 1500  # bytes of a path below the inbox


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
    stem = name[: len(name) - len(suffix)]
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
    except OSError:  # a file where a folder is needed, or a name that this file system cannot hold
        return _by_token(home, relative, token)


def _by_token(home: Path, relative: Path, token: str) -> Path:
    return home / f"arrival-{token}{relative.suffix if relative.suffix.isascii() else ''}"


def _numbered(home: Path, relative: Path, number: int) -> Path:
    return home / relative if number == 1 else home / relative.with_name(f"{relative.stem}-{number}{relative.suffix}")


def names_like(home: Path, relative: Path, token: str) -> Iterator[Path]:
    """What has a name that `free_name` may have given, the lowest number first, whatever was taken away since."""
    folder = (home / relative).parent
    form = re.compile(re.escape(relative.stem) + r"(?:-([1-9]\d*))?" + re.escape(relative.suffix), re.DOTALL)
    try:
        found = [(int(match.group(1) or 1), name) for name in os.listdir(folder) if (match := form.fullmatch(name)) is not None]
    except OSError:
        found = []
    yield from (folder / name for _, name in sorted(found))
    if os.path.lexists(path := _by_token(home, relative, token)):
        yield path


def is_free(path: Path) -> bool:
    """Whether nothing has a name; OSError where nothing could have it."""
    try:
        os.lstat(path)
    except FileNotFoundError:
        return True
    return False
