"""The signed webhook: trusted by its signature, sent until taken, once for the receiver."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.conftest import SECRET, Sending
from tests.delivery.receivers import Hooked, certificate, hook
from tests.records.conftest import callback

CANARY = "canary-7F3K the purple heron"


async def test_a_request_arrives_once_signed_and_with_nothing_about_the_person(hooked: Sending, receiver: Hooked) -> None:
    code = hooked.records.save_callback(callback(name=CANARY, best_time=CANARY)).reference
    assert (await hooked.round(), await hooked.round(hours=1)) == (1, 0)
    [(headers, body)] = receiver.got
    expected = hmac.new(SECRET.encode(), headers["x-front-door-timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["x-front-door-signature"] == "v1=" + expected.hexdigest()
    assert json.loads(body) == {"event": "handoff:person:requested", "reference": code}
    assert CANARY not in body.decode() + str(headers)
    assert hooked.records.callbacks()[0]["delivery"] == "sent"


async def test_failures_are_tried_again_with_one_key_and_growing_pauses(hooked: Sending, receiver: Hooked) -> None:
    receiver.answers = [500, 503, 429, 404, 200]
    hooked.records.save_callback(callback())
    assert await hooked.round() == 1
    assert await hooked.round(seconds=5) == 0, "not before its time"
    for pause in (10, 30, 60, 120):
        assert await hooked.round(seconds=pause) == 1
    assert len(set(receiver.keys)) == 1
    assert len(receiver.keys) == 5
    assert hooked.records.callbacks()[0]["delivery"] == "sent"


async def test_what_cannot_be_delivered_raises_an_alarm_and_is_given_up_visibly(hooked: Sending, receiver: Hooked) -> None:
    receiver.answers = [500]
    hooked.records.save_callback(callback())
    tries = 0
    for _ in range(40):
        tries += await hooked.round(hours=1)
    assert tries == 12
    assert hooked.alarms == [("webhook", 5), ("webhook", 12)]
    assert hooked.records.callbacks()[0]["delivery"] == "not_delivered"
    assert hooked.records.undelivered() == 1


async def test_the_same_request_asked_twice_is_one_notice(hooked: Sending, receiver: Hooked) -> None:
    hooked.records.save_callback(callback("c1"))
    hooked.records.save_callback(callback("c1", name="Joanna"))
    hooked.records.save_callback(callback("c2"))
    await hooked.round()
    assert len(receiver.got) == 1


async def test_a_redirect_is_not_followed(hooked: Sending, receiver: Hooked) -> None:
    receiver.answers = [307]
    hooked.records.save_callback(callback())
    await hooked.round()
    assert len(receiver.got) == 1
    assert hooked.records.callbacks()[0]["delivery"] == "waiting"


@pytest.mark.parametrize(
    "changed",
    [
        {"handoff_webhook_url": "http://10.0.0.1/hook", "handoff_webhook_secret": SECRET},
        {"handoff_webhook_url": "https://127.0.0.1:9/hook"},
        {"handoff_webhook_url": "not an address", "handoff_webhook_secret": SECRET},
        {"handoff_webhook_url": "http://127.0.0.1:9/", "handoff_webhook_secret": SECRET},
    ],
)
async def test_nothing_goes_out_unsigned_in_clear_or_nowhere(
    sending: Callable[..., Sending], changed: dict[str, str]
) -> None:
    one = sending(**changed)
    one.records.save_callback(callback())
    await one.round()
    assert one.records.callbacks()[0]["delivery"] == "waiting"


async def test_a_certificate_that_nobody_vouches_for_is_refused(sending: Callable[..., Sending], tmp_path: Path) -> None:
    with hook(tls=certificate(tmp_path)) as receiver:
        one = sending(handoff_webhook_url=f"https://127.0.0.1:{receiver.port}/", handoff_webhook_secret=SECRET)
        one.records.save_callback(callback())
        await one.round()
        assert receiver.got == []


async def test_a_receiver_that_hangs_is_given_up_and_tried_again(
    hooked: Sending, receiver: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.waits = 1.0
    hooked.records.save_callback(callback())
    with monkeypatch.context() as patch:
        patch.setattr("bot.delivery.worker.TRY_SECONDS", 0.2)
        await hooked.round()
    receiver.waits = 0.0
    await hooked.round(seconds=11)
    assert len(set(receiver.keys)) == 1
    assert hooked.records.callbacks()[0]["delivery"] == "sent"


async def test_nothing_is_sent_where_nothing_is_configured(sending: Callable[..., Sending]) -> None:
    one = sending()
    one.records.save_callback(callback())
    await one.worker.run()
    assert one.records.callbacks()[0]["delivery"] is None


async def test_logs_hold_codes_and_counts_only(hooked: Sending, receiver: Hooked, capfd: pytest.CaptureFixture[str]) -> None:
    receiver.answers = [500, 200]
    code = hooked.records.save_callback(callback(name=CANARY)).reference
    await hooked.round()
    await hooked.round(seconds=11)
    logged = "".join(capfd.readouterr())
    assert "delivery.failed" in logged
    assert "delivery.sent" in logged
    for word in (CANARY, "purple", code, SECRET, receiver.url):
        assert word not in logged
