"""Rasa's socket.io channel for widgets that already speak it (rasa-webchat); a session id is a token that we signed."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

import socketio
from starlette.routing import Mount

from bot import log
from bot.errors import RecordsError
from bot.gateway.bodies import MOST_CHARACTERS, Said, cleaned
from bot.gateway.desk import Desk
from bot.gateway.floor import floor
from bot.gateway.limits import Limits
from bot.gateway.problems import PROBLEMS, Problem
from bot.gateway.rasa_rest import said_by_rasa_client
from bot.gateway.sessions import Messages
from bot.gateway.tokens import BadToken, Tokens
from bot.gateway.web_api import crisis_in_long
from bot.settings import Settings
from bot.wording import load_wording

PATH = "socket.io"
MOST_BYTES = 1_000_000  # so that danger in an oversize message is still seen
ABOUT = ("seq", "kind", "topic", "source", "links", "progress", "language")

_quiet = logging.getLogger("socket.io.quiet")  # the library's own lines may hold what a client sent
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


def shaped(message: dict[str, Any]) -> dict[str, Any]:
    """A message as rasa-webchat takes it: exactly `text`, or `text` and `quick_replies`; all else inside `metadata`."""
    about = {key: message[key] for key in ABOUT if message.get(key) is not None}
    offered = message.get("buttons") or []
    buttons = [{"content_type": "text", "title": one["title"], "payload": one["payload"]} for one in offered]
    return {"text": message["text"], **({"quick_replies": buttons} if buttons else {}), "metadata": about}


class RasaSocket:
    """session_request, user_uttered in; session_confirm, bot_uttered out."""

    def __init__(self, settings: Settings, desk: Desk, tokens: Tokens, limits: Limits) -> None:
        self.desk, self.tokens, self.limits = desk, tokens, limits
        # None: pages of our own origin only.
        origins = [settings.public_url, *settings.widget_sites] if settings.widget_sites else None
        self.server = socketio.AsyncServer(
            async_mode="asgi", cors_allowed_origins=origins, cors_credentials=False, max_http_buffer_size=MOST_BYTES,
            logger=_quiet, engineio_logger=_quiet,
        )  # fmt: skip
        self.server.on("session_request", self._guarded(self.session_request))
        self.server.on("user_uttered", self._guarded(self.user_uttered))

    def routes(self) -> list[Mount]:
        """The one place that socket.io clients ask."""
        return [Mount(f"/{PATH}", app=socketio.ASGIApp(self.server, socketio_path=PATH))]

    def _guarded(self, handler: Any) -> Any:
        async def guarded(sid: str, data: Any = None) -> None:
            try:
                await handler(sid, data if isinstance(data, dict) else {})
            except Problem as problem:
                await self._explain(sid, problem.code)
            except Exception as error:  # whatever it is, the person gets an answer; its text may hold their words
                log.event("socket.failed", error=type(error).__name__)
                await self.server.emit("bot_uttered", shaped(floor("web")), to=sid)

        return guarded

    async def _explain(self, sid: str, code: str) -> None:
        message = load_wording().message(PROBLEMS[code][1], "web")
        await self.server.emit("bot_uttered", shaped(message), to=sid)

    async def session_request(self, sid: str, data: dict[str, Any]) -> None:
        """Resume the session whose signed id the client has; a fresh one for anything else."""
        token = data.get("session_id")
        conversation = self._known(token)
        if conversation is None:
            conversation, token = await self._new(sid)
        await self._join(sid, conversation)
        await self.server.emit("session_confirm", token, to=sid)

    def _known(self, token: Any) -> str | None:
        try:
            return self.tokens.read(token) if isinstance(token, str) else None
        except BadToken:
            return None

    async def _new(self, sid: str) -> tuple[str, str]:
        client = (self.server.get_environ(sid) or {}).get("asgi.scope", {}).get("client")
        if not await self.limits.allows_start(client[0] if client else "?"):
            raise Problem("too_fast")
        conversation, token, _ = self.tokens.new()
        return conversation, token

    async def _join(self, sid: str, conversation: str) -> None:
        before = (await self.server.get_session(sid)).get("conversation")
        if before and before != conversation:
            await self.server.leave_room(sid, before)
        await self.server.save_session(sid, {"conversation": conversation})
        await self.server.enter_room(sid, conversation)

    async def _conversation(self, sid: str, data: dict[str, Any]) -> str:
        """The conversation this socket speaks in, by its signed id; a new one where there is none."""
        known = self._known(data.get("session_id"))
        joined = (await self.server.get_session(sid)).get("conversation")
        if known is None and joined is None:
            await self.session_request(sid, {})
            joined = (await self.server.get_session(sid))["conversation"]
        elif known and known != joined:
            await self._join(sid, known)
        return str(known or joined)

    async def user_uttered(self, sid: str, data: dict[str, Any]) -> None:
        """One turn; its reply goes to every page that has this session open."""
        message = data.get("message")
        if not isinstance(message, str) or not cleaned(message).strip():
            raise Problem("bad_text")
        conversation = await self._conversation(sid, data)
        for one in await self._reply(conversation, message):
            await self.server.emit("bot_uttered", shaped(one), room=conversation)

    async def _reply(self, conversation: str, message: str) -> Messages:
        if len(message) > MOST_CHARACTERS:
            found = await crisis_in_long(self.desk, conversation, "web", message)
            if found is None:
                raise Problem("too_long")
            return found
        if not self.desk.read(message).is_crisis and not await self.limits.allows_message(conversation):
            raise Problem("too_fast")
        said = said_by_rasa_client(message)
        try:
            return await self.desk.take(conversation, "web", said)
        except Problem as problem:
            if problem.code != "not_offered":
                raise
        # No button of ours: the opening payload of the client in a new chat, else a typed command, read as plain words.
        greeting = await self._greeting(conversation)
        return greeting or await self.desk.take(conversation, "web", Said(str(uuid.uuid4()), text=said.words))

    async def _greeting(self, conversation: str) -> Messages:
        """The greeting of a conversation that has not begun; empty for another one."""
        greeting = {**load_wording().message("greet", "web"), "from": "bot", "seq": None}

        def begin() -> Messages:
            if self.desk.records.load(conversation) is not None:
                return []
            return self.desk.records.start(conversation, "web", [greeting])

        try:
            return await asyncio.wait_for(asyncio.to_thread(begin), self.desk.settings.database_seconds)
        except (RecordsError, asyncio.TimeoutError):
            return [greeting]
