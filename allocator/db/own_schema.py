"""What may stand in the database: tables of this program, and the triggers that keep the log.

A trigger, rule or view of somebody else changes what is written while it is written, so that the log would vouch for
it: nothing is written beside one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from allocator.db.dialects import for_database
from allocator.errors import NOTHING_CHANGED, Unavailable

# The log's own, by how their definitions begin.
_OWN: Mapping[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER audit_kept BEFORE DELETE ON audit ",
        "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit\n",
    ),
    "postgresql": ("CREATE TRIGGER audit_fixed BEFORE DELETE OR UPDATE ON ",),
}
# Kind, name and definition of whatever acts by itself when something is read or written.
_ACTING: Mapping[str, str] = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY name",
    "postgresql": """
        SELECT 'trigger', tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
            WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
        UNION ALL SELECT 'rule', rulename, definition FROM pg_rules WHERE schemaname = current_schema()
        UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = current_schema()
        ORDER BY 2
    """,
}


def foreign_parts(connection: Connection) -> Iterator[str]:
    """Kind and name of each trigger, rule and view that is not the program's own."""
    own = for_database(connection, _OWN)
    for kind, name, definition in connection.execute(text(for_database(connection, _ACTING))):
        if kind != "trigger" or not str(definition).startswith(own):
            yield f"{kind} {name}"


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
            f"The database has what is not this program's, and could change what is written: {', '.join(found)}.",
            told="The database has what is not this program's, and could change what is written.",
            outcome=NOTHING_CHANGED,
            maybe="find out who made it, remove it, and run `allocator audit verify`.",
        )
