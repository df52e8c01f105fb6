"""Tokens have a scope; those of before may do what they could."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("tokens", sa.Column("scope", sa.String(8), nullable=False, server_default="commit"))
