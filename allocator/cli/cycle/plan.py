"""``allocator cycle propose``, ``override`` and ``place``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from allocator.cli.options import JSON, SEED, TIME_LIMIT, codes
from allocator.cli.showing import show
from allocator.cli.storing import AS, CYCLE, DAY, NOTE, reason_option, with_store
from allocator.cycles.codes import EXEMPTION_REASONS, MOVE_REASONS, NOTE_HINT, OVERRIDE_REASONS
from allocator.domain.policy import RISKS

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("propose")
@AS
@CYCLE
@click.option("--keep", is_flag=True, help="Keep what the plan before agreed, wherever newer data does not touch it.")
@TIME_LIMIT
@SEED
@JSON
@with_store
def propose_command(
    store: Store, actor: Actor, cycle_id: int | None, keep: bool, time_limit: float | None, seed: int, as_json: bool
) -> None:
    """Plan the cycle, proved best, and freeze the plan beside its input.

    Ctrl-C keeps the best plan so far; a second one gives up.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.pool import SolverPool

    with SolverPool() as pool:  # the workers load their engines while the data is read
        from allocator.app.proposals import propose_plan
        from allocator.cli.progress import live

        with live(True) as tell:
            made = propose_plan(
                store,
                actor,
                cycle_id=cycle_id,
                keep=keep,
                seed=seed,
                time_limit=time_limit,
                progress=tell,
                pool=pool,
            )

    from allocator.reporting.cycles import proposal_document, proposed_report

    document = proposal_document(made.cycle.id, made.cycle.state, made.proposal.result)
    show(document if as_json else proposed_report(made))


@click.command("override", epilog=NOTE_HINT)
@click.argument("case")
@click.argument("officer")
@AS
@CYCLE
@reason_option(OVERRIDE_REASONS)
@NOTE
@click.option(
    "--exemption",
    metavar="CODE",
    help="Needed where rules bar the officer; stands as a finding as long as the case is with them. "
    + codes(EXEMPTION_REASONS),
)
@JSON
@with_store
def override_command(
    store: Store,
    case: str,
    officer: str,
    actor: Actor,
    cycle_id: int | None,
    reason: str,
    note: str,
    exemption: str | None,
    as_json: bool,
) -> None:
    """Give one case to another officer than planned; it is checked at once, and its price shown.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.overrides import override_case

    made = override_case(store, actor, case, officer, reason=reason, note=note, exemption=exemption, cycle_id=cycle_id)

    from allocator.reporting.cycles import overridden_report, override_document

    show(override_document(made.override, made.effect) if as_json else overridden_report(made))


@click.command("place", epilog=NOTE_HINT)
@click.argument("case")
@click.argument("officer")
@AS
@reason_option(OVERRIDE_REASONS, "Not needed for the officer who comes first. ")
@NOTE
@click.option(
    "--division", metavar="NAME", help="Of a case that no export has yet; with it --risk and --level are needed."
)
@click.option("--risk", type=click.Choice(RISKS), help="Of a case that no export has yet.")
@click.option("--level", type=click.IntRange(0, 3), help="Of a case that no export has yet; 0 for none.")
@click.option("--category", type=click.IntRange(0, 4), default=0, help="Its MAPPA category.", show_default=True)
@click.option("--premises", metavar="ID", help="Approved Premises where the person is.")
@click.option("--needs", multiple=True, metavar="TAG", help="What it needs of its officer; may be given again.")
@click.option("--former", multiple=True, metavar="ID", help="An officer who managed it before; may be given again.")
@click.option("--excluded", multiple=True, metavar="ID", help="An officer who must not have it; may be given again.")
@click.option("--release-on", type=DAY, metavar="DATE", help="Day of release, of a person in custody.")
@click.option("--forums", multiple=True, metavar="TAG", help="A meeting that discusses it; may be given again.")
@click.option("--visit-due", type=DAY, metavar="DATE", help="Day by which its next visit is due.")
@click.option("--review-due", type=DAY, metavar="DATE", help="Day by which its next review is due.")
@with_store
def place_command(
    store: Store,
    case: str,
    officer: str,
    actor: Actor,
    reason: str,
    note: str,
    division: str | None,
    risk: str | None,
    level: int | None,
    category: int,
    premises: str | None,
    needs: tuple[str, ...],
    former: tuple[str, ...],
    excluded: tuple[str, ...],
    release_on: datetime | None,
    forums: tuple[str, ...],
    visit_due: datetime | None,
    review_due: datetime | None,
) -> None:
    """Give a case that has nobody to an officer at once, between two plans; the effect is shown.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.placements import place_case
    from allocator.reporting.acts import placement_sentences

    if len({division is None, risk is None, level is None}) > 1:
        what = "--division, --risk and --level: expected all three, for a case that no export has yet, or none."
        raise click.UsageError(what)
    new: dict[str, object] | None = None
    if division is not None:
        setting = "premises" if premises is not None else "community" if release_on is None else "custody"
        new = {"division": division, "risk": risk, "level": level, "category": category, "setting": setting}
        new |= {"premises": premises, "needs": frozenset(needs), "former": frozenset(former)}
        new |= {"excluded": frozenset(excluded)}
        due = {"release_on": release_on, "visit_due": visit_due, "review_due": review_due}
        new |= {"forums": frozenset(forums)} | {name: day and day.date() for name, day in due.items()}
    done = place_case(store, actor, case, officer, reason=reason, note=note, new=new)
    for sentence in placement_sentences(done):
        click.echo(sentence)


@click.command("move", epilog=NOTE_HINT)
@click.argument("case")
@click.argument("officer")
@AS
@reason_option(MOVE_REASONS)
@NOTE
@with_store
def move_command(store: Store, case: str, officer: str, actor: Actor, reason: str, note: str) -> None:
    """Give a case that has an officer to another at once, for what cannot wait for a plan; the effect is shown.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.moves import move_case
    from allocator.reporting.acts import move_sentences

    for sentence in move_sentences(move_case(store, actor, case, officer, reason=reason, note=note)):
        click.echo(sentence)


@click.command("take-back", epilog=NOTE_HINT)
@click.argument("case")
@AS
@reason_option(MOVE_REASONS)
@NOTE
@with_store
def take_back_command(store: Store, case: str, actor: Actor, reason: str, note: str) -> None:
    """Take the newest placement or move of a case back, until the next commit.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.moves import take_back
    from allocator.reporting.acts import taken_back_sentence

    click.echo(taken_back_sentence(take_back(store, actor, case, reason=reason, note=note)))
