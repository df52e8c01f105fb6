"""Tables of the running service: accounts, sessions, tokens, problems, servers, scenarios and changes of the policy."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from allocator.db.tables import Moment, metadata

# ``folded`` is the name as it is compared: two names that look alike are one.
users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),
    Column("password", Text),  # argon2; None where somebody may only come with a token
    Column("role", String(16), nullable=False),
    Column("divisions", JSON, nullable=False),  # empty for every division
    Column("officer_id", Text),
    Column("active", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

# Keyed by the SHA-256 of what the browser holds: who reads the table cannot come in with it.
sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scope", String(8), nullable=False, server_default="commit"),  # those of before may do what they could
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

problems = Table(
    "problems",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("owner_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("stopping", Boolean, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("data_id", String(64)),
    Column("data", LargeBinary),
    Column("result_id", String(64)),
    Column("result", LargeBinary),
    Column("error", JSON),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("ended_at", Moment),
    Column("idempotency_key", Text),
    Column("request_digest", String(64)),
    Column("lease_holder", String(32)),  # the server that runs it, or ran it last
    Column("lease_beat", Moment),  # when that server was last heard of, by the clock of the database
    Column("lease_expires", Moment),
    UniqueConstraint("owner_id", "idempotency_key"),
    Index("ix_problems_state_created_at", "state", "created_at"),
)

# Servers that run on this database; one whose lease has run out is gone.
servers = Table(
    "servers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),  # machine and folder
    Column("settings", JSON, nullable=False),  # those that have to be equal everywhere
    Column("solvers", Integer, nullable=False),  # that can work
    Column("started_at", Moment, nullable=False),
    Column("lease_expires", Moment, nullable=False),
)

scenarios = Table(
    "scenarios",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("problem_id", ForeignKey("problems.id")),
    sqlite_autoincrement=True,
)

# The force's own settings over those of its exports: the newest change of each key holds.
policy_changes = Table(
    "policy_changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("value", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
