"""``allocator reductions``: dated reductions of capacity."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allocator.cli.options import JSON
from allocator.cli.showing import show
from allocator.cli.storing import AS, DAY, reason_option, with_store
from allocator.cycles.codes import DUTY_REASONS

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.group("reductions")
def command() -> None:
    """Keep dated reductions: less capacity, absence, no new cases, leaving; those in force count in every plan."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@AS
@with_store
def import_command(store: Store, file: Path, actor: Actor) -> None:
    """Replace the list by that of FILE: officer, percent, status, reason, from, to.

    A percent is taken off the officer's capacity from the first day to the last; whose capacity comes to 0 is absent.
    A status beside it, or instead of it, is absent, closed or leaving.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.registers import keep_reductions

    done = keep_reductions(store, actor, file)
    count = "1 reduction is" if len(done.reductions) == 1 else f"{len(done.reductions):,} reductions are"
    click.echo(f"{count} kept; those in force on its day count in every plan.")
    if done.renewed is not None:
        stale = "" if done.renewed.proposal_id is None else " Its plan is of older data now: `allocator cycle show`."
        click.echo(f"They change the data of cycle {done.renewed.id}, which is open.{stale}")


@command.command("add")
@click.argument("officers", metavar="OFFICER...", nargs=-1, required=True)
@click.option("--status", type=click.Choice(["absent", "closed", "leaving"]), help="What they are meanwhile.")
@click.option("--percent", type=click.IntRange(1, 99), help="How much less they can do, of a full caseload.")
@click.option("--from", "starts", type=DAY, required=True, metavar="DATE", help="First day.")
@click.option("--to", "ends", type=DAY, metavar="DATE", help="Last day.  [default: until they are back]")
@reason_option(DUTY_REASONS)
@AS
@with_store
def add_command(
    store: Store,
    officers: tuple[str, ...],
    status: str | None,
    percent: int | None,
    starts: datetime,
    ends: datetime | None,
    reason: str,
    actor: Actor,
) -> None:
    """Record that officers are away, on reduced duties, closed to new cases or leaving, for a time.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.duties import record_duties
    from allocator.reporting.reductions import duties_sentences

    days = {"starts": starts.date(), "ends": None if ends is None else ends.date()}
    given = {"status": status, "percent": percent, "reason": reason.strip().lower().replace("-", "_"), **days}
    for sentence in duties_sentences(record_duties(store, actor, officers, given)):
        click.echo(sentence)


@command.command("back")
@click.argument("officer")
@AS
@with_store
def back_command(store: Store, officer: str, actor: Actor) -> None:
    """Record that OFFICER is back today: whatever is in force of them ended yesterday; who covered is told.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.app.duties import mark_back
    from allocator.reporting.reductions import duties_sentences

    for sentence in duties_sentences(mark_back(store, actor, officer)):
        click.echo(sentence)


@command.command("show")
@AS
@JSON
@with_store
def show_command(store: Store, actor: Actor, as_json: bool) -> None:
    """Show who is reduced, and what ends within the next three cycles.

    Reasons can reveal health: only a supervisor of the officer's division sees them.
    """
    from allocator.app.registers import list_reductions
    from allocator.reporting.reductions import reduced_document, reductions_report

    found = list_reductions(store, actor)
    show([reduced_document(one) for one in found] if as_json else reductions_report(found))
