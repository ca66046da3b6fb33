"""Migrations: one head, up and down, the same tables as the models, clear sentences when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from bot.errors import RecordsError
from bot.records import migrate
from bot.records.engines import engine_for
from bot.records.models import Base
from bot.settings import Settings


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    """A connection to an empty database, inside a transaction that is kept."""
    engine = engine_for(settings.database_url, 30, pooled=False).execution_options(writes=True)
    with engine.begin() as made:
        yield made
    engine.dispose()


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(migrate.alembic_config()).get_heads()) == 1


def test_upgraded_tables_are_those_of_the_models(connection: Connection) -> None:
    command.upgrade(migrate.alembic_config(connection), "head")
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    assert compare_metadata(context, Base.metadata) == []


def test_down_leaves_nothing_and_up_works_again(connection: Connection) -> None:
    config = migrate.alembic_config(connection)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    command.upgrade(config, "head")
    assert set(Base.metadata.tables) < set(inspect(connection).get_table_names())


def test_the_command_upgrades_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(migrate, "read", lambda: settings)
    assert [migrate.main(), migrate.main()] == [0, 0]
    assert capsys.readouterr().out.splitlines() == ["The tables were brought up to date.", "The tables are up to date."]


def test_tables_of_a_newer_release_are_left_as_they_are(settings: Settings) -> None:
    migrate.bring_up_to_date(settings)
    engine = engine_for(settings.database_url, 30, pooled=False).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert migrate.bring_up_to_date(settings) is False
    engine.dispose()


def test_a_database_that_is_away_or_no_database_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.db").write_text("this is no database, and it is long enough to be taken for none" * 20)
    for url, words in (
        ("postgresql://nobody:canary@127.0.0.1:9/none", "cannot be reached"),
        ("mysql://x/y", "SQLite or PostgreSQL"),
        ("nonsense", "SQLite or PostgreSQL"),
        (f"sqlite:///{tmp_path / 'text.db'}", ""),
    ):
        monkeypatch.setattr(migrate, "read", lambda url=url: replace(settings, database_url=url))
        assert migrate.main() == 1
        said = capsys.readouterr().err
        assert words in said and said.strip() and "canary" not in said and "Traceback" not in said


def test_a_failing_change_leaves_nothing_half_done(settings: Settings) -> None:
    engine = engine_for(settings.database_url, 30, pooled=False).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sms_contacts (other INTEGER)"))  # the last table is in the way
    with pytest.raises(RecordsError):
        migrate.bring_up_to_date(settings)
    with engine.connect() as connection:
        assert "conversations" not in inspect(connection).get_table_names()
    engine.dispose()
