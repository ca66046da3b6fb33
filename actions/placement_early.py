"""Answers that a person gave before the check began: read from the chat's history only after their yes."""

from __future__ import annotations

import logging

from actions.placement_answers import volunteered
from actions.turn import Heard, records
from bot.errors import RecordsError

log = logging.getLogger(__name__)

LOOKED_AT = 30  # messages back


def early_answers(turn: Heard) -> dict[str, str]:
    """Volunteered answers by question, the newest word on each; {} when the history cannot be read.

    Only now, after the yes: before it nothing of the check is kept anywhere but in the chat's own history.
    """
    try:
        stored = records().load(turn.conversation)
        last = stored.last_seq if stored else 0
        history = records().messages_after(turn.conversation, max(0, last - LOOKED_AT))
    except RecordsError as error:
        log.error("history not read: %s", type(error).__name__)
        return {}
    found: dict[str, str] = {}
    for message in history:
        if message.get("from") == "person" and message.get("text"):
            found.update(volunteered(message["text"]))
    found.pop("danger", None)  # danger is asked, whatever was said before
    return found
