"""Counts in words."""

from __future__ import annotations


def cases(count: int) -> str:
    """Say how many cases."""
    return "1 case" if count == 1 else f"{count:,} cases"


def months(count: int) -> str:
    """Say how many months."""
    return "1 month" if count == 1 else f"{count:,} months"
