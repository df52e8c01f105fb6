"""CSPLib's balanced nursing workload in our words, and what is told of the plans."""

import pytest

from allocator import Plan
from benchmarks.csplib.ask import COUNT, timed
from benchmarks.csplib.instances import FOLDER, Instance, broken, force_of, instances, read, squares, workloads
from benchmarks.csplib.tell import plans, targets
from benchmarks.rows import read_rows, row, write_rows

TINY = Instance(
    name="tiny",
    zones=((5, 4, 3), (2, 2)),
    nurses=(2, 1),
    least=1,
    most=2,
    workload=8,
    best=25 + 49 + 16,
    proved=True,
)
KNOWN = {"instance": "tiny", "staffing": "2 1", "squares": "90", "proved": "yes"}


def cells(**other):
    told = {"officers": 3, "cases": 5, "size": 2, "limit": 60.0, "seconds": 1.0, "cpu": 1.5, "proved": True}
    told |= {"value_fairness": 10, "bound_fairness": 10, "squares": 90, "best": 90}
    return row(**(told | {"force": "tiny"} | other))


def test_every_instance_has_an_optimum():
    found = instances()
    assert len(found) == COUNT
    assert {i.name for i in found} == {path.stem for path in FOLDER.glob("*.txt")}
    assert [len(i.zones) for i in found] == sorted(len(i.zones) for i in found)


@pytest.mark.parametrize("instance", instances(), ids=lambda instance: instance.name)
def test_an_instance_is_mapped_whole(instance):
    force = force_of(instance)
    staffing = [len(force.officers_of[division]) for division in sorted(force.divisions)]
    assert staffing == list(instance.nurses)
    for division, acuities in zip(sorted(force.divisions), instance.zones, strict=True):
        assert [case.points for case in force.cases if case.division == division] == list(acuities)
    assert force.policy.limits.cases == instance.most and force.policy.fairness.band_percent == 1
    assert force.policy.limits.intake >= max(map(len, instance.zones))
    assert not any(force.high_risk(case) or case.officer for case in force.cases)
    assert all(len(acuities) <= instance.most * n for acuities, n in zip(instance.zones, instance.nurses, strict=True))


def test_squares_by_hand():
    force = force_of(TINY)
    plan = Plan(force, ("Z01-N01", "Z01-N02", "Z01-N02", "Z02-N01", "Z02-N01"))
    assert workloads(plan) == {"Z01-N01": 5, "Z01-N02": 7, "Z02-N01": 4}
    assert squares(plan) == 25 + 49 + 16
    assert broken(TINY, plan) == ""
    uneven = Plan(force, ("Z01-N01", "Z01-N01", "Z01-N01", "Z02-N01", "Z02-N01"))
    assert squares(uneven) == 144 + 16  # the second nurse has nobody
    assert broken(TINY, uneven) == "officers with fewer than 1 patients: 1; officers with more than 8 points: 1"


def test_a_tiny_instance_is_planned_best():
    found = timed(TINY, 10.0)
    assert found["proved"] and found["squares"] == TINY.best == found["best"]
    assert found["value_unplaced"] == found["value_excess"] == found["value_disruption"] == 0
    assert found["cpu"] > 0 and found["note"] == ""


def test_an_instance_is_read(tmp_path):
    path = tmp_path / "tiny.txt"
    path.write_text("2 3\n1 2 8\n3 5 4 3\n2 2 2\n")
    assert read(path, KNOWN) == TINY
    with pytest.raises(ValueError, match="2 zones and 3 nurses expected"):
        read(path, KNOWN | {"staffing": "1 1"})
    path.write_text("2 3\n1 2 8\n3 5 4 3\n2 2\n")
    with pytest.raises(ValueError, match="another number of patients"):
        read(path, KNOWN)


def test_what_is_missed_is_told_as_missed():
    rows = [cells() for _ in range(COUNT)]
    assert [target.reached for target in targets(rows)] == [True, True, True]
    assert not any(target.reached for target in targets(rows[1:]))  # not all of them
    rows[3] = cells(force="late", proved=False, squares=91, cpu=20.0)
    squared, proved, used = targets(rows)
    assert not squared.reached and squared.figure == "32 of 33; +1.1% at most (late)"
    assert not proved.reached and proved.figure == "32 of 33; not late"
    assert not used.reached and used.figure == "68 s for 33"
    rows[3] = cells(squares=90 * 0.99)
    assert next(targets(rows)).reached  # less than the least known


def test_the_table_has_a_line_for_all_together(tmp_path):
    rows = [cells(force="a"), cells(force="b", squares=99, proved=False, bound_fairness=8)]
    write_rows(tmp_path / "results.csv", rows)
    one, two, together = plans(read_rows(tmp_path / "results.csv")).rows
    assert one == ("a", "2", "3", "5", "yes", "1", "1.5", "90", "90", "0", "0", "")
    assert two[4] == "no" and two[9:] == ("+10%", "2", "")
    assert together == ("all 2", "", "6", "10", "1 of 2", "2", "3", "189", "180", "+5%", "2", "")
