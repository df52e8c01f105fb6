"""Tonight's release: a case that has nobody is given to an officer at once, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from allocator.app.actors import claimed
from allocator.app.approvals import discard_cycle
from allocator.app.audit import verify_log
from allocator.app.commits import undo_cycle
from allocator.app.histories import history_of_case
from allocator.app.imports import import_force
from allocator.app.messages import deliver_messages
from allocator.app.placements import place_case
from allocator.db.cycles import find_cycle
from allocator.db.snapshots import load
from allocator.db.tables import audit, messages
from allocator.errors import AllocatorError, Conflict, InputError, Outdated
from allocator.reporting.acts import fate_sentence
from allocator.reporting.history import entry_sentence
from tests.cycling import ANN, BOB, committed, export, finished, imported, planned, proposed, small, with_case


def newest(store):
    with store.reading() as connection:
        cycle = find_cycle(connection)
        return cycle, load(connection, cycle.snapshot_id)


def test_a_waiting_case_is_given_in_the_open_cycle_and_the_officer_is_told(store, tmp_path):
    imported(store, small(), tmp_path / "force")
    done = place_case(store, claimed(ANN), "c4", "B", reason="knows-case")
    cycle, force = newest(store)
    assert (cycle.id, force.case_by_id["c4"].officer, force.case_by_id["c4"].since) == (1, "B", force.cycle_date)
    assert done.candidate.after.cases == done.candidate.before.cases + 1
    with store.reading() as connection:
        (letter,) = connection.execute(select(messages).where(messages.c.kind == "placed"))
        log = connection.execute(select(audit.c.details).where(audit.c.act == "place")).scalar_one()
    assert letter.recipient == "B" and "Case c4 is yours" in letter.text
    assert "risk" not in log and '"case":"c4"' in log
    assert verify_log(store, claimed("root")).problems == ()


def test_after_a_commit_the_next_cycle_is_opened_with_it(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    new = {"division": "North", "risk": "high", "level": 0}
    place_case(store, claimed(ANN), "c9", "A", reason="specialism", new=new)
    cycle, force = newest(store)
    assert (cycle.id, cycle.state, cycle.follows_id) == (2, "imported", 1)
    assert force.case_by_id["c9"].officer == "A" and force.case_by_id["c9"].risk == "high"
    history = history_of_case(store, claimed(ANN), "c9", purpose="supervision")
    assert [entry.kind for entry in history.entries] == ["joined", "given"]
    said = entry_sentence(history.entries[1], True)
    assert said.startswith("placed with A by Ann at ")
    assert said.endswith(" UTC: the officer has experience that the case calls for")


def test_after_an_undo_the_next_cycle_is_opened_with_what_it_left(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    undo_cycle(store, claimed(ANN))
    place_case(store, claimed(ANN), "c4", "B", reason="knows-case")
    cycle, force = newest(store)
    assert (cycle.id, cycle.state, cycle.follows_id, cycle.cycle_date) == (2, "imported", None, small().cycle_date)
    assert force.case_by_id["c4"].officer == "B"
    before = {case.case_id: case.officer for case in small().cases if case.case_id != "c4"}
    assert {case_id: force.case_by_id[case_id].officer for case_id in before} == before


def test_a_plan_of_before_is_stale_and_its_pages_too(store, tmp_path):
    proposed(store, small(), tmp_path / "force")
    cycle, _ = newest(store)
    place_case(store, claimed(ANN), "c4", "A", reason="geography", version=cycle.version)
    with pytest.raises(Outdated, match="changed since you looked"):
        place_case(store, claimed(ANN), "c4", "B", reason="geography", version=cycle.version)
    with store.reading() as connection:
        from allocator.db.proposals import find_proposal, staleness_of

        now = find_cycle(connection)
        found = staleness_of(connection, now, find_proposal(connection, now))
    assert [one.case_id for one in found.touched] == ["c4"]


NEW = {"division": "North", "risk": "low", "level": 0}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("c2", "B", {}), "is with A"),
        (("c4", "S", {}), "barred by division"),
        (("c4", "nobody", {}), "an officer of the force"),
        (("c99", "A", {}), "a case of the force"),
        (("c2", "A", {"new": NEW}), "an id that no case has yet"),
        (("c9", "A", {"new": {"division": "North", "risk": "hig"}}), "level: (?s:.*)risk"),
        (("c4", "B", {"reason": ""}), "a reason, since another officer comes first"),
        (("c9", "A", {"new": {**NEW, "excluded": ["A"]}}), "not eligible"),
        (("c4", "A", {"reason": "other"}), "a note"),
        (("c\x1b[2J", "A", {"new": NEW}), "an id without control characters"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_changes(store, tmp_path, arguments, says):
    imported(store, small(), tmp_path / "force")
    before = newest(store)
    case_id, officer_id, more = arguments
    with pytest.raises(AllocatorError, match=says):
        place_case(store, claimed(ANN), case_id, officer_id, **{"reason": "knows-case", **more})
    assert newest(store) == before


def test_the_officer_who_comes_first_needs_no_reason(store, tmp_path):
    imported(store, small(), tmp_path / "force")
    place_case(store, claimed(ANN), "c4", "A")
    history = history_of_case(store, claimed(ANN), "c4", purpose="supervision")
    assert entry_sentence(history.entries[-1], True).endswith("UTC: first of all who may have the case")


def test_without_any_data_there_is_nobody_to_give(store):
    with pytest.raises((Conflict, InputError), match="No cycle is open"):
        place_case(store, claimed(ANN), "c4", "A", reason="knows-case")


def newer(**fields):
    """An export of later than `small`, in which c4 has other fields."""
    return with_case(small(name="newer"), "c4", **fields)


def letters(store):
    with store.reading() as connection:
        query = select(messages.c.kind, messages.c.recipient, messages.c.state).order_by(messages.c.id)
        return [tuple(row) for row in connection.execute(query)]


@pytest.fixture
def placed(store, tmp_path):
    """A store in whose open cycle c4 was placed with B."""
    imported(store, small(), tmp_path / "force")
    place_case(store, claimed(ANN), "c4", "B", reason="knows-case")
    return store


def test_a_cycle_in_which_a_case_was_placed_is_not_discarded(placed, tmp_path):
    with pytest.raises(Conflict, match=r"c4 with B.*Nothing was changed\.\nMaybe import newer data"):
        discard_cycle(placed, claimed(ANN))
    imported(placed, newer(officer="A", since=small().cycle_date), tmp_path / "newer")
    discard_cycle(placed, claimed(ANN))
    assert letters(placed) == [("placed", "B", "withdrawn")]


def test_an_export_that_knows_of_nobody_is_older_than_the_placement(placed, tmp_path):
    done = import_force(placed, claimed(BOB), export(newer(risk="high"), tmp_path / "newer"))
    case = newest(placed)[1].case_by_id["c4"]
    assert (case.officer, case.since, case.risk) == ("B", small().cycle_date, "high")
    fate = fate_sentence(done.placements[-1])
    assert fate == "Case c4, placed with B by Ann, is in this data as it was before, and stays with B."
    assert letters(placed) == [("placed", "B", "waiting")] and verify_log(placed, claimed("root")).problems == ()


@pytest.mark.parametrize("officer", ["A", "B"])
def test_an_export_that_names_an_officer_wins(placed, tmp_path, officer):
    of = newer(officer=officer, since=small().cycle_date)
    done = import_force(placed, claimed(BOB), export(of, tmp_path / "newer"))
    assert newest(placed)[1].case_by_id["c4"].officer == officer
    told = () if officer == "B" else ("Case c4, placed with B by Ann, is with A in this data",)
    assert tuple(notice.split(":")[0] for notice in map(fate_sentence, done.placements) if "c4" in notice) == told
    assert letters(placed) == [("placed", "B", "waiting" if officer == "B" else "withdrawn")]


@pytest.mark.parametrize("how", ["another officer", "the case left", "the officer left"])
def test_who_was_told_of_a_placement_that_newer_data_ends_is_told_of_that(placed, tmp_path, how):
    deliver_messages(placed, claimed("cron"))
    of = newer(officer="A", since=small().cycle_date) if how == "another officer" else small(name="newer")
    if how == "the case left":
        of = of.replace(cases=tuple(case for case in of.cases if case.case_id != "c4"))
    if how == "the officer left":
        cases = tuple(case for case in of.cases if case.officer != "B")
        of = of.replace(officers=tuple(o for o in of.officers if o.officer_id != "B"), cases=cases)
    import_force(placed, claimed(BOB), export(of, tmp_path / "newer"))
    assert letters(placed) == [("placed", "B", "delivered"), ("not-yours", "B", "waiting")]
    deliver_messages(placed, claimed("cron"))
    with placed.reading() as connection:
        text = connection.execute(select(messages.c.text).where(messages.c.kind == "not-yours")).scalar_one()
    assert "Newer data no longer has case c4 with you" in text and "A" not in text.split()
    assert verify_log(placed, claimed("root")).problems == ()


def test_a_case_is_placed_with_the_same_officer_again_and_ended_again(placed, tmp_path):
    for number in range(2):
        deliver_messages(placed, claimed("cron"))
        without = tuple(case for case in small().cases if case.case_id != "c4")
        imported(placed, small(name=f"without {number}", cases=without), tmp_path / f"without-{number}")
        imported(placed, small(name=f"with {number}"), tmp_path / f"with-{number}")
        assert newest(placed)[1].case_by_id["c4"].officer is None
        place_case(placed, claimed(ANN), "c4", "B", reason="knows-case")
    deliver_messages(placed, claimed("cron"))
    assert [kind for kind, _, _ in letters(placed)] == ["placed", "not-yours", "placed", "not-yours", "placed"]


def test_an_undo_leaves_a_placement_and_the_next_export_too(placed, tmp_path):
    deliver_messages(placed, claimed("cron"))
    planned(placed)
    finished(placed)
    undo_cycle(placed, claimed(ANN))
    assert ("not-yours", "B", "waiting") not in letters(placed)
    with placed.reading() as connection:
        told = connection.execute(select(messages.c.text).where(messages.c.kind == "undone")).scalars().all()
    assert not any("c4 is yours" in text for text in told)
    imported(placed, newer(risk="high"), tmp_path / "newer")
    cycle, force = newest(placed)
    assert (cycle.id, force.case_by_id["c4"].officer) == (2, "B")
    discard_cycle(placed, claimed(ANN))


def test_a_new_case_may_have_former_officers_and_due_dates_and_the_letter_says_so(store, tmp_path):
    imported(store, small(), tmp_path / "force")
    new = {"division": "North", "risk": "high", "level": 0, "former": ["B", "gone"], "forums": ["marac"]}
    new |= {"visit_due": "2026-03-28"}
    done = place_case(store, claimed(ANN), "c9", "B", reason="knows-case", new=new)
    assert done.candidate.knows and done.case.former == {"B", "gone"} and done.case.visit_due == date(2026, 3, 28)
    with store.reading() as connection:
        (letter,) = connection.execute(select(messages).where(messages.c.kind == "placed"))
    text = " ".join(letter.text.split())
    assert "You managed the case before. Its visit is overdue by 3 days." in text
    assert "visit due 28 March 2026, overdue by 3 days" in text and "discussed at marac" in text


def test_a_placement_before_the_cycle_date_counts_delays_on_its_own_day(store, tmp_path):
    """After a commit the next cycle date is still to come: a visit due between today and then is not overdue yet."""
    today = datetime.now(UTC).date()
    committed(store, small(cycle_date=today), tmp_path / "force")
    new = {"division": "North", "risk": "low", "level": 0, "visit_due": (today + timedelta(days=3)).isoformat()}
    place_case(store, claimed(ANN), "c9", "B", reason="geography", new=new)
    with store.reading() as connection:
        letter = connection.execute(select(messages.c.text).where(messages.c.kind == "placed")).scalar_one()
    assert "overdue" not in letter and "visit due" in letter
