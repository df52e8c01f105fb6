"""Tables of cycles: forces, plans, decisions, messages, registers and the audit log. ``migrations/`` makes all tables.

A test holds the two together. Tables of the service itself are in ``service_tables``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    select,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)
Record = TypeVar("Record")


def as_record(kind: type[Record], row: Any, **given: Any) -> Record:
    """A row as a dataclass whose fields have the names of its columns, save those that are given otherwise."""
    names = [field.name for field in fields(kind) if field.name not in given]  # type: ignore[arg-type]
    return kind(**{name: row._mapping[name] for name in names}, **given)


def insert_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Write a row, and give its number."""
    key: int = connection.execute(table.insert().values(values)).inserted_primary_key[0]  # type: ignore[index]
    return key


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows, if there are any."""
    if rows:
        connection.execute(table.insert(), rows)


def count_rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    """How many rows of a table are so."""
    return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


class Moment(TypeDecorator[datetime]):
    """A time, aware and in UTC on every database; SQLite would give it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value}: a time with a zone is needed")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _counts(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _of_cycle(**options: Any) -> Column[int]:
    return Column("cycle_id", ForeignKey("cycles.id"), nullable=False, **options)


# Immutable, and named after its content: the SHA-256 of ``data`` before it was packed.
snapshots = Table(
    "snapshots",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("cycle_date", Date, nullable=False),
    Column("officers", Integer, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("data", LargeBinary),
    Column("tombstone", String(64)),
)

cycles = Table(
    "cycles",
    metadata,
    _id(),
    Column("cycle_date", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("snapshot_id", ForeignKey("snapshots.id"), nullable=False),
    Column("follows_id", ForeignKey("cycles.id")),
    Column("proposal_id", Integer),
    Column("exported", JSON, nullable=False),  # capacity and status of officers as read, where a reduction changed them
    sqlite_autoincrement=True,
)

# Frozen: a later plan of the same cycle is another row.
proposals = Table(
    "proposals",
    metadata,
    _id(),
    _of_cycle(index=True),
    Column("snapshot_id", ForeignKey("snapshots.id"), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("data", LargeBinary),
    Column("tombstone", String(64)),
    sqlite_autoincrement=True,
)

overrides = Table(
    "overrides",
    metadata,
    _id(),
    Column("proposal_id", ForeignKey("proposals.id"), nullable=False, index=True),
    Column("case_id", Text, nullable=False),
    Column("officer_id", Text, nullable=False),
    Column("instead_of", Text),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("exemption", String(32)),
    Column("rules", JSON, nullable=False),
    Column("effect", JSON, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

exemptions = Table(
    "exemptions",
    metadata,
    _id(),
    _of_cycle(index=True),
    Column("case_id", Text, nullable=False, index=True),
    Column("officer_id", Text, nullable=False),
    Column("rule", String(32), nullable=False),
    Column("reason", String(32), nullable=False),
    sqlite_autoincrement=True,
)

# What a commit changed. Cases that stayed have no row: their relationship goes on.
decisions = Table(
    "decisions",
    metadata,
    _of_cycle(primary_key=True),
    Column("case_id", Text, primary_key=True, index=True),
    Column("action", String(16), nullable=False),
    Column("officer_id", Text, index=True),
    Column("from_officer_id", Text, index=True),
    Column("since", Date),
    Column("months", Integer),
    Column("why", Text, nullable=False),
)

# What an import found to differ.
changes = Table(
    "changes",
    metadata,
    _id(),
    _of_cycle(index=True),
    Column("import_number", Integer, nullable=False),
    Column("subject", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("column", Text),
    Column("before", Text),
    Column("after", Text),
    Index("ix_changes_subject_name", "subject", "name"),
    sqlite_autoincrement=True,
)

# Who manages whom, as of the last commit.
holdings = Table(
    "holdings",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("officer_id", Text, nullable=False, index=True),
    Column("since", Date, nullable=False),
)

# Each officer's figures under a committed plan.
caseloads = Table(
    "caseloads",
    metadata,
    _of_cycle(primary_key=True),
    Column("officer_id", Text, primary_key=True, index=True),
    Column("division", Text, nullable=False),
    Column("status", String(16), nullable=False),
    *_counts("capacity", "cases_before", "cases", "case_limit", "high_risk", "high_risk_allowed", "points"),
    Column("fair_percent", Integer),
    *_counts("received", "given_up", "over"),
)

# Each division's figures under a committed plan; like those of officers they tell of no case, and outlast a purge.
divisions = Table(
    "divisions",
    metadata,
    _of_cycle(primary_key=True),
    Column("division", Text, primary_key=True),
    *_counts("cases", "high_risk", "kept", "moved", "placed", "unplaced", "months_ended"),
)

reductions = Table(
    "reductions",
    metadata,
    _id(),
    Column("officer_id", Text, nullable=False, index=True),
    Column("percent", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("status", String(16)),
    sqlite_autoincrement=True,
)

# Who was to cover a case while its officer was away. An entry that has ended stays until a purge.
covers = Table(
    "covers",
    metadata,
    _id(),
    _of_cycle(index=True),
    Column("case_id", Text, nullable=False, index=True),
    Column("absent_officer_id", Text, nullable=False),
    Column("officer_id", Text, nullable=False, index=True),
    Column("division", Text, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    sqlite_autoincrement=True,
)

supervisors = Table(
    "supervisors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("division", Text, primary_key=True),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _of_cycle(index=True),
    Column("kind", String(16), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("subject", Text),
    Column("text", Text),
    Column("html", Text),
    Column("state", String(16), nullable=False, index=True),
    Column("written_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    Column("error", Text),
    Column("tombstone", String(64)),
    UniqueConstraint("cycle_id", "kind", "recipient", "about"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", String(32), nullable=False, index=True),
    Column("cycle_id", Integer, index=True),
    Column("purpose", String(32)),
    Column("details", Text),
    Column("details_mac", String(64), nullable=False),
    Column("before", String(64)),
    Column("after", String(64)),
    Column("previous", String(64), nullable=False),
    Column("mac", String(64), nullable=False),
)
