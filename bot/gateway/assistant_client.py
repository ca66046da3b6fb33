"""The front door's line to the assistant process: JSON lines over a local socket, errors as errors.

Requests: {"id", "op": "turn", "conversation", "channel", "message_id", "text" or "payload", "notes"},
{"id", "op": "forget", "conversation"} and {"id", "op": "ready"}. Replies: {"id", "ok": true, ...} or
{"id", "ok": false, "error": <word>}.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path
from typing import Any

from bot.errors import FrontDoorError

LINE_LIMIT = 1024 * 1024


class AssistantDown(FrontDoorError):
    """The assistant cannot be reached, or did not answer in time."""


class AssistantRefused(FrontDoorError):
    """The assistant answered with an error; `code` is its word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AssistantClient:
    """One connection for all conversations; each request has its number, each waits no longer than `seconds`."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._connecting = asyncio.Lock()

    async def _connected(self) -> asyncio.StreamWriter:
        async with self._connecting:
            if self._writer is None or self._writer.is_closing():
                try:
                    reader, self._writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_LIMIT)
                except OSError:
                    raise AssistantDown("no connection") from None
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                reply = json.loads(line)
                waiting = self._waiting.pop(reply.get("id"), None)
                if waiting and not waiting.done():
                    waiting.set_result(reply)
        except (OSError, ValueError):
            pass
        finally:
            writer.close()
            if self._writer is writer:
                self._writer = None
                self._drop_all()

    def _drop_all(self) -> None:
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AssistantDown("connection lost"))
        self._waiting.clear()

    async def _exchange(self, number: int, request: dict[str, Any]) -> dict[str, Any]:
        writer = await self._connected()
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            writer.write(json.dumps({"id": number, **request}).encode() + b"\n")
            await writer.drain()
            return await waiting
        except OSError:
            raise AssistantDown("connection lost") from None
        finally:
            self._waiting.pop(number, None)

    async def ask(self, request: dict[str, Any], seconds: float | None = None) -> dict[str, Any]:
        """The reply to a request; raises AssistantDown or AssistantRefused."""
        try:
            reply = await asyncio.wait_for(self._exchange(next(self._numbers), request), seconds or self._seconds)
        except asyncio.TimeoutError:
            raise AssistantDown("no answer in time") from None
        if not reply.get("ok"):
            raise AssistantRefused(str(reply.get("error")))
        return reply

    async def close(self) -> None:
        """End the connection."""
        if self._writer:
            self._writer.close()
        if self._reading:
            self._reading.cancel()
