"""Stands before every page: who is signed in, may they, is the form ours; and what is shown when not."""

from __future__ import annotations

import asyncio
import functools
import hmac
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot import log
from bot.console.view import HEADERS, page
from bot.errors import RecordsError
from bot.records.access import Records, StaffAccount
from bot.settings import BadSetting, Settings

COOKIE, START_COOKIE, PATH = "staff", "staff_start", "/staff"
LASTS, IDLE = timedelta(hours=10), timedelta(minutes=30)
FORM_BYTES, FORM_FIELDS, FORM_SECONDS = 16 * 1024, 20, 10.0
THREADS = 3  # few: the console must never take the database connections that a chat needs
UNSIGNED_AT_ONCE = 8  # more at a time are no people signing in; the staff inside go first
ANYBODY = ("agent", "lead", "auditor")

Handler = Callable[["Visit"], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Visit:
    """One request of somebody signed in; `repr` shows no form and no token."""

    request: Request = field(repr=False)
    account: StaffAccount
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    form: dict[str, str] = field(default_factory=dict, repr=False)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page for this person."""
        return page(template, status, account=self.account, csrf=self.csrf, **values)

    def value(self, name: str, most: int = 200) -> str:
        """A field of the form, "" without one."""
        return self.form.get(name, "").strip()[:most]


class BadForm(Exception):
    """A form that is too large, too slow, or no form."""


class Guard:
    """Turns handlers into endpoints. Handlers run in a few threads of their own, off the event loop."""

    def __init__(self, settings: Settings, records: Records) -> None:
        self.settings, self.records = settings, records
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="console")
        self._unsigned_now = 0
        self.secure = settings.public_url.startswith("https://")

    def open_to(self, roles: tuple[str, ...], handler: Handler, by_itself: bool = False) -> Endpoint:
        """An endpoint for these roles; `by_itself` marks what an open page asks without anybody doing anything."""

        async def endpoint(request: Request) -> Response:
            return await self._safely(request, lambda: self._admit(request, roles, handler, by_itself))

        return endpoint

    def open_to_all(self, handler: Callable[[Request, dict[str, str]], Response]) -> Endpoint:
        """An endpoint without sign-in: the sign-in itself."""

        async def endpoint(request: Request) -> Response:
            return await self._safely(request, lambda: self._unsigned(request, handler))

        return endpoint

    def set_cookie(self, response: Response, name: str, value: str, seconds: int) -> None:
        """A cookie that no script reads and no other site's page sends."""
        response.set_cookie(name, value, max_age=seconds, path=PATH, secure=self.secure, httponly=True, samesite="strict")

    def csrf_of(self, token: str) -> str:
        """What a form must carry; only who holds the session's token can be given it."""
        return self.records.keyed_hash("csrf", token)

    def csrf_fits(self, token: str, given: str) -> bool:
        """Whether a form carries it."""
        return hmac.compare_digest(self.csrf_of(token).encode(), given.encode())

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, functools.partial(work, *arguments))

    async def _safely(self, request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
        try:
            return await work()
        except BadForm:
            return page("problem.html", 400, problem="bad_form")
        except (RecordsError, BadSetting) as error:
            log.event("console.records", error=type(error).__name__)
            return page("problem.html", 503, problem="records")
        except Exception as error:  # an error page of ours, which shows nothing of the request
            log.event("console.crash", error=type(error).__name__)
            return page("problem.html", 500, problem="crash")

    async def _admit(self, request: Request, roles: tuple[str, ...], handler: Handler, by_itself: bool) -> Response:
        token = request.cookies.get(COOKIE, "")
        account = await self._in_thread(self.records.session_staff, token, IDLE, not by_itself) if token else None
        if account is None:
            return self._to_sign_in(request, by_itself)
        if account.role not in roles:
            return page(
                "problem.html", 403, problem="role", account=account, csrf=await self._in_thread(self.csrf_of, token)
            )
        form = await read_form(request) if request.method == "POST" else {}
        return await self._in_thread(self._handle, request, account, token, form, handler)

    def _handle(
        self, request: Request, account: StaffAccount, token: str, form: dict[str, str], handler: Handler
    ) -> Response:
        visit = Visit(request, account, token, self.csrf_of(token), form)
        if request.method == "POST" and not (same_site(request) and self.csrf_fits(token, form.get("csrf", ""))):
            return visit.page("problem.html", 403, problem="csrf")
        return handler(visit)

    async def _unsigned(self, request: Request, handler: Callable[[Request, dict[str, str]], Response]) -> Response:
        if self._unsigned_now >= UNSIGNED_AT_ONCE:
            return page("problem.html", 503, problem="busy")
        self._unsigned_now += 1
        try:
            form = await read_form(request) if request.method == "POST" else {}
            return await self._in_thread(handler, request, form)
        finally:
            self._unsigned_now -= 1

    def _to_sign_in(self, request: Request, by_itself: bool) -> Response:
        if by_itself:
            return PlainTextResponse("", 401, HEADERS)
        if (
            request.method == "GET"
            and request.headers.get("sec-fetch-site") == "cross-site"
            and not request.cookies.get(COOKIE)
        ):
            # Coming from a link elsewhere the browser holds our cookie back; from our own page it sends it.
            return page("bounce.html")
        response = RedirectResponse("/staff/sign-in", 303, HEADERS)
        response.delete_cookie(COOKIE, path=PATH)
        return response


def same_site(request: Request) -> bool:
    """Whether the browser says that a form came from our own page; an old browser says nothing, then the token decides."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small form; raises BadForm."""
    read, ends = bytearray(), time.monotonic() + FORM_SECONDS
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise BadForm("no form")
    async for chunk in request.stream():
        read += chunk
        if len(read) > FORM_BYTES or time.monotonic() > ends:
            raise BadForm("too large or slow")
    try:
        fields = parse_qs(read.decode("utf-8"), keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError:
        raise BadForm("unreadable") from None
    return {name: _printable(values[-1]) for name, values in fields.items()}


def _printable(value: str) -> str:
    """Without NUL, other control characters and lone surrogates, which no database takes."""
    whole = value.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in whole if sign >= " " or sign in "\n\t")
