"""Sends what is queued: one text at a time for each person, never in another person's way, again when it failed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot import log
from bot.errors import FrontDoorError, RecordsError
from bot.gateway.alerts import Alerts
from bot.gateway.metrics import FAULTS
from bot.gateway.sms.provider import NotSent, Provider, TextOut
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.started import still_right
from bot.records.sms_queue import QueuedText

WAITS = (1, 3, 10, 30, 120, 600, 1800, 3600)  # seconds before the second, third ... try
WAITS_NOW = (0.5, 1, 2, 5, 10, 30, 60, 300)  # the same where somebody is in danger
UNSURE_SECONDS = 20.0  # a text that may have been taken: its report comes within this
STALE = timedelta(hours=4)  # an answer that is older surprises more than it helps
DIRECT_TRIES = 3
AT_ONCE = 32  # sends under way together
MOST_AGAIN = 2  # tries of a text that was taken and did not arrive
HELD = timedelta(seconds=20)  # a text that was lent longer ago may be another front door's by now: its loan is renewed


@dataclass
class Lane:
    """What is to be sent to one person: texts handed over, and whether the records hold more."""

    handed: deque[QueuedText] = field(default_factory=deque, repr=False)
    look: bool = False
    task: asyncio.Task[None] | None = None


class Sender:
    """The outgoing half."""

    def __init__(self, rows: Rows, provider: Provider, alerts: Alerts, report: Callable[[str], str | None]) -> None:
        self._rows, self._provider, self._alerts, self._report = rows, provider, alerts, report
        self._lanes: dict[str, Lane] = {}
        self._now: set[asyncio.Task[None]] = set()
        self._unmarked: dict[str, str] = {}  # texts sent while the records were away, and whose they are
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._not_before = 0.0  # monotonic; the provider asked us to wait

    def wake(self, conversation: str) -> None:
        """Send what waits for a person in the records."""
        lane = self._lanes.setdefault(conversation, Lane())
        lane.look = True
        self._go(conversation, lane)

    def hand(self, conversation: str, texts: list[QueuedText]) -> None:
        """Send texts that were lent to us; where somebody is in danger they wait for nothing."""
        if not texts:
            self.wake(conversation)
        elif texts[0].now:
            task = asyncio.create_task(self._at_once(texts))
            self._now.add(task)
            task.add_done_callback(self._now_ended)
        else:
            lane = self._lanes.setdefault(conversation, Lane())
            lane.handed.extend(texts)
            self._go(conversation, lane)

    async def _at_once(self, texts: list[QueuedText]) -> None:
        for text in texts:
            await self._one(text)

    def _now_ended(self, task: asyncio.Task[None]) -> None:
        self._now.discard(task)
        self._logged(task)

    def _go(self, conversation: str, lane: Lane) -> None:
        if lane.task is None:
            lane.task = asyncio.create_task(self._run(conversation, lane))
            lane.task.add_done_callback(lambda task: self._ended(conversation, lane, task))

    def _ended(self, conversation: str, lane: Lane, task: asyncio.Task[None]) -> None:
        lane.task = None
        broken = self._logged(task)
        if not lane.handed and not lane.look:
            self._lanes.pop(conversation, None)
        elif not broken:
            self._go(conversation, lane)  # what is broken waits for `catch_up`

    @staticmethod
    def _logged(task: asyncio.Task[None]) -> bool:
        if task.cancelled():
            return True
        if not task.exception():
            return False
        log.event("sms.lane_failed", error=type(task.exception()).__name__)
        FAULTS.labels("sms_sender").inc()
        return True

    async def _run(self, conversation: str, lane: Lane) -> None:
        while lane.handed or lane.look:
            if lane.handed:
                text: QueuedText | None = lane.handed[0]
            else:
                lane.look = False
                text = await self._rows.call(self._rows.queue.next_out, conversation)
                if text is None:
                    continue
                lane.look = True
                lane.handed.append(text)
            assert text is not None
            gone = await self._one(text)
            lane.handed.popleft()
            if not gone:
                later = [one.id for one in lane.handed]
                lane.handed.clear()
                if later:
                    await self._rows.call(self._rows.queue.hand_back, later)

    async def _one(self, text: QueuedText) -> bool:
        """Try one text; False where it has to wait for another try, and those after it with it."""
        if not text.payload or text.attempts > len(WAITS) or self._rows.queue.now() - text.created_at > STALE:
            await self._give_up(text, "stale")
            return True
        if text.payload.get("started") and not await self._rows.call(still_right, self._rows, text):
            await self._give_up(text, "not_wanted", tell=False)
            return True
        try:
            if not await self._send(self._out(text), text):
                return True
        except NotSent as failure:
            return await self._failed(text, failure)
        log.event("sms.sent", attempt=text.attempts)
        try:
            await self._rows.call(self._rows.queue.sent, text.id)
        except RecordsError as error:
            log.event("sms.not_marked", error=type(error).__name__)
            self._unmarked[text.id] = text.conversation
        return True

    async def catch_up(self) -> None:
        """Mark what was sent while the records were away, before its loan ends and it is sent again; then go on."""
        for item in list(self._unmarked):
            await self._rows.call(self._rows.queue.sent, item)
            self.wake(self._unmarked.pop(item))
        for conversation, lane in list(self._lanes.items()):
            self._go(conversation, lane)

    def _out(self, text: QueuedText) -> TextOut:
        return TextOut(text.payload["number"], text.payload["text"], text.id, self._report(text.id))

    async def _send(self, text: TextOut, lent: QueuedText | None = None) -> bool:
        """Send when it is our turn; False where another front door took the text over while we waited. Raises NotSent."""
        async with self._slots:
            wait = self._not_before - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            if lent is not None and not await self._still_ours(lent):
                return False
            await self._provider.send(text)
        return True

    async def _still_ours(self, text: QueuedText) -> bool:
        if self._rows.queue.now() - text.lent_at < HELD:
            return True
        try:
            return await self._rows.call(self._rows.queue.keep_lent, text)
        except RecordsError as error:  # then nobody else can take it either
            log.event("sms.loan_not_renewed", error=type(error).__name__)
            return True

    async def _failed(self, text: QueuedText, failure: NotSent) -> bool:
        log.event("sms.not_sent", code=failure.code, attempt=text.attempts)
        FAULTS.labels(f"sms_{failure.code}").inc()
        if failure.outcome in ("opted_out", "give_up"):
            if failure.outcome == "opted_out":
                await self._rows.opt_out(text.payload["number"])
            await self._give_up(text, str(failure.code), tell=failure.for_staff)
            return True
        if failure.wait:
            self._not_before = time.monotonic() + min(failure.wait, 60)
        if failure.for_staff and text.attempts == 1:
            await self._alerts.not_delivered(f"sms_{failure.code}", text.attempts)
        wait = self._wait(text, failure)
        retry_at = self._rows.queue.now() + timedelta(seconds=wait)
        await self._rows.call(self._rows.queue.not_sent, text.id, str(failure.code), retry_at)
        asyncio.get_running_loop().call_later(wait + 0.02, self.wake, text.conversation)
        return False

    @staticmethod
    def _wait(text: QueuedText, failure: NotSent) -> float:
        waits = WAITS_NOW if text.now else WAITS
        wait = waits[min(text.attempts, len(waits)) - 1] * random.uniform(0.8, 1.2)
        if failure.outcome == "unsure" and not text.now:
            wait = max(wait, UNSURE_SECONDS)
        return max(wait, failure.wait or 0.0)

    async def _give_up(self, text: QueuedText, code: str, tell: bool = True) -> None:
        await self._rows.call(self._rows.queue.not_sent, text.id, code, None)
        if tell:
            await self._alerts.not_delivered("sms", text.attempts)

    async def direct(self, number: str, texts: list[str], key: str) -> bool:
        """Send at once, without the records: for a crisis or the floor while they are away. Whether all were taken."""
        for place, words in enumerate(texts):
            for wait in (*WAITS_NOW[: DIRECT_TRIES - 1], None):
                try:
                    await self._send(TextOut(number, words, f"{key}-{place}"))
                    break
                except NotSent as failure:
                    log.event("sms.not_sent_directly", code=failure.code)
                    if wait is None or failure.outcome != "retry":
                        return failure.outcome == "unsure"
                    await asyncio.sleep(wait)
        return True

    async def told(self, item: str, status: str, code: int) -> None:
        """What the provider tells about a text of ours, any number of times and in any order."""
        queue = self._rows.queue
        log.event("sms.report", state=status, code=code or None)
        if code == 21610:
            number = await self._rows.call(queue.number_of, item)
            if number:
                await self._rows.opt_out(number)
        if status in ("delivered", "read"):
            await self._rows.call(queue.arrived, item)
        elif status in ("failed", "undelivered"):
            await self._lost(item, code)
        elif status in ("accepted", "scheduled", "queued", "sending", "sent"):
            await self._rows.call(queue.sent, item)

    async def _lost(self, item: str, code: int) -> None:
        failure = NotSent(code, "give_up")
        FAULTS.labels(f"sms_{code}").inc()
        if failure.for_staff:
            await self._alerts.not_delivered(f"sms_{code}", 1)
        if code in (30001, 30008, 30009, 30022):
            conversation = await self._rows.call(self._rows.queue.send_again, item, str(code), MOST_AGAIN)
            if conversation:
                self.wake(conversation)
        else:
            await self._rows.call(self._rows.queue.arrived, item)  # it never will: drop number and words

    def _under_way(self) -> set[asyncio.Task[None]]:
        tasks = {*self._now, *(lane.task for lane in self._lanes.values() if lane.task)}
        return {task for task in tasks if not task.done()}

    async def close(self, seconds: float) -> None:
        """Let the sends under way end, then let go."""
        until = time.monotonic() + seconds
        while (under_way := self._under_way()) and time.monotonic() < until:
            await asyncio.wait(under_way, timeout=until - time.monotonic())
        for task in self._under_way():
            task.cancel()
        try:
            await self._provider.close()
        except (OSError, FrontDoorError) as error:
            log.event("sms.close_failed", error=type(error).__name__)
