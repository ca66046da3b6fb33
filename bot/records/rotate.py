"""Encrypts every row with the newest key while the service runs: `python -m bot.records.rotate [--new-key]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select, tuple_

from bot.errors import RecordsError
from bot.records.database import Database
from bot.records.keys import key_file, new_key, read_key_file, write_key_file
from bot.records.models import Base, Sealing
from bot.records.sms_spool import SmsSpool
from bot.settings import BadSetting, read

BATCH = 100
Progress = Callable[[str, int, int], None]


def sealed_tables() -> list[Any]:
    """Every class whose rows hold something encrypted; the key check last, so that it stands for the whole."""
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Sealing)]
    return sorted(found, key=lambda table: (table.__tablename__ == "key_check", table.__tablename__))


def rotate(database: Database, progress: Progress = lambda table, done, of: None) -> int:
    """Encrypt with the first key what another key holds; the rows and waiting texts changed. It may be stopped and run again.

    Raises WrongKey when a row's key is not among the keys; nothing of that batch is changed then.
    """
    return SmsSpool(database).reseal() + sum(_rotate_table(database, table, progress) for table in sealed_tables())


def left(database: Database) -> dict[str, int]:
    """Rows and waiting texts by the id of the key that holds them."""
    counts = SmsSpool(database).keys()
    with database.read() as session:
        for table in sealed_tables():
            query = select(table.key_id, func.count()).where(table.key_id.is_not(None)).group_by(table.key_id)
            for key_id, count in session.execute(query).all():
                counts[key_id] = counts.get(key_id, 0) + count
    return counts


def add_key(database: Database) -> None:
    """Put a new key at the head of our own key file; running processes take it up by themselves.

    Raises BadSetting when ENCRYPTION_KEYS is in charge.
    """
    settings = database.settings
    if settings.encryption_keys:
        raise BadSetting("Put the new key at the head of ENCRYPTION_KEYS, restart, then rotate without --new-key.")
    database.prepare()
    path = key_file(settings)
    write_key_file(path, [new_key(database.clock()), *(read_key_file(path) or [])], replace=True)


def _rotate_table(database: Database, table: Any, progress: Progress) -> int:
    with database.read() as session:
        total = session.execute(select(func.count()).select_from(table)).scalar_one()
    seen, changed, last = 0, 0, None
    while True:
        read_rows, now_changed, last = _batch(database, table, last)
        seen, changed = seen + read_rows, changed + now_changed
        progress(table.__tablename__, seen, max(total, seen))
        if read_rows < BATCH:
            return changed


def _batch(database: Database, table: Any, last: Any) -> tuple[int, int, Any]:
    keys = list(table.__mapper__.primary_key)
    query = select(table).order_by(*keys).limit(BATCH).with_for_update()
    if last is not None:
        query = query.where(tuple_(*keys) > tuple_(*last))
    with database.write() as session:
        rows = session.execute(query).scalars().all()
        old = [row for row in rows if row.key_id not in (None, database.cipher.key_id)]
        for row in old:
            database.put(row, database.open(row))
        last = table.__mapper__.primary_key_from_instance(rows[-1]) if rows else last
        return len(rows), len(old), last


def _say(table: str, done: int, total: int) -> None:
    print(f"{table}: {done} of {total}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Rotate and say which keys are still needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--new-key", action="store_true", help="first add a new key to our own key file")
    options = parser.parse_args(arguments)
    try:
        database = Database(read())
        if options.new_key:
            add_key(database)
        changed = rotate(database, _say)
        needed = left(database)
    except (BadSetting, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{changed} rows were encrypted anew. Keys still needed: {', '.join(sorted(needed))}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
