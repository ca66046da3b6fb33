"""A lead's page of accounts: add, change role, unlock, switch off, new password shown once."""

from __future__ import annotations

import re

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import passwords
from bot.console.guard import Guard, Visit
from bot.console.view import HEADERS
from bot.errors import Conflict
from bot.records.access import StaffAccount
from bot.records.staff import ROLES

LEAD = ("lead",)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]")


def name_of(given: str) -> str | None:
    """A sign-in name as it is stored; None for one that will not do."""
    plain = given.strip().lower()
    return plain if NAME.fullmatch(plain) else None


class Accounts:
    """/staff/accounts and its forms."""

    def __init__(self, guard: Guard) -> None:
        self._guard, self._records = guard, guard.records
        self._changes = {
            "role": self._role, "password": self._password, "unlock": self._unlock, "off": self._off, "on": self._on,
            "no-code": self._no_code,
        }  # fmt: skip

    def routes(self) -> list[Route]:
        """The list, a new account, one change of an account."""
        to = self._guard.open_to
        return [
            Route("/staff/accounts", to(LEAD, self.show)),
            Route("/staff/accounts/add", to(LEAD, self.add), methods=["POST"]),
            Route("/staff/accounts/{account}/{change}", to(LEAD, self.change), methods=["POST"]),
        ]

    def show(self, visit: Visit) -> Response:
        """Everybody who can sign in, or could."""
        return self._page(visit)

    def add(self, visit: Visit) -> Response:
        """A new account with a password made here."""
        name, role, password = name_of(visit.value("name")), visit.value("role"), passwords.generated()
        if name is None or role not in ROLES:
            return self._page(visit, problem="account_name", status=400)
        try:
            made = self._records.add_staff(name, role, passwords.hashed(password))
        except Conflict:
            return self._page(visit, problem="account_taken", status=409)
        self._records.audit("account:staff:added", visit.account.id, made)
        return self._page(visit, shown=(name, password))

    def change(self, visit: Visit) -> Response:
        """One change. Nobody locks themselves out: on their own account a lead changes nothing here."""
        account = self._records.staff_by_id(visit.request.path_params["account"])
        name = visit.request.path_params["change"]
        if account is None or name not in self._changes:
            return visit.page("not_found.html", 404)
        if account.id == visit.account.id:
            return self._page(visit, problem="account_own", status=409)
        return self._changes[name](visit, account)

    def _role(self, visit: Visit, account: StaffAccount) -> Response:
        role = visit.value("role")
        if role not in ROLES:
            return self._page(visit, problem="account_name", status=400)
        self._records.change_staff(account.id, role=role)
        return self._done(visit, account, "role_changed")

    def _password(self, visit: Visit, account: StaffAccount) -> Response:
        password = passwords.generated()
        self._records.change_staff(account.id, password_hash=passwords.hashed(password))
        self._records.staff_succeeded(account.id)
        self._records.audit("account:staff:password_reset", visit.account.id, account.id)
        return self._page(visit, shown=(account.name, password))

    def _unlock(self, visit: Visit, account: StaffAccount) -> Response:
        self._records.staff_succeeded(account.id)
        return self._done(visit, account, "unlocked")

    def _off(self, visit: Visit, account: StaffAccount) -> Response:
        self._records.change_staff(account.id, active=False)
        return self._done(visit, account, "switched_off")

    def _on(self, visit: Visit, account: StaffAccount) -> Response:
        self._records.change_staff(account.id, active=True)
        return self._done(visit, account, "switched_on")

    def _no_code(self, visit: Visit, account: StaffAccount) -> Response:
        self._records.change_staff(account.id, totp_secret="")
        return self._done(visit, account, "code_removed")

    def _done(self, visit: Visit, account: StaffAccount, what: str) -> Response:
        self._records.audit(f"account:staff:{what}", visit.account.id, account.id)
        return RedirectResponse("/staff/accounts", 303, HEADERS)

    def _page(self, visit: Visit, problem: str = "", shown: tuple[str, str] | None = None, status: int = 200) -> Response:
        return visit.page(
            "accounts.html", status, here="accounts", people=self._records.all_staff(), roles=ROLES, problem=problem,
            shown=shown, now=self._records.now(),
        )  # fmt: skip
