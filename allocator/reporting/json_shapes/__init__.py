"""What ``--json`` prints, command by command: the schemas and their page in the manual are made from two tables.

``shapes.toml`` has the keys of each document and of its parts, ``words.toml`` what each key means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from allocator.domain.plan import Action, Kind

# Of each command that takes --json; [] where it prints a list of them.
DOCUMENTS: Mapping[str, str] = {
    "allocate": "PlanDocument",
    "check": "CheckDocument",
    "cover": "CoverDocument",
    "why-cover": "WhyCoverDocument",
    "recommend": "RecommendDocument",
    "why": "WhyDocument",
    "why-not": "WhyNotDocument",
    "whatif": "WhatIfDocument",
    "frontier": "FrontierDocument",
    "diagnose": "DiagnoseDocument",
    "compare": "CompareDocument",
    "cycle import": "ImportDocument",
    "cycle rollover": "ImportDocument",
    "cycle propose": "ProposeDocument",
    "cycle show": "CycleDocument",
    "cycle override": "OverrideDocument",
    "cycle list": "ListedCycle[]",
    "cycle history": "HistoryDocument",
    "report": "MonthDocument",
    "reductions show": "Reduction[]",
    "buddies": "BuddiesDocument",
    "courses": "CoursesDocument",
    "forecast": "ForecastDocument",
    "size": "SizeDocument",
    "train": "TrainDocument",
    "audit show": "LogEntry[]",
}
_TYPES = {"Action": Action, "Kind": Kind, "Any": Any, "Json": dict[str, Any], "date": date, "datetime": datetime}
_KEY = re.compile(r"(\w+)(\??): (.+?)(?:,\s+(?=\w+\??: )|\s*$)")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


def schema_of(command: str) -> dict[str, Any]:
    """JSON schema (2020-12) of what a command prints with ``--json``."""
    name = DOCUMENTS[command]
    shape = _shapes()[name.removesuffix("[]")]
    adapter = TypeAdapter(list[shape] if name.endswith("[]") else shape)  # type: ignore[valid-type]
    schema = adapter.json_schema()
    for found in (schema, *schema.get("$defs", {}).values()):
        for key, held in found.get("properties", {}).items():
            held.pop("title", None)
            held["description"] = words()[key]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"allocator {command} --json"}
    return head | {key: value for key, value in schema.items() if key != "title"}


@cache
def words() -> Mapping[str, str]:
    """What each key means; a key means the same wherever it is."""
    return _read("words.toml")


@cache
def _shapes() -> Mapping[str, type[BaseModel]]:
    """The shapes of ``shapes.toml`` as models; each refers only to those above it."""
    found: dict[str, type[BaseModel]] = {}
    for name, told in _read("shapes.toml").items():
        base = found[told["more_than"]] if "more_than" in told else _Open if told.get("open") else _Closed
        keys: dict[str, Any] = {
            key: (kind, None if missing else ...) for key, missing, kind in _KEY.findall(told["keys"])
        }
        found[name] = create_model(name, __base__=base, __doc__=told["says"], **keys)
        found[name].model_rebuild(_types_namespace=_TYPES | found)
    return found


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
