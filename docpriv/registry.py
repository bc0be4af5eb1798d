"""Members of a package that register themselves: a format, a style, a detector is a file."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

Member = TypeVar("Member")


class Registry(Mapping[str, Member], Generic[Member]):
    """What the modules of one package register, by name, in ascending `order`, then by name.

    The modules are imported on first use, and again looked for when the package's `__path__` has grown, so that a
    member may also stand in a folder outside of docpriv. Modules whose name begins with an underscore are left alone.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._members: dict[str, tuple[int, Member]] = {}
        self._searched: tuple[str, ...] = ()
        self._loading = threading.RLock()

    def register(self, name: str, member: Member, *, order: int = 0) -> Member:
        """Adds a member under its name. ValueError: another member has this name."""
        if name in self._members:
            raise ValueError(f"{self._package} has a member named {name} already")
        self._members[name] = order, member
        return member

    def __getitem__(self, name: str) -> Member:
        self._load()
        return self._members[name][1]

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(sorted(self._members, key=lambda name: (self._members[name][0], name)))

    def __len__(self) -> int:
        self._load()
        return len(self._members)

    def _load(self) -> None:
        with self._loading:
            folders = tuple(importlib.import_module(self._package).__path__)
            if folders == self._searched:
                return
            searched, self._searched = self._searched, folders  # a member may ask the registry while it is imported
            try:
                for module in pkgutil.iter_modules(folders):
                    if not module.name.startswith("_"):
                        importlib.import_module(f"{self._package}.{module.name}")
            except BaseException:
                self._searched = searched
                raise
