"""One cycle and its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from allocator.analysis.explain import Explanation
from allocator.app.actors import User
from allocator.app.cycles import newest_kept, told_reasons
from allocator.app.messages import waiting_messages
from allocator.app.problems import post_proposal
from allocator.app.views import ForceView, load_view
from allocator.cycles.codes import NOTE_HINT, OVERRIDE_REASONS, RETURN_REASONS
from allocator.errors import AllocatorError, NotThere
from allocator.http.dependencies import AppContext, Context, Number
from allocator.http.responses import attachment
from allocator.http.web.candidates import signed
from allocator.http.web.forms import Text, items, seen_version
from allocator.http.web.lists import paged
from allocator.http.web.pages import render, sent
from allocator.http.web.routes.jobs import running_for
from allocator.http.web.visitors import member
from allocator.reporting.differences import kept_words, overtaken_sentence, touched_words
from allocator.reporting.goals import ON_PAGES
from allocator.reporting.letters import handover
from allocator.reporting.plan_files import plan_tables
from allocator.reporting.plan_sentences import case_sentences
from allocator.reporting.reasons import discreet_code, whys
from allocator.reporting.renderers.workbook import workbook
from allocator.reporting.words import finding_sentence, rules_sentence
from allocator.rules.ledger import Ledger
from allocator.rules.notes.overdue import Overdue

router = APIRouter(include_in_schema=False)
ASKED = ("commit", "undo", "discard")  # acts that are asked about once more, on a page of their own


@router.get("/cycles/{cycle_id}")
def cycle(request: Request, context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """One cycle: where it stands, its plan, and what may be done about it."""
    return cycle_page(request, context, user, cycle_id)


@dataclass(frozen=True, slots=True)
class _Act:
    name: str
    label: str
    kind: str = ""


def acts_for(seen: ForceView) -> list[_Act]:
    """What somebody may do now with a cycle, as buttons."""
    first = seen.cycle.state == "imported"
    buttons = (
        _Act("submit", "Submit for approval"),
        _Act("propose", "Plan this cycle" if first else "Plan it again", "" if first else "secondary"),
        _Act("approve", "Approve"),
        _Act("commit", "Commit, and write everybody's messages"),
        _Act("undo", "Undo this cycle", "warning"),
        _Act("discard", "Discard this cycle", "warning"),
    )
    return [button for button in buttons if button.name in seen.possible]


def cycle_page(
    request: Request, context: AppContext, user: User, cycle_id: int, error: Exception | None = None
) -> Response:
    """The page of a cycle, with what was wrong with the last act on it."""
    seen = load_view(context.store, user, "cycle", cycle_id=cycle_id, purpose="allocation")
    job = running_for(context, user, cycle_id)
    working = job is not None and not job.ended
    show = request.query_params.get("show", "moved")
    show = show if show in ("placed", "unplaced") else "moved"
    values: dict[str, Any] = {}
    if seen.proposal is not None:
        report = seen.report
        rows = _rows(seen, report, show)
        plan = seen.plan
        count = {a: sum(1 for c in cases if seen.sees(c)) for a, cases in plan.actions.items()}
        values = {
            "count": {action: f"{number:,}" for action, number in count.items()},
            "buys": _buys(report),
            "optional_moves": report.optional_moves,
            "rules": rules_sentence(report.result),
            "overrides": _overrides(seen),
            "excesses": [(finding_sentence(f),) for f in seen.findings if f.kind == "excess"],
            # What is overdue stands beside each case.
            "notes": [finding_sentence(f) for f in seen.findings if f.kind == "note" and f.rule != Overdue.id],
            "show": show,
            "paged": paged(request, rows),
        }
    if seen.stale is not None:
        values["overtaken"], values["keeping"] = overtaken_sentence(seen.stale), kept_words(seen.stale)
        values["stale_rows"] = [
            (one.case_id, f"{one.action}: {one.officer_id or 'nobody'}", touched_words(one))
            for one in seen.stale.touched[:50]
        ]
    return render(
        request,
        "cycle.html",
        title=f"Cycle {cycle_id}",
        back="/cycles",
        seen=seen,
        cycle=seen.cycle,
        asked=ASKED,
        acts=[] if working else acts_for(seen),
        working=working,
        undone=seen.cycle.state == "undone" and newest_kept(context.store) == seen.cycle,
        letters=waiting_messages(context.store, user, limit=0)[1],
        job=job,
        progress=None if job is None else context.pool.seen.progress.get(job.id),
        follow=None,
        refresh=3 if job is not None else None,
        return_items=items(RETURN_REASONS, None, "Choose a reason"),
        note_hint=NOTE_HINT,
        error=error,
        **values,
    )


def _rows(seen: ForceView, report: Explanation, show: str) -> list[dict[str, Any]]:
    plan = seen.plan
    says = case_sentences(report)
    return [
        {"case": case, "officer": plan.officer_of[case.case_id], "says": says.get(case.case_id, "")}
        for case in plan.actions[show]  # type: ignore[index]
        if seen.sees(case)
    ]


def _buys(report: Explanation) -> str:
    """What the moves buy: goals without them, and with them; empty where they buy nothing."""
    before = {goal.name: goal.value for goal in report.result.without_moves}
    if not before or not report.optional_moves:
        return ""
    now = {goal.name: goal.value for goal in report.result.goals}
    names = [name for name in ("unplaced", "excess", "fairness") if before[name] != now[name]]
    return ", ".join(f"{ON_PAGES[name]} {before[name]:,} instead of {now[name]:,}" for name in names)


def _overrides(seen: ForceView) -> list[tuple[str, ...]]:
    assert seen.proposal is not None
    found: list[tuple[str, ...]] = []
    for one in seen.proposal.by_person.values():
        if one.case_id in seen.case_ids:
            price = (
                ", ".join(f"{ON_PAGES[name]} {signed(value)}" for name, value in one.effect.items() if value) or "none"
            )
            reason = OVERRIDE_REASONS.get(one.reason, one.reason)
            found.append((one.case_id, f"{one.instead_of or 'nobody'} → {one.officer_id}", price, reason, one.by))
    return found


@router.post("/cycles/{cycle_id}/propose")
def propose(
    request: Request,
    context: Context,
    cycle_id: Number,
    version: Text = "",
    keep: Text = "",
    user: User = member("plan"),
) -> Response:
    """Begin to plan a cycle."""
    try:
        post_proposal(context.store, user, cycle_id, keep=bool(keep), version=seen_version(version))
    except AllocatorError as error:
        return cycle_page(request, context, user, cycle_id, error)
    context.pool.call()
    return sent(f"/cycles/{cycle_id}")


@router.get("/cycles/{cycle_id}/plan.xlsx")
def plan_workbook(context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """The plan as a workbook; of what the person does not see, nothing is in it."""
    seen = load_view(context.store, user, "plan", cycle_id=cycle_id, purpose="allocation", act="export")
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    report = seen.report
    book = workbook(plan_tables(report), seen.cycle.cycle_date, report.force.name)
    return attachment(f"cycle-{cycle_id}.xlsx", book)


@router.get("/cycles/{cycle_id}/sheets")
def sheets(request: Request, context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """Handover sheets of the cases that move, to print."""
    seen = load_view(context.store, user, "handover sheets", cycle_id=cycle_id, purpose="handover", act="export")
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    ledger = Ledger(seen.plan)
    why = whys(seen.plan, {case_id: o.reason for case_id, o in seen.proposal.by_person.items()})
    why |= told_reasons(context.store, user, cycle_id)  # as officers were told, under whichever rules that was
    found = [
        handover(seen.plan, ledger, case, discreet_code(why[case.case_id]))
        for case in seen.plan.actions["moved"]
        if seen.sees(case)
    ]
    return render(
        request, "sheets.html", title="Handover sheets", back=f"/cycles/{cycle_id}", cycle=seen.cycle, sheets=found
    )
