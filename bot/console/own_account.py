"""Everybody's own account: a new password, the second factor."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import passwords
from bot.console.guard import ANYBODY, COOKIE, LASTS, Guard, Visit
from bot.console.sign_in import LOCK_AFTER, LOCK_FOR
from bot.console.view import HEADERS


class OwnAccount:
    """/staff/me and its forms; each asks for the present password, for the screen may have been left open."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records

    def routes(self) -> list[Route]:
        """The page, the password, the second factor on and off."""
        to = self._guard.open_to
        return [
            Route("/staff/me", to(ANYBODY, self.show)),
            Route("/staff/me/password", to(ANYBODY, self.password), methods=["POST"]),
            Route("/staff/me/code", to(ANYBODY, self.code_on), methods=["POST"]),
            Route("/staff/me/no-code", to(ANYBODY, self.code_off), methods=["POST"]),
        ]

    def show(self, visit: Visit) -> Response:
        """The page."""
        return self._page(visit)

    def password(self, visit: Visit) -> Response:
        """Change the password; every other browser is signed out."""
        new = visit.form.get("new", "")
        if not self._is_them(visit):
            return self._page(visit, "password_wrong", 403)
        try:
            passwords.check_strength(new, visit.account.name)
        except passwords.WeakPassword as weak:
            return self._page(visit, weak.reason, 400)
        if new != visit.form.get("again", ""):
            return self._page(visit, "password_differs", 400)
        self._records.change_staff(visit.account.id, password_hash=passwords.hashed(new))
        return self._changed(visit, "password_changed")

    def code_on(self, visit: Visit) -> Response:
        """Switch the second factor on, once a code shows that the app has the secret."""
        secret = visit.form.get("secret", "")
        if not self._is_them(visit):
            return self._page(visit, "password_wrong", 403)
        if len(secret) != 32 or not secret.isalnum() or passwords.step_of(secret, visit.value("code")) is None:
            return self._page(visit, "code_wrong", 400)
        self._records.change_staff(visit.account.id, totp_secret=secret)
        return self._changed(visit, "code_added")

    def code_off(self, visit: Visit) -> Response:
        """Switch it off."""
        if not self._is_them(visit):
            return self._page(visit, "password_wrong", 403)
        self._records.change_staff(visit.account.id, totp_secret="")
        return self._changed(visit, "code_removed")

    def _is_them(self, visit: Visit) -> bool:
        fits = passwords.matches(visit.account.password_hash, visit.form.get("present", ""))
        if not fits and self._records.staff_failed(visit.account.id, LOCK_AFTER, LOCK_FOR) >= LOCK_AFTER:
            # Whoever guesses at an open screen is put out of it.
            self._records.audit("account:staff:locked", visit.account.id)
            self._records.close_session(visit.token)
        return fits

    def _changed(self, visit: Visit, what: str) -> Response:
        """Every session of the account has ended; this browser gets a new one."""
        self._records.audit(f"account:staff:{what}", visit.account.id, visit.account.id)
        self._records.staff_succeeded(visit.account.id)
        response = RedirectResponse(f"/staff/me?done={what}", 303, HEADERS)
        token = self._records.open_session(visit.account.id, LASTS)
        self._guard.set_cookie(response, COOKIE, token, int(LASTS.total_seconds()))
        return response

    def _page(self, visit: Visit, problem: str = "", status: int = 200) -> Response:
        secret = passwords.new_secret()
        done = visit.request.query_params.get("done", "")
        return visit.page(
            "me.html", status, here="me", problem=problem, secret=secret, least=passwords.LEAST,
            address=passwords.address(secret, visit.account.name),
            done=done if done in ("password_changed", "code_added", "code_removed") else "",
        )  # fmt: skip
