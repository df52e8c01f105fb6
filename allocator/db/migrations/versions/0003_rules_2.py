"""Version 2 of the rules: no table changes.

What is kept stays as it was written, since the audit log vouches for every byte of it. Cases without ``former``,
``forums``, ``visit_due`` and ``review_due``, and settings without ``training.risks``, ``relationship.former`` and
``divisions.skills``, are read with their defaults; a plan whose versions name no rules is of version 1.

This revision keeps programs of before away: they could not read what is written from now on.
"""

from __future__ import annotations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
