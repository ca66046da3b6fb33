"""Takes one message of any channel: danger first, then one turn of the assistant, then never silence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from bot import log
from bot.errors import FrontDoorError, RecordsError
from bot.gateway import metrics
from bot.gateway.alerts import Alerts
from bot.gateway.assistant_client import AssistantClient, AssistantDown, AssistantRefused
from bot.gateway.bodies import Said
from bot.gateway.floor import floor, wording_channel
from bot.gateway.problems import Problem
from bot.gateway.sessions import Messages, Session, Sessions
from bot.language import clear_language
from bot.records.access import Records
from bot.safety import Net, Verdict
from bot.safety.follow import COMES_BACK, follow_up, help_in_view, is_open, turn_elsewhere, wants_to_go_on
from bot.safety.reply import crisis_reply
from bot.safety.verdict import CRISIS_KINDS
from bot.safety.who import person_in_talk, talk_turns_to
from bot.settings import Settings
from bot.wording import load_wording

WRITE_DOWN_SECONDS = 0.1  # how long a crisis reply waits to be written down before it is shown
DOUBT_SECONDS = 0.7  # how long a second reading of danger may take; then the doubt decides
RECALL_SECONDS = 0.3  # a slow database must not use up the time of the turn itself
CRISIS_CHOICE = "/crisis_"
RESUME = "/crisis_resume"
LOVED_ONE = "for_loved_one"
GOES_STALE = 12 * 3600  # seconds after which a greeting is a greeting again, and no answer to the crisis reply


class Desk:
    """What every channel calls; holds no state that it could not lose."""

    def __init__(self, settings: Settings, records: Records, net: Net, client: AssistantClient) -> None:
        self.settings, self.records, self.net, self.client = settings, records, net, client
        self.sessions, self.alerts = Sessions(), Alerts(settings)
        self._behind: set[asyncio.Task[Any]] = set()

    async def take(
        self,
        conversation: str,
        channel: str,
        said: Said,
        notes: dict[str, Any] | None = None,
        verdict: Verdict | None = None,
    ) -> Messages:
        """The reply to one message, at least one sentence; raises Problem for a message that cannot be taken.

        `verdict` is what `read` said of these very words, where the channel has asked already.
        """
        started = time.monotonic()
        session = self.sessions.of(conversation)
        messages = self.sessions.given(session, said.message_id, said.words)
        if messages is None:
            verdict = self._with_before(session, said, verdict or self.read(said.words))
            if verdict.is_crisis and not verdict.is_doubtful:
                messages = await self.crisis(conversation, channel, said, verdict)
            else:
                async with session.lock:
                    messages = await self._in_turn(conversation, channel, said, session, notes or {}, verdict)
        metrics.count_reply(channel, messages, time.monotonic() - started)
        return messages

    def _with_before(self, session: Session, said: Said, verdict: Verdict) -> Verdict:
        """The verdict on this message, or on a sentence that it ends: only danger said plainly counts across messages."""
        if verdict.is_crisis:
            session.lately.clear()  # what follows a crisis reply is read by itself
            return verdict
        before = self.sessions.before(session, said.text) if said.text else []
        for number in range(1, len(before) + 1):
            whole = self.read(" ".join([*before[-number:], said.words]))
            if whole.is_crisis and whole.plain:
                session.lately.clear()
                return whole
        return verdict

    def read(self, words: str) -> Verdict:
        """What the net sees; nothing where the first line is switched off in a test of the second."""
        return self.net.read(words) if self.settings.safety_front else Verdict()

    async def crisis(self, conversation: str, channel: str, said: Said, verdict: Verdict) -> Messages:
        """The crisis reply, from this process alone; written down afterwards if the records answer."""
        session = self.sessions.of(conversation)
        verdict = self._about_whom(said, session, verdict)
        messages, session.crisis = crisis_reply(verdict, wording_channel(channel), session.crisis)
        session.crisis["at"] = int(time.time())
        session.waits, session.language = True, verdict.language
        metrics.CRISES.labels(str(verdict.kind), channel).inc()
        self.later(self._count(str(verdict.kind)))
        return await self._answered_here(conversation, channel, said, session, messages)

    def _about_whom(self, said: Said, session: Session, verdict: Verdict) -> Verdict:
        """The verdict, about somebody else where the words name nobody and the talk before them did."""
        before = session.crisis["person"] if session.crisis else session.about
        return replace(verdict, person=person_in_talk(self.net.tokens(said.words), verdict.person, before))

    async def _count(self, kind: str) -> None:
        now = datetime.now(timezone.utc)
        await asyncio.to_thread(self.records.count_crisis, kind, now)
        await self.alerts.crisis(kind, now)

    async def _answered_here(
        self, conversation: str, channel: str, said: Said, session: Session, messages: Messages
    ) -> Messages:
        shown = [{**message, "from": "bot", "seq": None, "reply_to": said.message_id} for message in messages]
        self.sessions.keep(session, said.message_id, said.words, shown)
        writing = self.later(self._write_down(conversation, channel, said, session, shown))
        done, _ = await asyncio.wait({writing}, timeout=WRITE_DOWN_SECONDS)
        if done and not writing.exception() and writing.result():
            shown = writing.result()
            self.sessions.keep(session, said.message_id, said.words, shown)
        return shown

    async def _write_down(
        self, conversation: str, channel: str, said: Said, session: Session, shown: Messages
    ) -> Messages | None:
        def work() -> Messages:
            return self.records.record_outside(
                conversation, channel=channel, message_id=said.message_id, body_hash=self.records.body_hash(said.words),
                person={"text": said.words}, messages=shown, note_state={"crisis": session.crisis},
            )  # fmt: skip

        try:
            return await asyncio.to_thread(work)
        except RecordsError as error:
            metrics.FAULTS.labels("crisis_not_written").inc()
            log.event("crisis.not_written", error=type(error).__name__)
            return None

    async def _in_turn(
        self, conversation: str, channel: str, said: Said, session: Session, notes: dict[str, Any], verdict: Verdict
    ) -> Messages:
        given = self.sessions.given(session, said.message_id, said.words)
        if given is not None:
            return given
        await self._recall(conversation, session)
        session.language = clear_language(said.text or "") or session.language
        session.about = talk_turns_to(self.net.tokens(said.text or "")) or session.about
        go_on = said.text is not None and wants_to_go_on(said.text, session.crisis)
        followed = None if go_on else self._follow(channel, said, session, verdict)
        if followed is not None:
            return await self._answered_here(conversation, channel, said, session, followed)
        if verdict.is_doubtful and not go_on and is_open(session.crisis):  # so soon after danger a doubt is enough
            return await self.crisis(conversation, channel, said, verdict)
        if go_on and session.crisis is not None:
            turn_elsewhere(session.crisis)
        try:
            given_on = {**notes, **({"go_on": True} if go_on else {})}
            messages = await self._by_assistant(conversation, channel, said, session, given_on, verdict.is_doubtful)
        except (AssistantRefused, AssistantDown) as error:
            if verdict.is_doubtful:  # nobody could read it a second time: the doubt decides
                return await self.crisis(conversation, channel, said, verdict)
            return self._without_assistant(error, channel, session)
        self._danger_seen_inside(channel, said, messages, session, verdict)
        if any(message.get("erase") for message in messages):
            return await self._erased(conversation, messages)
        if any(message.get("seq") is None for message in messages):
            metrics.FAULTS.labels("turn_not_written").inc()
        self.sessions.keep(session, said.message_id, said.words, messages)
        return messages

    async def _recall(self, conversation: str, session: Session) -> None:
        """Once in this process's life: whether danger was spoken of before."""
        if session.known:
            return
        try:
            stored = await asyncio.wait_for(asyncio.to_thread(self.records.load, conversation), RECALL_SECONDS)
        except (RecordsError, asyncio.TimeoutError) as error:
            metrics.FAULTS.labels("session_not_recalled").inc()
            log.event("session.not_recalled", error=type(error).__name__)
            return  # asked again at the next message
        session.known = True
        if stored and session.crisis is None:
            session.crisis = (stored.state or {}).get("crisis")
            if session.crisis and time.time() - session.crisis.get("at", 0) > GOES_STALE:
                session.crisis = {**session.crisis, "open": False, "step": "", "since": COMES_BACK}

    def _follow(self, channel: str, said: Said, session: Session, verdict: Verdict) -> Messages | None:
        """What answers a message that follows a crisis reply; None for one that the assistant answers."""
        if session.crisis is None:
            return None
        if said.payload == RESUME or (verdict.is_doubtful and not is_open(session.crisis)):
            turn_elsewhere(session.crisis)
            return None
        followed = follow_up(said.words, session.crisis, wording_channel(channel), verdict.is_doubtful)
        if followed is None:
            if said.payload and said.payload.startswith(CRISIS_CHOICE):
                raise Problem("not_offered")
            return None
        messages, session.crisis = followed
        return messages

    async def _by_assistant(
        self, conversation: str, channel: str, said: Said, session: Session, notes: dict[str, Any], doubtful: bool
    ) -> Messages:
        carried = {**notes, **({"crisis": True} if session.waits else {})}
        if session.crisis is not None:
            carried["crisis_state"] = session.crisis
        # The numbers stay beside the answers for a few turns; the assistant says and writes them down with its own words.
        in_view = help_in_view(session.crisis, wording_channel(channel), session.language)
        if in_view is not None:
            carried["in_view"] = in_view
        language = clear_language(said.text or "")
        if notes.get("go_on") and session.crisis is not None:  # "seguir" alone shows no language
            language = language or session.crisis.get("language")
        if language:
            carried["language"] = language
        request = {
            "op": "turn", "conversation": conversation, "channel": channel, "message_id": said.message_id, "notes": carried,
            **({"payload": said.payload} if said.payload is not None else {"text": said.text}),
        }  # fmt: skip
        seconds = DOUBT_SECONDS if doubtful else None
        messages: Messages = (await self.client.ask(request, seconds))["messages"]
        return messages

    def _danger_seen_inside(self, channel: str, said: Said, messages: Messages, session: Session, verdict: Verdict) -> None:
        """Where the second line gave the crisis reply, what follows it is the front door's again."""
        if any(message.get("topic") == LOVED_ONE for message in messages):
            session.about = "other"
        kind = next((message["topic"] for message in messages if message.get("topic") in CRISIS_KINDS), None)
        session.waits = kind is not None
        if kind is None:
            return
        seen = self._about_whom(said, session, replace(verdict, kind=kind))
        _, session.crisis = crisis_reply(seen, wording_channel(channel), session.crisis)
        session.crisis["at"] = int(time.time())
        metrics.CRISES.labels(kind, channel).inc()
        self.later(self._count(kind))

    def _without_assistant(self, error: FrontDoorError, channel: str, session: Session) -> Messages:
        code = error.code if isinstance(error, AssistantRefused) else "assistant_down"
        if code in ("not_offered", "body_mismatch"):
            raise Problem(code)
        return self._floor(code, channel, session)

    def _floor(self, cause: str, channel: str, session: Session) -> Messages:
        metrics.FLOORS.labels(cause).inc()
        log.event("floor", what=cause, channel=channel)
        return [floor(channel, session.language)]

    async def _erased(self, conversation: str, messages: Messages) -> Messages:
        if not await self.erase(conversation):
            failed = load_wording().message("problem_records_down", "web")
            return [{**failed, "from": "bot", "seq": None}]
        return [{**message, "seq": None} for message in messages]

    async def erase(self, conversation: str) -> bool:
        """Erase everything of a conversation, here, in the assistant and in the records; False if they do not answer."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self.records.erase, conversation), 2 * self.settings.database_seconds)
        except (RecordsError, asyncio.TimeoutError) as error:
            log.event("erase.failed", error=type(error).__name__)
            return False
        self.sessions.forget(conversation)
        self.later(self._forget(conversation))
        return True

    async def _forget(self, conversation: str) -> None:
        try:
            await self.client.ask({"op": "forget", "conversation": conversation})
        except (AssistantDown, AssistantRefused):
            pass  # a process that is gone remembers nothing

    def later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run work behind the reply; its failure is logged by type only."""
        task = asyncio.create_task(work)
        self._behind.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._behind.discard(task)
        if not task.cancelled() and task.exception():
            metrics.FAULTS.labels("behind").inc()
            log.event("behind.failed", error=type(task.exception()).__name__)

    async def close(self) -> None:
        """Let what is written behind replies end, then drop the line to the assistant."""
        if self._behind:
            await asyncio.wait(set(self._behind), timeout=2 * self.settings.database_seconds)
        await self.client.close()
