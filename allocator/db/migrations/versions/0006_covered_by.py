"""Cases have ``covered_by`` and the policy has ``cover``; where they are missing, nobody covers and the default holds.

What is kept stays as it was written. This revision keeps programs of before away: they could not read what is written
from now on.
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""
