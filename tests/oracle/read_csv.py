"""Folders as in model.md, "A force on disk", into a Force: for good input only; it lists no problems."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from allocator.domain.force import Case, Force, Officer, Premises
from allocator.domain.policy import Policy

LISTS = {"skills", "needs", "excluded", "former", "forums"}
NUMBERS = {"capacity", "category", "level", "points", "expected_arrivals"}
DATES = {"release_on", "since", "visit_due", "review_due"}


def _rows(path: Path, model: type[Officer] | type[Case] | type[Premises]) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            fields: dict[str, Any] = {}
            for column, cell in row.items():
                value = (cell or "").strip()
                if column not in model.model_fields or not value:
                    continue
                if column in LISTS or (column == "premises" and model is Officer):
                    fields[column] = frozenset(item.strip() for item in value.split(";") if item.strip())
                elif column in NUMBERS:
                    fields[column] = int(value)
                elif column in DATES:
                    fields[column] = date.fromisoformat(value)
                elif column == "locked":
                    fields[column] = {"yes": True, "no": False}[value]
                else:
                    fields[column] = value
            found.append(fields)
    return found


def read_force(folder: Path | str) -> Force:
    """The force in a folder."""
    folder = Path(folder)
    settings: dict[str, Any] = {}
    if (folder / "force.toml").exists():
        settings = tomllib.loads((folder / "force.toml").read_text(encoding="utf-8"))
    changes = settings.pop("policy", {})
    return Force(
        officers=tuple(Officer(**fields) for fields in _rows(folder / "officers.csv", Officer)),
        cases=tuple(Case(**fields) for fields in _rows(folder / "cases.csv", Case)),
        premises=tuple(Premises(**fields) for fields in _rows(folder / "premises.csv", Premises)),
        policy=Policy().merge(changes),
        **settings,
    )
