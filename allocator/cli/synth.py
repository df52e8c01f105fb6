"""``allocator synth``: a force drawn by chance."""

from __future__ import annotations

from pathlib import Path

import click


class _WithProfiles(click.Command):
    """A command whose help lists the profiles, which are loaded only when somebody asks."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from allocator.synth import PROFILES

        with formatter.section("Profiles"):
            formatter.write_dl([(name, profile.title) for name, profile in PROFILES.items()])


@click.command("synth", cls=_WithProfiles)
@click.argument("profile")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder, or workbook ending in .xlsx, to write the force to.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", show_default=True)
def command(profile: str, out: Path, seed: int) -> None:
    """Draw a synthetic force: no row is about a real officer, case or premises.

    The same profile and seed always give the same force.
    """
    from allocator.files.writing import write_force
    from allocator.synth import draw

    force = draw(profile, seed)
    write_force(force, out)
    click.echo(f"{force.name}: {len(force.officers):,} officers and {len(force.cases):,} cases written to {out}.")
