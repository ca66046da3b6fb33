"""Database and Redis away, slow, silent or resetting, between real processes and real servers (rows 1 to 4, 8, 12, 24)."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.conftest import IN_TIME, SLACK, Networked, danger_is_answered, honest, is_floor
from tests.services.front_door import Talk

SLOW_SECONDS, TALKS = 5.0, 6


def _check_begun(talk: Talk) -> None:
    talk.say("start the quick check")
    talk.press("Yes, let's go")
    assert talk.press("No")[0]["kind"] == "question"


def test_without_a_database_at_the_start_the_floor_serves_and_all_joins_later(networked: Networked) -> None:
    networked.database.become("reset")
    networked.door.start("gateway")
    networked.door.start("assistant")
    networked.door.wait("/healthz")
    assert networked.door.http.get("/readyz").status_code == 503
    talk = networked.door.talk()
    danger_is_answered(talk)
    assert is_floor(honest(talk, "what is iop"))
    networked.database.become("pass")
    networked.door.wait()
    assert any(message["topic"] == "what_is_iop" for message in talk.say("what is iop"))
    assert talk.last[0]["seq"]


@pytest.mark.parametrize("mode", ["reset", "black_hole"])
def test_the_database_goes_mid_check_and_the_check_goes_on(mended: Networked, mode: str) -> None:
    talk, other = mended.door.talk(), mended.door.talk()
    _check_begun(talk)
    question = talk.last[-1]["text"]
    mended.database.become(mode)
    said = honest(talk, "yes")
    assert any("may forget" in message["text"] for message in said), "it says so when something may be forgotten"
    assert question not in [message["text"] for message in said], "no question is asked twice"
    danger_is_answered(other)
    mended.mend()
    before = [message["text"] for message in said]
    after = talk.press("No")
    assert after[0]["seq"], "recorded again"
    assert not {message["text"] for message in after} & {*before, question}, "the check goes on where it was"


def test_a_hand_off_that_was_done_is_neither_lost_nor_repeated(mended: Networked) -> None:
    talk = mended.door.talk()
    talk.say("can someone call me back")
    talk.press("Yes")
    talk.say("Dana")
    talk.say("806-555-0142")
    talk.press("Yes")
    talk.say("tomorrow morning")
    assert talk.press("Yes")[0]["kind"] == "handoff"
    records = mended.records()
    assert len(records.inbox("test")) == 1
    mended.database.become("reset")
    honest(talk, "thank you")
    mended.mend()
    talk.say("thank you")
    assert len(records.inbox("test")) == 1
    records.disconnect()


def test_a_slow_database_costs_nobody_more_than_three_seconds(mended: Networked) -> None:
    talks = [mended.door.talk() for _ in range(TALKS)]
    mended.database.become("pass", delay=SLOW_SECONDS)

    def ask(talk: Talk) -> float:
        began = time.monotonic()
        for _ in range(3):
            honest(talk, "what is iop")
        danger_is_answered(talk)
        return time.monotonic() - began

    with ThreadPoolExecutor(TALKS) as threads:
        assert max(threads.map(ask, talks)) < 4 * (IN_TIME + SLACK)


@pytest.mark.parametrize(("mode", "delay"), [("reset", 0.0), ("black_hole", 0.0), ("pass", SLOW_SECONDS)])
def test_without_redis_everybody_is_answered_all_the_same(mended: Networked, mode: str, delay: float) -> None:
    talk = mended.door.talk()
    mended.redis.become(mode, delay)
    for _ in range(4):
        assert honest(talk, "what is iop")[0]["topic"] == "what_is_iop"
    danger_is_answered(talk)
    assert talk.door.http.post("/api/conversations").status_code == 201


def test_a_front_door_killed_mid_turn_gives_one_turn_and_one_answer(mended: Networked) -> None:
    talk, message_id = mended.door.talk(), str(uuid.uuid4())
    talk.say("hello")
    mended.database.become("pass", delay=0.1)  # long enough a turn to die in
    lost = threading.Thread(target=_ask_and_lose, args=(talk, message_id))
    lost.start()
    time.sleep(0.15)
    mended.door.kill("gateway")
    lost.join()
    mended.database.become("pass")
    mended.door.start("gateway")
    mended.door.wait()
    answers = [talk.send(message_id, text="what is iop") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    person = [message["text"] for message in talk.history() if message["from"] == "person"]
    assert person == ["hello", "what is iop"]


def _ask_and_lose(talk: Talk, message_id: str) -> None:
    import httpx

    try:
        with httpx.Client(base_url=talk.door.url, timeout=5, trust_env=False) as http:
            http.post("/api/messages", headers=talk.headers, json={"id": message_id, "text": "what is iop"})
    except httpx.TransportError:
        pass


def test_two_messages_at_once_are_answered_one_after_the_other(mended: Networked) -> None:
    talk = mended.door.talk()
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda text: talk.send(text=text), ("what is iop", "how much does it cost")))
    topics = {answer.json()["messages"][0]["topic"] for answer in answers}
    assert topics == {"what_is_iop", "cost"}
    said = talk.history(1)
    assert [message["from"] for message in said].count("person") == 2
    assert [message["seq"] for message in said] == list(range(2, 2 + len(said)))
    assert said[0]["from"] == "person" and said[1]["from"] == "bot", "never two questions before an answer"


def test_the_same_message_twice_at_once_is_one_turn(mended: Networked) -> None:
    talk, message_id = mended.door.talk(), str(uuid.uuid4())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: talk.send(message_id, text="what is iop"), range(4)))
    assert len({answer.text for answer in answers}) == 1
    assert len([message for message in talk.history() if message["from"] == "person"]) == 1


def test_danger_during_a_turn_is_answered_and_the_turn_still_counts(mended: Networked) -> None:
    talk = mended.door.talk()
    talk.say("hello")
    mended.database.become("pass", delay=0.01)
    with ThreadPoolExecutor(2) as threads:
        turn = threads.submit(talk.send, text="what is iop")
        time.sleep(0.05)
        danger_is_answered(talk)
        assert turn.result().status_code == 200
    mended.database.become("pass")
    words = [message["text"] for message in talk.history() if message["from"] == "person"]
    assert "what is iop" in words, "a turn that was overtaken is taken again"


def test_erased_during_a_turn_twice_and_for_nothing(mended: Networked) -> None:
    talk, stranger = mended.door.talk(), mended.door.talk()
    talk.say("what is iop")
    with ThreadPoolExecutor(3) as threads:
        turn = threads.submit(talk.send, text="how much does it cost")
        erased = [threads.submit(talk.door.http.delete, "/api/conversations", headers=talk.headers) for _ in range(2)]
        assert turn.result().status_code == 200
        assert [one.result().status_code for one in erased] == [204, 204]
    for who in (talk, talk, stranger, stranger):
        assert who.door.http.delete("/api/conversations", headers=who.headers).status_code == 204
    assert talk.history() == [] == stranger.history()
    records = mended.records()
    counts = {name: _rows(mended, name) for name in ("turns", "messages", "turn_events")}
    assert records.was_erased(_conversation(mended, talk))
    assert all(conversation != _conversation(mended, talk) for rows in counts.values() for conversation in rows)
    records.disconnect()


def _conversation(networked: Networked, talk: Talk) -> str:
    from bot.gateway.tokens import Tokens, session_secret
    from bot.settings import read

    settings = read(networked.door.environment)
    return Tokens(session_secret(settings), settings.token_days).read(talk.token)


def _rows(networked: Networked, table: str) -> list[str]:
    import psycopg2

    name = networked.door.environment["DATABASE_URL"].rsplit("/", 1)[1]
    with psycopg2.connect(host="127.0.0.1", port=networked.server.port, user="postgres", dbname=name) as connection:
        cursor = connection.cursor()
        cursor.execute(f"SELECT conversation_id FROM {table}")
        return [row[0] for row in cursor.fetchall()]
