"""``allocator cycle propose`` and ``override``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.storing import AS, CYCLE, JSON, with_store
from allocator.cycles.codes import EXEMPTION_REASONS, NOTE_HINT, OVERRIDE_REASONS

if TYPE_CHECKING:
    from allocator.store.store import Store


@click.command("propose")
@AS
@CYCLE
@click.option("--keep", is_flag=True, help="Keep what the plan before agreed, wherever newer data does not touch it.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Seconds of solving; the best plan so far is kept.  [default: a fixed effort a goal]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", show_default=True)
@JSON
@with_store
def propose_command(
    store: Store, by: str, cycle_id: int | None, keep: bool, time_limit: float | None, seed: int, as_json: bool
) -> None:
    """Plan the cycle, proved best, and freeze the plan beside its input.

    Ctrl-C keeps the best plan so far; a second one gives up.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.solver.standby import Standby

    with Standby() as standby:  # the workers load their engines while the data is read
        from allocator.cli.progress import live
        from allocator.store.proposing import propose

        with live(True) as tell:
            made = propose(
                store,
                by=by,
                cycle_id=cycle_id,
                keep=keep,
                seed=seed,
                time_limit=time_limit,
                progress=tell,
                standby=standby,
            )
    if as_json:
        from allocator.files.plan_files import json_bytes
        from allocator.store.documents import proposal_document

        click.echo(json_bytes(proposal_document(made.cycle.id, made.cycle.state, made.proposal.result)), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.cycle_view import print_proposed

    print_proposed(output(), made)


@click.command("override", epilog=NOTE_HINT)
@click.argument("case")
@click.argument("officer")
@AS
@CYCLE
@click.option(
    "--reason",
    required=True,
    metavar="CODE",
    help="; ".join(f"{code}: {words}" for code, words in OVERRIDE_REASONS.items()) + ".",
)
@click.option("--note", default="", metavar="TEXT", help="What the code leaves out.")
@click.option(
    "--exemption",
    metavar="CODE",
    help="Needed where rules bar the officer; stands as a finding as long as the case is with them. "
    + "; ".join(f"{code}: {words}" for code, words in EXEMPTION_REASONS.items())
    + ".",
)
@JSON
@with_store
def override_command(
    store: Store,
    case: str,
    officer: str,
    by: str,
    cycle_id: int | None,
    reason: str,
    note: str,
    exemption: str | None,
    as_json: bool,
) -> None:
    """Give one case to another officer than planned; it is checked at once, and its price shown.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.store.overriding import override

    made = override(store, case, officer, by=by, reason=reason, note=note, exemption=exemption, cycle_id=cycle_id)
    if as_json:
        from allocator.files.plan_files import json_bytes
        from allocator.store.documents import override_document

        click.echo(json_bytes(override_document(made.override, made.effect)), nl=False)
        return

    from allocator.cli.console import output
    from allocator.cli.cycle_view import print_overridden

    print_overridden(output(), made)
