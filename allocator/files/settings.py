"""``force.toml``: the name, the cycle date and the policy of a force."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from allocator.domain.policy import MOST_TEXT, Policy
from allocator.errors import InputError, Problem, meant
from allocator.files.dates import read_date
from allocator.files.delimited import read_text
from allocator.files.policies import merge_policy
from allocator.files.toml import toml_text

MOST_TOML = 2**18  # characters; settings and scenarios have some thousands
MOST_PARTS = 20  # of one dotted key, each of which is looked up again for every one after it; settings have three
_PART = r"""(?:(?<![\w-])[\w-]++|(?<!\\)"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"{_PART}(?:\.[ \t]*+{_PART}){{{MOST_PARTS}}}", re.ASCII)


@dataclass(slots=True)
class Settings:
    """What ``force.toml`` sets, as fields of a Force: ``name``, ``cycle_date``, ``policy``; the rest is absent."""

    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def latest(self) -> date:
        """The last day on which a relationship may have begun; no bound while the cycle date is unread."""
        unread = any(problem.column in (None, "cycle_date") for problem in self.problems)
        return date.max if unread else self.fields.get("cycle_date", date.today())


def read_settings(path: Path, policy_changes: Mapping[str, Any] | None = None) -> Settings:
    """Read a force's settings.

    Parameters
    ----------
    path : Path
        Nothing is wrong when there is no such file.
    policy_changes : mapping, optional
        Nested tables as below ``[policy]``, merged over those of the file.
    """
    settings = Settings()
    label, tables = path.name, {}
    if path.exists() or path.is_symlink():  # a link that leads nowhere is not the same as no file
        try:
            tables = parse_toml(read_text(path, label), label)
        except InputError as error:
            settings.problems += error.problems
    for name, value in tables.items():
        if name == "name" and isinstance(value, str) and len(value) <= MOST_TEXT:
            settings.fields["name"] = value
        elif name == "cycle_date" and (day := _day(value)):
            settings.fields["cycle_date"] = day
        elif name not in ("name", "cycle_date", "policy"):
            near = meant(name, ("name", "cycle_date", "policy"))
            advice = f"policy.{name} is meant." if name in Policy.model_fields else near
            settings.problems.append(
                Problem(label, "name, cycle_date or policy", column=name, value=toml_text(value), maybe=advice)
            )
        elif name != "policy":
            expected = f"a text of at most {MOST_TEXT} characters" if name == "name" else "a date such as 2025-03-31"
            settings.problems.append(Problem(label, expected, column=name, value=toml_text(value)))
    policy = Policy()
    for where, changes in ((label, tables.get("policy", {})), ("policy_changes", policy_changes or {})):
        try:
            policy = merge_policy(policy, changes, where)
        except InputError as error:
            settings.problems += error.problems
    settings.fields["policy"] = policy
    return settings


def parse_toml(text: str, label: str) -> dict[str, Any]:
    """Read TOML, which messages name by a label.

    Raises
    ------
    InputError
        With the line that cannot be read.
    """
    if len(text) > MOST_TOML:
        found = f"{len(text) / 2**10:,.0f} KiB"
        raise InputError([Problem(label, f"at most {MOST_TOML // 2**10} KiB of settings", value=found)])
    if (long := _LONG_KEY.search(text)) is not None:
        row = text.count("\n", 0, long.start()) + 1
        raise InputError([Problem(label, f"keys of at most {MOST_PARTS} parts", row, value=long[0])])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise InputError([Problem(label, "lists and tables that are not nested so deep")]) from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        lines = text.rstrip("\n").split("\n")
        row = int(place[1]) if place and place[1] else len(lines)
        expected = f"TOML ({str(error)[: place.start()] if place else error})"
        raise InputError([Problem(label, expected, row, value=lines[row - 1])]) from error
    except ValueError:
        raise InputError([Problem(label, "whole numbers of a few digits")]) from None


def _day(value: Any) -> date | None:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return read_date(value)
    return value if isinstance(value, date) and not isinstance(value, datetime) else None
