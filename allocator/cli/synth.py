"""``allocator synth``: a force drawn by chance, or all of the nation."""

from __future__ import annotations

from pathlib import Path

import click

from allocator.cli.options import SEED


class _WithProfiles(click.Command):
    """A command whose help lists profiles and regimes, which are loaded only when somebody asks."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from allocator.synth import MIXES, NATION, PROFILES, REGIMES
        from allocator.synth.nation import DESCRIPTION

        with formatter.section("Profiles"):
            profiles = [(name, profile.description) for name, profile in PROFILES.items()]
            mixes = [(name, mix.description) for name, mix in MIXES.items()]
            formatter.write_dl([*profiles, *mixes, (NATION, DESCRIPTION)])
        with formatter.section("Regimes"):
            formatter.write_dl([(name, regime.description) for name, regime in REGIMES.items()])


@click.command("synth", cls=_WithProfiles)
@click.argument("profile")
@click.option(
    "--out",
    required=True,
    type=click.Path(),
    metavar="DIR",
    help="Folder, or workbook ending in .xlsx, to write the force to; for national, a folder of folders.",
)
@click.option("--regime", default="ordinary", metavar="NAME", show_default=True, help="Kind of cycle; see below.")
@SEED
def command(profile: str, out: str, regime: str, seed: int) -> None:
    """Draw a synthetic force: no row is about a real officer, case or premises.

    Every column of the input files is drawn: who manages a case and who has managed it before, the meetings that
    discuss it, the dates by which its next visit and review are due, some of them overdue. What is published is
    followed, and scenarios/surrey-2022/README.md says what; the rest is chosen.

    The same profile, regime and seed always give the same force.
    """
    from allocator.files.writing import write_force
    from allocator.synth import NATION, draw, draw_nation

    if out == "":
        raise click.UsageError("--out: an empty text found, expected a folder.")
    target = Path(out)
    if profile == NATION:
        _refuse_workbook(target)
        forces = draw_nation(seed, regime)
        for slug, force in forces.items():
            write_force(force, target / slug)
        name = f"{len(forces)} forces ({NATION}, {regime}, seed {seed}, synthetic)"
    else:
        forces = {profile: draw(profile, seed, regime)}
        write_force(forces[profile], target)
        name = forces[profile].name
    officers = sum(len(force.officers) for force in forces.values())
    cases = sum(len(force.cases) for force in forces.values())
    click.echo(f"{name}: {officers:,} officers and {cases:,} cases written to {out}.")


def _refuse_workbook(out: Path) -> None:
    from allocator.errors import InputError, Problem

    if out.suffix.lower() == ".xlsx":
        raise InputError([Problem("--out", "a folder, since a nation is many forces", value=str(out))])
