"""The text line with everything around it: Twilio's API, the assistant, a telephone; on the loopback only."""

from __future__ import annotations

import contextlib
import functools
import itertools
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.gateway import app
from bot.settings import read
from tests.sms.stand_ins import (
    ACCOUNT,
    OURS,
    PUBLIC_URL,
    TOKEN,
    WAIT,
    FakeAssistant,
    Phone,
    RealAssistant,
    Served,
    TwilioApi,
)

_numbers = itertools.count(200)
_load_net = functools.lru_cache(maxsize=1)(app.load_net)  # the net is pure: one serves every test, which saves minutes


@pytest.fixture(autouse=True)
def one_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the safety net once a run."""
    monkeypatch.setattr(app, "load_net", _load_net)


class Line:
    """The front door with its stand-ins; `restart` ends it as a signal does and starts it again."""

    def __init__(self, folder: Path, assistant: type[FakeAssistant | RealAssistant] = FakeAssistant) -> None:
        self.var = folder / "var"
        self.api, self.assistant = TwilioApi(), assistant(self.var / "assistant.sock")
        self.environment = {
            "VAR_DIR": str(self.var), "PUBLIC_URL": PUBLIC_URL, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_FROM": OURS, "TWILIO_API_BASE": self.api.url, "RATE_LIMIT": "off", "DATABASE_SECONDS": "5",
        }  # fmt: skip
        self.served: Served | None = None
        self.phones: list[Phone] = []

    def start(self, **changed: str) -> None:
        """Start it, with other settings where given."""
        self.environment.update(changed)
        self.served = Served(app.create_app(read(self.environment)))

    def stop(self) -> None:
        """End it in order."""
        if self.served:
            self.served.end()
            self.served = None

    def restart(self, **changed: str) -> None:
        """End and start."""
        self.stop()
        self.start(**changed)

    def phone(self, met: bool = True) -> Phone:
        """A telephone of a number of its own; `met` has heard already who we are."""
        assert self.served
        phone = Phone(self.served.url, f"+1806555{next(_numbers):04d}")
        self.phones.append(phone)
        if met:
            phone.text("hello there")
            self.api.sent(phone.number)
            self.settled()
            self.api.texts.clear()
            self.assistant.asked.clear()
        return phone

    def settled(self) -> None:
        """Wait until every text that was handed over is marked as sent."""
        until = time.monotonic() + WAIT
        with contextlib.closing(sqlite3.connect(self.var / "records.db")) as database:
            while database.execute("SELECT count(*) FROM outbox WHERE state = 'queued'").fetchone() != (0,):
                assert time.monotonic() < until, "texts stay queued"
                time.sleep(0.02)

    def same(self, phone: Phone) -> Phone:
        """The same telephone after a restart."""
        assert self.served
        again = Phone(self.served.url, phone.number)
        self.phones.append(again)
        return again

    def close(self) -> None:
        """End everything."""
        self.stop()
        for phone in self.phones:
            phone.close()
        self.assistant.end()
        self.api.end()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Line]:
    """The line, not started."""
    line = Line(tmp_path)
    yield line
    line.close()


@pytest.fixture
def line(made: Line) -> Line:
    """The line, started."""
    made.start()
    return made


@pytest.fixture
def phone(line: Line) -> Phone:
    """A telephone that was told already who we are."""
    return line.phone()
