"""The JSON interface of the web widget and of any other client: conversations and messages."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import log
from bot.errors import RecordsError
from bot.gateway.bodies import Said, TooLong, parse, read_body, said_of
from bot.gateway.desk import Desk
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.gateway.sessions import Messages
from bot.gateway.tokens import BadToken, ExpiredToken, Tokens
from bot.wording import load_wording

SCANNED_AT_ONCE = 10_000  # characters; a longer text is read piece by piece so that others are served meanwhile
OVERLAP = 200


class WebApi:
    """Handlers of /api."""

    def __init__(self, desk: Desk, tokens: Tokens, limits: Limits) -> None:
        self.desk, self.tokens, self.limits = desk, tokens, limits

    def routes(self) -> list[Route]:
        """What the contract names."""
        return [
            Route("/api/conversations", self.conversations, methods=["POST", "DELETE"]),
            Route("/api/messages", self.messages, methods=["GET", "POST"]),
        ]

    def conversation_of(self, request: Request) -> str:
        """The conversation that the request's token opens; Problem without a good one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Problem("bad_token")
        try:
            return self.tokens.read(token.strip())
        except ExpiredToken:
            raise Problem("expired_token") from None
        except BadToken:
            raise Problem("bad_token") from None

    async def conversations(self, request: Request) -> Response:
        """Open a conversation, or erase one."""
        return await (self.start(request) if request.method == "POST" else self.erase(request))

    async def start(self, request: Request) -> Response:
        """201 with token, end of its time, and the greeting."""
        if not await self.limits.allows_start(request.client.host if request.client else "?"):
            raise Problem("too_fast", {"Retry-After": "60"})
        language = "es" if request.query_params.get("language") == "es" else "en"
        conversation, token, ends = self.tokens.new()
        greeting = {**load_wording().message("greet", "web", language=language), "from": "bot", "seq": None}
        messages = await self._written(conversation, [greeting])
        expires = datetime.fromtimestamp(ends, timezone.utc).isoformat(timespec="seconds")
        return JSONResponse({"token": token, "expires_at": expires, "messages": messages}, 201)

    async def _written(self, conversation: str, greeting: Messages) -> Messages:
        """The greeting as recorded; as it is where the records do not answer."""
        try:
            work = asyncio.to_thread(self.desk.records.start, conversation, "web", greeting)
            return await asyncio.wait_for(work, self.desk.settings.database_seconds)
        except (RecordsError, asyncio.TimeoutError) as error:
            log.event("greeting.not_written", error=type(error).__name__)
            return greeting

    async def erase(self, request: Request) -> Response:
        """204 once nothing of the conversation is left."""
        if not await self.desk.erase(self.conversation_of(request)):
            raise Problem("records_down")
        return Response(status_code=204)

    async def messages(self, request: Request) -> Response:
        """Say something, or read what was said."""
        return await (self.say(request) if request.method == "POST" else self.said(request))

    async def said(self, request: Request) -> Response:
        """What was said after `after`, in order."""
        conversation = self.conversation_of(request)
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > 12:
            raise Problem("bad_request")
        try:
            work = asyncio.to_thread(self.desk.records.messages_after, conversation, int(after))
            messages = await asyncio.wait_for(work, self.desk.settings.database_seconds)
        except (RecordsError, asyncio.TimeoutError):
            raise Problem("records_down") from None
        return JSONResponse({"messages": messages})

    async def say(self, request: Request) -> Response:
        """The reply to one message; danger is answered before any limit is counted."""
        conversation = self.conversation_of(request)
        try:
            said = said_of(parse(await read_body(request)))
        except TooLong as long:
            return await self._too_long(conversation, long.seen)
        verdict = self.desk.read(said.words)
        if not verdict.is_crisis and not await self.limits.allows_message(conversation):
            raise Problem("too_fast", {"Retry-After": "30"})
        return JSONResponse({"messages": await self.desk.take(conversation, "web", said, verdict=verdict)})

    async def _too_long(self, conversation: str, seen: str) -> Response:
        messages = await crisis_in_long(self.desk, conversation, "web", seen)
        if messages is None:
            raise Problem("too_long")
        return JSONResponse({"messages": messages})


async def crisis_in_long(desk: Desk, conversation: str, channel: str, seen: str) -> list[dict[str, Any]] | None:
    """The crisis reply where danger stands anywhere in an oversize text; None without."""
    for start in range(0, len(seen), SCANNED_AT_ONCE - OVERLAP):
        piece = seen[start : start + SCANNED_AT_ONCE]
        verdict = desk.read(piece)
        if verdict.is_crisis:
            said = Said(f"long-{conversation}", text=piece[:SCANNED_AT_ONCE])
            return await desk.crisis(conversation, channel, said, verdict)
        await asyncio.sleep(0)
    return None
