"""The telephone on the screen: the line without any provider, for who tries it; never in production."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from bot.gateway.sms.screen import NUMBER
from tests.sms.conftest import Line
from tests.sms.stand_ins import WAIT

NO_TWILIO = {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": "", "TWILIO_FROM": ""}


class ScreenPhone:
    """What the page does."""

    def __init__(self, line: Line) -> None:
        assert line.served
        self.http = httpx.Client(base_url=line.served.url, trust_env=False, timeout=WAIT)

    def say(self, text: str, **more: Any) -> int:
        """Send; the status."""
        return self.http.post("/dev/sms/texts", json={"text": text, **more}).status_code

    def heard(self, count: int) -> list[dict[str, Any]]:
        """The texts of the line once there are `count`."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            shown = self.http.get("/dev/sms/texts", params={"after": 0}).json()["texts"]
            heard = [text for text in shown if text["from"] == "line"]
            if len(heard) >= count:
                return heard
            time.sleep(0.05)
        raise AssertionError("the line did not answer")


def test_a_newcomer_texts_without_credentials(made: Line) -> None:
    made.start(**NO_TWILIO)
    phone = ScreenPhone(made)
    for path in ("/dev/sms", "/dev/sms/phone.js", "/dev/sms/phone.css"):
        assert phone.http.get(path).status_code == 200
    assert phone.say("what is iop") == 204
    [said] = phone.heard(1)
    assert "Heard: what is iop" in said["text"]
    assert said["parts"] <= 3
    assert phone.say("STOP") == 204
    assert "opted out" in phone.heard(2)[1]["text"]
    assert phone.say("i want to kill myself") == 204
    assert "988" in phone.heard(3)[2]["text"]
    assert made.api.texts == []


def test_beside_twilio_the_screen_texts_itself_only(line: Line) -> None:
    phone = ScreenPhone(line)
    assert phone.say("", media=1) == 204
    assert "can't see pictures" in phone.heard(1)[0]["text"]
    assert line.api.to(NUMBER) == []


@pytest.mark.parametrize("body", ['{"text": 1}', '{"text": "x", "media": 7}', "{}", "[]", "no"])
def test_what_is_no_text_is_refused(line: Line, body: str) -> None:
    assert ScreenPhone(line).http.post("/dev/sms/texts", content=body).status_code == 400


def test_in_production_there_is_none(made: Line) -> None:
    made.start(PRODUCTION="on")
    phone = ScreenPhone(made)
    for path in ("/dev/sms", "/dev/sms/phone.js", "/dev/sms/texts"):
        assert phone.http.get(path).status_code == 404
    assert phone.say("hi") == 404
