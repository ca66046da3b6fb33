"""Rasa's tracker store on our records: encrypted, off the event loop, the same work at every turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.choices import remember
from bot.assistant.turn import Turn, current_turn, outward, with_help
from bot.errors import Conflict, RecordsError
from bot.records.access import Records
from bot.wording import load_wording

log = logging.getLogger(__name__)


def slots_worth_keeping(tracker: DialogueStateTracker) -> dict[str, Any]:
    """Slot values that differ from their initial ones: all that the next turn needs of the past."""
    return {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value}


def without_number(event: dict[str, Any]) -> dict[str, Any]:
    """An event as it is kept: the number that texted was told for this turn only; a call-back has a row of its own."""
    known = {name: value for name, value in event.items() if name != "sms_number"}
    return {name: without_number(value) if isinstance(value, dict) else value for name, value in known.items()}


class ConversationStore(TrackerStore):
    """Keeps one row of state a conversation for the next turn, and the whole history beside it.

    Rasa replays every event of a session at every turn. Ours hands it the slots and a fresh session, so the 300th
    turn costs what the 3rd does; what was said stays in the history rows (bot/records) until it is due to go.
    Outside a turn of the service (`rasa shell`) it remembers in memory only.
    """

    def __init__(self, domain: Domain | None, records: Records | None = None, seconds: float = 1.0, **kwargs: Any) -> None:
        super().__init__(domain, **kwargs)
        self.records, self.seconds = records, seconds
        self._shell: dict[str, dict[str, Any]] = {}
        self._behind: set[asyncio.Task[None]] = set()

    def _rebuilt(self, conversation: str, slots: dict[str, Any]) -> DialogueStateTracker:
        known = {slot.name for slot in self.domain.slots}
        # A slot that a new release no longer knows is dropped, not a reason to forget the rest.
        events: list[Event] = [SessionStarted()]
        events += [SlotSet(name, value) for name, value in slots.items() if name in known]
        events.append(ActionExecuted("action_listen"))
        return DialogueStateTracker.from_events(conversation, events, self.domain.slots, domain=self.domain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """The tracker of a conversation, a fresh one for an unknown id."""
        turn = current_turn.get()
        state = turn.state if turn else self._shell.get(sender_id, {})
        return self._rebuilt(sender_id, state.get("slots", {}))

    async def get_or_create_tracker(
        self, sender_id: str, max_event_history: int | None = None, append_action_listen: bool = True
    ) -> DialogueStateTracker:
        """As `retrieve`: nothing is written before the turn is done."""
        return await self.retrieve(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the turn: state, history and reply in one transaction; on failure the turn says so itself."""
        slots = slots_worth_keeping(tracker)
        turn = current_turn.get()
        if turn is None:
            self._shell[tracker.sender_id] = {"slots": slots}
            return
        if not turn.said:  # an action that did nothing: never silence, and never an empty reply on record
            channel, language = ("sms" if turn.channel == "sms" else "web"), slots.get("language") or "en"
            turn.said.append(outward(load_wording().message("technical_problem", channel, language=language)))
        turn.said[:] = with_help(turn.said, turn.notes.get("in_view"))
        turn.state = remember({**turn.state, "slots": slots}, turn.said)
        events = [without_number(event.as_dict()) for event in tracker.events if not isinstance(event, SlotSet)]
        if turn.forgotten:
            # The records did not answer when the turn began: it is written behind the reply, if they come back in time.
            task = asyncio.create_task(self._write(turn, events))
            self._behind.add(task)
            task.add_done_callback(self._behind.discard)
            return
        await self._write(turn, events)

    async def _write(self, turn: Turn, events: list[dict[str, Any]]) -> None:
        assert self.records is not None
        try:
            turn.reply = await asyncio.wait_for(
                asyncio.to_thread(
                    self.records.save_turn,
                    turn.conversation,
                    channel=turn.channel,
                    message_id=turn.message_id,
                    body_hash=turn.body_hash,
                    person=turn.person,
                    messages=turn.said,
                    state=turn.state,
                    events=events,
                    expected_version=turn.version,
                ),
                self.seconds,
            )
        except Conflict:
            turn.overtaken = turn.forgotten = True
            log.error("turn overtaken")
        except (RecordsError, asyncio.TimeoutError) as error:
            turn.forgotten = True
            log.error("turn not written: %s", type(error).__name__)

    async def keys(self) -> Iterable[str]:
        """No listing: nobody walks through conversations by way of Rasa."""
        return ()
