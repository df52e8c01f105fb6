"""The population's figures and targets, from rows that are made up; and what marks a force."""

import pytest

from allocator.synth import draw
from benchmarks.page import wins
from benchmarks.page.targets import targets
from benchmarks.peers.protocol import GOALS
from benchmarks.population import ask
from benchmarks.population.tell import against, by_goal, by_peer, by_regime, compared, quantiles, tell
from benchmarks.races import GROUPED, OURS
from benchmarks.rows import row
from tests.tiny import current, force, new, officer


def run(peer, seed, seconds, profile="mixed", regime="ordinary", fairness=100, bound=100):
    """A run whose goals are proved at a tenth, two tenths, half and all of its seconds; None: fairness is not."""
    proofs = [(seconds or 60.0) * share for share in (0.1, 0.2, 0.5, 1)]
    if seconds is None:
        proofs[-1] = None
    cells = {"force": profile, "regime": regime, "seed": float(seed), "peer": peer, "run": 1.0, "limit": 60.0}
    cells |= {"step": ask.STEP, "seconds": seconds or 60.0, "proved": seconds is not None}
    cells |= {f"proof_{goal}": proof for goal, proof in zip(GOALS, proofs, strict=True)}
    cells |= {f"value_{goal}": value for goal, value in zip(GOALS, (0, 2, 30, fairness), strict=True)}
    return row(**cells, **{f"bound_{goal}": value for goal, value in zip(GOALS, (0, 2, 30, bound), strict=True)})


@pytest.fixture
def rows():
    """Ratios over the better peer: 1/4, 2, 1 (neither proves), and 60/50 where a peer alone does."""
    ours, highs, cpsat = (1.0, 8.0, None, None), (4.0, 4.0, None, 50.0), (6.0, None, None, None)
    return [
        run(peer, seed, seconds, regime="cross" if seed else "ordinary", fairness=100 if seconds else 103)
        for peer, times in zip((OURS, *GROUPED), (ours, highs, cpsat), strict=True)
        for seed, seconds in enumerate(times)
    ]


def test_each_force_is_compared_with_the_better_peer(rows):
    found = {name: (ratio, lost) for ratio, lost, name in compared(rows)}
    assert found == {
        "mixed, seed 0": (0.25, False),
        "mixed, seed 1": (2.0, False),
        "mixed, seed 2": (1.0, False),
        "mixed, seed 3": (1.2, True),
    }
    # (1/4 * 2 * 1 * 6/5) ^ (1/4) = 0.6 ^ (1/4) = 0.880
    (mixed, every) = against(rows).rows
    assert mixed == ("mixed", "4", "2", "1", "2 (mixed, seed 1)", "0.25 (mixed, seed 0)", "0.88")
    assert every == ("all", *mixed[1:])


def test_what_is_not_proved_counts_as_above_the_limit(rows):
    ours = [row for row in rows if row["peer"] == OURS]
    assert list(quantiles(ours).values()) == [8.0, float("inf"), float("inf"), float("inf")]
    line = by_peer(rows).rows[0]
    assert line == ("mixed", "ours", "4", "8", "> 60", "> 60", "> 60", "25%", "50%", "50%", "fairness 3%")
    assert by_goal(rows).rows[1][:4] == ("mixed", "disruption", "4", "4")  # of 0.5, 4, 30 and 30 s
    assert [cells[:3] for cells in by_regime(rows).rows] == [("mixed", "cross", "3"), ("mixed", "ordinary", "1")]
    assert len(tell({"population": rows}).tables) == 4


def test_quantiles_are_those_that_so_many_forces_do_not_exceed():
    many = [run(OURS, seed, float(seed + 1)) for seed in range(50)]
    assert quantiles(many) == {"median": 25.0, "p90": 45.0, "p99": 50.0, "most": 50.0}


def test_targets_of_the_population(rows):
    found = {target.key: target for target in targets({"population": rows})}
    assert not any(target.reached for target in found.values())
    assert found["population-mixed-p90"].figure == "> 60 s, 4 forces"
    assert found["population-mixed-proved"].figure == "2 of 4 at 60 s"
    assert found["population-peers"].figure == "slower on 2 of 4; 2 times at most (mixed, seed 1)"
    quick = [run(peer, seed, 0.3 if peer == OURS else 1.0, size) for seed in (0, 1) for peer in (OURS, *GROUPED)
             for size in ask.SIZES]  # fmt: skip
    found = {target.key: target for target in targets({"population": quick})}
    assert len(found) == 8 and all(target.reached for target in found.values())


def test_wins_on_the_population_say_on_how_many_forces(rows):
    lines = [line for line in wins.table({"population": rows}).rows if line[1] == "all four goals proved"]
    # (e) is sooner on seed 1, 4 of 8 s, and on seed 3, 50 s where ours has none at 60: the median of 2 and 1.2.
    (line,) = lines
    assert line[0] == "mixed, 4 forces" and line[2] == "(e) HiGHS, our model"
    assert line[3] == "sooner on 2: median 1.6 times, most 2 times (seed 1: 4 s)"
    assert line[4] == "8 s there"


def test_a_force_is_marked_by_the_first_thing_that_holds():
    plain = force([officer("A")], [current("c", "A"), new("n")])
    assert ask.marked(plain) == "ordinary"  # half of the cases are not most of them
    fresh = force([officer("A")], [new("n")])
    assert ask.marked(fresh) == "all-new"
    few = fresh.replace(policy=fresh.policy.merge({"relationship": {"max_moves": 0}}))
    assert ask.marked(few) == "budget"
    assert ask.marked(few.replace(policy=few.policy.merge({"divisions": {"cross": True}}))) == "cross"


def test_every_force_has_its_seed_and_peers_follow_ours(monkeypatch):
    monkeypatch.setattr(ask, "SIZES", {"mixed-small": 5})
    monkeypatch.setattr(ask, "QUICK", {"mixed-small": 2})
    found = list(ask.ask(quick=True))
    assert [(row["seed"], row["peer"]) for row in found] == [(s, p) for s in (0, 1) for p in (OURS, *GROUPED)]
    for cells in found:
        drawn = draw("mixed-small", cells["seed"])
        assert (cells["officers"], cells["cases"]) == (len(drawn.officers), len(drawn.cases))
        assert cells["regime"] == ask.marked(drawn) and not cells["note"]


def test_what_a_run_that_was_ended_has_left_is_not_run_again(monkeypatch):
    monkeypatch.setattr(ask, "SIZES", {"mixed-small": 2})
    monkeypatch.setattr(ask, "alternating", lambda *a, seed: ({"seed": seed, "peer": peer} for peer in a[2]))
    kept = [run(peer, 0, 1.0, "mixed-small") for peer in (OURS, GROUPED[0])]
    kept.append(run(OURS, 1, 1.0, "mixed-small") | {"limit": 1.0})  # of a quick run
    left = [(cells["seed"], cells["peer"]) for cells in ask.resume(False, kept)]
    assert left == [(0, GROUPED[1]), *((1, peer) for peer in (OURS, *GROUPED))]
