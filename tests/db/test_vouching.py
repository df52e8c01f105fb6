"""What somebody puts into the database decides nothing, even if they take it out again: forge, let act, put back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, insert, select, update

from allocator.app.accounts import add_user, authenticate
from allocator.app.actors import OPERATOR, claimed
from allocator.app.acts import ACTS
from allocator.app.audit import show_log, verify_log
from allocator.app.imports import roll_over
from allocator.app.messages import deliver_messages
from allocator.app.policies import change_policy
from allocator.app.registers import keep_reductions, keep_supervisors
from allocator.app.sessions import add_token, find_session, find_token_user, hash_secret, open_session
from allocator.db.purging import purge
from allocator.db.service_tables import policy_changes, sessions, tokens, users
from allocator.db.store import Store
from allocator.db.tables import (
    audit,
    cycles,
    exemptions,
    messages,
    overrides,
    proposals,
    reductions,
    snapshots,
    supervisors,
)
from allocator.errors import Conflict, Unavailable
from tests.cycling import ANN, BOB, CAT, act, imported, proposed, small, state_of, to_state, with_case
from tests.db.test_log import tampered

PASSWORD = "correct horse battery"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
AT = {"by": "Ann", "at": NOW}
SINCE = {"created_at": NOW, "seen_at": NOW}
GIVEN = {
    "case_id": "c2",
    "officer_id": "B",
    "instead_of": "A",
    "reason": "other",
    "note": "",
    "rules": [],
    "effect": {},
}
NOTHING = "not as the log says: somebody changed it beside the program. Nothing was changed."


@contextmanager
def forged(store, statement):
    """What somebody with the database's password does, and takes back."""
    table = statement.table
    before = kept(store, table)
    tampered(store, statement)
    yield
    now = kept(store, table)
    for key in now.keys() - before.keys():
        tampered(store, delete(table).where(*matching(table, key)))
    for key, row in before.items():
        again = update(table).where(*matching(table, key)) if key in now else insert(table)
        tampered(store, again.values(row))


def matching(table, key):
    return (column == value for column, value in zip(table.primary_key, key, strict=True))


def kept(store, table):
    with store.database.reading() as connection:
        rows = [dict(row._mapping) for row in connection.execute(select(table))]
    return {tuple(row[column.name] for column in table.primary_key): row for row in rows}


def override(store):
    with store.reading() as connection:
        plan = connection.execute(select(proposals.c.id)).scalars().first()
    return insert(overrides).values(proposal_id=plan or 1, exemption=None, **GIVEN, **AT)


FORGED = {
    "the cycle's date": lambda store: update(cycles).values(cycle_date=date(2031, 1, 1)),
    "the cycle's data": lambda store: update(cycles).values(exported={"A": [50, "open"]}),
    "the data's digest": lambda store: update(snapshots).values(digest="0" * 64),
    "who proposed": lambda store: update(proposals).values(proposed_by="Dee"),
    "an override": override,
    "an exemption": lambda store: insert(exemptions).values(
        cycle_id=1, case_id="c1", officer_id="U", rule="trained", reason="supervised"
    ),
}
OPENS = [name for name in ACTS if name != "place"]


@pytest.mark.parametrize("what", FORGED)
@pytest.mark.parametrize("name", OPENS)
def test_no_act_goes_by_what_was_changed_beside_the_log(store, tmp_path, name, what):
    state = sorted(ACTS[name].before)[-1] if name != "override" else "proposed"
    to_state(store, state, tmp_path)
    by = BOB if name != "approve" else CAT
    with store.database.reading() as connection:
        planned = connection.execute(select(proposals.c.id)).first() is not None
    if what in ("who proposed", "an override") and not planned:
        pytest.skip("there is no plan yet")
    with forged(store, FORGED[what](store)):
        with pytest.raises(Conflict, match=NOTHING):
            act(store, name, tmp_path, by=by)
        assert verify_log(store, OPERATOR).problems
    assert state_of(store) == state and verify_log(store, OPERATOR).problems == ()
    act(store, name, tmp_path, by=by)
    assert verify_log(store, OPERATOR).problems == ()


def test_older_data_that_is_put_back_is_not_planned(store, tmp_path):
    old = imported(store, small(), tmp_path / "old").snapshot_id
    imported(store, with_case(small(), "c4", risk="very_high"), tmp_path / "new")
    with forged(store, update(cycles).values(snapshot_id=old)), pytest.raises(Conflict, match=NOTHING):
        act(store, "propose", tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        insert(policy_changes).values(key="approval.four_eyes", value=False, note="", **AT),
        update(policy_changes).values(value=10),
        delete(policy_changes),
        insert(reductions).values(officer_id="A", percent=100, reason="other", starts=date(2020, 1, 1)),
        update(reductions).values(percent=90),
        delete(reductions),
    ],
    ids=lambda statement: f"{statement.__visit_name__} {statement.table.name}",
)
def test_no_data_is_read_with_settings_or_reductions_that_somebody_put_there(store, tmp_path, statement):
    (tmp_path / "file.csv").write_text("officer,percent,reason,from,to\nB,50,training,2026-01-01,\n")
    keep_reductions(store, OPERATOR, tmp_path / "file.csv")
    change_policy(store, OPERATOR, {"limits": {"cases": 45}}, note="why")
    to_state(store, "committed", tmp_path)
    acts = {
        "import": lambda: imported(store, small(cycle_date=date(2027, 1, 4)), tmp_path / "next"),
        "rollover": lambda: roll_over(store, claimed(ANN)),
        "place": lambda: act(store, "place", tmp_path),
    }
    with forged(store, statement):
        for one in acts.values():
            with pytest.raises(Conflict, match=NOTHING):
                one()
    assert verify_log(store, OPERATOR).problems == ()
    acts["rollover"]()


@pytest.mark.parametrize("changed", ["subject", "text", "html", "recipient"])
def test_a_letter_that_somebody_wrote_is_not_delivered(store, tmp_path, changed):
    to_state(store, "committed", tmp_path)
    with forged(store, update(messages).where(messages.c.id == 1).values({changed: "forged"})):
        with pytest.raises(Conflict, match="is not what the log says"):
            deliver_messages(store, claimed("cron"))
        assert not list(store.home.messages.rglob("*.txt"))
    deliver_messages(store, claimed("cron"))
    assert verify_log(store, OPERATOR).problems == ()
    written = "".join(path.read_text() for path in store.home.messages.rglob("*.*"))
    assert written and "forged" not in written


def test_a_letter_that_somebody_added_is_not_delivered(store, tmp_path):
    to_state(store, "committed", tmp_path)
    deliver_messages(store, claimed("cron"))
    with store.reading() as connection:
        row = dict(connection.execute(select(messages)).first()._mapping)
    tampered(store, insert(messages).values({**row, "id": 99, "state": "waiting", "text": "forged", "about": "x"}))
    with pytest.raises(Conflict, match="Message 99"):
        deliver_messages(store, claimed("cron"))


def test_nobody_comes_in_by_what_somebody_put_into_the_database(store):
    made = add_user(store, OPERATOR, "Bob", "approver", password=PASSWORD, must_change=False)
    own = add_user(store, OPERATOR, "Vic", "viewer", password=PASSWORD, must_change=False)
    secret, (_, token) = open_session(store, own), add_token(store, own, own, "x", days=1, scope="read")
    ways = {
        "a session": (
            insert(sessions).values(token_hash=hash_secret("s"), user_id=made.id, created_at=NOW, seen_at=NOW),
            "s",
        ),
        "another's session": (update(sessions).values(user_id=made.id), secret),
        "a longer session": (update(sessions).values(created_at=NOW), secret),
        "another role": (update(users).where(users.c.id == own.id).values(role="administrator"), secret),
        "other divisions": (update(users).where(users.c.id == own.id).values(divisions=["South"]), secret),
    }
    now = datetime.now(UTC)
    for what, (statement, cookie) in ways.items():
        with forged(store, statement), pytest.raises(Conflict, match="not as the log says"):
            find_session(store, cookie, idle=2 * (now - NOW), longest=2 * (now - NOW))
            pytest.fail(what)
    for statement in (
        update(tokens).values(user_id=made.id),
        update(tokens).values(scope="commit"),
        update(tokens).values(expires_at=datetime(2099, 1, 1, tzinfo=UTC)),
        update(users).values(role="administrator"),
    ):
        with forged(store, statement), pytest.raises(Conflict, match="not as the log says"):
            find_token_user(store, token)
    with store.reading() as connection:
        known = connection.execute(select(users.c.password).where(users.c.id == own.id)).scalar()
    for statement in (
        update(users).where(users.c.id == made.id).values(password=known),
        update(users).where(users.c.id == made.id).values(active=True, role="administrator"),
    ):
        with forged(store, statement), pytest.raises(Conflict, match="not as the log says"):
            authenticate(store, "Bob", PASSWORD, "here")
    assert authenticate(store, "Bob", PASSWORD, "here") and find_token_user(store, token)
    assert verify_log(store, OPERATOR).problems == ()


def test_who_is_told_of_a_commit_is_not_for_others_to_say(store, tmp_path):
    (tmp_path / "file.csv").write_text("name,division\nAnn,North\n")
    keep_supervisors(store, OPERATOR, tmp_path / "file.csv")
    to_state(store, "approved", tmp_path)
    with forged(store, update(supervisors).values(name="Mallory")), pytest.raises(Conflict, match=NOTHING):
        act(store, "commit", tmp_path)
    act(store, "commit", tmp_path)


@pytest.mark.parametrize("how", ["emptied", "changed", "removed"])
def test_nothing_is_done_while_an_entry_of_the_log_is_not_as_it_was(store, tmp_path, how):
    """What it vouched for is not known then; nothing is covered anew in its place."""
    proposed(store, small(), tmp_path / "f")
    first = audit.c.seq == 1
    entry = {
        "emptied": update(audit).where(first).values(details=None),
        "changed": update(audit).where(first).values(details="{}"),
        "removed": delete(audit).where(first),
    }[how]
    with forged(store, insert(reductions).values(officer_id="A", percent=100, reason="other", starts=date(2020, 1, 1))):
        found = verify_log(store, OPERATOR).problems
        with forged(store, entry), Store(store.home.folder, store.home.database) as again:
            with pytest.raises(Unavailable, match="Row 1 of the audit log was changed or emptied"):
                act(again, "submit", tmp_path)
            again.upgrade()
        with Store(store.home.folder, store.home.database) as again:
            again.upgrade()
            assert verify_log(again, OPERATOR).problems == found != ()
            assert "cover" not in {one.act for one in show_log(again, OPERATOR)}


def test_a_purge_does_not_make_true_what_was_forged_beside_what_it_removes(store, tmp_path):
    (tmp_path / "file.csv").write_text("officer,percent,reason,from,to\nB,50,training,2026-01-01,\n")
    keep_reductions(store, OPERATOR, tmp_path / "file.csv")
    for percent, ends in ((100, None), (20, date(2019, 2, 1))):
        values = {"officer_id": "A", "percent": percent, "reason": "other", "starts": date(2019, 1, 1), "ends": ends}
        tampered(store, insert(reductions).values(values))
    assert verify_log(store, OPERATOR).problems
    purge(store, date(2020, 1, 1), "root")
    assert verify_log(store, OPERATOR).problems == ("Reductions: changed beside the log before audit row 2.",)
