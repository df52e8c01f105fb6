"""``allocator cycle cover``: who covers for officers who are away today, and agreeing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from allocator.cli.cover import INSIST
from allocator.cli.showing import show
from allocator.cli.storing import AS, NOTE, with_store
from allocator.cycles.codes import NOTE_HINT

if TYPE_CHECKING:
    from allocator.app.actors import Actor
    from allocator.app.stores import Store


@click.command("cover", epilog=NOTE_HINT)
@AS
@click.option("--agree", is_flag=True, help="Agree to this cover, and write messages to those whom it concerns.")
@INSIST
@click.option("--reason", default="", metavar="CODE", help="Of what is insisted on: a code as for `cycle override`.")
@NOTE
@with_store
def cover_command(
    store: Store, actor: Actor, agree: bool, insist: dict[str, tuple[str, ...]], reason: str, note: str
) -> None:
    """Find who covers each case of an officer who is away today, proved best; what people decided stands.

    Exit codes: 0 done; 2 input or usage; 1 anything else.
    """
    from allocator.analysis.cover import explain_cover
    from allocator.app.cover import agree_cover, load_cover
    from allocator.cli.progress import live
    from allocator.domain.plan import Plan
    from allocator.errors import InputError, Problem
    from allocator.reporting.cover import agreed_sentences, cover_report
    from allocator.solver.cover import solve_cover
    from allocator.solver.pool import SolverPool

    if agree and insist and not reason:
        raise InputError([Problem("--reason", "a code, since --insist decides otherwise than the best cover")])
    view = load_cover(store, actor)
    decided = {**{case_id: tuple(officers) for case_id, officers in view.decided.items()}, **insist}
    with SolverPool() as pool, live(True) as tell:
        result = solve_cover(Plan.as_it_stands(view.seen.force), progress=tell, pool=pool, insist=decided)
    show(cover_report(explain_cover(result), "the page Cover"))
    if not agree:
        return
    new, same, messages = 0, 0, 0
    if insist:
        chosen = {case_id: officers[0] for case_id, officers in insist.items()}
        done = agree_cover(store, actor, chosen, reason=reason, note=note, best=False, seen_digest=view.digest)
        new, same, messages = len(done.new), len(done.same), done.messages
        view = load_cover(store, actor)
    best = {case.case_id: who for case, who in result.cover if who is not None and case.case_id not in decided}
    if best:
        done = agree_cover(store, actor, best, seen_digest=view.digest)
        new, same, messages = new + len(done.new), same + len(done.same), messages + done.messages
    for sentence in agreed_sentences(new, same, messages):
        click.echo(sentence)
