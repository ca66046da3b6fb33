"""A database that is away, slow or silent: an error in time, and no restart when it is back."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import RecordsUnavailable
from bot.records import breaker
from bot.records.access import Records, open_records
from bot.records.breaker import FAILURES, REST_SECONDS, Breaker
from bot.settings import Settings, read
from tests.records.conftest import turn
from tests.services.postgres import PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    made = PostgresServer(folder)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def quick(tmp_path: Path) -> Settings:
    """Settings with half a second of patience."""
    return read({"VAR_DIR": str(tmp_path / "var"), "DATABASE_SECONDS": "0.5"})


def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the breaker try at every call."""
    monkeypatch.setattr(breaker, "REST_SECONDS", 0.0)


def test_down_at_the_start_and_back_without_a_restart(
    quick: Settings, server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_rest(monkeypatch)
    url = server.new_database()
    server.stop()
    records = open_records(replace(quick, database_url=url))
    for _ in range(5):
        with pytest.raises(RecordsUnavailable):
            records.ping()
    server.start()
    assert turn(records) and records.load("c1")
    server.stop()
    with pytest.raises(RecordsUnavailable):
        records.load("c1")
    server.start()
    assert records.load("c1")
    records.disconnect()


def test_a_slow_statement_is_given_up(quick: Settings, server: PostgresServer) -> None:
    records = open_records(replace(quick, database_url=server.new_database()))
    records.ping()
    began = time.monotonic()
    with pytest.raises(RecordsUnavailable), records.database.read() as session:
        session.execute(text("SELECT pg_sleep(20)"))
    assert time.monotonic() - began < 5
    records.ping()
    records.disconnect()


def test_a_server_that_says_nothing_is_given_up(quick: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        records = open_records(replace(quick, database_url=url))
        began = time.monotonic()
        with pytest.raises(RecordsUnavailable):
            records.ping()
        assert time.monotonic() - began < 5


def test_a_connection_that_falls_silent_is_given_up(quick: Settings, server: PostgresServer) -> None:
    relay = Relay(server.port)
    url = server.new_database().replace(f":{server.port}/", f":{relay.port}/")
    records = open_records(replace(quick, database_url=url))
    records.ping()
    relay.silent.set()
    began = time.monotonic()
    with pytest.raises(RecordsUnavailable):
        records.ping()
    assert time.monotonic() - began < 5
    relay.silent.clear()
    records.ping()
    records.disconnect()
    relay.close()


def test_an_sqlite_file_that_is_locked_is_given_up_and_then_serves(quick: Settings) -> None:
    records, other = open_records(quick), open_records(quick)
    turn(records)
    with other.database.write() as session:
        session.execute(text("SELECT 1"))
        began = time.monotonic()
        with pytest.raises(RecordsUnavailable):
            turn(records, message_id="m2")
        assert time.monotonic() - began < 5
        assert records.load("c1")  # reading goes on
    assert turn(records, message_id="m2")
    records.disconnect()
    other.disconnect()


def test_opening_touches_nothing(tmp_path: Path) -> None:
    made = open_records(read({"VAR_DIR": str(tmp_path / "var")}))
    assert isinstance(made, Records) and not (tmp_path / "var").exists()


def test_the_breaker_rests_and_lets_one_try() -> None:
    now = [0.0]
    one = Breaker(lambda: now[0])
    for _ in range(FAILURES):
        assert one.allows()
        one.failed()
    assert not one.allows()
    now[0] += REST_SECONDS
    assert [one.allows(), one.allows()] == [True, False]
    one.succeeded()
    assert one.allows() and one.allows()


class Relay:
    """Passes bytes on to a port until it is told to be silent."""

    def __init__(self, port: int) -> None:
        self.target, self.silent, self.open = port, threading.Event(), True
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self.open = False
        self.listener.close()

    def _accept(self) -> None:
        while self.open:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if self.silent.is_set():
                    return
                target.sendall(data)
        except OSError:
            return
        finally:
            if not self.silent.is_set():
                target.close()
