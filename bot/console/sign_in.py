"""Sign-in and sign-out: one answer for every kind of failure, a lock after five, a session that ends."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import passwords
from bot.console.guard import ANYBODY, COOKIE, LASTS, PATH, START_COOKIE, Guard, Visit, same_site
from bot.console.view import HEADERS, page
from bot.records.access import StaffAccount

LOCK_AFTER, LOCK_FOR = 5, timedelta(minutes=15)
START_SECONDS = 3600
HOME = {"agent": "/staff/", "lead": "/staff/", "auditor": "/staff/pictures"}


class SignIn:
    """/staff/sign-in and /staff/sign-out."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records

    def routes(self) -> list[Route]:
        """Both."""
        return [
            Route("/staff/sign-in", self._guard.open_to_all(self.sign_in), methods=["GET", "POST"]),
            Route("/staff/sign-out", self._guard.open_to(ANYBODY, self.sign_out), methods=["POST"]),
        ]

    def sign_in(self, request: Request, form: dict[str, str]) -> Response:
        """The form, or a try."""
        start = request.cookies.get(START_COOKIE, "")
        if request.method != "POST":
            return self._form(start)
        if not (start and same_site(request) and self._guard.csrf_fits(start, form.get("csrf", ""))):
            return self._form(start, "form_old", 403)
        account = self._who(form)
        if account is None:
            return self._form(start, "sign_in_failed", 401)
        return self._signed_in(request, account)

    def sign_out(self, visit: Visit) -> Response:
        """End the session here and in the browser."""
        self._records.close_session(visit.token)
        self._records.audit("account:staff:signed_out", visit.account.id)
        response = RedirectResponse("/staff/sign-in", 303, {**HEADERS, "clear-site-data": '"cache"'})
        response.delete_cookie(COOKIE, path=PATH)
        return response

    def _form(self, start: str, problem: str = "", status: int = 200) -> Response:
        start = start or secrets.token_urlsafe(24)
        values: dict[str, Any] = {"csrf": self._guard.csrf_of(start), "problem": problem}
        response = page("sign_in.html", status, **values)
        self._guard.set_cookie(response, START_COOKIE, start, START_SECONDS)
        return response

    def _who(self, form: dict[str, str]) -> StaffAccount | None:
        """The account, when everything fits; failures are counted where there is an account to count them on."""
        account = self._records.staff_by_name(form.get("name", "").strip().lower()[:40])
        fits = passwords.matches(account.password_hash if account else None, form.get("password", ""))
        if account is None or not account.active:
            return None
        if account.locked_until is not None and account.locked_until > self._records.now():
            return None
        if not fits or not self._second_factor(account, form.get("code", "")):
            failures = self._records.staff_failed(account.id, LOCK_AFTER, LOCK_FOR)
            self._records.audit("account:staff:locked" if failures >= LOCK_AFTER else "account:staff:failed", account.id)
            return None
        return account

    def _second_factor(self, account: StaffAccount, code: str) -> bool:
        if not account.totp_secret:
            return True
        step = passwords.step_of(account.totp_secret, code, self._records.now().timestamp())
        return step is not None and self._records.use_totp_step(account.id, step)

    def _signed_in(self, request: Request, account: StaffAccount) -> Response:
        if request.cookies.get(COOKIE):
            self._records.close_session(request.cookies[COOKIE])
        self._records.staff_succeeded(account.id)
        token = self._records.open_session(account.id, LASTS)
        self._records.audit("account:staff:signed_in", account.id)
        response = RedirectResponse(HOME[account.role], 303, HEADERS)
        self._guard.set_cookie(response, COOKIE, token, int(LASTS.total_seconds()))
        response.delete_cookie(START_COOKIE, path=PATH)
        return response
