from __future__ import annotations

from allocator.domain.force import Force, Premises
from allocator.domain.plan import Finding
from tests.rules.found import found
from tests.tiny import agree, current, force, new, officer, plan

THREE = [officer("N"), officer("S", division="South"), officer("W", division="West")]
HOSTEL = Premises(premises_id="P", division="South")
LINKED = [o.model_copy(update={"premises": frozenset({"P"})}) for o in THREE]


def broken(officer_id: str, case_id: str) -> Finding:
    return Finding("division", "broken", 1, officer=officer_id, case=case_id)


def test_holds() -> None:
    f = force(THREE, [new("c1"), current("c2", "S", division="South")])
    assert found(plan(f, c1="N"), "division") == []
    crossed = force(THREE, [new("c1"), current("c2", "S", division="South")], divisions={"cross": True})
    assert found(plan(crossed, c1="W", c2="N"), "division") == []


def test_breaks() -> None:
    # Given to another division, and kept by an officer of another: both break it.
    f = force(THREE, [new("c1"), current("c2", "N", division="South")])
    assert found(plan(f, c1="S"), "division") == [broken("S", "c1"), broken("N", "c2")]
    assert found(plan(f, c1="N", c2=None), "division") == []


def test_boundary() -> None:
    # Of division North and at premises in South, so its home is South: one of the two is enough, neither is too little.
    f = force(LINKED, [new("c1", setting="premises", premises="P")], [HOSTEL])
    assert found(plan(f, c1="N"), "division") == []
    assert found(plan(f, c1="S"), "division") == []
    assert found(plan(f, c1="W"), "division") == [broken("W", "c1")]
    # Out of the premises, its home is its own division again.
    f = force(LINKED, [new("c1")], [HOSTEL])
    assert found(plan(f, c1="S"), "division") == [broken("S", "c1")]


def everywhere(cross: bool) -> Force:
    return force(
        LINKED,
        [
            new("c1"),
            new("c2", setting="premises", premises="P"),
            current("c3", "N", division="South"),
            current("c4", "W", setting="premises", premises="P"),
            new("c5", division="East"),
        ],
        [HOSTEL],
        divisions={"cross": cross},
    )


def test_agrees() -> None:
    # c1 N; c2 N or S; c3 must leave N, for S; c4 must leave W, for N or S; c5 has nobody: 1 * 2 * 1 * 2 * 1.
    assert agree(everywhere(cross=False)) == (4, 4**5 - 4)
    # Crossing, everybody may hold everything and all five have somebody: 3 ** 5.
    assert agree(everywhere(cross=True)) == (243, 4**5 - 243)
