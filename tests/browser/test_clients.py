"""Clients that exist already, unchanged: rasa-webchat over socket.io, deep-chat over the REST shape."""

import json
import subprocess
import uuid
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.tokens import Tokens
from tests.browser.service import Service

CLIENTS = Path(__file__).parent / "clients"
CRISIS = "I want to die"
NO = {"press": "No|None of these|Skip"}


def _run(script: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(["node", str(CLIENTS / script), *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-300:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _socket(service: Service, version: int, transport: str, session: str = "", *messages: str) -> dict[str, Any]:
    return _run("sockets.cjs", service.url, str(version), transport, session, *messages)


@pytest.mark.parametrize("transport", ["polling", "websocket"])
@pytest.mark.parametrize("version", [3, 4])
def test_socket_io_3_and_4_get_a_session_and_an_answer(service: Service, version: int, transport: str) -> None:
    heard = _socket(service, version, transport, "", CRISIS)
    assert isinstance(heard["session"], str)
    assert len(heard["session"]) > 40
    [message] = heard["uttered"]
    assert "988" in message["text"]
    assert set(message) == {"text", "quick_replies", "metadata"}
    assert set(message["quick_replies"][0]) == {"content_type", "title", "payload"}


def test_socket_io_2_is_refused_and_not_left_hanging(service: Service) -> None:
    heard = _socket(service, 2, "polling")
    assert (heard["connected"], heard["session"]) == (False, None)
    assert heard["error"]


def test_a_session_goes_on_with_the_id_we_gave(service: Service) -> None:
    first = _socket(service, 4, "websocket", "", CRISIS)
    again = _socket(service, 4, "websocket", first["session"], CRISIS)
    assert again["session"] == first["session"]
    assert again["uttered"][0]["text"] != first["uttered"][0]["text"], "a second crisis turn has other words"


@pytest.mark.parametrize("stranger", ["guessed", "w-0123456789", str(uuid.UUID(int=7))])
def test_a_session_id_that_we_did_not_sign_joins_nobody(service: Service, stranger: str) -> None:
    signed_elsewhere = Tokens("another secret", 30).new()[1]
    for given in (stranger, signed_elsewhere):
        heard = _socket(service, 4, "websocket", given)
        assert heard["session"] not in (None, given)


def test_what_one_says_is_not_heard_by_another(service: Service) -> None:
    listener = subprocess.Popen(
        ["node", str(CLIENTS / "sockets.cjs"), service.url, "4", "websocket", "guessed", "hello"],
        stdout=subprocess.PIPE,
        text=True,
    )
    _socket(service, 4, "websocket", "", CRISIS)
    heard = json.loads(listener.communicate(timeout=60)[0].splitlines()[-1])
    assert len(heard["uttered"]) == 1
    assert CRISIS not in json.dumps(heard)


@pytest.mark.parametrize("message", ["", "   "])
def test_a_message_without_words_gets_a_plain_answer(service: Service, message: str) -> None:
    heard = _socket(service, 4, "websocket", "", message)
    assert heard["uttered"][0]["text"]


def test_danger_far_down_a_message_that_is_too_long_is_answered(service: Service) -> None:
    heard = _socket(service, 4, "websocket", "", "word " * 4000 + CRISIS)
    assert "988" in heard["uttered"][0]["text"]


def test_rasa_webchat_completes_a_check(service: Service) -> None:
    steps = [{"press": "Quick check"}, {"press": "Yes, let's go"}, NO, {"press": "Yes"}, *[NO] * 7]
    shown = _run("rasa_webchat.cjs", service.url, json.dumps(steps))
    assert "automated" in shown["bot"][0]
    assert "Quick check" in shown["person"]
    assert any("18" in text for text in shown["bot"])
    assert "admissions" in " ".join(shown["bot"][-4:]).lower()
    assert "No" not in shown["choices"], "nothing more is asked"


def test_rasa_webchat_shows_the_lines_in_danger(service: Service) -> None:
    shown = _run("rasa_webchat.cjs", service.url, json.dumps([{"type": CRISIS}]))
    assert "988" in shown["bot"][-1]


def test_deep_chat_completes_a_check(service: Service) -> None:
    messages = ["quick check", "yes", "no", "yes", *["no"] * 7]
    shown = _run("deep_chat.cjs", service.url, str(uuid.uuid4()), json.dumps(messages))
    assert len(shown["bot"]) >= len(messages)
    assert all(shown["bot"])
    assert "admissions" in " ".join(shown["bot"][-4:]).lower()


def test_deep_chat_shows_the_lines_in_danger(service: Service) -> None:
    shown = _run("deep_chat.cjs", service.url, str(uuid.uuid4()), json.dumps([CRISIS]))
    assert "988" in shown["bot"][0]
