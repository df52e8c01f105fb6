"""A failing test of a rule says goal, values and plan."""

from tests.describing import pytest_assertrepr_compare  # noqa: F401
