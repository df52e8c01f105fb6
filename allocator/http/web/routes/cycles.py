"""Cycles: an export read, a plan made and reviewed, decided otherwise, and answered for."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from allocator.access.visibility import mask_excluded_rules, mask_exclusions_in_text
from allocator.analysis.effects import bars
from allocator.analysis.report import Report
from allocator.app.acts import RIGHT_TO, apply_transition, import_export, override_case, roll_over
from allocator.app.solving import post_proposal
from allocator.app.telling import case_sentences, workbook_pages
from allocator.app.views import ForceView, NotThere, load_view, require, require_whole_force, sees_whole_force
from allocator.cycles.codes import EXEMPTION_REASONS, NOTE_HINT, OVERRIDE_REASONS, RETURN_REASONS
from allocator.cycles.staleness import Touched
from allocator.cycles.states import OPEN
from allocator.db.accounts import Denied, User
from allocator.db.assignments import whys_kept
from allocator.db.cycles import last_kept, open_cycle
from allocator.db.outbox import unsent
from allocator.db.overriding import EXEMPTIBLE, priced
from allocator.db.queries import listing
from allocator.db.store import Conflict
from allocator.domain.force import Case
from allocator.errors import AllocatorError, InputError, Problem
from allocator.files.plan_workbook import workbook
from allocator.http.dependencies import AppContext, Context, Number
from allocator.http.responses import XLSX
from allocator.http.urls import Part
from allocator.http.web.pages import (
    GOALS,
    Downloads,
    FormError,
    effect_words,
    form_token,
    items,
    member,
    paged,
    render,
    require_reason,
    seen_version,
    sent,
    signed,
)
from allocator.http.web.routes.jobs import running_for
from allocator.reporting.messages import handover
from allocator.reporting.sentences.cycles import kept_words, overtaken_sentence, touched_words
from allocator.reporting.sentences.plans import rules_sentence
from allocator.reporting.whys import discreet_code, whys
from allocator.rules.ledger import Ledger
from allocator.rules.notes.overdue import Overdue

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=1000)]
STEPS = (
    ("imported", "Data read"),
    ("proposed", "Plan made: review it"),
    ("submitted", "Submitted: somebody else approves it"),
    ("approved", "Approved"),
    ("committed", "Committed: officers are told"),
)
ASKED = {"commit": "Commit", "undo": "Undo", "discard": "Discard"}  # acts that are asked about once more
VIEWS = (("moved", "Cases that move"), ("placed", "New cases"), ("unplaced", "Cases with nobody"))


@router.get("/cycles")
def cycles(request: Request, context: Context, user: User = member("figures")) -> Response:
    """All cycles, and the way to the next."""
    return _cycles(request, context, user)


def _cycles(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    found = list(reversed(listing(context.store)))
    with context.store.reading() as connection:
        now = open_cycle(connection)
    values: dict[str, Any] = {"problems": [], "download": ""}
    if isinstance(error, InputError) and not isinstance(error, FormError):
        values["problems"] = [(p.file, p.row, p.column, p.value, _expected(p)) for p in error.problems[:200]]
        values["download"] = _downloads(request).keep(user, error.problems)
        count = len(error.problems)
        error = InputError(
            [Problem("export", f"none of {count} problems, listed below", maybe="mend and read it again.")]
        )
    return render(
        request,
        "cycles.html",
        title="Cycles",
        cycles=found,
        open=now,
        last=next((one.cycle.state for one in found if one.cycle.state != "discarded"), None),
        whole=sees_whole_force(user),
        most=context.settings.upload,
        error=error,
        **values,
    )


def _expected(problem: Problem) -> str:
    return problem.expected if problem.maybe is None else f"{problem.expected}. Maybe {problem.maybe}"


def _downloads(request: Request) -> Downloads:
    found: Downloads = request.app.state.downloads
    return found


@router.get("/downloads/{name}.csv")
def download(request: Request, name: str, user: User = member("own")) -> Response:
    """A list of problems, to be mended elsewhere."""
    text = _downloads(request).find(user, name)
    if text is None:
        raise NotThere("This list is no longer kept.\nMaybe read the export again.")
    headers = {"Content-Disposition": 'attachment; filename="problems.csv"'}
    return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)


@router.post("/cycles/import")
def read_export(
    request: Request,
    context: Context,
    export: Annotated[UploadFile | None, File()] = None,
    after: Text = "",
    csrftoken: Text = "",
    user: User = member("plan"),
) -> Response:
    """Read an uploaded export."""
    if not hmac.compare_digest(csrftoken.encode(), form_token(request).encode()):
        raise Denied("The form is no longer valid. Nothing was changed.\nMaybe load the page again, and send it again.")
    try:
        if export is None or not export.filename:
            raise FormError(export="Choose a file.")
        with context.store.reading() as connection:
            opens = open_cycle(connection) is None
        committed = any(one.cycle.state == "committed" for one in listing(context.store))
        done = import_export(
            context.store, user, export.filename, export.file.read(), after_commit=bool(after) and opens and committed
        )
    except AllocatorError as error:
        return _cycles(request, context, user, error)
    return sent(f"/cycles/{done.cycle.id}", "imported")


@router.post("/cycles/rollover")
def post_rollover(request: Request, context: Context, user: User = member("plan")) -> Response:
    """Begin the next cycle as the last ended."""
    try:
        done = roll_over(context.store, user)
    except AllocatorError as error:
        return _cycles(request, context, user, error)
    return sent(f"/cycles/{done.cycle.id}", "imported")


@router.get("/cycles/{cycle_id}")
def cycle(request: Request, context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """One cycle: where it stands, its plan, and what may be done about it."""
    return _cycle(request, context, user, cycle_id)


@dataclass(frozen=True, slots=True)
class _Act:
    name: str
    label: str
    kind: str = ""

    @property
    def asks(self) -> bool:
        """Whether a page of its own asks once more."""
        return self.name in ASKED


def _acts(seen: ForceView) -> list[_Act]:
    user, state, fresh = seen.user, seen.cycle.state, seen.stale is None
    found = []
    if user.may("plan") and state in ("imported", "proposed"):
        found.append(_Act("propose", "Plan this cycle" if state == "imported" else "Plan it again", _second(state)))
    if user.may("plan") and state == "proposed" and fresh:
        found.insert(0, _Act("submit", "Submit for approval"))
    if user.may("approve") and state == "submitted" and fresh and _others_plan(seen):
        found.append(_Act("approve", "Approve"))
    if user.may("commit") and state == "approved" and fresh:
        found.append(_Act("commit", "Commit, and write everybody's messages"))
    if user.may("undo") and state == "committed":
        found.append(_Act("undo", "Undo this cycle", "warning"))
    if user.may("plan") and sees_whole_force(user) and state in OPEN:
        found.append(_Act("discard", "Discard this cycle", "warning"))
    return found


def _second(state: str) -> str:
    return "" if state == "imported" else "secondary"


def _others_plan(seen: ForceView) -> bool:
    assert seen.proposal is not None
    involved = seen.user.name in seen.proposal.involved()
    return not (involved and seen.proposal.force.policy.approval.four_eyes)


def _waits(seen: ForceView) -> list[str]:
    user, state = seen.user, seen.cycle.state
    if seen.stale is not None and state in ("submitted", "approved"):
        return [f"The way out: send it back, then plan it again, keeping {kept_words(seen.stale)}."]
    if state == "submitted" and not (user.may("approve") and _others_plan(seen)):
        return ["It waits for an approver who neither proposed it nor changed a placement of it."]
    if state == "approved" and not user.may("commit"):
        return ["It waits for an approver, or the batch service, to commit it."]
    return []


def _cycle(
    request: Request, context: AppContext, user: User, cycle_id: int, error: Exception | None = None
) -> Response:
    seen = load_view(context.store, user, "cycle", cycle_id=cycle_id, purpose="allocation")
    job = running_for(context, user, cycle_id)
    working = job is not None and not job.ended
    show = request.query_params.get("show", "moved")
    show = show if show in dict(VIEWS) else "moved"
    values: dict[str, Any] = {}
    if seen.proposal is not None:
        report = seen.view.report
        rows = _rows(seen, report, show)
        plan = seen.plan
        count = {a: sum(1 for c in cases if seen.sees(c)) for a, cases in plan.actions.items()}
        values = {
            "count": {action: f"{number:,}" for action, number in count.items()},
            "buys": _buys(report),
            "rules": rules_sentence(report.result),
            "overrides": _overrides(seen),
            "excesses": [(said,) for said in seen.told(f for f in seen.findings if f.kind == "excess")],
            # What is overdue stands beside each case.
            "notes": seen.told(f for f in seen.findings if f.kind == "note" and f.rule != Overdue.id),
            "views": [(key, f"{words} ({count[key]:,})") for key, words in VIEWS],  # type: ignore[index]
            "show": show,
            "paged": paged(request, rows),
        }
    if seen.stale is not None:
        values["stale_says"] = (
            f"{overtaken_sentence(seen.stale)} It cannot be submitted, approved or committed as it is."
        )
        values["stale_keeps"] = f"Plan again, keeping {kept_words(seen.stale)}"
        values["stale_rows"] = [_touched(one) for one in seen.stale.touched if one.case_id in seen.case_ids][:50]
    return render(
        request,
        "cycle.html",
        title=f"Cycle {cycle_id}",
        back="/cycles",
        seen=seen,
        cycle=seen.cycle,
        steps=STEPS,
        current=seen.cycle.state,
        acts=[] if working else _acts(seen),
        working=working,
        waits=_waits(seen),
        undone=seen.cycle.state == "undone" and _newest(context) == cycle_id,
        letters=unsent(context.store, limit=0)[1] if user.may("commit") else 0,
        job=job,
        progress=None if job is None else context.pool.seen.progress.get(job.id),
        follow=None,
        refresh=3 if job is not None else None,
        return_items=items(RETURN_REASONS, None, "Choose a reason"),
        note_hint=NOTE_HINT,
        error=error,
        **values,
    )


def _newest(context: AppContext) -> int | None:
    with context.store.reading() as connection:
        last = last_kept(connection)
    return None if last is None else last.id


def _touched(one: Touched) -> tuple[str, str, str]:
    changes = tuple(change for change in one.case_changes if change.column != "excluded")
    told = touched_words(replace(one, case_changes=changes, bars=mask_excluded_rules(one.bars)))
    return one.case_id, f"{one.action}: {one.officer_id or 'nobody'}", mask_exclusions_in_text(told)


def _rows(seen: ForceView, report: Report, show: str) -> list[dict[str, Any]]:
    plan = seen.plan
    says = case_sentences(report, seen.hidden)
    return [
        {
            "case": case,
            "officer": plan.officer_of[case.case_id],
            "says": says.get(case.case_id, ""),
        }
        for case in plan.actions[show]  # type: ignore[index]
        if seen.sees(case)
    ]


def _buys(report: Report) -> str | None:
    """What the moves buy, in one sentence."""
    before = {goal.name: goal.value for goal in report.result.without_moves}
    if not before or not report.optional_moves:
        return None
    now = {goal.name: goal.value for goal in report.result.goals}
    names = [name for name in ("unplaced", "excess", "fairness") if before[name] != now[name]]
    told = ", ".join(f"{GOALS[name]} {before[name]:,} instead of {now[name]:,}" for name in names)
    moved = "1 case moves" if report.optional_moves == 1 else f"{report.optional_moves:,} cases move"
    return (
        f"In the whole force {moved} that could have stayed. Had none of them moved, the best plan would have {told}."
        if told
        else None
    )


def _overrides(seen: ForceView) -> list[tuple[str, ...]]:
    assert seen.proposal is not None
    found: list[tuple[str, ...]] = []
    for one in seen.proposal.by_person.values():
        if one.case_id in seen.case_ids:
            price = ", ".join(f"{GOALS[name]} {signed(value)}" for name, value in one.effect.items() if value) or "none"
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
        return _cycle(request, context, user, cycle_id, error)
    context.pool.call()
    return sent(f"/cycles/{cycle_id}")


@router.get("/cycles/{cycle_id}/override")
def override_page(
    request: Request,
    context: Context,
    cycle_id: Number,
    case: Part = "",
    officer: Part = "",
    user: User = member("override"),
) -> Response:
    """Another officer for one case, with the price before the decision."""
    return _override(request, context, user, cycle_id, case, officer)


def _override(
    request: Request,
    context: AppContext,
    user: User,
    cycle_id: Number,
    case_id: str,
    officer_id: str,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    seen = load_view(
        context.store, user, "override", cycle_id=cycle_id, details={"case": case_id[:80]}, purpose="allocation"
    )
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    case, kept = seen.case(case_id), given or {}
    planned = seen.plan.officer_of[case.case_id]
    values: dict[str, Any] = {"chosen": "", "possible": False, "needs_exemption": False, "price": []}
    if not officer_id and "officer" in request.query_params:
        error = FormError(officer="Choose an officer.")
    if officer_id:
        values["chosen"] = officer_id
        seen.officer(officer_id)
        barred = bars(seen.plan.force, case, seen.plan.force.officer_by_id[officer_id])
        values["needs_exemption"] = bool(barred) and all(rule in EXEMPTIBLE for rule in barred)
        try:
            code = "only-option" if values["needs_exemption"] else None
            _, effect, _ = priced(
                seen.proposal, case.case_id, officer_id, by=user.name, reason="other", note="", exemption=code
            )
            grown = seen.told(p.finding for p in effect.excesses if p.second > p.first)
            values["price"] = [f"{effect_words(effect.goals)}.", *grown]
            if values["needs_exemption"]:
                values["price"].insert(0, f"These rules bar {officer_id}: {', '.join(barred)}.")
            values["possible"] = True
        except AllocatorError as refused:
            error = error or refused
    return render(
        request,
        "override.html",
        title=f"Decide otherwise: case {case.case_id}",
        back=f"/cycles/{cycle_id}",
        seen=seen,
        cycle=seen.cycle,
        case=case,
        planned=planned,
        officer_items=items(_others(seen, case, planned), officer_id, "Choose an officer"),
        reason_items=items(OVERRIDE_REASONS, kept.get("reason"), "Choose a reason"),
        exemption_items=items(EXEMPTION_REASONS, kept.get("exemption"), "Choose a reason"),
        note=kept.get("note", ""),
        note_hint=NOTE_HINT,
        error=error,
        **values,
    )


def _others(seen: ForceView, case: Case, planned: str | None) -> list[tuple[str, str]]:
    """Officers other than the planned one, those first whom no rule bars."""
    found = []
    for change in seen.changes:
        officer = change.officer
        if officer.officer_id != planned:
            barred = bars(seen.plan.force, case, officer)
            told = (
                f" ({'not eligible' if 'excluded' in barred else 'barred by ' + ', '.join(barred)})" if barred else ""
            )
            found.append((bool(barred), officer.officer_id, f"{officer.officer_id}{told}"))
    return [(officer_id, words) for _, officer_id, words in sorted(found)]


@router.post("/cycles/{cycle_id}/override")
def post_override(
    request: Request,
    context: Context,
    cycle_id: Number,
    case: Text = "",
    officer: Text = "",
    reason: Text = "",
    exemption: Text = "",
    note: Text = "",
    version: Text = "",
    user: User = member("override"),
) -> Response:
    """Give a case to another officer than planned."""
    try:
        require_reason(reason, note)
        if exemption == "authorised" and not note.strip():
            raise FormError(note="Name the senior officer in the note.")
        options = {"reason": reason, "note": note, "exemption": exemption or None}
        override_case(context.store, user, case, officer, cycle_id=cycle_id, version=seen_version(version), **options)
    except AllocatorError as error:
        kept = {"reason": reason, "exemption": exemption, "note": note}
        return _override(request, context, user, cycle_id, case, officer, error, kept)
    return sent(f"/cycles/{cycle_id}", "overridden")


@router.post("/cycles/{cycle_id}/{act}")
def decide(
    request: Request,
    context: Context,
    cycle_id: Number,
    act: str,
    version: Text = "",
    reason: Text = "",
    note: Text = "",
    user: User = member("cases"),
) -> Response:
    """Submit, return, approve, commit, undo or discard a cycle."""
    if act not in ("submit", "return", "approve", "commit", "undo", "discard"):
        raise NotThere("There is nothing here.")
    try:
        if act == "return":
            require_reason(reason, note)
        apply_transition(
            context.store, user, act, cycle_id=cycle_id, version=seen_version(version), reason=reason, note=note
        )
    except AllocatorError as error:
        return _cycle(request, context, user, cycle_id, error)
    return sent(f"/cycles/{cycle_id}", act)


@router.get("/cycles/{cycle_id}/confirm/{act}")
def confirm(request: Request, context: Context, cycle_id: Number, act: str, user: User = member("cases")) -> Response:
    """Ask once more before a cycle is committed, undone or discarded."""
    if act not in ASKED:
        raise NotThere("There is nothing here.")
    require(user, RIGHT_TO.get(act, act))
    if act == "discard":
        require_whole_force(user)
    seen = load_view(context.store, user, "cycle", cycle_id=cycle_id, purpose="allocation")
    found = next((one for one in _acts(seen) if one.name == act), None)
    if found is None:
        raise Conflict(f"Cycle {cycle_id} is {seen.cycle.state}, so this cannot be done now.\nMaybe look at it again.")
    return render(
        request,
        "confirm.html",
        title=f"{ASKED[act]} cycle {cycle_id}?",
        back=f"/cycles/{cycle_id}",
        cycle=seen.cycle,
        act=found,
        says=_asks(seen, act),
    )


def _asks(seen: ForceView, act: str) -> list[str]:
    """What an act does: what happens, what is lost, who is told."""
    cycle, plan = seen.cycle, seen.proposal
    if act == "discard":
        told = [f"Cycle {cycle.id} ends without a plan, and what was read into it is left out."]
        if plan is not None:
            told.append(f"Its plan is lost{_decisions(len(plan.by_person))}.")
        return [*told, "Nobody is told, and it cannot be taken back."]
    if act == "undo":
        return [
            f"Officers and dates are again what cycle {cycle.id} began with.",
            "Messages that wait are withdrawn. Whoever was told is told that it no longer holds.",
            "It cannot be committed again: the next cycle begins with the data that the undo left.",
        ]
    assert plan is not None
    count = {action: len(cases) for action, cases in plan.plan.actions.items()}
    return [
        f"In the whole force, {count['moved']:,} cases move, {count['placed']:,} new ones are placed, "
        f"and {count['unplaced']:,} have nobody.",
        "The plan becomes real, and messages to all concerned are written: they are told once those are delivered.",
        "It can be undone as long as no later cycle builds on it.",
    ]


def _decisions(count: int) -> str:
    return {0: "", 1: ", with 1 decision by a person"}.get(count, f", with {count:,} decisions by people")


@router.get("/cycles/{cycle_id}/plan.xlsx")
def plan_workbook(context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """The plan as a workbook; of what the person does not see, nothing is in it."""
    seen = load_view(context.store, user, "plan", cycle_id=cycle_id, purpose="allocation", act="export")
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    pages = workbook_pages(seen.view.report, seen.hidden)
    headers = {"Content-Disposition": f'attachment; filename="cycle-{cycle_id}.xlsx"'}
    return Response(workbook(pages, seen.cycle.cycle_date), media_type=XLSX, headers=headers)


@router.get("/cycles/{cycle_id}/sheets")
def sheets(request: Request, context: Context, cycle_id: Number, user: User = member("cases")) -> Response:
    """Handover sheets of the cases that move, to print."""
    seen = load_view(context.store, user, "handover sheets", cycle_id=cycle_id, purpose="handover", act="export")
    if seen.proposal is None:
        raise NotThere(f"Cycle {cycle_id} has no plan yet.")
    ledger = Ledger(seen.plan)
    why = whys(seen.plan, {case_id: o.reason for case_id, o in seen.proposal.by_person.items()})
    with context.store.reading() as connection:
        why |= whys_kept(connection, cycle_id)  # as officers were told, under whichever rules that was
    found = [
        handover(seen.plan, ledger, case, discreet_code(why[case.case_id]))
        for case in seen.plan.actions["moved"]
        if seen.sees(case)
    ]
    return render(
        request, "sheets.html", title="Handover sheets", back=f"/cycles/{cycle_id}", cycle=seen.cycle, sheets=found
    )
