"""Texts on their way out: tried again, in order, once each, and what the provider tells about them."""

from __future__ import annotations

import sqlite3
import time

import httpx
import pytest

from bot.gateway.sms import sender
from bot.gateway.sms.provider import refusal
from bot.records.access import open_records
from bot.records.sms_queue import SmsQueue
from bot.settings import read
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import PUBLIC_URL, Phone, says


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "WAITS", (0.1, 0.1, 0.2, 0.2))
    monkeypatch.setattr(sender, "UNSURE_SECONDS", 1.0)


def _rows(line: Line, query: str = "SELECT state, last_error FROM outbox WHERE kind = 'sms' ORDER BY created_at") -> list:
    with sqlite3.connect(line.var / "records.db") as database:
        return database.execute(query).fetchall()


def _item(line: Line, place: int = -1) -> str:
    return line.api.texts[place]["StatusCallback"].split("?item=")[1]


def _report(phone: Phone, item: str, status: str, **more: str) -> httpx.Response:
    fields = {"MessageSid": "SM" + "c" * 32, "MessageStatus": status, "To": phone.number, "Blank": "", **more}
    return phone.post(fields, path=f"/sms/twilio/status?item={item}")


@pytest.mark.parametrize("failure", [(503, 20500), (500, 0), (429, 20429), (429, 0), (401, 20003), (404, 20404)])
def test_a_failure_that_passes_is_tried_again_with_one_key(line: Line, phone: Phone, failure: tuple[int, int]) -> None:
    line.api.failures.extend([failure, failure])
    phone.text("hello")
    assert line.api.sent(phone.number) == ["Heard: hello"]
    assert len(line.api.refused) == 2
    assert line.api.texts[0]["key"]


def test_later_texts_wait_for_the_one_that_failed(line: Line, phone: Phone) -> None:
    line.api.failures.extend([(503, 20500)] * 3)
    for number in range(4):
        phone.text(f"text {number}")
    assert line.api.sent(phone.number, 4) == [f"Heard: text {number}" for number in range(4)]


def test_an_answer_of_two_texts_keeps_its_order_when_the_first_fails(line: Line) -> None:
    phone = line.phone(met=False)
    line.assistant.answer = lambda request: [says("word " * 80)]
    line.api.failures.append((503, 20500))
    phone.text("tell me")
    said = line.api.sent(phone.number, 2)
    assert said[0] == load_wording().render("sms_first_contact", "sms")


def test_danger_does_not_wait_for_a_text_that_failed(line: Line, phone: Phone) -> None:
    line.api.failures.append((429, 20429))
    phone.text("first")
    assert line.api.wait(lambda: line.api.refused)
    phone.text("i took all my pills at once")
    said = line.api.sent(phone.number, 2)
    assert sorted("911" in text for text in said) == [False, True]


@pytest.mark.parametrize(("status", "code"), [(400, 21211), (400, 21614), (400, 21612), (403, 30032)])
def test_a_failure_that_stays_is_given_up_and_the_next_text_goes(line: Line, phone: Phone, status: int, code: int) -> None:
    line.api.failures.append((status, code))
    phone.text("lost")
    assert line.api.wait(lambda: line.api.refused)
    phone.text("next")
    assert line.api.sent(phone.number) == ["Heard: next"]
    line.stop()
    assert ("failed", str(code)) in _rows(line)


def test_after_many_tries_it_is_given_up_visibly(line: Line, phone: Phone) -> None:
    line.api.failures.extend([(503, 20500)] * 4)
    phone.text("lost")
    assert line.api.wait(lambda: len(line.api.refused) == 4)
    phone.text("next")
    assert line.api.sent(phone.number) == ["Heard: next"]
    line.stop()
    assert ("failed", "stale") in _rows(line)


def test_21610_is_an_opt_out(line: Line, phone: Phone) -> None:
    line.api.failures.append((400, 21610))
    phone.text("hello")
    assert line.api.wait(lambda: line.api.refused)
    phone.text("START")
    assert line.api.sent(phone.number) == [load_wording().render("sms_start_confirmed", "sms")]
    line.api.failures.append((400, 21610))
    phone.text("hello again")
    assert line.api.wait(lambda: len(line.api.refused) == 2)
    line.stop()
    records = open_records(read(line.environment))
    assert records.opted_out(phone.number)
    records.disconnect()


def test_what_was_not_sent_when_the_process_ended_is_sent_after_the_next_start(line: Line, phone: Phone) -> None:
    line.api.failures.extend([(503, 20500)] * 2)
    phone.text("kept")
    assert line.api.wait(lambda: line.api.refused)
    line.restart()
    assert line.api.sent(phone.number) == ["Heard: kept"]


def test_a_silent_answer_is_not_sent_twice_when_a_report_comes(
    line: Line, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.sms.provider.SECONDS", 0.5)
    line.restart()
    phone = line.same(phone)
    line.api.failures.append("taken silently")
    phone.text("hello")
    line.api.sent(phone.number)
    assert _report(phone, _item(line), "queued").status_code == 204
    phone.text("next")
    assert line.api.sent(phone.number, 2) == ["Heard: hello", "Heard: next"]


def test_reports_are_signed_too(line: Line, phone: Phone) -> None:
    fields = {"MessageSid": "SM" + "c" * 32, "MessageStatus": "delivered"}
    assert phone.post(fields, path="/sms/twilio/status?item=x", signature="forged").status_code == 403
    assert _report(phone, "unknown", "delivered").status_code == 204
    assert _report(phone, "", "a status of tomorrow", ErrorCode="none").status_code == 204


def test_once_delivered_neither_number_nor_words_are_kept(line: Line, phone: Phone) -> None:
    phone.text("hello")
    line.api.sent(phone.number)
    for status in ("sent", "delivered", "sent"):
        assert _report(phone, _item(line), status).status_code == 204
    line.stop()
    records = open_records(read(line.environment))
    assert SmsQueue(records.database).number_of(_item(line)) is None
    records.disconnect()


def test_a_text_that_did_not_arrive_is_sent_once_more(line: Line, phone: Phone) -> None:
    phone.text("hello")
    line.api.sent(phone.number)
    line.settled()
    _report(phone, _item(line), "undelivered", ErrorCode="30008")
    assert line.api.sent(phone.number, 2) == ["Heard: hello", "Heard: hello"]
    _report(phone, _item(line), "undelivered", ErrorCode="30008")
    phone.text("next")
    assert line.api.sent(phone.number, 3)[2] == "Heard: next"


@pytest.mark.parametrize("code", ["30003", "30004", "30005", "30006", "30007"])
def test_a_number_that_cannot_be_reached_is_not_tried_again(line: Line, phone: Phone, code: str) -> None:
    phone.text("hello")
    line.api.sent(phone.number)
    _report(phone, _item(line), "undelivered", ErrorCode=code)
    phone.text("next")
    assert line.api.sent(phone.number, 2) == ["Heard: hello", "Heard: next"]


def test_an_opt_out_told_by_a_report_counts(line: Line, phone: Phone) -> None:
    phone.text("hello")
    line.api.sent(phone.number)
    assert _report(phone, _item(line), "failed", ErrorCode="21610").status_code == 204
    line.stop()
    records = open_records(read(line.environment))
    assert records.opted_out(phone.number)
    records.disconnect()


def test_a_slow_provider_holds_nobody_else_up(line: Line, phone: Phone) -> None:
    other = line.phone()
    line.api.delay = 0.8
    began = time.monotonic()
    phone.text("a")
    other.text("b")
    assert line.api.wait(lambda: len(line.api.texts) == 2)
    assert time.monotonic() - began < 1.5


def test_stop_takes_back_what_waits(line: Line, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "WAITS", (1.5, 1.5))
    line.api.failures.append((503, 20500))
    phone.text("old question")
    assert line.api.wait(lambda: line.api.refused)
    phone.text("STOP")
    assert line.api.sent(phone.number) == [load_wording().render("sms_stop_confirmed", "sms")]


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [(400, b"not json", "give_up"), (502, b"<html>", "retry"), (400, b"[]", "give_up"),
     (400, b'{"code": 21610}', "opted_out"), (200, b'{"code": null}', "give_up"), (429, b"{}", "retry"),
     (404, b"", "retry")],
)  # fmt: skip
def test_any_answer_of_the_provider_means_something(status: int, body: bytes, outcome: str) -> None:
    assert refusal(httpx.Response(status, content=body)).outcome == outcome


def test_the_address_for_reports_names_nobody(line: Line, phone: Phone) -> None:
    phone.text("hello")
    line.api.sent(phone.number)
    address = line.api.texts[0]["StatusCallback"]
    assert address.startswith(PUBLIC_URL)
    assert phone.number[1:] not in address
