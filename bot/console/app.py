"""Puts the console together: its pages, its two files, and an answer for every other address under /staff/."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.accounts import Accounts
from bot.console.guard import ANYBODY, Guard, Visit
from bot.console.inbox import Inbox
from bot.console.own_account import OwnAccount
from bot.console.pictures import Pictures
from bot.console.request_page import RequestPage, Texting
from bot.console.sign_in import SignIn
from bot.console.trail import Trail
from bot.console.view import HEADERS
from bot.records.access import Records
from bot.settings import Settings

STATIC = Path(__file__).parent / "static"
FILES = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
KEPT = "public, max-age=31536000, immutable"  # their address changes with them


class Console:
    """The console over the records; the front door mounts its routes."""

    def __init__(self, settings: Settings, records: Records, texting: Texting | None = None) -> None:
        self.guard, self._texting = Guard(settings, records), texting

    def routes(self) -> list[Route]:
        """Every address that begins with /staff."""
        inbox = Inbox(self.guard)
        return [
            Route("/staff", self._slash),
            Route("/staff/static/{name}", self._file),
            *SignIn(self.guard).routes(), *inbox.routes(), *RequestPage(self.guard, inbox.names, self._texting).routes(),
            *Pictures(self.guard).routes(), *Accounts(self.guard).routes(), *OwnAccount(self.guard).routes(),
            *Trail(self.guard).routes(),
            Route("/staff/{rest:path}", self.guard.open_to(ANYBODY, self._nothing), methods=["GET", "POST"]),
        ]  # fmt: skip

    async def _slash(self, request: Request) -> Response:
        return RedirectResponse("/staff/", 308, HEADERS)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            return Response("", 404, HEADERS)
        return Response((STATIC / name).read_bytes(), headers={"cache-control": KEPT}, media_type=FILES[name])

    def _nothing(self, visit: Visit) -> Response:
        return visit.page("not_found.html", 404)
