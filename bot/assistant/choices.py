"""What was offered to the person: payloads that may come back, and the words and numbers that choose one."""

from __future__ import annotations

import re
from typing import Any

from actions.ways_on import CURRICULUM

NEXT_TOPIC = "/next_topic"
MOST_PAYLOADS = 80  # buttons further up the page than this no longer count
# The way to a person is always open: a crisis reply offers it from the front door, whose buttons this process never sees.
ALWAYS = ("/talk_to_human",)

_ORDINALS = {
    "1": 1, "one": 1, "first": 1, "1st": 1, "a": 1, "uno": 1, "primero": 1, "primera": 1,
    "2": 2, "two": 2, "second": 2, "2nd": 2, "b": 2, "dos": 2, "segundo": 2, "segunda": 2,
    "3": 3, "three": 3, "third": 3, "3rd": 3, "c": 3, "tres": 3, "tercero": 3, "tercera": 3,
    "4": 4, "four": 4, "fourth": 4, "4th": 4, "d": 4, "cuatro": 4,
    "5": 5, "five": 5, "fifth": 5, "5th": 5, "cinco": 5,
    "6": 6, "six": 6, "sixth": 6, "6th": 6, "seis": 6,
    "last": -1,
}  # fmt: skip
_CHOICE = re.compile(r"^(?:(?:the|el|la|number|numero|option|no\.?|num|#|lets? do|ill take|i want|give me)\s*)*"
                     r"(?P<which>[a-z]+|\d(?:st|nd|rd|th)?)(?:\s+(?:one|option|please|pls))*$")  # fmt: skip
_EDGE = re.compile(r"[^\w# ]+")


def remember(state: dict[str, Any], said: list[dict[str, Any]]) -> dict[str, Any]:
    """State with the buttons of this reply: the last ones for numbers and titles, all of them as payloads."""
    buttons = [button for message in said for button in message.get("buttons", [])]
    payloads = [*state.get("payloads", []), *(button["payload"] for button in buttons)]
    return {**state, "offered": buttons, "payloads": list(dict.fromkeys(reversed(payloads)))[:MOST_PAYLOADS][::-1]}


def was_offered(state: dict[str, Any], payload: str) -> bool:
    """Whether a button with this payload was shown in this conversation."""
    return payload in ALWAYS or payload in state.get("payloads", [])


def chosen(state: dict[str, Any], text: str) -> str | None:
    """The payload that a typed number, ordinal or button title chooses among the last offered; None if none."""
    offered = state.get("offered", [])
    said = " ".join(_EDGE.sub(" ", text.lower()).split())
    for button in offered:
        if said and said == " ".join(_EDGE.sub(" ", button["title"].lower()).split()):
            return str(button["payload"])
    match = _CHOICE.match(said)
    number = _ORDINALS.get(match["which"]) if match else None
    if number is None or (match and match["which"] in "abcd" and len(said) == 1 and len(offered) < 2):
        return None
    if match and len(match["which"]) > 2 and any(button["payload"] == NEXT_TOPIC for button in offered):
        # "The third one" amid the six topics is the third topic; a bare number still counts the buttons.
        return f"/{CURRICULUM[number if number == -1 else number - 1]}"
    if number == -1:
        return str(offered[-1]["payload"]) if offered else None
    return str(offered[number - 1]["payload"]) if number <= len(offered) else None
