"""The text that the centre starts: one, only to who agreed to it by text, only at the hours in which one may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot import log
from bot.gateway.sms.compose import as_sent
from bot.gateway.sms.quiet import may_text, next_time
from bot.gateway.sms.rows import Rows
from bot.language import clear_language
from bot.records.sms_queue import Answer, QueuedText
from bot.wording import load_wording

# The whole list; docs/sms.md shows it to the centre.
STARTED = ("sms_tried_to_reach",)
AGREED_SINCE = 2  # the first version of `callback_consent` whose words name such a text


class Starting:
    """Queues it; works in the console's threads. The sender finds it within a second of its hour."""

    def __init__(self, rows: Rows, conversation: Callable[[str], str]) -> None:
        self._rows, self._conversation = rows, conversation

    def agreed(self, found: dict[str, Any]) -> dict[str, Any] | None:
        """The request of a call-back (`Records.callback_by_reference`) that may be texted about; None for none.

        It waits, was made by text from the very number to be called, under words that name the text, and a message may
        be left. Raises RecordsError.
        """
        return next((asked for asked in found["requests"] if self._agreed(asked)), None)

    def tried_to_reach(self, found: dict[str, Any]) -> bool:
        """After a call that nobody picked up: text that it was tried, once for each request; whether one was queued.

        Raises RecordsError.
        """
        asked = self.agreed(found)
        if asked is None or self._rows.records.opted_out(asked["number"]):
            return False
        return self._start("sms_tried_to_reach", asked)

    def _agreed(self, asked: dict[str, Any]) -> bool:
        number, version = asked.get("number"), str(asked["consent_version"])
        if not (asked["waits"] and asked["channel"] == "sms" and number and asked.get("leave_message") is True):
            return False
        if not (version.isdecimal() and int(version) >= AGREED_SINCE):
            return False
        own = self._rows.records.open_callback(self._conversation(number))
        return own is not None and own["reference"] == asked["reference"]

    def _start(self, name: str, asked: dict[str, Any]) -> bool:
        number, language = asked["number"], clear_language(asked.get("consent_words") or "") or "en"
        text = as_sent(load_wording().render(name, "sms", language))
        answer = Answer(number, (text,), not_before=next_time(number, self._rows.queue.now()), started=True)
        new = self._rows.queue.start(self._conversation(number), f"{name}-{asked['reference']}", answer)
        log.event("sms.started" if new else "sms.started_before")
        return new


def still_right(rows: Rows, text: QueuedText) -> bool:
    """Whether a text that waited for its hour or for another try may still go. Raises RecordsError."""
    number = text.payload["number"]
    return (
        may_text(number, rows.queue.now())
        and not rows.records.opted_out(number)
        and rows.records.open_callback(text.conversation) is not None
    )
