"""History and audit, reports, settings."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from allocator.app.actors import User
from allocator.app.audit import acts_of_log, log_page, verify_log
from allocator.app.cycles import committed_days
from allocator.app.histories import history_of_case, history_of_officer
from allocator.app.messages import deliver_messages, waiting_messages
from allocator.app.policies import change_policy, read_policy
from allocator.app.reports import month_named, read_month
from allocator.cycles.codes import PURPOSES
from allocator.domain.policy import Policy
from allocator.domain.setting_paths import nest, path_of
from allocator.errors import AllocatorError, Denied, InputError
from allocator.files.policies import flatten_policy, setting_expected, setting_schema, setting_value
from allocator.http.dependencies import AppContext, Context
from allocator.http.responses import attachment
from allocator.http.web.forms import FormError, items, seen_version
from allocator.http.web.lists import PER_PAGE, page_asked, paged
from allocator.http.web.pages import render, sent
from allocator.http.web.visitors import member
from allocator.reporting.performance import month_page, month_report, month_workbook
from allocator.reporting.renderers.html import drawn_table

router = APIRouter(include_in_schema=False)


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
    values: dict[str, Any] = {"known": None, "about": "", "log": None, "paged": None, "verified": None}
    error: Exception | None = None
    if user.may("cases") and (case or officer):
        try:
            values["known"] = (
                history_of_case(context.store, user, case) if case else history_of_officer(context.store, user, officer)
            )
        except InputError:
            about = f"case {case}" if case else f"officer {officer}"
            why = "no committed cycle has it" if committed_days(context.store) else "no cycle is committed"
            error = AllocatorError(f"Nothing is known of {about[:80]} yet: {why}.")
        except AllocatorError as told:
            error = told
    if user.may("audit"):
        page = page_asked(request)
        wanted: dict[str, Any] = {"act": act.strip(), "person": person.strip(), "about": about.strip()}
        values |= {**wanted, "act_items": items([(a, a) for a in acts_of_log(context.store, user)], act, "All acts")}
        values["reads"] = wanted["reads"] = bool(reads)
        entries, total = log_page(context.store, user, offset=(page - 1) * PER_PAGE, limit=PER_PAGE, **wanted)
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
            values["verified"] = verify_log(context.store, user)
    return render(request, "history.html", title="History and audit", case=case, officer=officer, error=error, **values)


def _details(details: Any) -> str:
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in details.items()
        if value not in (None, "", [], {})
    )


@router.get("/messages")
def messages_page(request: Request, context: Context, user: User = member("commit")) -> Response:
    """Messages that wait for their delivery."""
    return _messages(request, context, user)


def _messages(request: Request, context: AppContext, user: User, error: Exception | None = None) -> Response:
    found, total = waiting_messages(context.store, user, limit=PER_PAGE)
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
        return _messages(request, context, user, error)
    if done.error is not None:
        return _messages(
            request, context, user, AllocatorError(f"{done.failed:,} could not be delivered. {done.error}")
        )
    return sent("/messages", "delivered")


@router.get("/reports")
def reports(request: Request, context: Context, user: User = member("figures")) -> Response:
    """Months with a committed cycle."""
    months = {day.replace(day=1) for day in committed_days(context.store)}
    return render(request, "reports.html", title="Reports", months=sorted(months, reverse=True))


@router.get("/reports/{month}.xlsx")
def report_workbook(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a workbook."""
    found = read_month(context.store, user, month_named(month))
    return attachment(f"report-{found.month:%Y-%m}.xlsx", month_workbook(found, user.may("officers")))


@router.get("/reports/{month}.html")
def report_page(context: Context, month: str, user: User = member("figures")) -> Response:
    """A month as a page that opens from disk."""
    found = read_month(context.store, user, month_named(month))
    return attachment(f"report-{found.month:%Y-%m}.html", month_page(found, user.may("officers")), "text/html")


@router.get("/reports/{month}")
def report(request: Request, context: Context, month: str, user: User = member("figures")) -> Response:
    """A month, with charts and their tables."""
    found = read_month(context.store, user, month_named(month))
    shown = month_report(found, user.may("officers"))
    return render(
        request,
        "reports.html",
        title=shown.title,
        back="/reports",
        months=None,
        key=f"{found.month:%Y-%m}",
        sentences=shown.sentences,
        sections=[
            {**drawn_table(table), "rows": table.rows, "numeric": _numeric(table.rows)} for table in shown.tables
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
    settings = read_policy(context.store, user)
    default, now = flatten_policy(Policy()), flatten_policy(settings.policy)
    typed = typed or {}
    return render(
        request,
        "settings.html",
        title="Settings",
        version=settings.version,
        may_change=user.may("settings"),
        keys=[
            {
                "key": key,
                "label": setting_label(key),
                "says": _says(key),
                "default": default.get(key, "no limit"),
                "value": typed.get(key, now.get(key, "")),
                "changed": now.get(key) != default.get(key),
            }
            for key in _keys()
        ],
        note=typed.get("note", ""),
        history=[
            (f"{c.at:%Y-%m-%d %H:%M}", c.key, json.dumps(c.value, ensure_ascii=False), c.note, c.by)
            for c in settings.changes
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
    found = list(flatten_policy(Policy()))
    place = next(k for k, key in enumerate(found) if key.startswith("unplaced."))
    return [*found[:place], "relationship.max_moves", *found[place:]]


@router.post("/settings")
async def save(request: Request, context: Context, user: User = member("settings")) -> Response:
    """Change the policy."""
    async with request.form(max_fields=300, max_files=0) as form:
        typed = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_save, request, context, user, typed)


def _save(request: Request, context: AppContext, user: User, typed: dict[str, str]) -> Response:
    now = flatten_policy(read_policy(context.store, user).policy)
    values: dict[str, Any] = {}
    try:
        problems: dict[str, str] = {}
        for key in _keys():
            if key not in typed:
                continue
            text = typed[key].strip()
            if text in (now.get(key, ""), "") and (text or key not in now):
                continue
            try:
                values[key] = setting_value(key, text)
            except InputError:
                problems[key] = _asked(key, text)
        if problems:
            raise FormError(**problems)
        if values and not typed.get("note", "").strip():
            raise FormError(note="Say why it is changed.")
        if values:
            changes = nest((path_of(key), value) for key, value in values.items())
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
