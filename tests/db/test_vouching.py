"""What somebody puts into the database decides nothing, even if they take it out again: forge, let act, put back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, insert, select, text, update

from allocator.app.accounts import add_user, authenticate
from allocator.app.actors import OPERATOR, claimed
from allocator.app.acts import ACTS
from allocator.app.audit import show_log, verify_log
from allocator.app.commits import undo_cycle
from allocator.app.cycles import show_cycle
from allocator.app.imports import roll_over
from allocator.app.messages import deliver_messages
from allocator.app.policies import change_policy
from allocator.app.problems import post_job, post_proposal
from allocator.app.registers import keep_reductions, keep_supervisors
from allocator.app.reports import read_month
from allocator.app.sessions import add_token, find_session, find_token_user, hash_secret, open_session
from allocator.app.views import load_view
from allocator.db.covering import LoggedRows
from allocator.db.jobs import job_result
from allocator.db.leases import claim_job, finish_job
from allocator.db.purging import purge
from allocator.db.service_tables import policy_changes, problems, sessions, tokens, users
from allocator.db.snapshots import pack, unpack
from allocator.db.store import Store
from allocator.db.tables import (
    audit,
    caseloads,
    cycles,
    divisions,
    exemptions,
    messages,
    overrides,
    proposals,
    reductions,
    snapshots,
    supervisors,
)
from allocator.db.vouching import require_logged_rows
from allocator.errors import Conflict, NotThere, Unavailable
from allocator.jobs.work import JobContext, JobTask, _propose
from tests.cycling import ANN, BOB, CAT, act, imported, proposed, small, state_of, to_state, with_case
from tests.db.test_log import tampered
from tests.inline import InlinePool

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


def test_which_cycle_builds_on_which_is_not_for_others_to_say(store, tmp_path):
    """Taken for discarded, a later cycle would let the one before be undone beneath it, and another be opened."""
    to_state(store, "committed", tmp_path)
    roll_over(store, claimed(ANN))
    with forged(store, update(cycles).where(cycles.c.id == 2).values(state="discarded")):
        for one in (lambda: undo_cycle(store, claimed(BOB), cycle_id=1), lambda: roll_over(store, claimed(ANN))):
            with pytest.raises(Conflict, match=NOTHING):
                one()
    assert verify_log(store, OPERATOR).problems == ()


@pytest.mark.parametrize("name", ["undo", "discard", "import"])
def test_which_letters_have_gone_out_is_not_for_others_to_say(store, tmp_path, name):
    to_state(store, "committed" if name == "undo" else "imported", tmp_path)
    if name != "undo":
        act(store, "place", tmp_path)
    with forged(store, update(messages).values(state="withdrawn")), pytest.raises(Conflict, match=NOTHING):
        act(store, name, tmp_path)
    assert verify_log(store, OPERATOR).problems == ()


OTHERWISE = {"seq": 99, "at": NOW, "actor": "Mallory", "act": "covers", "cycle_id": None, "purpose": "audit"}
OTHERWISE |= dict.fromkeys(("details", "details_mac", "before", "after", "previous", "mac"), "0" * 64)


@pytest.mark.parametrize("running", [False, True], ids=["a command", "a server that has read it before"])
@pytest.mark.parametrize("column", audit.c.keys())
def test_nothing_is_done_by_an_entry_that_was_changed_in_any_column(store, tmp_path, column, running):
    """Of whoever has read the log before, by those entries alone that the act goes by."""
    imported(store, small(), tmp_path / "f")
    act(store, "place", tmp_path)
    add_user(store, OPERATOR, "Vic", "viewer", password=PASSWORD)
    with store.reading() as connection:
        require_logged_rows(connection, "cycles")  # who runs has read so far
    changed = update(audit).where(audit.c.act == "place", audit.c.seq == 2).values({column: OTHERWISE[column]})
    with store.reading() as connection:
        row = dict(connection.execute(select(audit).where(audit.c.seq == 2)).first()._mapping)
    tampered(store, changed)
    with Store(store.home.folder, store.home.database) as other:
        at = store if running else other
        with pytest.raises(Unavailable, match=r"was changed or emptied|its last row was changed"):
            act(at, "discard", tmp_path)
    tampered(store, update(audit).where(audit.c.seq == OTHERWISE.get(column if column == "seq" else "", 2)).values(row))
    assert verify_log(store, OPERATOR).problems == ()
    with pytest.raises(Conflict, match="c9"):
        act(store, "discard", tmp_path)


def test_a_job_that_is_done_is_not_done_again(store, tmp_path, monkeypatch):
    imported(store, small(), tmp_path / "f")
    ann = add_user(store, OPERATOR, "Ann", "supervisor", password=PASSWORD, must_change=False)
    job = post_proposal(store, ann, 1)
    task = JobTask("propose", job.parameters, job.id, "Ann")
    monkeypatch.setattr(JobContext, "pool", InlinePool())
    context = JobContext(store, {}, lambda told: None)
    _propose(task, context)
    with pytest.raises(Conflict, match="was changed since"):
        _propose(task, context)


def test_what_a_job_has_found_is_sealed(store):
    ann = add_user(store, OPERATOR, "Pat", "planner", password=PASSWORD, must_change=False)
    made = [post_job(store, ann, "frontier", {"snapshot": "none", "last": last}) for last in (0, 1)]
    for number, job in enumerate(made):
        claim_job(store, "me")
        finish_job(store, job.id, "me", "done", result={"found": number})
    assert [job_result(store, job) for job in made] == [{"found": 0}, {"found": 1}]
    name, data = pack({"found": "forged"})
    with store.reading() as connection:
        other = connection.execute(select(problems).where(problems.c.id == made[1].id)).first()
    for values in ({"result_id": name, "result": data}, {"result_id": other.result_id, "result": other.result}):
        tampered(store, update(problems).where(problems.c.id == made[0].id).values(values))
        with pytest.raises(NotThere, match="was changed"):
            job_result(store, made[0])


def test_a_report_is_of_figures_that_the_log_vouches_for(store, tmp_path):
    to_state(store, "committed", tmp_path)
    month = date(2026, 3, 1)
    for statement in (update(caseloads).values(cases=1), update(divisions).values(unplaced=77)):
        with forged(store, statement), pytest.raises(Conflict, match="is not as the log says"):
            read_month(store, OPERATOR, month)
    assert read_month(store, OPERATOR, month).cycles


def test_how_far_the_log_was_followed_is_remembered_under_the_key(store, tmp_path, monkeypatch):
    monkeypatch.setattr("allocator.db.vouching.WRITTEN_EVERY", 3)
    to_state(store, "approved", tmp_path)
    kept, asked = store.home.seen.read_text(), []
    monkeypatch.setattr(LoggedRows, "_take", lambda self, seq, *what: asked.append(seq))
    with Store(store.home.folder, store.home.database) as again, again.reading() as connection:
        require_logged_rows(connection, "reductions")
    assert 0 < len(asked) < len(show_log(store, OPERATOR))
    monkeypatch.undo()
    # Another's words about the log are not believed.
    forgery = kept.replace('"since": 1', '"since": null')
    assert forgery != kept
    store.home.seen.write_text(forgery)
    later = update(cycles).values(cycle_date=date(2031, 1, 1))
    where = store.home.folder, store.home.database
    with Store(*where) as again, forged(store, later), pytest.raises(Conflict, match=NOTHING):
        act(again, "commit", tmp_path)


def test_nobody_is_shown_a_plan_that_somebody_put_there(store, tmp_path):
    to_state(store, "submitted", tmp_path)
    bob = add_user(store, OPERATOR, "Bob", "approver", password=PASSWORD, must_change=False)
    with store.reading() as connection:
        document = unpack(*connection.execute(select(proposals.c.digest, proposals.c.data)).one())
    officers = document["officers"]
    digest, data = pack(
        {**document, "officers": ["A" if who == "B" else "B" if who == "A" else who for who in officers]}
    )
    planned = load_view(store, bob, "plan").plan.officers
    with Store(store.home.folder, store.home.database) as other:  # which has nothing at hand
        with forged(store, update(proposals).values(digest=digest, data=data)):
            for one in (lambda: load_view(other, bob, "plan"), lambda: show_cycle(other, OPERATOR, purpose="audit")):
                with pytest.raises(Conflict, match=NOTHING):
                    one()
        assert load_view(other, bob, "plan").plan.officers == planned


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("cycles", "cycle_date", 20220926),
        ("cycles", "exported", "{"),
        ("holdings", "since", "x"),
        ("messages", "written_at", "soon"),
        ("users", "divisions", "["),
        ("proposals", "facts", "{"),
        ("audit", "at", "then"),
    ],
)
def test_a_value_of_another_kind_is_named_and_nothing_fails_by_it(tmp_path, table, column, value):
    """SQLite keeps whatever is put into a column."""
    with Store(tmp_path / "home") as store:
        store.upgrade()
        add_user(store, OPERATOR, "Vic", "viewer", password=PASSWORD)
        to_state(store, "committed", tmp_path)
        tampered(store, text(f"UPDATE {table} SET {column} = :value WHERE rowid = 1").bindparams(value=value))
        assert [one for one in verify_log(store, OPERATOR).problems if "cannot be read" in one]
