"""Copies can be put back; what was erased since stays erased; a copy with another key changes nothing."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import RecordsError, WrongKey
from bot.records import backup as backup_module
from bot.records.access import Records
from bot.records.backup import backup
from bot.records.restore import restore
from bot.settings import Settings
from tests.records.conftest import CANARY, NUMBER, MovableClock, callback, turn

OTHER = "other:" + base64.b64encode(b"x" * 32).decode()


def test_a_copy_brings_everything_back(
    records: Records, opened: Callable[..., Records], settings: Settings, tmp_path: Path
) -> None:
    said = turn(records, person={"text": CANARY})
    reference = records.save_callback(callback()).reference
    copy = tmp_path / "copy"
    backup(settings, copy)
    assert copy.stat().st_mode & 0o777 == 0o600 and CANARY.encode() not in copy.read_bytes()
    turn(records, message_id="m2")
    records.contacted(reference, "ana")
    assert restore(settings, copy) == 0
    later = opened()
    assert later.find_turn("c1", "m1", later.body_hash("hello")) == said
    assert later.find_turn("c1", "m2", later.body_hash("hello")) is None
    assert later.callbacks()[0]["reference"] == reference


def test_a_lost_database_comes_back(settings: Settings, opened: Callable[..., Records], tmp_path: Path,
                                    postgres_server: object) -> None:  # fmt: skip
    records = opened()
    turn(records)
    backup(settings, tmp_path / "copy")
    records.disconnect()
    if settings.database_url.startswith("sqlite"):
        empty = replace(settings, database_url=f"sqlite:///{tmp_path / 'new' / 'records.db'}")
    else:
        empty = replace(settings, database_url=postgres_server.new_database())  # type: ignore[attr-defined]
    restore(empty, tmp_path / "copy")
    assert opened(database_url=empty.database_url).load("c1")


def test_what_was_erased_or_refused_since_stays_so(
    records: Records, opened: Callable[..., Records], settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    turn(records, conversation="gone")
    records.save_callback(callback("gone"))
    turn(records, conversation="stays")
    backup(settings, tmp_path / "copy")
    clock.move(hours=1)
    records.erase("gone")
    records.set_opt_out(NUMBER, True, "1")
    records.audit("record:staff:viewed", "ana", "x")
    assert restore(settings, tmp_path / "copy") == 1
    later = opened()
    assert later.load("gone") is None and later.callbacks() == [] and later.was_erased("gone")
    assert later.load("stays") and later.opted_out(NUMBER)
    assert [one["event"] for one in later.audit_trail()] == ["record:staff:viewed"]


def test_a_copy_with_another_key_or_none_at_all_changes_nothing(
    opened: Callable[..., Records], settings: Settings, tmp_path: Path
) -> None:
    turn(opened())
    backup(settings, tmp_path / "copy")
    with pytest.raises(WrongKey, match="Nothing was changed"):
        restore(replace(settings, encryption_keys=OTHER), tmp_path / "copy")
    for content in (b"", b"no copy at all" * 200):
        (tmp_path / "junk").write_bytes(content)
        with pytest.raises(RecordsError, match="Nothing was changed"):
            restore(settings, tmp_path / "junk")
    with pytest.raises(RecordsError, match="no such file"):
        restore(settings, tmp_path / "nothing")
    assert opened().load("c1")


def test_a_copy_is_never_written_over(records: Records, settings: Settings, tmp_path: Path) -> None:
    records.ping()
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(RecordsError, match="exists"):
        backup(settings, tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_failing_copy_leaves_no_file_and_no_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    if settings.database_url.startswith("postgresql"):
        url = "postgresql://nobody:canary@127.0.0.1:9/none"
    monkeypatch.setattr(backup_module, "read", lambda: replace(settings, database_url=url))
    assert backup_module.main([str(tmp_path / "copy")]) == 1
    assert "canary" not in capsys.readouterr().err and not list(tmp_path.glob("copy*"))


@pytest.mark.parametrize("module", ["backup", "restore"])
def test_the_commands_say_how_they_are_used(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"bot.records.{module}"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2 and "FILE" in done.stderr
