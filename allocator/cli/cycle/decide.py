"""``allocator cycle submit``, ``return``, ``approve``, ``commit``, ``undo`` and ``discard``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, CYCLE, NOTE, reason_option, with_store
from allocator.cycles.codes import NOTE_HINT, RETURN_REASONS

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("submit")
@AS
@CYCLE
@with_store
def submit_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Hand the plan over for approval; nobody changes it meanwhile."""
    from allocator.app.approvals import submit_cycle

    cycle = submit_cycle(store, actor, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is submitted: somebody else approves it, or returns it.")


@click.command("return", epilog=NOTE_HINT)
@AS
@CYCLE
@reason_option(RETURN_REASONS)
@NOTE
@with_store
def return_command(store: Store, actor: Actor, cycle_id: int | None, reason: str, note: str) -> None:
    """Send the plan back to be changed."""
    from allocator.app.approvals import return_cycle

    cycle = return_cycle(store, actor, reason=reason, note=note, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is proposed again: it can be overridden, planned anew and submitted.")


@click.command("approve")
@AS
@CYCLE
@with_store
def approve_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Answer for the plan, as somebody who neither proposed it nor changed it."""
    from allocator.app.approvals import approve_cycle

    cycle = approve_cycle(store, actor, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is approved: `allocator cycle commit` makes it real.")


@click.command("commit")
@AS
@CYCLE
@with_store
def commit_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Make the plan real, and write everybody's messages; `allocator deliver` sends them."""
    from allocator.app.commits import commit_cycle
    from allocator.reporting.words import cases

    done = commit_cycle(store, actor, cycle_id=cycle_id)
    actions = {action: len(found) for action, found in done.plan.actions.items()}
    click.echo(
        f"Cycle {done.cycle.id} is committed: {cases(actions['kept'])} stay, {actions['moved']:,} move, "
        f"{actions['placed']:,} are placed, {actions['unplaced']:,} have nobody."
    )
    click.echo(f"{done.messages:,} messages wait: `allocator deliver` sends them.")


@click.command("undo")
@AS
@CYCLE
@with_store
def undo_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Take a commit back: officers and dates are again what the cycle began with."""
    from allocator.app.commits import undo_cycle
    from allocator.reporting.words import counted

    done = undo_cycle(store, actor, cycle_id=cycle_id)
    told = [f"Cycle {done.cycle.id} is undone."]
    if done.withdrawn:
        told.append(f"{counted(done.withdrawn, 'message')} had not gone out, and never will.")
    if done.told:
        told.append(f"People who had been told, and are told of this: {done.told:,}; `allocator deliver` sends it.")
    click.echo(" ".join(told))


@click.command("discard")
@AS
@CYCLE
@with_store
def discard_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """End an open cycle without a plan."""
    from allocator.app.approvals import discard_cycle

    cycle = discard_cycle(store, actor, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is discarded.")
