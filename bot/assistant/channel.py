"""Where Rasa puts what it says: collected for the turn, sent by the front door."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import OutputChannel

from bot.assistant.turn import Turn, outward


class TurnChannel(OutputChannel):
    """Collects the messages of one turn; named as the person's channel, so that the wording fits it."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def name(self) -> str:
        """web, sms or rest. Rasa makes this a class method; ours differs by turn."""
        return self._turn.channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one message of Rasa's, in the outside shape."""
        self._turn.said.append(outward(message))
