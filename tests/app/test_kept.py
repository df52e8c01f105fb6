"""What is kept beside cycles: the policy, scenarios, problems, registers, messages, reports and the log."""

from __future__ import annotations

from datetime import date

import pytest

from allocator.app.actors import OPERATOR, claimed
from allocator.app.audit import acts_of_log, log_page, show_log, verify_log
from allocator.app.cycles import all_cycles, committed_days, find_open_cycle, newest_kept, show_cycle, told_reasons
from allocator.app.imports import import_force, roll_over
from allocator.app.messages import deliver_messages, waiting_messages
from allocator.app.policies import change_policy, read_policy
from allocator.app.problems import (
    count_waiting,
    find_problem,
    own_problems,
    post_force,
    post_frontier,
    post_present,
    post_proposal,
    post_whatif,
    stop_work,
)
from allocator.app.registers import keep_reductions, keep_supervisors, list_reductions
from allocator.app.reports import month_named, read_month
from allocator.app.results import result_document, solved
from allocator.app.scenarios import (
    change_scenario,
    drop_scenario,
    find_scenario,
    keep_scenario,
    run_scenarios,
    scenarios_for,
)
from allocator.app.staffing import assumed, post_planning
from allocator.app.stores import purge_store
from allocator.db.jobs import MOST_WAITING
from allocator.errors import Denied, InputError, NotThere, Outdated
from tests.cycling import ANN, committed, export, imported, proposed, small

SCENARIO = {"policy": {"limits": {"cases": 45}}}


def test_a_setting_is_changed_by_an_administrator_and_renews_the_open_cycle(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    boss = person("administrator")
    renewed = change_policy(store, boss, SCENARIO["policy"], note="fewer", version=0)
    assert renewed is not None and renewed.version == 2
    settings = read_policy(store, person("viewer"))
    assert settings.policy.limits.cases == 45 and settings.set == SCENARIO["policy"]
    assert [(c.key, c.value, c.by) for c in settings.changes] == [("limits.cases", 45, boss.name)]
    assert change_policy(store, boss, SCENARIO["policy"], note="again") is None
    with pytest.raises(Outdated):
        change_policy(store, boss, {"limits": {"cases": 40}}, note="late", version=0)
    with pytest.raises(InputError, match="a whole number"):
        change_policy(store, boss, {"limits": {"cases": "many"}}, note="wrong")
    with pytest.raises(Denied):
        change_policy(store, person("approver"), SCENARIO["policy"], note="no")


def test_a_scenario_is_its_owners_and_read_by_whoever_sees_as_much(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    ann, bob, north = (
        person("supervisor", "Ann"),
        person("supervisor", "Bob"),
        person("supervisor", "N", divisions=["N"]),
    )
    kept = keep_scenario(store, ann, SCENARIO, name="Limit 45", shared=True)
    assert find_scenario(store, bob, kept.id).scenario.says and scenarios_for(store, north) == ()
    with pytest.raises(NotThere, match="of your own"):
        change_scenario(store, bob, kept.id, version=1, name="Mine")
    changed = change_scenario(store, ann, kept.id, version=1, shared=False)
    with pytest.raises(Outdated):
        change_scenario(store, ann, kept.id, version=1, name="Late")
    with pytest.raises(NotThere):
        run_scenarios(store, bob, [kept.id])
    job = run_scenarios(store, ann, [kept.id])
    assert job.kind == "whatif" and job.parameters["scenarios"][0]["name"] == "Limit 45"
    drop_scenario(store, ann, kept.id, version=changed.version)
    assert scenarios_for(store, ann) == ()
    with pytest.raises(Denied):
        keep_scenario(store, person("viewer"), SCENARIO, name="No")


def test_a_problem_is_its_owners_alone_and_ends_when_it_is_stopped(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    ann, bob = person("supervisor", "Ann"), person("planner", "Bob")
    jobs = [
        post_force(store, ann, small(), seed=0, time_limit=None),
        post_present(store, ann, seed=0, time_limit=1),
        post_whatif(store, ann, [{**SCENARIO, "name": "Limit"}]),
        post_frontier(store, ann, last=3),
        post_proposal(store, ann, 1),
    ]
    assert [job.kind for job in jobs] == ["allocate", "allocate", "whatif", "frontier", "propose"]
    assert count_waiting(store) == 5 and own_problems(store, ann)[1] == 5 and own_problems(store, bob)[1] == 0
    with pytest.raises(NotThere):
        find_problem(store, bob, jobs[0].id)
    with pytest.raises(NotThere):
        stop_work(store, bob, jobs[0].id)
    assert stop_work(store, ann, jobs[0].id).state == "stopped" and count_waiting(store) == 4
    with pytest.raises(NotThere, match="without a result"):
        solved(store, ann, jobs[0].id)
    with pytest.raises(NotThere, match="kind whatif"):
        solved(store, ann, jobs[2].id)
    assert result_document(store, ann, jobs[4])["cycle"] == 1
    with pytest.raises(InputError, match="1 to 4 scenarios"):
        post_whatif(store, ann, [])
    with pytest.raises(InputError, match="from 0 upwards"):
        post_frontier(store, ann, first=3, last=1)
    with pytest.raises(Denied):
        post_proposal(store, bob, 1)
    with pytest.raises(Denied):
        post_force(store, person("viewer"), small(), seed=0, time_limit=None)


def test_the_same_key_is_the_same_job(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    ann = person("supervisor")
    first = post_frontier(store, ann, last=3, key="once")
    assert post_frontier(store, ann, last=3, key="once").id == first.id and count_waiting(store) == 1


def test_nobody_fills_the_queue(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    ann, bob = person("supervisor"), person("supervisor", name="Bob")
    for _ in range(MOST_WAITING):
        post_frontier(store, ann, last=3)
    with pytest.raises(InputError, match="fewer than 20 problems that wait"):
        post_frontier(store, ann, last=3)
    assert post_frontier(store, bob, last=3).state == "queued"


def test_staffing_is_asked_of_ones_own_divisions(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    planner = person("planner")
    job = post_planning(store, planner, "size", horizon=4, assumptions={"demand": {"exits": 9.0}})
    assert job.kind == "planning" and job.parameters["planning"]["demand"]["exits"] == 9.0
    assert assumed(store, planner)[1] == ()
    with pytest.raises(Denied):
        post_planning(store, planner, "train", horizon=4)
    with pytest.raises(InputError) as told:
        post_planning(store, planner, "guess", horizon=1, assumptions={})
    assert [problem.file for problem in told.value.problems] == ["horizon", "question"]


def test_reasons_of_reductions_are_for_supervisors_of_the_division(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    file = tmp_path / "reductions.csv"
    file.write_text("officer,percent,reason,from,to\nA,20,sick_leave,2020-01-01,\n")
    assert len(keep_reductions(store, person("supervisor", "All"), file).reductions) == 1
    seen = {
        name: list_reductions(store, person(role, name, divisions=divisions))[0].reason
        for name, role, divisions in (
            ("north", "supervisor", ["North"]),
            ("south", "supervisor", ["South"]),
            ("viewer", "viewer", []),
        )
    }
    assert seen == {"north": "sick_leave", "south": None, "viewer": None}
    register = tmp_path / "supervisors.csv"
    register.write_text("name,division\nAnn,North\n")
    keep_supervisors(store, claimed(ANN), register)
    assert list_reductions(store, claimed("ANN"))[0].reason == "sick_leave"
    assert list_reductions(store, claimed("Bob"))[0].reason is None


def test_messages_are_delivered_by_whoever_commits(store, person, tmp_path):
    committed(store, small(), tmp_path / "f")
    approver, viewer = person("approver"), person("viewer")
    found, total = waiting_messages(store, approver, limit=2)
    assert len(found) == 2 < total and waiting_messages(store, viewer) == ((), 0)
    with pytest.raises(Denied):
        deliver_messages(store, viewer)
    assert deliver_messages(store, approver).delivered == total and waiting_messages(store, approver)[1] == 0


def test_a_month_is_reported_of_ones_own_divisions(store, person, tmp_path):
    cycle = committed(store, small(), tmp_path / "f")
    month = month_named(f"{cycle.cycle_date:%Y-%m}")
    assert committed_days(store) == [cycle.cycle_date]
    whole = read_month(store, person("approver"), month)
    south = read_month(store, person("viewer", divisions=["South"]), month)
    assert {d.division for d in whole.divisions} == {"North", "South"}
    assert {d.division for d in south.divisions} == {"South"}
    assert {o.officer_id for o in south.cycles[-1].officers} == {"S"}
    with pytest.raises(NotThere, match="No cycle was committed in January 2001"):
        read_month(store, person("planner"), date(2001, 1, 1))
    with pytest.raises(InputError, match="a month with a committed cycle"):
        read_month(store, claimed(ANN), date(2001, 1, 1))
    with pytest.raises(InputError, match="a month such as"):
        month_named("2026-13")
    with pytest.raises(Denied):
        read_month(store, person("administrator"), month)


def test_the_log_is_read_by_those_who_may_without_what_they_do_not_see(store, person, tmp_path):
    imported(store, small(), tmp_path / "f")
    boss, south = person("administrator"), person("approver", divisions=["South"])
    with store.writing() as writing:
        writing.log.append("Ann", "place", {"case": "c1", "officer": "A", "reason": "other"}, cycle_id=1)
    place = next(entry for entry in log_page(store, south, offset=0, limit=9)[0] if entry.act == "place")
    assert place.details == {"reason": "other"}
    assert log_page(store, south, offset=0, limit=9, about="c1") == ((), 0)
    assert log_page(store, person("approver", "all"), offset=0, limit=9, about="c1")[1] == 1
    assert "place" in acts_of_log(store, boss)
    assert show_log(store, claimed(ANN), cycle_id=1)[-1].act == "place"
    assert verify_log(store, OPERATOR).entries
    for refused in (acts_of_log, verify_log, show_log):
        with pytest.raises(Denied):
            refused(store, person("viewer", refused.__name__))


def test_an_import_and_a_rollover_are_for_whoever_plans_the_whole_force(store, person, tmp_path):
    folder = export(small(), tmp_path / "f")
    for who in (person("viewer"), person("supervisor", "north", divisions=["North"])):
        with pytest.raises(Denied):
            import_force(store, who, folder)
        with pytest.raises(Denied):
            roll_over(store, who)
    assert newest_kept(store) is None
    assert import_force(store, person("supervisor"), folder).cycle == find_open_cycle(store) == newest_kept(store)


def test_cycles_are_listed_for_figures_and_shown_for_cases(store, person, tmp_path):
    cycle = committed(store, small(), tmp_path / "f")
    assert [one.cycle.id for one in all_cycles(store, person("planner"))] == [cycle.id]
    assert show_cycle(store, claimed(ANN), purpose="audit").proposal is not None
    assert set(told_reasons(store, person("viewer"), cycle.id)) == {"c1", "c4"}
    with pytest.raises(Denied):
        all_cycles(store, person("administrator"))
    with pytest.raises(Denied):
        show_cycle(store, person("planner", "second"), purpose="audit")


def test_only_an_operator_purges_a_store(store, person, tmp_path):
    proposed(store, small(), tmp_path / "f")
    with pytest.raises(Denied):
        purge_store(store, person("supervisor"), date(2020, 1, 1))
    assert purge_store(store, claimed(ANN), date(2020, 1, 1)).cycles == 0
