"""A call-back request: consent, contact, best time, stored once, with a reference code to read out."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer, options, person_of
from actions.callback_heard import HeardStep, heard_step
from actions.callback_state import Request
from actions.callback_store import CallbackFailed, known_reference, store
from actions.saying import button, exists, say
from actions.turn import Heard, facility, heard, set_slots

log = logging.getLogger(__name__)
PERSON_AFTER = 2


class Making:
    """One turn of making a request."""

    def __init__(self, dispatcher: CollectingDispatcher, turn: Heard) -> None:
        self.dispatcher, self.turn = dispatcher, turn
        self.request = Request.of(turn.slots.get("callback"))
        self.values = person_of(turn) if not turn.slots.get("flow") else {}
        self.how = options(turn, self.values)
        self.flow: str | None = "callback"
        self.events: list[EventType] = []

    @property
    def by_text(self) -> bool:
        """Whether the person writes by SMS: then their number is known and not asked for."""
        return bool(self.turn.notes.get("sms_number"))

    def done(self) -> list[EventType]:
        """The events of this turn."""
        kept = self.request.kept() if self.flow else None
        slots = {"flow": self.flow, "flow_waits": False, "callback": kept, "misses": 0, **self.values}
        return [*self.events, *set_slots(**slots)]

    def ask(self) -> None:
        """Ask what the request still lacks."""
        step, language = self.request.step, self.how["language"]
        yes_no = [button("button_yes", "/affirm", language), button("button_no", "/deny", language)]
        skip = [button("button_skip", "/skip", language)]
        stop = [button("button_stop_request", "/cancel", language)]
        name = {"consent": "callback_intro", "name": "callback_ask_name", "number": "callback_ask_number",
                "read_back": "callback_read_back", "time": "callback_ask_time",
                "leave_message": "callback_ask_message_ok", "share_check": "callback_ask_share_check"}[step]  # fmt: skip
        fill = {"number": self.request.shown} if step == "read_back" else {}
        if step == "consent":
            say(self.dispatcher, name, kind="question", **self.how)
            say(self.dispatcher, "callback_consent", yes_no, kind="question", **self.how)
            return
        buttons = {"name": skip + stop, "number": stop, "time": skip + stop}.get(step, yes_no)
        say(self.dispatcher, name, buttons, kind="question", **fill, **self.how)

    def after(self, step: str) -> str | None:
        """The step after this one; None when the request is whole."""
        order = ["consent", "name", "number", "read_back", "time", "leave_message", "share_check"]
        if self.by_text:
            order = [one for one in order if one not in ("number", "read_back")]
        check = self.turn.slots.get("placement") or {}
        if not check.get("outcome"):
            order.remove("share_check")
        place = order.index(step) + 1
        return order[place] if place < len(order) else None

    async def go_on(self) -> None:
        """Ask the next step, or store the request."""
        following = self.after(self.request.step)
        self.request.tries = 0
        if following:
            self.request.step = following
            self.ask()
        else:
            await self.store()

    async def store(self) -> None:
        """Write the request down; what cannot be written is never promised."""
        self.flow = None
        try:
            reference, merged = await store(self.request, self.turn)
        except CallbackFailed:
            say(self.dispatcher, "callback_failed", kind="handoff", **self.how)
            return
        say(
            self.dispatcher,
            "callback_changed" if merged else "callback_done",
            kind="handoff",
            reference=reference,
            **self.how,
        )
        self.promise()

    def promise(self) -> None:
        """When somebody will call: only what facility.yml allows to be said."""
        opening = facility().opening_words(datetime.now(timezone.utc), self.how["language"])
        if opening:
            say(self.dispatcher, "callback_promise_open", opening=opening, kind="handoff", **self.how)
        else:
            say(self.dispatcher, "callback_promise_unknown", kind="handoff", **self.how)

    async def open(self) -> None:
        """Begin; an earlier open request is named, not doubled."""
        reference = await known_reference(self.turn.conversation)
        if reference:
            say(self.dispatcher, "callback_already", reference=reference, kind="handoff", **self.how)
        self.request = Request()
        self.ask()

    def stop(self) -> None:
        """The person wants no call: what was given is dropped."""
        say(self.dispatcher, "callback_declined", kind="handoff", **self.how)
        self.flow, self.request = None, Request()

    def not_understood(self) -> None:
        """Ask again; the second time with the phone as the way out."""
        self.request.tries += 1
        if self.request.step == "number":
            say(self.dispatcher, "callback_bad_number", **self.how)
        elif self.request.tries >= PERSON_AFTER:
            say(self.dispatcher, "fallback_person", **self.how)
        self.ask()

    def digress(self, label: str) -> None:
        """Answer the person's own question, then ask ours again."""
        if exists(label):
            self.events = answer(self.dispatcher, self.turn, label, {})
        self.ask()


def _take(request: Request, said: HeardStep) -> None:
    step = request.step
    if step == "consent":
        request.consented_at = datetime.now(timezone.utc).isoformat()
    elif step == "name":
        request.name = said.text or ""
    elif step == "number" and said.phone:
        request.number, request.shown = said.phone
    elif step == "time":
        request.best_time, request.best_time_parsed = said.text or "", said.time
    elif step == "leave_message":
        request.leave_message = said.yes
    elif step == "share_check":
        request.share_check = bool(said.yes)


async def turn_of_request(making: Making) -> None:
    """Act on what the person meant."""
    if making.turn.slots.get("flow") != "callback":
        await making.open()
        return
    request = making.request
    said = heard_step(making.turn, request.step)
    if said.command == "stop" or (request.step == "consent" and said.yes is False):
        making.stop()
    elif said.command in ("repeat", "resume"):
        making.ask()
    elif said.command == "back" or (request.step == "read_back" and said.yes is False):
        request.step = "number" if request.step in ("read_back", "time") and not making.by_text else "name"
        making.ask()
    elif said.digression:
        making.digress(said.digression)
    elif said.given:
        _take(request, said)
        await making.go_on()
    else:
        making.not_understood()


class ActionCallback(Action):
    """One turn of a call-back request."""

    def name(self) -> str:
        """As in domain.yml."""
        return "action_callback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Open, ask, take, store."""
        making = Making(dispatcher, heard(tracker))
        await turn_of_request(making)
        return making.done()
