"""What is written by hand, read by the page: reasons for missed targets and slower rows, and what bounds a figure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NOTES = Path(__file__).parents[1] / "notes.toml"


def notes(section: str) -> Mapping[str, str]:
    """One table of ``notes.toml``; empty where it has none."""
    return _read().get(section, {})


@cache
def _read() -> dict[str, dict[str, str]]:
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))
