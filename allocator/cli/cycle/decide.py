"""``allocator cycle submit``, ``return``, ``approve``, ``commit``, ``undo`` and ``discard``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, CYCLE, with_store
from allocator.cycles.codes import NOTE_HINT, RETURN_REASONS

if TYPE_CHECKING:
    from allocator.db.store import Store


@click.command("submit")
@AS
@CYCLE
@with_store
def submit_command(store: Store, by: str, cycle_id: int | None) -> None:
    """Hand the plan over for approval; nobody changes it meanwhile."""
    from allocator.db.approvals import apply_transition

    cycle = apply_transition(store, "submit", by=by, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is submitted: somebody else approves it, or returns it.")


@click.command("return", epilog=NOTE_HINT)
@AS
@CYCLE
@click.option(
    "--reason",
    required=True,
    metavar="CODE",
    help="; ".join(f"{code}: {words}" for code, words in RETURN_REASONS.items()) + ".",
)
@click.option("--note", default="", metavar="TEXT", help="What the code leaves out.")
@with_store
def return_command(store: Store, by: str, cycle_id: int | None, reason: str, note: str) -> None:
    """Send the plan back to be changed."""
    from allocator.db.approvals import apply_transition

    cycle = apply_transition(store, "return", by=by, reason=reason, note=note, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is proposed again: it can be overridden, planned anew and submitted.")


@click.command("approve")
@AS
@CYCLE
@with_store
def approve_command(store: Store, by: str, cycle_id: int | None) -> None:
    """Answer for the plan, as somebody who neither proposed it nor changed it."""
    from allocator.db.approvals import apply_transition

    cycle = apply_transition(store, "approve", by=by, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is approved: `allocator cycle commit` makes it real.")


@click.command("commit")
@AS
@CYCLE
@with_store
def commit_command(store: Store, by: str, cycle_id: int | None) -> None:
    """Make the plan real, and write everybody's messages; `allocator deliver` sends them."""
    from allocator.db.committing import commit
    from allocator.reporting.sentences.counts import cases

    done = commit(store, by=by, cycle_id=cycle_id)
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
def undo_command(store: Store, by: str, cycle_id: int | None) -> None:
    """Take a commit back: officers and dates are again what the cycle began with."""
    from allocator.db.committing import undo
    from allocator.reporting.sentences.counts import counted

    done = undo(store, by=by, cycle_id=cycle_id)
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
def discard_command(store: Store, by: str, cycle_id: int | None) -> None:
    """End an open cycle without a plan."""
    from allocator.db.approvals import apply_transition

    cycle = apply_transition(store, "discard", by=by, cycle_id=cycle_id)
    click.echo(f"Cycle {cycle.id} is discarded.")
