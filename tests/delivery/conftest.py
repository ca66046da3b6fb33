"""Records that owe notices, and what sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.worker import Delivery, senders_of
from bot.records.access import Records, open_records
from bot.settings import Settings, read
from tests.delivery.receivers import Hooked, hook
from tests.records.conftest import MovableClock

SECRET = "a shared secret of the test"


class Sending:
    """The records, a worker on them, the alarms it raised, and the clock."""

    def __init__(self, settings: Settings) -> None:
        self.clock, self.settings = MovableClock(), settings
        self.records: Records = open_records(settings, self.clock)
        self.alarms: list[tuple[str, int]] = []
        self.worker = Delivery(self.records, senders_of(settings), self._alarm)

    async def _alarm(self, kind: str, attempts: int) -> None:
        self.alarms.append((kind, attempts))

    async def round(self, **later: float) -> int:
        """Move the clock, then send what is due; how many were tried."""
        return await self.worker.send_due(self.clock.move(**later))


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Callable[..., Sending]]:
    """Opens records with these settings."""
    made: list[Sending] = []

    def open_with(**changed: Any) -> Sending:
        plain = read({"VAR_DIR": str(tmp_path / "var"), "DATABASE_SECONDS": "10"})
        made.append(Sending(replace(plain, **changed)))
        return made[-1]

    yield open_with
    for one in made:
        one.records.disconnect()


@pytest.fixture
def receiver() -> Iterator[Hooked]:
    """A webhook receiver."""
    with hook() as state:
        yield state


@pytest.fixture
def hooked(sending: Callable[..., Sending], receiver: Hooked) -> Sending:
    """Records whose notices go to `receiver`."""
    return sending(handoff_webhook_url=receiver.url, handoff_webhook_secret=SECRET)
