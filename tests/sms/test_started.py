"""The text that we start: by the console's "No answer", once, to who agreed to it by text, at hours that are allowed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.console import passwords
from bot.gateway.sms import sender as sending
from bot.gateway.sms.provider import NotSent, TextOut
from bot.gateway.sms.rows import Rows
from bot.gateway.sms.sender import Sender
from bot.gateway.sms.started import Starting
from bot.records.access import Records, open_records
from bot.records.sms_queue import Answer
from bot.settings import Settings, read
from bot.wording import load_wording
from tests.console.conftest import PASSWORD, Browser, application, events
from tests.records.conftest import MovableClock, callback

LUBBOCK, OTHER = "+18065550142", "+18065550143"
NOON, NIGHT, MORNING = "2026-11-24T12:00", "2026-11-24T22:00", "2026-11-25T09:00"
AGREED = {"channel": "sms", "consent_version": "2", "leave_message": True,
          "consent_words": "I would use this number, to call you or to text you once if they miss you. Is that OK?"}  # fmt: skip


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Chicago")).astimezone(ZoneInfo("UTC"))


def conversation(number: str) -> str:
    """As the line names conversations, for the test."""
    return f"s-{number[-4:]}"


class Kept:
    """A provider that keeps what it is given, or fails as told."""

    def __init__(self) -> None:
        self.sent: list[TextOut] = []
        self.failures: list[NotSent] = []

    async def send(self, text: TextOut) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(text)

    async def close(self) -> None:
        return None


class Line:
    """Records, what starts texts and what sends them, under one clock."""

    def __init__(self, records: Records, clock: MovableClock) -> None:
        self.records, self.clock, self.provider = records, clock, Kept()
        self.rows = Rows(records)
        self.sender = Sender(self.rows, self.provider, None, lambda item: None)  # type: ignore[arg-type]
        self.starting = Starting(self.rows, conversation)

    def move_to(self, moment: str) -> None:
        """Set the clock."""
        self.clock.time = _at(moment)

    def asked(self, number: str = LUBBOCK, **changed: Any) -> str:
        """A call-back asked for by text; its code."""
        given = {**AGREED, **changed}
        return self.records.save_callback(
            callback(given.pop("conversation", conversation(number)), number, **given)
        ).reference

    def tried(self, code: str) -> bool:
        """What the console does after "No answer"."""
        found = self.records.callback_by_reference(code, "a test")
        assert found
        return self.starting.tried_to_reach(found)

    async def sweep(self) -> list[str]:
        """Send what is due; the texts sent so far."""
        for name in self.rows.queue.due()[1]:
            self.sender.wake(name)
        while under_way := self.sender._under_way():
            await asyncio.wait(under_way)
            await asyncio.sleep(0)
        return [text.text for text in self.provider.sent]


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """Settings of an empty database."""
    return read({"VAR_DIR": str(tmp_path / "var"), "DATABASE_SECONDS": "10"})


@pytest.fixture
def clock() -> MovableClock:
    """Noon of a Tuesday in Lubbock."""
    clock = MovableClock()
    clock.time = _at(NOON)
    return clock


@pytest.fixture
def line(settings: Settings, clock: MovableClock) -> Iterator[Line]:
    """The line over empty records."""
    records = open_records(settings, clock)
    yield Line(records, clock)
    records.disconnect()


@pytest.fixture
def staffed(settings: Settings, clock: MovableClock) -> Iterator[Records]:
    """Records with an account for the console."""
    records = open_records(settings, clock)
    records.add_staff("abel", "agent", passwords.hashed(PASSWORD))
    yield records
    records.disconnect()


def _text(language: str = "en") -> str:
    return load_wording().render("sms_tried_to_reach", "sms", language)


async def test_who_agreed_by_text_is_told_once_that_somebody_called(line: Line) -> None:
    code = line.asked()
    assert line.tried(code)
    assert not line.tried(code)
    assert await line.sweep() == [_text()]
    assert [text.number for text in line.provider.sent] == [LUBBOCK]


async def test_who_agreed_in_spanish_is_told_in_spanish(line: Line) -> None:
    words = load_wording().render("callback_consent", "sms", "es")
    assert line.tried(line.asked(consent_words=words))
    assert (await line.sweep())[0].startswith("Alguien a quien")


@pytest.mark.parametrize(
    "changed",
    [
        {"channel": "web", "conversation": "w-1"}, {"consent_version": "1"}, {"consent_version": ""},
        {"leave_message": False}, {"leave_message": None},
        {"conversation": conversation(OTHER)},  # asked by text from another number than the one to be called
    ],
)  # fmt: skip
async def test_without_a_yes_to_a_text_nothing_is_started(line: Line, changed: dict[str, Any]) -> None:
    assert not line.tried(line.asked(**changed))
    assert await line.sweep() == []


def test_the_words_of_the_consent_name_the_text() -> None:
    entry = load_wording().entry("callback_consent")
    assert int(entry.version or 0) >= 2
    assert "text you once" in load_wording().render("callback_consent", "sms")
    assert "un solo texto" in load_wording().render("callback_consent", "sms", "es")


async def test_it_waits_for_the_morning_and_answers_of_the_night_do_not_wait_behind_it(line: Line) -> None:
    line.move_to(NIGHT)
    assert line.tried(line.asked())
    assert await line.sweep() == []
    line.clock.move(minutes=5)
    line.rows.queue.start(conversation(LUBBOCK), "an answer", Answer(LUBBOCK, ("An answer at night.",)))
    assert await line.sweep() == ["An answer at night."]
    line.move_to(MORNING)
    assert await line.sweep() == ["An answer at night.", _text()]


@pytest.mark.parametrize("meanwhile", ["opted out", "reached", "closed", "withdrawn", "erased"])
async def test_what_happened_while_it_waited_keeps_it_back(line: Line, meanwhile: str) -> None:
    line.move_to(NIGHT)
    code = line.asked()
    assert line.tried(code)
    steps: dict[str, Callable[[], Any]] = {
        "opted out": lambda: line.records.set_opt_out(LUBBOCK, True, "1"),
        "reached": lambda: line.records.contacted(code, "ada"),
        "closed": lambda: line.records.close(code, "ada"),
        "withdrawn": lambda: line.records.withdraw_callback(conversation(LUBBOCK)),
        "erased": lambda: line.records.erase(conversation(LUBBOCK)),
    }
    steps[meanwhile]()
    line.move_to(MORNING)
    assert await line.sweep() == []
    assert line.rows.queue.due() == ([], [], [])


async def test_another_try_never_slips_into_the_night(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAITS", (600,) * 8)
    line.move_to("2026-11-24T20:55")
    assert line.tried(line.asked())
    line.provider.failures.append(NotSent(503, "retry"))
    assert await line.sweep() == []
    line.clock.move(minutes=15)
    assert await line.sweep() == []
    line.move_to(MORNING)
    assert await line.sweep() == []


def test_who_opted_out_is_never_texted_first(line: Line) -> None:
    line.records.set_opt_out(LUBBOCK, True, "1")
    assert not line.tried(line.asked())


async def _console(settings: Settings, records: Records, clock: MovableClock) -> tuple[Browser, Line]:
    line = Line(records, clock)
    browser = Browser(application(settings, records, line.starting))
    assert (await browser.sign_in("abel")).status_code == 303
    return browser, line


async def test_no_answer_in_the_console_sends_it_the_first_time_only(
    settings: Settings,
    staffed: Records,
    clock: MovableClock,
) -> None:
    abel, line = await _console(settings, staffed, clock)
    page = f"/staff/requests/{line.asked()}"
    assert "They agreed to one text" in (await abel.get(page)).text
    first = await abel.post(f"{page}/no-answer", on=page)
    assert first.headers["location"].endswith("done=texted")
    shown = (await abel.get(first.headers["location"])).text
    assert "A short text tells them" in shown
    assert "A text that says we tried to call" in shown
    assert "They agreed to one text" not in shown
    assert await line.sweep() == [_text()]
    clock.move(hours=30)
    staffed.purge(clock())  # what was sent is forgotten after a day; that it was sent is not
    assert (await abel.sign_in("abel")).status_code == 303
    again = await abel.post(f"{page}/no-answer", on=page)
    assert again.headers["location"].endswith("done=no-answer")
    assert await line.sweep() == [_text()]
    assert events(staffed, "abel").count("handoff:staff:texted") == 1


async def test_no_answer_for_a_request_of_the_web_page_texts_nobody(
    settings: Settings,
    staffed: Records,
    clock: MovableClock,
) -> None:
    abel, line = await _console(settings, staffed, clock)
    page = f"/staff/requests/{line.asked(channel='web', conversation='w-1')}"
    assert "They agreed to one text" not in (await abel.get(page)).text
    assert (await abel.post(f"{page}/no-answer", on=page)).headers["location"].endswith("done=no-answer")
    assert await line.sweep() == []
