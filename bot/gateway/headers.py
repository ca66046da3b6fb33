"""Adds the security headers and a request id to every answer, and writes the one log line of a request."""

from __future__ import annotations

import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import log
from bot.gateway.problems import problem_response

PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
}
BY_DEFAULT = {"cache-control": "no-store", "content-security-policy": PAGE_POLICY}


class Headers:
    """ASGI middleware; a route's own header wins over a default one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything but plain HTTP through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number, started, status = secrets.token_hex(6), time.monotonic(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _added(message["headers"], number)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:  # nothing gets past here: a server's own error page or log may show a person's words
            log.event("crash", request=number, error=type(error).__name__)
            if not status:
                await problem_response("internal")(scope, receive, with_headers)
        milliseconds = round((time.monotonic() - started) * 1000, 1)
        log.event(
            "request", request=number, route=_route(scope), method=scope["method"], status=status, milliseconds=milliseconds
        )


def _route(scope: Scope) -> str:
    """The route's own path, never what the client wrote there."""
    route = scope.get("route")
    return getattr(route, "path", None) or "other"


def _added(headers: list[tuple[bytes, bytes]], number: str) -> list[tuple[bytes, bytes]]:
    names = {name.lower() for name, _ in headers}
    extra = {**ALWAYS, **{k: v for k, v in BY_DEFAULT.items() if k.encode() not in names}, "x-request-id": number}
    return [*headers, *((name.encode(), value.encode()) for name, value in extra.items())]
