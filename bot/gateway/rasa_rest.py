"""Rasa's REST shape for clients that already speak it: `{"sender", "message"}` in, `[{"recipient_id", "text", ...}]` out."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.gateway.bodies import MOST_CHARACTERS, Said, TooLong, cleaned, parse, read_body
from bot.gateway.desk import Desk
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.gateway.tokens import Tokens
from bot.gateway.web_api import crisis_in_long
from bot.settings import Settings

MOST_SENDER = 200


def said_by_rasa_client(message: str) -> Said:
    """A message of a client that sends button payloads as text: what begins with `/` may be a button that was offered."""
    words = cleaned(message)
    return Said(str(uuid.uuid4()), payload=words) if words.startswith("/") else Said(str(uuid.uuid4()), text=words)


class RasaRest:
    """POST /webhooks/rest/webhook; in production only with REST_SECRET."""

    def __init__(self, settings: Settings, desk: Desk, tokens: Tokens, limits: Limits) -> None:
        self.settings, self.desk, self.tokens, self.limits = settings, desk, tokens, limits

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route("/webhooks/rest/webhook", self.webhook, methods=["POST"])]

    def _admit(self, request: Request) -> None:
        if not self.settings.rest_webhook and not self.settings.rest_secret:
            raise Problem("not_found")
        if self.settings.rest_secret:
            given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            if not self.tokens.same_secret(given, self.settings.rest_secret):
                raise Problem("forbidden")

    async def webhook(self, request: Request) -> Response:
        """One turn; never an empty list."""
        self._admit(request)
        try:
            given = parse(await read_body(request))
        except TooLong as long:
            return await self._too_long("?", "rest-oversize", long.seen)
        sender, message = given.get("sender"), given.get("message")
        if not isinstance(sender, str) or not isinstance(message, str):
            raise Problem("bad_request")
        # A sender with odd signs is refused, not cleaned: two senders must never become one.
        if not sender.strip() or len(sender) > MOST_SENDER or cleaned(sender) != sender:
            raise Problem("bad_request")
        conversation = self.tokens.hashed("r", sender)
        if len(message) > MOST_CHARACTERS:
            return await self._too_long(sender, conversation, message)
        if not cleaned(message).strip():
            raise Problem("bad_text")
        if not self.desk.read(message).is_crisis and not await self.limits.allows_message(conversation):
            raise Problem("too_fast", {"Retry-After": "30"})
        return self._shape(sender, await self._taken(conversation, message))

    async def _taken(self, conversation: str, message: str) -> list[dict[str, Any]]:
        said = said_by_rasa_client(message)
        try:
            return await self.desk.take(conversation, "rest", said)
        except Problem as problem:
            if problem.code != "not_offered":
                raise
            # A typed command is no button: it is read as plain words.
            return await self.desk.take(conversation, "rest", Said(str(uuid.uuid4()), text=said.words))

    async def _too_long(self, sender: str, conversation: str, seen: str) -> Response:
        messages = await crisis_in_long(self.desk, conversation, "rest", seen)
        if messages is None:
            raise Problem("too_long")
        return self._shape(sender, messages)

    @staticmethod
    def _shape(sender: str, messages: list[dict[str, Any]]) -> Response:
        shaped = []
        for message in messages:
            one: dict[str, Any] = {"recipient_id": sender, "text": message["text"]}
            if message.get("buttons"):
                one["buttons"] = [{"title": b["title"], "payload": b["payload"]} for b in message["buttons"]]
            shaped.append(one)
        return JSONResponse(shaped)
