"""Settings as nested tables, and as values by their paths: the one way between the two, and the one deep merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Path = tuple[str, ...]


def path_of(key: str) -> Path:
    """The path that a dotted key names, such as ``limits.cases``."""
    return tuple(key.split("."))


def nest(values: Iterable[tuple[Path, Any]]) -> dict[str, Any]:
    """Put values into nested tables; of two for the same path the last holds."""
    tables: dict[str, Any] = {}
    for (*above, last), value in values:
        table = tables
        for name in above:
            table = table.setdefault(name, {})
        table[last] = value
    return tables


def flatten(tables: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Each value of nested tables by its dotted key, in order."""
    found: dict[str, Any] = {}
    for name, value in tables.items():
        if isinstance(value, Mapping):
            found |= flatten(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables with others merged over them, key by key; lists replace."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            both[key] = merge(old, value)
        else:
            both[key] = tuple(value) if isinstance(value, list) else value
    return both
