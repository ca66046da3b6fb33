"""Sessions on the database: connects when first needed, brings tables up to date, maps every error to ours."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from bot.errors import Conflict, RecordsError, RecordsUnavailable, WrongKey
from bot.records.breaker import Breaker
from bot.records.crypto import Cipher, Hasher, Sealed
from bot.records.engines import engine_for, within
from bot.records.keys import key_file_time, load_cipher
from bot.records.models import KeyCheck
from bot.settings import Settings

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
KEY_ROW = 1
MISFIT = (
    "The encryption keys do not fit the records: they were written with the key '{key_id}'. Put that key back into "
    "ENCRYPTION_KEYS or the key file. Nothing was changed."
)
NO_ANSWER = "The database does not answer in time. It is tried again by itself."


class TakenMeanwhile(Conflict):
    """Somebody else wrote a row of the same key first; for the door to try again or to give in."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


class Database:
    """One database with its keys; cheap to make, connects at the first read or write."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings, self.clock, self.breaker = settings, clock, Breaker()
        self._ready, self._lock, self._key_lock = False, threading.Lock(), threading.Lock()
        self._engine: Engine | None = None
        self._cipher: Cipher | None = None
        self._key_time: int | None = None
        self._hasher: Hasher | None = None

    @property
    def engine(self) -> Engine:
        """The engine, made but not connected. Raises BadSetting."""
        if self._engine is None:
            self._engine = engine_for(self.settings.database_url, self.settings.database_seconds)
        return self._engine

    @property
    def cipher(self) -> Cipher:
        """The keys; found without the database where they exist already. Raises BadSetting, WrongKey."""
        seen = key_file_time(self.settings)
        if self._cipher is None or seen not in (None, self._key_time):  # the key file may get a new key while we run
            with self._key_lock:
                if self._cipher is None or seen not in (None, self._key_time):
                    self._cipher = load_cipher(self.settings, self.clock, self._stored_key)
                    self._key_time = key_file_time(self.settings)
        return self._cipher

    @property
    def hasher(self) -> Hasher:
        """The keyed hashes that outlive a key change. Raises RecordsUnavailable before the first contact."""
        if self._hasher is None:
            with self.read():
                pass
        assert self._hasher is not None
        return self._hasher

    def put(self, row: Any, value: Any) -> None:
        """Encrypt a JSON value into a row whose primary key is set."""
        sealed = self.cipher.seal(value, row.place)
        row.key_id, row.sealed = sealed.key_id, sealed.data

    def open(self, row: Any) -> Any:
        """The JSON value of a row. Raises WrongKey."""
        return self.cipher.open(Sealed(row.key_id, row.sealed), row.place)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading."""
        with self._work(writes=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction, kept whole or not at all."""
        with self._work(writes=True) as session:
            yield session

    @contextmanager
    def _work(self, writes: bool) -> Iterator[Session]:
        if not self.breaker.allows():
            raise RecordsUnavailable(NO_ANSWER)
        try:
            self.prepare()
            engine = self.engine.execution_options(writes=writes)
            with within(self.settings.database_seconds), Session(engine, future=True) as session, session.begin():
                yield session
        except IntegrityError:
            raise TakenMeanwhile("Somebody else wrote the same row first.") from None
        except (DataError, InternalError, ProgrammingError) as error:
            log.error("records: %s", type(error).__name__)  # it answers, and refuses: a mistake of ours or of its rights
            raise RecordsError("The database refuses this.") from None
        except (DBAPIError, PoolTimeout, OSError) as error:
            self.breaker.failed()
            log.error("records: %s", type(error).__name__)
            raise RecordsUnavailable(NO_ANSWER) from None
        except SQLAlchemyError as error:
            log.error("records: %s", type(error).__name__)
            raise RecordsError("The records cannot do this.") from None
        self.breaker.succeeded()

    def prepare(self) -> None:
        """Tables up to date, keys checked; done once. Raises RecordsUnavailable, WrongKey, BadSetting."""
        if self._ready:
            return
        if not self._lock.acquire(timeout=self.settings.database_seconds):
            raise RecordsUnavailable(NO_ANSWER)
        try:
            if not self._ready:
                from bot.records.migrate import bring_up_to_date

                bring_up_to_date(self.settings)
                self._hasher = Hasher(self._first_secret() or self._secret())
                self._ready = True
        finally:
            self._lock.release()

    def _stored_key(self) -> str | None:
        try:
            with within(self.settings.database_seconds), self.engine.connect() as connection:
                row = connection.execute(text("SELECT key_id FROM key_check")).first()
        except (DBAPIError, PoolTimeout, OSError):
            return None  # no database or no tables yet: nothing speaks against a new key
        return str(row[0]) if row else None

    def _first_secret(self) -> bytes | None:
        try:
            return self._secret()
        except IntegrityError:
            return None  # another process made the row at the same moment: it is there now

    def _secret(self) -> bytes:
        self.cipher  # noqa: B018  a key file that is missing says so itself, before anything is opened
        engine = self.engine.execution_options(writes=True)
        with within(self.settings.database_seconds), Session(engine, future=True) as session, session.begin():
            row = session.execute(select(KeyCheck)).scalar_one_or_none()
            if row is None:
                row = KeyCheck(id=KEY_ROW, created_at=self.clock())
                self.put(row, secrets.token_hex(32))
                session.add(row)
                session.flush()
            try:
                return bytes.fromhex(self.open(row))
            except WrongKey:
                raise WrongKey(MISFIT.format(key_id=row.key_id)) from None

    def settle(self) -> None:
        """Empty SQLite's write-ahead log, where what was erased would stay for a while; best effort."""
        if self.engine.dialect.name != "sqlite":
            return
        try:
            with self.engine.connect() as connection:
                plain = connection.connection
                wait = plain.execute("PRAGMA busy_timeout").fetchone()[0]
                plain.execute("PRAGMA busy_timeout=50")  # others who read go first; the next time will do
                plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                plain.execute(f"PRAGMA busy_timeout={int(wait)}")
        except DBAPIError:
            return

    def close(self) -> None:
        """Let go of every connection."""
        if self._engine is not None:
            self._engine.dispose()
