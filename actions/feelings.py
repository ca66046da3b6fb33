"""A word on what weighs on somebody, before or instead of facts: fear, guilt, shame."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.saying import say
from actions.turn import Heard

GUILT = "guilt"
_FEAR = re.compile(
    r"\b(?:scared|scares me|terrified|terrifies me|frightened|afraid(?! (?:not|so|that'?s|we|i can))|worried(?: sick)?|panick\w*|freaking out|desperate|"
    r"at my wits'? end|losing (?:him|her|them|my (?:son|daughter|child|kid|brother|sister|husband|wife|mom|dad))|don'?t know what (?:else )?to do|"
    r"(?:tengo|me da) (?:mucho |tanto )?miedo|asustad[oa]|preocupad[oa]|desesperad[oa]|no s[eé] qu[eé] hacer)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|no longer|aren't|isn't|wasn't|no|sin) (?:\w+ )?$", re.IGNORECASE)


def feeling_of(turn: Heard) -> str | None:
    """`guilt`, `fear` or None, by the words of the message."""
    if turn.by_button:
        return None
    if GUILT in turn.matters:
        return GUILT
    found = _FEAR.search(turn.text)
    return "fear" if found and not _DENIED.search(turn.text[: found.start()]) else None


def acknowledge(dispatcher: CollectingDispatcher, turn: Heard, label: str, how: dict[str, Any]) -> None:
    """One line on the feeling, before the answer to `label`; nothing where none shows."""
    feeling = feeling_of(turn)
    if feeling == GUILT:
        say(dispatcher, "feel_guilt_first", topic=label, **how)
    elif feeling:
        say(dispatcher, "feel_fear", topic=label, **how)
