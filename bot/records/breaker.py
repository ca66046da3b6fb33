"""Stops asking a database that does not answer, for a moment, so that others do not queue up behind it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES, REST_SECONDS = 3, 1.0


class Breaker:
    """After some failures in a row refuses for a rest, then lets one call through to try."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._lock = monotonic, threading.Lock()
        self._failed, self._closed_until = 0, 0.0

    def allows(self) -> bool:
        """Whether a call may be tried now."""
        with self._lock:
            if self._failed < FAILURES:
                return True
            now = self._monotonic()
            if now < self._closed_until:
                return False
            self._closed_until = now + REST_SECONDS  # the one who tries; the others go on waiting
            return True

    def succeeded(self) -> None:
        """The database answered."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The database did not answer."""
        with self._lock:
            self._failed += 1
            self._closed_until = self._monotonic() + REST_SECONDS
