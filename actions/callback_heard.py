"""What a message means while a call-back request is being made. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.placement_answers import reading_of
from actions.turn import Heard
from bot.nlu.contact import read_name, read_phone
from bot.nlu.times import read_time
from bot.nlu.undecided import NOT_OFFERED

COMMANDS = {"cancel": "stop", "go_back": "back", "repeat": "repeat", "crisis_resume": "resume", "why_ask": "repeat"}
SURE_COMMAND, SURE_QUESTION = 0.7, 0.75
MOST_CHARACTERS = 200
YES_NO_STEPS = ("consent", "read_back", "leave_message", "share_check")


@dataclass(frozen=True)
class HeardStep:
    """The reading of one message; `given` says whether it answers the step."""

    given: bool = False
    command: str | None = None
    digression: str | None = None
    yes: bool | None = None
    text: str | None = field(default=None, repr=False)
    phone: tuple[str, str] | None = field(default=None, repr=False)
    time: dict[str, Any] | None = field(default=None, repr=False)


def _yes_no(turn: Heard) -> bool | None:
    if turn.intent in ("affirm", "deny") and (turn.by_button or turn.confidence >= SURE_COMMAND):
        return turn.intent == "affirm"
    if turn.by_button:
        return None
    meaning = reading_of("consent", {**turn.parsed, "text": turn.text}).meaning
    return {"yes": True, "no": False}.get(meaning)


def _question(turn: Heard) -> str | None:
    asks = turn.intent not in NOT_OFFERED and turn.intent not in ("request_callback", "phone_number", "talk_to_human")
    return turn.intent if asks and turn.confidence >= SURE_QUESTION else None


def _skipped(turn: Heard) -> bool:
    return turn.intent == "skip" and (turn.by_button or turn.confidence >= SURE_COMMAND)


def _text_step(turn: Heard, step: str) -> HeardStep:
    text = turn.text[:MOST_CHARACTERS].strip()
    if turn.intent in ("unsure", "skip") and step == "time":
        return HeardStep(given=True, text="")
    if step == "number":
        phone = read_phone(text)
        return HeardStep(given=phone is not None, phone=phone)
    if step == "time":
        time = read_time(text)
        asked = None if time else _question(turn)
        return HeardStep(digression=asked) if asked else HeardStep(given=bool(text), text=text, time=time)
    name = read_name(text)
    return HeardStep(given=bool(name), text=name)


def heard_step(turn: Heard, step: str) -> HeardStep:
    """What the message gives at this step."""
    command = COMMANDS.get(turn.intent)
    if command and (turn.by_button or turn.confidence >= SURE_COMMAND):
        return HeardStep(command=command)
    if _skipped(turn):
        optional = step in ("name", "time")
        return HeardStep(given=optional, text="", command=None if optional else "stop")
    if step in YES_NO_STEPS:
        yes = _yes_no(turn)
        asked = _question(turn) if yes is None else None
        return HeardStep(given=yes is not None, yes=yes, digression=asked)
    if turn.by_button:
        return HeardStep(digression=turn.intent)
    asked = _question(turn) if step != "time" and not read_phone(turn.text) else None
    if asked and "?" in turn.text:
        return HeardStep(digression=asked)
    return _text_step(turn, step)
