"""Cycles, their plans, messages and the audit log.

Keys and indexes are named as ``allocator.db.tables.NAMES`` says.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from allocator.db.dialects import for_database

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)

# Of the audit log nothing changes but that a purge takes details away. This guards against our own mistakes; against
# somebody who may change the database itself, the keyed chain does.
_FIXED = ("seq", "at", "actor", "act", "cycle_id", "purpose", "details_mac", "before", "after", "previous", "mac")
_SQLITE = (
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    f"""CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
        WHEN NEW.details IS NOT NULL OR {" OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in _FIXED)}
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.details IS NULL
                AND ({", ".join(f'NEW."{name}"' for name in _FIXED)})
                IS NOT DISTINCT FROM ({", ".join(f'OLD."{name}"' for name in _FIXED)})
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$""",
    "CREATE TRIGGER audit_fixed BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
)


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def upgrade() -> None:
    """Make the tables, and the triggers that keep the audit log."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("act", sa.String(32), nullable=False, index=True),
        sa.Column("cycle_id", sa.Integer, index=True),
        sa.Column("purpose", sa.String(32)),
        sa.Column("details", sa.Text),
        sa.Column("details_mac", sa.String(64), nullable=False),
        sa.Column("before", sa.String(64)),
        sa.Column("after", sa.String(64)),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
    )
    op.create_table(
        "holdings",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("officer_id", sa.Text, nullable=False, index=True),
        sa.Column("since", sa.Date, nullable=False),
    )
    op.create_table(
        "reductions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("officer_id", sa.Text, nullable=False, index=True),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshots",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cycle_date", sa.Date, nullable=False),
        sa.Column("officers", sa.Integer, nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary),
        sa.Column("tombstone", sa.String(64)),
    )
    op.create_table(
        "supervisors",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("division", sa.Text, primary_key=True),
    )
    op.create_table(
        "cycles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cycle_date", sa.Date, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("snapshot_id", sa.String(64), sa.ForeignKey("snapshots.id"), nullable=False),
        sa.Column("follows_id", sa.Integer, sa.ForeignKey("cycles.id")),
        sa.Column("proposal_id", sa.Integer),
        sa.Column("exported", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "caseloads",
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), primary_key=True),
        sa.Column("officer_id", sa.Text, primary_key=True, index=True),
        sa.Column("division", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        *_counts("capacity", "cases_before", "cases", "case_limit", "high_risk", "high_risk_allowed", "points"),
        sa.Column("fair_percent", sa.Integer),
        *_counts("received", "given_up", "over"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), nullable=False, index=True),
        sa.Column("import_number", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("column", sa.Text),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Index("ix_changes_subject_name", "subject", "name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "decisions",
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True, index=True),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("officer_id", sa.Text, index=True),
        sa.Column("from_officer_id", sa.Text, index=True),
        sa.Column("since", sa.Date),
        sa.Column("months", sa.Integer),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_table(
        "divisions",
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), primary_key=True),
        sa.Column("division", sa.Text, primary_key=True),
        *_counts("cases", "high_risk", "kept", "moved", "placed", "unplaced", "months_ended"),
    )
    op.create_table(
        "exemptions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), nullable=False, index=True),
        sa.Column("case_id", sa.Text, nullable=False, index=True),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("html", sa.Text),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("delivered_at", _MOMENT),
        sa.Column("error", sa.Text),
        sa.Column("tombstone", sa.String(64)),
        sa.UniqueConstraint("cycle_id", "kind", "recipient", "about"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("cycle_id", sa.Integer, sa.ForeignKey("cycles.id"), nullable=False, index=True),
        sa.Column("snapshot_id", sa.String(64), sa.ForeignKey("snapshots.id"), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("data", sa.LargeBinary),
        sa.Column("tombstone", sa.String(64)),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "overrides",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("proposal_id", sa.Integer, sa.ForeignKey("proposals.id"), nullable=False, index=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("officer_id", sa.Text, nullable=False),
        sa.Column("instead_of", sa.Text),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("exemption", sa.String(32)),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("effect", sa.JSON, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    for statement in for_database(op.get_bind(), {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}):
        op.execute(statement)
