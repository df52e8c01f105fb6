"""The reference of scenario files: every kind of change with its keys, from the classes that read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allocator.analysis.changes import CHANGES, Change
from allocator.analysis.changes.base import ONE
from allocator.analysis.scenario_files import expected_of


def changes_markdown() -> str:
    """Compose a table of every kind of change: what it does, and its keys with what they hold."""
    lines = ["| what | does | keys |", "|---|---|---|"]
    for kind in CHANGES.values():
        lines.append(f"| `{kind.id}` | {kind.sentence()} | {'; '.join(_keys(kind))} |")
    return "\n".join(lines) + "\n"


def _keys(kind: type[Change]) -> Iterator[str]:
    schema: dict[str, Any] = kind.model_json_schema(by_alias=True)
    required = schema.get("required", ())
    for key in schema["properties"]:
        if key == "comment":
            continue
        words = ONE[kind.refers[key]] if key in kind.refers else expected_of(schema, (key,))
        yield f"`{key}`: {words}" + ("" if key in required else " (optional)")
