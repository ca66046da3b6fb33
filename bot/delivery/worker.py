"""Takes notices from the outbox and sends them, again and again with growing pauses, until sent or visibly given up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Protocol

from bot import log
from bot.delivery.failure import NotSent
from bot.delivery.mail import MailSender
from bot.delivery.webhook import WebhookSender
from bot.errors import RecordsError
from bot.records.access import OutboxItem, Records
from bot.settings import BadSetting, Settings

# Pauses in seconds after each failed try; after the last one the notice is given up: about five hours in all.
PAUSES = (10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 3600, 3600)
ALERT_AFTER = 5  # failures, some nine minutes
LEASE_SECONDS, TRY_SECONDS = 60.0, 30.0  # a try ends before its lease, so that nobody else takes it meanwhile
IDLE_SECONDS = 2.0
WRITE_TRIES = 3

Alert = Callable[[str, int], Awaitable[None]]


class Sender(Protocol):
    """One way to tell admissions."""

    async def send(self, item: OutboxItem) -> None:
        """Send; raises NotSent."""


def senders_of(settings: Settings) -> dict[str, Sender]:
    """The ways that are configured, by the outbox's kind."""
    ways: dict[str, Sender] = {}
    if settings.smtp_url and settings.handoff_email:
        ways["email"] = MailSender(settings)
    if settings.handoff_webhook_url:
        ways["webhook"] = WebhookSender(settings)
    return ways


class Delivery:
    """The worker; one in each front door, as many front doors as there are."""

    def __init__(self, records: Records, senders: dict[str, Sender], alert: Alert) -> None:
        self._records, self._senders, self._alert = records, senders, alert

    async def run(self) -> None:
        """Send what comes due until cancelled; returns at once where no way is configured."""
        while self._senders:
            try:
                sent = await self.send_due()
            except (RecordsError, BadSetting) as error:
                log.event("delivery.waits", error=type(error).__name__)
                sent = 0
            if not sent:
                await asyncio.sleep(IDLE_SECONDS)

    async def send_due(self, now: datetime | None = None) -> int:
        """Try everything that is due now; how many were tried. Raises RecordsError."""
        now = now or datetime.now(timezone.utc)
        items = await asyncio.to_thread(
            self._records.due_outbox, now, lease_seconds=LEASE_SECONDS, limit=10, kinds=tuple(self._senders)
        )
        await asyncio.gather(*(self._try(item, now) for item in items))
        return len(items)

    async def _try(self, item: OutboxItem, now: datetime) -> None:
        try:
            await asyncio.wait_for(self._senders[item.kind].send(item), TRY_SECONDS)
        except NotSent as failure:
            await self._failed(item, failure.code, now)
        except asyncio.TimeoutError:
            await self._failed(item, "time_out", now)
        except Exception as error:  # one notice that breaks a sender must not stop the others
            await self._failed(item, type(error).__name__, now)
        else:
            # Not written down means sent again, with the same key: the receiver can tell.
            await self._write(lambda: self._records.outbox_done(item.id))
            log.event("delivery.sent", kind=item.kind, attempt=item.attempts)

    async def _failed(self, item: OutboxItem, code: str, now: datetime) -> None:
        over = item.attempts > len(PAUSES)
        retry_at = None if over else now + timedelta(seconds=PAUSES[item.attempts - 1])
        await self._write(lambda: self._records.outbox_failed(item.id, code, retry_at))
        log.event("delivery.given_up" if over else "delivery.failed", kind=item.kind, attempt=item.attempts, code=code)
        if over or item.attempts == ALERT_AFTER:
            await self._alert(item.kind, item.attempts)

    async def _write(self, write: Callable[[], None]) -> None:
        for _ in range(WRITE_TRIES):
            if await self._written(write):
                return
            await asyncio.sleep(1.0)
        log.event("delivery.not_written")

    async def _written(self, write: Callable[[], None]) -> bool:
        try:
            await asyncio.to_thread(write)
        except RecordsError as error:
            log.event("delivery.waits", error=type(error).__name__)
            return False
        return True
