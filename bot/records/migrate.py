"""Brings the tables up to date: `python -m bot.records.migrate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from bot.errors import RecordsError, RecordsUnavailable
from bot.records.engines import engine_for, within
from bot.settings import BadSetting, Settings, read

INI = Path(__file__).parent / "migrations" / "alembic.ini"
LOCK, SECONDS = 7_264_911, 60.0  # one process changes tables, the others wait for it
NO_RIGHT = "The tables could not be brought up to date. Check that the database's user may create and alter tables."


def alembic_config(connection: Connection | None = None) -> Any:
    """Alembic's configuration, on a connection that is inside a transaction."""
    from alembic.config import Config

    config = Config(str(INI))
    config.attributes["connection"] = connection
    return config


def _behind(connection: Connection, config: Any) -> bool:
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    current = MigrationContext.configure(connection).get_current_revision()
    known = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    # A revision we do not know was made by a newer release: after a rollback its tables still serve us.
    return current is None or (current in known and current != known[0])


def bring_up_to_date(settings: Settings) -> bool:
    """Upgrade to the newest revision; whether anything was to do.

    Raises RecordsUnavailable when the database does not answer, RecordsError when it refuses.
    """
    from alembic import command

    engine = engine_for(settings.database_url, SECONDS, pooled=False).execution_options(writes=True)
    try:
        with within(settings.database_seconds):
            connection = engine.connect()
    except (DBAPIError, OSError):
        raise RecordsUnavailable("The database cannot be reached. Check DATABASE_URL and that it runs.") from None
    try:
        with connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            config = alembic_config(connection)
            if not _behind(connection, config):
                return False
            command.upgrade(config, "head")
            return True
    except (DBAPIError, OSError):
        raise RecordsError(NO_RIGHT) from None
    finally:
        engine.dispose()


def main() -> int:
    """Upgrade and say what was done."""
    try:
        changed = bring_up_to_date(read())
    except (BadSetting, RecordsError) as error:
        print(error, file=sys.stderr)
        return 1
    print("The tables were brought up to date." if changed else "The tables are up to date.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
