"""Retention and replay: what a purge takes, what it leaves, and what can still be said of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from allocator.app.accounts import add_user
from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.commits import undo_cycle
from allocator.app.cycles import all_cycles, show_cycle
from allocator.app.histories import history_of_case
from allocator.app.imports import roll_over
from allocator.app.messages import deliver_messages
from allocator.app.overrides import override_case
from allocator.app.problems import post_job
from allocator.app.replays import replay_cycle
from allocator.app.reports import read_month
from allocator.app.stores import purge_store
from allocator.db.leases import claim_job, finish_job
from allocator.db.service_tables import problems
from allocator.db.tables import audit, caseloads, changes, decisions, messages, overrides, proposals
from allocator.errors import AllocatorError, Conflict, InputError, Purged
from tests.cycling import ANN, BOB, CAT, committed, finished, imported, planned, proposed, small, with_case
from tests.inline import InlinePool
from tests.tiny import TODAY


@pytest.fixture
def two(store, tmp_path):
    """Two committed cycles, their messages delivered; c1 changed between them."""
    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(ANN), "c2", "B", reason="geography", note="a note")
    finished(store)
    deliver_messages(store, claimed("cron"))
    roll_over(store, claimed(ANN))
    planned(store)
    finished(store)
    deliver_messages(store, claimed("cron"))
    return store


def count(store, table):
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def purged(store, day=TODAY + timedelta(days=1)):
    return purge_store(store, claimed(ANN), day)


def test_a_purge_takes_every_trace_of_a_case_of_old_cycles(two):
    done = purged(two)
    assert (done.cycles, done.snapshots, done.plans) == (1, 1, 1) and done.messages > 0
    assert count(two, overrides) == 0 and count(two, changes) == 0
    with two.reading() as connection:
        assert set(connection.execute(select(decisions.c.cycle_id)).scalars()) <= {2}
        old = connection.execute(select(messages).where(messages.c.cycle_id == 1)).all()
        details = connection.execute(select(audit.c.details).where(audit.c.cycle_id == 1)).scalars().all()
    assert all((row.text, row.html, row.subject) == (None, None, None) and "c1" not in row.about for row in old)
    assert set(details) == {None}
    left = {path.name for path in two.home.messages.rglob("*.txt")}
    assert not left & {f"{row.id:07d}-{row.kind}.txt" for row in old}
    if two.database.sqlite:
        data = (two.home.folder / "allocator.db").read_bytes()
        assert b"a note" not in data


def test_tombstones_verify_and_a_forged_one_does_not(two):
    purged(two)
    assert verify_log(two, claimed("root")).problems == () and verify_log(two, claimed("root")).purged > 0
    with two.database.writing() as connection:
        connection.execute(proposals.update().where(proposals.c.id == 1).values(tombstone="0" * 64))
    assert verify_log(two, claimed("root")).problems[0] == "Plan 1 was removed, and by no purge."


def test_a_purged_cycle_says_so(two):
    purged(two)
    assert replay_cycle(two, claimed(BOB), cycle_id=1).purged
    with pytest.raises(Purged, match=r"was purged\. Nothing was changed\.\nMaybe go on with a new export"):
        show_cycle(two, claimed(BOB), purpose="audit", cycle_id=1)


def test_what_the_next_cycle_builds_on_stays(two):
    day = TODAY + timedelta(days=60)
    assert day < datetime.now(UTC).date()
    assert purge_store(two, claimed(ANN), day).cycles == 1
    assert replay_cycle(two, claimed(BOB), cycle_id=2, pool=InlinePool()).same
    assert history_of_case(two, claimed(BOB), "c1", purpose="audit").now in ("A", "B")
    roll_over(two, claimed(ANN))
    assert planned(two).cycle.state == "proposed"


def test_figures_outlast_a_purge(two):
    purged(two)
    month = read_month(two, claimed(BOB), TODAY)
    assert month.last.cycle_id == 1 and sum(d.moved for d in month.divisions) == 2


def test_figures_that_were_changed_after_a_purge_are_named(two):
    purged(two)
    with two.database.writing() as connection:
        connection.execute(caseloads.update().where(caseloads.c.cycle_id == 1).values(cases=99))
    assert verify_log(two, claimed("root")).problems[0] == "The figures of cycle 1 are not what its commit left."


def test_a_purge_twice_takes_nothing_more(two):
    purged(two)
    again = purged(two)
    assert (again.snapshots, again.plans, again.messages) == (0, 0, 0) and verify_log(
        two, claimed("root")
    ).problems == ()


def test_a_purge_reaches_into_the_past_only(store):
    with pytest.raises(InputError, match="not in the future"):
        purge_store(store, claimed(ANN), date(2999, 1, 1))


def test_the_same_data_may_come_again_after_its_purge(two, tmp_path):
    undo_cycle(two, claimed(CAT), cycle_id=2)
    undo_cycle(two, claimed(CAT), cycle_id=1)
    deliver_messages(two, claimed("cron"))
    purged(two)
    imported(two, small(), tmp_path / "again")
    assert (
        show_cycle(two, claimed(ANN), purpose="audit").force == small()
        and verify_log(two, claimed("root")).problems == ()
    )


def test_a_new_export_opens_a_cycle_after_a_purge_and_an_undo(two, tmp_path):
    purged(two)
    undo_cycle(two, claimed(CAT), cycle_id=2)
    deliver_messages(two, claimed("cron"))
    of = small()
    newer = of.replace(cycle_date=of.cycle_date + timedelta(days=56))
    assert imported(two, newer, tmp_path / "new").state == "imported"


def test_a_replay_gives_the_same_plan(two):
    for cycle_id in (1, 2):
        found = replay_cycle(two, claimed(BOB), cycle_id=cycle_id, pool=InlinePool())
        assert found.same and found.versions == () and not found.purged


def test_a_replay_of_a_plan_that_kept_what_was_agreed(store, tmp_path):
    proposed(store, small(), tmp_path / "f")
    imported(store, with_case(small(), "c4", risk="medium"), tmp_path / "g")
    planned(store, keep=True)
    assert replay_cycle(store, claimed(BOB), pool=InlinePool()).same


def test_a_replay_says_what_differs(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    with store.database.writing() as connection:
        row = connection.execute(select(proposals)).one()
        from allocator.db.snapshots import pack, unpack

        data = unpack(row.digest, row.data)
        place = next(k for k, c in enumerate(small().cases) if c.case_id == "c2")
        data["officers"][place] = "B"
        digest, packed_data = pack(data)
        facts = {**row.facts, "versions": {**row.facts["versions"], "ortools": "8.0"}}
        connection.execute(proposals.update().values(digest=digest, data=packed_data, facts=facts))
    found = replay_cycle(store, claimed(BOB), pool=InlinePool())
    assert not found.same and "c2" in [case.case_id for case in found.comparison.cases]
    assert [(name, then) for name, then, _ in found.versions] == [("ortools", "8.0")]


def test_problems_that_ended_before_the_date_go_with_their_data(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    user = add_user(store, claimed("root"), "Ann", "supervisor", password="correct horse battery")
    old, waits = (post_job(store, user, "allocate", {"seed": k}, data={"officers": []}) for k in (1, 2))
    assert claim_job(store, "server").id == old.id
    assert finish_job(store, old.id, "server", "done", result={"officers": []})
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with store.database.writing() as connection:
        connection.execute(problems.update().values(created_at=long_ago))
    purge_store(store, claimed(ANN), date(2026, 1, 1))
    with store.reading() as connection:
        assert connection.execute(select(problems.c.id)).scalars().all() == [waits.id]


def test_letters_that_wait_are_delivered_before_a_purge(two):
    undo_cycle(two, claimed(CAT), cycle_id=2)
    undo_cycle(two, claimed(CAT), cycle_id=1)
    with pytest.raises(Conflict, match=r"\d+ messages of these cycles have not gone out\. Nothing was changed\."):
        purged(two)
    assert count(two, decisions) > 0 and verify_log(two, claimed("root")).purged == 0
    sent = deliver_messages(two, claimed("cron")).delivered
    assert sent > 0 and purged(two).cycles == 1


def test_a_list_of_cycles_shows_the_figures_that_a_purge_leaves(two):
    before = all_cycles(two, claimed("root"))
    purged(two)
    assert all_cycles(two, claimed("root")) == before and (before[0].moved, before[0].placed) == (2, 1)


def test_an_open_cycle_is_listed_with_the_counts_of_its_plan(store, tmp_path):
    imported(store, small(), tmp_path / "f")
    assert [(one.moved, one.placed, one.unplaced) for one in all_cycles(store, claimed("root"))] == [(0, 0, 0)]
    planned(store)
    assert [(one.moved, one.placed, one.unplaced) for one in all_cycles(store, claimed("root"))] == [(1, 1, 0)]
    override_case(store, claimed(ANN), "c2", "B", reason="geography")
    assert [(one.moved, one.placed, one.unplaced) for one in all_cycles(store, claimed("root"))] == [(2, 1, 0)]


def test_a_file_that_cannot_be_removed_is_named_and_all_else_is_done(two):
    stuck = next(two.home.messages.rglob("*-caseload.txt"))
    stuck.unlink()
    stuck.mkdir()
    with pytest.raises(AllocatorError, match=rf"The purge is done, except for .*{stuck.name}, (?s:.*)run it again"):
        purged(two)
    assert replay_cycle(two, claimed(BOB), cycle_id=1).purged and verify_log(two, claimed("root")).problems == ()
    assert [path for path in two.home.messages.rglob("0000001*") if path != stuck] == []
    stuck.rmdir()
    purged(two)
