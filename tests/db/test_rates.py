"""Rates of demand from the cycles of a store, on both databases."""

from __future__ import annotations

from allocator.db.importing import roll_over_cycle
from allocator.db.proposing import propose
from allocator.db.rates import rates_from_history
from allocator.planning.settings import Planning
from tests.cycling import ANN, committed, finished, small


def test_a_store_with_six_cycles_tells_its_own_rates(store, tmp_path):
    committed(store, small(), tmp_path / "force")
    for _ in range(4):
        _next(store)
    assert rates_from_history(store, Planning(), by=ANN) == (Planning(), ())
    _next(store)
    planning, rates = rates_from_history(store, Planning(), by=ANN)
    assert {rate.setting.split(".")[1] for rate in rates if rate.setting.startswith("div")} == {"North", "South"}
    assert planning.of("North").exits == 0.0


def _next(store):
    roll_over_cycle(store, by=ANN)
    propose(store, by=ANN)
    finished(store)
