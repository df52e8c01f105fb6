"""Whether the pages' styles and scripts were built."""

from __future__ import annotations

from pathlib import Path

from allocator.errors import AllocatorError

STATIC = Path(__file__).parent / "static"


def missing(static: Path = STATIC) -> AllocatorError | None:
    """What to tell an operator whose pages have no styles and scripts; None when they are there."""
    if (static / "app.css").is_file():
        return None
    text = "The pages' styles and scripts were not built; the HTTP service works without them."
    return AllocatorError(text, maybe="install Node.js 18 or newer, and install allocator again.")
