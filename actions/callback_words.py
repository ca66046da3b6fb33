"""Says the steps of a call-back request and what was noted so far; decides nothing."""

from __future__ import annotations

from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.callback_state import Request
from actions.saying import button, say
from actions.turn import wording

SHOWN_CHARACTERS = 60
ASKS = {"consent": "callback_intro", "name": "callback_ask_name", "number": "callback_ask_number",
        "read_back": "callback_read_back", "time": "callback_ask_time",
        "leave_message": "callback_ask_message_ok", "share_check": "callback_ask_share_check"}  # fmt: skip


def ask(dispatcher: CollectingDispatcher, request: Request, how: dict[str, Any]) -> None:
    """Ask what the request still lacks."""
    step, language = request.step, how["language"]
    yes_no = [button("button_yes", "/affirm", language), button("button_no", "/deny", language)]
    skip = [button("button_skip", "/skip", language)]
    stop = [button("button_stop_request", "/cancel", language)]
    fill = {"number": request.shown} if step == "read_back" else {}
    if step == "consent":
        say(dispatcher, ASKS[step], kind="question", **how)
        say(dispatcher, "callback_consent", yes_no, kind="question", **how)
        return
    buttons = {"name": skip + stop, "number": stop, "time": skip + stop}.get(step, yes_no)
    say(dispatcher, ASKS[step], buttons, kind="question", **fill, **how)


def noted(dispatcher: CollectingDispatcher, request: Request, how: dict[str, Any]) -> None:
    """What was given for the call so far, in the person's own words."""
    given = {"name": request.name, "number": request.shown, "time": request.best_time}
    pieces = [
        wording().render(f"callback_noted_{part}", "web", what=value[:SHOWN_CHARACTERS], **how)
        for part, value in given.items()
        if value
    ]
    if pieces:
        say(dispatcher, "callback_noted", what=", ".join(pieces), **how)
    else:
        say(dispatcher, "callback_noted_nothing", **how)
