"""``allocator rules``: the reference of every rule, note and goal, from the rules themselves."""

from __future__ import annotations

import click

from allocator.cli.showing import show


@click.command("rules")
@click.option("--markdown", is_flag=True, help="Print the reference page as Markdown.")
def command(markdown: bool) -> None:
    """Show every rule, note and goal: what it guarantees and what is said where it fails."""
    from allocator.reporting.reference import reference_markdown, reference_report

    if markdown:
        click.echo(reference_markdown(), nl=False)
        return

    show(reference_report())
