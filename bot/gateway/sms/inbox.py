"""Texts on their way in: kept before they are acknowledged, answered in order for each person, danger before all."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bot import log
from bot.errors import RecordsError
from bot.gateway.metrics import FAULTS
from bot.gateway.sms.answering import Answering, Reply
from bot.gateway.sms.incoming import Incoming
from bot.gateway.sms.quiet import next_time
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.sender import Sender
from bot.gateway.sms.words import meaning_of
from bot.records.sms_queue import Answer, QueuedText

LATE = timedelta(hours=1)  # an answer that comes later than this keeps the quiet hours, as if we wrote first
MOST_TRIES = 4  # a text that ends the process each time is answered with the floor
FLOOR_AGAIN = timedelta(minutes=10)
MOST_KEPT = 20_000
GIVES_WAY = 1.0  # seconds that an ordinary answer lets acknowledgements go first; Twilio drops what waits too long for one
AT_ONCE = 8  # people answered together: more only lets acknowledgements wait, and danger is not counted
TAKE_SECONDS = 5.0  # Twilio waits 15; a database that is silent must not use them up


class Inbox:
    """The incoming half."""

    def __init__(self, rows: Rows, answering: Answering, sender: Sender) -> None:
        self._rows, self._answering, self._sender = rows, answering, sender
        self._doors: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._lanes: dict[str, list[QueuedText]] = {}  # people being answered, and what was handed over meanwhile
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._keeping, self._all_kept = 0, asyncio.Event()
        self._behind: set[asyncio.Task[None]] = set()
        self._floored: OrderedDict[str, datetime] = OrderedDict()
        self._unwritten: dict[str, QueuedText] = {}  # answered while the records were away
        self._stuck: dict[str, QueuedText] = {}  # not answered because the records were away
        self._spooled: OrderedDict[str, bool] = OrderedDict()  # ids kept aside by this process
        self._aside: set[str] = set()  # people with a text in the spool
        self._answered: set[str] = set()  # ids of dangerous texts that are being answered without the records
        self._under_way: set[Path] = set()  # kept aside, and being answered all the same
        self._taking_up = asyncio.Lock()

    async def take(self, text: Incoming, conversation: str) -> bool:
        """Keep a text, begin to answer it behind the acknowledgement; False for one that came before."""
        if text.sid in self._spooled:
            return False
        urgent = self._answering.in_danger(text)
        async with self._door(conversation):  # first come, first kept: that is the order of answering
            keeping = asyncio.create_task(self._keep(text, conversation, urgent, self._rows.queue.now()))
            done, _ = await asyncio.wait({keeping}, timeout=TAKE_SECONDS)
            error = keeping.exception() if done else asyncio.TimeoutError()
            if error is None:
                new, mine = keeping.result()
                if mine is not None:
                    self.go(mine)
                return new
            if not isinstance(error, (RecordsError, asyncio.TimeoutError)):
                raise error
            log.event("sms.spooled", error=type(error).__name__)
            keeping.add_done_callback(self._kept_late)
            self._without_records(text, conversation, urgent)
            return True

    async def _keep(
        self, text: Incoming, conversation: str, urgent: bool, received: datetime
    ) -> tuple[bool, QueuedText | None]:
        self._keeping += 1
        self._all_kept.clear()
        try:
            return await self._accept(text, conversation, urgent, received)
        finally:
            self._keeping -= 1
            if not self._keeping:
                self._all_kept.set()

    async def _give_way(self) -> None:
        if self._keeping:
            try:
                await asyncio.wait_for(self._all_kept.wait(), GIVES_WAY)
            except asyncio.TimeoutError:
                pass  # somebody has waited for an answer long enough

    def _kept_late(self, keeping: asyncio.Task[tuple[bool, QueuedText | None]]) -> None:
        """What was kept after all is answered now; its file is then one of a text that is known."""
        mine = None if keeping.cancelled() or keeping.exception() else keeping.result()[1]
        if mine is None:
            return
        if Incoming.of(mine.payload).sid in self._answered:
            self._unwritten[mine.id] = mine
        else:
            self.go(mine)

    def _door(self, conversation: str) -> asyncio.Lock:
        door = self._doors.setdefault(conversation, asyncio.Lock())
        self._doors.move_to_end(conversation)
        while len(self._doors) > MOST_KEPT and not next(iter(self._doors.values())).locked():
            self._doors.popitem(last=False)
        return door

    async def _accept(
        self, text: Incoming, conversation: str, urgent: bool, received: datetime
    ) -> tuple[bool, QueuedText | None]:
        if not urgent and conversation in self._aside:  # what came before goes before
            await self.take_up()
        return await self._rows.taking(
            self._rows.queue.accept, text.sid, conversation, text.kept(), urgent=urgent, received=received
        )

    def go(self, text: QueuedText) -> None:
        """Answer a text that was lent to us, and those of the same person after it."""
        if text.now:
            self._later(self._urgent(text))
        elif text.conversation in self._lanes:
            self._lanes[text.conversation].append(text)
        else:
            self._lanes[text.conversation] = [text]
            self._later(self._lane(text.conversation))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._behind.discard(task)
        if not task.cancelled() and task.exception():
            log.event("sms.text_failed", error=type(task.exception()).__name__)
            FAULTS.labels("sms_inbox").inc()

    async def _lane(self, conversation: str) -> None:
        handed = self._lanes[conversation]
        try:
            while handed:
                following: QueuedText | None = handed.pop(0)
                while following is not None:
                    async with self._slots:
                        await self._give_way()
                        following = await self._ordinary(following)
        finally:
            del self._lanes[conversation]

    async def _ordinary(self, text: QueuedText) -> QueuedText | None:
        incoming = Incoming.of(text.payload)
        if text.attempts > MOST_TRIES:
            return await self._finish(text, incoming, self._answering.floor(incoming, text.conversation))
        try:
            reply = await self._answering.reply(incoming, text.conversation)
        except RecordsError as error:
            log.event("sms.waits", error=type(error).__name__)
            self._stuck[text.id] = text
            await self._floor_without_records(incoming, text.conversation)
            return None
        return await self._finish(text, incoming, reply)

    async def _urgent(self, text: QueuedText) -> None:
        incoming = Incoming.of(text.payload)
        await self._finish(text, incoming, await self._answering.crisis(incoming, text.conversation))

    async def _finish(self, text: QueuedText, incoming: Incoming, reply: Reply) -> QueuedText | None:
        """Write the answer and what is next; where the records are away the answer goes out all the same, once."""
        now = self._rows.queue.now()
        late = not reply.now and now - text.created_at > LATE
        answer = Answer(
            incoming.number, reply.told, reply.now, reply.rest, next_time(incoming.number, now) if late else None, reply.drop
        )
        try:
            finished = await self._rows.call(self._rows.queue.finish, text, answer)
        except RecordsError as error:
            log.event("sms.not_written", error=type(error).__name__)
            self._unwritten[text.id] = text
            await self._sender.direct(incoming.number, list(reply.told), text.id)
            return None
        if finished.done and reply.told:
            self._sender.hand(text.conversation, finished.out)
        return finished.following

    async def _catch_up(self) -> None:
        """What could not be written or answered while the records were away."""
        await self._sender.catch_up()
        for text in list(self._unwritten.values()):
            finished = await self._rows.call(self._rows.queue.finish, text, Answer(""))
            self._unwritten.pop(text.id, None)
            if finished.following is not None:
                self.go(finished.following)
        for text in list(self._stuck.values()):
            self._stuck.pop(text.id, None)
            self.go(text)

    def _without_records(self, text: Incoming, conversation: str, urgent: bool) -> None:
        """Keep a text aside, and answer what can be answered without the records."""
        self._spooled[text.sid] = True
        while len(self._spooled) > MOST_KEPT:
            self._spooled.popitem(last=False)
        kept = {**text.kept(), "conversation": conversation, "at": self._rows.queue.now().timestamp(), "urgent": urgent}
        path = self._rows.spool.put(kept)
        if path is None:
            FAULTS.labels("sms_not_kept").inc()
        if urgent:
            self._later(self._crisis_without_records(text, conversation, path))
        else:
            self._aside.add(conversation)
            self._later(self._floor_without_records(text, conversation))

    async def _crisis_without_records(self, text: Incoming, conversation: str, path: Path | None) -> None:
        kept = path or Path()
        self._under_way.add(kept)
        self._answered.add(text.sid)
        try:
            reply = await self._answering.crisis(text, conversation)
            if not await self._sender.direct(text.number, list(reply.told), text.message_id):
                self._answered.discard(text.sid)
            elif path is not None:
                self._rows.spool.replace(path, {"sid": text.sid, "answered": True})
        finally:
            self._under_way.discard(kept)

    async def _floor_without_records(self, text: Incoming, conversation: str) -> None:
        """The floor now; the answer itself when the records are back. Once in a while for each person, not for each text."""
        now = self._rows.queue.now()
        if meaning_of(text.body) == "out" or now - self._floored.get(conversation, now - 2 * FLOOR_AGAIN) < FLOOR_AGAIN:
            return
        self._floored[conversation] = now
        while len(self._floored) > MOST_KEPT:
            self._floored.popitem(last=False)
        await self._sender.direct(text.number, list(self._answering.floor(text, conversation).told), text.message_id)

    async def take_up(self) -> None:
        """Hand what was spooled to the records, in order. Raises RecordsError while they are still away."""
        async with self._taking_up:
            aside = set(self._aside)
            for path, kept in self._rows.spool.all():
                if kept is None or path in self._under_way:
                    continue
                if kept.get("answered"):
                    await self._rows.call(self._rows.queue.seen, kept["sid"])
                else:
                    await self._take_up_one(kept)
                self._rows.spool.drop(path)
            self._aside -= aside

    async def _take_up_one(self, kept: dict[str, Any]) -> None:
        text, received = Incoming.of(kept), datetime.fromtimestamp(kept["at"], timezone.utc)
        _, mine = await self._rows.call(
            self._rows.queue.accept, text.sid, kept["conversation"], text.kept(), urgent=kept["urgent"], received=received
        )
        if mine is not None:
            self.go(mine)

    async def sweep(self) -> None:
        """Take up what was left: spooled texts, texts of a process that died, answers that wait. Raises RecordsError."""
        if self._rows.spool.waiting():
            await self.take_up()
        waiting, sending, urgent = await self._rows.call(self._rows.queue.due)
        await self._catch_up()
        for text in urgent:
            self.go(text)
        for conversation in waiting:
            if conversation not in self._lanes:
                following = await self._rows.call(self._rows.queue.next_in, conversation)
                if following is not None:
                    self.go(following)
        for conversation in sending:
            self._sender.wake(conversation)

    async def close(self, seconds: float) -> None:
        """Let what is being answered end."""
        if self._behind:
            await asyncio.wait(set(self._behind), timeout=seconds)
        for task in list(self._behind):
            task.cancel()
