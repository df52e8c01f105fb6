"""History and audit, reports, settings."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.app.acts import deliver_messages
from allocator.app.auditing import log_for
from allocator.app.figures import month_for, month_named
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.policies import change_policy, set_policies
from allocator.cycles.codes import PURPOSES
from allocator.db.accounts import Denied, User
from allocator.db.cycles import committed_dates, last_committed
from allocator.db.log_reading import logged_acts
from allocator.db.outbox import unsent
from allocator.db.policy_changes import policy_history, settings_version
from allocator.db.verifying import verify
from allocator.domain.policy import Policy
from allocator.errors import AllocatorError, InputError
from allocator.files.policies import flat, merged, setting_expected, setting_schema
from allocator.files.settings import parsed
from allocator.http.dependencies import AppContext, Context
from allocator.http.responses import XLSX
from allocator.http.web.forms import FormError, items, seen_version
from allocator.http.web.histories import entry_rows
from allocator.http.web.lists import PER_PAGE, number_in, paged
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.performance_report import charts, month_html, month_sentences, month_workbook, tables

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form(max_length=1000)]


@router.get("/history")
def history(
    request: Request,
    context: Context,
    case: str = "",
    officer: str = "",
    verify: str = "",
    act: str = "",
    person: str = "",
    about: str = "",
    reads: str = "",
    user: User = member("own"),
) -> Response:
    """What is known of a case or officer, and the audit log for whoever may read it."""
    if not (user.may("cases") or user.may("audit")):
        raise Denied(f"Your role ({user.role}) may not do this.")
    case, officer = case.strip(), officer.strip()
    values: dict[str, Any] = {"entries": None, "about": "", "log": None, "paged": None, "verified": None}
    error: Exception | None = None
    if user.may("cases") and (case or officer):
        try:
            found = (
                history_of_case(context.store, user, case) if case else history_of_officer(context.store, user, officer)
            )
            values["entries"] = entry_rows(found, bool(case))
            values["about"] = f"Case {case}" if case else f"Officer {officer}"
        except InputError:
            about = f"case {case}" if case else f"officer {officer}"
            why = "no committed cycle has it" if _any_committed(context) else "no cycle is committed"
            error = AllocatorError(f"Nothing is known of {about[:80]} yet: {why}.")
        except AllocatorError as told:
            error = told
    if user.may("audit"):
        page = number_in(request, "page")
        wanted: dict[str, Any] = {"act": act.strip(), "person": person.strip(), "about": about.strip()}
        values |= {**wanted, "act_items": items([(a, a) for a in logged_acts(context.store)], act, "All acts")}
        values["reads"] = wanted["reads"] = bool(reads)
        entries, total = log_for(context.store, user, offset=(page - 1) * PER_PAGE, limit=PER_PAGE, **wanted)
        values["log"] = [
            (
                entry.seq,
                f"{entry.at:%Y-%m-%d %H:%M}",
                entry.actor,
                entry.act,
                entry.cycle_id,
                PURPOSES.get(entry.purpose or "", entry.purpose),
                "purged" if entry.details is None else _details(entry.details),
            )
            for entry in entries
        ]
        values["paged"] = paged(request, entries, total)
        if verify:
            values["verified"] = _verified(context)
    return render(request, "history.html", title="History and audit", case=case, officer=officer, error=error, **values)


def _any_committed(context: AppContext) -> bool:
    with context.store.reading() as connection:
        return last_committed(connection) is not None


def _verified(context: AppContext) -> str:
    found = verify(context.store)
    if not found.problems:
        return f"The audit log verifies: {found.entries:,} entries."
    return " ".join(["The audit log does not verify.", *found.problems])


def _details(details: Any) -> str:
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in details.items()
        if value not in (None, "", [], {})
    )


@router.get("/messages")
def waiting_messages(request: Request, context: Context, user: User = member("commit")) -> Response:
    """Messages that wait for their delivery."""
    return _messages(request, context)


def _messages(request: Request, context: AppContext, error: Exception | None = None) -> Response:
    found, total = unsent(context.store, limit=PER_PAGE)
    rows = [
        (one.recipient, one.kind, one.cycle_id, f"{one.written_at:%Y-%m-%d %H:%M}", one.attempts, one.error or "")
        for one in found
    ]
    return render(request, "messages.html", title="Messages", rows=rows, total=total, error=error)


@router.post("/messages")
def post_delivery(request: Request, context: Context, user: User = member("commit")) -> Response:
    """Deliver the messages that wait."""
    try:
        done = deliver_messages(context.store, user)
    except AllocatorError as error:
        return _messages(request, context, error)
    if done.error is not None:
        return _messages(request, context, AllocatorError(f"{done.failed:,} could not be delivered. {done.error}"))
    return sent("/messages", "delivered")


@router.get("/reports")
def reports(request: Request, context: Context, user: User = member("figures")) -> Response:
    """Months with a committed cycle."""
    with context.store.reading() as connection:
        months = {day.replace(day=1) for day in committed_dates(connection)}
    return render(request, "reports.html", title="Reports", months=sorted(months, reverse=True))


@router.get("/reports/{month}.xlsx")
def report_workbook(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a workbook."""
    found = month_for(context.store, user, month_named(month))
    headers = {"Content-Disposition": f'attachment; filename="report-{found.month:%Y-%m}.xlsx"'}
    return Response(month_workbook(found, user.may("officers")), media_type=XLSX, headers=headers)


@router.get("/reports/{month}.html")
def report_page(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a page that opens from disk."""
    found = month_for(context.store, user, month_named(month))
    headers = {"Content-Disposition": f'attachment; filename="report-{found.month:%Y-%m}.html"'}
    return Response(month_html(found, user.may("officers")), media_type="text/html", headers=headers)


@router.get("/reports/{month}")
def report(request: Request, context: Context, month: str, user: User = member("figures")) -> Response:
    """A month, with charts and their tables."""
    found, names = month_for(context.store, user, month_named(month)), user.may("officers")
    drawn = charts(found)
    return render(
        request,
        "reports.html",
        title=f"Performance data, {found.month:%B %Y}",
        back="/reports",
        months=None,
        key=f"{found.month:%Y-%m}",
        sentences=month_sentences(found, names),
        sections=[
            {
                "title": table.title,
                "svg": drawn[table.title],
                "header": table.header,
                "rows": table.rows,
                "numeric": _numeric(table.rows),
            }
            for table in tables(found, names)
        ],
    )


def _numeric(rows: Any) -> list[int]:
    return [k for k, cell in enumerate(rows[0]) if isinstance(cell, int | float)] if rows else []


@router.get("/settings")
def settings(request: Request, context: Context, user: User = member("own")) -> Response:
    """The policy: what each setting is, its default, and what holds."""
    return _settings(request, context, user)


def _settings(
    request: Request,
    context: AppContext,
    user: User,
    error: Exception | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    here = set_policies(context.store)
    default, now = flat(Policy()), flat(merged(Policy(), here, "policy"))
    with context.store.reading() as connection:
        version = settings_version(connection)
    own = typed or {}
    return render(
        request,
        "settings.html",
        title="Settings",
        version=version,
        may_change=user.may("settings"),
        keys=[
            {
                "key": key,
                "label": setting_label(key),
                "says": _says(key),
                "default": default.get(key, "no limit"),
                "value": own.get(key, now.get(key, "")),
                "changed": now.get(key) != default.get(key),
            }
            for key in _keys()
        ],
        note=own.get("note", ""),
        history=[
            (f"{c.at:%Y-%m-%d %H:%M}", c.key, json.dumps(c.value, ensure_ascii=False), c.note, c.by)
            for c in policy_history(context.store)
        ],
        error=error,
    )


def _asked(key: str, text: str) -> str:
    """What somebody is asked to enter for a setting."""
    return f"{setting_label(key)}: enter {setting_expected(setting_schema(*key.split('.')))}, not “{text[:80]}”."


def setting_label(key: str) -> str:
    """A setting in words."""
    table, _, rest = key.partition(".")
    return f"{table.capitalize().replace('_', ' ')}: {rest.replace('.', ' ').replace('_', ' ')}"


def _says(key: str) -> str:
    """What a setting is; of one of a table such as points.risk.low, what the table is."""
    *above, name = key.split(".")
    says = setting_schema(*above).get("properties", {}).get(name, {}).get("description")
    if says is None and len(above) > 1:
        says = setting_schema(*above[:-1])["properties"][above[-1]].get("description")
    return str(says or "")


def _keys() -> list[str]:
    """Every setting, those without a default included, in the order of the policy."""
    found = list(flat(Policy()))
    place = next(k for k, key in enumerate(found) if key.startswith("unplaced."))
    return [*found[:place], "relationship.max_moves", *found[place:]]


@router.post("/settings")
async def save(request: Request, context: Context, user: User = member("settings")) -> Response:
    """Change the policy."""
    async with request.form(max_fields=300, max_files=0) as form:
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_save, request, context, user, typed)


def _save(request: Request, context: AppContext, user: User, typed: dict[str, str]) -> Response:
    now = flat(merged(Policy(), set_policies(context.store), "policy"))
    changes: dict[str, Any] = {}
    try:
        problems: dict[str, str] = {}
        for key in _keys():
            if key not in typed:
                continue
            text = typed[key].strip()
            if text in (now.get(key, ""), "") and (text or key not in now):
                continue
            try:
                value = parsed(f"value = {text}", key)["value"]
            except (InputError, KeyError):
                problems[key] = _asked(key, text)
                continue
            *above, last = key.split(".")
            table = changes
            for name in above:
                table = table.setdefault(name, {})
            table[last] = value
        if problems:
            raise FormError(**problems)
        if changes and not typed.get("note", "").strip():
            raise FormError(note="Say why it is changed.")
        if changes:
            change_policy(
                context.store, user, changes, note=typed.get("note", ""), version=seen_version(typed.get("version", ""))
            )
    except InputError as error:
        keys = [(problem.column or "").removeprefix("policy.") for problem in error.problems]
        known = {key: _asked(key, typed[key]) for key in keys if key in typed}
        return _settings(request, context, user, FormError(**known) if known else error, typed)
    except AllocatorError as error:
        return _settings(request, context, user, error, typed)
    return sent("/settings", "saved")
