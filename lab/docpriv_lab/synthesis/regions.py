"""Names in use in regions of the world, as they are written in English papers: romanised, without accents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Given and family names of a region, and where they are from."""

    title: str
    source: str
    given: tuple[str, ...]
    family: tuple[str, ...]


@cache
def regions() -> dict[str, Region]:
    """All regions by key."""
    text = resources.files(__package__).joinpath("regions.yaml").read_text(encoding="utf-8")
    content: dict[str, dict[str, Any]] = yaml.safe_load(text)["regions"]
    return {
        key: Region(title=one["title"], source=one["source"], given=tuple(one["given"]), family=tuple(one["family"]))
        for key, one in content.items()
    }
