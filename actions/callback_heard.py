"""What a message means while a call-back request is being made. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from actions.callback_gather import MOST_CHARACTERS, Gathered, gather, has_no_phone, speaks_of_time, without_name
from actions.callback_state import Request
from actions.consent import consent_of
from actions.turn import Heard
from bot.nlu.undecided import NOT_OFFERED

COMMANDS = {"cancel": "stop", "go_back": "back", "repeat": "repeat", "crisis_resume": "resume", "why_ask": "who_sees"}
MATTERS = ("kept", "who_sees", "language")
SURE_COMMAND, SURE_QUESTION, LEAST_BESIDE = 0.7, 0.75, 0.15
YES_NO_STEPS = ("consent", "read_back", "leave_message", "share_check")
OUR_OWN = ("request_callback", "talk_to_human", "ask_menu")
# Inside the form, these ask what becomes of what is given here.
PRIVACY = ("confidentiality",)
_ASKS = re.compile(
    r"\?|\b(?:what|when|where|how|who|why|which|do (?:you|they)|are (?:you|they)|is there|can (?:i|you)|qu[eé]|cu[aá]ndo|d[oó]nde|c[oó]mo|"
    r"cu[aá]nto|tienen)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class HeardStep:
    """The reading of one message; `given` says whether it answers the step."""

    given: bool = False
    command: str | None = None
    digression: str | None = None
    yes: bool | None = None
    text: str | None = field(default=None, repr=False)
    found: Gathered = field(default=Gathered(), repr=False)


def _question(turn: Heard) -> str | None:
    if turn.intent in PRIVACY:
        return None
    asks = turn.intent not in NOT_OFFERED and turn.intent not in OUR_OWN
    return turn.intent if asks and turn.confidence >= SURE_QUESTION else None


def asked_beside(turn: Heard) -> str | None:
    """A question that stands beside a yes or a no ("no thanks. when do you open?"); None without one."""
    if turn.by_button or not _ASKS.search(turn.text):
        return None
    ranking = [(one["name"], one["confidence"]) for one in turn.parsed.get("intent_ranking") or []]
    second = turn.parsed.get("second_meaning")
    named = [second] if second else [label for label, chance in ranking if chance >= LEAST_BESIDE]
    return next((label for label in named if label not in NOT_OFFERED and label not in (*OUR_OWN, *PRIVACY)), None)


def _by_button(turn: Heard, step: str) -> HeardStep:
    if turn.intent == "skip":
        return HeardStep(given=True, text="") if step in ("name", "time") else HeardStep(command="stop")
    if step in YES_NO_STEPS and turn.intent in ("affirm", "deny"):
        return HeardStep(given=True, yes=turn.intent == "affirm")
    return HeardStep(digression=turn.intent)


def _yes_no(turn: Heard, request: Request) -> HeardStep:
    found = gather(turn.text)
    yes = consent_of(turn.text)
    if request.step != "consent" and found.phone:
        same = found.phone[0] == request.number
        if request.step == "read_back" and same and yes is not False:
            return HeardStep(given=True, yes=True, found=Gathered(time=found.time, time_words=found.time_words))
        if not same:
            return HeardStep(command="number", found=found)
    if request.step == "read_back" and found.time and yes is not False:
        return HeardStep(given=yes is True, yes=yes, found=found, command=None if yes else "noted")
    asked = _question(turn) if yes is None else None
    return HeardStep(given=yes is not None, yes=yes, digression=asked)


def _number(turn: Heard) -> HeardStep:
    found = gather(turn.text)
    if found.phone:
        return HeardStep(given=True, found=found)
    asked = _question(turn)
    if asked and asked != "phone_number":
        return HeardStep(digression=asked, found=found)
    if has_no_phone(turn.text) or turn.intent in ("unsure", "skip"):
        return HeardStep(command="no_phone")
    return HeardStep(digression=asked if _ASKS.search(turn.text) else None)


def _time(turn: Heard, request: Request) -> HeardStep:
    found = gather(turn.text)
    if found.phone and found.phone[0] != request.number:
        return HeardStep(command="number", found=found)
    if turn.intent in ("unsure", "skip"):
        return HeardStep(given=True, text="")
    if found.time:
        return HeardStep(given=True, text=found.time_words, found=found)
    asked = _question(turn)
    if asked:
        return HeardStep(digression=asked)
    says_when = consent_of(turn.text) is None and speaks_of_time(turn.text)
    return HeardStep(given=says_when, text=turn.text[:MOST_CHARACTERS].strip())


def _name(turn: Heard) -> HeardStep:
    found = without_name(gather(turn.text))
    asked = _question(turn)
    if asked and not found.phone and (found.name is None or _ASKS.search(turn.text)):
        return HeardStep(digression=asked)
    unsaid = turn.intent == "skip" and turn.confidence >= SURE_COMMAND
    return HeardStep(given=bool(found.name) or unsaid, text="" if unsaid else found.name, found=found)


def heard_step(turn: Heard, request: Request) -> HeardStep:
    """What the message gives at the step that `request` asks."""
    step, sure = request.step, turn.by_button or turn.confidence >= SURE_COMMAND
    matter = next((one for one in MATTERS if one in turn.matters), None)
    if matter or (turn.intent in PRIVACY and not turn.by_button):
        return HeardStep(command={"language": "repeat", None: "who_sees"}.get(matter, matter))
    command = COMMANDS.get(turn.intent)
    answered = None if turn.by_button or step not in YES_NO_STEPS else consent_of(turn.text)
    given_anyway = answered is True or (answered is False and command != "stop")
    if command and sure and not given_anyway and not gather(turn.text).phone:
        return HeardStep(command=command)
    if turn.by_button:
        return _by_button(turn, step)
    if step in YES_NO_STEPS:
        return _yes_no(turn, request)
    return {"number": lambda: _number(turn), "time": lambda: _time(turn, request), "name": lambda: _name(turn)}[step]()
