"""Actions that fail, a full disk, and a release that goes back in the middle of a check (rows 5, 15, 21)."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.records.access import open_records
from bot.settings import PROJECT, read
from tests.faults.conftest import danger_is_answered, honest
from tests.services.front_door import FrontDoor, Talk

ACTION_SECONDS = "1.0"


class FailingDoor(FrontDoor):
    """A service whose actions fail as a test says."""

    @property
    def how(self) -> Path:
        """The file that says how."""
        return self.folder / "how"

    def start(self, name: str) -> None:
        """As ever, with our own assistant."""
        if name != "assistant":
            super().start(name)
            return
        environment = {**self.environment, "FAILING_ACTIONS": str(self.how)}
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-m", "tests.faults.failing_assistant"]
            self.running[name] = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)


@pytest.fixture(scope="module")
def failing() -> Iterator[FailingDoor]:
    """One service for the module."""
    with tempfile.TemporaryDirectory() as folder:
        made = FailingDoor(Path(folder), ACTION_SECONDS=ACTION_SECONDS)
        try:
            yield made.open()
        finally:
            made.close()


def _check_begun(talk: Talk) -> str:
    talk.say("start the quick check")
    talk.press("Yes, let's go")
    talk.press("No")
    talk.press("Yes")
    return str(talk.last[-1]["text"])


@pytest.mark.parametrize("how", ["crash", "hang", "rubbish"])
def test_an_action_that_fails_says_so_and_counts_nothing_as_answered(failing: FailingDoor, how: str) -> None:
    talk = failing.talk()
    question = _check_begun(talk)
    failing.how.write_text(how)
    try:
        said = honest(talk, "no")
        assert "800-218-6727" in said[0]["text"] and said[0]["kind"] == "error"
        danger_is_answered(failing.talk())
    finally:
        failing.how.write_text("")
    again = talk.say("go back")
    assert question in again[-1]["text"] or again[-1]["kind"] == "question", "the check stands where it stood"
    assert "what is iop" not in failing.logs()


def test_what_a_failing_action_was_told_is_in_no_log(failing: FailingDoor) -> None:
    talk = failing.talk()
    failing.how.write_text("crash")
    try:
        honest(talk, "what is iop for canary-7f3a9")
    finally:
        failing.how.write_text("")
    assert "canary-7f3a9" not in failing.logs()


@contextmanager
def _disk_full(door: FrontDoor) -> Iterator[None]:
    """No process of the service may write one more byte to any file."""
    hard = resource.RLIM_INFINITY
    for process in door.running.values():
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        for process in door.running.values():
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_with_a_full_disk_replies_go_on_and_nothing_is_half_written(failing: FailingDoor) -> None:
    talk = failing.talk()
    talk.say("what is iop")
    before = talk.history()
    with _disk_full(failing):
        said = honest(talk, "how much does it cost")
        assert said[0]["topic"] == "cost", "memory still knows the conversation"
        assert any("may forget" in message["text"] for message in said)
        danger_is_answered(talk)
        danger_is_answered(failing.talk())
        read = failing.http.get("/api/messages", headers=talk.headers)
        assert read.status_code == 503 or read.json()["messages"] == before, "an honest error, or all of it"
        counted = failing.http.get("/metrics").text
        assert 'door_faults_total{what="turn_not_written"}' in counted
        assert 'door_faults_total{what="crisis_not_written"}' in counted
    end = time.monotonic() + 10
    while talk.say("where are you")[0]["seq"] is None and time.monotonic() < end:
        time.sleep(0.2)
    assert any(message["topic"] == "location" for message in talk.last)
    with sqlite3.connect(failing.folder / "var" / "records.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        turns = database.execute("SELECT count(*) FROM turns").fetchone()[0]
        whole = database.execute(
            "SELECT count(*) FROM turns t WHERE (SELECT count(*) FROM messages m WHERE m.conversation_id = t.conversation_id"
            " AND m.seq BETWEEN t.first_seq AND t.last_seq) = t.last_seq - t.first_seq + 1"
        ).fetchone()[0]
    assert whole == turns


def test_with_a_full_disk_nobody_is_asked_for_a_number_in_vain(failing: FailingDoor) -> None:
    talk = failing.talk()
    talk.say("what is iop")
    with _disk_full(failing):
        said = honest(talk, "I would like somebody to call me")
        assert any("No one will call" in message["text"] and "800-218-6727" in message["text"] for message in said)
        assert all(message["kind"] != "question" for message in said)
        danger_is_answered(failing.talk())
    end = time.monotonic() + 10
    while talk.say("I would like somebody to call me")[-1]["kind"] != "question":
        assert time.monotonic() < end, "it can be kept again, and is not asked for"
        time.sleep(0.2)


def test_a_newer_release_goes_back_in_the_middle_of_a_check(failing: FailingDoor) -> None:
    from bot.gateway.tokens import Tokens, session_secret

    talk, lost = failing.talk(), failing.talk()
    for one in (talk, lost):
        _check_begun(one)
    settings = read(failing.environment)
    tokens, records = Tokens(session_secret(settings), settings.token_days), open_records(settings)
    for one, asked in ((talk, None), (lost, "a_question_of_tomorrow")):
        conversation = tokens.read(one.token)
        stored = records.load(conversation)
        slots = {**stored.state["slots"], "slot_of_tomorrow": {"deep": [1]}}
        slots["placement"] = {**slots["placement"], "field_of_tomorrow": 1, **({"asked": asked} if asked else {})}
        with records.database.write() as session:
            from bot.records.models import Conversation

            row = session.get(Conversation, conversation)
            records.database.put(row, {**stored.state, "slots": slots})
    for name in ("gateway", "assistant"):  # a deploy ends both
        failing.running.pop(name).terminate()
        failing.start(name)
    failing.wait()
    assert talk.say("no")[-1]["kind"] == "question", "its answers are still readable"
    assert lost.say("no")[-1]["text"].strip()
    danger_is_answered(lost)
    records.disconnect()
