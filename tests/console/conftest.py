"""A console over empty records, staff of each role, and browsers signed in as them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.console import passwords
from bot.console.app import Console
from bot.console.request_page import Texting
from bot.gateway.headers import Headers
from bot.records.access import Records, open_records
from bot.settings import Settings, read
from tests.records.conftest import MovableClock

PASSWORD = "seven quiet herons"
STAFF = {"lena": "lead", "abel": "agent", "ada": "agent", "audrey": "auditor"}
BASE = "http://127.0.0.1:8080"
CHECK = {
    "answers": {
        "danger": "no",
        "adult": "yes",
        "withdrawal": "no",
        "medical": "no",
        "home_support": "no",
        "use_at_home": "no",
        "outside_stress": "not_sure",
        "group_comfort": "yes",
        "background": "yes",
    },
    "outcome": "TALK_FIRST",
    "reasons": ["home_support"],
    "background": ["2"],
}


@lru_cache(maxsize=1)
def _hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture(autouse=True, scope="session")
def _quick_hashes() -> Iterator[None]:
    """Hashes that cost a thousandth: what is tested is who gets in, not how long a guess takes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def clock() -> MovableClock:
    """The clock of the records."""
    return MovableClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty database."""
    found = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_SECONDS": "10", "HANDOFF_WEBHOOK_URL": "http://127.0.0.1:9/"}
    return read(found)


@pytest.fixture
def records(settings: Settings, clock: MovableClock) -> Iterator[Records]:
    """The records with an account for each role; all have the same password."""
    made = open_records(settings, clock)
    for name, role in STAFF.items():
        made.add_staff(name, role, _hash())
    yield made
    made.disconnect()


def application(settings: Settings, records: Records, texting: Texting | None = None) -> Starlette:
    """The console alone, with the headers of the front door."""
    return Starlette(routes=Console(settings, records, texting).routes(), middleware=[Middleware(Headers)])


class Browser:
    """Keeps cookies and fills in forms as a browser does; follows no redirect by itself."""

    def __init__(self, app: Starlette, base: str = BASE) -> None:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """One page."""
        return await self.http.get(path, **more)

    async def csrf(self, path: str) -> str:
        """The token in the forms of a page; "" without one."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', (await self.get(path)).text)
        return found[1] if found else ""

    async def post(self, path: str, on: str = "/staff/me", **fields: str) -> httpx.Response:
        """Send a form with the token of the page it is on."""
        return await self.http.post(path, data={"csrf": await self.csrf(on), **fields})

    async def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
        """Fill in the sign-in."""
        return await self.post("/staff/sign-in", on="/staff/sign-in", name=name, password=password, code=code)


Open = Callable[..., Awaitable[Browser]]


@pytest_asyncio.fixture()
async def browser(settings: Settings, records: Records) -> AsyncIterator[Open]:
    """Opens a browser, signed in as the name given."""
    app, made = application(settings, records), []

    async def open_one(name: str | None = None, **changed: Any) -> Browser:
        this = application(replace(settings, **changed), records) if changed else app
        one = Browser(this, changed.get("public_url", BASE))
        made.append(one)
        if name:
            assert (await one.sign_in(name)).status_code == 303
        return one

    yield open_one
    for one in made:
        await one.http.aclose()


def events(records: Records, who: str | None = None) -> list[str]:
    """Events of the audit trail, the oldest first; of one account if named."""
    account = records.staff_by_name(who) if who else None
    rows = reversed(records.audit_trail(limit=10_000))
    return [row["event"] for row in rows if account is None or row["who"] == account.id]
