"""Nothing is written beside a trigger, rule or view that is not the program's own, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.commits import commit_cycle
from allocator.errors import Unavailable
from tests.cycling import CAT, to_state

TABLES = ("decisions", "messages", "holdings", "users", "tokens", "snapshots", "audit", "overrides")
FORGES = {
    "sqlite": ("CREATE TRIGGER {name} AFTER INSERT ON {table} BEGIN DELETE FROM supervisors; END",),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION evil()",
    ),
}


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
