"""The question of what the rules of services cost: its rows, and its tables from rows that are made up."""

from allocator.synth import draw_nation
from benchmarks.page import wins
from benchmarks.peers.protocol import GOALS
from benchmarks.race import Outcome
from benchmarks.races import OURS, REPLICAS
from benchmarks.replicas import ask
from benchmarks.replicas.tell import tell
from benchmarks.rows import row


def reached(force, peer, *values, seconds=1.0):
    """A plan's row; without values there is none."""
    goals = dict(zip((f"value_{goal}" for goal in GOALS), map(float, values), strict=False))
    return row(force=force, regime="ordinary", seed=0, peer=peer, seconds=seconds, proved=peer == OURS, **goals)


def test_sums_and_forces_on_which_a_rule_is_equal_better_or_worse():
    rows = [
        reached("kent", OURS, 0, 1, 20, 100, seconds=2.0),
        reached("kent", "key_worker", 0, 3, 5, 110),
        reached("surrey", OURS, 0, 2, 30, 200, seconds=4.0),
        reached("surrey", "key_worker", 0, 2, 30, 200),
        reached("wiltshire", OURS, 0, 0, 0, 50, seconds=3.0),
        reached("wiltshire", "key_worker", seconds=None),  # its plan broke a rule
    ]
    sums, compared = tell({"replicas": rows}).tables
    assert sums.rows == [
        ("ordinary", "ours", "3 of 3", "0", "3", "50", "350", "3", "4", "3"),
        ("ordinary", "(h) key-worker rule", "2 of 3", "0", "5", "35", "310", "1", "1", "0"),
    ]
    # On kent less disruption at more excess, which is worse in all.
    (line,) = compared.rows
    assert line[2:] == ("2", "2 / 0 / 0", "1 / 0 / 1", "1 / 1 / 0", "1 / 0 / 1", "1 / 0 / 1")


def test_a_rule_wins_where_its_plan_is_better_in_the_order_of_goals():
    rows = [reached("kent", OURS, 0, 1, 20, 100), reached("kent", "key_worker", 0, 3, 5, 110)]
    assert not wins.table({"replicas": rows}).rows
    rows = [reached("kent", OURS, 0, 1, 20, 100), reached("kent", "one_to_one", 0, 1, 5, 110)]
    (line,) = wins.table({"replicas": rows}).rows
    assert line[:3] == ("kent, ordinary", "disruption at the end", "(i) one to one")


def test_every_force_is_given_to_ours_and_to_both_rules(monkeypatch):
    asked = []

    def run(peer, place, limit):
        asked.append((peer, place.name.removeprefix("replicas-ordinary-"), limit))
        return Outcome(peer, seconds=0.5, values={"end": dict.fromkeys(GOALS, 1)})

    monkeypatch.setattr(ask.race, "run", run)
    found = list(ask.ask(quick=True))
    forces = list(draw_nation().items())[:3]
    assert asked == [(peer, slug, 5.0) for slug, _ in forces for peer in (OURS, *REPLICAS)]
    assert [cells["cases"] for cells in found[::3]] == [len(force.cases) for _, force in forces]
    assert all(cells["value_excess"] == 1 and cells["limit"] == 5.0 for cells in found)
