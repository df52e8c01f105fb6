"""Nesting that is too deep is bad input."""

from __future__ import annotations

import pytest

from allocator.errors import InputError
from allocator.files.policies import setting_value
from allocator.files.settings import parse_toml


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "[" * 20_000 + "]" * 20_000, "a = " + "{a=" * 20_000])
def test_deep_toml_is_bad_input(text):
    with pytest.raises(InputError):
        parse_toml(text, "force.toml")


def test_a_deep_setting_is_bad_input():
    with pytest.raises(InputError):
        setting_value("limits.cases", "[" * 20_000 + "]" * 20_000)
