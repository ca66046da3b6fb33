"""Services of the fault tests' own, and what must hold under every fault: danger is answered right, nothing is empty."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import read
from ops.topology import Redis
from tests.services.front_door import FrontDoor, Talk
from tests.services.postgres import PostgresServer
from tests.services.relay import Relay

CRISIS, IN_TIME = "i want to kill myself", 3.0
EMERGENCY = 2.0  # seconds, on a machine that does other things as well; benchmarks/turns.md holds what it really takes
SLACK = 1.0  # a machine that runs other things at the same time


def danger_is_answered(talk: Talk) -> None:
    """The crisis reply comes, at once, with its numbers."""
    began = time.monotonic()
    answer = talk.send(text=CRISIS)
    taken = time.monotonic() - began
    assert answer.status_code == 200
    assert answer.json()["messages"][0]["kind"] == "crisis"
    assert "988" in answer.text and "911" in answer.text
    assert taken < EMERGENCY, f"{taken:.2f} s"


def honest(talk: Talk, text: str) -> list[dict[str, Any]]:
    """The reply to an ordinary message, in time and never empty, whatever is broken."""
    began = time.monotonic()
    messages = talk.say(text)
    taken = time.monotonic() - began
    assert taken < IN_TIME + SLACK, f"{taken:.2f} s"
    assert all(message["text"].strip() for message in messages)
    return messages


def is_floor(messages: list[dict[str, Any]]) -> bool:
    """Whether this is the fixed reply."""
    return messages[0]["kind"] == "error" and "988" in messages[0]["text"]


class Networked:
    """A service that reaches PostgreSQL and Redis through relays that a test may break."""

    def __init__(self, folder: Path) -> None:
        (folder / "postgres").mkdir(mode=0o755)
        self.server = PostgresServer(folder / "postgres")
        self.server.start()
        self.redis_server = Redis(folder)
        self.redis_server.start()
        self.database, self.redis = Relay(self.server.port), Relay(self.redis_server.port)
        url = self.server.new_database().replace(f":{self.server.port}/", f":{self.database.port}/")
        redis_url = f"redis://127.0.0.1:{self.redis.port}/0"
        self.door = FrontDoor(folder, DATABASE_URL=url, REDIS_URL=redis_url, RATE_LIMIT="on")

    def mend(self) -> None:
        """Everything passes; returns when all is ready."""
        self.database.become("pass")
        self.redis.become("pass")
        self.door.wait()

    def records(self) -> Any:
        """The records as the service has them."""
        from bot.records.access import open_records

        return open_records(read({**self.door.environment, "DATABASE_SECONDS": "10"}))

    def close(self) -> None:
        """End all of it."""
        self.door.close()
        self.database.close()
        self.redis.close()
        self.redis_server.stop()
        self.server.stop()


@pytest.fixture(scope="module")
def networked() -> Iterator[Networked]:
    """Not started: a test brings the processes up under the fault it plays."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    folder.chmod(0o755)
    made = Networked(folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def mended(networked: Networked) -> Iterator[Networked]:
    """The service, whole; mended again after the test."""
    networked.mend()
    yield networked
    networked.mend()
