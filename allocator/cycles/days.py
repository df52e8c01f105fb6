"""Today, for whatever holds from one day to another."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day that it is, in UTC."""
    return datetime.now(UTC).date()
