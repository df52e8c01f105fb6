"""Counts in words."""

from __future__ import annotations


def cases(count: int) -> str:
    """Say how many cases."""
    return "1 case" if count == 1 else f"{count:,} cases"


def months(count: int) -> str:
    """Say how many months."""
    return "1 month" if count == 1 else f"{count:,} months"


def counted(count: int, thing: str) -> str:
    """Say how many of something whose plural ends in s."""
    return f"1 {thing}" if count == 1 else f"{count:,} {thing}s"
