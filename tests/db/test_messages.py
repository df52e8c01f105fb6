"""Telling people: who is told what with a commit, delivery to files, retries, and what an undo takes back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.commits import undo_cycle
from allocator.app.messages import deliver_messages, waiting_messages
from allocator.app.registers import keep_supervisors
from allocator.db.database import database_clock
from allocator.db.outbox import FIRST_WAIT
from allocator.db.tables import audit, messages
from allocator.files.atomic import write_files
from allocator.files.plain_names import plain_name
from allocator.reporting.acts import wrong_time_sentence
from tests.cycling import ANN, CAT, committed, finished, imported, planned, proposed, small, with_case
from tests.db.test_log import tampered
from tests.tiny import current, new, officer


def rows(store):
    with store.reading() as connection:
        return connection.execute(select(messages).order_by(messages.c.id)).all()


def told(store, kind):
    return {row.recipient: row.text for row in rows(store) if row.kind == kind}


def files(store):
    return sorted(path.relative_to(store.home.messages).as_posix() for path in store.home.messages.rglob("*.*"))


def test_officers_are_told_what_they_receive_and_hand_over_to_whom_and_why(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    caseloads = told(store, "caseload")
    plan = {row.about: row.recipient for row in rows(store) if row.kind == "handover"}
    receiver = plan["c1"]
    assert re.search(r"c1 +low +community +U +its MAPPA level needs a MOSOVO-trained officer", caseloads[receiver])
    assert re.search(rf"c1 +{receiver} +its MAPPA level", caseloads["U"])
    placed = next(text for text in caseloads.values() if re.search(r"c4 +low +community +nobody: new", text))
    assert "You receive" in placed
    # S neither receives nor gives up anything, and is told nothing.
    assert "S" not in caseloads


def test_a_handover_sheet_goes_to_whoever_receives_each_moved_case(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    (sheet,) = (row for row in rows(store) if row.kind == "handover")
    assert sheet.about == "c1" and sheet.recipient in ("A", "B")
    assert (
        "U, for 24 months" in sheet.text
        and "MAPPA level           2" in sheet.text
        and "records and access" in sheet.text
    )
    assert f"Handover of case c1 to {sheet.recipient}" in sheet.html


def test_supervisors_are_told_of_their_division_and_no_other(store, tmp_path):
    (tmp_path / "supervisors.csv").write_text("name,division\nDI North,North\nDS Both,North\nDS Both,South\n")
    keep_supervisors(store, claimed(ANN), tmp_path / "supervisors.csv")
    committed(store, small(), tmp_path / "f")
    letters = {(row.recipient, row.about): row.text for row in rows(store) if row.kind == "division"}
    assert letters.keys() == {("DI North", "North"), ("DS Both", "North"), ("DS Both", "South")}
    assert "c1" in letters["DI North", "North"] and "c5" not in letters["DI North", "North"]
    assert "c1" not in letters["DS Both", "South"]


def test_a_division_without_a_supervisor_on_the_list_is_written_to_all_the_same(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    assert told(store, "division").keys() == {"Supervisor of North", "Supervisor of South"}


def test_who_is_still_over_a_limit_is_told_by_how_far(store, tmp_path):
    # S alone serves the South: 3 cases of 2, and 1 high-risk case where the share allows 0.
    of = small(
        cases=(
            *small().cases[:4],
            current("c5", "S", division="South"),
            current("c6", "S", division="South", risk="high"),
            current("c7", "S", division="South"),
        )
    )
    policy = of.policy.merge({"limits": {"cases": 2, "small_caseload": 0}})
    committed(store, of.replace(policy=policy), tmp_path / "f")
    text = " ".join(told(store, "over-limit")["S"].split())
    assert "You hold 3 cases; your limit is 2: 1 too many." in text
    assert "You hold 1 high-risk case among 3 cases; your share allows 0: 1 too many." in text
    assert "no case, other than at premises" in text


def test_who_was_over_a_limit_and_is_brought_under_is_told_so_and_the_supervisor_too(store, tmp_path):
    # A starts with 3 cases of 2; B has room for one of them.
    cases = (current("c1", "A"), current("c2", "A"), current("c3", "A"), current("c4", "B"))
    of = small(cases=cases)
    committed(store, of.replace(policy=of.policy.merge({"limits": {"cases": 2}})), tmp_path / "f")
    text = " ".join(told(store, "caseload")["A"].split())
    assert "You started over a limit: 3 cases of at most 2. The plan brings you under: 2 cases, 0 high risk." in text
    assert "started over a limit" in " ".join(told(store, "division")["Supervisor of North"].split())


def test_an_officer_excluded_from_a_case_is_told_no_more_than_that_it_goes(store, tmp_path):
    of = with_case(small(), "c2", excluded=frozenset({"A"}), risk="very_high")
    committed(store, of, tmp_path / "f")
    receiver = next(row.recipient for row in rows(store) if row.kind == "handover" and row.about == "c2")
    line = next(line for line in told(store, "caseload")["A"].splitlines() if line.startswith("c2"))
    assert receiver in ("B", "U") and line.split(maxsplit=1)[1] == "another officer  not eligible"
    assert "very high" not in told(store, "caseload")["A"]


def test_an_override_is_told_by_its_code_without_its_note(store, tmp_path):
    from allocator.app.overrides import override_case

    proposed(store, small(), tmp_path / "f")
    override_case(store, claimed(ANN), "c2", "B", reason="geography", note="SECRET")
    finished(store)
    assert "works nearer" in " ".join(told(store, "caseload")["B"].split())
    assert not any("SECRET" in row.text + row.html for row in rows(store))


def test_delivery_writes_each_message_once_as_text_and_page(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    done = deliver_messages(store, claimed("cron"))
    found = rows(store)
    assert (done.delivered, done.failed, done.waiting) == (len(found), 0, 0)
    assert all(row.state == "delivered" and row.delivered_at.utcoffset() == timedelta(0) for row in found)
    expected = [
        f"{plain_name(row.recipient)}/{row.id:07d}-{row.kind}.{suffix}" for row in found for suffix in ("html", "txt")
    ]
    assert files(store) == sorted(expected)
    assert deliver_messages(store, claimed("cron")).delivered == 0
    with store.reading() as connection:
        disclosed = connection.execute(select(audit.c.purpose).where(audit.c.act == "disclose")).scalars().all()
    assert disclosed == ["handover"] * len(found)


def test_what_cannot_be_delivered_waits_longer_each_time_and_is_not_lost(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    store.home.messages.rmdir()
    store.home.messages.write_text("in the way")
    failed = deliver_messages(store, claimed("cron"))
    assert failed.delivered == 0 and failed.failed == failed.waiting == len(rows(store))
    assert "cannot be written: Not a directory" in failed.error
    waits = [row.next_at - datetime.now(UTC) for row in rows(store)]
    assert all(FIRST_WAIT - timedelta(seconds=10) < wait <= FIRST_WAIT for wait in waits)
    assert deliver_messages(store, claimed("cron")).failed == 0  # its time has not come
    deliver_messages(store, claimed("cron"), now=True)
    assert all(row.attempts == 2 and row.next_at - datetime.now(UTC) > FIRST_WAIT for row in rows(store))
    store.home.messages.unlink()
    assert deliver_messages(store, claimed("cron"), now=True).delivered == len(rows(store))


def test_an_undo_withdraws_what_nobody_was_sent(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    count = len(rows(store))
    done = undo_cycle(store, claimed(CAT))
    assert (done.withdrawn, done.told) == (count, 0)
    assert deliver_messages(store, claimed("cron")).delivered == 0 and files(store) == []


def test_an_undo_tells_once_everybody_who_was_told(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    deliver_messages(store, claimed("cron"))
    people = {row.recipient for row in rows(store)}
    done = undo_cycle(store, claimed(CAT))
    assert (done.withdrawn, done.told) == (0, len(people))
    undone = [row for row in rows(store) if row.kind == "undone"]
    assert sorted(row.recipient for row in undone) == sorted(people)
    assert all("Cycle 1 of 31 March 2026 has been undone" in " ".join(row.text.split()) for row in undone)
    assert deliver_messages(store, claimed("cron")).delivered == len(people)


@pytest.mark.parametrize("name", ["OM-1", "Ann Lee", "../../etc", "a/b", "ÄÖ", "", ".", "x" * 300])
def test_a_recipients_folder_is_one_name_within_the_messages(name):
    found = plain_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", found)
    assert plain_name(name) == found and plain_name(name + "!") != found


def test_ids_that_look_like_markup_are_text(store, tmp_path):
    of = small(cases=(*small().cases, new("<b>c9</b>")), officers=(*small().officers, officer("=cmd")))
    imported(store, of, tmp_path / "f")
    planned(store)
    finished(store)
    deliver_messages(store, claimed("cron"))
    assert all("<b>c9" not in row.html for row in rows(store))
    assert any("&lt;b&gt;c9" in row.html for row in rows(store))


def test_a_delivery_beside_another_leaves_all_to_it(store, tmp_path, monkeypatch):
    committed(store, small(), tmp_path / "f")
    others = []

    def written(folder, contents):
        others.append(deliver_messages(store, claimed("other")))
        write_files(folder, contents)

    monkeypatch.setattr("allocator.app.messages.write_files", written)
    done = deliver_messages(store, claimed("cron"))
    assert (done.delivered, done.waiting, done.elsewhere) == (len(rows(store)), 0, False)
    assert {(one.delivered, one.waiting, one.elsewhere) for one in others} == {(0, len(rows(store)), True)}


def changed(store, number, **values):
    """A message with other values, as somebody with the database's password could give it."""
    tampered(store, messages.update().where(messages.c.id == number).values(values))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"attempts": 0}, None),
        ({"written_at": timedelta(minutes=4), "next_at": timedelta(minutes=4)}, None),  # another server's clock
        ({"written_at": timedelta(minutes=6)}, r"says that it was written at .* UTC, which is to come\."),
        ({"next_at": timedelta(minutes=6)}, r"waits until .* UTC, longer than its tries allow\."),
        ({"attempts": 1, "next_at": timedelta(minutes=5)}, None),
        ({"attempts": 1, "next_at": timedelta(minutes=7)}, "waits until"),
        ({"attempts": 4, "next_at": timedelta(minutes=8)}, None),  # 30 s, 1, 2, 4 minutes
        ({"attempts": 4, "next_at": timedelta(minutes=11)}, "waits until"),
        ({"attempts": 500, "next_at": timedelta(hours=6)}, None),
        ({"attempts": 500, "next_at": timedelta(hours=6, minutes=7)}, "waits until"),
        ({"written_at": timedelta(days=900), "next_at": timedelta(days=900)}, "says that it was written"),
    ],
)
def test_a_time_that_cannot_be_is_told_by_verification_delivery_and_list_alike(store, tmp_path, values, says):
    committed(store, small(), tmp_path / "f")
    with store.reading() as connection:
        now = database_clock(connection)
    changed(store, 2, **{name: now + v if isinstance(v, timedelta) else v for name, v in values.items()})
    verified = [said for said in verify_log(store, claimed("root")).problems if said.startswith("Message 2 ")]
    listed = [one.wrong_time for one in waiting_messages(store, claimed("cron"))[0] if one.wrong_time is not None]
    for message_id in (row.id for row in rows(store) if row.id != 2):
        changed(store, message_id, state="withdrawn")
    changed(store, 2, state="waiting")
    told = list(map(wrong_time_sentence, listed))
    assert told == verified and len(told) == (says is not None)
    if says is not None:
        assert re.search(f"^Message 2 {says}", told[0])
    if values.get("next_at", timedelta(0)) > timedelta(0):
        done = deliver_messages(store, claimed("cron"))
        assert list(map(wrong_time_sentence, done.wrong_times)) == told and done.waiting == 1


def overdue_and_known():
    """c1 has to leave U; A and B, who alone may receive it, managed it before. c4 is new. The cycle is of 31 March."""
    late = {"former": frozenset({"A", "B"}), "visit_due": date(2026, 3, 28), "review_due": date(2026, 3, 30)}
    of = with_case(small(), "c1", forums=frozenset({"marac"}), **late)
    return with_case(of, "c4", visit_due=date(2026, 3, 1), review_due=date(2026, 4, 1))


def flat(text):
    return " ".join(text.split())


def test_a_handover_of_an_overdue_case_says_by_how_many_days_and_that_its_officer_knows_it(store, tmp_path):
    committed(store, overdue_and_known(), tmp_path / "f")
    (sheet,) = (row for row in rows(store) if row.kind == "handover")
    text = flat(sheet.text)
    assert "You managed the case before." in text
    assert "Its visit is overdue by 3 days and its review by 1 day." in text
    assert "visit due 28 March 2026, overdue by 3 days" in text and "review due 30 March 2026, overdue by 1 day" in text
    assert "discussed at marac" in text and "managed before by A, B" in text
    late = "; you managed the case before; its visit is overdue by 3 days and its review by 1 day"
    assert f"MOSOVO-trained officer{late}" in flat(told(store, "caseload")[sheet.recipient])
    assert f"MOSOVO-trained officer{late.replace('you', 'they')}" in flat(
        told(store, "division")["Supervisor of North"]
    )
    assert "overdue" not in next(line for line in told(store, "caseload")["U"].splitlines() if line.startswith("c1"))


def test_a_placement_of_an_overdue_new_case_says_by_how_many_days(store, tmp_path):
    committed(store, overdue_and_known(), tmp_path / "f")
    said = next(text for text in told(store, "caseload").values() if re.search(r"^c4 ", text, re.M))
    assert "a new case; its visit is overdue by 30 days" in flat(said)


def test_a_letter_about_nothing_overdue_and_nobody_known_says_nothing_of_either(store, tmp_path):
    committed(store, small(), tmp_path / "f")
    assert not any(re.search("overdue|before[.;]| due |discussed", row.text) for row in rows(store))
