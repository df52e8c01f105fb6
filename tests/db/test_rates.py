"""Rates of demand from the cycles of a store, on both databases."""

from __future__ import annotations

from allocator.app.actors import claimed
from allocator.app.imports import roll_over
from allocator.app.proposals import propose_plan
from allocator.app.rates import rates_from_history
from allocator.planning.settings import Planning
from tests.cycling import ANN, committed, finished, small


def test_a_store_with_six_cycles_tells_its_own_rates(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    for _ in range(4):
        _next(store)
    assert rates_from_history(store, claimed(ANN), Planning()) == (Planning(), ())
    _next(store)
    planning, rates = rates_from_history(store, claimed(ANN), Planning())
    assert {rate.setting.split(".")[1] for rate in rates if rate.setting.startswith("div")} == {"North", "South"}
    assert planning.of("North").exits == 0.0


def _next(store):
    roll_over(store, claimed(ANN))
    propose_plan(store, claimed(ANN))
    finished(store)
