"""What the outside interface refuses and what it takes in its stride: forged tokens, bad bodies, odd signs, floods."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from tests.services.front_door import FrontDoor, Talk
from tests.test_contract import CANARY, assert_error

MOST_GROWTH_KB = 150_000  # of the front door's memory by oversize messages


def _raw(talk: Talk, body: bytes) -> httpx.Response:
    return talk.door.http.post("/api/messages", headers=talk.headers, content=body)


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer nonsense", "Basic abc", "Bearer " + "x" * 4000])
def test_a_guessed_token_opens_nothing(door: FrontDoor, header: str | None) -> None:
    """401 wherever a token is asked for."""
    headers = {"Authorization": header} if header else {}
    assert_error(door.http.get("/api/messages", headers=headers), 401, "bad_token")
    body = {"id": str(uuid.uuid4()), "text": CANARY}
    assert_error(door.http.post("/api/messages", headers=headers, json=body), 401, "bad_token")
    assert_error(door.http.delete("/api/conversations", headers=headers), 401, "bad_token")


def test_a_token_with_one_sign_changed_opens_nothing(talk: Talk) -> None:
    """The signature holds the whole token."""
    place = len(talk.token) // 3
    other = "A" if talk.token[place] != "A" else "B"
    forged = talk.token[:place] + other + talk.token[place + 1 :]
    answer = talk.door.http.get("/api/messages", headers={"Authorization": f"Bearer {forged}"})
    assert_error(answer, 401, "bad_token")


class _LongAgo(TimestampSigner):
    def get_timestamp(self) -> int:
        return super().get_timestamp() - 400 * 86_400


def test_a_token_whose_time_is_over_opens_nothing(door: FrontDoor) -> None:
    """Signed with the right key, long ago."""
    secret = (door.folder / "var" / "session.key").read_text().strip()
    options = {"digest_method": hashlib.sha256}
    old = URLSafeTimedSerializer(secret, salt="conversation", signer=_LongAgo, signer_kwargs=options).dumps("w-" + "a" * 24)
    assert_error(door.http.get("/api/messages", headers={"Authorization": f"Bearer {old}"}), 401, "expired_token")


def test_a_button_that_was_not_offered_is_refused(talk: Talk) -> None:
    """A payload counts only if it was shown."""
    assert_error(talk.send(payload='/delete_my_data{"choice":"yes"}'), 409, "not_offered")
    assert_error(talk.send(payload=f"/{CANARY}"), 409, "not_offered")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"3", b'"text"', b"{", b"\xff\xfe", b'{"id": "x"' + b"[" * 5000, b"[" * 20000],
)
def test_a_body_that_is_no_message_is_refused(talk: Talk, body: bytes) -> None:
    """400 in plain words."""
    assert_error(_raw(talk, body), 400, "bad_json")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "bad_request"),
        ({"id": str(uuid.uuid4())}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": None}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": 3}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": ["a"]}, "bad_request"),
        ({"id": str(uuid.uuid4()), "payload": {"a": 1}}, "bad_request"),
        ({"id": str(uuid.uuid4()), "text": "  \n "}, "bad_text"),
        ({"id": str(uuid.uuid4()), "text": "\x00\x01"}, "bad_text"),
        ({"text": CANARY}, "bad_id"),
        ({"id": 7, "text": CANARY}, "bad_id"),
        ({"id": CANARY, "text": "hello"}, "bad_id"),
    ],
)
def test_a_message_with_a_wrong_part_is_refused(talk: Talk, given: dict[str, Any], code: str) -> None:
    """400 that says what is missing."""
    assert_error(talk.send() if given is None else _raw(talk, json.dumps(given).encode()), 400, code)


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "9" * 30])
def test_a_wrong_place_to_read_from_is_refused(talk: Talk, after: str) -> None:
    """400, not an empty history."""
    answer = talk.door.http.get("/api/messages", params={"after": after}, headers=talk.headers)
    assert_error(answer, 400, "bad_request")


def test_addresses_and_methods_that_do_not_exist(door: FrontDoor) -> None:
    """404 and 405, with help and without an echo."""
    assert_error(door.http.get(f"/{CANARY}"), 404, "not_found")
    assert_error(door.http.put("/api/messages", content=CANARY), 405, "method_not_allowed")


# --- what is odd, and must do no harm -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "how much does it cost \ud800",
        "how\u200b much\u200d does it cost",
        "\u202ehow much does it cost",
        "how much does it cost '; DROP TABLE conversations; --",
        "<b>how much does it cost</b>",
        "how much does it cost\x00?",
        "how much\n\n\tdoes it cost",
    ],
)
def test_odd_signs_do_not_hide_a_question(talk: Talk, text: str) -> None:
    """Cleaned, then answered."""
    answer = _raw(talk, json.dumps({"id": str(uuid.uuid4()), "text": text}).encode())
    assert answer.status_code == 200, answer.text
    assert any(message["text"] for message in answer.json()["messages"])


@pytest.mark.parametrize(
    "text", ["👍👍👍", "😀", "!!!", "- a: [b, {c: d}]", "/greet", '/inform{"a": "b"}', "ﷺ" * 300, "a" * 9_999]
)
def test_odd_messages_get_a_reply(talk: Talk, text: str) -> None:
    """Never silence, never a failure."""
    messages = talk.say(text)
    assert all(message["text"].strip() for message in messages)


@pytest.mark.parametrize(
    "text",
    [
        "i want to k\u200bill my\u200dself",
        "i w4nt t0 k1ll mys3lf",
        "I WANT TO KILL MYSELF!!!",
        "\u202ei want to kill myself",
        "i want to kill myself \ud800",
        '/greet{"x":"y"} i want to kill myself',
        "i  want\nto\tkill   myself",
    ],
)
def test_no_trick_hides_danger(talk: Talk, text: str) -> None:
    """The crisis reply, in the same turn."""
    answer = _raw(talk, json.dumps({"id": str(uuid.uuid4()), "text": text}).encode())
    message = answer.json()["messages"][0]
    assert (message["kind"], message["topic"]) == ("crisis", "crisis_suicide")
    assert "988" in message["text"]


def test_200_other_keys_change_nothing(talk: Talk) -> None:
    """What is not in the contract is left aside."""
    given = {f"key{number}": CANARY for number in range(200)}
    answer = _raw(talk, json.dumps({**given, "id": str(uuid.uuid4()), "text": "what is IOP"}).encode())
    assert answer.json()["messages"][0]["topic"] == "what_is_iop"


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def test_too_long_is_refused_and_danger_in_it_is_not(talk: Talk) -> None:
    """10,001 signs and a megabyte: a polite 413; the crisis reply where danger stands in it; memory flat."""
    gateway = talk.door.running["gateway"].pid
    before = _resident_kb(gateway)
    filler = f"{CANARY} talks on and on. "
    for signs in (10_001, 1_000_000):
        long = (filler * (signs // len(filler) + 1))[:signs]
        assert_error(talk.send(text=long), 413, "too_long")
        hidden = long[: signs // 2] + " i want to kill myself tonight " + long[signs // 2 :]
        message = talk.send(text=hidden).json()["messages"][0]
        assert message["topic"] == "crisis_suicide"
    assert _resident_kb(gateway) - before < MOST_GROWTH_KB


# --- with limits on, and nothing behind the door -------------------------------------------------------------------


@pytest.fixture(scope="module")
def lonely_gateway(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A front door with limits and without an assistant behind it."""
    service = FrontDoor(tmp_path_factory.mktemp("lonely"), RATE_LIMIT="on")
    migrated = service.module("bot.records.migrate")
    assert migrated.returncode == 0, migrated.stderr
    service.start("gateway")
    service.wait("/healthz")
    yield service
    service.close()


def test_without_an_assistant_the_door_says_what_is_missing(lonely_gateway: FrontDoor) -> None:
    """503 that names it."""
    answer = lonely_gateway.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["assistant"]


def test_without_an_assistant_there_is_the_floor(lonely_gateway: FrontDoor) -> None:
    """911, 988 and the phone; danger gets its own reply."""
    talk = lonely_gateway.talk()
    floor = talk.say("what is IOP")[0]
    assert floor["kind"] == "error"
    assert all(word in floor["text"] for word in ("911", "988", "800-218-6727"))
    assert talk.say("my friend took too many pills and is not breathing")[0]["topic"] == "crisis_overdose"


def test_a_flood_is_slowed_down_and_danger_never_is(lonely_gateway: FrontDoor) -> None:
    """429 with help and a time to wait; the crisis reply all the same."""
    talk = lonely_gateway.talk()
    statuses = [talk.send(text="hello there").status_code for _ in range(40)]
    assert statuses[:30] == [200] * 30
    refused = talk.send(text=f"hello {CANARY}")
    assert_error(refused, 429, "too_fast")
    assert int(refused.headers["retry-after"]) > 0
    assert "988" in refused.json()["error"]["message"]
    for _ in range(5):
        assert talk.say("i want to kill myself")[0]["kind"] == "crisis"
    assert lonely_gateway.talk().send(text="hello").status_code == 200
