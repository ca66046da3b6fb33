"""How Alembic reaches the tables: on the connection it is given, or on that of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.engine import Connection

from bot.records.engines import engine_for
from bot.records.models import Base, UtcTime
from bot.settings import read


def _item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    return "sa.DateTime()" if isinstance(item, UtcTime) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_item,
        compare_type=True,
        transactional_ddl=True,  # a change that fails half-way leaves nothing behind, on SQLite too
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with engine_for(read().database_url, 60.0, pooled=False).execution_options(writes=True).begin() as made:
        _run(made)
