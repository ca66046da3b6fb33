"""The e-mail: over TLS or not at all, and with nothing about the person."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_string
from pathlib import Path

import pytest

from tests.delivery.conftest import Sending
from tests.delivery.receivers import certificate, mail_server
from tests.records.conftest import NUMBER, callback

CANARY = "canary-7F3K the purple heron"
TO = "admissions@example.org"


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this machine trusts for the test."""
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_the_notice_goes_over_tls_and_says_only_to_open_the_console(
    sending: Callable[..., Sending], trusted: Path, scheme: str
) -> None:
    with mail_server(trusted, from_first_byte=scheme == "smtps") as server:
        url = f"{scheme}://desk%40example.org:word@127.0.0.1:{server.port}"
        one = sending(smtp_url=url, handoff_email=TO, public_url="https://chat.example.org")
        code = one.records.save_callback(callback(name=CANARY, best_time=CANARY)).reference
        assert await one.round() == 1
    assert set(server.plain_words) <= {"EHLO", "STARTTLS"}, "nothing but the way into TLS is said in clear"
    assert server.logins == 1
    [raw] = server.got
    message = message_from_string(raw)
    assert (message["To"], message["From"]) == (TO, "desk@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    assert "https://chat.example.org/staff/" in raw
    for word in (CANARY, "purple", code, NUMBER, "5550142"):
        assert word not in raw
    assert one.records.callbacks()[0]["delivery"] == "sent"


async def test_a_server_without_tls_gets_nothing(sending: Callable[..., Sending], trusted: Path) -> None:
    with mail_server(trusted) as server:
        server.offers_tls = False
        one = sending(smtp_url=f"smtp://u:p@127.0.0.1:{server.port}", handoff_email=TO)
        one.records.save_callback(callback())
        await one.round()
    assert (server.got, server.logins) == ([], 0)
    assert one.records.callbacks()[0]["delivery"] == "waiting"


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    sending: Callable[..., Sending], tmp_path: Path, scheme: str
) -> None:
    with mail_server(certificate(tmp_path), from_first_byte=scheme == "smtps") as server:
        one = sending(smtp_url=f"{scheme}://u:p@127.0.0.1:{server.port}", handoff_email=TO)
        one.records.save_callback(callback())
        await one.round()
    assert (server.got, server.logins) == ([], 0)


async def test_a_refused_mail_is_tried_again_with_the_same_message_id(
    sending: Callable[..., Sending], trusted: Path
) -> None:
    with mail_server(trusted, from_first_byte=True) as server:
        server.refuses = "451 later"
        one = sending(smtp_url=f"smtps://127.0.0.1:{server.port}", handoff_email=TO)
        one.records.save_callback(callback())
        await one.round()
        server.refuses = ""
        await one.round(seconds=11)
        one.records.close(one.records.callbacks()[0]["reference"], "x")
    assert len(server.got) == 1
    assert message_from_string(server.got[0])["Message-ID"].startswith("<")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "smtps://", "smtp://127.0.0.1:1", "smtps://127.0.0.1:99999"])
async def test_a_server_that_is_not_there_leaves_the_notice_waiting(sending: Callable[..., Sending], url: str) -> None:
    one = sending(smtp_url=url, handoff_email=TO)
    one.records.save_callback(callback())
    assert await one.round() == 1
    assert one.records.callbacks()[0]["delivery"] == "waiting"
