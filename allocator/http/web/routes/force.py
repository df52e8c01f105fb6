"""Home, officers, cases, and tonight's release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from allocator.analysis.effects import Candidate
from allocator.analysis.officers import OfficerChange
from allocator.app.acts import place_case
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.solving import recommended
from allocator.app.views import ForceView, find_view, load_view, over_a_limit, sees_whole_force
from allocator.cycles.codes import NOTE_HINT, OVERRIDE_REASONS
from allocator.cycles.history import History
from allocator.db.accounts import User
from allocator.db.cycles import open_cycle
from allocator.db.outbox import unsent
from allocator.db.people import see_reductions
from allocator.domain.force import Case, Officer
from allocator.errors import AllocatorError, InputError
from allocator.files.dates import read_date
from allocator.http.asking import ask
from allocator.http.dependencies import AppContext, Context
from allocator.http.urls import Part, address_of
from allocator.http.web.pages import (
    FormError,
    effect_words,
    items,
    member,
    paged,
    plain,
    render,
    require_reason,
    seen_version,
    sent,
)
from allocator.reporting.sentences.asking import KNOWS
from allocator.reporting.sentences.cases import overdue_sentence
from allocator.reporting.sentences.counts import counted
from allocator.reporting.sentences.cycles import entry_sentence
from allocator.rules.notes.overdue import delays

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=1000)]
SHOWN = 10  # of a list on the start page, and of officers ranked for a case
_RISKS = (("low", "Low"), ("medium", "Medium"), ("high", "High"), ("very_high", "Very high"))


@router.get("/")
def home(request: Request, context: Context, user: User = member("own")) -> Response:
    """The force at a glance."""
    seen = find_view(context.store, user, "home") if user.may("figures") else None
    if seen is None:
        told = "Accounts, settings and the log" if not user.may("figures") else "Start"
        return render(request, "home.html", title=told, force_name=told, seen=None, needs=[])
    waiting = [case for case in seen.force.cases if case.officer is None and seen.scope.covers(seen.force.home(case))]
    if not seen.scope.aggregates:
        waiting = list(seen.waiting)
    officers = [o for o in seen.force.officers if seen.scope.covers(o.division)]
    cases = [c for c in seen.force.cases if seen.scope.covers(seen.force.home(c))]
    planned = None if seen.proposal is None else over_a_limit(seen.checked.findings)
    return render(
        request,
        "home.html",
        title=seen.force.name,
        force_name=seen.force.name,
        seen=seen,
        needs=[*_needs(seen, len(waiting)), *_letters(context, user)],
        waiting_count=len(waiting),
        figures=_glance(seen, officers, cases, len(waiting), planned),
        queue=[] if seen.scope.aggregates else waiting[:SHOWN],
        divisions=[_division(seen, division, planned) for division in seen.divisions],
    )


def _glance(
    seen: ForceView, officers: list[Officer], cases: list[Case], waiting: int, planned: frozenset[str] | None
) -> list[tuple[str, str, str, bool]]:
    """The figures of the start page: number, words, address, whether it asks for attention."""
    over = sum(1 for o in officers if seen.over_now(o))
    held = sum(1 for c in cases if c.officer is not None)
    later = {"waiting": "", "over": ""}
    if planned is not None:
        left = sum(1 for c in cases if seen.plan.officer_of[c.case_id] is None)
        later["waiting"] = f" now; {left:,} under the plan"
        later["over"] = f" now; {sum(1 for o in officers if o.officer_id in planned):,} under the plan"
    user = seen.user
    waits = "case waits for an officer" if waiting == 1 else "cases wait for an officer"
    are = "officer is over a limit" if over == 1 else "officers are over a limit"
    rest = f", {len(cases) - held:,} wait" if held < len(cases) else ""
    state = f"{seen.cycle.state}, {seen.cycle.cycle_date:%-d %B %Y}"
    return [
        (f"{waiting:,}", waits + later["waiting"], "/cases?waiting=yes" if user.may("cases") else "", waiting > 0),
        (f"{over:,}", are + later["over"], "/officers?sort=over&order=desc" if user.may("officers") else "", over > 0),
        (
            f"{held:,}",
            f"cases with {len(officers):,} officers{rest}",
            "/officers" if user.may("officers") else "",
            False,
        ),
        (f"Cycle {seen.cycle.id}", state, f"/cycles/{seen.cycle.id}" if user.may("cases") else "", False),
    ]


def _needs(seen: ForceView, waiting: int) -> list[tuple[str, str]]:
    user, cycle = seen.user, seen.cycle
    here = f"/cycles/{cycle.id}"
    found = []
    if user.may("override") and waiting:
        found.append((f"Allocate a case that waits: {waiting} {'case' if waiting == 1 else 'cases'}", "/tonight"))
    if seen.stale is not None and (user.may("plan") or user.may("return")):
        way = "plan it again" if cycle.state == "proposed" else "send it back, then plan it again"
        newer = "Newer data has" if seen.stale.rules is None else "Newer rules have"
        return [*found, (f"{newer} overtaken the plan of cycle {cycle.id}: {way}", here)]
    if cycle.state == "imported" and user.may("plan"):
        found.append((f"Plan cycle {cycle.id}", here))
    if cycle.state == "proposed" and user.may("plan"):
        found.append((f"Review the plan of cycle {cycle.id}, and submit it", here))
    if cycle.state == "submitted" and user.may("approve"):
        found.append((f"Approve the plan of cycle {cycle.id}, or send it back", here))
    if cycle.state == "approved" and user.may("commit"):
        found.append((f"Commit cycle {cycle.id}", here))
    if cycle.state == "undone" and user.may("plan") and sees_whole_force(user):
        found.append(("Begin the next cycle with the data that the undo left", "/cycles"))
    if cycle.state in ("committed", "undone") and user.may("plan") and sees_whole_force(user):
        found.append(("Open the next cycle when its export is there", "/cycles"))
    return found


def _letters(context: AppContext, user: User) -> list[tuple[str, str]]:
    total = unsent(context.store, limit=0)[1] if user.may("commit") else 0
    return [(f"Deliver {total:,} {'message' if total == 1 else 'messages'}", "/messages")] if total else []


def _division(seen: ForceView, division: str, planned: frozenset[str] | None) -> tuple[Any, ...]:
    force = seen.force
    officers = [o for o in force.officers if o.division == division]
    cases = [c for c in force.cases if force.home(c) == division]
    limits = sum(force.policy.limits.cases * o.capacity // 100 for o in officers if o.status in ("open", "closed"))
    held = sum(1 for c in cases if c.officer is not None)
    high = sum(1 for c in cases if force.high_risk(c))
    return (
        division,
        len(officers),
        f"{held:,}",
        f"{round(100 * held / limits)}%" if limits else "no capacity",
        f"{100 * high / len(cases):.1f}" if cases else "-",
        f"{len(cases) - held:,}" + _then(planned, sum(1 for c in cases if seen.plan.officer_of[c.case_id] is None)),
        f"{sum(1 for o in officers if seen.over_now(o)):,}"
        + _then(planned, sum(1 for o in officers if o.officer_id in (planned or ()))),
    )


def _then(planned: frozenset[str] | None, number: int) -> str:
    return "" if planned is None else f" → {number:,}"


_COLUMNS: tuple[tuple[str, str, bool, Any], ...] = (
    ("officer", "Officer", False, lambda c: c.officer.officer_id),
    ("division", "Division", False, lambda c: (c.officer.division, c.officer.officer_id)),
    # Who has no capacity has no workload, and stands at neither end as if free.
    ("workload", "Workload %", True, lambda c: -1 if c.before.fair_percent is None else c.before.fair_percent),
    ("cases", "Cases of limit", True, lambda c: c.before.cases),
    ("share", "High risk %", True, lambda c: c.before.share or 0),
    ("status", "Status", False, lambda c: (c.officer.status, c.officer.officer_id)),
    ("over", "Limits", False, lambda c: (c.over, c.before.fair_percent or 0)),
)


def _sortable(
    columns: Iterable[tuple[str, str, bool]], kept: Mapping[str, str], sort: str, down: bool
) -> list[dict[str, Any]]:
    """Titles of columns, each a link that sorts by it, or the other way round."""
    return [
        {
            "title": title,
            "numeric": numeric,
            "href": "?" + urlencode({**kept, "sort": name, "order": "desc" if name == sort and not down else "asc"}),
            "aria": ("descending" if down else "ascending") if name == sort else "none",
        }
        for name, title, numeric in columns
    ]


@router.get("/officers")
def officers(
    request: Request,
    context: Context,
    sort: str = "officer",
    order: str = "asc",
    division: str = "",
    search: str = "",
    user: User = member("officers"),
) -> Response:
    """Officers with their caseloads, sorted as asked."""
    seen = load_view(context.store, user, "officers")
    by = {name: key for name, _, _, key in _COLUMNS} | {"over": lambda c: (seen.over_now(c.officer), c.over)}
    sort = sort if sort in by else "officer"
    down = order == "desc"
    wanted = search.strip().casefold()
    found = sorted(
        (c for c in seen.changes if division in ("", c.officer.division) and wanted in c.officer.officer_id.casefold()),
        key=by[sort],
        reverse=down,
    )
    kept = {"division": division, "search": search}
    columns = _sortable(((name, title, numeric) for name, title, numeric, _ in _COLUMNS), kept, sort, down)
    return render(
        request,
        "officers.html",
        title="Officers",
        seen=seen,
        paged=paged(request, found),
        columns=columns,
        sort=sort,
        sorted_by=next(title for name, title, _, _ in _COLUMNS if name == sort),
        order="desc" if down else "asc",
        search=search,
        division_items=items([(d, d) for d in seen.divisions], division, "All divisions"),
    )


@router.get("/officers/{officer_id:path}")
def officer(request: Request, context: Context, officer_id: Part, user: User = member("officers")) -> Response:
    """One officer: caseload, cases, history, reductions."""
    seen = load_view(context.store, user, "officer", details={"officer": officer_id[:80]})
    found = seen.officer(officer_id)
    change = next(c for c in seen.changes if c.officer.officer_id == found.officer_id)
    cases = [c for c in seen.cases if found.officer_id in (c.officer, seen.plan.officer_of[c.case_id])]
    known = see_reductions(
        context.store, by=user.name, supervises=lambda d: user.role == "supervisor" and user.scope.covers(d)
    )
    reduced = [one for one in known if one.reduction.officer == found.officer_id]
    return render(
        request,
        "officer.html",
        title=f"Officer {found.officer_id}",
        back="/officers",
        seen=seen,
        officer=found,
        summary=_officer_summary(seen, change),
        figures=_figures(seen, change),
        remarks=seen.told(change.findings),
        reductions=[
            (
                r.reduction.starts.strftime("%-d %b %Y"),
                r.reduction.ends.strftime("%-d %b %Y") if r.reduction.ends else "",
                r.reduction.percent,
                r.reason or "only for supervisors of the division",
            )
            for r in reduced
        ],
        paged=paged(request, cases if user.may("cases") else []),
        history=_entries(lambda: history_of_officer(context.store, user, found.officer_id), False),
    )


def _officer_summary(seen: ForceView, change: OfficerChange) -> list[dict[str, Any]]:
    officer = change.officer
    mosovo = {"trained": "trained", "awaiting": "awaits the course", "none": "not trained"}[officer.mosovo]
    told = [
        ("Division", officer.division),
        ("Capacity", f"{officer.capacity}% of a full caseload"),
        ("MOSOVO training", mosovo),
        ("Skills", ", ".join(sorted(officer.skills)) or "none"),
        ("Approved Premises", ", ".join(sorted(officer.premises)) or "none"),
        ("Buddy", officer.buddy or "none"),
        ("Overdue visits and reviews", _overdue_words(seen, officer)),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in told]


def _overdue_words(seen: ForceView, officer: Officer) -> str:
    """How many of an officer's cases were overdue at the date of the cycle, and the longest delay."""
    held = [c for c in seen.force.cases_of.get(officer.officer_id, ()) if seen.sees(c)]
    if not any(c.visit_due or c.review_due for c in held):
        return "no due dates are known"
    on = f"on {seen.cycle.cycle_date:%-d %B %Y}"
    if not (late := seen.overdue_of(officer)):
        return f"none {on}"
    longest = max(max(seen.overdue(c).values()) for c in late)
    return f"{counted(len(late), 'case')} of {len(held):,} {on}, the longest by {counted(longest, 'day')}"


def _figures(seen: ForceView, change: OfficerChange) -> list[tuple[Any, ...]]:
    def column(load: Any) -> list[str]:
        percent = "no capacity" if change.officer.capacity == 0 else load.fair_percent
        return [
            f"{load.cases} of {load.limit}",
            f"{load.high_risk} of {load.allowed}",
            "-" if load.share is None else f"{load.share}",
            "-" if percent is None else f"{percent}",
        ]

    labels = ("Cases of limit", "High-risk cases of those allowed", "High risk %", "Workload %")
    columns = [column(change.before)] + ([column(change.after)] if seen.proposal is not None else [])
    return [(label, *(c[k] for c in columns)) for k, label in enumerate(labels)]


_SERIOUS = {"very_high": 0, "high": 1, "medium": 2, "low": 3}
_CASE_COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("case", "Case", lambda seen, c: c.case_id),
    ("risk", "Risk", lambda seen, c: (_SERIOUS[c.risk], c.case_id)),
    ("level", "Level", lambda seen, c: (c.level, c.case_id)),
    ("division", "Division", lambda seen, c: (seen.force.home(c), c.case_id)),
    ("setting", "Setting", lambda seen, c: (c.premises or c.setting, c.case_id)),
    ("officer", "Officer", lambda seen, c: (c.officer or "", c.case_id)),
    ("since", "Since", lambda seen, c: (c.since or date.max, c.case_id)),
)


@router.get("/cases")
def cases(
    request: Request,
    context: Context,
    search: str = "",
    waiting: str = "",
    risk: str = "",
    division: str = "",
    officer: str = "",
    sort: str = "",
    order: str = "asc",
    user: User = member("cases"),
) -> Response:
    """Cases, searched and sorted on the server."""
    seen = load_view(context.store, user, "cases")
    wanted, holder = search.strip().casefold(), officer.strip().casefold()
    found = [
        c
        for c in (seen.waiting if waiting else seen.cases)
        if wanted in c.case_id.casefold()
        and risk in ("", c.risk)
        and division in ("", seen.force.home(c))
        and holder in (c.officer or "").casefold()
    ]
    key = next((key for name, _, key in _CASE_COLUMNS if name == sort), None)
    down = order == "desc"
    if key is not None:  # else those that wait stay in order of seriousness
        found = sorted(found, key=lambda c: key(seen, c), reverse=down)
    kept = {"search": search, "waiting": waiting, "risk": risk, "division": division, "officer": officer}
    return render(
        request,
        "cases.html",
        title="Cases",
        seen=seen,
        paged=paged(request, found),
        columns=_sortable(((name, title, False) for name, title, _ in _CASE_COLUMNS), kept, sort, down),
        sort=sort,
        order="desc" if down else "asc",
        search=search,
        waiting=bool(waiting),
        officer=officer,
        linked={o.officer_id for o in seen.scope.officers(seen.force)},
        risk_items=items(_RISKS, risk, "All risks"),
        division_items=items([(d, d) for d in seen.divisions], division, "All divisions"),
    )


@router.get("/cases/{case_id:path}")
def case(
    request: Request,
    context: Context,
    case_id: Part,
    ask: str = "",
    officer: Part = "",
    all: str = "",
    user: User = member("cases"),
) -> Response:
    """One case: where it is, why, who else could, its history."""
    seen = load_view(context.store, user, "case", details={"case": case_id[:80]})
    found = seen.case(case_id)
    values: dict[str, Any] = {"candidates": [], "barred": [], "more": 0, "why": None}
    error: Exception | None = None
    if user.may("ask"):
        ranked = recommended(seen, found.case_id)
        shown = [_ranked(seen, one) for one in ranked.candidates if seen.scope.sees_officer(one.officer)]
        values["candidates"] = shown if all else shown[:SHOWN]
        values["more"] = len(shown) - len(values["candidates"])
        values["barred"] = barred_rows(seen, ranked.barred)
        if ask in ("why", "why-not"):
            try:
                values["why"] = _why(context, seen, found, ask, officer)
            except AllocatorError as told:
                error = told
    return render(
        request,
        "case.html",
        title=f"Case {found.case_id}",
        back="/cases",
        seen=seen,
        case=found,
        summary=_case_summary(seen, found),
        history=_entries(lambda: history_of_case(context.store, user, found.case_id), True),
        error=error,
        **values,
    )


def _why(context: AppContext, seen: ForceView, case: Case, kind: str, officer: str) -> list[str]:
    if kind == "why-not":
        seen.officer(officer)
        answer = ask(context, seen, "why-not", {"case": case.case_id, "officer": officer})
    else:
        answer = ask(context, seen, "why", {"case": case.case_id, "officers": list(seen.plan.officers)})
    return [plain(said) for said in answer["says"] if said]


def _ranked(seen: ForceView, one: Candidate) -> dict[str, Any]:
    return {
        "officer": one.officer,
        "stays": one.stays,
        "knows": one.knows,
        "before": one.before,
        "after": one.after,
        "effect_of": {pair.name: pair.difference for pair in one.effect.goals},
        "says": _effect(seen, one),
    }


def _effect(seen: ForceView, one: Candidate) -> str:
    """What giving a case to an officer does to goals and limits."""
    if one.stays:
        return "It stays, and nothing changes."
    grown = seen.told(p.finding for p in one.effect.excesses if p.second > p.first)
    return " ".join([f"{effect_words(one.effect.goals)}.", *grown, *([KNOWS] if one.knows else [])])


def barred_rows(seen: ForceView, barred: Any) -> list[tuple[str, str]]:
    """Officers who may not have a case, by what bars them; of an exclusion no more is told than "not eligible"."""
    found: dict[str, list[str]] = {}
    for officer, why in barred:
        if seen.scope.sees_officer(officer):
            found.setdefault("not eligible" if "excluded" in why else ", ".join(why), []).append(officer.officer_id)
    return [(why, ", ".join(names)) for why, names in found.items()]


def _case_summary(seen: ForceView, case: Case) -> list[dict[str, Any]]:
    held = "nobody: it waits for an officer"
    if case.officer is not None and case.since is not None:
        held = f"{case.officer}, since {case.since:%-d %B %Y}"
    told = [
        ("With", held),
        ("Division", seen.division_words(case)),
        ("MAPPA category and level", f"{case.category or 'none'}, {case.level or 'none'}"),
        ("Setting", f"premises {case.premises}" if case.premises else case.setting),
        ("Needs of its officer", ", ".join(sorted(case.needs)) or "none"),
    ]
    if case.forums:
        told.append(("Discussed at", ", ".join(sorted(case.forums))))
    if case.former:
        told.append(("Managed the case before", ", ".join(sorted(case.former))))
    told += _due_words(seen, case)
    if case.locked:
        told.append(("Pinned", "a supervisor has pinned it where it is"))
    if seen.proposal is not None:
        to = seen.plan.officer_of[case.case_id]
        told.append(("Under the plan", "stays" if to == case.officer else f"goes to {to or 'nobody'}"))
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in told]


def _due_words(seen: ForceView, case: Case) -> Iterator[tuple[str, str]]:
    """When the next visit and review are due, and by how much they were overdue at the date of the cycle."""
    late = seen.overdue(case)
    for what, day in (("visit", case.visit_due), ("review", case.review_due)):
        if day is not None:
            over = (
                f": overdue by {counted(late[what], 'day')} on {seen.cycle.cycle_date:%-d %B %Y}"
                if what in late
                else ""
            )
            yield f"{what.capitalize()} due", f"{day:%-d %B %Y}{over}"


def _entries(read: Callable[[], History], of_case: bool) -> list[dict[str, Any]]:
    try:
        return entry_rows(read(), of_case)
    except InputError:  # no committed cycle knows them yet
        return []


def entry_rows(history: History, of_case: bool) -> list[dict[str, Any]]:
    """What is known over the cycles, newest first."""
    return [
        {"cycle_id": e.cycle_id, "cycle_date": e.cycle_date, "state": e.state, "says": entry_sentence(e, of_case)}
        for e in reversed(history.entries)
    ]


@router.get("/tonight")
def tonight(request: Request, context: Context, user: User = member("override")) -> Response:
    """Cases that wait, and a form for one that no export has yet."""
    return _tonight(request, context, user)


def _tonight(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    seen = load_view(context.store, user, "tonight", purpose="allocation")
    asked = request.query_params
    return render(
        request,
        "tonight.html",
        title="Allocate tonight's release",
        back="/",
        seen=seen,
        waiting=seen.waiting[:100],
        warning=_overtakes(seen),
        new={name: asked.get(name, "") for name in ("case", "needs", *_LISTS, *_DAYS)},
        division_items=items([(d, d) for d in seen.divisions], asked.get("division"), "Choose a division"),
        risk_items=items(_RISKS, asked.get("risk"), "Choose a risk"),
        level_items=items([("0", "None"), ("1", "1"), ("2", "2"), ("3", "3")], asked.get("level")),
        premises_items=items(
            [(p.premises_id, f"{p.premises_id} ({p.division})") for p in seen.force.premises],
            asked.get("premises"),
            "Not at Approved Premises",
        ),
        error=error,
    )


def _overtakes(seen: ForceView) -> str | None:
    """What placing a case does to a plan that there is."""
    if not seen.planned_already:
        return None
    then = "planned again" if seen.cycle.state == "proposed" else "sent back and planned again"
    return f"Cycle {seen.cycle.id} has a plan. After a case is placed, it has to be {then}."


def _new(values: Any) -> dict[str, Any] | None:
    """Columns of a case that no export has yet, from a form."""
    if not values.get("division") and not values.get("risk"):
        return None
    level = values.get("level") or "0"
    premises = values.get("premises") or None
    return {
        "division": values.get("division"),
        "risk": values.get("risk"),
        "level": int(level) if level in "0123" else 0,
        "setting": "premises" if premises else "community",
        "premises": premises,
        **{name: _listed(values.get(name)) for name in ("needs", *_LISTS)},
        **_days(values),
    }


_LISTS = ("former", "forums")
_DAYS = {"visit_due": "visit", "review_due": "review"}


def _listed(text: str | None) -> list[str]:
    return [item.strip() for item in (text or "").split(";") if item.strip()]


def _days(values: Any) -> dict[str, date | None]:
    """Days on which something is due, as people type them.

    Raises
    ------
    FormError
    """
    texts = {name: (values.get(name) or "").strip() for name in _DAYS}
    days = {name: read_date(text) for name, text in texts.items()}
    if wrong := [name for name, text in texts.items() if text and days[name] is None]:
        raise FormError(
            **{name: f"Enter the day by which the next {_DAYS[name]} is due, such as 31/03/2026." for name in wrong}
        )
    return days


@router.get("/tonight/new")
def choose_for_new(request: Request, context: Context, user: User = member("override")) -> Response:
    """Officers for a case that no export has yet."""
    asked = request.query_params
    case_id = asked.get("case", "").strip()
    wanted = {"case": "Enter the case's id.", "division": "Choose a division.", "risk": "Choose the assessed risk."}
    try:
        if missing := {name: said for name, said in wanted.items() if not asked.get(name, "").strip()}:
            raise FormError(**missing)
        return _choose(request, context, user, case_id, _new(asked))
    except InputError as error:
        return _tonight(request, context, user, error)


@router.get("/tonight/{case_id:path}")
def choose(request: Request, context: Context, case_id: Part, user: User = member("override")) -> Response:
    """Officers for a case that waits, with the effect of each."""
    return _choose(request, context, user, case_id, None)


def _choose(
    request: Request,
    context: AppContext,
    user: User,
    case_id: str,
    new: dict[str, Any] | None,
    error: Exception | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    seen = load_view(context.store, user, "tonight", details={"case": case_id[:80]}, purpose="allocation")
    held = seen.force.case_by_id.get(case_id)
    if held is not None and held.officer is not None and seen.sees(held):
        return _held(request, held, tried=error is not None or new is not None)
    if new is not None:
        _require_sensible(seen, held, new["needs"])
    ranked = recommended(seen, case_id, new)
    with context.store.reading() as connection:
        cycle = open_cycle(connection)
    scope = seen.scope
    fields = {}
    if new is not None:
        lists = {name: "; ".join(new[name]) for name in ("needs", *_LISTS)}
        fields = {k: "" if v is None else v for k, v in {**new, **lists}.items() if k != "setting"}
    kept = given or {}
    return render(
        request,
        "choose.html",
        title=f"Who takes case {case_id}?",
        back="/tonight",
        case=ranked.case,
        division=seen.division_words(ranked.case),
        overdue=overdue_sentence(delays(seen.force, ranked.case, seen.cycle.cycle_date)),
        warning=_overtakes(seen),
        candidates=[_ranked(seen, one) for one in ranked.candidates if scope.sees_officer(one.officer)][:SHOWN],
        barred=barred_rows(seen, ranked.barred),
        action=f"/tonight/{address_of(case_id)}",
        version="" if cycle is None else cycle.version,
        new=fields,
        chosen=kept.get("officer"),
        note=kept.get("note", ""),
        reason_items=items(OVERRIDE_REASONS, kept.get("reason"), "Choose a reason"),
        note_hint=NOTE_HINT,
        error=error,
    )


def _require_sensible(seen: ForceView, known: Case | None, needs: list[str]) -> None:
    """Refuse a new case that is in the data already, or that needs what nobody has."""
    if known is not None and seen.sees(known):
        raise FormError(case=f"Case {known.case_id} is in the data already: allocate it from the list.")
    skills = {skill for officer in seen.force.officers for skill in officer.skills}
    lacking = [tag for tag in needs if tag not in skills]
    if lacking:
        raise FormError(needs=f"Nobody has the skill {', '.join(f'“{tag}”' for tag in lacking)}. Check the tag.")


def _held(request: Request, case: Case, tried: bool) -> Response:
    """Say that a case has an officer: somebody was quicker, or it never waited."""
    said = f"Case {case.case_id} is with {case.officer} already. {'Nothing was changed. ' if tried else ''}"
    return render(
        request,
        "held.html",
        status=409 if tried else 200,
        title=f"Case {case.case_id} has an officer",
        back="/tonight",
        case=case,
        said=f"{said}Only a plan moves a case that has an officer.",
    )


@router.post("/tonight/{case_id:path}")
def give(
    request: Request,
    context: Context,
    case_id: Part,
    officer: Text = "",
    reason: Text = "",
    note: Text = "",
    version: Text = "",
    division: Text = "",
    risk: Text = "",
    level: Text = "0",
    premises: Text = "",
    needs: Text = "",
    former: Text = "",
    forums: Text = "",
    visit_due: Text = "",
    review_due: Text = "",
    user: User = member("override"),
) -> Response:
    """Give the case to the officer."""
    given = {"division": division, "risk": risk, "level": level, "premises": premises, "needs": needs}
    due = {"visit_due": visit_due, "review_due": review_due}
    new = _new({**given, "former": former, "forums": forums, **due})
    try:
        require_reason(reason, note)
        number = seen_version(version) if version else None
        place_case(context.store, user, case_id, officer, new=new, reason=reason, note=note, version=number)
    except AllocatorError as error:
        kept = {"officer": officer, "reason": reason, "note": note}
        return _choose(request, context, user, case_id, new, error, kept)
    return sent(f"/cases/{address_of(case_id)}", "placed")
