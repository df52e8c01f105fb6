"""What cycles say: what an import, a proposal or an override did, how a cycle stands, and what a replay finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from allocator.analysis.effects import Effect
from allocator.analysis.explain import explain
from allocator.cycles.codes import EXEMPTION_REASONS, OVERRIDE_REASONS
from allocator.domain.result import Result
from allocator.reporting.compare import goal_pair_table
from allocator.reporting.differences import (
    difference_document,
    difference_sentence,
    difference_words,
    kept_words,
    overtaken_sentence,
    staleness_document,
    touched_words,
)
from allocator.reporting.documents import (
    finding_document,
    finding_documents,
    goal_documents,
    picked,
    placement_document,
)
from allocator.reporting.model import Block, Report, Table, Text, figures, ids, section, sentences, texts
from allocator.reporting.plan import plan_report
from allocator.reporting.plan_sentences import count_sentence, proof_sentence
from allocator.reporting.words import capitalised, change_words, excess_words, goal_figures

if TYPE_CHECKING:
    from allocator.app.cycles import CycleDetails, CycleSummary
    from allocator.app.imports import Imported
    from allocator.app.overrides import Overridden
    from allocator.app.proposals import Proposed
    from allocator.app.replays import Replayed
    from allocator.cycles.staleness import Staleness
    from allocator.db.proposals import Override, Proposal

MANY = 40  # lines that people still read through


def imported_report(imported: Imported) -> Report:
    """What an import did."""
    cycle, difference = imported.cycle, imported.difference
    done = "opened" if imported.opened else f"{cycle.state}: newer data read"
    stale = (
        "The plan is of older data now. `allocator cycle show` tells which placements that touches;",
        "`allocator cycle propose --keep` plans again and keeps what was agreed.",
    )
    blocks: list[Block] = [
        *sentences(
            None if difference is None else difference_sentence(difference),
            f"Reduced at the cycle date: {', '.join(imported.reduced)}." if imported.reduced else None,
        ),
        *sentences(*(stale if imported.stale else ()), style="warning"),
    ]
    if difference:
        changes = [(change.table, change.name, difference_words(change)) for change in difference.changes[:MANY]]
        table = Table(ids("table", "id", "difference"), tuple(changes))
        blocks += section("What differs", table, *_more(len(difference.changes), ": --json"))
    return Report(f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}, {done}.", tuple(blocks))


def imported_document(imported: Imported) -> dict[str, Any]:
    """Compose the JSON of what an import did."""
    cycle = imported.cycle
    return {
        "cycle": cycle.id,
        "cycle_date": cycle.cycle_date.isoformat(),
        "state": cycle.state,
        "opened": imported.opened,
        "stale": imported.stale,
        "snapshot": cycle.snapshot_id,
        "reduced": list(imported.reduced),
        "differences": None if imported.difference is None else difference_document(imported.difference),
    }


def proposed_report(made: Proposed) -> Report:
    """A plan that was just frozen."""
    result, cycle = made.proposal.result, made.cycle
    return Report(
        f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}, {cycle.state}.",
        (
            Text(proof_sentence(result), "good" if result.proven else "warning"),
            Text(count_sentence(result.plan)),
            *sentences(_kept_sentence(made.agreed) if made.agreed else None),
            Text(f"{capitalised(goal_figures(result.goals))}."),
        ),
    )


def proposal_document(cycle_id: int, state: str, result: Result) -> dict[str, Any]:
    """Compose the JSON of a plan that was just frozen."""
    return {
        "cycle": cycle_id,
        "state": state,
        "goals": goal_documents(result.goals),
        "without_moves": goal_documents(result.without_moves),
        "counts": {action: len(cases) for action, cases in result.plan.actions.items()},
        **picked(result, "seed", "seconds", "stopped"),
        "versions": dict(result.versions),
    }


def overridden_report(made: Overridden) -> Report:
    """A placement that a person changed, and its price."""
    override, goals = made.override, made.effect.goals
    exempt = None
    if override.exemption is not None:
        exempt = f"By exemption from {', '.join(override.rules)}: {EXEMPTION_REASONS[override.exemption]}."
    return Report(
        f"Case {override.case_id}: {override.instead_of or 'nobody'} → {override.officer_id}.",
        (
            Text(f"Price, all else as planned: {change_words(goals)}."),
            *sentences(*map(excess_words, made.effect.excesses), indent=2),
            *sentences(exempt, style="warning"),
        ),
    )


def override_document(override: Override, effect: Effect | None = None) -> dict[str, Any]:
    """Compose the JSON of a placement that a person decided, with its price."""
    document = {
        **picked(override, "case_id", "officer_id", "instead_of", "reason", "note", "exemption"),
        "rules": list(override.rules),
        "price": dict(override.effect),
        "by": override.by,
        "at": override.at.isoformat(),
    }
    if effect is not None:
        document["excesses"] = [
            {**finding_document(pair.finding), "before": pair.first, "after": pair.second} for pair in effect.excesses
        ]
    return document


def cycle_report(shown: CycleDetails, rest: str) -> Report:
    """A cycle as it stands, and where the rest of its plan is found."""
    cycle, proposal = shown.cycle, shown.proposal
    title = f"Cycle {cycle.id} of {cycle.cycle_date.isoformat()}: {cycle.state}"
    ending = [
        f"  {reduction.officer}: {reduction.percent}% until {reduction.ends}, {ends_words(count)}"
        for count, reduction in shown.expiring
    ]
    blocks: list[Block] = [
        *sentences(*(f"  {one.at:%Y-%m-%d %H:%M} UTC  {one.act:<9} by {one.actor}" for one in shown.events)),
        *section("Reductions of capacity that end", *sentences(*ending)),
        *(() if shown.stale is None else _overtaken(shown.stale)),
    ]
    if proposal is None:
        size = f"{len(shown.force.cases):,} cases, {len(shown.force.officers):,} officers"
        return Report(title, (*blocks, Text(f"No plan yet: {size}.")))
    if proposal.overrides:
        table = Table(ids("case", "officer", "price", "reason", "by"), tuple(map(_override, proposal.overrides)))
        blocks += section("Decided by people", table)
    plan = plan_report(explain(proposal.result, shown.digest), rest)
    kept = _kept_sentence(len(proposal.insist)) if proposal.insist else None
    return Report(title, (*blocks, Text(""), *sentences(kept), Text(plan.title, "strong"), *plan.blocks))


def _overtaken(stale: Staleness) -> tuple[Block, ...]:
    touched = tuple(
        (one.case_id, one.officer_id or "nobody", one.action, touched_words(one)) for one in stale.touched[:MANY]
    )
    return section(
        "Newer data" if stale.rules is None else "Newer rules",
        Text(overtaken_sentence(stale), "warning"),
        Table(ids("case", "planned", "action", "what touches it"), touched),
        *_more(len(stale.touched), ": --json"),
        Text(f"Maybe `allocator cycle propose --keep`: it plans again and keeps {kept_words(stale)}."),
    )


def _override(override: Override) -> tuple[str, ...]:
    price = ", ".join(f"{name} {change:+,}" for name, change in override.effect.items() if change)
    exempt = f"; exempt from {', '.join(override.rules)}" if override.rules else ""
    note = f" ({override.note})" if override.note else ""
    reason = f"{OVERRIDE_REASONS[override.reason]}{note}{exempt}"
    pair = f"{override.instead_of or 'nobody'} → {override.officer_id}"
    return override.case_id, pair, price or "none", reason, override.by


def cycle_document(shown: CycleDetails) -> dict[str, Any]:
    """Compose the JSON of a cycle as it stands."""
    cycle, proposal = shown.cycle, shown.proposal
    return {
        "cycle": cycle.id,
        "cycle_date": cycle.cycle_date.isoformat(),
        "state": cycle.state,
        "version": cycle.version,
        "follows": cycle.follows_id,
        "snapshot": cycle.snapshot_id,
        "digest": shown.digest,
        "events": [{"act": e.act, "by": e.actor, "at": e.at.isoformat()} for e in shown.events],
        "expiring": [
            {"officer_id": r.officer, "percent": r.percent, "to": r.ends and r.ends.isoformat(), "cycles": count}
            for count, r in shown.expiring
        ],
        "plan": None if proposal is None else _plan_document(shown, proposal),
        "stale": None if shown.stale is None else staleness_document(shown.stale),
    }


def _plan_document(shown: CycleDetails, proposal: Proposal) -> dict[str, Any]:
    return {
        **proposal_document(shown.cycle.id, shown.cycle.state, proposal.result),
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at.isoformat(),
        "digest": proposal.digest,
        "kept": len(proposal.insist),
        "overrides": [override_document(override) for override in shown.overrides],
        "findings": finding_documents(shown.findings),
        "cases": [placement_document(proposal.plan, case) for case in shown.cases],
    }


def listing_report(found: Sequence[CycleSummary]) -> Report:
    """All cycles, a row each."""
    if not found:
        return Report("", (Text("No cycles yet: `allocator cycle import` opens the first."),))
    columns = (
        *figures("cycle"),
        *texts("date", "state"),
        *figures("officers", "cases", "moved", "placed", "nobody", "excess", form=","),
    )
    return Report("", (Table(columns, tuple(map(_listed, found))),))


def _listed(one: CycleSummary) -> tuple[str | int, ...]:
    cycle, goals = one.cycle, one.goals
    decided = (one.moved, one.placed, one.unplaced)
    counts = decided if goals and cycle.state != "discarded" else ("", "", "")
    excess = goals["excess"] if goals else ""
    return (cycle.id, cycle.cycle_date.isoformat(), cycle.state, one.officers, one.cases, *counts, excess)


def listed_document(listed: CycleSummary) -> dict[str, Any]:
    """Compose the JSON of one cycle in a list."""
    cycle = listed.cycle
    return {
        "cycle": cycle.id,
        "cycle_date": cycle.cycle_date.isoformat(),
        "state": cycle.state,
        "follows": cycle.follows_id,
        **picked(listed, "officers", "cases"),
        "goals": dict(listed.goals),
        **picked(listed, "moved", "placed", "unplaced"),
    }


def replayed_report(replayed: Replayed) -> Report:
    """What a replay found."""
    cycle, comparison = replayed.cycle, replayed.comparison
    if replayed.purged:
        return Report("", (Text(f"Cycle {cycle.id} was purged: there is nothing left to replay."),))
    versions = sentences(*(f"{name} was {then} then and is {now} now." for name, then, now in replayed.versions))
    if comparison is None:
        refused = Text(f"Cycle {cycle.id} cannot be planned again as it was.", "warning")
        return Report("", (*versions, refused, *sentences(replayed.refused)))
    stopped = f"A run ended early ({replayed.stopped}): what such a run finds depends on the clock."
    blocks = (*versions, *sentences(stopped if replayed.stopped else None))
    if replayed.same:
        every = f"the same plan for all {len(comparison.first.force.cases):,} cases"
        return Report("", (*blocks, Text(f"Cycle {cycle.id} replayed: {every}.")))
    others = [(case.case_id, case.first or "nobody", case.second or "nobody") for case in comparison.cases[:MANY]]
    rules = any(name == "rules" for name, _, _ in replayed.versions)
    return Report(
        "",
        (
            *blocks,
            Text(f"Cycle {cycle.id} replayed: {len(comparison.cases):,} cases have another officer.", "warning"),
            goal_pair_table(comparison.goals, ("frozen", "now")),
            *sentences("Both plans are counted by today's rules." if rules else None),
            Table(texts("case", "frozen", "now"), tuple(others)),
            *_more(len(comparison.cases)),
        ),
    )


def ends_words(count: int) -> str:
    """Before which of the next cycles something ends."""
    which = {1: "the next cycle", 2: "the second cycle from now", 3: "the third cycle from now"}
    return f"before {which[count]}"


def _kept_sentence(count: int) -> str:
    """What was kept of the plan before, and what that does to the proof."""
    kept = "1 placement was" if count == 1 else f"{count:,} placements were"
    return f"{kept} kept of the plan before; what is proved holds for plans that keep them."


def _more(count: int, where: str = "") -> tuple[Text, ...]:
    """How many lines were left out, and where they are."""
    return sentences(f"{count - MANY:,} more{where}." if count > MANY else None)
