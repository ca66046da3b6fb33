"""What the webhook lets in: only what Twilio signed, whole, whatever else stands in it."""

from __future__ import annotations

import base64
import time

import httpx
import pytest
from twilio.request_validator import RequestValidator

from bot.facility import load_facility
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import ACCOUNT, OURS, PUBLIC_URL, TOKEN, Phone, webhook_fields


def _refused(line: Line, answer: httpx.Response, status: int = 403) -> None:
    assert answer.status_code == status
    assert answer.json()["error"]["help"]["crisis"] == "988"
    assert line.assistant.asked == []
    assert line.api.texts == []


def test_a_signed_text_is_acknowledged_and_answered(line: Line, phone: Phone) -> None:
    phone.text("what is iop")
    assert line.api.sent(phone.number) == ["Heard: what is iop"]
    sent = line.api.texts[0]
    assert (sent["From"], sent["To"]) == (OURS, phone.number)
    assert sent["StatusCallback"].startswith(f"{PUBLIC_URL}/sms/twilio/status?item=")


def test_the_acknowledgement_does_not_wait_for_the_answer(line: Line, phone: Phone) -> None:
    line.assistant.delay = 1.5
    began = time.monotonic()
    phone.text("slow")
    assert time.monotonic() - began < 1.0
    assert line.api.sent(phone.number) == ["Heard: slow"]


@pytest.mark.parametrize("signature", ["", "AAAA", "Zm9yZ2Vk" * 4])
def test_a_missing_or_forged_signature_is_refused(line: Line, phone: Phone, signature: str) -> None:
    _refused(line, phone.post(webhook_fields(phone.number, "hello"), signature=signature))


def test_a_signature_of_another_token_is_refused(line: Line, phone: Phone) -> None:
    fields = webhook_fields(phone.number, "hello")
    forged = RequestValidator("another").compute_signature(f"{PUBLIC_URL}/sms/twilio", fields)
    _refused(line, phone.post(fields, signature=forged))


def test_a_signature_replayed_on_other_words_or_another_path_is_refused(line: Line, phone: Phone) -> None:
    fields = webhook_fields(phone.number, "hello")
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/sms/twilio", fields)
    for changed in ({"Body": "hello!"}, {"From": "+18065559999"}, {"FromCity": "LUBBOCK"}, {"MessageSid": "SM" + "b" * 32}):
        _refused(line, phone.post({**fields, **changed}, signature=signature))
    _refused(line, phone.post(fields, path="/sms/twilio/status", signature=signature))
    elsewhere = RequestValidator(TOKEN).compute_signature("https://other.example.org/sms/twilio", fields)
    _refused(line, phone.post(fields, signature=elsewhere))


def test_a_copy_of_a_signed_text_is_refused_and_twilios_own_second_try_is_not(line: Line, phone: Phone) -> None:
    fields = webhook_fields(phone.number, "what is iop")
    assert phone.post(fields).status_code == 200
    line.api.sent(phone.number)
    for copied in (fields, dict(reversed(fields.items()))):
        assert phone.post(copied, mark=False).status_code == 403
    assert phone.post(fields).status_code == 200
    phone.text("last")
    assert line.api.sent(phone.number, 2) == ["Heard: what is iop", "Heard: last"]
    assert line.assistant.texts() == ["what is iop", "last"]


def test_the_signature_covers_the_public_address_not_the_one_behind_the_proxy(line: Line, phone: Phone) -> None:
    fields = webhook_fields(phone.number, "hello")
    assert line.served
    inner = RequestValidator(TOKEN).compute_signature(f"{line.served.url}/sms/twilio", fields)
    _refused(line, phone.post(fields, signature=inner))


def test_another_account_is_refused_even_when_signed(line: Line, phone: Phone) -> None:
    _refused(line, phone.post(webhook_fields(phone.number, "hello", AccountSid="AC" + "f" * 32)))


def test_no_fields_at_all(line: Line, phone: Phone) -> None:
    _refused(line, phone.post({}), 400)
    _refused(line, phone.post({"AccountSid": ACCOUNT, "Body": "x"}), 400)


def test_unknown_fields_are_part_of_the_signature_and_do_no_harm(line: Line, phone: Phone) -> None:
    phone.text("hi", ChannelPrefix="sms", MessagingServiceSid="MG1", **{"Fancy[New]": "ü ☂", "Blank": ""})
    assert line.api.sent(phone.number) == ["Heard: hi"]


@pytest.mark.parametrize("body", ["", "   ", "\u200b\x00"])
def test_an_empty_text_is_told_so(line: Line, phone: Phone, body: str) -> None:
    phone.text(body)
    [said] = line.api.sent(phone.number)
    assert "988" in said
    assert "911" in said


def test_a_picture_without_words_is_told_so(line: Line, phone: Phone) -> None:
    phone.text("", NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg")
    assert line.api.sent(phone.number) == [load_wording().render("sms_picture", "sms")]
    assert line.assistant.asked == []


def test_a_picture_with_words_gets_both(line: Line, phone: Phone) -> None:
    phone.text("is this you", NumMedia="2", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg")
    [said] = line.api.sent(phone.number)
    assert said.startswith("Heard: is this you")
    assert "pictures" in said


def test_a_base64_body_is_read(line: Line, phone: Phone) -> None:
    words = "My husband wants to learn what your program is about and whether he may keep working."
    phone.text(base64.b64encode(words.encode()).decode())
    line.api.sent(phone.number)
    assert line.assistant.texts() == [words]


@pytest.mark.parametrize("body", ["aGVsbG8=", "x" * 64, "Supercalifragilisticexpialidocious" * 2])
def test_what_only_looks_like_base64_stays(line: Line, phone: Phone, body: str) -> None:
    phone.text(body)
    line.api.sent(phone.number)
    assert line.assistant.texts() == [body]


def test_a_joined_long_text_is_one_turn(line: Line, phone: Phone) -> None:
    body = " ".join(["I work days and have two kids."] * 40)
    phone.text(body, NumSegments="9")
    line.api.sent(phone.number)
    assert line.assistant.texts() == [body]


def test_a_machine_with_a_short_code_gets_no_answer(line: Line, phone: Phone) -> None:
    for sender in ("262966", "BANK", OURS):
        assert phone.post(webhook_fields(sender, "Your code is 1")).status_code == 200
    phone.text("still there?")
    assert line.api.sent(phone.number)
    assert len(line.api.texts) == 1


def test_only_posts(line: Line) -> None:
    assert line.served
    assert httpx.get(f"{line.served.url}/sms/twilio", trust_env=False).status_code == 405


def test_without_credentials_it_says_so(made: Line) -> None:
    made.start(TWILIO_AUTH_TOKEN="")
    answer = Phone(made.served.url, "+18065550199").post(webhook_fields("+18065550199", "hi"))  # type: ignore[union-attr]
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "sms_not_set_up"
    assert answer.json()["error"]["help"]["admissions"] == load_facility().phone_display


def test_a_messaging_service_sends_instead_of_a_number(made: Line) -> None:
    made.start(TWILIO_MESSAGING_SERVICE_SID="MG" + "1" * 32)
    phone = made.phone(met=False)
    phone.text("hi")
    made.api.sent(phone.number)
    assert made.api.texts[0]["MessagingServiceSid"] == "MG" + "1" * 32
    assert "From" not in made.api.texts[0]
