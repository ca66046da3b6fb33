"""Fixtures that every test may use, and two rules for all of them: loopback only, and no skip goes unseen."""

from __future__ import annotations

import os
import socket
from typing import Any

import pytest

from tests.services.doors import closed_door, own_door  # noqa: F401  (fixtures are found by name)
from tests.services.front_door import door, talk  # noqa: F401
from tests.services.postgres import postgres_server, postgres_url  # noqa: F401

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: Any) -> None:
    outside = isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost")
    if outside:
        raise RuntimeError("a test tried to reach something outside this machine")
    _connect(self, address)


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Any:
    """No test reaches anything but this machine."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _loopback_only)
    yield
    patch.undo()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
