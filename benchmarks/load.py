"""A client that costs little: HTTP over kept-alive connections in one event loop, so that the machine's time goes to the service."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

QUESTIONS = (
    "what is iop", "how much does it cost", "can i keep my job", "where are you located", "is it confidential",
    "how long does the program take", "do you take my insurance", "what happens in group", "thank you", "hello",
)  # fmt: skip
DANGER = "i want to kill myself"
SECONDS = 30.0


@dataclass
class Reply:
    """One HTTP answer and how long it took."""

    status: int
    body: Any
    seconds: float


class Connection:
    """One kept-alive connection; made anew when it was closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """Send and read the whole answer. Raises OSError, or TimeoutError after SECONDS."""
        began = time.perf_counter()
        try:
            status, content = await asyncio.wait_for(self._exchange(method, path, body, headers), SECONDS)
        except BaseException:
            self.close()
            raise
        return Reply(status, json.loads(content) if content else None, time.perf_counter() - began)

    async def _exchange(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        data = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(data)}"]
        lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + data)
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        content = await self._reader.readexactly(int(fields.get(b"content-length", b"0")))
        if fields.get(b"connection") == b"close":
            self.close()
        return int(head.split(b" ", 2)[1]), content

    def close(self) -> None:
        """Let go of it."""
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None


class OursTalk:
    """A conversation with our front door."""

    def __init__(self, port: int) -> None:
        self.connection, self.token = Connection(port), ""
        self.last: list[dict[str, Any]] = []

    async def open(self) -> None:
        """A new conversation."""
        reply = await self.connection.send("POST", "/api/conversations")
        self.token, self.last = reply.body["token"], reply.body["messages"]

    async def say(self, text: str = "", payload: str | None = None, message_id: str | None = None) -> Reply:
        """One turn."""
        said = {"payload": payload} if payload else {"text": text}
        body = {"id": message_id or str(uuid.uuid4()), **said}
        reply = await self.connection.send("POST", "/api/messages", body, Authorization=f"Bearer {self.token}")
        self.last = (reply.body or {}).get("messages") or []
        return reply

    async def history(self) -> list[dict[str, Any]]:
        """All that is recorded of it (the newest 500)."""
        reply = await self.connection.send("GET", "/api/messages", Authorization=f"Bearer {self.token}")
        return list(reply.body["messages"])

    def answered(self, reply: Reply) -> bool:
        """Whether this was an answer, and not the floor or nothing."""
        return reply.status == 200 and bool(self.last) and self.last[0]["kind"] != "error"


class StockTalk:
    """A conversation with stock Rasa's REST channel."""

    def __init__(self, port: int) -> None:
        self.connection, self.sender = Connection(port), ""

    async def open(self) -> None:
        """A new sender."""
        self.sender = uuid.uuid4().hex

    async def say(self, text: str) -> Reply:
        """One turn."""
        return await self.connection.send("POST", "/webhooks/rest/webhook", {"sender": self.sender, "message": text})

    def answered(self, reply: Reply) -> bool:
        """Whether there was any message."""
        return reply.status == 200 and bool(reply.body)


@dataclass
class Load:
    """What a number of clients saw."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds below which this share of the answers lies."""
        return quantile(self.times, share)


def quantile(times: list[float], share: float) -> float:
    """Seconds below which this share of the times lies; 0 for none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


async def load(make: Callable[[], Any], clients: int, seconds: float, turns: int = 10) -> Load:
    """Let so many clients talk for so long, each a new conversation every `turns` turns."""
    result, end = Load(), time.perf_counter() + seconds

    async def one(number: int) -> None:
        talk, said = make(), number
        await talk.open()
        while time.perf_counter() < end:
            reply = await talk.say(QUESTIONS[said % len(QUESTIONS)])
            (result.times.append(reply.seconds) if talk.answered(reply) else None)
            result.failed += not talk.answered(reply)
            said += 1
            if said % turns == 0:
                await talk.open()
        talk.connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(clients)))
    result.seconds = time.perf_counter() - began
    return result
