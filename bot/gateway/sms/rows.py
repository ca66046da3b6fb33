"""The line's way to the records: threads of its own, so that a slow call elsewhere never delays an acknowledgement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bot import log
from bot.errors import RecordsError
from bot.records.access import Records
from bot.records.sms_queue import SmsQueue
from bot.records.sms_spool import SmsSpool
from bot.wording import load_wording

T = TypeVar("T")


class Rows:
    """Records, queue and spool of the line."""

    def __init__(self, records: Records) -> None:
        self.records, self.queue, self.spool = records, SmsQueue(records.database), SmsSpool(records.database)
        self._taking = ThreadPoolExecutor(2, "sms-taking")
        self._working = ThreadPoolExecutor(2, "sms-working")

    async def call(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """Run a call of the records behind the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._working, lambda: work(*given, **named))

    async def taking(self, work: Callable[..., T], *given: Any, **named: Any) -> T:
        """The same for what an acknowledgement waits for."""
        return await asyncio.get_running_loop().run_in_executor(self._taking, lambda: work(*given, **named))

    async def opt_out(self, number: str) -> None:
        """The provider says that this number opted out."""
        try:
            version = load_wording().entry("sms_stop_confirmed").version or ""
            await self.call(self.records.set_opt_out, number, True, version)
        except RecordsError as error:
            log.event("sms.opt_out_not_written", error=type(error).__name__)

    def close(self) -> None:
        """End the threads."""
        for pool in (self._taking, self._working):
            pool.shutdown(wait=False)
