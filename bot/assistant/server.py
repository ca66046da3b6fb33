"""Serves turns on a local socket: one JSON line a request, one a reply, errors as errors."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from pathlib import Path
from typing import Any

from bot.assistant.service import Assistant, TurnRefused

log = logging.getLogger(__name__)

LINE_LIMIT = 256 * 1024  # a turn's text is at most 10,000 characters; anything near this is no turn of ours
MOST_TURNS = 128  # under way at once; at some 50 a second these are all that can be answered in time


def resident_bytes() -> int:
    """The memory that this process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class TurnServer:
    """Answers `turn`, `forget` and `ready`; many requests at once on one connection, each with its own id."""

    def __init__(self, assistant: Assistant, path: Path, seconds: float) -> None:
        self.assistant, self.path, self.seconds = assistant, path, seconds
        self._turns = 0  # under way now

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply line to one request line."""
        number = request.get("id")
        try:
            done = await self._do(request)
            return {"id": number, "ok": True, **done}
        except TurnRefused as refused:
            return {"id": number, "ok": False, "error": refused.code}
        except Exception as error:  # its text may hold a person's words
            log.error("turn failed: %s", type(error).__name__)
            return {"id": number, "ok": False, "error": "internal"}

    async def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        operation = request.get("op")
        if operation == "turn":
            # Nobody cancels it: when the front door stops waiting, the turn still ends, and a retry finds its answer.
            return {"messages": await self._turn(request)}
        if operation == "ready":
            if self.assistant.agent is None:
                raise TurnRefused("not_ready")
            records = await self._records_answer()
            return {"model": self.assistant.model, "records": records, "memory": resident_bytes(), "turns": self._turns}
        if operation == "forget":
            self.assistant.forget(str(request.get("conversation")))
            return {}
        raise TurnRefused("unknown_operation")

    async def _turn(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        if self._turns >= MOST_TURNS:  # the floor at once is better than an answer long after nobody waits
            raise TurnRefused("busy")
        self._turns += 1
        try:
            return await self.assistant.take(request)
        finally:
            self._turns -= 1

    async def _records_answer(self) -> bool:
        try:
            await asyncio.wait_for(asyncio.to_thread(self.assistant.records.ping), self.seconds)
        except Exception:  # any failure means the same to the caller
            return False
        return True

    async def _one(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(line)
        except ValueError:
            return
        reply = await self.answer(request)
        if not writer.is_closing():
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                task = asyncio.create_task(self._one(line, writer))
                running.add(task)
                task.add_done_callback(running.discard)
        except (ConnectionError, ValueError) as error:
            log.error("connection dropped: %s", type(error).__name__)
        finally:
            await asyncio.gather(*running, return_exceptions=True)
            writer.close()

    async def start(self) -> asyncio.AbstractServer:
        """Listen on the socket; what an earlier process left there is removed first."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._connection, path=str(self.path), limit=LINE_LIMIT)
        self.path.chmod(0o600)
        return server
