"""``allocator template``: an empty force to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("template")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """Write empty input files with headers, one example row each, and a data dictionary.

    Nothing that is there already is overwritten.
    """
    from allocator.files.template import write_template

    write_template(directory)
    click.echo(f"Written to {directory}: officers.csv, cases.csv, premises.csv, force.toml, README.md.")
