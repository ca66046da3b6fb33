"""A PostgreSQL server of the tests' own: a temporary folder, a free loopback port, stopped at the end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

OWNER = "postgres"
# A test server may lose its data at a power cut: what is tested is our code, not the disk.
FAST = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=60"]


def programs() -> Path:
    """The folder of the newest installed server programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    assert on_path, "these tests need PostgreSQL's server programs"
    return Path(on_path).parent


def _as_owner(command: list[str]) -> list[str]:
    # The server refuses to run as root.
    return ["runuser", "-u", OWNER, "--", *command] if os.geteuid() == 0 else command


def free_port() -> int:
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """A server in a folder of its own; `stop` and `start` again play a database that goes away."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data, self.port = folder, folder / "data", free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER, OWNER)
        make = [str(programs() / "initdb"), "-D", str(self.data), "-A", "trust", "-U", OWNER, "-E", "UTF8", "-N"]
        subprocess.run(_as_owner([*make, "--no-locale"]), check=True, stdout=subprocess.DEVNULL)

    def _control(self, *words: str) -> None:
        command = [str(programs() / "pg_ctl"), "-D", str(self.data), "-w", "-t", "60", *words]
        subprocess.run(_as_owner(command), check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def start(self) -> None:
        """Start and wait until it answers."""
        options = ["-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", *FAST]
        self._control("-l", str(self.folder / "log"), "-o", " ".join(options), "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop in good order, or at once like a crash ("immediate")."""
        self._control("-m", mode, "stop")

    def url(self, database: str = OWNER) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = OWNER) -> None:
        """Run one statement outside any transaction."""
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user=OWNER, dbname=database)
        try:
            connection.autocommit = True
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = "t" + uuid.uuid4().hex
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running server for the whole test session."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    server = PostgresServer(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The SQLAlchemy URL of a fresh, empty PostgreSQL database."""
    return postgres_server.new_database()
