"""Many processes that open a new SQLite file at the same moment all get in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import text

from bot.records.engines import engine_for
from tests.records.conftest import together

ROUNDS, DOORS = 150, 8  # one round in thirty met the lock before it was waited for


def _write(path: Path) -> None:
    engine = engine_for(f"sqlite:///{path}", 30, pooled=False).execution_options(writes=True)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("CREATE TABLE IF NOT EXISTS first (seen INTEGER)"))
        connection.execute(text("INSERT INTO first VALUES (1)"))


def test_many_who_open_a_new_file_at_once_take_turns(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / f"{number}.db"
        assert together(*[partial(_write, path)] * DOORS) == [None] * DOORS
