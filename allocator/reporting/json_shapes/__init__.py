"""What ``--json`` prints, command by command, as types: the schemas and their page in the manual are made from here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from allocator.reporting.json_shapes import answers, cycles, planning, plans

# Of each command that takes --json.
DOCUMENTS: Mapping[str, Any] = {
    "allocate": plans.PlanDocument,
    "check": plans.CheckDocument,
    "recommend": answers.RecommendDocument,
    "why": answers.WhyDocument,
    "why-not": answers.WhyNotDocument,
    "whatif": plans.WhatIfDocument,
    "frontier": plans.FrontierDocument,
    "diagnose": answers.DiagnoseDocument,
    "compare": plans.CompareDocument,
    "cycle import": cycles.ImportDocument,
    "cycle rollover": cycles.ImportDocument,
    "cycle propose": cycles.ProposeDocument,
    "cycle show": cycles.CycleDocument,
    "cycle override": cycles.OverrideDocument,
    "cycle list": list[cycles.ListedCycle],
    "cycle history": cycles.HistoryDocument,
    "report": cycles.MonthDocument,
    "reductions show": list[cycles.Reduction],
    "buddies": planning.BuddiesDocument,
    "courses": planning.CoursesDocument,
    "forecast": planning.ForecastDocument,
    "size": planning.SizeDocument,
    "train": planning.TrainDocument,
    "audit show": list[cycles.LogEntry],
}


@cache
def words() -> Mapping[str, str]:
    """What each key means; a key means the same wherever it is."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))


def schema_of(command: str) -> dict[str, Any]:
    """JSON schema (2020-12) of what a command prints with ``--json``."""
    schema = TypeAdapter(DOCUMENTS[command]).json_schema(by_alias=True)
    for shape in (schema, *schema.get("$defs", {}).values()):
        for key, held in shape.get("properties", {}).items():
            held.pop("title", None)
            held["description"] = words()[key]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"allocator {command} --json"}
    return head | {key: value for key, value in schema.items() if key != "title"}
