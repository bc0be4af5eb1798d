"""What the tests of the encrypted path share. Without tenseal they are skipped; with DOCPRIV_REQUIRE_HE set they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.encrypted.made import Pair, make_pair


@pytest.fixture(scope="session")
def he() -> None:
    """The extra `he` is installed."""
    try:
        import tenseal.sealapi  # noqa: F401
    except ImportError:
        if os.environ.get("DOCPRIV_REQUIRE_HE"):
            pytest.fail("DOCPRIV_REQUIRE_HE is set, and tenseal is not installed")
        pytest.skip("tenseal is not installed: pip install 'docpriv[he]'")


@pytest.fixture
def pair(he: None, tmp_path: Path) -> Iterator[Pair]:
    """A small head, an enrolled station, a server."""
    made = make_pair(tmp_path)
    yield made
    made.server.close()
