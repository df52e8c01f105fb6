"""Nothing is written in a database that is not as the program made it: no part added, changed or removed, on both."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle
from allocator.db.own_schema import FILE, schema_parts
from allocator.db.store import Store
from allocator.errors import Unavailable
from tests.cycling import CAT, to_state
from tests.db.conftest import empty_database

TABLES = ("decisions", "messages", "holdings", "users", "tokens", "snapshots", "audit", "overrides")
FORGES = {
    "sqlite": ("CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN DELETE FROM supervisors; END",),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION evil()",
    ),
}


def stores(request, tmp_path, database):
    """A fresh store on one of the databases."""
    url = None if database == "sqlite" else empty_database(request.getfixturevalue("postgres"))
    with Store(tmp_path / "home", url) as made:
        made.upgrade()
        yield made


def kind(store):
    return "sqlite" if store.database.sqlite else "postgresql"


def made(store, *statements):
    with store.database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.mark.parametrize("table", TABLES)
def test_a_trigger_of_somebody_is_named_and_nothing_is_committed_beside_it(store, tmp_path, table):
    to_state(store, "approved", tmp_path)
    name = "evil" if table != "audit" or kind(store) == "sqlite" else "audit_fixed_too"
    made(store, *(one.format(name=name, table=table) for one in FORGES[kind(store)]))
    with pytest.raises(Unavailable, match=f"trigger {name}"):
        commit_cycle(store, claimed(CAT))
    with pytest.raises(Unavailable, match=f"trigger {name}"):
        add_user(store, claimed("root"), "Mallory", "viewer", password="four random words here")
    told = verify_log(store, claimed("root")).problems
    assert [one for one in told if f"trigger {name}" in one]
    on = "" if kind(store) == "sqlite" else f" ON {table}"
    made(store, f"DROP TRIGGER {name}{on}")
    assert verify_log(store, claimed("root")).problems == ()
    assert commit_cycle(store, claimed(CAT)).cycle.state == "committed"


def test_a_view_or_a_rule_is_named_too(store, tmp_path):
    to_state(store, "approved", tmp_path)
    made(store, "CREATE VIEW seen AS SELECT * FROM decisions")
    if kind(store) == "postgresql":
        made(store, "CREATE RULE twist AS ON INSERT TO decisions DO ALSO DELETE FROM supervisors")
    wanted = ("view seen",) if kind(store) == "sqlite" else ("view seen", "rule twist")
    with pytest.raises(Unavailable) as refused:
        commit_cycle(store, claimed(CAT))
    told = " ".join(verify_log(store, claimed("root")).problems)
    assert all(one in refused.value.text and one in told for one in wanted)


CHANGED = {
    "sqlite": {
        "table messages": (
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'about TEXT', 'about TEXT UNIQUE ON CONFLICT IGNORE') "
            "WHERE name = 'messages'",
        ),
        "index once": ("CREATE UNIQUE INDEX once ON OVERRIDES (reason)",),
        "index ix_messages_state": ("DROP INDEX ix_messages_state",),
        "trigger loud": (
            "CREATE TRIGGER loud AFTER INSERT ON MESSAGES BEGIN UPDATE messages SET text = 'forged'; END",
        ),
        "table led": ("CREATE TABLE led (case_id TEXT REFERENCES holdings (case_id) ON DELETE CASCADE)",),
        "trigger audit_kept": ("DROP TRIGGER audit_kept",),
        "trigger audit_fixed": (
            "DROP TRIGGER audit_fixed",
            "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit\nBEGIN DELETE FROM reductions; END",
        ),
    },
    "postgresql": {
        "reference led_fkey": (
            "CREATE SCHEMA other",
            "CREATE TABLE other.led (case_id VARCHAR CONSTRAINT led_fkey REFERENCES holdings ON DELETE CASCADE)",
        ),
        "constraint once": ("ALTER TABLE overrides ADD CONSTRAINT once UNIQUE (reason)",),
        "index once": ("CREATE UNIQUE INDEX once ON overrides (reason)",),
        "index ix_messages_state": ("DROP INDEX ix_messages_state",),
        "default messages.text": ("ALTER TABLE messages ALTER text SET DEFAULT 'forged'",),
        "policy few": (
            "CREATE POLICY few ON messages USING (id > 3)",
            "ALTER TABLE messages ENABLE ROW LEVEL SECURITY",
        ),
        "trigger audit_fixed": (
            "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$",
        ),
    },
}


@pytest.mark.parametrize(("database", "part"), [(database, part) for database in CHANGED for part in CHANGED[database]])
def test_a_part_that_somebody_changed_is_named_and_nothing_is_committed(request, tmp_path, database, part):
    for store in stores(request, tmp_path, database):
        to_state(store, "approved", tmp_path)
        made(store, *CHANGED[database][part])
        with pytest.raises(Unavailable, match=part):
            commit_cycle(store, claimed(CAT))
        assert [one for one in verify_log(store, claimed("root")).problems if part in one]


@pytest.mark.parametrize("database", CHANGED)
def test_what_migrations_make_is_what_is_written_down(request, tmp_path, database):
    """Where a migration is added: ``python -m tests.db.renew_schema``."""
    for store in stores(request, tmp_path, database):
        with store.reading() as connection:
            assert schema_parts(connection) == json.loads(FILE.read_text())[database]


def test_a_trigger_that_is_not_listed_any_more_does_nothing(tmp_path):
    """A connection of SQLite has looked at what stood there, and whoever made it has taken it off the list alone."""
    with Store(tmp_path / "home") as store:
        store.upgrade()
        to_state(store, "approved", tmp_path)
        with closing(sqlite3.connect(store.home.folder / "allocator.db")) as other:
            other.execute("CREATE TRIGGER evil AFTER INSERT ON messages BEGIN UPDATE messages SET text = 'forged'; END")
            with store.reading() as connection:
                connection.execute(text("SELECT count(*) FROM messages"))  # every connection of the pool is that one
            other.executescript("PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'evil'")
        commit_cycle(store, claimed(CAT))
        with store.reading() as connection:
            assert "forged" not in connection.execute(text("SELECT text FROM messages")).scalars().all()
        assert verify_log(store, claimed("root")).problems == ()
