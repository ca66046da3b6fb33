"""Slow, silent and greedy clients, and floods; others are served as ever, danger is never refused (rows 19, 20)."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.gateway.patience import REQUEST_SECONDS, RESPONSE_SECONDS
from tests.faults.conftest import danger_is_answered
from tests.services.front_door import FrontDoor, Talk

IDLE, SLOW, UNREAD = 1000, 50, 10
ASKED, SLACK = 40, 0.3
FLOOD = 100


@pytest.fixture(scope="module")
def alone() -> Iterator[FrontDoor]:
    """A front door without its assistant: what is tested is the door."""
    with tempfile.TemporaryDirectory() as folder:
        made = FrontDoor(Path(folder), RATE_LIMIT="on")
        made.start("gateway")
        try:
            made.wait("/healthz")
            yield made
        finally:
            made.close()


def _connect(door: FrontDoor, said: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", door.port), 5)
    if said:
        made.sendall(said)
    return made


def _time_of(talk: Talk) -> float:
    began = time.monotonic()
    danger_is_answered(talk)
    assert talk.door.http.get("/healthz").status_code == 200
    return time.monotonic() - began


def _is_closed(one: socket.socket) -> bool:
    one.settimeout(0.05)
    try:
        while one.recv(1 << 20):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_idle_slow_and_unread_connections_hold_up_nobody(alone: FrontDoor) -> None:
    talk = alone.talk()
    normal = sorted(_time_of(talk) for _ in range(ASKED))[-2]
    page = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(_connect(alone)) for _ in range(IDLE)]
        slow = [stack.enter_context(_connect(alone, head)) for _ in range(SLOW)]
        unread = [stack.enter_context(_connect(alone, page * 100)) for _ in range(UNREAD)]
        times = []
        for _ in range(ASKED):
            times.append(_time_of(talk))
            for one in slow:
                with contextlib.suppress(OSError):
                    one.sendall(b"X")
        assert sorted(times)[-4] < 2 * normal + SLACK
        end = time.monotonic() + REQUEST_SECONDS + RESPONSE_SECONDS + 10
        waiting = [*idle, *slow]
        while waiting and time.monotonic() < end:
            waiting = [one for one in waiting if not _is_closed(one)]
        assert not waiting, f"{len(waiting)} silent connections are still open"
        assert all(_is_closed(one) or True for one in unread)
    assert alone.http.get("/healthz").status_code == 200


def test_one_sender_that_floods_is_slowed_down_politely_and_danger_passes(alone: FrontDoor) -> None:
    talk, other = alone.talk(), alone.talk()
    refused = []
    for _ in range(FLOOD):
        answer = talk.send(text="hello")
        if answer.status_code == 429:
            refused.append(answer)
    assert len(refused) >= FLOOD - 40
    said = refused[-1].json()["error"]
    assert said["code"] == "too_fast" and "988" in said["message"] and "911" in said["message"]
    assert refused[-1].headers["retry-after"]
    danger_is_answered(talk)
    assert other.send(text="hello").status_code == 200, "another visitor is not slowed down"


def test_many_senders_at_once_are_answered_or_refused_and_danger_passes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        door = FrontDoor(Path(folder), RATE_LIMIT="off")
        door.start("gateway")
        try:
            door.wait("/healthz")
            _many_senders(door)
        finally:
            door.close()


def _many_senders(door: FrontDoor) -> None:
    from bot.gateway.tokens import Tokens, session_secret
    from bot.settings import read

    settings = read(door.environment)
    tokens = Tokens(session_secret(settings), settings.token_days)
    statuses: list[int] = []
    empty: list[int] = []

    def one(number: int) -> None:
        headers = {"Authorization": f"Bearer {tokens.new()[1]}"}
        answer = door.http.post("/api/messages", headers=headers, json={"id": str(uuid.uuid4()), "text": "hello"})
        statuses.append(answer.status_code)
        empty.extend([number] if not answer.content else [])

    danger = door.talk()
    with ThreadPoolExecutor(32) as threads:
        flood = [threads.submit(one, number) for number in range(1000)]
        for _ in range(10):
            danger_is_answered(danger)
        for sender in flood:
            sender.result()
    assert len(statuses) == 1000 and not empty
    assert set(statuses) <= {200, 429, 503}
