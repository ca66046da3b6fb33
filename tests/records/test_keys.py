"""Encryption at rest: nothing readable on disk, wrong keys change nothing, keys change while the service runs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.errors import WrongKey
from bot.records import rotate
from bot.records.access import Records
from bot.records.crypto import Cipher, parse_keys, same_body
from bot.records.database import Database
from bot.records.keys import key_file
from bot.records.models import Base, Conversation, Message
from bot.records.rotate import left, sealed_tables
from bot.settings import BadSetting, Settings
from tests.records.conftest import CANARY, NUMBER, MovableClock, callback, turn
from tests.services.postgres import PostgresServer

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()


def filled(records: Records) -> str:
    """Canaries everywhere that a person's words may go; the call-back's code."""
    said = {"text": CANARY}
    body = records.body_hash(CANARY)
    turn(records, person=said, messages=[said], state={"slots": {"x": CANARY}}, events=[said], body_hash=body)
    request = callback(name=CANARY, best_time=CANARY, consent_words=CANARY, check={"a": CANARY})
    reference = records.save_callback(request).reference
    records.claim(reference, "ana", CANARY)
    records.enqueue("sms", {"to": NUMBER, "text": CANARY}, idempotency_key="k")
    records.set_opt_out(NUMBER, True, "1")
    records.first_contact(NUMBER)
    records.add_staff("ana", "agent", "hash", totp_secret=CANARY)
    return reference


def on_disk(records: Records, server: PostgresServer) -> bytes:
    """Everything that the database keeps in files."""
    if records.database.engine.dialect.name == "postgresql":
        server.execute("CHECKPOINT")
        folder = server.data
    else:
        folder = Path(str(records.database.engine.url.database)).parent
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_no_word_and_no_number_can_be_read_on_disk(records: Records, postgres_server: PostgresServer) -> None:
    reference = filled(records)
    disk = on_disk(records, postgres_server)
    assert reference.encode() in disk  # the right files were read
    for secret in (CANARY, NUMBER, NUMBER[1:], base64.b64encode(CANARY.encode()).decode()):
        assert secret.encode() not in disk


def test_repr_of_rows_shows_class_and_id_only(records: Records) -> None:
    filled(records)
    with records.database.read() as session:
        found = [row for mapper in Base.registry.mappers for row in session.execute(select(mapper.class_)).scalars()]
        shown = [repr(row) for row in found]
        assert "<Message c1/1>" in shown and len({type(row) for row in found}) > 8
        assert all(
            one.startswith(f"<{type(row).__name__} ") and " object " not in one
            for row, one in zip(found, shown, strict=True)
        )
        assert CANARY not in "".join(shown) and "ana" not in "".join(shown)
    assert repr(Message()) == "<Message new>"


@pytest.mark.parametrize("keys", [NEW, "old:" + base64.b64encode(b"x" * 32).decode()], ids=["lost", "same name"])
def test_a_wrong_key_is_said_and_nothing_is_overwritten(opened: Callable[..., Records], keys: str) -> None:
    opened(encryption_keys=OLD).save_callback(callback())
    with pytest.raises(WrongKey, match=r"'old'.*Nothing was changed"):
        turn(opened(encryption_keys=keys))
    right = opened(encryption_keys=OLD)
    assert right.load("c1") is None and right.open_callback("c1")


def test_a_lost_key_file_is_said_and_no_new_one_is_made(opened: Callable[..., Records], settings: Settings) -> None:
    turn(opened())
    kept = key_file(settings).read_text()
    key_file(settings).unlink()
    with pytest.raises(WrongKey, match="missing"):
        opened().ping()
    assert not key_file(settings).exists()
    key_file(settings).write_text(kept)
    key_file(settings).chmod(0o600)
    assert opened().load("c1")


def test_the_key_file_is_made_once_for_its_owner_and_named(
    opened: Callable[..., Records], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    opened().ping()
    opened().ping()
    assert key_file(settings).stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().err
    assert said.count(str(key_file(settings))) == 1 and key_file(settings).read_text().strip().split(":")[1] not in said


def test_a_key_file_that_others_can_read_is_refused(opened: Callable[..., Records], settings: Settings) -> None:
    opened().ping()
    key_file(settings).chmod(0o644)
    with pytest.raises(BadSetting, match="chmod 600"):
        opened().ping()


def test_keys_change_in_three_steps(opened: Callable[..., Records], clock: MovableClock) -> None:
    before = opened(encryption_keys=OLD)
    reference = filled(before)
    both = opened(encryption_keys=f"{NEW},{OLD}")
    lines: list[tuple[str, int, int]] = []
    assert rotate.rotate(both.database, lambda *line: lines.append(line)) > 8
    assert ("messages", 2, 2) in lines and set(left(both.database)) == {"new"}
    after = opened(encryption_keys=NEW)
    assert after.messages_after("c1", 0)[0]["text"] == CANARY
    found = after.callback_by_reference(reference, "ana")
    assert found and found["requests"][0]["name"] == CANARY and found["steps"][1]["note"] == CANARY
    assert after.opted_out(NUMBER) and after.sms_conversation(NUMBER) == before.sms_conversation(NUMBER)
    assert after.due_outbox(clock.move(seconds=1)) and after.staff_by_name("ana")
    with pytest.raises(WrongKey):
        opened(encryption_keys=OLD).ping()


def test_rotation_ends_rows_of_more_than_one_batch_and_a_second_run_finds_nothing(opened: Callable[..., Records]) -> None:
    opened(encryption_keys=OLD).start("c1", "web", [{"text": str(number)} for number in range(250)])
    both = opened(encryption_keys=f"{NEW},{OLD}")
    assert rotate.rotate(both.database) == 250 + 2
    assert rotate.rotate(both.database) == 0
    assert [one["text"] for one in opened(encryption_keys=NEW).messages_after("c1", 0)] == [str(n) for n in range(250)]


def test_a_running_service_takes_up_a_new_key_of_the_key_file(opened: Callable[..., Records], settings: Settings) -> None:
    running = opened()
    turn(running)
    rotating = Database(settings)
    rotate.add_key(rotating)
    rotate.rotate(rotating)
    assert running.load("c1") and turn(running, message_id="m2")
    assert len(left(rotating)) == 1 and len(key_file(settings).read_text().split()) == 2
    rotating.close()


def test_a_retry_is_known_after_the_key_changed(opened: Callable[..., Records]) -> None:
    said = turn(opened(encryption_keys=OLD))
    for keys in (f"{NEW},{OLD}", NEW):
        door = opened(encryption_keys=f"{NEW},{OLD}")
        rotate.rotate(door.database)
        later = opened(encryption_keys=keys)
        assert later.find_turn("c1", "m1", later.body_hash("hello")) == said


def test_a_value_moved_to_another_row_does_not_open(opened: Callable[..., Records]) -> None:
    records = opened()
    turn(records, conversation="c1")
    turn(records, conversation="c2")
    with records.database.write() as session:
        session.get(Conversation, "c1").sealed = session.get(Conversation, "c2").sealed
    with pytest.raises(WrongKey):
        records.load("c1")


def test_every_encrypted_column_is_rotated() -> None:
    encrypted = {name for name, table in Base.metadata.tables.items() if "sealed" in table.columns}
    assert {table.__tablename__ for table in sealed_tables()} == encrypted


def test_rotation_by_command(settings: Settings, opened: Callable[..., Records], capsys: pytest.CaptureFixture[str],
                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    turn(opened())
    monkeypatch.setattr(rotate, "read", lambda: settings)
    assert rotate.main(["--new-key"]) == 0
    assert "messages: 2 of 2" in capsys.readouterr().out
    monkeypatch.setattr(rotate, "read", lambda: replace(settings, encryption_keys=NEW))
    assert rotate.main([]) == 1 and "Nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["", "x", "a:b", "a:" + "A" * 43, f"{OLD},{OLD}", ":" + OLD[4:], "a b:" + OLD[4:]])
def test_malformed_keys_are_refused_without_repeating_them(bad: str) -> None:
    with pytest.raises(BadSetting) as caught:
        parse_keys(bad)
    assert "ENCRYPTION_KEYS" in str(caught.value) and (len(bad) < 9 or bad not in str(caught.value))


def test_two_seals_of_one_value_differ_and_body_hashes_agree() -> None:
    cipher = Cipher(parse_keys(f"{NEW},{OLD}"))
    assert cipher.seal("x", "p").data != cipher.seal("x", "p").data and "n" * 8 not in repr(cipher)
    assert same_body(cipher.body_hash("x"), Cipher(parse_keys(OLD)).body_hash("x"))
    assert not same_body(cipher.body_hash("x"), Cipher(parse_keys(OLD)).body_hash("y"))


def test_the_database_is_not_needed_for_a_body_hash(opened: Callable[..., Records]) -> None:
    away = opened(database_url="postgresql://nobody@127.0.0.1:9/none", encryption_keys=OLD)
    assert away.body_hash("hello") == away.body_hash("hello") != away.body_hash("hallo")


def test_tables_hold_no_column_for_words_in_clear(records: Records) -> None:
    records.ping()
    with records.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM key_check")).scalar_one() == 1
    names = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    assert names.isdisjoint({"text", "name_clear", "phone", "number", "note", "payload", "answers"})
