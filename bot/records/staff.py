"""Staff accounts and their sessions. Passwords are hashed by the console; tokens are known here by keyed hash only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from bot.errors import Conflict
from bot.records.database import TakenMeanwhile
from bot.records.door import Door, new_id
from bot.records.models import Staff, StaffSession

ROLES = ("agent", "lead", "auditor")
SEEN_EVERY = timedelta(minutes=1)  # a session's last use is written at most this often


@dataclass(frozen=True)
class StaffAccount:
    """An account; `repr` shows no secret."""

    id: str
    name: str
    role: str
    active: bool
    failures: int
    locked_until: datetime | None
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False)


class StaffRows(Door):
    """The part of the door for accounts and sessions."""

    def add_staff(self, name: str, role: str, password_hash: str, totp_secret: str | None = None) -> str:
        """Make an account; its id. Raises Conflict when the name is taken, ValueError for an unknown role."""
        _check_role(role)
        now = self.now()
        row = Staff(
            id=new_id(), name=name, role=role, password_hash=password_hash, active=True, failures=0,
            created_at=now, changed_at=now,
        )  # fmt: skip
        if totp_secret:
            self.database.put(row, totp_secret)
        try:
            with self.database.write() as session:
                session.add(row)
                session.flush()
                return str(row.id)
        except TakenMeanwhile:
            raise Conflict("This name has an account already.") from None

    def staff_by_name(self, name: str) -> StaffAccount | None:
        """The account of a name; None without one."""
        return self._one(Staff.name == name)

    def staff_by_id(self, staff: str) -> StaffAccount | None:
        """The account of an id; None without one."""
        return self._one(Staff.id == staff)

    def all_staff(self) -> list[StaffAccount]:
        """Every account, by name."""
        with self.database.read() as session:
            return [self._account(row) for row in session.execute(select(Staff).order_by(Staff.name)).scalars().all()]

    def change_staff(
        self,
        staff: str,
        *,
        role: str | None = None,
        password_hash: str | None = None,
        totp_secret: str | None = None,
        active: bool | None = None,
    ) -> bool:
        """Change what is given; every session of the account ends. False for an unknown id."""
        if role is not None:
            _check_role(role)
        with self.database.write() as session:
            row = session.get(Staff, staff)
            if row is None:
                return False
            given = {"role": role, "password_hash": password_hash, "active": active}
            for name, value in given.items():
                if value is not None:
                    setattr(row, name, value)
            if totp_secret is not None:
                self.database.put(row, totp_secret)
                row.totp_step = None
            row.changed_at = self.now()
            session.execute(delete(StaffSession).where(StaffSession.staff_id == staff))
            return True

    def remove_staff(self, staff: str) -> bool:
        """Delete an account and its sessions; what it did stays in the audit trail."""
        with self.database.write() as session:
            return bool(session.execute(delete(Staff).where(Staff.id == staff)).rowcount)

    def staff_failed(self, staff: str, lock_after: int, lock_for: timedelta) -> int:
        """Count a failed sign-in and lock the account from the `lock_after`-th on; the failures in a row."""
        with self.database.write() as session:
            row = session.get(Staff, staff, with_for_update=True)
            if row is None:
                return 0
            row.failures += 1
            if row.failures >= lock_after:
                row.locked_until = self.now() + lock_for
            return int(row.failures)

    def staff_succeeded(self, staff: str) -> None:
        """Forget the failures and the lock."""
        with self.database.write() as session:
            session.execute(update(Staff).where(Staff.id == staff).values(failures=0, locked_until=None))

    def use_totp_step(self, staff: str, step: int) -> bool:
        """Use up a time step of the second factor; False when it, or a later one, was used before."""
        fresh = (Staff.id == staff) & (Staff.totp_step.is_(None) | (Staff.totp_step < step))
        with self.database.write() as session:
            return bool(session.execute(update(Staff).where(fresh).values(totp_step=step)).rowcount)

    def open_session(self, staff: str, lasts: timedelta) -> str:
        """Begin a session; the token for the browser's cookie."""
        token, now = secrets.token_urlsafe(32), self.now()
        row = StaffSession(
            token_hash=self.keyed_hash("session", token), staff_id=staff, created_at=now, seen_at=now, expires_at=now + lasts
        )
        with self.database.write() as session:
            session.add(row)
        return token

    def session_staff(self, token: str, idle: timedelta, used: bool = True) -> StaffAccount | None:
        """Whose session a token is; None when it ended, was idle too long, or the account is not active.

        `used` is False where nobody did anything, as when an open page asks for news by itself.
        """
        now, name = self.now(), self.keyed_hash("session", token)
        with self.database.read() as session:
            row = session.get(StaffSession, name)
            if row is None or now >= row.expires_at or now - row.seen_at >= idle:
                return None
            seen_at, account = row.seen_at, self._account(session.get(Staff, row.staff_id))
        if used and now - seen_at >= SEEN_EVERY:
            with self.database.write() as session:
                session.execute(update(StaffSession).where(StaffSession.token_hash == name).values(seen_at=now))
        return account if account.active else None

    def close_session(self, token: str) -> None:
        """End a session."""
        name = self.keyed_hash("session", token)
        with self.database.write() as session:
            session.execute(delete(StaffSession).where(StaffSession.token_hash == name))

    def _one(self, condition: Any) -> StaffAccount | None:
        with self.database.read() as session:
            row = session.execute(select(Staff).where(condition)).scalar_one_or_none()
            return self._account(row) if row else None

    def _account(self, row: Staff) -> StaffAccount:
        secret = self.database.open(row) if row.sealed is not None else None
        return StaffAccount(
            row.id, row.name, row.role, row.active, row.failures, row.locked_until, row.password_hash, secret
        )


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise ValueError("a role is agent, lead or auditor")
