"""Texts that wait in files while the records are away are erased, purged and rotated like rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import WrongKey
from bot.records.access import Records
from bot.records.rotate import add_key, left, rotate
from bot.records.sms_spool import SmsSpool
from tests.records.conftest import CANARY, MovableClock


@pytest.fixture
def spool(records: Records, clock: MovableClock) -> SmsSpool:
    """Two people's texts, waiting."""
    records.ping()
    spool = SmsSpool(records.database)
    for name in ("c1", "c2"):
        assert spool.put({"conversation": name, "text": CANARY})
    return spool


def texts(spool: SmsSpool) -> list[str | None]:
    """Whose texts wait."""
    return [kept["conversation"] if kept else None for _, kept in spool.all()]


def test_erasing_reaches_a_text_that_waits(records: Records, spool: SmsSpool) -> None:
    assert records.erase("c1") and texts(spool) == ["c2"]


def test_the_purge_takes_texts_that_nobody_took_up(records: Records, spool: SmsSpool, clock: MovableClock) -> None:
    ahead = timedelta(seconds=time.time() - clock.time.timestamp())  # a file's name holds the wall clock's time
    assert records.purge(clock.time + ahead + timedelta(days=29))["sms spool"] == 0
    later = clock.time + ahead + timedelta(days=30, minutes=1)
    assert records.purge(later, dry_run=True)["sms spool"] == 2 and len(texts(spool)) == 2
    assert records.purge(later)["sms spool"] == 2 and texts(spool) == []


def test_a_file_that_is_not_ours_stops_nothing_and_stays(records: Records, spool: SmsSpool, clock: MovableClock) -> None:
    stray = spool.waiting()[0].with_name("notes.text")
    stray.write_text("left here by somebody")
    ahead = timedelta(seconds=time.time() - clock.time.timestamp())
    assert records.purge(clock.time + ahead + timedelta(days=31))["sms spool"] == 2
    assert texts(spool) == [] and stray.exists()


def test_rotation_gives_waiting_texts_the_newest_key(records: Records, spool: SmsSpool) -> None:
    old = set(left(records.database))
    add_key(records.database)
    assert rotate(records.database) >= 2
    assert not old & set(left(records.database))
    assert texts(spool) == ["c1", "c2"] and CANARY not in "".join(path.read_text() for path in spool.waiting())


def test_a_waiting_text_without_its_key_stops_the_rotation_and_stays(
    records: Records, spool: SmsSpool, opened: Callable[..., Records]
) -> None:
    before = [path.read_bytes() for path in spool.waiting()]
    for path in spool.waiting():
        path.write_bytes(path.read_bytes().replace(b'"key": "', b'"key": "x'))
    changed = [path.read_bytes() for path in spool.waiting()]
    assert changed != before
    with pytest.raises(WrongKey):
        rotate(records.database)
    assert [path.read_bytes() for path in spool.waiting()] == changed
