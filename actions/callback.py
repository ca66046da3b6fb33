"""A call-back request: consent, contact, best time, stored once, with a reference code to read out."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import answer, language_of, options, person_of
from actions.callback_gather import Gathered
from actions.callback_heard import HeardStep, asked_beside, heard_step
from actions.callback_state import Request
from actions.callback_store import CallbackFailed, can_be_kept, known_reference, store
from actions.callback_words import ask, noted
from actions.person import WAYS, reach
from actions.saying import button, exists, say
from actions.turn import Heard, facility, heard, set_slots

log = logging.getLogger(__name__)
PERSON_AFTER = 2
ABOUT_REQUEST = ("callback_change", "callback_code", "callback_sent")


class Making:
    """One turn of making a request."""

    def __init__(self, dispatcher: CollectingDispatcher, turn: Heard) -> None:
        self.dispatcher, self.turn = dispatcher, turn
        self.request = Request.of(turn.slots.get("callback"))
        self.values = language_of(turn) if turn.slots.get("flow") else person_of(turn)
        self.how = options(turn, self.values)
        self.flow: str | None = "callback"
        self.events: list[EventType] = []

    @property
    def by_text(self) -> bool:
        """Whether the person writes by SMS: then their number is known and not asked for."""
        return bool(self.turn.notes.get("sms_number"))

    def done(self) -> list[EventType]:
        """The events of this turn."""
        kept = self.request.kept() if self.flow == "callback" else None
        waits = self.flow != "callback" and bool(self.flow)
        slots = {"flow": self.flow, "flow_waits": waits, "callback": kept, "misses": 0, **self.values}
        return [*self.events, *set_slots(**slots)]

    def ask(self) -> None:
        """Ask what the request still lacks."""
        ask(self.dispatcher, self.request, self.how)

    def after(self, step: str) -> str | None:
        """The step after this one; None when the request is whole."""
        order = ["consent", "name", "number", "read_back", "time", "leave_message", "share_check"]
        if self.by_text:
            order = [one for one in order if one not in ("number", "read_back")]
        check = self.turn.slots.get("placement") or {}
        if not check.get("outcome"):
            order.remove("share_check")
        if self.request.best_time and step != "time" and "time" in order:
            order.remove("time")
        if self.request.number and step == "name" and "number" in order:
            order.remove("number")
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
        self.events = set_slots(topic="request_callback", more=None)
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
        """Begin, where a request can be kept; an earlier open request is named, not doubled."""
        if not await can_be_kept(self.turn.conversation):
            self.flow = None
            say(self.dispatcher, "callback_failed", kind="handoff", **self.how)
            return
        reference = await known_reference(self.turn.conversation)
        if reference:
            say(self.dispatcher, "callback_already", reference=reference, kind="handoff", **self.how)
        self.request = Request()
        self.ask()

    async def status(self, matter: str) -> None:
        """Asked about a request that was made: its code, whether it went out, or to change it."""
        self.flow = self.turn.slots.get("flow")  # a check that waits goes on waiting
        reference = await known_reference(self.turn.conversation)
        if not reference:
            say(self.dispatcher, "callback_no_request", kind="handoff", **self.how)
        elif matter == "callback_change":
            self.flow = "callback"
            await self.open()
        else:
            say(self.dispatcher, "callback_status", reference=reference, kind="handoff", **self.how)
        self.events = set_slots(topic="request_callback", more=None)

    def stop(self) -> None:
        """The person wants no call: what was given is dropped."""
        say(self.dispatcher, "callback_declined", kind="handoff", **self.how)
        self.flow, self.request = None, Request()

    def not_understood(self) -> None:
        """Ask again, with what an answer looks like; the second time with the phone as the way out."""
        self.request.tries += 1
        step = self.request.step
        if self.request.tries >= PERSON_AFTER:
            say(self.dispatcher, "callback_help", **self.how)
        if step == "number":
            say(self.dispatcher, "callback_bad_number", **self.how)
        elif self.request.tries < PERSON_AFTER:
            name = {"name": "callback_what_name", "time": "callback_what_time"}.get(step, "callback_yes_or_no")
            say(self.dispatcher, name, **self.how)
        self.ask()

    def no_phone(self) -> None:
        """Nobody can call without a number: the person can."""
        stop = [button("button_stop_request", "/cancel", self.how["language"])]
        say(self.dispatcher, "callback_no_number", stop, kind="handoff", **self.how)

    def digress(self, label: str) -> None:
        """Answer the person's own question, then ask ours again."""
        self.tell(label)
        self.ask()

    def tell(self, label: str) -> None:
        """Answer a question of the person's own."""
        if label in WAYS:
            reach(self.dispatcher, label, self.how, offer_call=False)
        elif exists(label):
            self.events = answer(self.dispatcher, self.turn, label, {})

    def explain(self, command: str) -> None:
        """Who sees what is given here, or what was written down so far; then the question again."""
        if command == "kept":
            noted(self.dispatcher, self.request, self.how)
        elif self.request.step != "consent":  # which says it itself
            say(self.dispatcher, "callback_who_sees", **self.how)
        self.ask()


def _keep(request: Request, found: Gathered) -> None:
    """What a message held besides what was asked."""
    if found.phone:
        request.number, request.shown = found.phone
    if found.time and not request.best_time:
        request.best_time, request.best_time_parsed = found.time_words or "", found.time


def _take(making: Making, said: HeardStep) -> None:
    request, step = making.request, making.request.step
    if step == "consent":
        request.consented_at = datetime.now(timezone.utc).isoformat()
        return
    if step == "time":
        request.best_time, request.best_time_parsed = said.text or "", said.found.time
    elif step == "name":
        request.name = said.text or ""
    elif step == "leave_message":
        request.leave_message = said.yes
    elif step == "share_check":
        request.share_check = bool(said.yes)
    _keep(request, said.found)


def _step_back(making: Making) -> None:
    request = making.request
    to_number = request.step in ("read_back", "time") and not making.by_text
    request.step = "number" if to_number else "name"
    request.number, request.shown, request.tries = "", "", 0
    making.ask()


def _command(making: Making, said: HeardStep) -> None:
    request = making.request
    if said.command == "stop":
        making.stop()
    elif said.command == "back":
        _step_back(making)
    elif said.command == "no_phone":
        making.no_phone()
    elif said.command in ("kept", "who_sees"):
        making.explain(said.command)
    else:
        if said.command in ("number", "noted"):  # another number, or a time before the number was confirmed
            _keep(request, said.found)
            request.step = "read_back" if said.command == "number" and not making.by_text else request.step
        making.ask()


def _only_a_number(said: HeardStep, request: Request) -> bool:
    return request.step == "name" and not said.given and bool(said.found.phone or said.found.time)


async def turn_of_request(making: Making) -> None:
    """Act on what the person meant."""
    if making.turn.slots.get("flow") != "callback":
        matter = next((one for one in ABOUT_REQUEST if one in making.turn.matters), None)
        await (making.status(matter) if matter else making.open())
        return
    request = making.request
    said = heard_step(making.turn, request)
    if said.command:
        _command(making, said)
    elif request.step == "consent" and said.yes is False:
        making.stop()
    elif request.step == "read_back" and said.yes is False:
        _step_back(making)
    elif said.digression:
        making.digress(said.digression)
    elif said.given:
        _take(making, said)
        await making.go_on()
    elif _only_a_number(said, request):
        _keep(request, said.found)
        making.ask()
    else:
        making.not_understood()
    if not making.flow and (beside := asked_beside(making.turn)):
        making.tell(beside)


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
