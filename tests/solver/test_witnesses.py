"""Any plan at all: model, check and oracle say the same of it."""

from hypothesis import given, settings

from tests.agreement import assert_check_agrees
from tests.oracle.forces import forces, forces_with_plans
from tests.tiny import agree


@settings(max_examples=300, deadline=None)
@given(forces_with_plans())
def test_check_and_oracle_agree_on_any_plan(drawn):
    assert_check_agrees(*drawn)


@settings(max_examples=60, deadline=None)
@given(forces())
def test_model_and_check_agree_on_every_plan(force):
    if (len(force.officers) + 1) ** len(force.cases) <= 1100:
        agree(force)
