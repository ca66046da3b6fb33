"""Puts the front door together: routes, middleware, what starts and ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.console.app import Console
from bot.delivery.worker import Delivery, senders_of
from bot.gateway import metrics
from bot.gateway.assistant_client import AssistantClient, AssistantDown, AssistantRefused
from bot.gateway.desk import Desk
from bot.gateway.headers import Headers
from bot.gateway.housekeeping import Housekeeping
from bot.gateway.limits import Limits
from bot.gateway.pages import page_routes
from bot.gateway.problems import Problem, on_problem, problem_response
from bot.gateway.rasa_rest import RasaRest
from bot.gateway.sms import SmsChannel
from bot.gateway.socketio import RasaSocket
from bot.gateway.tokens import Tokens, session_secret
from bot.gateway.web_api import WebApi
from bot.records.access import open_records
from bot.safety import load as load_net
from bot.settings import Settings, read

READY_SECONDS = 1.5
THREADS = 16  # calls of the database wait here, not in the event loop; more than its connections, so that others get by


class Health:
    """/healthz, /readyz and /metrics."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def healthz(self, request: Request) -> Response:
        """200 as soon as the floor works."""
        return JSONResponse({"status": "ok"})

    async def missing(self) -> list[str]:
        """What does not answer: assistant, model, records."""
        try:
            reply = await self.desk.client.ask({"op": "ready"}, READY_SECONDS)
        except AssistantDown:
            return ["assistant", *await self._records_missing()]
        except AssistantRefused:
            return ["model", *await self._records_missing()]
        # Its own way to the records too: the first turn after a restart must not wait for it to be made.
        return await self._records_missing() if reply.get("records") else ["records"]

    async def _records_missing(self) -> list[str]:
        try:
            await asyncio.wait_for(asyncio.to_thread(self.desk.records.ping), READY_SECONDS)
        except Exception:  # any failure means the same here
            return ["records"]
        return []

    async def readyz(self, request: Request) -> Response:
        """200 when the whole assistant answers, 503 naming what is missing."""
        missing = await self.missing()
        if missing:
            return JSONResponse({"status": "not ready", "missing": missing}, 503)
        return JSONResponse({"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """Counters for Prometheus."""
        body, kind = metrics.exposition()
        return Response(body, media_type=kind)

    def routes(self) -> list[Route]:
        """The three."""
        return [Route("/healthz", self.healthz), Route("/readyz", self.readyz), Route("/metrics", self.metrics)]


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    return problem_response(code, dict(error.headers or {}))


def create_app(settings: Settings | None = None) -> Starlette:
    """The ASGI application; opens no connection before the first request needs one."""
    settings = settings or read()
    records = open_records(settings)
    client = AssistantClient(settings.socket, settings.turn_seconds)
    desk = Desk(settings, records, load_net(), client)
    delivery = Delivery(records, senders_of(settings), desk.alerts.not_delivered)
    keeping = Housekeeping(records, client)
    tokens, limits = Tokens(session_secret(settings), settings.token_days), Limits(settings)
    sms = SmsChannel(settings, desk, tokens)
    routes: list[Any] = [
        *Health(desk).routes(),
        *WebApi(desk, tokens, limits).routes(),
        *RasaRest(settings, desk, tokens, limits).routes(),
        *RasaSocket(settings, desk, tokens, limits).routes(),
        *sms.routes(),
        *Console(settings, records, sms.starting).routes(),
        *page_routes(settings),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="door"))
        sms.start()
        behind = [asyncio.create_task(delivery.run()), asyncio.create_task(keeping.run())]
        yield
        for task in behind:
            task.cancel()
        await sms.close()
        await desk.close()

    handlers: Any = {Problem: on_problem, HTTPException: _on_http}
    return Starlette(routes=routes, middleware=[Middleware(Headers)], exception_handlers=handlers, lifespan=lifespan)
