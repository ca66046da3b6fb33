"""The telephone on the screen at /dev/sms: sends and shows texts without any provider; never in production."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.gateway.bodies import TooLong, parse, read_body
from bot.gateway.problems import Problem
from bot.gateway.sms.incoming import MOST_BODY, Incoming
from bot.gateway.sms.screen import NUMBER, Screen
from bot.settings import PROJECT

FOLDER = PROJECT / "bot" / "widget"
FILES = {
    "/dev/sms": ("phone.html", "text/html; charset=utf-8"),
    "/dev/sms/phone.js": ("phone.js", "text/javascript; charset=utf-8"),
    "/dev/sms/phone.css": ("phone.css", "text/css; charset=utf-8"),
}


def _page(name: str, kind: str) -> Callable[[Request], Response]:
    """A handler that Starlette runs in a thread, because it reads a file."""

    def handler(request: Request) -> Response:
        return Response(Path(FOLDER / name).read_bytes(), headers={"content-type": kind})

    return handler


class PhonePage:
    """Its page and the two calls that the page makes."""

    def __init__(self, screen: Screen, receive: Callable[[Incoming], Awaitable[bool]]) -> None:
        self._screen, self._receive = screen, receive

    def routes(self) -> list[Route]:
        """Page, files, calls."""
        return [
            *(Route(path, _page(name, kind), methods=["GET"]) for path, (name, kind) in FILES.items()),
            Route("/dev/sms/texts", self._texts, methods=["GET", "POST"]),
        ]

    async def _texts(self, request: Request) -> Response:
        """GET: what was said after `after`. POST: {"text", "media"?} sends a text."""
        if request.method == "GET":
            after = request.query_params.get("after", "0")
            return JSONResponse({"texts": self._screen.shown(int(after) if after.isdecimal() and len(after) < 10 else 0)})
        try:
            given = parse(await read_body(request))
        except TooLong:
            raise Problem("too_long") from None
        text, media = given.get("text"), given.get("media", 0)
        if not isinstance(text, str) or media not in (0, 1) or len(text) > MOST_BODY:
            raise Problem("bad_request")
        self._screen.show("you", text or ("[picture]" if media else ""))
        await self._receive(Incoming("SC" + secrets.token_hex(16), NUMBER, text.strip(), int(media)))
        return Response(status_code=204)
