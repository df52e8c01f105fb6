"""Nesting that is too deep is bad input, and so are settings that are none by their size, keys and numbers."""

from __future__ import annotations

import pytest

from allocator.errors import InputError, Problem
from allocator.files.policies import setting_value
from allocator.files.settings import parse_toml, read_settings


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a = " + "[" * 20_000 + "]" * 20_000, "a = " + "{a=" * 20_000])
def test_deep_toml_is_bad_input(text):
    with pytest.raises(InputError):
        parse_toml(text, "force.toml")


def test_a_deep_setting_is_bad_input():
    with pytest.raises(InputError):
        setting_value("limits.cases", "[" * 20_000 + "]" * 20_000)


def test_settings_of_no_sensible_size_are_not_parsed():
    with pytest.raises(InputError, match="at most 256 KiB of settings"):
        parse_toml("[[change]]\n" * 200_000, "scenario.toml")


KEYS = {
    "bare": ".".join("a" * 21),
    "quoted": ".".join(['"a b"'] * 21),
    "literal": " . ".join(["'a.b'"] * 21),
    "of quotes": ".".join([r'"\"."'] * 21),
    "long": ".".join(["a" * 300] * 21),
}


@pytest.mark.parametrize("text", ["{} = 1", "a = 2\n[{}]", "[[{}]]", "b = {{ {} = 1 }}", 'b = [\n"x", {{c=1,\t{}=1}}]'])
@pytest.mark.parametrize("kind", KEYS)
def test_keys_of_very_many_parts_are_bad_input(text, kind):
    with pytest.raises(InputError, match="keys of at most 20 parts") as refused:
        parse_toml("# first\n" + text.format(KEYS[kind]), "force.toml")
    assert refused.value.problems[0].row == 2 + text.partition("{}")[0].count("\n")


def test_numbers_of_very_many_digits_are_bad_input(tmp_path):
    with pytest.raises(InputError, match="whole numbers of a few digits"):
        parse_toml("a = " + "1" * 100_000, "force.toml")
    with pytest.raises(InputError):
        setting_value("limits.cases", "1" * 100_000)
    (tmp_path / "force.toml").write_text("[policy.limits]\ncases = 0x" + "f" * 100_000 + "\n")
    (problem,) = read_settings(tmp_path / "force.toml").problems
    assert problem.column == "policy.limits.cases" and problem.value.startswith("0xfff")


@pytest.mark.parametrize("long", ["x" * 300_000, "é" * 101])
def test_what_is_long_is_quoted_by_its_beginning(long):
    problem = Problem("cases.csv", "less", 2, long, long)
    assert problem.value == problem.column == long[:100] + "…"
    assert Problem("cases.csv", "less", 2, long[:100], long[:100]).value == long[:100]
