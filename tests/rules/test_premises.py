from __future__ import annotations

from allocator.domain.force import Case, Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan

P, Q = Premises(premises_id="P", division="North"), Premises(premises_id="Q", division="North")
AT_P = {"setting": "premises", "premises": "P"}


def tied(*cases: Case) -> Force:
    linked = {"A": {"P"}, "B": {"Q"}, "C": set[str]()}
    return force([officer(o, premises=frozenset(to)) for o, to in linked.items()], list(cases), [P, Q])


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("premises", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    # C is linked to nothing and keeps a case at premises all the same; B receives one that is in the community.
    f = tied(new("c1", **AT_P), current("c2", "C", **AT_P), new("c3"))
    assert found(plan(f, c1="A", c3="B"), "premises") == []


def test_breaks() -> None:
    f = tied(new("c1", **AT_P), current("c2", "A", **AT_P))
    assert found(plan(f, c1="C", c2="C"), "premises") == [broken("C", "c1"), broken("C", "c2")]


def test_boundary() -> None:
    # A link to other premises of the same division is no link to these.
    f = tied(new("c1", **AT_P))
    assert found(plan(f, c1="A"), "premises") == []
    assert found(plan(f, c1="B"), "premises") == [broken("B", "c1")]


def test_agrees() -> None:
    f = tied(
        new("c1", **AT_P),
        current("c2", "C", **AT_P),
        current("c3", "C", excluded=frozenset({"C"}), setting="premises", premises="Q"),
        new("c4"),
    )
    # c1: A; c2: A or stays with C; c3 must leave C, for B; c4: anybody.
    assert agree(f) == (1 * 2 * 1 * 3, 4**4 - 6)
    # Nobody linked is open: the new case has nobody, and the one that is permitted cannot move.
    f = force(
        [officer("A", status="closed", premises=frozenset({"P"})), officer("B")],
        [new("c1", **AT_P), current("c2", "B", **AT_P)],
        [P],
    )
    assert agree(f) == (1, 3**2 - 1)
