"""Texts that the centre starts: only these, only to who did not opt out, only at the hours in which one may."""

from __future__ import annotations

from bot import log
from bot.gateway.sms.compose import as_sent
from bot.gateway.sms.quiet import next_time
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.sender import Sender
from bot.language import Language
from bot.records.sms_queue import Answer
from bot.wording import load_wording

# The whole list; docs/sms.md shows it to the centre.
STARTED = ("sms_tried_to_reach",)


class Starting:
    """Queues them; `start` is the one way."""

    def __init__(self, rows: Rows, sender: Sender) -> None:
        self._rows, self._sender = rows, sender

    async def start(self, name: str, number: str, conversation: str, key: str, language: Language = "en") -> bool:
        """Text a number (E.164) first, once for each `key`; False for an opted-out number or a key used before.

        Raises RecordsError, and ValueError for a wording that is not on the list.
        """
        if name not in STARTED:
            raise ValueError("not a text that we may start")
        if await self._rows.call(self._rows.records.opted_out, number):
            log.event("sms.start_opted_out")
            return False
        text = as_sent(load_wording().render(name, "sms", language))
        answer = Answer(number, (text,), not_before=next_time(number, self._rows.queue.now()))
        new = await self._rows.call(self._rows.queue.start, conversation, key, answer)
        if new:
            self._sender.wake(conversation)
        return new
