"""Leases of problems, and the servers that hold them.

A problem that runs belongs to a server until its lease has run out. One that an earlier version left running has none,
and is taken over at once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, and make the table of servers."""
    op.add_column("problems", sa.Column("lease_holder", sa.String(32)))
    op.add_column("problems", sa.Column("lease_beat", _MOMENT))
    op.add_column("problems", sa.Column("lease_expires", _MOMENT))
    op.create_table(
        "servers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("solvers", sa.Integer, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("lease_expires", _MOMENT, nullable=False),
    )
