"""``allocator rules``: the reference of every rule, note and goal, from the rules themselves."""

from __future__ import annotations

import click


@click.command("rules")
@click.option("--markdown", is_flag=True, help="Print the reference page as Markdown.")
def command(markdown: bool) -> None:
    """Show every rule, note and goal: what it guarantees and what is said where it fails."""
    from allocator.reporting.reference import reference, reference_markdown

    if markdown:
        click.echo(reference_markdown(), nl=False)
        return
    from rich.padding import Padding

    from allocator.cli.console import output

    console = output()
    for family in reference():
        console.print(f"{family.name}: {family.opening}", style="bold")
        for entry in family.entries:
            console.print(f"  {entry.id}", style="cyan")
            console.print(Padding(entry.guarantee, (0, 0, 0, 6), expand=False))
            if entry.says:
                console.print(Padding(f'"{entry.says}"', (0, 0, 0, 6), expand=False), style="dim")
        console.print()
