"""What counts as relief that is none, worked by hand; and the rows of an older version that are kept."""

import json
import subprocess

import pytest

from allocator import check
from allocator.domain.force import Premises
from benchmarks.before.tell import compared
from benchmarks.races import BEFORE as BEFORE_PEER
from benchmarks.races import OURS
from benchmarks.relief import ask, before
from benchmarks.relief.ask import AFTER, BEFORE, RECOUNTED, cells
from benchmarks.relief.counts import counts
from benchmarks.relief.tell import tell
from benchmarks.rows import read_rows, row, write_rows
from tests.oracle.forces import random_force
from tests.tiny import current, every_plan, force, new, officer, plan

NOBODY = {"on_paper": 0, "counted_under": 0}
NO_SMALL = {"small_caseload": 0, "high_risk_percent": 20}


def two_officers(**limits):
    """A starts over the share: 2 high risk of 5, and floor(20 * 5 / 100) = 1 allowed. B holds 5, none high risk."""
    mine = [current(f"a{k}", "A", risk="high" if k < 2 else "low") for k in range(5)]
    theirs = [current(f"b{k}", "B") for k in range(5)]
    return force([officer("A"), officer("B")], [*mine, *theirs, new("n")], limits=NO_SMALL | limits)


def test_people_who_dilute_are_no_relief():
    f = two_officers()
    given = {f"b{k}": "A" for k in range(5)}  # A would hold 2 of 10: floor(200 / 100) = 2
    found = counts(plan(f, **given))
    assert found == {"over_start": 1, "over_moves": 5, "over_arrivals": 0, "over_given": 0} | {
        "on_paper": 1,
        "counted_under": 0,  # A(10) = floor(20 * min(10, 5) / 100) = 1
    }
    # one fewer, and the share allows 1; with a high-risk case given up, it is relief
    assert counts(plan(f, b0="A", b1="A", b2="A", b3="A"))["on_paper"] == 0
    assert counts(plan(f, **given, a0="B"))["on_paper"] == 0


def test_an_officer_relieved_by_one_who_is_over_is_none_who_is_under_on_paper():
    f = two_officers(cases=4)  # both start above their limit of 4
    found = counts(plan(f, a0="B", n="B"))
    assert found == {"over_start": 2, "over_moves": 1, "over_arrivals": 0, "over_given": 1} | NOBODY


def test_arrivals_are_told_apart_from_what_is_given():
    cases = [current(f"a{k}", "A") for k in range(2)]
    cases += [new("n1", setting="premises", premises="P"), new("n2"), current("x", "B", excluded=frozenset("B"))]
    linked = officer("A", premises=frozenset("P"))
    f = force([linked, officer("B")], cases, [Premises(premises_id="P", division="North")], limits={"cases": 1})
    found = counts(plan(f, n1="A", n2="A", x="A"))
    assert found == {"over_start": 1, "over_moves": 0, "over_arrivals": 1, "over_given": 2} | NOBODY


def test_who_leaves_is_under_no_limit_on_paper():
    # A leaves and is over the share with 2 of 5; nobody has the cases yet, but A has given them up.
    mine = [current(f"a{k}", "A", risk="high" if k < 2 else "low") for k in range(5)]
    f = force([officer("A", status="leaving")], mine, limits=NO_SMALL)
    assert counts(plan(f, **dict.fromkeys(("a0", "a1", "a2", "a3", "a4"))))["on_paper"] == 0


def test_moves_are_those_that_the_check_refuses():
    moves = 0
    for seed in range(40):
        f = random_force(seed, cases=3)
        f = f.replace(policy=f.policy.merge({"limits": {"freeze_over_limit": True}}), exemptions=())
        for each in every_plan(f):
            refused = {finding.case for finding in check(each).broken if finding.rule == "relieved"}
            assert counts(each)["over_moves"] == len(refused), (seed, each.officers)
            moves += len(refused)
            assert counts(each)["counted_under"] == 0, (seed, each.officers)
    assert moves > 50


def test_rows_of_the_version_before_are_kept_for_the_forces_asked(tmp_path, monkeypatch):
    f = two_officers()
    told = {"seconds": 1.0, "proved": True, "force": "unit"}
    goals = dict(zip(("unplaced", "excess", "disruption", "fairness"), (0, 1, 2, 3), strict=True))
    told |= {"values": goals, "bounds": goals | {"fairness": 2}}
    rows = [
        cells(step, regime, plan(f, n="B"), told, "abc1234" if step != AFTER else "")
        for regime in ("fifth", "quiet")
        for step in (AFTER, BEFORE, RECOUNTED)
    ]
    write_rows(tmp_path / "results.csv", rows)
    monkeypatch.setattr(ask, "KEPT", tmp_path / "results.csv")
    monkeypatch.setattr(ask, "draw_nation", lambda seed, regime: {"unit": f, "other": f})
    monkeypatch.setattr(ask, "planned", lambda checkout, forces, limit: iter([(plan(f, n="B"), told)]))
    monkeypatch.setattr(ask, "check", lambda plan: type("Checked", (), {"goals": goals}))
    found = list(ask.ask(quick=True))
    assert [(row["regime"], row["step"]) for row in found] == [("fifth", s) for s in (AFTER, BEFORE, RECOUNTED)]
    write_rows(tmp_path / "again" / "results.csv", found)
    counted, given, unproved, took = tell({"relief": read_rows(tmp_path / "again" / "results.csv")}).tables
    assert "commit abc1234" in counted.says
    assert [line[0] for line in counted.rows] == [line[0] for line in given.rows] == ["fifth", "all"]
    assert unproved.rows[0] == ("fifth", "fairness 1", "fairness 1")
    assert took.rows[0] == ("fifth", "1", "1", "1", "1", "1", "")


def test_proof_times_before_and_after_are_compared_round_by_round():
    def made(peer, number, seconds):
        return row(None, force="county", regime="ordinary", peer=peer, run=number, limit=60.0, proof_fairness=seconds)

    pairs = ((1.0, 2.0), (4.0, 4.0), (2.0, 3.0))
    rows = [made(peer, k, s) for k, pair in enumerate(pairs) for peer, s in zip((BEFORE_PEER, OURS), pair, strict=True)]
    (line,) = compared(rows).rows
    # Ratios are 2, 1 and 1.5; medians 2 and 3.
    assert line[:6] == ("county", "ordinary", "3", "2", "3", "1.5") and line[6]


def test_every_plan_comes_from_the_checkout(tmp_path):
    (tmp_path / "allocator").mkdir()
    (tmp_path / "allocator" / "__init__.py").write_text("Standby = allocate = read_force = None\n__file__ = 'else'\n")
    with pytest.raises(RuntimeError, match="else found, expected one below"):
        next(ask.planned(tmp_path, {}, 1.0))


def test_a_force_is_planned_by_this_version():
    f = two_officers()
    ((found, told),) = ask.planned(ask.ROOT, {"unit": f}, 5.0)
    assert told["proved"] and check(found).goals == told["values"] and json.dumps(told)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path, capsys):
    assert before.main([str(tmp_path)]) == 2
    assert "Maybe: git clone" in capsys.readouterr().err
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert before.commit_of(tmp_path.resolve()) is None
