"""A telephone on the screen: takes texts where no provider is set up, so that a newcomer can try the line."""

from __future__ import annotations

from collections import deque
from typing import Any

from bot.gateway.sms.provider import NotSent, Provider, TextOut
from bot.segments import segments

NUMBER = "+18065550100"  # of the range that belongs to nobody
MOST_KEPT = 200


class Screen:
    """Keeps the last texts in memory; `shown` has {"at", "from", "text", "parts"}."""

    def __init__(self) -> None:
        self._shown: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)
        self._last = 0

    def show(self, sender: str, text: str) -> None:
        """Add a text of "you" or of the "line"."""
        self._last += 1
        self._shown.append({"at": self._last, "from": sender, "text": text, "parts": segments(text).count})

    def shown(self, after: int) -> list[dict[str, Any]]:
        """What came after `after`."""
        return [text for text in self._shown if text["at"] > after]

    async def send(self, text: TextOut) -> None:
        """Put a text of the line on the screen."""
        self.show("line", text.text)

    async def close(self) -> None:
        """Nothing to let go of."""


class Switch:
    """The screen's own number to the screen, everybody else to the provider."""

    def __init__(self, provider: Provider, screen: Screen) -> None:
        self._provider, self._screen = provider, screen

    async def send(self, text: TextOut) -> None:
        """Send by whom it belongs to. Raises NotSent."""
        await (self._screen if text.number == NUMBER else self._provider).send(text)

    async def close(self) -> None:
        """Let go of connections."""
        await self._provider.close()


class Nobody:
    """Stands where no provider is set up: whatever waits, waits visibly."""

    async def send(self, text: TextOut) -> None:
        """Never."""
        raise NotSent("not_set_up", "retry")

    async def close(self) -> None:
        """Nothing to let go of."""
