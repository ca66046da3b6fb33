"""Takes one turn through Rasa: from the person's message to the saved reply."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from actions.waiting import GO_ON
from bot.assistant.channel import TurnChannel
from bot.assistant.choices import chosen, remember, was_offered
from bot.assistant.inprocess import InProcessActions
from bot.assistant.nlg import WordingNlg
from bot.assistant.store import ConversationStore
from bot.assistant.turn import Turn, current_turn, outward
from bot.errors import BodyMismatch, RecordsError
from bot.records.access import Records
from bot.settings import BadSetting, Settings
from bot.wording import Wording, load_wording

log = logging.getLogger(__name__)

TURNS_TIME = 2.0  # a turn is given up after this many times what the front door waits
REMEMBERED = 1000  # conversations whose state is also held in memory, for when the records cannot be reached


def _waiting_after_danger(state: dict[str, Any], notes: dict[str, Any]) -> dict[str, Any]:
    """An unfinished flow waits once danger was spoken of, until the person wants to go on."""
    slots = state.get("slots", {})
    return {**state, "slots": {**slots, "flow_waits": True}} if notes.get("crisis") and slots.get("flow") else state


class Kept(NamedTuple):
    """Where a conversation stands as memory has it: the state, the version in the records, whether they lack the state."""

    state: dict[str, Any]
    version: int | None
    unsaved: bool


class TurnRefused(Exception):
    """A turn that cannot be taken; `code` is a word of the socket protocol."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Assistant:
    """The loaded model and its records; `take` is the one way in."""

    def __init__(self, settings: Settings, records: Records, wording: Wording | None = None) -> None:
        self.settings, self.records = settings, records
        self.wording = wording or load_wording()
        self.agent: Agent | None = None
        self.model = ""
        self._has_keys = False
        self._states: OrderedDict[str, Kept] = OrderedDict()
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()

    def loaded(self, model: Path) -> Agent:
        """A trained model ready to serve; the one before goes on serving. Raises whatever a bad file makes Rasa raise."""
        agent = Agent.load(
            str(model),
            generator=WordingNlg(wording=self.wording),
            action_endpoint=InProcessActions("actions", self.settings.action_seconds),
        )
        assert agent.processor is not None
        store = ConversationStore(agent.domain, self.records, self.settings.database_seconds)
        agent.tracker_store = store
        agent.processor.tracker_store = store
        return agent

    def serve(self, agent: Agent, model: str) -> None:
        """Answer with this one from the next turn on; turns under way end with the one before."""
        self.agent, self.model = agent, model

    def load(self, model: Path) -> None:
        """Load a trained model and serve it."""
        self.serve(self.loaded(model), model.name)

    def _lock(self, conversation: str) -> asyncio.Lock:
        lock = self._locks.setdefault(conversation, asyncio.Lock())
        self._locks.move_to_end(conversation)
        while len(self._locks) > REMEMBERED and not next(iter(self._locks.values())).locked():
            self._locks.popitem(last=False)
        return lock

    async def take(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """The reply to one turn request (see bot/gateway/assistant_client.py for its shape).

        Raises TurnRefused with the protocol's error word.
        """
        if self.agent is None:
            raise TurnRefused("not_ready")
        async with self._lock(request["conversation"]):
            done, turn = await self._once(request)
            if turn is not None and turn.overtaken and await self._still_there(turn.conversation):
                # Danger is answered by the front door without waiting for this turn: take it again on what is there now.
                done, _ = await self._once(request)
        return done

    async def _once(self, request: dict[str, Any]) -> tuple[list[dict[str, Any]], Turn | None]:
        turn, done = await self._begin(request)
        if done is not None:
            return done, None
        try:
            return await asyncio.wait_for(self._run(turn, request), TURNS_TIME * self.settings.turn_seconds), turn
        except asyncio.TimeoutError:
            log.error("turn given up")
            raise TurnRefused("too_slow") from None

    async def _still_there(self, conversation: str) -> bool:
        """Whether the conversation was not erased meanwhile; what was erased is not written again."""
        try:
            stored = await asyncio.wait_for(
                asyncio.to_thread(self.records.load, conversation), self.settings.database_seconds
            )
        except (RecordsError, asyncio.TimeoutError):
            return False
        return stored is not None

    async def _hash_of(self, body: str) -> str:
        # In a thread until it has worked once: before that the keys may have to be looked for in the database.
        try:
            if self._has_keys:
                return self.records.body_hash(body)
            work = asyncio.to_thread(self.records.body_hash, body)
            made = await asyncio.wait_for(work, self.settings.database_seconds)
            self._has_keys = True
            return made
        except (RecordsError, BadSetting, OSError, asyncio.TimeoutError) as error:
            log.error("no key: %s", type(error).__name__)
            raise TurnRefused("records") from None

    async def _begin(self, request: dict[str, Any]) -> tuple[Turn, list[dict[str, Any]] | None]:
        conversation, payload = request["conversation"], request.get("payload")
        body = payload if payload is not None else request.get("text", "")
        body_hash = await self._hash_of(body)
        done: list[dict[str, Any]] | None = None
        forgotten = False
        try:
            done, state, version = await self._look_up(conversation, request["message_id"], body_hash)
        except BodyMismatch:
            raise TurnRefused("body_mismatch") from None
        except (RecordsError, BadSetting, OSError, asyncio.TimeoutError) as error:
            log.error("state not read: %s", type(error).__name__)
            if conversation not in self._states:
                raise TurnRefused("records") from None
            state, version, _ = self._states[conversation]
            forgotten = True
        state = _waiting_after_danger(state, request.get("notes") or {})
        turn = Turn(
            conversation, request["channel"], request["message_id"], body_hash, {"text": body}, state, version,
            notes=request.get("notes") or {}, forgotten=forgotten,
        )  # fmt: skip
        return turn, done

    async def _look_up(
        self, conversation: str, message_id: str, body_hash: str
    ) -> tuple[list[dict[str, Any]] | None, dict[str, Any], int | None]:
        work = asyncio.to_thread(self.records.begin_turn, conversation, message_id, body_hash)
        done, stored = await asyncio.wait_for(work, self.settings.database_seconds)
        version, state = (stored.version, dict(stored.state or {})) if stored else (None, {})
        kept = self._states.get(conversation)
        if kept and kept.unsaved and kept.version == version:
            state = kept.state  # said while the records were away, and nobody wrote since
        if "payloads" not in state:  # nothing was said here yet; what the front door says to danger is not counted
            state = remember(state, [self.wording.message("greet", "web")])
        return done, state, version

    def _typed(self, turn: Turn, request: dict[str, Any]) -> str:
        payload = request.get("payload")
        if payload is not None:
            if not was_offered(turn.state, payload):
                raise TurnRefused("not_offered")
            titles = {button["payload"]: button["title"] for button in turn.state.get("offered", [])}
            turn.person = {"text": titles.get(payload, ""), "payload": payload}
            return str(payload)
        if turn.notes.get("go_on"):  # the front door read the wish to go on after danger
            return GO_ON
        choice = chosen(turn.state, request["text"])
        # What a person types is never obeyed as a Rasa command, whatever it begins with.
        return choice or (request["text"].strip().lstrip("/").strip() or "?")

    async def _run(self, turn: Turn, request: dict[str, Any]) -> list[dict[str, Any]]:
        assert self.agent is not None and self.agent.processor is not None
        text = self._typed(turn, request)
        token = current_turn.set(turn)
        try:
            message = UserMessage(
                text, TurnChannel(turn), turn.conversation, input_channel=turn.channel, metadata=turn.notes
            )
            await self.agent.processor.handle_message(message)
        finally:
            current_turn.reset(token)
        self._keep(turn)
        return self._reply(turn)

    def _keep(self, turn: Turn) -> None:
        version = turn.version if turn.forgotten else (turn.version or 0) + 1
        if not turn.overtaken:
            self._states[turn.conversation] = Kept(turn.state, version, turn.forgotten)
            self._states.move_to_end(turn.conversation)
        while len(self._states) > REMEMBERED:
            self._states.popitem(last=False)

    def _reply(self, turn: Turn) -> list[dict[str, Any]]:
        if not turn.said:
            raise TurnRefused("internal")
        if turn.reply is not None and not turn.forgotten:
            return turn.reply
        language = turn.state.get("slots", {}).get("language") or "en"
        honest = outward(self.wording.message("something_forgotten", turn.channel, language=language))
        return [{**message, "from": "bot", "seq": None} for message in [*turn.said, honest]]

    def forget(self, conversation: str) -> None:
        """Drop what memory holds of a conversation that was erased."""
        self._states.pop(conversation, None)
