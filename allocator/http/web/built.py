"""Whether the pages' styles and scripts were built."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def missing(static: Path = STATIC) -> str | None:
    """What to tell an operator whose pages have no styles and scripts; None when they are there."""
    if (static / "app.css").is_file():
        return None
    return (
        "The pages' styles and scripts were not built; the HTTP service works without them.\n"
        "Maybe install Node.js 18 or newer, and install allocator again."
    )
