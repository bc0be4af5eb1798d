"""Ray talks over loopback: that much network is allowed here. Without Ray these tests are skipped, unless they are required."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.cluster.machines import Machines


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection attempt to anything but this machine fails the test that makes it."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not (
            isinstance(address, tuple) and address[0] in ("127.0.0.1", "localhost", "::1")
        ):
            raise AssertionError("a test tried to reach the network")
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def ray_is_here() -> None:
    """Skip where Ray is not installed, unless DOCPRIV_REQUIRE_CLUSTER is set: then that is a failure."""
    if find_spec("ray") is None:
        if os.environ.get("DOCPRIV_REQUIRE_CLUSTER"):
            pytest.fail("Ray is required and not here", pytrace=False)
        pytest.skip("Ray is not installed")


@pytest.fixture(scope="module")
def machines(ray_is_here: None) -> Iterator[Machines]:
    with Machines(cpus=(2, 2)) as machines:
        yield machines
