"""Puts a copy back: `python -m bot.records.restore FILE`. What was erased, and who opted out, since then stays so."""

from __future__ import annotations

import re
import sqlite3
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.errors import RecordsError, WrongKey
from bot.records.access import Records, open_records
from bot.records.backup import copy_sqlite, is_sqlite, run_program, sqlite_file
from bot.records.crypto import Sealed
from bot.records.database import Database
from bot.records.models import Audit, CallbackAsked, Conversation, Erasure, KeyCheck, SmsOptOut
from bot.settings import BadSetting, Settings, read

NO_COPY = "This file is not a copy of the records. Nothing was changed."
OTHER_KEY = "The copy was written with the key '{key_id}', which does not fit the keys set now. Nothing was changed."
_KEY_ROW = re.compile(r"^\d+\t(?P<key_id>[^\t]+)\t\\\\x(?P<sealed>[0-9a-f]+)\t", re.M)


@dataclass
class Since:
    """What happened after the copy was made and must not be undone."""

    secret: str = field(default="", repr=False)
    erasures: list[tuple[str, datetime, str]] = field(default_factory=list)
    opt_outs: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    audit: list[tuple[datetime, str, str, str | None]] = field(default_factory=list)


def restore(settings: Settings, file: Path) -> int:
    """Replace the records by a copy, then erase again what was erased since; how many conversations that were.

    Raises RecordsError, WrongKey; a copy that is none or has another key is refused before anything is changed.
    """
    if not file.is_file():
        raise RecordsError("There is no such file.")
    database = Database(settings)
    _check_key(database, _key_of_sqlite(file) if is_sqlite(settings) else _key_of_dump(settings, file))
    since = _remember(database)
    database.close()
    if is_sqlite(settings):
        sqlite_file(settings).parent.mkdir(parents=True, exist_ok=True)
        copy_sqlite(file, sqlite_file(settings))
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        run_program(settings, "pg_restore", *options, f"--dbname={_dbname(settings)}", str(file))
    return _again(open_records(settings), since)


def _dbname(settings: Settings) -> str:
    from sqlalchemy.engine import make_url

    return str(make_url(settings.database_url).database)


def _key_of_sqlite(file: Path) -> Sealed:
    connection = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        row = connection.execute("SELECT key_id, sealed FROM key_check").fetchone()
        sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.Error:
        row, sound = None, False
    finally:
        connection.close()
    if not (row and sound):
        raise RecordsError(NO_COPY)
    return Sealed(row[0], row[1])


def _key_of_dump(settings: Settings, file: Path) -> Sealed:
    try:
        printed = run_program(settings, "pg_restore", "--data-only", "--table=key_check", "--file=-", str(file))
    except RecordsError:
        raise RecordsError(NO_COPY) from None
    row = _KEY_ROW.search(printed)
    if row is None:
        raise RecordsError(NO_COPY)
    return Sealed(row["key_id"], bytes.fromhex(row["sealed"]))


def _check_key(database: Database, sealed: Sealed) -> None:
    row = KeyCheck(id=1, key_id=sealed.key_id, sealed=sealed.data)
    try:
        database.open(row)
    except WrongKey:
        raise WrongKey(OTHER_KEY.format(key_id=sealed.key_id)) from None


def _remember(database: Database) -> Since:
    """Erasures and opt-outs of the records as they are now; nothing when they cannot be read any more."""
    try:
        with database.read() as session:
            key = session.execute(select(KeyCheck)).scalar_one()
            erasures = session.execute(select(Erasure.id_hash, Erasure.at, Erasure.counts)).all()
            columns = (SmsOptOut.number_hash, SmsOptOut.state, SmsOptOut.words_version, SmsOptOut.at)
            opt_outs = session.execute(select(*columns)).all()
            audit = session.execute(select(Audit.at, Audit.event, Audit.who, Audit.subject).order_by(Audit.id)).all()
            return Since(database.open(key), *([tuple(row) for row in rows] for rows in (erasures, opt_outs, audit)))
    except RecordsError:
        return Since()


def _again(records: Records, since: Since) -> int:
    with records.database.read() as session:
        secret = records.database.open(session.execute(select(KeyCheck)).scalar_one())
    if secret != since.secret:
        return 0  # another installation's records: its hashes say nothing here
    _carry_over(records, since)
    erased = {name: at for name, at, _ in sorted(since.erasures, key=lambda row: row[1])}
    due = [name for name, at in _written(records) if at <= erased.get(records.keyed_hash("erasure", name), _never(at))]
    return sum(records.erase(name) for name in due)


def _carry_over(records: Records, since: Since) -> None:
    with records.database.write() as session:
        for number, state, version, at in since.opt_outs:
            row = session.get(SmsOptOut, number)
            if row is None or row.at < at:
                session.merge(SmsOptOut(number_hash=number, state=state, words_version=version, at=at))
        known = {tuple(row) for row in session.execute(select(Erasure.id_hash, Erasure.at)).all()}
        for name, at, counts in since.erasures:
            if (name, at) not in known:
                session.add(Erasure(id_hash=name, at=at, counts=counts))
        newest = session.execute(select(func.max(Audit.at))).scalar_one()
        for at, event, who, subject in since.audit:
            if newest is None or at > newest:
                session.add(Audit(at=at, event=event, who=who, subject=subject))


def _never(at: datetime) -> Any:
    return datetime.min.replace(tzinfo=at.tzinfo)


def _written(records: Records) -> set[tuple[str, datetime]]:
    with records.database.read() as session:
        chats = session.execute(select(Conversation.id, Conversation.updated_at)).all()
        calls = session.execute(select(CallbackAsked.conversation_id, CallbackAsked.changed_at)).all()
    return {(name, at) for name, at in [*chats, *calls]}


def main(arguments: list[str] | None = None) -> int:
    """Restore and say what was erased again."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: python -m bot.records.restore FILE", file=sys.stderr)
        return 2
    try:
        again = restore(read(), Path(given[0]))
    except (BadSetting, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The copy was put back. Erased again, as it was after the copy was made: {again} conversations.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
