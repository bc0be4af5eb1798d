"""Switches that hold for every test: fakes are allowed, nothing may reach a network, no clock decides."""

from __future__ import annotations

import signal
import socket
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# A shell that starts the tests in the background has the interrupt key ignored, and so would every process they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection attempt to anything but a local socket fails the test; one marked `loopback` may reach this machine."""
    real = socket.socket.connect
    loopback = request.node.get_closest_marker("loopback") is not None

    def connect(self: socket.socket, address: object) -> object:
        here = loopback and isinstance(address, tuple) and address[0] in {"127.0.0.1", "::1"}
        if self.family in (socket.AF_INET, socket.AF_INET6) and not here:
            raise AssertionError("a test tried to reach the network")
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow the fake engine in this test and in the processes it starts."""
    monkeypatch.setenv("DOCPRIV_TESTING", "1")


@pytest.fixture
def laboratory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """docpriv-lab counts as installed, with the entry points that its pyproject.toml states."""
    project = tomllib.loads((Path(__file__).parents[1] / "lab" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = tmp_path_factory.mktemp("site")
    info = site / f"docpriv_lab-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8")
    groups = project["entry-points"].items()
    text = "\n".join(f"[{group}]\n" + "\n".join(f"{name} = {at}" for name, at in points.items()) for group, points in groups)
    (info / "entry_points.txt").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
