"""Ends a process whose event loop stands still, so that whoever watches over it starts it again."""

from __future__ import annotations

import asyncio
import os
import threading
import time

from bot import log

STILL_SECONDS = 20.0  # far above any turn; loading a model beside the one that serves lets the loop run on
LOOK_SECONDS, EXIT_CODE = 1.0, 70


class Watchdog:
    """A thread that is told every second that the loop still turns."""

    def __init__(self, seconds: float = STILL_SECONDS) -> None:
        self.seconds, self._last = seconds, time.monotonic()

    async def tell(self) -> None:
        """Tell it, until cancelled."""
        threading.Thread(target=self._watch, daemon=True, name="watchdog").start()
        while True:
            self._last = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)

    def _watch(self) -> None:
        while time.monotonic() - self._last < self.seconds:
            time.sleep(LOOK_SECONDS)
        log.event("process.stands_still", seconds=self.seconds)
        os._exit(EXIT_CODE)  # a loop that hangs would not see a gentler way
