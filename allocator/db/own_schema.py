"""What may stand in the database: the tables, constraints, indexes and triggers of this program, as it made them.

A trigger, rule, view or constraint of somebody else changes what is written while it is written, so that the log would
vouch for it: nothing is written beside one. ``own_schema.json`` has the definition of every part, as each database
tells it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

import allocator.db.service_tables  # noqa: F401  (its tables are the program's too)
from allocator.db.dialects import for_database
from allocator.db.tables import metadata
from allocator.errors import NOTHING_CHANGED, Unavailable

FILE = Path(__file__).with_suffix(".json")
# Kind, name, table and definition of whatever stands in a database or acts there by itself.
_PARTS: Mapping[str, str] = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL",
    "postgresql": """
        SELECT 'trigger', tgname, relname, pg_get_triggerdef(t.oid) || ' ' || prosrc
            FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
            WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
        UNION ALL SELECT 'rule', rulename, tablename, definition FROM pg_rules WHERE schemaname = current_schema()
        UNION ALL SELECT 'view', viewname, viewname, definition FROM pg_views WHERE schemaname = current_schema()
        UNION ALL SELECT 'policy', polname, relname, pg_get_expr(polqual, polrelid)
            FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE relnamespace = current_schema()::regnamespace
        UNION ALL SELECT 'constraint', conname, relname, pg_get_constraintdef(o.oid)
            FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid
            WHERE contype <> 'n' AND relnamespace = current_schema()::regnamespace
        UNION ALL SELECT 'reference', conname, relname, pg_get_constraintdef(o.oid)
            FROM pg_constraint o JOIN pg_class c ON c.oid = confrelid
            WHERE c.relnamespace = current_schema()::regnamespace
        UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()
        UNION ALL SELECT 'default', relname || '.' || attname, relname, pg_get_expr(adbin, adrelid)
            FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid
            JOIN pg_attribute a ON a.attrelid = adrelid AND attnum = adnum
            WHERE relnamespace = current_schema()::regnamespace
    """,
}
# A connection of SQLite goes on with what stood there when it looked first, which may be gone from the list meanwhile.
_LOOK_AGAIN: Mapping[str, tuple[str, ...]] = {"sqlite": ("PRAGMA writable_schema = RESET",), "postgresql": ()}
# Kinds that count wherever they stand; in an SQLite file nobody else has anything to keep.
_ACTING = ("trigger", "rule", "view", "policy", "table")
_SCHEMA: Mapping[str, str] = {"sqlite": "SELECT 'main'", "postgresql": "SELECT current_schema()"}


def schema_parts(connection: Connection) -> dict[str, str]:
    """Every part that stands on a table of the program, and all that acts by itself: definitions by kind and name."""
    schema = connection.execute(text(for_database(connection, _SCHEMA))).scalar()
    own = {*metadata.tables, "alembic_version"}
    return {
        f"{kind} {name}": " ".join(str(definition).replace(f"{schema}.", "").split())
        for kind, name, table, definition in connection.execute(text(for_database(connection, _PARTS)))
        if str(table).lower() in own or kind in _ACTING
    }


def foreign_parts(connection: Connection) -> Iterator[str]:
    """Kind and name of each part that is not as the program made it, or is not there."""
    for statement in for_database(connection, _LOOK_AGAIN):
        connection.execute(text(statement))
    own, found = _own(connection.dialect.name), schema_parts(connection)
    yield from sorted(name for name in own.keys() | found.keys() if own.get(name) != found.get(name))


@cache
def _own(dialect: str) -> Mapping[str, str]:
    parts: Mapping[str, str] = json.loads(FILE.read_text("utf-8"))[dialect]
    return parts


def require_own_schema(connection: Connection) -> None:
    """Refuse to write beside what could change what is written.

    Raises
    ------
    Unavailable
        Naming it.
    """
    found = list(foreign_parts(connection))
    if found:
        raise Unavailable(
            f"The database is not as this program made it, which could change what is written: {', '.join(found)}.",
            told="The database is not as this program made it, which could change what is written.",
            outcome=NOTHING_CHANGED,
            maybe="find out who changed it, put it right, and run `allocator audit verify`.",
        )
