"""``allocator deliver``: send what waits in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, with_store

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("deliver")
@AS
@click.option("--now", is_flag=True, help="Try at once what failed before, without waiting for its time.")
@with_store
def command(store: Store, actor: Actor, now: bool) -> int:
    """Deliver waiting messages as files, a folder for each recipient, under messages in the store's folder.

    What fails is tried again by later runs, after 30 seconds at first and twice as long each time, 6 hours at most.

    Exit codes: 0 nothing failed; 1 something did.
    """
    from allocator.app.messages import deliver_messages
    from allocator.cli.failing import DONE, OTHER
    from allocator.cli.progress import live_line
    from allocator.reporting.acts import delivery_sentence, wrong_time_sentence

    with live_line("{} delivered.") as progress:
        done = deliver_messages(store, actor, now=now, progress=progress)
    click.echo(delivery_sentence(done, store.home.messages))
    for wrong in done.wrong_times:
        click.echo(wrong_time_sentence(wrong), err=True)
    if done.error is not None:
        click.echo(f"{done.failed:,} could not be delivered. {done.error}", err=True)
    return OTHER if done.failed else DONE
