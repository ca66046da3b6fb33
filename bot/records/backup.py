"""Copies of the whole database: `python -m bot.records.backup FILE`; the keys are not in them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.errors import RecordsError
from bot.settings import BadSetting, Settings, read

SECONDS = 3600
KEYS_APART = "The encryption keys are not in it: keep them apart, without them the copy cannot be read."


def program(name: str) -> str:
    """The newest of PostgreSQL's programs of this name. Raises RecordsError when there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise RecordsError(f"{name} was not found. Install PostgreSQL's client programs.")
    return found


def run_program(settings: Settings, name: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on our database; what it printed. Raises RecordsError.

    The password goes by the environment, where no process list shows it.
    """
    url = make_url(settings.database_url)
    place: dict[str, Any] = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    place["PGPASSWORD"] = url.password
    known = {"host": "PGHOST", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    place.update({known[key]: value for key, value in url.query.items() if key in known})
    env = {**os.environ, **{key: str(value) for key, value in place.items() if value is not None}}
    done = subprocess.run([program(name), *arguments], env=env, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise RecordsError(f"{name} failed (exit {done.returncode}). Check DATABASE_URL and the version of {name}.")
    return done.stdout


def is_sqlite(settings: Settings) -> bool:
    """Whether the records are an SQLite file."""
    return str(make_url(settings.database_url).get_backend_name()) == "sqlite"


def sqlite_file(settings: Settings) -> Path:
    """The SQLite file of the records."""
    return Path(str(make_url(settings.database_url).database))


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database page by page while others use it. Raises RecordsError when the copy is not sound."""
    try:
        with sqlite3.connect(source, timeout=30) as read_from, sqlite3.connect(target, timeout=30) as write_to:
            read_from.backup(write_to, pages=1000, sleep=0.01)
            sound = write_to.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.Error as error:
        raise RecordsError(f"The copy failed ({type(error).__name__}). Check the disk and the files.") from None
    finally:
        for connection in (locals().get("read_from"), locals().get("write_to")):
            if connection is not None:
                connection.close()
    if not sound:
        raise RecordsError("The copy is not sound. Check the disk, and keep the copy before this one.")


def backup(settings: Settings, file: Path) -> None:
    """Write a copy that only its owner can read; a file that exists is never overwritten. Raises RecordsError."""
    partial = file.with_name(file.name + ".partial")
    if file.exists():
        raise RecordsError("This file exists already. Choose another name.")
    os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    try:
        if is_sqlite(settings):
            if not sqlite_file(settings).exists():
                raise RecordsError("There are no records yet.")
            copy_sqlite(sqlite_file(settings), partial)
        else:
            run_program(settings, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={partial}")
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    """Back up and say what to keep apart."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        print("usage: python -m bot.records.backup FILE", file=sys.stderr)
        return 2
    try:
        backup(read(), Path(given[0]))
    except (BadSetting, RecordsError, OSError) as error:
        words = str(error) if isinstance(error, (BadSetting, RecordsError)) else "The file cannot be written."
        print(words, file=sys.stderr)
        return 1
    print(f"The records were copied. {KEYS_APART}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
