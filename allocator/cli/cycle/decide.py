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
    from allocator.reporting.acts import act_sentence

    cycle = submit_cycle(store, actor, cycle_id=cycle_id)
    click.echo(act_sentence("submit", cycle.id))


@click.command("return", epilog=NOTE_HINT)
@AS
@CYCLE
@reason_option(RETURN_REASONS)
@NOTE
@with_store
def return_command(store: Store, actor: Actor, cycle_id: int | None, reason: str, note: str) -> None:
    """Send the plan back to be changed."""
    from allocator.app.approvals import return_cycle
    from allocator.reporting.acts import act_sentence

    cycle = return_cycle(store, actor, reason=reason, note=note, cycle_id=cycle_id)
    click.echo(act_sentence("return", cycle.id))


@click.command("approve")
@AS
@CYCLE
@with_store
def approve_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Answer for the plan, as somebody who neither proposed it nor changed it."""
    from allocator.app.approvals import approve_cycle
    from allocator.reporting.acts import act_sentence

    cycle = approve_cycle(store, actor, cycle_id=cycle_id)
    click.echo(act_sentence("approve", cycle.id))


@click.command("commit")
@AS
@CYCLE
@with_store
def commit_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Make the plan real, and write everybody's messages; `allocator deliver` sends them."""
    from allocator.app.commits import commit_cycle
    from allocator.reporting.acts import commit_sentences

    done = commit_cycle(store, actor, cycle_id=cycle_id)
    for sentence in commit_sentences(done):
        click.echo(sentence)


@click.command("undo")
@AS
@CYCLE
@with_store
def undo_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """Take a commit back: officers and dates are again what the cycle began with."""
    from allocator.app.commits import undo_cycle
    from allocator.reporting.acts import undo_sentence

    click.echo(undo_sentence(undo_cycle(store, actor, cycle_id=cycle_id)))


@click.command("discard")
@AS
@CYCLE
@with_store
def discard_command(store: Store, actor: Actor, cycle_id: int | None) -> None:
    """End an open cycle without a plan."""
    from allocator.app.approvals import discard_cycle
    from allocator.reporting.acts import act_sentence

    cycle = discard_cycle(store, actor, cycle_id=cycle_id)
    click.echo(act_sentence("discard", cycle.id))
