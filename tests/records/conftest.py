"""Records on both databases, with a clock that tests move."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.records.access import CallbackRequest, Records, open_records
from bot.settings import Settings, read

CANARY = "canary-7F3K the purple heron"
NUMBER, OTHER_NUMBER = "+18065550142", "+18065550143"


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 4, 15, 30, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> datetime:
        """Forward by a timedelta's arguments; the new time."""
        self.time += timedelta(**by)
        return self.time


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database; tests run once for each kind."""
    made = read({"VAR_DIR": str(tmp_path / "var"), "HANDOFF_WEBHOOK_URL": "http://127.0.0.1:9/", "DATABASE_SECONDS": "10"})
    if request.param == "postgresql":
        made = replace(made, database_url=request.getfixturevalue("postgres_url"))
    return made


@pytest.fixture
def clock() -> MovableClock:
    """The clock of `records`."""
    return MovableClock()


@pytest.fixture
def opened(settings: Settings, clock: MovableClock) -> Iterator[Callable[..., Records]]:
    """Opens the records, once more or with other settings; closed at the end."""
    made: list[Records] = []

    def open_again(**changed: Any) -> Records:
        made.append(open_records(replace(settings, **changed), clock))
        return made[-1]

    yield open_again
    for one in made:
        one.disconnect()


@pytest.fixture
def records(opened: Callable[..., Records]) -> Records:
    """The records, empty."""
    return opened()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do all at the same time in threads; their results in order, an exception as a result."""
    begin = threading.Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        begin.wait(30)
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def turn(records: Records, conversation: str = "c1", message_id: str = "m1", **changed: Any) -> list[dict[str, Any]]:
    """Save a turn; what is not named is made up."""
    stored = records.load(conversation)
    given: dict[str, Any] = {
        "channel": "web",
        "message_id": message_id,
        "body_hash": records.body_hash("hello"),
        "person": {"text": "hello"},
        "messages": [{"text": "Hi.", "kind": "answer", "topic": "greet"}],
        "state": {"slots": {}},
        "events": [{"event": "action", "name": "action_answer"}],
        "expected_version": stored.version if stored else None,
    }
    return records.save_turn(conversation, **{**given, **changed})


def callback(conversation: str = "c1", number: str = NUMBER, **changed: Any) -> CallbackRequest:
    """A request with made-up content."""
    given: dict[str, Any] = {
        "conversation": conversation,
        "channel": "web",
        "name": "Jo",
        "number": number,
        "best_time": "mornings",
        "best_time_parsed": {"from": 8, "to": 12},
        "leave_message": True,
        "for_whom": "self",
        "topic": None,
        "check": None,
        "consent_version": "1",
        "consent_words": "You may call me.",
        "consented_at": datetime(2026, 3, 4, 15, 29, tzinfo=timezone.utc),
    }
    return CallbackRequest(**{**given, **changed})
