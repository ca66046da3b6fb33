"""What the front door does without being asked: removes what is due each hour, and looks how things stand for /metrics."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timezone
from typing import Any

from bot import log
from bot.errors import RecordsError
from bot.gateway import metrics
from bot.gateway.assistant_client import AssistantClient, AssistantDown, AssistantRefused
from bot.records.access import Records
from bot.settings import BadSetting

LOOK_SECONDS = 15.0
PURGE_SECONDS = 3600.0
FIRST_PURGE_SECONDS = 60.0  # and each process a little later than another, so that replicas do not meet
ASK_SECONDS = 1.5


class Housekeeping:
    """Two loops that never end by an error; both do the same work twice without harm, so replicas need no agreement."""

    def __init__(self, records: Records, client: AssistantClient) -> None:
        self.records, self.client = records, client

    async def run(self) -> None:
        """Keep both going until cancelled."""
        await asyncio.gather(self._each(LOOK_SECONDS, 0.0, self.look), self._each(PURGE_SECONDS, _first(), self.purge))

    async def _each(self, seconds: float, first: float, work: Any) -> None:
        await asyncio.sleep(first)
        while True:
            try:
                await work()
            except (RecordsError, BadSetting, OSError) as error:
                metrics.FAULTS.labels("records").inc()
                log.event("housekeeping.waits", error=type(error).__name__)
            except Exception as error:  # a mistake here must not end the loop
                metrics.FAULTS.labels("housekeeping").inc()
                log.event("housekeeping.failed", error=type(error).__name__)
            await asyncio.sleep(seconds)

    async def purge(self) -> None:
        """Remove what is due (bot/records/retention.py)."""
        counts = await asyncio.to_thread(self.records.purge, datetime.now(timezone.utc))
        metrics.PURGED.set_to_current_time()
        log.event("retention.done", count=sum(counts.values()))

    async def look(self) -> None:
        """Set the gauges: who answers, how old the oldest unsent thing is."""
        await self._look_at_assistant()
        try:
            ages = await asyncio.to_thread(self.records.outbox_ages)
        except (RecordsError, BadSetting, OSError):
            metrics.UP.labels("records").set(0)
            raise
        metrics.UP.labels("records").set(1)
        metrics.OUTBOX_AGE.clear()
        metrics.OUTBOX_FAILED.set(ages.pop("failed", 0))
        for what, seconds in ages.items():
            metrics.OUTBOX_AGE.labels(what).set(seconds)

    async def _look_at_assistant(self) -> None:
        try:
            reply = await self.client.ask({"op": "ready"}, ASK_SECONDS)
        except (AssistantDown, AssistantRefused):
            metrics.UP.labels("assistant").set(0)
            return
        metrics.UP.labels("assistant").set(1)
        metrics.ASSISTANT_MEMORY.set(reply.get("memory") or 0)
        metrics.ASSISTANT_TURNS.set(reply.get("turns") or 0)


def _first() -> float:
    return FIRST_PURGE_SECONDS * (1.0 + random.random())
