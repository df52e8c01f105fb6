"""Tiny forces in which the rules meet: model, tally and check agree about every plan, whole and cut into parts."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.checking import check
from allocator.domain.force import Case, Exemption, Force, Officer, Premises
from allocator.domain.plan import Plan
from allocator.rules.columns import NOBODY, Columns
from allocator.rules.start import starts_over_limit
from allocator.solver.model import Model
from allocator.solver.parts import choices, split_into_parts
from allocator.solver.state import SOLVED
from allocator.solver.tally import Tally
from tests.rules.found import everything, under
from tests.tiny import TODAY, agree, current, every_plan, force, new, officer

SITES = [Premises(premises_id="P", division="North", expected_arrivals=1)]
TRIED = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
usually = st.sampled_from([True, True, True, False])


@st.composite
def staff(draw: st.DrawFn, officer_id: str) -> Officer:
    linked = frozenset({"P"}) if draw(st.booleans()) else frozenset()
    usual = draw(usually)
    return officer(
        officer_id,
        division="North" if draw(usually) else "South",
        mosovo="trained" if draw(st.booleans()) else "none",
        buddy=draw(st.sampled_from(["A", "A", None])),
        premises=linked,
        capacity=100 if usual else draw(st.sampled_from([50, 0])),
        status="open" if usual else draw(st.sampled_from(["open", "closed", "absent", "leaving"])),
    )


@st.composite
def charge(draw: st.DrawFn, case_id: str, officer_ids: list[str], unit: int) -> Case:
    some = st.frozensets(st.sampled_from(officer_ids), max_size=2)
    at: dict[str, Any] = {} if draw(usually) else {"setting": "premises", "premises": "P"}
    fields = {
        "division": "North" if draw(usually) else "South",
        "risk": draw(st.sampled_from(["low", "high", "very_high"])),
        "level": draw(st.sampled_from([1, 1, 2])),
        "points": unit * draw(st.integers(0, 3)),
        "former": draw(some) | ({"Z"} if draw(st.booleans()) else set()),
        "excluded": frozenset() if draw(usually) else draw(some),
        **at,
    }
    if not draw(usually):
        return new(case_id, **fields)
    since = TODAY - timedelta(draw(st.sampled_from([10, 100, 1000])))
    locked = not (draw(usually) or draw(st.booleans()))
    return current(case_id, draw(st.sampled_from(officer_ids)), since=since, locked=locked, **fields)


POLICIES = st.fixed_dictionaries(
    {
        "limits": st.fixed_dictionaries(
            {
                "cases": st.sampled_from([1, 2, 50]),
                "high_risk_percent": st.sampled_from([0, 34, 50]),
                "small_caseload": st.integers(0, 3),
                "high_risk_min": st.integers(0, 2),
                "freeze_over_limit": usually,
                "intake": st.sampled_from([10, 1]),
            }
        ),
        "training": st.fixed_dictionaries(
            {
                "risks": st.sampled_from([["very_high"], ["high", "very_high"], []]),
                "levels": st.sampled_from([[2, 3], []]),
                "buddy_required": usually,
                "untrained_intake": st.integers(0, 4),
            }
        ),
        "divisions": st.fixed_dictionaries({"cross": st.booleans()}),
        "premises": st.fixed_dictionaries({"arrivals_per_cycle": st.integers(0, 2), "reserve_arrivals": usually}),
        "relationship": st.fixed_dictionaries(
            {"former": st.sampled_from([12, 5, 0]), "max_moves": st.sampled_from([None, None, 0, 1])}
        ),
        "fairness": st.fixed_dictionaries({"band_percent": st.sampled_from([5, 30, 50])}),
    }
)


@st.composite
def forces(draw: st.DrawFn) -> Force:
    """Two or three officers and one to four cases; every case has a whole multiple of some points."""
    ids = ["A", "B", "C"][: draw(st.integers(2, 3))]
    unit = draw(st.sampled_from([1, 4, 6]))
    cases = [draw(charge(f"c{k}", ids, unit)) for k in range(draw(st.integers(1, 4)))]
    of = under(force([draw(staff(who)) for who in ids], cases, SITES), **draw(POLICIES))
    if draw(usually):
        return of
    rule = draw(st.sampled_from(["relieved", "division", "trained"]))
    pair = {"case_id": draw(st.sampled_from(cases)).case_id, "officer_id": draw(st.sampled_from(ids))}
    return of.replace(exemptions=(Exemption(rule=rule, reason="continuity", **pair),))


@TRIED
@given(forces())
def test_model_tally_and_check_agree(of: Force) -> None:
    allowed, refused = agree(of)
    assert allowed > 0 and allowed + refused == (len(of.officers) + 1) ** len(of.cases)


@TRIED
@given(forces())
def test_parts_come_to_the_whole(of: Force) -> None:
    in_parts(of)


def test_what_is_mixed_is_met() -> None:
    # Of the forces tried, many have what they are drawn for; otherwise nothing is tried. Every third plan will do.
    met: dict[str, int] = {}

    @TRIED
    @given(forces())
    def count(of: Force) -> None:
        columns = choices(Columns(of)).columns
        seen = {
            "over": any(starts_over_limit(of, o) for o in of.officers),
            "over the share": bool(columns.over_share.any()),
            "small": bool(columns.small.any()),
            "unit": columns.points_unit > 1,
            "known": bool(columns.knowing.any()),
        }
        rules = {f.rule for p in islice(every_plan(of), 0, None, 3) for f in everything(p)}
        for what in {name for name, true in seen.items() if true} | rules:
            met[what] = met.get(what, 0) + 1

    count()
    wanted = ["over", "over the share", "small", "unit", "known", "relieved", "novice", "frozen", "high-risk-share"]
    rare = {what: met.get(what, 0) for what in wanted if met.get(what, 0) < 10}
    assert not rare, rare


def in_parts(of: Force) -> int:
    """Compare sums over all parts, each cut out and by itself, with the check's values; gives the plans compared."""
    columns = Columns(of)
    open_to = choices(columns)
    cuts = [(part, open_to.part(part)) for part in split_into_parts(open_to)]
    models = [Model(cut, SOLVED) for _, cut in cuts]
    lines = [[goal.objective(model) for goal in SOLVED] for model in models]
    compared = 0
    for candidate in every_plan(of):
        checked = check(candidate)
        codes = codes_of(columns, candidate)
        if checked.broken or ((codes == NOBODY) & ~open_to.stuck).any():
            continue
        compared += 1
        expected = np.array([checked.goals[goal.id] for goal in SOLVED])
        tallied, modelled = np.zeros_like(expected), np.zeros_like(expected)
        for (part, cut), model, goals in zip(cuts, models, lines, strict=True):
            inside = part.inward(codes)
            values = model.values(inside)
            tallied += np.array(Tally(cut.columns, inside).values(SOLVED))
            modelled += np.array([line.value(values) for line in goals])
        assert tallied.tolist() == modelled.tolist() == expected.tolist(), candidate.officers
    return compared


def codes_of(columns: Columns, candidate: Plan) -> Any:
    of = candidate.officer_of
    return np.array([NOBODY if of[c] is None else columns.position[str(of[c])] for c in columns.case_ids])


@pytest.mark.parametrize(
    ("points", "unit", "of_parts"),
    [
        # North has 4 and 6, all of them twos, South one case of 10; all together are twos.
        ((4, 6, 10), 2, {2, 10}),
        ((4, 6, 9), 1, {2, 9}),
        # No points at all are counted by ones.
        ((0, 0, 0), 1, {1}),
    ],
)
def test_points_are_counted_in_what_all_have_in_common(points: tuple[int, ...], unit: int, of_parts: set[int]) -> None:
    first, second, third = points
    cases = [new("c1", points=first), new("c2", points=second), new("c3", points=third, division="South")]
    f = force([officer("A"), officer("B"), officer("S", division="South"), officer("T", division="South")], cases)
    open_to = choices(Columns(f))
    assert open_to.columns.points_unit == unit
    assert {open_to.part(part).columns.points_unit for part in split_into_parts(open_to)} == of_parts
    # c1, c2: A or B; c3: S or T.
    assert agree(f) == (2**3, 5**3 - 2**3)
    assert in_parts(f) == 2**3
