"""How long a connection may take to say what it wants; a slow or silent one is closed, so that it holds up nobody."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.gateway.problems import problem_response

REQUEST_SECONDS = 15.0  # from the first byte awaited to the last byte of the body
RESPONSE_SECONDS = 15.0  # for a client that reads nothing of what it asked for


async def _full(scope: Any, receive: Any, send: Any) -> None:
    """What is said when too many ask at once: as every other error, with where help is."""
    await problem_response("busy", {"Retry-After": "5", "Connection": "close"})(scope, receive, send)


setattr(httptools_impl, "service_unavailable", _full)  # noqa: B010  uvicorn's own is a bare line of text


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with a time-out for the request and one for a response that is not read."""

    _waiting: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """The clock runs from here."""
        super().connection_made(transport)
        self._begin()

    def _begin(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._waiting = None
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()

    def _stop(self) -> None:
        for timer in (self._waiting, self._unread):
            if timer is not None:
                timer.cancel()
        self._waiting = self._unread = None

    def on_message_begin(self) -> None:
        """A further request on the same connection has its own time."""
        self._begin()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """All of it has come."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket has time-outs of its own."""
        self._stop()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(RESPONSE_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._stop()
        super().connection_lost(exc)
