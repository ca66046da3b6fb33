"""Connections to SQLite and PostgreSQL, each with its limits: no call waits for ever."""

from __future__ import annotations

import select
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from bot.settings import BadSetting

POOL = 5
GRACE = 0.05  # seconds: a rollback after a time-out may still go through, and the connection be kept
TURN = 0.005  # seconds between two tries to switch a new SQLite file
_budget = threading.local()
BAD_URL = "DATABASE_URL must be an SQLAlchemy URL of SQLite or PostgreSQL, such as postgresql://user@host/name."


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound everything this thread asks of PostgreSQL inside the block, connecting included."""
    before = getattr(_budget, "until", None)
    _budget.until = time.monotonic() + seconds
    try:
        yield
    finally:
        _budget.until = before


def _wait(connection: Any) -> None:
    """Wait for PostgreSQL no longer than this thread's budget; a server that is silent is given up."""
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ

    until = getattr(_budget, "until", None)
    if until is not None:
        until = max(until, time.monotonic() + GRACE)
    while (state := connection.poll()) != POLL_OK:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise OperationalError("no answer in time")  # psycopg2 then closes the connection by itself
        poller = select.poll()
        poller.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        poller.poll(None if left is None else max(1, int(left * 1000)))


def engine_for(url: str, seconds: float, pooled: bool = True) -> Engine:
    """An engine that has not connected yet. Raises BadSetting for a URL that cannot be used."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadSetting(BAD_URL) from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg2"):
        return _postgres(parsed.set(drivername="postgresql+psycopg2"), seconds, pooled)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return _sqlite(parsed, seconds, pooled)
    raise BadSetting(BAD_URL)


def _pool(pooled: bool, seconds: float) -> dict[str, Any]:
    if not pooled:
        return {"poolclass": NullPool}
    return {"poolclass": QueuePool, "pool_size": POOL, "max_overflow": 0, "pool_timeout": seconds}


def _postgres(url: Any, seconds: float, pooled: bool) -> Engine:
    import psycopg2.extensions

    psycopg2.extensions.set_wait_callback(_wait)
    milliseconds = max(1, int(seconds * 1000))
    limits = f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c timezone=UTC"
    return create_engine(
        url,
        future=True,
        hide_parameters=True,  # an error must not repeat what a row holds
        connect_args={
            "options": limits,
            "connect_timeout": max(2, int(seconds + 1)),
            "keepalives_idle": 30,
            "application_name": "front-door",
        },
        pool_pre_ping=pooled,
        **_pool(pooled, seconds),
    )


def _write_ahead(cursor: Any, until: float) -> None:
    """Switch a new file to its write-ahead log; many who open it first at one moment take turns.

    SQLite refuses this one change at once, whatever the busy time-out, while somebody else makes it.
    """
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            time.sleep(TURN)


def _sqlite(url: Any, seconds: float, pooled: bool) -> Engine:
    engine = create_engine(
        url,
        future=True,
        hide_parameters=True,
        connect_args={"timeout": seconds, "check_same_thread": False},
        **_pool(pooled, seconds),
    )

    @event.listens_for(engine, "do_connect")
    def _private_file(dialect: Any, record: Any, arguments: Any, named: Any) -> None:
        """Nobody but its owner reads it; the files that SQLite puts beside it take over its mode."""
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # what is wrong with it is said by the connection
            path.touch(mode=0o600)
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={max(1, int(seconds * 1000))}")
        _write_ahead(cursor, time.monotonic() + seconds)
        for pragma in ("foreign_keys=ON", "secure_delete=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A writer takes the lock at once: turning a reader into a writer later can fail without waiting.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
