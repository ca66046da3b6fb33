"""Kills Rasa, the front door and the database under a conversation: never silence, and an emergency gets its reply at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from bot.run import Process
from bot.settings import PROJECT
from tests.services.doors import OwnDoor
from tests.services.front_door import Talk

SECONDS = 3.0  # an answer, an honest line or the floor
AT_ONCE = 1.0  # an emergency waits for nothing that is gone
NUMBERS = ("911", "988", "800-218-6727")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.monotonic()
    return work(), time.monotonic() - started


def _is_floor(messages: list[dict[str, Any]]) -> bool:
    return messages[0]["kind"] == "error" and all(number in messages[0]["text"] for number in NUMBERS)


def _danger_is_answered(talk: Talk) -> None:
    messages, seconds = _timed(lambda: talk.say("i want to kill myself"))
    assert (messages[0]["kind"], messages[0]["topic"]) == ("crisis", "crisis_suicide")
    assert "988" in messages[0]["text"]
    assert seconds < AT_ONCE


def test_in_office_hours_the_phone_comes_first(own_door: OwnDoor) -> None:
    """The office is open, so that no call back is offered instead."""
    talk = own_door.talk()
    said = " ".join(message["text"] for message in talk.say("i want to talk to a person"))
    assert "800-218-6727" in said
    assert "open right now" in said
    assert not any(button["title"] == "Ask for a call" for message in talk.last for button in message["buttons"])


def test_rasa_killed_between_two_messages(own_door: OwnDoor) -> None:
    """The floor within three seconds, danger at once; after its restart the talk goes on where it was."""
    talk = own_door.talk()
    talk.press("Quick check")
    talk.press("Yes, let's go")
    own_door.kill("assistant")
    try:
        messages, seconds = _timed(lambda: talk.say("no"))
        assert seconds < SECONDS
        assert _is_floor(messages)
        _danger_is_answered(own_door.talk())
        assert own_door.http.get("/readyz").json()["missing"] == ["assistant"]
        assert own_door.http.get("/healthz").status_code == 200
    finally:
        own_door.start("assistant")
        own_door.wait()
    assert "18 or older" in talk.say("no")[0]["text"]


def test_rasa_killed_in_the_middle_of_a_turn(own_door: OwnDoor) -> None:
    """The floor or the answer within three seconds; the turn is stored once or not at all."""
    talk, number = own_door.talk(), str(uuid.uuid4())
    answers: list[tuple[httpx.Response, float]] = []
    asking = threading.Thread(target=lambda: answers.append(_timed(lambda: talk.send(number, text="do you have detox"))))
    asking.start()
    own_door.kill("assistant")
    try:
        asking.join(15)
        answer, seconds = answers[0]
        assert seconds < SECONDS
        messages = answer.json()["messages"]
        assert _is_floor(messages) or messages[0]["topic"] == "detox"
    finally:
        own_door.start("assistant")
        own_door.wait()
    again = talk.send(number, text="do you have detox").json()["messages"]
    assert again[0]["topic"] == "detox"
    assert [one["text"] for one in talk.history() if one["from"] == "person"] == ["do you have detox"]


def test_the_front_door_killed_and_the_client_asks_again(own_door: OwnDoor) -> None:
    """One turn, one answer, the same token; the danger spoken of before is still known."""
    talk, number = own_door.talk(), str(uuid.uuid4())
    first = talk.send(number, text="who works there").json()["messages"]
    talk.say("i want to die")
    own_door.kill("gateway")
    own_door.start("gateway")
    own_door.wait()
    assert talk.say("no")[0]["kind"] == "crisis"  # still the answer to what was asked after the danger
    again = talk.send(number, text="who works there").json()["messages"]
    assert [one["text"] for one in again] == [one["text"] for one in first]
    said = [one["text"] for one in talk.history() if one["from"] == "person"]
    assert said == ["who works there", "i want to die", "no"]


def test_the_database_gone_in_the_middle_of_a_talk(own_door: OwnDoor) -> None:
    """A reply within three seconds, danger at once, nothing promised that was not written; it joins again by itself."""
    talk = own_door.talk()
    talk.say("what is IOP")
    own_door.database.stop("immediate")
    try:
        messages, seconds = _timed(lambda: talk.say("do you have detox"))
        assert seconds < SECONDS
        assert _is_floor(messages) or any("may forget" in message["text"] for message in messages)
        _danger_is_answered(talk)
        fresh, seconds = _timed(own_door.talk)
        assert seconds < SECONDS
        _danger_is_answered(fresh)
        assert own_door.http.get("/readyz").status_code == 503
    finally:
        own_door.database.start()
        own_door.wait()
    assert "detox" in [message["topic"] for message in talk.say("do you have detox")]  # beside the numbers, after danger


def test_a_call_that_cannot_be_written_down_is_not_promised(own_door: OwnDoor) -> None:
    """No code, no promise: the phone."""
    talk = own_door.talk()
    talk.say("can someone call me back")
    for words in ("yes", "Dana", "806-555-0142", "yes", "any time"):
        talk.say(words)
    own_door.database.stop("immediate")
    try:
        said = " ".join(message["text"] for message in talk.say("yes"))
        assert "Your code is" not in said
        assert "800-218-6727" in said
    finally:
        own_door.database.start()
        own_door.wait()
    assert own_door.talk().say("what is IOP")[0]["topic"] == "what_is_iop"


# --- the one that keeps them going -----------------------------------------------------------------------------


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def sleeper() -> Any:
    """A process under the care of bot/run.py."""
    process = Process("sleeper", "tests.faults.sleeper")
    process.look()
    yield process
    process.end()


def test_what_dies_is_started_again(sleeper: Process) -> None:
    """Under another number; later when it died at once."""
    first = sleeper.popen
    assert first is not None
    first.kill()
    first.wait()
    sleeper.look()
    assert sleeper.wait > 0
    _wait(lambda: sleeper.look() or (sleeper.popen is not None and sleeper.popen.pid != first.pid))


def test_what_was_started_is_ended(sleeper: Process) -> None:
    """Asked first."""
    assert sleeper.popen is not None
    sleeper.end()
    assert sleeper.popen.poll() is not None


def _alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


IN_CARE = ["-m", "tests.faults.parent"]
TO_THE_END = ["-c", "from bot.run import to_the_end; to_the_end('tests.faults.sleeper')"]  # as training is run


@pytest.mark.parametrize("how", [IN_CARE, TO_THE_END], ids=["in care", "to the end"])
def test_nothing_outlives_the_one_that_started_it(how: list[str]) -> None:
    """Not even when that one is killed without a chance to tidy up."""
    command = [sys.executable, "-W", "ignore", *how]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        parent.kill()
    _wait(lambda: not _alive(child))
