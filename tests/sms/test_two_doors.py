"""Two front doors on one PostgreSQL: texts of one person that come in at either are answered once and in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.gateway import app
from bot.gateway.sms import sender as sending
from bot.gateway.sms.rows import Rows
from bot.records.access import Records, open_records
from bot.records.sms_queue import Answer, SmsQueue
from bot.segments import segments
from bot.settings import read
from bot.wording import load_wording
from tests.records.conftest import MovableClock, together
from tests.sms.conftest import Line
from tests.sms.stand_ins import Phone, Served
from tests.sms.test_started import Kept

ROUNDS, TEXTS = 25, 24
CRISIS = "i want to kill myself"


class TwoDoors(Line):
    """The line with a second front door over the same records, keys and assistant."""

    second: Served

    def start(self, **changed: str) -> None:
        """Start both."""
        super().start(**changed)
        self.second = Served(app.create_app(read(self.environment)))

    def stop(self) -> None:
        """End both."""
        if self.served:
            self.second.end()
        super().stop()

    def pair(self) -> tuple[Phone, Phone]:
        """One telephone, whose texts Twilio brings to the first door and to the second."""
        assert self.served
        first = self.phone(met=False)
        second = Phone(self.second.url, first.number)
        self.phones.append(second)
        first.text("hello there")
        self.api.sent(first.number)
        return first, second


@pytest.fixture
def doors(tmp_path: Path, postgres_url: str) -> Iterator[TwoDoors]:
    """Both, started."""
    made = TwoDoors(tmp_path)
    made.start(DATABASE_URL=postgres_url, SESSION_SECRET="the same for both, as the runbook says", DATABASE_SECONDS="10")
    yield made
    made.close()


def _since_hello(doors: TwoDoors, phone: Phone, count: int) -> list[str]:
    return doors.api.sent(phone.number, count + 1)[1:]


def test_texts_that_come_in_at_either_door_are_answered_in_order(doors: TwoDoors) -> None:
    pairs = [doors.pair() for _ in range(3)]
    doors.assistant.delay = 0.02
    for number in range(TEXTS):
        for pair in pairs:
            pair[number % 2].text(f"question {number}")
    for first, _ in pairs:
        assert _since_hello(doors, first, TEXTS) == [f"Heard: question {number}" for number in range(TEXTS)]


def test_two_texts_at_the_same_moment_are_never_under_way_together(doors: TwoDoors) -> None:
    first, second = doors.pair()
    doors.assistant.delay = 0.05
    under_way, most = [0], [0]
    answer = doors.assistant.answer

    def counted(request: dict[str, str]) -> object:
        under_way[0] -= 1
        return answer(request)

    one = doors.assistant._one

    async def begun(request: dict[str, str], writer: object) -> None:
        if request["op"] == "turn":
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        await one(request, writer)

    doors.assistant.answer, doors.assistant._one = counted, begun  # type: ignore[method-assign, assignment]
    for number in range(ROUNDS):
        both = [
            threading.Thread(target=phone.text, args=(f"{name} {number}",)) for name, phone in (("a", first), ("b", second))
        ]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        said = _since_hello(doors, first, 2 * number + 2)
        assert sorted(said[-2:]) == [f"Heard: a {number}", f"Heard: b {number}"]
    assert most == [1]


def test_the_same_delivery_at_both_doors_is_one_turn(doors: TwoDoors) -> None:
    first, second = doors.pair()
    for number in range(ROUNDS):
        sid = f"SM{number:032d}"
        both = [threading.Thread(target=phone.text, args=(f"once {number}", sid)) for phone in (first, second)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert _since_hello(doors, first, ROUNDS) == [f"Heard: once {number}" for number in range(ROUNDS)]


def test_danger_at_the_other_door_waits_for_nothing(doors: TwoDoors) -> None:
    first, second = doors.pair()
    doors.assistant.delay = 1.0
    first.text("slow")
    second.text(CRISIS)
    said = _since_hello(doors, first, 2)
    assert "988" in said[0]
    assert said[1].startswith("Heard: slow")


def test_an_opt_out_at_one_door_counts_at_the_other(doors: TwoDoors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAITS", (1.5, 1.5))
    first, second = doors.pair()
    doors.api.failures.append((503, 20500))
    first.text("old question")
    assert doors.api.wait(lambda: doors.api.refused)
    second.text("STOP")
    assert _since_hello(doors, first, 1) == [load_wording().render("sms_stop_confirmed", "sms")]
    assert segments(doors.api.to(first.number)[-1]).count <= 3


def test_what_one_door_left_undone_the_other_does(doors: TwoDoors) -> None:
    first, _ = doors.pair()
    doors.api.failures.extend([(503, 20500)] * 2)
    first.text("kept")
    assert doors.api.wait(lambda: doors.api.refused)
    assert doors.served
    doors.served.end()
    doors.served = doors.second  # what is left is ended once
    assert _since_hello(doors, first, 1) == ["Heard: kept"]


@pytest.fixture
def queues(tmp_path: Path, postgres_url: str) -> Iterator[tuple[MovableClock, list[SmsQueue]]]:
    """Four doors' queues over one database, under one clock."""
    clock = MovableClock()
    settings = replace(read({"VAR_DIR": str(tmp_path), "DATABASE_SECONDS": "10"}), database_url=postgres_url)
    opened: list[Records] = [open_records(settings, clock) for _ in range(4)]
    for one in opened:
        one.ping()
    yield clock, [SmsQueue(one.database) for one in opened]
    for one in opened:
        one.disconnect()


def test_of_texts_kept_at_the_same_moment_one_is_lent(queues: tuple[MovableClock, list[SmsQueue]]) -> None:
    def accept(queue: SmsQueue, sid: str, name: str) -> bool:
        return queue.accept(sid, name, {"body": "x"})[1] is not None

    for place in range(ROUNDS):
        works = [partial(accept, queue, f"SM{place}x{door}", f"s-{place}") for door, queue in enumerate(queues[1])]
        assert sorted(together(*works)) == [False, False, False, True]


def test_a_text_kept_later_though_it_came_before_waits_for_the_one_under_way(
    queues: tuple[MovableClock, list[SmsQueue]],
) -> None:
    clock, (ours, other, *_) = queues
    before = clock()
    _, first = ours.accept("SM1", "s-1", {"body": "kept first"}, received=clock.move(seconds=1))
    assert first
    assert other.accept("SM2", "s-1", {"body": "came first"}, received=before) == (True, None)
    assert other.next_in("s-1") is None
    following = ours.finish(first, Answer("+18065550142")).following
    assert following
    assert following.payload == {"body": "came first"}


def test_a_text_taken_over_meanwhile_is_no_longer_ours(queues: tuple[MovableClock, list[SmsQueue]]) -> None:
    clock, (ours, other, *_) = queues
    ours.start("s-1", "key", Answer("+18065550142", ("hello",)))
    text = ours.next_out("s-1")
    assert text
    clock.move(seconds=30)
    assert ours.keep_lent(text)
    clock.move(seconds=40)
    assert other.next_out("s-1") is None, "the loan was renewed"
    clock.time += timedelta(seconds=30)
    assert other.next_out("s-1") is not None
    assert not ours.keep_lent(text)


@pytest.mark.parametrize("taken", [False, True])
async def test_what_waited_too_long_to_be_sent_is_sent_by_one_door(
    queues: tuple[MovableClock, list[SmsQueue]], taken: bool
) -> None:
    clock, (ours, other, *_) = queues
    ours.start("s-1", "key", Answer("+18065550142", ("hello",)))
    text = ours.next_out("s-1")
    assert text
    clock.move(seconds=70)
    assert not taken or other.next_out("s-1")
    provider = Kept()
    sender = sending.Sender(Rows(Records(ours.database)), provider, None, lambda item: None)  # type: ignore[arg-type]
    sender.hand("s-1", [text])
    while under_way := sender._under_way():
        await asyncio.wait(under_way)
    assert [one.text for one in provider.sent] == ([] if taken else ["hello"])
