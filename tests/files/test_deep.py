"""Nesting that is too deep is bad input, and so are settings that are none by their size."""

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


def test_settings_of_no_sensible_size_are_not_parsed():
    with pytest.raises(InputError, match="at most 1 MiB of settings"):
        parse_toml("[[change]]\n" * 200_000, "scenario.toml")
