"""What the commands print with: rich, made safe for whatever an id may hold and for any terminal."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.text import Text


class PlainConsole(Console):
    """A console on which text is text: no markup, no emoji codes, no control characters from the data."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Turn a string into text, with anything that would steer the terminal shown as ``?``."""
        return super().render_str(shown(text), **options)


def output() -> Console:
    """Console on standard output."""
    return PlainConsole(file=sys.stdout, markup=False, emoji=False, highlight=False)


def messages() -> Console:
    """Console on standard error."""
    return PlainConsole(file=sys.stderr, markup=False, emoji=False, highlight=False)


def shown(text: str) -> str:
    """Show control and other unprintable characters of a text as ``?``; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def arrow(console: Console) -> str:
    """Find an arrow that the console's encoding has."""
    return "->" if console.options.ascii_only else "→"


def heading(console: Console, text: str) -> None:
    """Print the heading of a section, after an empty line."""
    console.print()
    console.print(text, style="bold")
