"""A command with commands of its own, each loaded when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click


class LazyGroup(click.Group):
    """Commands, each the attribute of a module.

    Parameters
    ----------
    places : mapping of str to (module, help)
        Where each command is, in the order in which help shows them; its name there is ``command``, or, where several
        share a module, its own name with ``_command`` behind it.
    """

    def __init__(self, *args: object, places: Mapping[str, tuple[str, str]], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of help."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self.places:
            return None
        module = import_module(self.places[cmd_name][0])
        own = f"{cmd_name.replace('-', '_')}_command"
        found: click.Command = getattr(module, own if hasattr(module, own) else "command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in self.places.items()])
