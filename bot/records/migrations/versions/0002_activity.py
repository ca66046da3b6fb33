"""Counters for the manager's pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of counters."""
    op.create_table(
        "activity_counts",
        sa.Column("kind", sa.String(16), primary_key=True, nullable=False),
        sa.Column("label", sa.String(128), primary_key=True, nullable=False),
        sa.Column("hour", sa.DateTime(), primary_key=True, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    op.create_index("ix_activity_counts_hour", "activity_counts", ["hour"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("activity_counts")
