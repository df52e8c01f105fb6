"""Officers who are away for a time, and cover that is agreed for it: recorded, told, ended by itself, taken up anew."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from allocator.app.actors import claimed
from allocator.app.audit import verify_log
from allocator.app.cover import agree_cover, cover_of_case, load_cover
from allocator.app.duties import end_duty, mark_back, record_duties
from allocator.app.imports import import_force
from allocator.app.placements import place_case
from allocator.app.registers import list_reductions
from allocator.app.views import load_view
from allocator.cycles.codes import RANKED_FIRST
from allocator.db.tables import messages
from allocator.domain.force import Force
from allocator.errors import AllocatorError, Conflict, InputError, NotThere, Outdated
from tests.cycling import ANN, committed, export, imported, planned, turn_calendar, with_case, with_officer
from tests.tiny import current, force, new, officer

TODAY = date(2026, 12, 1)
DAYS = timedelta(days=1)
ACTOR = claimed(ANN)


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    """A day that tests can turn."""
    return turn_calendar(monkeypatch, TODAY)


def unit(**changes: object) -> Force:
    """A holds a1 and a2, B and C are there; c3 is new; n1 of the South waits."""
    of = force(
        [officer("A"), officer("B"), officer("C"), officer("S", division="South")],
        [current("a1", "A"), current("a2", "A"), current("b1", "B"), current("c1", "C"), new("n1")],
    )
    return of.replace(cycle_date=date(2026, 11, 30), **changes)


def ill(store, *who: str, last: date | None = None, **fields):
    given = {"status": "absent", "reason": "sick_leave", "starts": TODAY, "ends": last, **fields}
    return record_duties(store, ACTOR, who or ("A",), given)


def letters(store) -> list[tuple[str, str, str]]:
    """Kind, recipient and state of each message about cover, in order."""
    with store.reading() as connection:
        query = select(messages.c.kind, messages.c.recipient, messages.c.state).order_by(messages.c.id)
        return [tuple(row) for row in connection.execute(query) if row.kind in ("cover", "away", "cover-ended")]


def covering(store) -> dict[str, str]:
    return {case_id: entry.officer_id for case_id, entry in load_cover(store, ACTOR).entries.items()}


@pytest.mark.parametrize("open_cycle", [True, False])
def test_from_the_call_to_covered_and_back(store, tmp_path, open_cycle):
    """The case keeps its officer throughout; who covers, who is away and who covers no longer are told."""
    if open_cycle:
        imported(store, unit(), tmp_path / "force")
    else:
        committed(store, unit(cases=unit().cases[:4]), tmp_path / "force")
    ill(store, last=TODAY + 42 * DAYS)
    view = load_cover(store, ACTOR)
    assert [case.case_id for case in view.open] == ["a1", "a2"]
    done = agree_cover(store, ACTOR, {"a1": "B", "a2": "C"}, seen_digest=view.digest)
    assert (set(done.new), done.messages) == ({"a1", "a2"}, 3)
    assert covering(store) == {"a1": "B", "a2": "C"}
    assert load_view(store, ACTOR, "case", today=True).case("a1").covered_by == "B"
    assert load_view(store, ACTOR, "case", today=True).case("a1").officer == "A"
    again = agree_cover(store, ACTOR, {"a1": "B", "a2": "C"})
    assert (again.new, again.messages) == ((), 0)
    back = mark_back(store, ACTOR, "A")
    assert set(back.cover_ended) == {"a1", "a2"} and covering(store) == {}
    assert [(kind, who) for kind, who, _ in letters(store)] == [
        ("cover", "B"),
        ("cover", "C"),
        ("away", "A"),
        ("cover-ended", "B"),
        ("cover-ended", "C"),
    ]
    with pytest.raises(Conflict, match="Nothing is recorded of A"):
        mark_back(store, ACTOR, "A")
    assert verify_log(store, ACTOR).problems == ()


def test_it_ends_by_itself_and_does_not_come_back_with_the_next_absence(store, tmp_path, calendar):
    imported(store, unit(), tmp_path / "force")
    ill(store, last=TODAY + 3 * DAYS)
    agree_cover(store, ACTOR, {"a1": "B"})
    calendar[0] = TODAY + 4 * DAYS
    assert covering(store) == {} and load_cover(store, ACTOR).cases == ()
    ill(store, starts=calendar[0], reason="training")
    assert [case.case_id for case in load_cover(store, ACTOR).open] == ["a1", "a2"]
    assert letters(store)[-1][:2] == ("cover-ended", "B")


def test_a_decision_of_a_person_stands_when_cover_is_worked_out_again(store, tmp_path):
    imported(store, unit(), tmp_path / "force")
    ill(store)
    agree_cover(store, ACTOR, {"a1": "B", "a2": "B"})
    with pytest.raises(InputError, match="--reason"):
        agree_cover(store, ACTOR, {"a1": "C"}, best=False)
    agree_cover(store, ACTOR, {"a1": "C"}, reason="knows-case", note="since 2019", best=False)
    view = load_cover(store, ACTOR)
    assert view.decided == {"a1": ["C"]} and view.decided_but("a1") == {}
    entry = cover_of_case(store, ACTOR, "a1")[1]
    assert (entry.officer_id, entry.reason, entry.note, entry.by) == ("C", "knows-case", "since 2019", ANN)
    assert cover_of_case(store, ACTOR, "a2")[1].reason == RANKED_FIRST
    assert ("cover-ended", "B", "waiting") in letters(store)


def test_nobody_covers_who_may_not_and_nothing_old_is_agreed(store, tmp_path):
    of = with_officer(with_case(unit(), "a1", excluded=frozenset({"B"})), "C", division="South")
    imported(store, of, tmp_path / "force")
    ill(store)
    for who, why in (("B", "B is not eligible"), ("C", "barred by division"), ("A", "barred by holder")):
        with pytest.raises(AllocatorError, match=why):
            agree_cover(store, ACTOR, {"a1": who})
    with pytest.raises(Conflict, match="needs no cover"):
        agree_cover(store, ACTOR, {"b1": "C"})
    with pytest.raises(InputError):
        agree_cover(store, ACTOR, {})
    view = load_cover(store, ACTOR)
    ill(store, "C", status="closed")
    with pytest.raises(Outdated, match="changed since you looked"):
        agree_cover(store, ACTOR, {"a2": "B"}, seen_digest=view.digest)
    assert letters(store) == []


def test_who_covers_and_falls_ill_covers_no_longer(store, tmp_path):
    imported(store, unit(), tmp_path / "force")
    ill(store)
    agree_cover(store, ACTOR, {"a1": "B", "a2": "C"})
    done = ill(store, "B")
    assert done.cover_ended == ("a1",) and covering(store) == {"a2": "C"}
    assert [case.case_id for case in load_cover(store, ACTOR).open] == ["a1", "b1"]


@pytest.mark.parametrize("act", ["import", "commit"])
def test_cover_ends_with_what_an_act_makes_of_the_case(store, tmp_path, act):
    of = unit()
    imported(store, of, tmp_path / "force")
    ill(store)
    agree_cover(store, ACTOR, {"a1": "B", "a2": "C"})
    if act == "import":
        import_force(store, ACTOR, export(with_case(of, "a1", officer="C"), tmp_path / "newer"))
    else:
        leaving = with_officer(of, "A", status="leaving")
        import_force(store, ACTOR, export(leaving, tmp_path / "newer"))
        assert covering(store) == {}
    assert "a1" not in covering(store)
    assert any(kind == "cover-ended" for kind, _, _ in letters(store))
    assert verify_log(store, ACTOR).problems == ()


@pytest.mark.parametrize(
    ("given", "status", "capacity"),
    [
        ({"status": "absent"}, "absent", 100),
        ({"status": "closed"}, "closed", 100),
        ({"status": "leaving"}, "leaving", 100),
        ({"status": None, "percent": 40}, "open", 60),
        ({"status": None, "percent": 100}, "absent", 0),
    ],
)
def test_duties_count_in_the_plan_and_tonight_and_end_with_their_day(
    store, tmp_path, calendar, given, status, capacity
):
    imported(store, unit(), tmp_path / "force")
    done = ill(store, "B", last=TODAY + 6 * DAYS, **given)
    assert done.renewed is not None
    found = planned(store).proposal.plan.force.officer_by_id["B"]
    assert (found.status, found.capacity) == (status, capacity)
    if status == "open":
        place_case(store, ACTOR, "n1", "B", reason="continuity")
    else:
        with pytest.raises(AllocatorError, match=r"B is barred by .*open"):
            place_case(store, ACTOR, "n1", "B", reason="continuity")
    calendar[0] = TODAY + 7 * DAYS
    assert load_view(store, ACTOR, "officers", today=True).officer("B").status == "open"
    assert planned(store).proposal.plan.force.officer_by_id["B"].status == "open"


def test_a_cycle_still_to_come_is_planned_with_what_holds_then(store, tmp_path):
    """Tonight goes by today all the same."""
    imported(store, unit().replace(cycle_date=TODAY + 10 * DAYS), tmp_path / "force")
    ill(store, "B", last=TODAY + 5 * DAYS)
    assert planned(store).proposal.plan.force.officer_by_id["B"].status == "open"
    with pytest.raises(AllocatorError, match=r"B is barred by .*open"):
        place_case(store, ACTOR, "n1", "B", reason="continuity")
    place_case(store, ACTOR, "n1", "C")
    assert load_view(store, ACTOR, "case", today=True).case("n1").officer == "C"


def test_a_reduction_is_ended_with_a_day_or_goes(store, tmp_path):
    imported(store, unit(), tmp_path / "force")
    ill(store, "A", "B", status=None, percent=30, reason="training")
    first, second = (one.number for one in list_reductions(store, ACTOR))
    end_duty(store, ACTOR, first, TODAY + 2 * DAYS)
    end_duty(store, ACTOR, second, TODAY - DAYS)
    (left,) = list_reductions(store, ACTOR)
    assert (left.number, left.reduction.ends) == (first, TODAY + 2 * DAYS)
    with pytest.raises(InputError, match="a day not after"):
        end_duty(store, ACTOR, first, TODAY + 9 * DAYS)
    with pytest.raises(NotThere):
        end_duty(store, ACTOR, second, TODAY)
    with pytest.raises(Conflict, match="recorded already of A"):
        ill(store, "A", last=TODAY + 2 * DAYS, status=None, percent=30, reason="training")


def test_everything_wrong_is_said_at_once(store, tmp_path):
    imported(store, unit(), tmp_path / "force")
    with pytest.raises(InputError) as refused:
        record_duties(store, ACTOR, [], {})
    assert [problem.file for problem in refused.value.problems] == ["officer", "reason", "starts"]
    for given in ({"ends": TODAY - DAYS}, {"status": None}, {"percent": 20}, {"reason": "flu"}, {"status": "gone"}):
        with pytest.raises(InputError):
            ill(store, **given)
    with pytest.raises(NotThere):
        ill(store, "Z")
    assert list_reductions(store, ACTOR) == ()
