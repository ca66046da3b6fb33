"""A process that asks for a call or delivers one, and kills itself at the step it is told: for test_killed.py."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.delivery.webhook import WebhookSender
from bot.delivery.worker import Delivery
from bot.records.access import Records, open_records
from bot.settings import read
from tests.records.conftest import callback

WATCHED = ("due_outbox", "outbox_done", "outbox_failed", "save_callback")


class Dying:
    """Counts steps; the last one is its own end, without a chance to tidy up."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self) -> None:
        """One step further."""
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work with a step before and after it."""

        def stepping(*given: Any, **named: Any) -> Any:
            self.step()
            result = work(*given, **named)
            self.step()
            return result

        return stepping


class DyingSender(WebhookSender):
    """Sends, with a step before and after."""

    dying: Dying

    async def send(self, item: Any) -> None:
        """As WebhookSender."""
        self.dying.step()
        await super().send(item)
        self.dying.step()


async def _alarm(kind: str, attempts: int) -> None:
    return


def _watch(records: Records, dying: Dying) -> None:
    for name in WATCHED:
        setattr(records, name, dying.around(getattr(records, name)))
    real = records.database.put
    records.database.put = dying.around(real)  # type: ignore[method-assign]


def main(work: str, name: str, at: int, later: float) -> None:
    """`ask NAME` makes a request; `deliver -` sends what is due `later` seconds from now."""
    settings = read()
    records, dying = open_records(settings), Dying(at)
    records.ping()
    _watch(records, dying)
    if work == "ask":
        records.save_callback(callback(name, "+1806555" + name))
        return
    sender = DyingSender(settings)
    sender.dying = dying
    now = datetime.now(timezone.utc) + timedelta(seconds=later)
    asyncio.run(Delivery(records, {"webhook": sender}, _alarm).send_due(now))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
